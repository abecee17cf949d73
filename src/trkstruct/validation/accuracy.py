"""How a benchmark came out: predictions beside measurements, scores, error bars, shells around the ligand, verdicts."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from trkstruct.files.csv_text import Cell
from trkstruct.records import Case
from trkstruct.report.case_rows import flat_row
from trkstruct.units import FloatArray
from trkstruct.validation.scoring import (
    INTERVAL_LEVEL,
    ErrorBars,
    Predictor,
    Scale,
    Scores,
    count_verdicts,
    score_error_bars,
    score_predictors,
)
from trkstruct.validation.sets import Benchmark, BenchmarkRow
from trkstruct.validation.statistics import CONFIDENCE, RESAMPLES, mue, rmse

OWN_NAME: Final = "trkstruct"
GEOMETRY_NAME: Final = "geometry alone"
ENERGIES_NAME: Final = "energies alone, damped"
RAW_NAME: Final = "double difference"
CONTACTS_NAME: Final = "contacts of the larger side chain"
NULL_NAME: Final = "always 0"
SHELLS: Final = (("up to 5 Å", 5.0), ("5 to 8 Å", 8.0), ("beyond 8 Å", float("inf")))
_COMMON: Final = ("kinase", "mutation", "ligand", "status", "verdict", "ddg_kcal_mol", "ddg_error_kcal_mol")


@dataclass(frozen=True)
class Outcome:
    """A row of a benchmark and the case that was computed for it."""

    row: BenchmarkRow
    case: Case

    @property
    def name(self) -> str:
        """``imatinib T315I``, with the kinase where it is known."""
        return f"{self.case.kinase} {self.case.mutation} {self.row.ligand_name}".strip()


@dataclass(frozen=True)
class Group:
    """Part of the rows: a ligand, or a shell around it; ``n_failed`` rows have no prediction."""

    name: str
    n: int
    n_failed: int
    rmse_kcal_mol: float | None
    mue_kcal_mol: float | None
    mean_absolute_predicted_kcal_mol: float | None
    mean_absolute_measured_kcal_mol: float | None


@dataclass(frozen=True)
class Accuracy:
    """Everything that ``metrics.json`` holds.

    Attributes
    ----------
    scores : tuple of Scores
        trkstruct first, then the null model and the peers on the same rows.
    error_bars : ErrorBars or None
    groups : tuple of Group
        By ligand, then by distance where it is known.
    verdicts : mapping
        Measured class to the number of rows with each verdict, failed rows included.
    seconds_per_case : float or None
        Mean wall time of the mutants.
    """

    benchmark: str
    title: str
    scale: Scale
    n_rows: int
    n_failed: int
    scores: tuple[Scores, ...]
    error_bars: ErrorBars | None
    groups: tuple[Group, ...]
    verdicts: Mapping[str, Mapping[str, int]]
    seconds_per_case: float | None
    seed: int


def assess(benchmark: Benchmark, outcomes: Sequence[Outcome], seed: int = 0) -> Accuracy:
    """Score a benchmark; rows without a prediction are counted as failed."""
    measured, scale = measured_values(outcomes), benchmark.scale
    own = own_predictor(outcomes)
    done = [outcome.case for outcome in outcomes if outcome.case.status == "ok"]
    return Accuracy(
        benchmark=benchmark.name,
        title=benchmark.title,
        scale=scale,
        n_rows=len(outcomes),
        n_failed=int(np.count_nonzero(~np.isfinite(own.values))),
        scores=score_predictors(measured, own, other_predictors(benchmark, outcomes), scale=scale, seed=seed),
        error_bars=score_error_bars(measured, own, seed) if scale.is_energy else None,
        groups=_groups(outcomes, measured, own.values) if scale.is_energy else (),
        verdicts=count_verdicts(measured, [_verdict(outcome.case) for outcome in outcomes], scale),
        seconds_per_case=float(np.mean([case.wall_seconds for case in done])) if done else None,
        seed=seed,
    )


def measured_values(outcomes: Iterable[Outcome]) -> FloatArray:
    """What was measured of each row, on the scale of the benchmark."""
    return np.array([outcome.row.measured for outcome in outcomes], dtype=float)


def own_predictor(outcomes: Sequence[Outcome]) -> Predictor:
    """trkstruct's reported ddG and error bars."""
    values = _column(outcome.case.ddg_kcal_mol for outcome in outcomes)
    return Predictor(OWN_NAME, values, errors=_column(outcome.case.ddg_error_kcal_mol for outcome in outcomes))


