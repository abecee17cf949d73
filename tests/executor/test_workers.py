"""Worker processes that die, crash, leave, hang or are stopped, as they start or at work; and the end of a run."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from support import ending_runs, fake_pipeline
from support.fake_pipeline import FakeSpec, called
from support.run_and_load import run_and_load
from trkstruct.errors import InputError, RunError
from trkstruct.executor import crew as crew_module
from trkstruct.executor.case_queue import Task
from trkstruct.executor.crew import START_SECONDS, Crew, Lost
from trkstruct.executor.open_files import FILES_OF_A_RUN, FILES_PER_WORKER

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals")

PLAN = tuple(FakeSpec(mutation) for mutation in ("WT", "G595R", "F589L"))
SUPPORT = Path(__file__).parents[1]
ENDINGS = {
    "G595R": ending_runs.be_terminated,
    "F589L": ending_runs.crash,
    "G667C": ending_runs.leave,
    "A608D": ending_runs.leave_at_once,
    "V573M": ending_runs.be_interrupted,
}


def test_a_worker_that_ends_in_any_way_costs_a_retry(tmp_path: Path) -> None:
    plan = [FakeSpec(mutation) for mutation in ("WT", *ENDINGS)]
    results = run_and_load(plan, tmp_path, run=ending_runs.RunWithEndings(ENDINGS), workers=2)
    assert [case.status for case in results.cases] == ["ok"] * 6
    assert sorted(called(tmp_path)) == sorted(["WT", *ENDINGS, *ENDINGS])


def test_a_case_that_always_leaves_its_worker_fails_alone(tmp_path: Path) -> None:
    run = ending_runs.RunWithEndings({"G595R": ending_runs.leave}, 99)
    results = run_and_load(PLAN, tmp_path, run=run, workers=1)
    assert [case.status for case in results.cases] == ["ok", "failed", "ok"]
    assert called(tmp_path).count("G595R") == 3


def test_an_error_that_nobody_caught_fails_its_case_alone(tmp_path: Path) -> None:
    run = ending_runs.RunWithEndings({"G595R": ending_runs.raise_an_error})
    results = run_and_load(PLAN, tmp_path, run=run, workers=1)
    assert [case.status for case in results.cases] == ["ok", "failed", "ok"]
    error = results.cases[1].error
    assert error is not None and (error.error_type, error.message) == ("TypeError", "nobody foresaw this")


def test_a_stopped_worker_is_cut_off_and_stops_no_other(tmp_path: Path) -> None:
    run = ending_runs.RunWithEndings({"G595R": ending_runs.be_stopped})
    results = run_and_load(PLAN, tmp_path, run=run, workers=1, case_limit_seconds=3.0)
    assert [case.status for case in results.cases] == ["ok", "failed", "ok"]
    error = results.cases[1].error
    assert error is not None and "cut off after 3 s" in error.message
    assert called(tmp_path).count("G595R") == 1


def test_a_worker_that_dies_as_it_starts_is_no_fault_of_its_case(tmp_path: Path) -> None:
    run = ending_runs.RunThatIsHardToLoad(tmp_path / "log", ending_runs.be_killed, 3)
    results = run_and_load(PLAN, tmp_path / "out", run=run, workers=1)
    assert [case.status for case in results.cases] == ["ok"] * 3
    assert called(tmp_path / "out") == ["WT", "G595R", "F589L"], "none is tried twice"


def test_workers_that_never_start_end_the_run_with_a_word(tmp_path: Path) -> None:
    run = ending_runs.RunThatIsHardToLoad(tmp_path / "log", ending_runs.be_killed, 99)
    with pytest.raises(RunError, match=r"5 worker processes in a row .*exit code -9.*--workers"):
        run_and_load(PLAN, tmp_path / "out", run=run, workers=1)
    assert (tmp_path / "log").stat().st_size == 5


def test_a_worker_that_hangs_as_it_starts_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, ended = [0.0], []

    def start(workers: set[object], news: object) -> object:
        workers.add(worker := object())
        return worker

    monkeypatch.setattr(crew_module, "start_worker", start)
    monkeypatch.setattr(crew_module, "hand_over", lambda *_: None)
    monkeypatch.setattr(crew_module, "end_workers", lambda workers: ended.extend(workers))
    monkeypatch.setattr(crew_module, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    monkeypatch.setattr(crew_module, "TICK_SECONDS", 0.0)
    for limit_seconds, patience in ((1800.0, START_SECONDS), (5.0, 65.0)):
        crew, task = Crew(fake_pipeline.run_well, tmp_path, 1, limit_seconds), Task("key", FakeSpec("WT"))
        clock[0] = 0.0
        ended.clear()
        crew.give(task)
        clock[0] = patience - 1
        assert [*crew.outcomes()] == [] and not ended
        clock[0] = patience + 1
        assert [*crew.outcomes()] == [(task, Lost.STARTING)]
        assert len(ended) == 1 and len(crew) == 0 and crew.has_place


SLOW_RUN = """
import signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from support import fake_pipeline as fake
from support.run_and_load import run_and_load
from trkstruct.cli.endings import terminated_as_interrupted
if __name__ == '__main__':
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in a background job
    with terminated_as_interrupted():
        run_and_load([fake.FakeSpec(name) for name in sys.argv[3:]], Path(sys.argv[2]), run=fake.run_slowly, workers=2)
