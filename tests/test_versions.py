"""The versions that a kept case stands on: every library that computes any of its numbers."""

import ast
import importlib.metadata
import sys
from pathlib import Path

from trkstruct.cases.spec import CaseSpec
from trkstruct.versions import LIBRARIES, OPTIONAL, _versions, installed_versions

SOURCE = Path(__file__).parents[1] / "src" / "trkstruct"
COMPUTES_NOTHING = {  # they read, show, carry or guard
    "click", "defusedxml", "distributed", "filelock", "httpx", "ipymolstar", "jinja2", "matplotlib", "molviewspec",
    "pandas", "platformdirs", "plotly", "py3dmol", "pydantic", "rich", "ipython", "gemmi",
    "loguru", "markupsafe",
}  # fmt: skip


def imported_packages() -> set[str]:
    """Distributions that any module of the package imports, at its top or inside a function."""
    modules: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {each.name.partition(".")[0] for each in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                modules.add(node.module.partition(".")[0])
    of_module = importlib.metadata.packages_distributions()
    others = modules - set(sys.stdlib_module_names) - {"trkstruct"}
    return {of_module.get(module, [module])[0].lower().replace("-", "_") for module in others}


def test_every_library_that_computes_is_named() -> None:
    named = {name.replace("-", "_") for name in (*LIBRARIES, *OPTIONAL, *COMPUTES_NOTHING)}
    assert imported_packages() <= named


def test_another_version_of_any_of_them_is_another_key(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    spec = CaseSpec(kinase="TRKA", mutation="G595R", ligand="larotrectinib")
    now, real = spec.key(), importlib.metadata.version
    for name in installed_versions().keys() - {"trkstruct", "python", "system"}:
        _versions.cache_clear()
        with monkeypatch.context() as changed:
            changed.setattr(importlib.metadata, "version", lambda each, name=name: "0" if each == name else real(each))
            assert spec.key() != now, name
    _versions.cache_clear()
    assert spec.key() == now
