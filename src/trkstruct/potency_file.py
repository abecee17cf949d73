"""Dose-response data from a CSV table: one row per measured response."""

import csv
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from trkstruct.errors import InputError, TrkstructError
from trkstruct.kinase import kinase_named
from trkstruct.mutation import parse_mutation
from trkstruct.potency import DoseResponse
from trkstruct.units import FloatArray

ALIASES: Final = {
    "compound": ("compound", "ligand"),
    "variant": ("mutation", "variant"),
    "concentration_nm": ("concentration_nm",),
    "response": ("response",),
}
OPTIONAL: Final = ("kinase", "replicate", "weight")
SHOWN_PROBLEMS: Final = 20  # lines of an error message

_Key = tuple[str, str, str]


def load_dose_responses(path: Path) -> tuple[DoseResponse, ...]:
    """Curves of a table with compound (or ligand), mutation (or variant), concentration_nm and response.

    Optional columns: ``kinase``; ``weight`` (relative, 1 / variance); ``replicate`` is for the reader: every row counts
    as one point. Curves come in the order in which they first appear.

    Raises
    ------
    InputError
        When the file cannot be read, lacks a column, or with every cell that is wrong.
    """
    columns, rows = _read(path)
    names = _columns(columns, path)
    points: dict[_Key, list[tuple[float, float, float]]] = {}
    problems = []
    for line, row in rows:
        try:
            key, point = _read_row(row, names)
        except TrkstructError as error:
            problems.append(f"  line {line}: {error}")
            continue
        points.setdefault(key, []).append(point)
    if problems:
        more = [f"  and {len(problems) - SHOWN_PROBLEMS} more"] if len(problems) > SHOWN_PROBLEMS else []
        listed = "\n".join(problems[:SHOWN_PROBLEMS] + more)
        raise InputError(f"{path}: {len(problems)} of {len(rows)} rows cannot be used.\n{listed}")
    if not points:
        raise InputError(f"{path} has a header but no rows.")
    return tuple(_curve(key, np.array(values)) for key, values in points.items())


def _read(path: Path) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file, restval="", restkey="")
            columns = [name.strip() for name in reader.fieldnames or ()]
            reader.fieldnames = columns
            rows = [(reader.line_num, {name: text.strip() for name, text in row.items() if name}) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"Cannot read the table {path}: {error}. It must be a CSV file in UTF-8.") from error
    return columns, [(line, row) for line, row in rows if any(row.values())]


def _columns(columns: Sequence[str], path: Path) -> dict[str, str]:
    """Which column of the file holds what."""
    found = {}
    for wanted, names in ALIASES.items():
        there = [name for name in names if name in columns]
        if len(there) != 1:
            problem = "lacks the column" if not there else "has more than one of the columns"
            raise InputError(
                f"{path} {problem} {' or '.join(names)}. It has: {', '.join(columns) or 'nothing'}. "
                f"Optional columns: {', '.join(OPTIONAL)}."
            )
        found[wanted] = there[0]
    return found


def _read_row(row: Mapping[str, str], names: Mapping[str, str]) -> tuple[_Key, tuple[float, float, float]]:
    compound, variant = row[names["compound"]], row[names["variant"]]
    if not compound:
        raise InputError(f"{names['compound']} is empty.")
    concentration = _number(row, names["concentration_nm"])
    if concentration < 0:
        raise InputError(f"{names['concentration_nm']} is {concentration:g}; it cannot be negative.")
    weight = _number(row, "weight") if row.get("weight") else 1.0
    if weight <= 0:
        raise InputError(f"weight is {weight:g}; weights are above 0 (leave the row out instead).")
    kinase = kinase_named(row["kinase"]) if row.get("kinase") else None
    mutation = parse_mutation(variant or "WT", kinase, generic=True)
    kinase_name = kinase.name if kinase else mutation.kinase.name if mutation.kinase else ""
    point = (concentration, _number(row, names["response"]), weight)
    return (kinase_name, compound, str(mutation)), point


def _number(row: Mapping[str, str], column: str) -> float:
    text = row.get(column, "")
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(f"{column} is {text!r}, not a number.")
    return value


def _curve(key: _Key, values: FloatArray) -> DoseResponse:
    kinase, compound, variant = key
    return DoseResponse(compound, variant, kinase, values[:, 0], values[:, 1], values[:, 2])
