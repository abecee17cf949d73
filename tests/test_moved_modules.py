"""What the changelog says of modules that moved is where it says: who imported them finds them again."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "trkstruct"
TEXT = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
MOVED, _, LEFT = TEXT.partition("### Moved modules\n")[2].partition("\n#")[0].partition("What left its module:")
NAMES = r"((?:`\w+`(?:, | and )?)+)"


def rows(table: str) -> list[list[str]]:
    """The cells of a table's rows, but its first, without what stands in round brackets."""
    found = [re.sub(r" \(.*?\)", "", line).strip("| ").split("|") for line in table.splitlines() if line[:3] == "| `"]
    assert len(found) > 10
    return found


def file_of(module: str) -> Path:
    path = PACKAGE / module.replace(".", "/")
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def defined_in(module: str) -> set[str]:
    path = file_of(module)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))} | {
        inner.stem for inner in path.parent.glob("*.py") if path.name == "__init__.py"
    }


@pytest.mark.parametrize("row", rows(MOVED), ids=lambda row: row[0].strip(" `"))
def test_a_module_that_moved_is_there(row: list[str]) -> None:
    package, same, renamed = row
    targets = [*re.findall(r"`([\w.]+)`", same), *re.findall(r"→ `([\w.]+)`", renamed)]
    assert targets
    assert [name for name in targets if not file_of(f"{package.strip(' `')}.{name}").is_file()] == []


@pytest.mark.parametrize("row", rows(LEFT), ids=lambda row: row[0].strip())
def test_what_left_its_module_is_there(row: list[str]) -> None:
    for names, module in re.findall(NAMES + r" in `([a-z_.]+)`", row[1]):
        assert set(re.findall(r"\w+", names)) - {"and"} <= defined_in(module), module
    for module in re.findall(r"`([a-z_]+\.[a-z_.]+)`", row[1]):
        assert file_of(module).is_file(), module