def other_predictors(benchmark: Benchmark, outcomes: Sequence[Outcome]) -> tuple[Predictor, ...]:
    """What the answer was made from (where that is known), the null model and the peers."""
    peers = [
        Predictor(peer.name, _column(outcome.row.peers.get(peer.name) for outcome in outcomes), peer.is_energy)
        for peer in benchmark.peers
    ]
    return (*_parts(outcomes), Predictor(NULL_NAME, np.zeros(len(outcomes))), *peers)


def _parts(outcomes: Sequence[Outcome]) -> list[Predictor]:
    parts = [outcome.case.ddg_parts for outcome in outcomes]
    if not any(parts):
        return []
    return [
        Predictor(GEOMETRY_NAME, _column(each.geometry_kcal_mol if each else None for each in parts)),
        Predictor(ENERGIES_NAME, _column(each.energies_kcal_mol if each else None for each in parts)),
        Predictor(RAW_NAME, _column(outcome.case.ddg_raw_kcal_mol for outcome in outcomes)),
        Predictor(CONTACTS_NAME, _column(each.contacts if each else None for each in parts), is_energy=False),
    ]


def outcome_row(outcome: Outcome, benchmark: Benchmark) -> dict[str, Cell]:
    """One line of ``rows.csv``: measurement, prediction, peers, then what ``results.csv`` says of the case."""
    row, case = outcome.row, outcome.case
    return {
        "kinase": case.kinase,
        "mutation": case.mutation,
        "ligand": row.ligand_name,
        "source": row.source,
        "status": case.status,
        benchmark.scale.column: row.measured,
        "ddg_raw_kcal_mol": case.ddg_raw_kcal_mol,
        "ddg_kcal_mol": case.ddg_kcal_mol,
        "ddg_error_kcal_mol": case.ddg_error_kcal_mol,
        "verdict": case.verdict,
        "distance_angstrom": row.distance_angstrom,
        **{f"peer_{_slug(peer.name)}": row.peers.get(peer.name) for peer in benchmark.peers},
        **{name: value for name, value in flat_row(case).items() if name not in (*_COMMON, "ddg_raw_kcal_mol")},
    }


def metrics_json(accuracy: Accuracy) -> dict[str, Any]:
    """The accuracy as plain values, with what the numbers mean."""
    return {
        "resistant_above": accuracy.scale.resistant_above,
        "confidence": CONFIDENCE,
        "resamples": RESAMPLES,
        "error_bar_level": INTERVAL_LEVEL,
        **asdict(accuracy),
    }


def _groups(outcomes: Sequence[Outcome], measured: FloatArray, predicted: FloatArray) -> tuple[Group, ...]:
    ligands = np.array([outcome.row.ligand_name for outcome in outcomes])
    distances = _column(outcome.row.distance_angstrom for outcome in outcomes)
    members = [(str(name), ligands == name) for name in dict.fromkeys(ligands.tolist())]
    if np.isfinite(distances).any():
        inner = 0.0
        for name, outer in SHELLS:
            members.append((name, (distances > inner) & (distances <= outer)))
            inner = outer
    return tuple(_group(name, measured[rows], predicted[rows]) for name, rows in members if rows.any())


def _group(name: str, measured: FloatArray, predicted: FloatArray) -> Group:
    there = np.isfinite(predicted)
    n_failed = int(np.count_nonzero(~there))
    if not there.any():
        return Group(name, len(measured), n_failed, None, None, None, None)
    p, m = predicted[there], measured[there]
    return Group(
        name=name,
        n=len(measured),
        n_failed=n_failed,
        rmse_kcal_mol=float(rmse(p, m)),
        mue_kcal_mol=float(mue(p, m)),
        mean_absolute_predicted_kcal_mol=float(np.abs(p).mean()),
        mean_absolute_measured_kcal_mol=float(np.abs(m).mean()),
    )


def _verdict(case: Case) -> str:
    return "failed" if case.status == "failed" else case.verdict or "none"


def _column(values: Iterable[float | None]) -> FloatArray:
    return np.array([np.nan if value is None else value for value in values], dtype=float)


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower().replace("+", " plus ")).strip("_")
