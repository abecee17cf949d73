"""``trkstruct compare``: two runs, of two versions, presets or structures."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from trkstruct.cli.options import OUTPUT_FILE, RESULTS_FOLDER, check_figure
from trkstruct.cli.terminal import say, write_data

if TYPE_CHECKING:
    from trkstruct.records import Case
    from trkstruct.report.comparison import ComparedCase, Comparison

COLUMNS: Final = ("kinase", "mutation", "ligand", "A", "B", "B - A", "verdict", "changed")
LISTED: Final = 12  # cases of one run only that are named


@click.command("compare")
@click.argument("first", metavar="A", type=RESULTS_FOLDER)
@click.argument("second", metavar="B", type=RESULTS_FOLDER)
@click.option(
    "-o",
    "--output",
    type=OUTPUT_FILE,
    callback=check_figure,
    help="Draw the ΔΔG of B against that of A; the ending .png, .svg or .pdf says the format.",
)
@click.option("--all", "everything", is_flag=True, help="List every case of both, not only what changed.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(("table", "csv", "json")),
    default="table",
    show_default=True,
    help="CSV and JSON have every case of both.",
)
def command(first: Path, second: Path, output: Path | None, everything: bool, format_: str) -> None:
    """Compare two runs case by case: what changed beyond the error, and what only one of them has.

    A and B are folders that ``trkstruct scan`` wrote. Cases are matched by kinase, mutation and ligand. A difference is
    beyond the error when it is larger than the root of the summed squares of the two errors.
    """
    from trkstruct.report.comparison import compare_results, comparison_row
    from trkstruct.report.results import load_results

    comparison = compare_results(load_results(first), load_results(second))
    if output is not None:
        from trkstruct.report.comparison_figure import comparison_figure
        from trkstruct.report.figure_files import write_figure

        write_figure(comparison_figure(comparison.common, (str(first), str(second))), output)
    if format_ == "csv":
        from trkstruct.files.csv_text import table_text

        write_data(table_text([comparison_row(each) for each in comparison.common]))
    elif format_ == "json":
        write_data(json.dumps(comparison_json(comparison), indent=1, ensure_ascii=False) + "\n")
    else:
        _print(comparison, everything=everything)
    if format_ == "csv":
        for line in _one_sided(comparison):
            say(line, err=True)
    if output is not None:
        say(f"Wrote {output}.", err=True)


def comparison_json(comparison: "Comparison") -> dict[str, object]:
    """Everything of a comparison: how the runs differ, the cases of both, and those of one only."""
    from trkstruct.report.comparison import comparison_row

    return {
        "differing": {name: {"a": pair[0], "b": pair[1]} for name, pair in comparison.differing.items()},
        "cases": [comparison_row(each) for each in comparison.common],
        "only_a": [_named(case) for case in comparison.only_first],
        "only_b": [_named(case) for case in comparison.only_second],
    }


def _print(comparison: "Comparison", *, everything: bool) -> None:
    from trkstruct.cli.output import print_table

    say("A and B differ in:" if comparison.differing else "A and B have the same version, settings and libraries.")
    for name, (one, other) in comparison.differing.items():
        say(f"  {name}: {one} -> {other}")
    say()
    shown = comparison.common if everything else comparison.changed
    if shown:
        print_table(COLUMNS, [_row(each) for each in shown])
        say()
    for line in (*summary_lines(comparison), *_one_sided(comparison)):
        say(line)


def summary_lines(comparison: "Comparison") -> list[str]:
    """How many cases both runs have, and in how many what changed."""
    kinds = [change for each in comparison.common for change in each.changes]
    differences = [abs(d) for each in comparison.common if (d := each.difference_kcal_mol) is not None]
    said = {
        "beyond the error": "ΔΔG changed beyond the error",
        "verdict": "another verdict",
        "now fails": "fail in B only",
        "failed before": "failed in A only",
    }
    counts = ", ".join(f"{kinds.count(kind)} {words}" for kind, words in said.items() if kind in kinds)
    lines = [f"{len(comparison.common)} cases are in both; {counts or 'none changed beyond the error'}."]
    if differences:
        mean = sum(differences) / len(differences)
        lines.append(f"{len(differences)} mutants: mean |B - A| {mean:.2f}, largest {max(differences):.2f} kcal/mol.")
    return lines


def _one_sided(comparison: "Comparison") -> list[str]:
    return [
        f"Only in {name}: {_listed(cases)}."
        for name, cases in (("A", comparison.only_first), ("B", comparison.only_second))
        if cases
    ]


def _listed(cases: "Sequence[Case]") -> str:
    names = [" ".join(filter(None, (case.kinase, case.mutation, case.ligand))) for case in cases]
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return f"{len(names)} case{'s' * (len(names) != 1)}, {', '.join(names[:LISTED])}{more}"


def _named(case: "Case") -> dict[str, str]:
    return {"kinase": case.kinase, "mutation": case.mutation, "ligand": case.ligand, "structure": case.structure}


def _row(compared: "ComparedCase") -> tuple[str, ...]:
    from trkstruct.report.heat_map import ddg_text, signed

    first, second = compared.first, compared.second
    difference, error = compared.difference_kcal_mol, compared.error_kcal_mol
    of_error = "" if error is None else f" ± {error:.2f}"
    verdicts = [case.verdict or ("failed" if case.status == "failed" else "") for case in (first, second)]
    return (
        first.kinase,
        first.mutation,
        first.ligand,
        ddg_text(first),
        ddg_text(second),
        "" if difference is None else f"{signed(difference, 2)}{of_error}",
        verdicts[0] if verdicts[0] == verdicts[1] else f"{verdicts[0]} -> {verdicts[1]}",
        ", ".join(compared.changes),
    )
