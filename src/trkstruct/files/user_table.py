"""A CSV table that a user wrote: its rows with their line numbers, and everything that is wrong with them at once."""

import csv
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from trkstruct.errors import InputError, TrkstructError

SHOWN_PROBLEMS: Final = 20  # lines of an error message

_T = TypeVar("_T")


@dataclass(frozen=True)
class UserTable:
    """Column names of a file, and each of its rows that is not empty with its line number."""

    path: Path
    columns: tuple[str, ...]
    rows: tuple[tuple[int, Mapping[str, str]], ...]


def load_user_table(path: Path) -> UserTable:
    """Read a CSV file in UTF-8; white space around names and cells goes, missing cells are empty.

    Raises
    ------
    InputError
        When it cannot be read.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file, restval="", restkey="")
            columns = [name.strip() for name in reader.fieldnames or ()]
            reader.fieldnames = columns
            rows = [(reader.line_num, {name: text.strip() for name, text in row.items() if name}) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"Cannot read the table {path}: {error}. It must be a CSV file in UTF-8.") from error
    return UserTable(path, tuple(columns), tuple((line, row) for line, row in rows if any(row.values())))


def convert_rows(table: UserTable, convert: Callable[[int, Mapping[str, str]], _T]) -> list[_T]:
    """What a function makes of each row, given its line number and cells.

    Raises
    ------
    InputError
        When there is no row, or with the line and the error of every row that the function raises for.
    """
    converted, problems = [], []
    for line, row in table.rows:
        try:
            converted.append(convert(line, row))
        except TrkstructError as error:
            problems.append(f"  line {line}: {error}")
    if problems:
        more = [f"  and {len(problems) - SHOWN_PROBLEMS} more"] if len(problems) > SHOWN_PROBLEMS else []
        listed: Sequence[str] = problems[:SHOWN_PROBLEMS] + more
        raise InputError(
            f"{table.path}: {len(problems)} of {len(table.rows)} rows cannot be used.\n" + "\n".join(listed)
        )
    if not converted:
        raise InputError(f"{table.path} has a header but no rows.")
    return converted


def read_number(text: str, column: str) -> float:
    """The finite number of a cell.

    Raises
    ------
    InputError
        When it is none.
    """
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(f"{column} is {text!r}, not a number.")
    return value
