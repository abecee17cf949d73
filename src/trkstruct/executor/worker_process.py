"""One worker process and the pipe to it: started, given cases, listened to, and ended in whatever state it is.

The coordinator never waits for a worker: a thread of its own listens to each, so a worker that was stopped, or that
hangs in the middle of an answer, holds up nothing. This module loads no OpenMM.
"""

import ctypes
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from trkstruct.cases.spec import CaseSpec

END_SECONDS: Final = 5.0  # in which a killed process is gone; one that the system cannot end is left to it
SET_DEATH_SIGNAL: Final = 1  # PR_SET_PDEATHSIG of prctl(2)

_CONTEXT: Final = get_context("spawn")

Event = Literal["began", "ended", "raised", "lost"]


@dataclass(frozen=True)
class News:
    """What was heard of a worker: a case began, ended with a result or raised; or the worker is no more."""

    worker: "Worker"
    event: Event
    content: Any = None
    heard: float = field(default_factory=time.monotonic)


@dataclass(frozen=True, eq=False)
class Worker:
    """A process that runs cases one after another, and this process's end of the pipe to it."""

    process: SpawnProcess
    pipe: Connection


def start_worker(workers: set[Worker], news: "queue.SimpleQueue[News]") -> Worker:
    """Start a worker; it is among the workers before it runs, so that an interrupt leaves none that nobody knows.

    Raises
    ------
    OSError
        When the system has no room for another process.
    """
    ours, theirs = _CONTEXT.Pipe()
    with theirs:
        worker = Worker(_CONTEXT.Process(target=_work, args=(theirs,), daemon=True), ours)
        workers.add(worker)
        with _deaf_to_interrupts():
            worker.process.start()
    threading.Thread(target=_listen, args=(worker, news), daemon=True).start()
    return worker


def hand_over(worker: Worker, run: object, spec: "CaseSpec", out_dir: Path) -> None:
    """Give a worker a case; of one that is no more there will be news."""
    with suppress(OSError):
        worker.pipe.send((run, spec, out_dir))


def end_workers(workers: Iterable[Worker]) -> None:
    """Kill workers: a stopped one obeys no other signal, and a killed one leaves no file half-written."""
    started = [worker for worker in workers if worker.process.pid is not None]
    for worker in started:
        worker.process.kill()
    until = time.monotonic() + END_SECONDS
    for worker in started:
        worker.process.join(max(0.0, until - time.monotonic()))


def _listen(worker: Worker, news: "queue.SimpleQueue[News]") -> None:
    try:
        while True:
            event, content = worker.pipe.recv()
            news.put(News(worker, event, content))
    except (EOFError, OSError):
        pass
    finally:  # the pipe is closed when nobody knows it any more: earlier, its number could become another file's
        news.put(News(worker, "lost"))


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """A process started meanwhile never sees Ctrl-C, which is the coordinator's to handle; not on Windows."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(pipe: Connection) -> None:
    """What a worker does until it is killed."""
    _end_with_the_coordinator()
    with suppress(EOFError, OSError):  # the coordinator is gone
        while True:
            run, spec, out_dir = pipe.recv()
            pipe.send(("began", None))
            try:
                answer = ("ended", run(spec, out_dir))
            except Exception as error:  # noqa: BLE001 - the coordinator writes it down as the case's failure
                answer = ("raised", (type(error).__name__, str(error)))
            pipe.send(answer)


def _end_with_the_coordinator() -> None:
    """End when the coordinator does, however that ended; on Linux also while stopped or hung in a library."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(SET_DEATH_SIGNAL, signal.SIGKILL)
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: Any) -> None:
    parent.join()
    os._exit(1)
