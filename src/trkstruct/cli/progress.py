"""Progress of a scan on stderr: a bar with the time left on a terminal, one plain line per case elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from trkstruct.records import Case


@contextmanager
def show_progress(n_cases: int, console: Console | None = None) -> Iterator[Callable[[Case, bool], None]]:
    """Give the function that ``executor.run_cases`` calls with each case and whether an earlier run finished it."""
    console = console or Console(stderr=True, highlight=False)
    if console.is_terminal:
        yield from _bar(n_cases, console)
    else:
        yield from _lines(n_cases, console)


def case_line(case: Case) -> str:
    """One line: what the case is and how it came out."""
    name = f"{case.kinase} {case.mutation} {case.ligand}"
    if case.error is not None:
        return f"{name}: failed in {case.error.stage}: {case.error.message}"
    return f"{name}: {case.verdict or case.status} ({case.wall_seconds:.1f} s)"


def _bar(n_cases: int, console: Console) -> Iterator[Callable[[Case, bool], None]]:
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("cases", total=n_cases)
        left = n_cases

        def on_done(case: Case, kept: bool) -> None:
            nonlocal left
            if kept:  # leaves the bar, or the time left would be reckoned from cases that cost nothing
                left -= 1
                progress.update(task, total=left)
            else:
                progress.update(task, advance=1, description=f"{case.kinase} {case.mutation} {case.ligand}")
            if case.error is not None:
                progress.console.print(case_line(case), markup=False)

        yield on_done


def _lines(n_cases: int, console: Console) -> Iterator[Callable[[Case, bool], None]]:
    done = 0

    def on_done(case: Case, kept: bool) -> None:
        nonlocal done
        done += 1
        line = f"[{done}/{n_cases}] {case_line(case)}" + (", kept from an earlier run" if kept else "")
        console.print(line, markup=False, soft_wrap=True)

    yield on_done
