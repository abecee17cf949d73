"""What comes of a case for those who run it: a result, or why there is none."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from trkstruct.executor.case_queue import Task

if TYPE_CHECKING:
    from trkstruct.cases.run_case import CaseResult
    from trkstruct.cases.spec import CaseSpec

ATTEMPTS_PER_CASE: Final = 3  # a case whose worker died is tried again; dying three times is its own doing


@dataclass(frozen=True)
class LostCase:
    """Why a case has no result although nothing in it was caught: its process died, it was cut off, or it raised."""

    error_type: str
    message: str


Run = Callable[["CaseSpec", Path], "CaseResult"]
Outcomes = Generator[tuple[Task, "CaseResult | LostCase"], None, None]


def died(attempts: int) -> LostCase:
    """What is said of a case whose process died every time."""
    times = f"{attempts} times" if attempts > 1 else "once"
    return LostCase(
        "BrokenProcessPool", f"the process died {times} on this case (out of memory, or a crash in a library)"
    )


def cut_off(limit_seconds: float) -> LostCase:
    """What is said of a case that took too long."""
    return LostCase("TimeoutError", f"cut off after {limit_seconds:g} s; a longer limit is set with --case-limit")
