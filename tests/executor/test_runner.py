"""Who runs the cases: chosen by the options, known by its platform before anything is written."""

from contextlib import closing
from pathlib import Path

import pytest

from support import fake_pipeline
from support.fake_pipeline import FakeSpec
from trkstruct.executor.case_queue import Task
from trkstruct.executor.run_options import CASE_LIMIT_SECONDS, RunOptions
from trkstruct.executor.runner import open_runner
from trkstruct.settings import Settings

REFERENCE = Settings(platform="Reference")


@pytest.mark.parametrize("workers", [0, 1])
def test_it_says_its_platform_and_runs_tasks_as_they_are_asked_for(tmp_path: Path, workers: int) -> None:
    tasks = [Task(spec.key(), spec) for spec in (FakeSpec("WT"), FakeSpec("G595R"))]
    with open_runner(fake_pipeline.run_well, tmp_path, REFERENCE, RunOptions(workers=workers)) as runner:
        assert runner.platform == "Reference"
        assert not [*tmp_path.iterdir()]
        with closing(runner.run(tasks)) as outcomes:
            ended = [(task, result.case.mutation) for task, result in outcomes]
    assert ended == [(tasks[0], "WT"), (tasks[1], "G595R")]


def test_processes_get_as_many_workers_and_seconds_as_the_options_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = []
    monkeypatch.setattr("trkstruct.executor.runner.run_in_workers", lambda todo, **rest: given.append((todo, rest)))
    with open_runner(fake_pipeline.run_well, tmp_path, REFERENCE, RunOptions(3, case_limit_seconds=7.0)) as runner:
        runner.run(())
    rest = {"out_dir": tmp_path, "run": fake_pipeline.run_well, "workers": 3, "limit_seconds": 7.0}
    assert given == [((), rest)]
    assert RunOptions().case_limit_seconds == CASE_LIMIT_SECONDS
