"""A run that a person watches, and may stop."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import click

from trkstruct.cli.endings import interrupted_code
from trkstruct.cli.terminal import is_quiet, say
from trkstruct.executor.progress import show_progress
from trkstruct.records import Case


@contextmanager
def watched_run(ctx: click.Context, n_cases: int, folder: Path) -> Iterator[Callable[[Case, bool], None]]:
    """Show the progress of a run; Ctrl-C or SIGTERM ends the command, and says where finished cases are kept."""
    try:
        with nullcontext(_unseen) if is_quiet() else show_progress(n_cases) as on_done:
            yield on_done
    except KeyboardInterrupt as stop:
        say(
            f"\nStopped. Finished cases are kept in {folder}; repeat the same command to continue.",
            err=True,
            always=True,
        )
        ctx.exit(interrupted_code(stop))


def _unseen(_case: Case, _kept: bool) -> None:
    """What ``-q`` shows of a case that is over."""
