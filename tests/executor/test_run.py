"""The executor with real worker processes: order, resuming, lost workers, locks, interruption."""

import json
import os
import time
from pathlib import Path

import openmm
import pytest
from filelock import FileLock

from support import fake_pipeline
from support.fake_pipeline import FakeSpec, called
from support.run_and_load import run_and_load
from trkstruct.cases.spec import repeat_command
from trkstruct.errors import InputError, RelaxationError, RunError
from trkstruct.executor.workers import available_cores
from trkstruct.files.run_folder import LOCK_NAME
from trkstruct.records import Case
from trkstruct.report.page.page import write_report
from trkstruct.settings import Settings

PLAN = tuple(FakeSpec(mutation) for mutation in ("WT", "G595R", "F589L", "G667C"))


def results_of(folder: Path) -> dict:
    return json.loads((folder / "results.json").read_text())


@pytest.mark.parametrize("workers", [0, 1, 2])
def test_results_are_in_the_order_of_the_plan_whatever_the_workers(tmp_path: Path, workers: int) -> None:
    results = run_and_load(PLAN, tmp_path, run=fake_pipeline.run_well, workers=workers)
    assert [case.mutation for case in results.cases] == ["WT", "G595R", "F589L", "G667C"]
    assert [case["mutation"] for case in results_of(tmp_path)["cases"]] == ["WT", "G595R", "F589L", "G667C"]
    assert len((tmp_path / "results.csv").read_text().splitlines()) == 5
    assert all((tmp_path / case.files.complex).is_file() for case in results.cases)


@pytest.mark.parametrize("workers", [0, 2])
def test_wild_type_runs_before_its_mutants_wherever_it_stands(tmp_path: Path, workers: int) -> None:
    run_and_load(PLAN[::-1], tmp_path, run=fake_pipeline.run_well, workers=workers)
    assert called(tmp_path)[0] == "WT"
    assert sorted(called(tmp_path)) == sorted(spec.mutation for spec in PLAN)


def test_workers_have_one_openmm_thread_and_this_process_keeps_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENMM_CPU_THREADS", "7")
    results = run_and_load(PLAN[:1], tmp_path, run=fake_pipeline.run_well, workers=1)
    assert results.cases[0].notes == ("threads 1",)
    assert os.environ["OPENMM_CPU_THREADS"] == "7"


def test_finished_cases_are_taken_and_failed_ones_tried_again(tmp_path: Path) -> None:
    first = run_and_load(PLAN, tmp_path, run=fake_pipeline.run_with_failure, workers=1)
    assert [case.status for case in first.cases] == ["ok", "failed", "ok", "ok"]
    (tmp_path / "calls").unlink()
    seen: list[tuple[str, bool]] = []
    second = run_and_load(
        PLAN,
        tmp_path,
        run=fake_pipeline.run_well,
        workers=1,
        on_done=lambda case, kept: seen.append((case.mutation, kept)),
    )
    assert called(tmp_path) == ["G595R"]
    assert sorted(seen) == [("F589L", True), ("G595R", False), ("G667C", True), ("WT", True)]
    assert [case.status for case in second.cases] == ["ok"] * 4


def test_complexes_can_be_left_out(tmp_path: Path) -> None:
    results = run_and_load(PLAN[:2], tmp_path, run=fake_pipeline.run_well, workers=0, keep_complexes=False)
    assert [set(dict(case.files).values()) for case in results.cases] == [{None}, {None}]
    assert not [*(tmp_path / "complexes").iterdir()]
    run_and_load(PLAN[:2], tmp_path, run=fake_pipeline.run_well, workers=0, keep_complexes=False)
    assert len(called(tmp_path)) == 2, "what was finished is not computed again"
    assert "<html" in write_report(results, tmp_path).read_text(encoding="utf-8")


def test_other_settings_are_another_case(tmp_path: Path) -> None:
    run_and_load(PLAN[:1], tmp_path, run=fake_pipeline.run_well, workers=0)
    other = FakeSpec("WT", settings=PLAN[0].settings.model_copy(update={"seed": 1}))
    run_and_load((other,), tmp_path, run=fake_pipeline.run_well, workers=0)
    assert called(tmp_path) == ["WT", "WT"]


def test_a_lost_worker_costs_a_retry(tmp_path: Path) -> None:
    results = run_and_load(PLAN, tmp_path, run=fake_pipeline.run_with_one_crash, workers=2)
    assert [case.status for case in results.cases] == ["ok"] * 4
    assert called(tmp_path).count("G595R") == 2


