"""The line that tells how far the report is, for a scan of many cases."""

import time
from collections.abc import Callable
from typing import Final

from trkstruct.cli.terminal import say

SILENT_SECONDS: Final = 3.0  # a report that is written sooner needs no line


def report_progress() -> Callable[[int, int], None]:
    """A function that says ``Report: 40 of 78 cases drawn.`` on stderr, at most every few seconds."""
    said = time.monotonic()

    def progress(done: int, total: int) -> None:
        nonlocal said
        if done < total and time.monotonic() - said >= SILENT_SECONDS:
            said = time.monotonic()
            say(f"Report: {done} of {total} cases drawn.", err=True)

    return progress
