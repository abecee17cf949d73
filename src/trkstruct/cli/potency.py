"""``trkstruct potency``: measured dose-response data to IC50, fold change and apparent ddG."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trkstruct.cli.endings import SOME_FAILED
from trkstruct.cli.options import INPUT_FILE
from trkstruct.cli.terminal import say
from trkstruct.errors import InputError
from trkstruct.report.console import ABSENT

if TYPE_CHECKING:
    from trkstruct.files.csv_text import Cell
    from trkstruct.potency.dose_response import CurveFit, DoseResponse
    from trkstruct.potency.fold_change import Compared, FoldChange


@click.group("potency")
def command() -> None:
    """Measured potency: dose-response curves."""


@command.command("fit")
@click.argument("file", type=INPUT_FILE)
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for curves.csv, fold_changes.csv and the plot.",
)
@click.option("--bottom", type=float, help="Lower plateau, when it is known (0 for normalised data).")
@click.option("--top", type=float, help="Upper plateau, when it is known (100 for normalised data).")
@click.option("--atp", type=float, help="ATP in the assay (same unit as --km): IC50 becomes Ki by Cheng-Prusoff.")
@click.option(
    "--km", "km_texts", multiple=True, metavar="[VARIANT=]KM", help="Km for ATP, of one variant or of all; repeat."
)
@click.option(
    "--compare",
    type=click.Path(exists=True, path_type=Path),
    help="results.json of a scan, or its folder: assay and prediction in one table.",
)
@click.pass_context
def fit(
    ctx: click.Context,
    file: Path,
    output: Path | None,
    bottom: float | None,
    top: float | None,
    atp: float | None,
    km_texts: tuple[str, ...],
    compare: Path | None,
) -> None:
    """Fit four-parameter logistic curves to a CSV table of dose-response data.

    Columns: compound (or ligand), mutation (or variant, WT for the wild type), concentration_nm, response; optionally
    kinase, replicate and weight (1 / variance). Intervals are 95 %, by profile likelihood; every row is one independent
    point. Where the data have no plateau there is no IC50 but a bound.
    """
    from trkstruct.cli.output import print_table
    from trkstruct.potency.assay_file import load_dose_responses
    from trkstruct.potency.curve_fit import fit_dose_response
    from trkstruct.potency.fold_change import compare_with_cases, fold_changes_of
    from trkstruct.report.results import load_results

    cases = load_results(compare).cases if compare is not None else ()
    data = load_dose_responses(file)
    curves = [(each, fit_dose_response(each, bottom=bottom, top=top)) for each in data]
    folds = fold_changes_of(curves, atp=atp, km=read_km(km_texts))
    compared = compare_with_cases(folds, cases)
    if output is not None:
        write_fits(output, curves, compared)  # files first: printing may fail
    print_table(("kinase", "compound", "variant", "points", "result"), [_curve_line(*curve) for curve in curves])
    for each, fit_ in curves:
        for note in fit_.notes:
            say(f"{each.compound} {each.variant}: {note}.", err=True)
    if folds:
        say()
        columns, rows = fold_lines(compared, with_predictions=compare is not None)
        print_table(columns, rows)
    if output is not None:
        say(f"Wrote curves.csv, fold_changes.csv and the plot to {output}.", err=True)
    if all(fit_.ic50_nm is None for _, fit_ in curves):
        say("No IC50 could be determined.", err=True)
        ctx.exit(SOME_FAILED)


def read_km(texts: Sequence[str]) -> dict[str, float]:
    """Km by variant from ``WT=20`` or ``20``; the empty name stands for every variant that is not named.

    Raises
    ------
    InputError
        When one is no positive number, or a variant comes twice.
    """
    km: dict[str, float] = {}
    for text in texts:
        variant, _, number = text.rpartition("=")
        try:
            value = float(number)
        except ValueError:
            value = 0.0
        if not 0 < value < float("inf"):
            raise InputError(f"--km {text!r} is not a positive number, or VARIANT=NUMBER.")
        if variant in km:
            raise InputError(f"--km is given twice for {variant or 'all variants'}.")
        km[variant] = value
    return km


def fold_lines(compared: "Sequence[Compared]", *, with_predictions: bool) -> tuple[list[str], list[list[str]]]:
    """Column names and rows of the table of fold changes, the prediction beside the assay when there is a scan."""
    columns = ["kinase", "compound", "variant", "fold", "95 %", "apparent ΔΔG", "95 %"]
    if with_predictions:
        columns += ["predicted ΔΔG", "verdict"]
    rows = []
    for each in compared:
        measured, case = each.measured, each.case
        row = [measured.kinase, measured.compound, measured.variant, *_fold_cells(measured)]
        if with_predictions and case is not None and case.ddg_kcal_mol is not None:
            error = "" if case.ddg_error_kcal_mol is None else f" ± {case.ddg_error_kcal_mol:.1f}"
            row += [f"{case.ddg_kcal_mol:.1f}{error}", case.verdict or ABSENT]
        elif with_predictions:
            row += ["not in the scan" if case is None else case.verdict or case.status, ABSENT]
        rows.append(row)
    return columns, rows


def write_fits(folder: Path, curves: "Sequence[tuple[DoseResponse, CurveFit]]", compared: "Sequence[Compared]") -> None:
    """Write ``curves.csv``, ``fold_changes.csv``, ``dose_response.png`` and ``dose_response.svg``."""
    from trkstruct.files.csv_text import table_text
    from trkstruct.files.outputs import write_atomic
    from trkstruct.potency.figure import dose_response_figure
    from trkstruct.report.figure_files import save_figure

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"Cannot write to {folder}: {error.strerror}. Choose another folder with -o.") from error
    write_atomic(folder / "curves.csv", table_text([_curve_row(*curve) for curve in curves]))
    write_atomic(folder / "fold_changes.csv", table_text([_fold_row(each) for each in compared]))
    save_figure(dose_response_figure(curves), folder / "dose_response")


def _curve_line(data: "DoseResponse", fit_: "CurveFit") -> list[object]:
    hill = "" if fit_.curve is None or fit_.ic50_nm is None else f", Hill {abs(fit_.curve.hill):.2g}"
    return [data.kinase, data.compound, data.variant, fit_.n_points, fit_.ic50_text + hill]


def _fold_cells(fold: "FoldChange") -> list[str]:
    if fold.fold is None or fold.ddg_kcal_mol is None:
        return ["unknown", ABSENT, ABSENT, ABSENT]
    sign = "" if fold.qualifier == "=" else f"{fold.qualifier} "
    cells = [f"{sign}{fold.fold:.3g} ({fold.basis})", ABSENT, f"{sign}{fold.ddg_kcal_mol:.2f}", ABSENT]
    if fold.low is not None and fold.high is not None:
        cells[1] = f"{fold.low:.3g} to {fold.high:.3g}"
    if fold.ddg_low_kcal_mol is not None and fold.ddg_high_kcal_mol is not None:
        cells[3] = f"{fold.ddg_low_kcal_mol:.2f} to {fold.ddg_high_kcal_mol:.2f}"
    return cells


def _curve_row(data: "DoseResponse", fit_: "CurveFit") -> "dict[str, Cell]":
    curve = fit_.curve
    return {
        "kinase": data.kinase,
        "compound": data.compound,
        "mutation": data.variant,
        "status": fit_.status,
        "ic50_nm": fit_.ic50_nm,
        "ic50_low_nm": fit_.low_nm,
        "ic50_high_nm": fit_.high_nm,
        "hill": curve.hill if curve else None,
        "bottom": curve.bottom if curve else None,
        "top": curve.top if curve else None,
        "residual_sd": fit_.residual_sd,
        "n_points": fit_.n_points,
        "lowest_nm": fit_.lowest_nm,
        "highest_nm": fit_.highest_nm,
        "interval": "95 % profile likelihood",
        "notes": "; ".join(fit_.notes),
    }


def _fold_row(compared: "Compared") -> "dict[str, Cell]":
    from dataclasses import asdict

    case = compared.case
    return {
        **asdict(compared.measured),
        "predicted_ddg_kcal_mol": case.ddg_kcal_mol if case else None,
        "predicted_ddg_error_kcal_mol": case.ddg_error_kcal_mol if case else None,
        "predicted_verdict": case.verdict if case else None,
    }
