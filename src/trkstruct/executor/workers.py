"""Worker processes: who runs which case, what happens when one dies or hangs, and that none outlives the run.

Each worker is a pool of one process, so when a process dies it is known which case it was working on. Importing this
module loads no OpenMM: workers get the number of threads through their environment, which OpenMM reads on being loaded.
"""

import faulthandler
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import TYPE_CHECKING, Final

from trkstruct.executor.case_queue import CaseQueue, Task

if TYPE_CHECKING:
    from trkstruct.cases.run_case import CaseResult
    from trkstruct.cases.spec import CaseSpec

THREADS_VARIABLE: Final = "OPENMM_CPU_THREADS"
ATTEMPTS_PER_CASE: Final = 3  # a case whose worker died is tried again; dying three times is its own doing
START_SECONDS: Final = 60.0  # in which a new process has started; one second where nothing else runs


@dataclass(frozen=True)
class LostCase:
    """Why a case has no result although nothing in it raised an error: its process died, or it was cut off."""

    error_type: str
    message: str


Run = Callable[["CaseSpec", Path], "CaseResult"]
Outcomes = Generator[tuple[Task, "CaseResult | LostCase"], None, None]


def available_cores() -> int:
    """Cores that this process may use (affinity and container limits included where the system tells)."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def died(attempts: int) -> LostCase:
    """What is said of a case whose process died every time."""
    times = f"{attempts} times" if attempts > 1 else "once"
    return LostCase(
        "BrokenProcessPool", f"the process died {times} on this case (out of memory, or a crash in a library)"
    )


def cut_off(limit_seconds: float) -> LostCase:
    """What is said of a case that took too long."""
    return LostCase("TimeoutError", f"cut off after {limit_seconds:g} s; a longer limit is set with --case-limit")


def run_here(todo: Iterable[Task], out_dir: Path, run: Run) -> Outcomes:
    """Run the cases in this process, in their order; without a time limit, since nothing could cut them off."""
    for task in todo:
        yield task, run(task.spec, out_dir)


@contextmanager
def time_limit(limit_seconds: float) -> Iterator[None]:
    """End this whole process when the block takes longer, even if it hangs inside a compiled library."""
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123 - a file descriptor for the stack that is written on expiry
        faulthandler.dump_traceback_later(limit_seconds, exit=True, file=nowhere)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()


@dataclass(frozen=True)
class _Worker:
    """A pool of one process, and that process's id once it has started."""

    pool: ProcessPoolExecutor
    pid: "Future[int]"


@dataclass(frozen=True)
class _Job:
    """What a worker is doing, and since when (monotonic seconds)."""

    worker: _Worker
    task: Task
    started: float


def run_in_workers(
    todo: Iterable[Task], out_dir: Path, run: Run, workers: int | None, limit_seconds: float
) -> Outcomes:
    """Yield tasks and results as they come; ``LostCase`` for a case that hung, or killed its worker each time.

    Mutants start once their wild type is done; leaving early kills the workers.
    """
    case_queue, deaths = CaseQueue(todo), Counter[str]()
    busy: dict[Future[CaseResult], _Job] = {}
    idle: list[_Worker] = []
    with _one_thread_each():
        try:
            while True:
                while len(busy) < (workers or available_cores()) and (task := case_queue.take()) is not None:
                    worker, future = _submit(idle, run, task, out_dir, limit_seconds)
                    busy[future] = _Job(worker, task, time.monotonic())
                if not busy:
                    return
                for future in wait(busy, return_when=FIRST_COMPLETED).done:
                    job = busy.pop(future)
                    result: CaseResult | LostCase
                    try:
                        result = future.result()
                    except BrokenProcessPool:
                        job.worker.pool.shutdown()
                        deaths[job.task.key] += 1
                        if time.monotonic() - job.started >= limit_seconds:
                            result = cut_off(limit_seconds)
                        elif deaths[job.task.key] < ATTEMPTS_PER_CASE:
                            case_queue.give_back(job.task)
                            continue
                        else:
                            result = died(ATTEMPTS_PER_CASE)
                    else:
                        idle.append(job.worker)
                    case_queue.finish(job.task)
                    yield job.task, result
        finally:
            for worker in (*idle, *(job.worker for job in busy.values())):
                _stop_worker(worker)


def _submit(
    idle: list[_Worker], run: Run, task: Task, out_dir: Path, limit_seconds: float
) -> "tuple[_Worker, Future[CaseResult]]":
    """Hand a case to an idle worker, or to a new one when there is none alive."""
    while idle:
        worker = idle.pop()
        try:
            return worker, worker.pool.submit(_run_limited, run, task.spec, out_dir, limit_seconds)
        except BrokenProcessPool:  # it died while it had nothing to do
            worker.pool.shutdown()
    worker = _start_worker()
    return worker, worker.pool.submit(_run_limited, run, task.spec, out_dir, limit_seconds)


def _run_limited(run: Run, spec: "CaseSpec", out_dir: Path, limit_seconds: float) -> "CaseResult":
    with time_limit(limit_seconds):
        return run(spec, out_dir)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Workers inherit one OpenMM thread each: cases are what runs in parallel, and one thread adds up in one order."""
    before = os.environ.get(THREADS_VARIABLE)
    os.environ[THREADS_VARIABLE] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[THREADS_VARIABLE]
        else:
            os.environ[THREADS_VARIABLE] = before


def _start_worker() -> _Worker:
    pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_prepare_worker)
    return _Worker(pool, pool.submit(os.getpid))


def _stop_worker(worker: _Worker) -> None:
    """End a worker at once, also one that is still starting: left alone, it would compute its case to the end."""
    with suppress(BrokenProcessPool, ProcessLookupError, TimeoutError):
        os.kill(worker.pid.result(timeout=START_SECONDS), signal.SIGTERM)
    worker.pool.shutdown(wait=False, cancel_futures=True)


def _prepare_worker() -> None:
    """Ctrl-C is the coordinator's to handle, and a worker ends when the coordinator does, however that ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
