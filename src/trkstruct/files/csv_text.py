"""CSV that a spreadsheet opens without running any of it."""

import csv
import io
from collections.abc import Mapping, Sequence

Cell = str | int | float | bool | None


def table_text(rows: Sequence[Mapping[str, Cell]], *, header: bool = True) -> str:
    """Rows with the same columns as CSV (RFC 4180, one header line, ``\\n`` line ends); missing values are empty."""
    text = io.StringIO()
    if rows:
        writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
        if header:
            writer.writeheader()
        writer.writerows({name: _plain(value) for name, value in row.items()} for row in rows)
    return text.getvalue()


def _plain(value: Cell) -> Cell:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front; CWE-1236."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") else value
