"""The house: small files in small folders, one direction of imports, and a quick door."""

import ast
import re
import statistics
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from types import ModuleType

import pytest

import trkstruct

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "trkstruct"
MODULES = sorted(PACKAGE.rglob("*.py"))
SCRIPTS = sorted(path for path in (ROOT / "scripts").rglob("*") if path.suffix in {".py", ".sh", ".toml"})
PYTHON_FILES = sorted(path for folder in ("src", "tests", "scripts") for path in (ROOT / folder).rglob("*.py"))

LONGEST_FILE = 300
MEDIAN_FILE = 120
LARGEST_FOLDER = 20
MOST_LAYERS = 12
NAMED_FILE = re.compile(r"(?<!tests/)\b(?:scripts|docs)/[\w/-]+\.(?:py|sh|toml|md|png)\b")
WITH_TEXT = {".py", ".md", ".sh", ".toml", ".yaml", ".yml"}

CODE_IN_INIT = {"trkstruct", "trkstruct.cli"}  # the public names; the command that the entry point names
HEAVY = {"openmm", "rdkit", "dask", "distributed", "mdtraj", "pdbfixer", "Bio", "scipy", "pandas", "numba", "prolif"}


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")


def run_python(code: str) -> list[str]:
    """Words that a fresh process prints."""
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    return finished.stdout.split()


def contract() -> dict[str, object]:
    with (ROOT / "pyproject.toml").open("rb") as stream:
        contracts = tomllib.load(stream)["tool"]["importlinter"]["contracts"]
    assert len(contracts) == 1
    return dict(contracts[0])


