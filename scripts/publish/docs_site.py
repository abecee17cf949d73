"""Pages of the documentation site that are made from the repository; mkdocs calls the functions named ``on_...``.

The overview is the README, three more are files beside it, the tour is the notebook, the address to clone from is the
one of pyproject.toml, and the reference of
results.json comes from the JSON schema that ships.
"""

import json
import posixpath
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT: Final = Path(__file__).parents[2]
SCHEMA: Final = ROOT / "src" / "trkstruct" / "data" / "results.schema.json"
FIRST: Final = "Results"
CLONE_URL: Final = "CLONE_URL"  # as pages of docs/ write it
SOURCES: Final = {
    "overview.md": "README.md",
    "changelog.md": "CHANGELOG.md",
    "contributing.md": "CONTRIBUTING.md",
    "security.md": "SECURITY.md",
}
"""Page of the site -> file of the repository."""
PAGE_OF: Final = {source: page for page, source in SOURCES.items()}
FIELDS_PAGE: Final = "reference/results-file.md"
LINK: Final = re.compile(r"\[([^\[\]]*)\]\(([^)\s#:]+)(#[^)\s]*)?\)")  # to a file, not to another site

INTRODUCTION: Final = """# results.json

`trkstruct scan` writes it, `trkstruct.load_results` reads it. Lengths are in Å, energies in kcal/mol, as the names say.
This page is made from the JSON schema that ships with the package as `trkstruct/data/results.schema.json`;
`results.csv` holds the same cases, one flat row each, and `cases/` one JSON file per finished case.
"""


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Pages of ``docs/`` that the navigation does not name come at its end, so that none is out of reach."""
    named = json.dumps(config.nav)
    pages = [path.relative_to(ROOT / "docs").as_posix() for path in sorted((ROOT / "docs").rglob("*.md"))]
    others = [page for page in pages if f'"{page}"' not in named]
    if others and config.nav is not None:
        config.nav.append({"More": others})
    return config


@event_priority(50)  # before mkdocs-jupyter, which makes a page of the notebook
def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the pages that have their source elsewhere in the repository."""
    pages = {FIELDS_PAGE: schema_page(json.loads(SCHEMA.read_text(encoding="utf-8")))}
    for name, source in SOURCES.items():
        pages[name] = (ROOT / source).read_text(encoding="utf-8")
    for name, text in pages.items():
        files.append(File.generated(config, name, content=text))
    files.append(File("tour.ipynb", str(ROOT / "notebooks"), config.site_dir, config.use_directory_urls))
    return files


def on_page_markdown(markdown: str, *, page: Page, **_: Any) -> str:
    """Links of a page into the repository, as the site can follow them."""
    return site_text(markdown, page.file.src_uri).replace(CLONE_URL, project_url("Repository"))


def project_url(name: str) -> str:
    """An address of the project from pyproject.toml, the one place that holds them.

    Raises
    ------
    KeyError
        When it has no such address.
    """
    with (ROOT / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["urls"][name])


def site_text(text: str, page: str) -> str:
    """The text of a page with the links of its source made links of the site; files that are no page are only named."""
    source = posixpath.dirname(SOURCES.get(page, f"docs/{page}"))

    def relinked(link: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join(source, link[2]))
        there = PAGE_OF.get(path) or path.removeprefix("notebooks/").removeprefix("docs/")
        if path not in PAGE_OF and there == path:
            return f"`{link[1]}`" if (ROOT / path).exists() else link[0]
        return f"[{link[1]}]({posixpath.relpath(there, posixpath.dirname(page) or '.')}{link[3] or ''})"

    return LINK.sub(relinked, text)


def schema_page(schema: Mapping[str, Any]) -> str:
    """A section with a table of fields for each record of the schema."""
    records = {FIRST: schema, **schema["$defs"]}
    return "\n".join([INTRODUCTION, *(_section(name, record) for name, record in records.items())])


def _section(name: str, record: Mapping[str, Any]) -> str:
    required = set(record.get("required", ()))
    lines = [f"## {name}", "", record.get("description", ""), "", "| field | type | meaning |", "|---|---|---|"]
    for field, value in record["properties"].items():
        default = "" if field in required or "default" not in value else f" Default `{json.dumps(value['default'])}`."
        lines.append(f"| `{field}` | {_type_of(value)} | {_cell(value.get('description', ''))}{default} |")
    return "\n".join([*lines, ""])


def _type_of(value: Mapping[str, Any]) -> str:
    """A JSON type in words, with a link to the record that it is."""
    if "$ref" in value:
        name = value["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in value:
        return " or ".join(_type_of(each) for each in value["anyOf"])
    if "enum" in value:
        return " or ".join(f"`{each}`" for each in value["enum"])
    if "const" in value:
        return f"`{value['const']}`"
    if value.get("type") == "array":
        return f"list of {_type_of(value['items'])}" if "items" in value else "list"
    if value.get("type") == "object" and isinstance(value.get("additionalProperties"), Mapping):
        return f"object of {_type_of(value['additionalProperties'])}"
    return str(value.get("type", "any"))


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")
