"""Worker processes: who runs which case, what happens when one dies, and that none outlives the run.

Each worker is a pool of one process, so when a process dies it is known which case it was working on. Importing this
module loads no OpenMM: workers get the number of threads through their environment, which OpenMM reads on being loaded.
"""

import heapq
import os
import signal
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from trkstruct.cases import CaseSpec
    from trkstruct.pipeline import CaseResult

Run = Callable[["CaseSpec", Path], "CaseResult"]
Outcomes = Iterator[tuple[str, "CaseResult | None"]]

WILD_TYPE: Final = "WT"
THREADS_VARIABLE: Final = "OPENMM_CPU_THREADS"
ATTEMPTS_PER_CASE: Final = 2  # a case whose worker died is tried once more; dying twice is its own doing


def available_cores() -> int:
    """Cores that this process may use (affinity and container limits included where the system tells)."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_here(plan: "Mapping[str, CaseSpec]", out_dir: Path, run: Run) -> Outcomes:
    """Run the cases in this process, wild types first; yield each one's content key and result."""
    for key, spec in sorted(plan.items(), key=lambda item: item[1].mutation != WILD_TYPE):
        yield key, run(spec, out_dir)


@dataclass(frozen=True)
class _Worker:
    """A pool of one process, and that process's id once it has started."""

    pool: ProcessPoolExecutor
    pid: "Future[int]"


def run_in_workers(plan: "Mapping[str, CaseSpec]", out_dir: Path, run: Run, workers: int | None) -> Outcomes:
    """Yield content keys and results as they come, None for a case that killed its worker twice.

    Mutants start once their wild type is done; leaving early kills the workers.
    """
    keys, specs = tuple(plan), tuple(plan.values())
    ready, held = _hold_mutants(specs)
    attempts = [0] * len(specs)
    busy: dict[Future[CaseResult], tuple[_Worker, int]] = {}
    with _one_thread_each():
        idle = [_start_worker() for _ in range(min(workers or available_cores(), len(specs)))]
        try:
            while ready or busy:
                while ready and idle:
                    worker, index = idle.pop(), heapq.heappop(ready)
                    attempts[index] += 1
                    busy[worker.pool.submit(run, specs[index], out_dir)] = (worker, index)
                for future in wait(busy, return_when=FIRST_COMPLETED).done:
                    worker, index = busy.pop(future)
                    result: CaseResult | None
                    try:
                        result = future.result()
                    except BrokenProcessPool:
                        worker.pool.shutdown()
                        idle.append(_start_worker())
                        if attempts[index] < ATTEMPTS_PER_CASE:
                            heapq.heappush(ready, index)
                            continue
                        result = None
                    else:
                        idle.append(worker)
                    if specs[index].mutation == WILD_TYPE:
                        for released in held.pop(_reference(specs[index]), ()):
                            heapq.heappush(ready, released)
                    yield keys[index], result
        finally:
            for worker in (*idle, *(worker for worker, _ in busy.values())):
                _stop_worker(worker)


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
    worker.pool.shutdown(wait=False, cancel_futures=True)
    if worker.pid.done() and not worker.pid.cancelled() and worker.pid.exception() is None:
        try:
            os.kill(worker.pid.result(), signal.SIGTERM)
        except ProcessLookupError:
            return


def _prepare_worker() -> None:
    """Ctrl-C is the coordinator's to handle, and a worker ends when the coordinator does, however that ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _reference(spec: "CaseSpec") -> tuple[str | None, ...]:
    return (spec.kinase, spec.ligand, spec.structure, spec.chain, spec.ligand_residue)


def _hold_mutants(specs: "Sequence[CaseSpec]") -> tuple[list[int], dict[tuple[str | None, ...], list[int]]]:
    """Indices that may start now (a heap), and those that wait for the wild type they start from."""
    wild_types = {_reference(spec) for spec in specs if spec.mutation == WILD_TYPE}
    ready: list[int] = []
    held: dict[tuple[str | None, ...], list[int]] = defaultdict(list)
    for index, spec in enumerate(specs):
        waits = spec.mutation != WILD_TYPE and _reference(spec) in wild_types
        (held[_reference(spec)] if waits else ready).append(index)
    return ready, held
