"""What reaches the screen: text that cannot steer a terminal.

Names come from files of others. An escape sequence in one could recolour, retitle or overwrite what a person reads
(CWE-150), so control characters are shown as a sign of their own wherever text is written for people.
"""

import errno
import os
import re
from collections.abc import Iterable
from typing import Final

from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderHook, RenderResult
from rich.segment import Segment

REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
ABSENT: Final = "·"  # what a table for people shows where there is nothing

# C0 and C1 but tab and line feed, marks that reorder text (Boucher 2021, 10.48550/arXiv.2111.00169), lone surrogates
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    """Text without what a terminal would obey.

    >>> printable("a\\x1b[31mred")
    'a�[31mred'
    """
    return _CONTROL.sub(REPLACEMENT, text)


def open_console(*, stderr: bool = False) -> Console:
    """A console of Rich whose text cannot steer the terminal; in a notebook it writes plain lines.

    Text is text: Rich would take ``[red]`` in the name of an atom for a style, and ``A:B:N`` for a picture of a B.
    """
    console = _Console(stderr=stderr, highlight=False, markup=False, emoji=False, force_jupyter=False)
    console.push_render_hook(_PrintableOnly())
    return console


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Raise what the command line understands; Rich would exit with 1, which means clashes."""
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))


class _Printable:
    """What another thing shows, its text made printable; styles, which Rich writes itself, stay."""

    def __init__(self, shown: ConsoleRenderable) -> None:
        self._shown = shown

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for segment in console.render(self._shown, options):
            yield segment if segment.control else Segment(printable(segment.text), segment.style)


class _PrintableOnly(RenderHook):
    def process_renderables(self, renderables: Iterable[ConsoleRenderable]) -> list[ConsoleRenderable]:
        return [_Printable(each) for each in renderables]
