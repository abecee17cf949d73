"""Cases that a Dask cluster has: what was sent, and what has been heard of it since."""

import queue
import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from trkstruct.executor.case_queue import Task
from trkstruct.executor.dask_scheduler import GPU_PLATFORMS, GPU_RESOURCE, Cluster
from trkstruct.executor.outcomes import Run
from trkstruct.executor.remote_case import RemoteResult, pack, run_on_worker

if TYPE_CHECKING:
    from distributed import Future

TICK_SECONDS: Final = 1.0  # how long to wait for a case that is over
GRACE_SECONDS: Final = 10.0  # after which a worker that was told to drop a hung case ends itself


@dataclass(frozen=True)
class SentCase:
    """A case on the cluster, and what is known of it.

    Attributes
    ----------
    task : Task
    future : Future
        Of Dask; its key is a new one each time that a task is sent.
    starts : int
        How often a worker said that it began.
    worker : str or None
        Address of the worker that runs it; None while it waits for one.
    since : float
        When that worker began (monotonic seconds).
    """

    task: Task
    future: "Future[RemoteResult]"
    starts: int = 0
    worker: str | None = None
    since: float = 0.0


class SentCases:
    """The cases of one run that a cluster has.

    A task goes through these states; what is not here waits in the `CaseQueue`, or is over:

    =======  ======================================  ===============================================
    state    what happens                            what it is then
    =======  ======================================  ===============================================
    waiting  there is room on the cluster            sent
    sent     a worker says that it began             running
    sent     Dask blames it for lost workers,        waiting; the fourth time over (it died)
             on which it only waited
    running  its worker is lost                      sent: Dask gives it to another
    running  Dask lost too many workers to it        over (it died)
    running  it takes too long                       over (cut off)
    running  it ends                                 ended
    ended    the result arrives, or what was raised  over
    ended    the result was lost with its worker     sent: Dask computes it again
    any      the scheduler goes away                 waiting, under a new key
    =======  ======================================  ===============================================
    """

    def __init__(self, cluster: Cluster, out_dir: Path, run: Run, limit_seconds: float) -> None:
        """Nothing has been sent yet."""
        self._cluster, self._out_dir, self._run, self._limit_seconds = cluster, out_dir, run, limit_seconds
        self._name = f"trkstruct-{uuid4().hex}"  # no other run has it, so none can take this one's cases away
        self._numbers = count()
        self._cases: dict[str, SentCase] = {}
        self._over: queue.SimpleQueue[Future[RemoteResult]] = queue.SimpleQueue()  # both filled by the client's thread
        self._news: queue.SimpleQueue[tuple[str, str, float]] = queue.SimpleQueue()
        self.listen()

    def __len__(self) -> int:
        """How many there are."""
        return len(self._cases)

    def listen(self) -> None:
        """Let workers say when they begin a case; once more after the scheduler was away."""
        self._cluster.client.subscribe_topic(self._name, lambda event: self._news.put((*event[1], time.monotonic())))

    def hear(self) -> None:
        """Take note of the cases that began."""
        with suppress(queue.Empty):
            while True:
                key, worker, since = self._news.get_nowait()
                if key in self._cases:
                    case = self._cases[key]
                    self._cases[key] = replace(case, starts=case.starts + 1, worker=worker, since=since)

    def send(self, task: Task) -> None:
        """Give a case to the scheduler; on a GPU platform it takes one GPU."""
        key = f"{self._name}-{next(self._numbers)}"
        future = self._cluster.client.submit(
            run_on_worker,
            pack(task.spec, self._out_dir),
            self._run,
            self._limit_seconds + GRACE_SECONDS,
            self._name,
            key,
            key=key,
            resources={GPU_RESOURCE: 1} if self._cluster.platform in GPU_PLATFORMS else None,
            pure=False,
        )
        self._cases[key] = SentCase(task, future)
        self.await_end(self._cases[key])

    def await_end(self, case: SentCase) -> None:
        """Have a case among `ended` when it is over, also one whose result was lost and that is computed again."""
        case.future.add_done_callback(self._over.put)

    def ended(self) -> Iterator[SentCase]:
        """Cases that are over by now; waits for a tick when none is."""
        with suppress(queue.Empty):
            future = self._over.get(timeout=TICK_SECONDS)
            while True:
                self.hear()
                if future.key in self._cases:  # not cut off earlier, or sent again
                    yield self._cases[future.key]
                future = self._over.get_nowait()

    def overdue(self, workers: Collection[str]) -> tuple[SentCase, ...]:
        """Cases that have run for too long on one of these workers; those on any other are only sent now."""
        self._cases = {
            key: case if case.worker in workers else replace(case, worker=None) for key, case in self._cases.items()
        }
        latest = time.monotonic() - self._limit_seconds
        return tuple(case for case in self._cases.values() if case.worker is not None and case.since < latest)

    def forget(self, case: SentCase) -> Task:
        """Have nothing to do with a case any more."""
        return self._cases.pop(case.future.key).task

    def take_back(self, *cases: SentCase) -> tuple[Task, ...]:
        """Forget cases, and tell the scheduler, if it is there, that nobody waits for them any more."""
        if self._cluster.client.status == "running":
            with suppress(OSError):
                self._cluster.client.cancel([case.future for case in cases], force=True)
        return tuple(self.forget(case) for case in cases)

    def all(self) -> tuple[SentCase, ...]:
        """All of them, the first sent first."""
        return tuple(self._cases.values())
