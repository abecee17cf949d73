"""The documentation builds without a warning, and its reference holds every command, function and field."""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import click
import pytest

import trkstruct
from trkstruct.case_parts import Clash, Evidence
from trkstruct.cli import COMMANDS, main
from trkstruct.records import Case, Results

ROOT = Path(__file__).parents[1]
NEEDED = ("mkdocs", "material", "mkdocs_click", "mkdocs_jupyter", "mkdocstrings")
OUTSIDE = re.compile(r'<(?:script|img|iframe)[^>]+src="https?://|<link[^>]+rel="stylesheet"[^>]+href="https?://')

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("docs")]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        pytest.skip(f"{', '.join(missing)} not installed (pip install 'trkstruct[docs]')")
    folder = tmp_path_factory.mktemp("site")
    finished = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return folder


def page(site: Path, name: str) -> str:
    return (site / name / "index.html").read_text(encoding="utf-8")


def test_every_command_and_option_is_in_the_reference(site: Path) -> None:
    text = page(site, "reference/commands")
    for name in COMMANDS:
        command = main.get_command(click.Context(main), name)
        assert re.search(rf'<h3 id="trkstruct-{name}"', text), name
        assert command is not None
        options = [option for each in command.params for option in each.opts if option.startswith("--")]
        assert all(option in text for option in options), options


def test_every_public_name_is_in_the_reference(site: Path) -> None:
    text = page(site, "reference/python")
    headings = set(re.findall(r'<h3 id="trkstruct\.([\w.]+)"', text))
    assert set(trkstruct.__all__) - {"__version__"} <= {heading.rpartition(".")[2] for heading in headings}


def test_every_field_of_the_results_is_explained(site: Path) -> None:
    text = page(site, "reference/results-file")
    for record in (Results, Case, Clash, Evidence):
        assert f'<h2 id="{record.__name__.lower()}"' in text
        assert all(f"<code>{field}</code>" in text for field in record.model_fields)


def test_the_tour_is_a_page_with_its_outputs(site: Path) -> None:
    text = page(site, "tour")
    assert "packed-molstar" in text and "hydroxypyrrolidine" in text
    assert text.count('src="data:image/png;base64,') >= 2


def test_no_page_fetches_anything_by_itself_but_the_tours_viewer(site: Path) -> None:
    for path in site.rglob("*.html"):
        assert not OUTSIDE.search(path.read_text(encoding="utf-8")), path


def test_the_picture_of_the_packages_is_drawn_on_its_page_alone(site: Path) -> None:
    drawn = [path.parent.name for path in site.rglob("*.html") if 'class="mermaid"' in path.read_text(encoding="utf-8")]
    assert drawn == ["architecture"]


def test_every_page_can_be_reached(site: Path) -> None:
    start = (site / "index.html").read_text(encoding="utf-8")
    for path in set((ROOT / "docs").rglob("*.md")) - {ROOT / "docs" / "index.md"}:
        page_path = path.relative_to(ROOT / "docs").with_suffix("").as_posix()
        assert f'href="{page_path}/"' in start, page_path
