"""Cases on a Dask cluster: fed a few at a time, results written here as they come, lost workers and schedulers endured.

Dask runs a case again when its worker is lost, and gives up after ``distributed.scheduler.allowed-failures`` workers. A
case that raises is not run again.
"""

import queue
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from trkstruct.cases.spec import failed_case
from trkstruct.executor.case_queue import CaseQueue, Task
from trkstruct.executor.dask_scheduler import GPU_PLATFORMS, GPU_RESOURCE, Cluster, prepare, scheduler_gone
from trkstruct.executor.remote_case import RemoteCase, RemoteResult, keep_references, pack, run_parcel
from trkstruct.executor.workers import ATTEMPTS_PER_CASE, LostCase, Outcomes, Run, cut_off, died, time_limit

if TYPE_CHECKING:
    from distributed import Future

    from trkstruct.cases.run_case import CaseResult

INPUTS: Final = "trkstruct-inputs"  # folder of a worker with the files that came with its cases
CASES_PER_THREAD: Final = 2  # under way for each thread of the cluster: one that runs and one that is there already
FEWEST_UNDER_WAY: Final = 4
TICK_SECONDS: Final = 1.0  # between looks at the clock, the scheduler and the size of the cluster
GRACE_SECONDS: Final = 10.0  # after which a worker that was told to drop a hung case ends itself
GATHER_SECONDS: Final = 60.0

_one_at_a_time = threading.Lock()


def run_on_cluster(todo: Iterable[Task], out_dir: Path, run: Run, cluster: Cluster, limit_seconds: float) -> Outcomes:
    """Yield tasks and results as they come, as ``workers.run_in_workers`` does.

    Raises
    ------
    RunError
        When the scheduler went away and did not come back.
    """
    job = _Job(cluster, out_dir, run, limit_seconds, CaseQueue(todo))
    job.listen()
    window, looked = _window(_workers(cluster)), time.monotonic()
    try:
        while True:
            while len(job.under_way) < window and (task := job.waiting.take()) is not None:
                job.send(task)
            if not job.under_way:
                return
            yield from job.collect()
            if time.monotonic() - looked > TICK_SECONDS:
                job.hear()
                workers = _workers(cluster)
                yield from job.cut_off_overdue(workers)
                window, looked = _window(workers), time.monotonic()
    finally:
        job.drop()


@dataclass(frozen=True)
class _Job:
    """What one run has on the cluster.

    Attributes
    ----------
    name : str
        Start of its Dask keys; no other run has it, so none can take this one's cases away.
    under_way : dict
        Futures and tasks by Dask key, a new one each time that a task is sent.
    running : dict
        When a case began (monotonic s) and on which worker, by Dask key.
    begun : Counter
        How often a case began, by Dask key.
    suspected : Counter
        How often a task was sent again because Dask blamed it for workers on which it only waited, by content key.
    done, news : SimpleQueue
        What the client's own thread has to say: futures that are over; Dask key, worker and time of cases that began.
    """

    cluster: Cluster
    out_dir: Path
    run: Run
    limit_seconds: float
    waiting: CaseQueue
    name: str = field(default_factory=lambda: f"trkstruct-{uuid4().hex}")
    numbers: Iterator[int] = field(default_factory=count)
    under_way: "dict[str, tuple[Future[RemoteResult], Task]]" = field(default_factory=dict)
    running: dict[str, tuple[float, str]] = field(default_factory=dict)
    begun: Counter[str] = field(default_factory=Counter)
    suspected: Counter[str] = field(default_factory=Counter)
    done: "queue.SimpleQueue[Future[RemoteResult]]" = field(default_factory=queue.SimpleQueue)
    news: queue.SimpleQueue[tuple[str, str, float]] = field(default_factory=queue.SimpleQueue)

    def listen(self) -> None:
        """Let workers say when they begin a case."""
        self.cluster.client.subscribe_topic(self.name, lambda event: self.news.put((*event[1], time.monotonic())))

    def hear(self) -> None:
        """Take note of the cases that began."""
        with suppress(queue.Empty):
            while True:
                key, worker, since = self.news.get_nowait()
                if key in self.under_way:
                    self.running[key] = (since, worker)
                    self.begun[key] += 1

    def send(self, task: Task) -> None:
        """Give a case to the scheduler; on a GPU platform it takes one GPU."""
        key = f"{self.name}-{next(self.numbers)}"
        future = self.cluster.client.submit(
            run_remotely,
            pack(task.spec, self.out_dir),
            self.run,
            self.limit_seconds + GRACE_SECONDS,
            self.name,
            key,
            key=key,
            resources={GPU_RESOURCE: 1} if self.cluster.platform in GPU_PLATFORMS else None,
            pure=False,
        )
        self.under_way[key] = (future, task)
        future.add_done_callback(self.done.put)

    def collect(self) -> Outcomes:
        """What is over by now; waits for a tick when nothing is."""
        for future in _drain(self.done):
            self.hear()
            if future.key not in self.under_way:
                continue  # cut off earlier, or sent again
            if future.status not in ("finished", "error"):
                self._send_all_again()
                return
            try:
                deaths = _deaths(future)
                result = died(deaths) if deaths else _result_of(future)
            except TimeoutError:  # lost after it was finished, and computed again
                future.add_done_callback(self.done.put)
                continue
            except (OSError, CancelledError):  # the scheduler went away just now
                self._send_all_again()
                return
            innocent = deaths > self.begun[future.key]
            task = self._forget(future.key)
            if innocent and self.suspected[task.key] < ATTEMPTS_PER_CASE:
                self.suspected[task.key] += 1
                self.waiting.give_back(task)
                continue
            self.waiting.finish(task)
            yield task, result if isinstance(result, LostCase) else _received(result, task, self.out_dir)

    def cut_off_overdue(self, workers: Mapping[str, int]) -> Outcomes:
        """Give up on cases that take too long; their workers end themselves if they cannot stop.

        A case whose worker is no longer one of ``workers`` begins anew on another.
        """
        now = time.monotonic()
        for key, (since, worker) in tuple(self.running.items()):
            if worker not in workers:
                del self.running[key]
            elif now - since > self.limit_seconds:
                _cancel(self.cluster, [self.under_way[key][0]])
                task = self._forget(key)
                self.waiting.finish(task)
                yield task, cut_off(self.limit_seconds)

    def drop(self) -> None:
        """Take back what is still on the cluster."""
        _cancel(self.cluster, [future for future, _ in self.under_way.values()])

    def _forget(self, key: str) -> Task:
        self.running.pop(key, None)
        self.begun.pop(key, None)
        return self.under_way.pop(key)[1]

    def _send_all_again(self) -> None:
        """Wait until the scheduler is there again, and let all cases that it had start anew."""
        client, address = self.cluster.client, self.cluster.address
        while True:
            while client.status == "connecting":
                time.sleep(TICK_SECONDS / 10)
            if client.status != "running":
                raise scheduler_gone(address)
            try:
                prepare(client, address)
                break
            except OSError:  # gone again
                time.sleep(TICK_SECONDS / 10)
        self.listen()
        for key in tuple(self.under_way):
            self.waiting.give_back(self._forget(key))


