"""Ways in which a worker process ends or stops, as functions that a run is given."""

import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from support.fake_pipeline import FakeResult, FakeSpec, called, run_a_little, run_well

LEAVE = "leave"  # the file that says who shall


def be_killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def be_terminated() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def be_stopped() -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


def crash() -> None:
    """A segmentation fault; no core is written."""
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.kill(os.getpid(), signal.SIGSEGV)
    time.sleep(60)


def leave() -> None:
    sys.exit()


def leave_at_once() -> None:
    os._exit(0)


def be_interrupted() -> None:
    raise KeyboardInterrupt


def raise_an_error() -> None:
    raise TypeError("nobody foresaw this")


@dataclass(frozen=True)
class RunWithEndings:
    """A run in which cases come to an end, by mutation, the first so many times that they are tried."""

    endings: Mapping[str, Callable[[], None]]
    times: int = 1

    def __call__(self, spec: FakeSpec, work_dir: Path) -> FakeResult:
        """Run a case."""
        tried = called(work_dir).count(spec.mutation)
        result = run_well(spec, work_dir)
        if spec.mutation in self.endings and tried < self.times:
            self.endings[spec.mutation]()
        return result


@dataclass(frozen=True)
class RunThatIsHardToLoad:
    """A run in whose loading the first so many workers end, before they begin a case."""

    log: Path
    end: Callable[[], None]
    workers: int

    def __reduce__(self) -> tuple[object, ...]:
        """Loaded by what may end the process that loads it."""
        return _load, (self.log, self.end, self.workers)


def _load(log: Path, end: Callable[[], None], workers: int) -> Callable[..., FakeResult]:
    with log.open("a") as file:
        file.write("x")
    if log.stat().st_size <= workers:
        end()
    return run_well


@dataclass(frozen=True)
class RunThatIsAskedToLeave:
    """`run_a_little`, in a process that leaves by ``sys.exit`` once it was asked to."""

    def __call__(self, spec: FakeSpec, work_dir: Path) -> FakeResult:
        """Run a case."""
        result = run_a_little(spec, work_dir)
        asked = work_dir / LEAVE
        if asked.exists() and asked.read_text() == str(os.getpid()):
            sys.exit()
        return result


def ask_to_leave(work_dir: Path, pid: int) -> None:
    """Have a process leave in the middle of its case."""
    (work_dir / LEAVE).write_text(str(pid))
