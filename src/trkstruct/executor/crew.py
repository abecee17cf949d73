"""The worker processes of one run, what each of them does, and the limit on how long it may."""

import queue
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from trkstruct.errors import RunError
from trkstruct.executor.case_queue import Task
from trkstruct.executor.outcomes import LostCase, Run
from trkstruct.executor.worker_process import News, Worker, end_workers, hand_over, start_worker

if TYPE_CHECKING:
    from trkstruct.cases.run_case import CaseResult

SPARE_STARTS: Final = 3  # workers that may end in a row before any begins its case, besides one for each place
START_SECONDS: Final = 300.0  # in which a worker has begun its case; one or two where nothing else runs
START_AND_LIMIT_SECONDS: Final = 60.0  # the same with the case's limit added: who asks for a short one waits less
TICK_SECONDS: Final = 1.0  # between looks at the clock


class Lost(Enum):
    """How a worker was lost: before it began its case, at it, or because it took longer than it may."""

    STARTING = "starting"
    AT_WORK = "at work"
    OVERDUE = "overdue"


@dataclass(frozen=True)
class _Job:
    """What a worker was given, when, and since when it is at it (monotonic seconds; None while it starts)."""

    task: Task
    given: float
    began: float | None = None

    def is_overdue(self, limit_seconds: float) -> bool:
        """Whether it takes longer than it may."""
        if self.began is not None:
            return time.monotonic() - self.began > limit_seconds
        return time.monotonic() - self.given > min(START_SECONDS, limit_seconds + START_AND_LIMIT_SECONDS)


class Crew:
    """Workers that are started as they are needed.

    The time limit is held here and not in the worker: one that was stopped, or whose driver hangs, is killed too.
    """

    def __init__(self, run: Run, out_dir: Path, places: int, limit_seconds: float) -> None:
        """There is no worker yet; there will be as many as places."""
        self._run, self._out_dir, self._places, self._limit_seconds = run, out_dir, places, limit_seconds
        self._news: queue.SimpleQueue[News] = queue.SimpleQueue()
        self._all: set[Worker] = set()
        self._idle: list[Worker] = []
        self._jobs: dict[Worker, _Job] = {}
        self._failed_starts = 0

    def __len__(self) -> int:
        """How many have a case."""
        return len(self._jobs)

    @property
    def has_place(self) -> bool:
        """Whether one more could have a case."""
        return len(self._jobs) < self._places

    def give(self, task: Task) -> None:
        """Give a case to an idle worker, or to a new one when there is none.

        Raises
        ------
        RunError
            When the system has no room for a new one.
        """
        if self._idle:
            self._hand_over(self._idle.pop(), task)
            return
        try:
            worker = start_worker(self._all, self._news)
        except OSError as error:
            raise RunError(
                f"No room for worker process {len(self._all)} of {self._places}: {error.strerror}. Finished cases are "
                "kept; repeat the command with fewer --workers to continue."
            ) from error
        self._hand_over(worker, task)

    def outcomes(self) -> "Iterator[tuple[Task, CaseResult | LostCase | Lost]]":
        """Cases that are over or whose worker was lost by now; waits for a tick when there is none.

        Raises
        ------
        RunError
            When workers end or hang as they start, again and again.
        """
        for news in self._heard():
            worker = news.worker
            if news.event == "began":
                self._jobs[worker] = replace(self._jobs[worker], began=news.heard)
                self._failed_starts = 0
            elif news.event == "lost":
                job = self._end(worker)
                if job is not None:
                    yield job.task, Lost.AT_WORK if job.began is not None else self._failed_start(worker)
            else:
                self._idle.append(worker)
                result = LostCase(*news.content) if news.event == "raised" else news.content
                yield self._jobs.pop(worker).task, result
        for worker, job in [*self._jobs.items()]:
            if job.is_overdue(self._limit_seconds):
                self._end(worker)
                yield job.task, Lost.OVERDUE if job.began is not None else self._failed_start(worker)

    def close(self) -> None:
        """Kill every worker."""
        end_workers(self._all)

    def _hand_over(self, worker: Worker, task: Task) -> None:
        self._jobs[worker] = _Job(task, time.monotonic())
        hand_over(worker, self._run, task.spec, self._out_dir)  # to one that is no more: news of that will come

    def _heard(self) -> Iterator[News]:
        """News of workers that were not killed meanwhile; waits for a tick when there is none."""
        try:
            news = self._news.get(timeout=TICK_SECONDS)
            while True:
                if news.worker in self._all:
                    yield news
                news = self._news.get_nowait()
        except queue.Empty:
            return

    def _end(self, worker: Worker) -> _Job | None:
        """Kill a worker and forget it; what it was given, if it was given anything."""
        end_workers([worker])
        self._all.discard(worker)
        if worker in self._idle:
            self._idle.remove(worker)
        return self._jobs.pop(worker, None)

    def _failed_start(self, worker: Worker) -> Lost:
        self._failed_starts += 1
        if self._failed_starts > self._places + SPARE_STARTS:
            raise RunError(
                f"{self._failed_starts} worker processes in a row ended or hung before they began a case (the last "
                f"with exit code {worker.process.exitcode}). What they wrote stands above. Is there memory for so many "
                '(--workers)? In a script, what starts the run belongs under: if __name__ == "__main__".'
            )
        return Lost.STARTING
