"""Run a benchmark through the ordinary pipeline and write how it came out; an interrupted run continues."""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

import numpy as np
from matplotlib.figure import Figure

from trkstruct.cases.plan import plan_and_check
from trkstruct.cases.spec import CaseSpec
from trkstruct.errors import InputError
from trkstruct.executor.outcomes import Run
from trkstruct.executor.run import Done, run_plan
from trkstruct.executor.run_options import RunOptions
from trkstruct.files.csv_text import table_text
from trkstruct.files.outputs import write_atomic
from trkstruct.kinase.kinases import kinase_named
from trkstruct.kinase.mutation import parse_mutation
from trkstruct.records import Results
from trkstruct.report.figure_files import save_figure
from trkstruct.report.results import load_results
from trkstruct.settings import Settings
from trkstruct.validation.accuracy import (
    Accuracy,
    Outcome,
    assess,
    measured_values,
    metrics_json,
    outcome_row,
    own_predictor,
)
from trkstruct.validation.scatter import scatter_figure
from trkstruct.validation.scoring import DDG
from trkstruct.validation.sets import Benchmark, BenchmarkRow

ROWS_FILE: Final = "rows.csv"
METRICS_FILE: Final = "metrics.json"
SCATTER_STEM: Final = "scatter"
SCATTER_COLUMNS: Final = (DDG.column, "ddg_kcal_mol", "ddg_error_kcal_mol")


@dataclass(frozen=True)
class PlannedBenchmark:
    """All cases of a benchmark, wild types included, and the one of each row (equal cases are computed once)."""

    benchmark: Benchmark
    specs: tuple[CaseSpec, ...]
    row_specs: tuple[CaseSpec, ...]


def plan_benchmark(benchmark: Benchmark, settings: Settings) -> PlannedBenchmark:
    """Cases of the rows as ``trkstruct scan`` would plan them, structure by structure and ligand by ligand.

    Raises
    ------
    InputError
        When a row does not fit its structure, sequence or ligand.
    """
    specs: list[CaseSpec] = []
    spec_of: dict[int, CaseSpec] = {}
    order = sorted(range(len(benchmark.rows)), key=lambda index: _group_key(benchmark.rows[index]))
    for _, members in groupby(order, key=lambda index: _group_key(benchmark.rows[index])):
        indices = list(members)
        rows = [benchmark.rows[index] for index in indices]
        group = _plan_group(rows, settings)
        specs += group
        by_mutation = {spec.mutation: spec for spec in group}
        for index, row in zip(indices, rows, strict=True):
            spec_of[index] = by_mutation[_normal_mutation(row, group[0])]
    return PlannedBenchmark(benchmark, tuple(specs), tuple(spec_of[index] for index in range(len(benchmark.rows))))


def run_benchmark(
    planned: PlannedBenchmark,
    out_dir: Path,
    run: Run,
    options: RunOptions | None = None,
    on_done: Done | None = None,
) -> tuple[Outcome, ...]:
    """Run the cases (those finished earlier are kept) and put each row beside its case; see `run_plan`."""
    run_plan(planned.specs, out_dir, run, options, on_done)
    return join_outcomes(planned, load_results(out_dir))


def join_outcomes(planned: PlannedBenchmark, results: Results) -> tuple[Outcome, ...]:
    """Each row with its case; ``results`` are those of ``planned.specs``, one case per content key."""
    keys = list(dict.fromkeys(spec.key() for spec in planned.specs))
    cases = dict(zip(keys, results.cases, strict=True))
    rows = zip(planned.benchmark.rows, planned.row_specs, strict=True)
    return tuple(Outcome(row, cases[spec.key()]) for row, spec in rows)


def write_accuracy(planned: PlannedBenchmark, outcomes: Sequence[Outcome], out_dir: Path, seed: int = 0) -> Accuracy:
    """Score the outcomes and write ``rows.csv`` and ``metrics.json``; of energies also ``scatter.png`` and ``.svg``."""
    accuracy = assess(planned.benchmark, outcomes, seed)
    rows = [outcome_row(outcome, planned.benchmark) for outcome in outcomes]
    write_atomic(out_dir / ROWS_FILE, table_text(rows))
    settings = planned.specs[0].settings.model_dump(mode="json")
    metrics = {**metrics_json(accuracy), "settings": settings, "failed": failures(outcomes)}
    write_atomic(out_dir / METRICS_FILE, json.dumps(metrics, indent=1, allow_nan=False) + "\n")
    own = own_predictor(outcomes)
    if not planned.benchmark.scale.is_energy:
        return accuracy
    figure = scatter_figure(
        measured_values(outcomes),
        own.values,
        own.errors,
        labels=[outcome.case.mutation for outcome in outcomes],
        groups=[outcome.row.ligand_name for outcome in outcomes],
        title=planned.benchmark.title,
    )
    save_figure(figure, out_dir / SCATTER_STEM)
    return accuracy


def accuracy_figure(out_dir: Path) -> Figure:
    """The scatter plot of a finished validation, from its ``rows.csv``.

    Raises
    ------
    InputError
        When the folder holds no finished validation.
    """
    path = out_dir / ROWS_FILE
    try:
        with path.open(newline="", encoding="utf-8") as table:
            rows = list(csv.DictReader(table))
        columns = {name: np.array([float(row[name] or "nan") for row in rows]) for name in SCATTER_COLUMNS}
        labels, groups = [row["mutation"] for row in rows], [row["ligand"] for row in rows]
    except OSError as error:
        raise InputError(f"Cannot read {path}: {error.strerror}. Name a folder of 'trkstruct validate'.") from error
    except (KeyError, ValueError) as error:
        raise InputError(f"{path} is not a table that 'trkstruct validate' wrote: {error}.") from error
    return scatter_figure(*columns.values(), labels=labels, groups=groups)


def failures(outcomes: Sequence[Outcome]) -> list[dict[str, str]]:
    """What failed: the row, the stage, the message and the command that repeats it."""
    return [
        {
            "row": outcome.name,
            "source": outcome.row.source,
            "stage": outcome.case.error.stage,
            "message": outcome.case.error.message,
            "repeat_command": outcome.case.error.repeat_command,
        }
        for outcome in outcomes
        if outcome.case.error is not None
    ]


def _group_key(row: BenchmarkRow) -> tuple[str, ...]:
    parts = (row.kinase, row.structure, row.chain, row.ligand, row.ligand_residue)
    return tuple(part or "" for part in parts)


def _plan_group(rows: Sequence[BenchmarkRow], settings: Settings) -> Sequence[CaseSpec]:
    row = rows[0]
    try:
        return plan_and_check(
            (row.kinase,) if row.kinase else (),
            tuple(dict.fromkeys(each.mutation for each in rows)),
            (row.ligand,),
            settings,
            structure=row.structure,
            chain=row.chain,
            ligand_residue=row.ligand_residue,
        )
    except InputError as error:
        sources = ", ".join(dict.fromkeys(each.source for each in rows))
        raise InputError(f"{row.structure or row.kinase} with {row.ligand_name} ({sources}): {error}") from error


def _normal_mutation(row: BenchmarkRow, planned: CaseSpec) -> str:
    kinase = kinase_named(planned.kinase) if planned.kinase else None
    return str(parse_mutation(row.mutation, kinase, generic=row.structure is not None))
