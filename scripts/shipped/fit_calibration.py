"""Compare small calibrations of ddG by cross-validation over mutation positions and over drugs.

    python scripts/shipped/fit_calibration.py OUT/rows.csv [MORE ...] [--formula 'both: ddg_raw_kcal_mol; occlusion']

Reads the rows that ``trkstruct validate`` wrote. A formula is a name and its terms, separated by semicolons; a term is
a column or an expression of columns (``ddg_raw_kcal_mol.clip(-1, 4)``, ``3 * tanh(ddg_raw_kcal_mol / 3)``). The
coefficients (the constant too) are not negative unless ``--ridge`` is given. Groups left out: every position (whatever
its substitutions and drugs), then every drug. What counts are the cross-validated numbers; the coefficients over all
rows, and how far they move when a group is left out, are shown beside them.
"""

import argparse
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table
from scipy.optimize import nnls

from trkstruct.units import FloatArray
from trkstruct.validation.scoring import Predictor, Scores, score_predictor
from trkstruct.validation.statistics import METRICS

MEASURED = "measured_ddg_kcal_mol"
RAW = "ddg_raw_kcal_mol"
SCHEMES = {"no rows left out": None, "positions left out": "position", "drugs left out": "ligand"}


@dataclass(frozen=True)
class Formula:
    """A linear model: its name, its terms and whether a constant is fitted too."""

    name: str
    terms: tuple[str, ...]
    intercept: bool = False


FORMULAS = (
    Formula("raw, scaled", (RAW,)),
    Formula("raw, damped at 2", (f"2 * tanh({RAW} / 2)",)),
    Formula("raw, damped at 4", (f"4 * tanh({RAW} / 4)",)),
    Formula("raw + constant", (RAW,), intercept=True),
    Formula("van der Waals + polar + strain", (
        "ddg_van_der_waals_kcal_mol",
        "ddg_electrostatics_kcal_mol + ddg_solvation_kcal_mol",
        "ddg_protein_strain_kcal_mol + ddg_ligand_strain_kcal_mol",
    )),
    Formula("raw damped + occlusion", (f"4 * tanh({RAW} / 4)", "occlusion")),
)  # fmt: skip


def load_rows(paths: Sequence[Path]) -> pd.DataFrame:
    """Rows with a measurement and a raw prediction; says on stderr how many were left out."""
    rows = pd.concat([pd.read_csv(path) for path in paths], ignore_index=True)
    kept = rows[rows[MEASURED].notna() & rows[RAW].notna()].reset_index(drop=True)
    if len(kept) < len(rows):
        print(f"{len(rows) - len(kept)} of {len(rows)} rows have no prediction and are left out.", file=sys.stderr)
    numbers = kept["mutation"].str.findall(r"[A-Z](\d+)[A-Z]").str.join("+")
    return kept.assign(position=kept["kinase"].fillna("") + " " + numbers)


def design_matrix(rows: pd.DataFrame, formula: Formula) -> FloatArray:
    """Values of a formula's terms, shape (n_rows, n_terms), the constant last; a column without a value is an error."""
    values = [
        np.broadcast_to(np.asarray(rows.eval(term, engine="python"), dtype=float), len(rows)) for term in formula.terms
    ]
    matrix = np.column_stack([*values, np.ones(len(rows))] if formula.intercept else values)
    empty = [term for term, column in zip(formula.terms, matrix.T, strict=False) if not np.isfinite(column).all()]
    if empty:
        raise SystemExit(f"{formula.name}: no value in some rows for {'; '.join(empty)}")
    return matrix


def fit_coefficients(matrix: FloatArray, measured: FloatArray, ridge: float | None) -> FloatArray:
    """Non-negative least squares, or ridge regression of the given strength on unit-variance columns."""
    if ridge is None:
        return np.asarray(nnls(matrix, measured)[0])
    scale = np.sqrt(np.mean(matrix**2, axis=0))
    scale[scale == 0] = 1.0
    scaled = matrix / scale
    gram = scaled.T @ scaled + ridge * np.eye(matrix.shape[1])
    return np.asarray(np.linalg.solve(gram, scaled.T @ measured) / scale)


def predict_left_out(
    matrix: FloatArray, measured: FloatArray, groups: Sequence[str] | None, ridge: float | None
) -> tuple[FloatArray, FloatArray]:
    """Predictions of each group by coefficients fitted without it, and those coefficients (n_groups, n_terms)."""
    if groups is None:
        coefficients = fit_coefficients(matrix, measured, ridge)
        return matrix @ coefficients, coefficients[None]
    labels = np.asarray(groups)
    predicted, fitted = np.empty(len(measured)), []
    for label in dict.fromkeys(labels.tolist()):
        left_out = labels == label
        if left_out.all():
            return np.full(len(measured), np.nan), np.empty((0, matrix.shape[1]))
        fitted.append(fit_coefficients(matrix[~left_out], measured[~left_out], ridge))
        predicted[left_out] = matrix[left_out] @ fitted[-1]
    return predicted, np.array(fitted)


def score_formula(rows: pd.DataFrame, formula: Formula, ridge: float | None) -> list[tuple[str, Scores, FloatArray]]:
    """Scores and coefficients of a formula under each scheme."""
    matrix, measured = design_matrix(rows, formula), rows[MEASURED].to_numpy(dtype=float)
    scored = []
    for scheme, column in SCHEMES.items():
        groups = None if column is None else rows[column].tolist()
        predicted, coefficients = predict_left_out(matrix, measured, groups, ridge)
        scored.append((scheme, score_predictor(measured, Predictor(formula.name, predicted)), coefficients))
    return scored


def read_formula(text: str) -> Formula:
    """``name: term; term; 1`` where ``1`` stands for a constant."""
    name, colon, terms = text.partition(":")
    parts = tuple(part.strip() for part in (terms if colon else text).split(";") if part.strip())
    if not parts:
        raise argparse.ArgumentTypeError(f"{text!r} has no terms; write 'name: column; column'")
    return Formula(name.strip(), tuple(part for part in parts if part != "1"), "1" in parts)


def main() -> None:
    """Print a table: formulas, schemes, measures with 95 % intervals, coefficients."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="+", type=Path, help="rows.csv of trkstruct validate")
    parser.add_argument("--formula", action="append", type=read_formula, help="'name: term; term'; repeat for more")
    parser.add_argument("--ridge", type=float, help="strength of a ridge penalty, instead of non-negative coefficients")
    options = parser.parse_args()
    rows = load_rows(options.rows)
    table = Table("formula", "scheme", "n", *(metric.title for metric in METRICS), "coefficients (range)", box=None)
    for formula in options.formula or FORMULAS:
        for scheme, scores, coefficients in score_formula(rows, formula, options.ridge):
            table.add_row(formula.name, scheme, str(scores.n), *_cells(scores), _ranges(coefficients))
    Console(width=200).print(table)


def _cells(scores: Scores) -> list[str]:
    found = [scores.measures.get(metric.name) for metric in METRICS]
    return ["·" if e is None or e.value is None else f"{e.value:.2f} ({e.low:.2f} {e.high:.2f})" for e in found]


def _ranges(coefficients: FloatArray) -> str:
    return ", ".join(re.sub(r"^(\S+)\.\.\1$", r"\1", f"{c.min():.2f}..{c.max():.2f}") for c in coefficients.T)


if __name__ == "__main__":
    main()
