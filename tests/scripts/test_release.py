"""What other tools read of the project says the same as pyproject.toml; the image runs the demo."""

import re
import tomllib
from pathlib import Path

import pytest

yaml = pytest.importorskip("yaml", reason="PyYAML is not installed (the extra docs brings it)")

ROOT = Path(__file__).parents[2]
OTHER_NAMES = {"matplotlib-base": "matplotlib", "dimorphite-dl": "dimorphite_dl"}


@pytest.fixture(scope="module")
def project() -> dict[str, object]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        return dict(tomllib.load(file)["project"])


def test_the_recipe_asks_for_what_the_package_asks_for(project: dict[str, object]) -> None:
    recipe = yaml.safe_load((ROOT / "recipe" / "recipe.yaml").read_text(encoding="utf-8"))
    assert recipe["context"]["version"] == project["version"]
    asked = [each.partition(" ") for each in recipe["requirements"]["run"]]
    found = {OTHER_NAMES.get(name, name) + bounds for name, _, bounds in asked}
    assert found - {f"python{project['requires-python']}"} == set(project["dependencies"])  # type: ignore[call-overload]


def test_the_citation_has_what_a_reference_manager_needs(project: dict[str, object]) -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    needed = {"cff-version", "message", "title", "authors", "abstract", "version", "date-released", "license"}
    assert needed <= set(citation)
    assert citation["version"] == project["version"]
    urls = project["urls"]
    assert (citation["repository-code"], citation["url"]) == (urls["Repository"], urls["Homepage"])  # type: ignore[index]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", str(citation["date-released"]))


def test_an_address_of_the_project_stands_in_pyproject_and_the_citation_alone(project: dict[str, object]) -> None:
    home = str(project["urls"]["Homepage"])  # type: ignore[index]
    places = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "mkdocs.yml", ROOT / "recipe" / "recipe.yaml"]
    assert not [path.name for path in places if home in path.read_text(encoding="utf-8")]


def test_the_image_runs_the_demo() -> None:
    demo, image = ((ROOT / name).read_text(encoding="utf-8") for name in ("scripts/demo.sh", "Dockerfile"))
    words = re.findall(r'"([^"]+)"', image[image.index("CMD [") :])
    assert words[1:] == re.findall(r"[\w-]+", demo[demo.index("scan --kinase") : demo.index('"$@"')])
