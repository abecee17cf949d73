"""What commands write: lines for people, which cannot steer a terminal, and data as the UTF-8 that its format is."""

import logging
import shutil
import sys
from pathlib import Path
from typing import Final

import click

from trkstruct.report.console import printable

QUIET_KEY: Final = "trkstruct.quiet"  # of click's ``Context.meta``, which a command shares with its group


def is_quiet() -> bool:
    """Whether ``-q`` was given: then stderr has errors only."""
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.meta.get(QUIET_KEY))


def say(text: object = "", *, err: bool = False, always: bool = False) -> None:
    """Write a line for people; one to stderr, unless it is to be said ``always``, is left out after ``-q``."""
    if not err or always or not is_quiet():
        click.echo(printable(str(text)), err=err)


def write_data(text: str) -> None:
    """Write JSON, CSV, Markdown or coordinates to stdout; UTF-8 whatever the locale, as the same text in a file."""
    sys.stdout.flush()
    sys.stdout.buffer.write((printable(text) if sys.stdout.isatty() else text).encode(errors="replace"))
    sys.stdout.buffer.flush()


def write_file(path: Path) -> None:
    """Copy a data file to stdout without reading it whole."""
    with path.open("rb") as file:
        shutil.copyfileobj(file, sys.stdout.buffer)


class PrintableFormatter(logging.Formatter):
    """Log messages without what a terminal would obey."""

    def format(self, record: logging.LogRecord) -> str:
        """One record as text."""
        return printable(super().format(record))
