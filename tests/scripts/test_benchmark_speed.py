"""The stages that the benchmark of speed looks for by name are functions that there are."""

import ast
import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_every_function_that_is_looked_for_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "scripts" / "benchmark"))
    spec = importlib.util.spec_from_file_location("speed", ROOT / "scripts" / "benchmark" / "speed.py")
    assert spec is not None and spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    sys.modules["speed"] = script  # dataclasses look themselves up
    spec.loader.exec_module(script)
    there = {
        (path.name, node.name)
        for path in (ROOT / "src").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    }
    assert {*script.STAGES, script.EVALUATION} <= there