def run_remotely(parcel: RemoteCase, run: Run, limit_seconds: float, topic: str, key: str) -> RemoteResult:
    """Run a case in this Dask worker, one at a time however many threads it has, in a folder that goes afterwards."""
    from distributed import get_worker

    worker = get_worker()
    place = Path(worker.local_directory)
    with _one_at_a_time, TemporaryDirectory(dir=place) as folder, time_limit(limit_seconds):
        worker.log_event(topic, (key, worker.address))
        return run_parcel(parcel, run, Path(folder), place / INPUTS)


def _workers(cluster: Cluster) -> Mapping[str, int]:
    """Threads of each worker by its address; none while the scheduler is away, which collecting finds out."""
    try:
        threads: dict[str, int] = cluster.client.nthreads()
    except OSError:
        return {}
    return threads


def _window(workers: Mapping[str, int]) -> int:
    """How many cases to have under way: enough to keep every worker busy, whatever the length of the plan."""
    return max(CASES_PER_THREAD * sum(workers.values()), FEWEST_UNDER_WAY)


def _cancel(cluster: Cluster, futures: "list[Future[RemoteResult]]") -> None:
    """Tell the scheduler that nobody waits for these any more; one that is gone need not be told."""
    if cluster.client.status == "running":
        with suppress(OSError):
            cluster.client.cancel(futures, force=True)


def _drain(done: "queue.SimpleQueue[Future[RemoteResult]]") -> "Iterator[Future[RemoteResult]]":
    """Everything in a queue; waits for a tick when it is empty."""
    try:
        yield done.get(timeout=TICK_SECONDS)
        while True:
            yield done.get_nowait()
    except queue.Empty:
        return


def _deaths(future: "Future[RemoteResult]") -> int:
    """How many workers were lost before Dask gave up on a case, which may only have waited there; 0 when it did not."""
    from distributed import KilledWorker

    error = future.exception(timeout=GATHER_SECONDS) if future.status == "error" else None
    return error.allowed_failures + 1 if isinstance(error, KilledWorker) else 0


def _result_of(future: "Future[RemoteResult]") -> RemoteResult | LostCase:
    """What a future that is over holds.

    Raises
    ------
    TimeoutError
        When its result went away with a worker.
    """
    if future.status == "finished":
        delivery: RemoteResult = future.result(timeout=GATHER_SECONDS)
        return delivery
    error = future.exception(timeout=GATHER_SECONDS)
    return LostCase(type(error).__name__, str(error))


def _received(delivery: RemoteResult, task: Task, out_dir: Path) -> "CaseResult":
    """A result from elsewhere; where it failed, it names the user's files and not the worker's."""
    keep_references(delivery, task.spec, out_dir)
    error, case = delivery.result.case.error, delivery.result.case
    if error is None:
        return delivery.result
    failed = failed_case(task.spec, stage=error.stage, error_type=error.error_type, message=error.message)
    return replace(delivery.result, case=failed.model_copy(update={"wall_seconds": case.wall_seconds}))