def test_a_case_that_kills_its_worker_fails_alone(tmp_path: Path) -> None:
    results = run_and_load(PLAN, tmp_path, run=fake_pipeline.run_with_crashes, workers=2)
    assert [case.status for case in results.cases] == ["ok", "failed", "ok", "ok"]
    assert sorted(called(tmp_path)) == ["F589L", "G595R", "G595R", "G595R", "G667C", "WT"]
    error = results.cases[1].error
    assert error is not None
    assert error.stage == "worker"
    assert "--mutation G595R" in error.repeat_command


def test_an_error_of_a_case_is_not_retried(tmp_path: Path) -> None:
    run_and_load(PLAN, tmp_path, run=fake_pipeline.run_with_failure, workers=2)
    assert called(tmp_path).count("G595R") == 1


def test_a_hung_case_is_cut_off_once_and_stops_no_other(tmp_path: Path) -> None:
    started = time.monotonic()
    results = run_and_load(PLAN, tmp_path, run=fake_pipeline.run_with_a_hang, workers=2, case_limit_seconds=3.0)
    assert time.monotonic() - started < 30
    assert [case.status for case in results.cases] == ["ok", "failed", "ok", "ok"]
    assert called(tmp_path).count("G595R") == 1
    error = results.cases[1].error
    assert error is not None
    assert "cut off after 3 s" in error.message
    assert "--mutation G595R" in error.repeat_command


def test_a_full_disk_stops_the_run_and_keeps_what_was_finished(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")  # a limit on file size fails writes as a full disk does
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(RunError, match=r"no room for .*make room and repeat the command"):
            run_and_load(PLAN, tmp_path, run=fake_pipeline.run_to_a_large_file, workers=0)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert called(tmp_path) == ["WT", "G595R"]
    assert not (tmp_path / "results.json").exists()
    assert not [path for path in tmp_path.rglob(".*") if path.name != LOCK_NAME]
    results = run_and_load(PLAN, tmp_path, run=fake_pipeline.run_to_a_large_file, workers=0)
    assert called(tmp_path) == ["WT", "G595R", "G595R", "F589L", "G667C"]
    assert [case.status for case in results.cases] == ["ok"] * 4


def test_a_stored_result_that_vanishes_during_the_run_is_a_failed_case(tmp_path: Path) -> None:
    def remove_g595r(case: Case, kept: bool) -> None:
        if case.mutation == "F589L":
            next((tmp_path / "cases").glob("*G595R*")).unlink()

    results = run_and_load(PLAN, tmp_path, run=fake_pipeline.run_well, workers=0, on_done=remove_g595r)
    assert [case.status for case in results.cases] == ["ok", "failed", "ok", "ok"]


def test_a_second_run_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    with FileLock(tmp_path / LOCK_NAME), pytest.raises(InputError, match="Another trkstruct run"):
        run_and_load(PLAN, tmp_path, run=fake_pipeline.run_well, workers=0)
    assert not (tmp_path / "results.json").exists()


def test_a_platform_that_is_not_there_is_said_before_anything_is_written(tmp_path: Path) -> None:
    installed = {openmm.Platform.getPlatform(index).getName() for index in range(openmm.Platform.getNumPlatforms())}
    missing = sorted({"CUDA", "HIP"} - installed)
    if not missing:
        pytest.skip("every platform is installed here")
    spec = FakeSpec("WT", settings=Settings.model_validate({"platform": missing[0]}))
    with pytest.raises(RelaxationError, match="is not installed"):
        run_and_load((spec,), tmp_path / "out", run=fake_pipeline.run_well, workers=0)
    assert not (tmp_path / "out").exists()


def test_the_platform_that_was_used_is_recorded(tmp_path: Path) -> None:
    spec = FakeSpec("WT", settings=Settings(platform="Reference"))
    assert run_and_load((spec,), tmp_path, run=fake_pipeline.run_well, workers=0).platform == "Reference"
    assert run_and_load(PLAN[:1], tmp_path, run=fake_pipeline.run_well, workers=0).platform != "auto"


def test_nothing_to_run_is_an_error() -> None:
    with pytest.raises(InputError, match="no case"):
        run_and_load((), Path("unused"), run=fake_pipeline.run_well)
    assert not Path("unused").exists()


def test_repeat_command_is_one_shell_line() -> None:
    spec = FakeSpec("F589L+G595R", ligand="x=CC(=O)O", structure="my file.pdb", chain="A")
    assert repeat_command(spec) == (
        "trkstruct scan --kinase TRKA --mutation F589L+G595R --ligand 'x=CC(=O)O' --structure 'my file.pdb' --chain A "
        "--preset standard --platform auto --seed 0"
    )


def test_available_cores_are_counted() -> None:
    assert 1 <= available_cores() <= (os.cpu_count() or 1)
