"""A run that is killed again and again ends as if it had not been; scripts/check/kill_test.py does it at length."""

import importlib.util
import random
import sys
from pathlib import Path
from types import ModuleType

import pytest

from trkstruct.executor.run_options import RunOptions

SCRIPT = Path(__file__).parents[2] / "scripts" / "check" / "kill_test.py"


def load_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("kill_test", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["kill_test"] = module  # dataclasses look themselves up
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_kills_of_coordinator_and_workers_lose_nothing(tmp_path: Path) -> None:
    script = load_script()
    n_cases = 14
    script.run_plan(
        script.plan(n_cases), tmp_path / "undisturbed", script.RunThatIsAskedToLeave(), RunOptions(workers=0)
    )
    toll = script.kill_until_finished(tmp_path / "killed", tmp_path / "undisturbed", n_cases, 4, random.Random(2))
    assert toll.kills >= 1
    assert (toll.lost, toll.duplicated, toll.recomputed, toll.identical) == (0, 0, 0, True)
