"""Cases on a Dask cluster: fed a few at a time, results written here as they come, lost workers and schedulers endured.

Dask runs a case again when its worker is lost, and gives up after ``distributed.scheduler.allowed-failures`` workers. A
case that raises is not run again.
"""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import CancelledError
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from trkstruct.cases.spec import failed_case
from trkstruct.errors import reason_of
from trkstruct.executor.case_queue import CaseQueue, Task
from trkstruct.executor.dask_scheduler import Cluster, await_return
from trkstruct.executor.outcomes import ATTEMPTS_PER_CASE, LostCase, Outcomes, Run, cut_off, died
from trkstruct.executor.remote_case import RemoteResult, keep_wild_types
from trkstruct.executor.sent_cases import TICK_SECONDS, SentCases

if TYPE_CHECKING:
    from distributed import Future

    from trkstruct.cases.run_case import CaseResult

CASES_PER_THREAD: Final = 2  # under way for each thread of the cluster: one that runs and one that is there already
FEWEST_UNDER_WAY: Final = 4
GATHER_SECONDS: Final = 60.0


def run_on_cluster(todo: Iterable[Task], out_dir: Path, run: Run, cluster: Cluster, limit_seconds: float) -> Outcomes:
    """Yield tasks and results as they come, as ``workers.run_in_workers`` does.

    Raises
    ------
    RunError
        When the scheduler went away and did not come back.
    """
    case_queue, sent = CaseQueue(todo), SentCases(cluster, out_dir, run, limit_seconds)
    blamed = Counter[str]()  # how often Dask gave up on a task that had not begun as often, by content key
    workers, looked = _threads_by_worker(cluster), time.monotonic()
    try:
        while True:
            while len(sent) < _window(workers) and (task := case_queue.take()) is not None:
                sent.send(task)
            if not sent:
                return
            for task, result in _collect(cluster, case_queue, sent, blamed):
                yield task, result if isinstance(result, LostCase) else _received(result, task, out_dir)
            if time.monotonic() - looked > TICK_SECONDS:
                sent.hear()
                workers, looked = _threads_by_worker(cluster), time.monotonic()
                for task in sent.take_back(*sent.overdue(workers)):
                    case_queue.finish(task)
                    yield task, cut_off(limit_seconds)
    finally:
        sent.take_back(*sent.all())


def _collect(
    cluster: Cluster, case_queue: CaseQueue, sent: SentCases, blamed: Counter[str]
) -> Iterator[tuple[Task, RemoteResult | LostCase]]:
    """Tasks that are over by now, and their results; waits for a tick when none is."""
    for case in sent.ended():
        try:
            answer = _answer_of(case.future)
        except TimeoutError:  # lost after it was finished, and computed again
            sent.await_end(case)
            continue
        except CancelledError:  # the scheduler went away, and all cases with it
            await_return(cluster)
            sent.listen()
            for each in sent.all():
                case_queue.give_back(sent.forget(each))
            return
        task = sent.forget(case)
        if _deaths(answer) > case.starts and blamed[task.key] < ATTEMPTS_PER_CASE:
            blamed[task.key] += 1  # for workers that others ended, while it only waited there
            case_queue.give_back(task)
            continue
        case_queue.finish(task)
        yield task, _lost(answer) if isinstance(answer, BaseException) else answer


def _threads_by_worker(cluster: Cluster) -> Mapping[str, int]:
    """Threads of each worker by its address; none while the scheduler is away, which collecting finds out."""
    try:
        threads: dict[str, int] = cluster.client.nthreads()
    except OSError:
        return {}
    return threads


def _window(workers: Mapping[str, int]) -> int:
    """How many cases to have under way: enough to keep every worker busy, whatever the length of the plan."""
    return max(CASES_PER_THREAD * sum(workers.values()), FEWEST_UNDER_WAY)


def _answer_of(future: "Future[RemoteResult]") -> RemoteResult | BaseException:
    """What a future that is over holds: a result, or what was raised.

    Raises
    ------
    TimeoutError
        When its result went away with a worker.
    CancelledError
        When the scheduler went away.
    """
    try:
        if future.status == "finished":
            result: RemoteResult = future.result(timeout=GATHER_SECONDS)
            return result
        if future.status == "error":
            error: BaseException = future.exception(timeout=GATHER_SECONDS)
            return error
    except TimeoutError:  # an OSError as well
        raise
    except OSError as error:
        raise CancelledError from error
    raise CancelledError


def _deaths(answer: RemoteResult | BaseException) -> int:
    """How many workers were lost before Dask gave up on a case, which may only have waited there; 0 when it did not."""
    from distributed import KilledWorker

    return answer.allowed_failures + 1 if isinstance(answer, KilledWorker) else 0


def _lost(error: BaseException) -> LostCase:
    """What is said of a case that raised, or that Dask gave up on."""
    deaths = _deaths(error)
    return died(deaths) if deaths else LostCase(type(error).__name__, reason_of(error))


def _received(received: RemoteResult, task: Task, out_dir: Path) -> "CaseResult":
    """A result from elsewhere; where it failed, it names the user's files and not the worker's."""
    keep_wild_types(received, task.spec, out_dir)
    error, case = received.result.case.error, received.result.case
    if error is None:
        return received.result
    failed = failed_case(
        task.spec,
        stage=error.stage,
        error_type=error.error_type,
        message=error.message,
        wall_seconds=case.wall_seconds,
    )
    return replace(received.result, case=failed)
