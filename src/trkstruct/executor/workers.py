"""Cases in this process or in others: who runs which, what happens when a worker dies, hangs or is stopped.

Importing this module loads no OpenMM: workers get the number of threads through their environment, which OpenMM reads
on being loaded.
"""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from trkstruct.executor.case_queue import CaseQueue, Task
from trkstruct.executor.crew import Crew, Lost
from trkstruct.executor.outcomes import ATTEMPTS_PER_CASE, Outcomes, Run, cut_off, died

THREADS_VARIABLE: Final = "OPENMM_CPU_THREADS"


def available_cores() -> int:
    """Cores that this process may use (affinity and container limits included where the system tells)."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_here(todo: Iterable[Task], out_dir: Path, run: Run) -> Outcomes:
    """Run the cases in this process, in their order; without a time limit, since nothing could cut them off."""
    for task in todo:
        yield task, run(task.spec, out_dir)


def run_in_workers(
    todo: Iterable[Task], out_dir: Path, run: Run, workers: int | None, limit_seconds: float
) -> Outcomes:
    """Yield tasks and results as they come; ``LostCase`` for a case that hung, raised, or ended its worker each time.

    Mutants start once their wild type is done; leaving early kills the workers. A worker that ends before it begins its
    case is no fault of the case, which another one gets.

    Raises
    ------
    RunError
        When workers end or hang as they start, again and again.
    """
    case_queue, deaths = CaseQueue(todo), Counter[str]()
    with _one_thread_each(), closing(Crew(run, out_dir, workers or available_cores(), limit_seconds)) as crew:
        while True:
            while crew.has_place and (task := case_queue.take()) is not None:
                crew.give(task)
            if not crew:
                return
            for task, outcome in crew.outcomes():
                result = cut_off(limit_seconds) if outcome is Lost.OVERDUE else outcome
                if result is Lost.AT_WORK:
                    deaths[task.key] += 1
                    result = died(ATTEMPTS_PER_CASE) if deaths[task.key] == ATTEMPTS_PER_CASE else result
                if isinstance(result, Lost):
                    case_queue.give_back(task)
                else:
                    case_queue.finish(task)
                    yield task, result


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
