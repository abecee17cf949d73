"""Rows in the width of a terminal, no word broken: columns shrink to their longest word, then are told beneath."""

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Final

from rich.cells import cell_len

GAP: Final = 2  # spaces between columns
INDENT: Final = "  "

Row = Sequence[str]


def laid_out(columns: Row, rows: Sequence[Row], width: int) -> list[str]:
    """Lines of a table, the header first; every word is whole, and only one that is longer goes beyond the width.

    A column whose words leave no room for the others is taken out of the table: what it holds is told beneath each row.

    Parameters
    ----------
    columns : sequence of str
    rows : sequence of sequences of str
        As long as ``columns`` each.
    width : int
        Characters of a line.
    """
    kept, beneath = list(range(len(columns))), list[int]()
    while len(kept) > 1 and _least(columns, rows, kept) > width:
        widest = max(kept[1:], key=lambda column: _longest_word(columns, rows, column))
        kept.remove(widest)
        beneath.append(widest)
    widths = _widths(columns, rows, kept, width)
    lines = _row_lines([columns[column] for column in kept], widths)
    for row in rows:
        lines += _row_lines([row[column] for column in kept], widths)
        for column in sorted(beneath):
            if row[column]:
                lines += [INDENT + line for line in wrapped(row[column], width - len(INDENT))]
    return lines


def wrapped(text: str, width: int) -> list[str]:
    """Lines of a text, broken at spaces only; a word longer than the width has a line of its own."""
    return filled(text.split(), width)


def filled(words: Iterable[str], width: int) -> list[str]:
    """Lines of words, each of which may hold spaces and stays whole."""
    lines = [""]
    for word in words:
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if cell_len(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _least(columns: Row, rows: Sequence[Row], kept: Sequence[int]) -> int:
    return sum(_longest_word(columns, rows, column) for column in kept) + GAP * (len(kept) - 1)


def _longest_word(columns: Row, rows: Sequence[Row], column: int) -> int:
    return max((cell_len(word) for row in (columns, *rows) for word in row[column].split()), default=0)


def _widths(columns: Row, rows: Sequence[Row], kept: Sequence[int], width: int) -> list[int]:
    """What each column gets: its longest word, and more of its longest cell while there is room, small wishes first."""
    least = {column: _longest_word(columns, rows, column) for column in kept}
    wish = {column: max(cell_len(" ".join(row[column].split())) for row in (columns, *rows)) for column in kept}
    spare = max(0, width - _least(columns, rows, kept))
    order = sorted(kept, key=lambda column: wish[column] - least[column])
    for left, column in zip(range(len(kept), 0, -1), order, strict=True):
        more = min(wish[column] - least[column], spare // left)
        least[column] += more
        spare -= more
    return [least[column] for column in kept]


def _row_lines(cells: Row, widths: Sequence[int]) -> list[str]:
    parts = [wrapped(cell, width) for cell, width in zip(cells, widths, strict=True)]
    lines = []
    for of_line in zip_longest(*parts, fillvalue=""):
        padded = (_padded(text, width) for text, width in zip(of_line, widths, strict=True))
        lines.append((" " * GAP).join(padded).rstrip())
    return lines


def _padded(text: str, width: int) -> str:
    return text + " " * (width - cell_len(text))
