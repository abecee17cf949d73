"""CSV that a spreadsheet opens without running any of it."""

import csv
import io
import re
from collections.abc import Mapping, Sequence

_FORMULA = re.compile(r"[\s\x00-\x1f\x7f\ufeff\u200b]*[=+\-@＝＋－＠]")

Cell = str | int | float | bool | None


def table_text(rows: Sequence[Mapping[str, Cell]], *, columns: Sequence[str] | None = None, header: bool = True) -> str:
    """Rows with the same columns as CSV (RFC 4180, one header line, ``\\n`` line ends); missing values are empty.

    Without rows it is empty, or the header alone where ``columns`` names them.
    """
    text = _Lines()
    names = list(rows[0]) if columns is None and rows else list(columns or ())
    if names:
        writer = csv.DictWriter(text, fieldnames=names, lineterminator="\r\n")
        if header:
            writer.writeheader()
        writer.writerows({name: _plain(value) for name, value in row.items()} for row in rows)
    return text.getvalue()


class _Lines(io.StringIO):
    """Rows that end in ``\n``; the writer is told ``\r\n``, since it quotes only what is in its own line end."""

    def write(self, row: str) -> int:
        return super().write(row.removesuffix("\r\n") + "\n")


def _plain(value: Cell) -> Cell:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front; CWE-1236.

    Spreadsheets pass over white space and control characters before the sign, and take its full-width form for it too.
    """
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value