def imported(path: Path) -> Iterator[str]:
    """Modules of the package that a file imports, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_no_folder_holds_more_than_twenty_modules() -> None:
    pages = (ROOT / "docs").rglob("*.*")
    sizes = Counter(str(path.parent.relative_to(ROOT)) for path in {*PYTHON_FILES, *SCRIPTS, *pages})
    assert {"src/trkstruct/structure/formats", "tests/support", "scripts/benchmark"} <= set(sizes)
    assert {name: size for name, size in sizes.items() if size > LARGEST_FOLDER} == {}


def test_every_script_and_page_that_a_text_names_is_there() -> None:
    folders = (ROOT / name for name in ("docs", "src", "tests", "scripts", ".ci"))
    texts = [path for folder in folders for path in folder.rglob("*") if path.suffix in WITH_TEXT]
    files = [path for path in ROOT.iterdir() if path.suffix in WITH_TEXT and path.name != "CHANGELOG.md"]
    named = {
        name: path.relative_to(ROOT).as_posix()
        for path in (*texts, *files, ROOT / ".ci" / "run", ROOT / "Dockerfile", ROOT / "NOTICE")
        for name in NAMED_FILE.findall(path.read_text(encoding="utf-8"))
    }
    assert len(named) > 40
    assert {name: path for name, path in named.items() if not (ROOT / name).is_file()} == {}


def test_no_file_is_long_and_most_are_short() -> None:
    lengths = {str(path.relative_to(ROOT)): lines_of(path) for path in PYTHON_FILES}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}
    assert statistics.median(lines_of(path) for path in MODULES) <= MEDIAN_FILE
    assert statistics.median(lengths.values()) <= MEDIAN_FILE


def test_the_contract_is_short_and_places_every_module() -> None:
    layers = contract()["layers"]
    assert isinstance(layers, list)
    assert len(layers) <= MOST_LAYERS
    assert contract()["exhaustive"] is True
    placed = [name for layer in layers for name in re.split(r"[|:\s]+", layer)]
    there = {path.stem for path in PACKAGE.glob("*.py")} | {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert len(placed) == len(set(placed))
    assert set(placed) == there - {"__init__", "__main__"}


def test_no_module_takes_a_private_name_from_another() -> None:
    private = {
        f"{path.relative_to(PACKAGE)}: {name}"
        for path in MODULES
        for name in imported(path)
        if name.startswith("trkstruct.") and re.fullmatch(r"_[^_].*", name.rpartition(".")[2])
    }
    assert private == set()


def test_no_two_packages_import_each_other_by_any_way() -> None:
    needs: dict[str, set[str]] = {}
    for path in MODULES:
        here = name_of(path).split(".")[1:2]
        if here and here != ["__main__"]:
            others = {name.split(".")[1] for name in imported(path) if name.startswith("trkstruct.")}
            needs.setdefault(here[0], set()).update(others - set(here))
    assert len(needs) > MOST_LAYERS
    TopologicalSorter(needs).prepare()  # raises CycleError, also within the layer whose members may import each other


def test_an_init_is_one_docstring_and_nothing_else() -> None:
    for path in MODULES:
        if path.name == "__init__.py" and name_of(path) not in CODE_IN_INIT:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            assert len(tree.body) == 1 and ast.get_docstring(tree), path


def test_every_folder_is_told_on_the_page_of_the_architecture_and_in_the_readme() -> None:
    packages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    for page in ("README.md", "docs/explanation/architecture.md"):
        text = (ROOT / page).read_text(encoding="utf-8")
        assert {name for name in packages if f"`{name}" not in text} == set(), page


def test_the_picture_of_the_packages_names_the_folders_that_are_there() -> None:
    picture = (ROOT / "docs" / "explanation" / "architecture.md").read_text(encoding="utf-8").split("```")[1]
    drawn = set(re.findall(r"<b>(\w+)</b>", picture))
    assert drawn == {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    arrows = " ".join(re.findall(r"^ .*-->.*$", picture, re.MULTILINE))
    assert set(re.findall(r"\w+", arrows)) == (drawn - {"files"}) | {"words"}


def test_functions_on_the_page_of_the_architecture_are_where_it_says() -> None:
    text = (ROOT / "docs" / "explanation" / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \d+[a-d]? \| ([^|]+) \| ([^|]+) \|", text, re.MULTILINE)
    assert len(rows) > 20
    for functions, files in rows:
        trees = [ast.parse((PACKAGE / name).read_text(encoding="utf-8")) for name in re.findall(r"`(.+?)`", files)]
        there = {node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        assert set(re.findall(r"`(\w+)`", functions)) <= there, files


def test_every_public_name_can_be_imported_and_is_no_module() -> None:
    for name in trkstruct.__all__:
        assert not isinstance(getattr(trkstruct, name), ModuleType), name
    assert set(dir(trkstruct)) == set(trkstruct.__all__)
    with pytest.raises(AttributeError, match="no attribute 'unknown'"):
        trkstruct.unknown  # noqa: B018


def test_no_submodule_hides_a_public_function() -> None:
    assert run_python("import trkstruct.energy.relax as home, trkstruct; print(trkstruct.relax is home.relax)") == [
        "True"
    ]
    submodules = {name_of(path).split(".")[1] for path in MODULES if path != PACKAGE / "__init__.py"}
    assert submodules.isdisjoint(trkstruct.__all__)


@pytest.mark.parametrize(
    "code",
    [
        "import trkstruct",
        "import trkstruct.cli",
        "import trkstruct.executor.run",
        "from trkstruct.cli import main\nmain(['--help'], standalone_mode=False)",
    ],
    ids=["the package", "the command line", "the run of cases", "--help"],
)
def test_what_is_loaded_first_loads_nothing_heavy(code: str) -> None:
    loaded = set(run_python(f"import sys\n{code}\nprint(*sys.modules)"))
    assert "trkstruct" in loaded
    assert loaded.isdisjoint(HEAVY)


@pytest.mark.parametrize("code", ["import trkstruct", "import trkstruct.cli"])
def test_the_door_does_not_even_load_numpy(code: str) -> None:
    assert {"numpy", "pydantic"}.isdisjoint(run_python(f"import sys\n{code}\nprint(*sys.modules)"))


def test_a_commit_is_checked_by_what_the_check_script_runs() -> None:
    script = re.findall(r'^"\$bin/([\w-]+)"(.*)$', (ROOT / "scripts" / "test.sh").read_text(), re.MULTILINE)
    hooks = re.findall(r"^ +entry: (.+)$", (ROOT / ".pre-commit-config.yaml").read_text(), re.MULTILINE)
    assert hooks == [f"{tool}{arguments}" for tool, arguments in script]
