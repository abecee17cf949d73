"""Progress of a scan on stderr: a bar on a terminal, plain lines elsewhere; finished, failed, rate and time left."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from trkstruct.records import Case
from trkstruct.report.console import open_console

EVERY_CASE_UP_TO: Final = 200  # cases of a run that get a line each; of a longer one only failures do
SUMMARY_SECONDS: Final = 30.0  # between the lines that sum up a longer run


@dataclass
class Count:
    """How far a run is: cases in all, kept from an earlier run, computed and failed, and when it started (s)."""

    total: int
    started: float
    kept: int = 0
    computed: int = 0
    failed: int = 0

    def add(self, case: Case, kept: bool) -> None:
        """Count a case that is over."""
        self.kept += kept
        self.computed += not kept
        self.failed += case.error is not None

    def outlook(self, now: float) -> str:
        """Failures, rate and time left; cases that were kept cost nothing and are left out of the rate.

        >>> Count(100, started=0.0, kept=50, computed=10, failed=1).outlook(now=60.0)
        '1 failed, 10.0/min, 4 min left'
        """
        parts = [f"{self.failed} failed"] if self.failed else []
        if self.computed and now > self.started:
            per_second = self.computed / (now - self.started)
            left = (self.total - self.kept - self.computed) / per_second
            parts += [f"{60 * per_second:.1f}/min", f"{duration(left)} left"]
        return ", ".join(parts)


def duration(seconds: float) -> str:
    """A time to be read at a glance.

    >>> [duration(seconds) for seconds in (42, 240, 7200, 400_000)]
    ['42 s', '4 min', '2.0 h', '4.6 days']
    """
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h" if seconds < 172_800 else f"{seconds / 86_400:.1f} days"


@contextmanager
def show_progress(n_cases: int, console: Console | None = None) -> Iterator[Callable[[Case, bool], None]]:
    """Give the function that ``run_plan`` calls with each case and whether an earlier run finished it."""
    console = console or open_console(stderr=True)
    count = Count(n_cases, time.monotonic())
    if console.is_terminal:
        yield from _bar(count, console)
    else:
        yield from _lines(count, console)


def case_line(case: Case) -> str:
    """One line: what the case is and how it came out."""
    name = f"{case.kinase} {case.mutation} {case.ligand}"
    if case.error is not None:
        return f"{name}: failed in {case.error.stage}: {case.error.message}"
    return f"{name}: {case.verdict or case.status} ({case.wall_seconds:.1f} s)"


def _bar(count: Count, console: Console) -> Iterator[Callable[[Case, bool], None]]:
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[outlook]}", markup=False),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("cases", total=count.total, outlook="")

        def on_done(case: Case, kept: bool) -> None:
            count.add(case, kept)
            name = f"{case.kinase} {case.mutation} {case.ligand}"
            outlook = count.outlook(time.monotonic())
            progress.update(task, advance=1, description=name, outlook=outlook)
            if case.error is not None:
                progress.console.print(case_line(case), markup=False)

        yield on_done


def _lines(count: Count, console: Console) -> Iterator[Callable[[Case, bool], None]]:
    said = count.started

    def on_done(case: Case, kept: bool) -> None:
        nonlocal said
        count.add(case, kept)
        now, done = time.monotonic(), count.kept + count.computed
        each = count.total <= EVERY_CASE_UP_TO
        parts = []
        if each or case.error is not None:
            parts.append(case_line(case) + (", kept from an earlier run" if kept else ""))
        if (each and not kept) or now - said >= SUMMARY_SECONDS or done == count.total:
            parts.append(count.outlook(now))
            said = now
        if any(parts):
            line = f"[{done}/{count.total}] " + "; ".join(filter(None, parts))
            console.print(line, markup=False, soft_wrap=True)

    yield on_done
