"""A CSV table that a user wrote: its rows with their line numbers, and everything that is wrong with them at once."""

import csv
import math
from collections.abc import Callable, Mapping
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
    converted, problems = [], dict[int, str]()
    for line, row in table.rows:
        try:
            converted.append(convert(line, row))
        except TrkstructError as error:
            problems[line] = str(error)
    refuse_rows(table, problems)
    return converted


def refuse_rows(table: UserTable, problems: Mapping[int, str]) -> None:
    """Raise when there is no row, or some have a problem.

    Parameters
    ----------
    table : UserTable
    problems : mapping of int to str
        What is wrong, by line number.

    Raises
    ------
    InputError
        With the first twenty problems, in the order of the lines, and how many more there are.
    """
    if problems:
        listed = [f"  line {line}: {problems[line]}" for line in sorted(problems)]
        more = [f"  and {len(problems) - SHOWN_PROBLEMS} more"] if len(problems) > SHOWN_PROBLEMS else []
        raise InputError(
            f"{table.path}: {len(problems)} of {len(table.rows)} rows cannot be used.\n"
            + "\n".join(listed[:SHOWN_PROBLEMS] + more)
        )
    if not table.rows:
        raise InputError(f"{table.path} has a header but no rows.")


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