"""


def start_slow_run(folder: Path) -> subprocess.Popen[str]:
    """A run that has finished its wild type and is held up in its mutants, in a process of its own."""
    path = folder.parent / "slow_run.py"
    path.write_text(SLOW_RUN)
    process = subprocess.Popen(
        [sys.executable, path, SUPPORT, folder, *(spec.mutation for spec in PLAN)],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    until = time.monotonic() + 300
    while len(called(folder)) < 3:
        assert time.monotonic() < until, "the run did not get going"
        assert process.poll() is None
        time.sleep(0.05)
    return process


@pytest.mark.skipif(sys.platform != "linux", reason="stopped workers end with their coordinator on Linux")
@pytest.mark.parametrize(
    ("number", "stopped"),
    [(signal.SIGINT, True), (signal.SIGTERM, False), (signal.SIGTERM, True), (signal.SIGKILL, True)],
)
def test_an_interrupted_run_leaves_no_process_and_continues(
    number: signal.Signals, stopped: bool, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    process = start_slow_run(folder)
    family = psutil.Process(process.pid).children(recursive=True)
    assert len(family) >= 2
    for child in family if stopped else ():
        if "spawn_main" in " ".join(child.cmdline()):
            child.suspend()
    process.send_signal(number)
    process.communicate(timeout=60)
    _, alive = psutil.wait_procs(family, timeout=60)
    assert not alive, "workers outlived their coordinator"
    assert not (folder / "results.json").exists()
    (folder / "calls").unlink()
    results = run_and_load(PLAN, folder, run=fake_pipeline.run_well, workers=0)
    assert called(folder) == ["G595R", "F589L"]
    assert [case.status for case in results.cases] == ["ok"] * 3


LIMITED = """
import resource, sys
from trkstruct.executor.open_files import reserve_open_files
resource.setrlimit(resource.RLIMIT_NOFILE, (int(sys.argv[1]), int(sys.argv[2])))
reserve_open_files(int(sys.argv[3]))
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


def limited(soft: int, hard: int, workers: int) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-c", LIMITED, *map(str, (soft, hard, workers))]
    return subprocess.run(words, capture_output=True, text=True, check=False)


def test_the_limit_on_open_files_is_raised_where_the_system_allows_it() -> None:
    done = limited(40, 4000, 130)
    assert done.returncode == 0, done.stderr
    assert FILES_OF_A_RUN + 130 * FILES_PER_WORKER <= int(done.stdout) <= 600
    assert limited(2000, 4000, 130).stdout == "2000\n", "it is never lowered"


def test_too_few_open_files_are_said_with_the_number_needed() -> None:
    said = limited(40, 200, 130).stderr
    assert "A run with 130 worker processes needs 4" in said and "this system allows 200" in said
    assert "ulimit -n 4" in said and "--workers 5" in said
    assert "use --workers" not in limited(30, 30, 2).stderr.splitlines()[-1]


def test_a_run_with_too_few_open_files_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import resource

    monkeypatch.setattr(resource, "getrlimit", lambda _: (40, 40))
    with pytest.raises(InputError, match=r"ulimit -n \d+"):
        run_and_load(PLAN, tmp_path / "out", run=fake_pipeline.run_well, workers=130)
    assert not (tmp_path / "out").exists()


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux")
def test_as_many_files_as_are_reserved_are_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started, most, before = [], [], open_files()
    real = crew_module.start_worker

    def start(*words: object) -> object:
        worker = real(*words)
        started.append(worker.process.pid)
        most.append(open_files())
        return worker

    monkeypatch.setattr(crew_module, "start_worker", start)
    run_and_load(PLAN, tmp_path, run=fake_pipeline.run_a_little, workers=2)
    assert len(started) == 2
    assert max(most) <= before + FILES_OF_A_RUN // 2 + 2 * FILES_PER_WORKER
