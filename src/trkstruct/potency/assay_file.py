"""Dose-response data from a CSV table: one row per measured response."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from trkstruct.errors import InputError
from trkstruct.files.user_table import convert_rows, load_user_table, read_number
from trkstruct.kinase.kinases import kinase_named
from trkstruct.kinase.mutation import WILD_TYPE, parse_mutation
from trkstruct.potency.dose_response import DoseResponse
from trkstruct.units import FloatArray

ALIASES: Final = {
    "compound": ("compound", "ligand"),
    "variant": ("mutation", "variant"),
    "concentration_nm": ("concentration_nm",),
    "response": ("response",),
}
OPTIONAL: Final = ("kinase", "replicate", "weight")

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
    table = load_user_table(path)
    names = _columns(table.columns, path)
    points: dict[_Key, list[tuple[float, float, float]]] = {}
    for key, point in convert_rows(table, lambda _, row: _read_row(row, names)):
        points.setdefault(key, []).append(point)
    return tuple(_curve(key, np.array(values)) for key, values in points.items())


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
    concentration = read_number(row[names["concentration_nm"]], names["concentration_nm"])
    if concentration < 0:
        raise InputError(f"{names['concentration_nm']} is {concentration:g}; it cannot be negative.")
    weight = read_number(row["weight"], "weight") if row.get("weight") else 1.0
    if weight <= 0:
        raise InputError(f"weight is {weight:g}; weights are above 0 (leave the row out instead).")
    kinase = kinase_named(row["kinase"]) if row.get("kinase") else None
    mutation = parse_mutation(variant or WILD_TYPE, kinase, generic=True)
    kinase_name = kinase.name if kinase else mutation.kinase.name if mutation.kinase else ""
    response = read_number(row[names["response"]], names["response"])
    return (kinase_name, compound, str(mutation)), (concentration, response, weight)


def _curve(key: _Key, values: FloatArray) -> DoseResponse:
    kinase, compound, variant = key
    return DoseResponse(compound, variant, kinase, values[:, 0], values[:, 1], values[:, 2])
