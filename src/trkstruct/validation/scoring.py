"""Score predictors on the same measured rows: measures with intervals, comparisons, verdicts, error bars."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from trkstruct.settings import RESISTANCE_THRESHOLD_KCAL_MOL
from trkstruct.units import FloatArray
from trkstruct.validation.statistics import (
    METRICS,
    RESAMPLES,
    Difference,
    Interval,
    Metric,
    compare,
    coverage,
    estimate,
    resample_rows,
)

INTERVAL_LEVEL: Final = 0.9
FEWEST_ROWS: Final = 3  # fewer have no correlation worth the name
FEWEST_RESAMPLED: Final = 10  # fewer rows have too few distinct bootstrap samples for an interval or a p-value


@dataclass(frozen=True)
class Scale:
    """What was measured.

    Attributes
    ----------
    column, title : str
        Name in tables and in figures.
    resistant_above : float
        Rows measured above it are the positives of AUROC and AUPRC.
    is_energy : bool
        False for a score whose order alone means something: no error in kcal/mol can be told.
    """

    column: str = "measured_ddg_kcal_mol"
    title: str = "measured ΔΔG (kcal/mol)"
    resistant_above: float = RESISTANCE_THRESHOLD_KCAL_MOL
    is_energy: bool = True


DDG: Final = Scale()


@dataclass(frozen=True)
class Predictor:
    """Predictions for rows of measurements; NaN where there is none.

    Attributes
    ----------
    name : str
    values : numpy.ndarray, shape (n_rows,)
        kcal/mol, or a score of which only the order counts.
    is_energy : bool
    errors : numpy.ndarray or None
        One standard deviation of each prediction.
    """

    name: str
    values: FloatArray
    is_energy: bool = True
    errors: FloatArray | None = None


@dataclass(frozen=True)
class Scores:
    """One predictor's measures (by name), and how the reference predictor compares on the rows that both have."""

    name: str
    n: int
    n_resistant: int
    measures: Mapping[str, Interval]
    versus: Mapping[str, Difference]


@dataclass(frozen=True)
class ErrorBars:
    """Whether error bars mean something.

    Attributes
    ----------
    coverage : Interval
        Share of measured values within the 90 % intervals.
    size_correlation : Interval
        Spearman correlation of the error bar with the error that was made.
    mean_kcal_mol : float or None
        Mean error bar.
    """

    coverage: Interval
    size_correlation: Interval
    mean_kcal_mol: float | None


def score_predictors(
    measured: FloatArray,
    reference: Predictor,
    others: Sequence[Predictor],
    *,
    scale: Scale = DDG,
    seed: int = 0,
    n_resamples: int = RESAMPLES,
) -> tuple[Scores, ...]:
    """Scores of the reference, then of the others, each on the rows that it and the reference predict.

    Parameters
    ----------
    measured : numpy.ndarray, shape (n_rows,)
        On the scale.
    reference : Predictor
        What the others are compared with, by paired bootstrap; fewer than ten rows give no intervals and p-values.
    """
    scores = [score_predictor(measured, reference, scale=scale, seed=seed, n_resamples=n_resamples)]
    for other in others:
        scored = score_predictor(measured, other, reference, scale=scale, seed=seed, n_resamples=n_resamples)
        scores.append(scored)
    return tuple(scores)


def score_predictor(
    measured: FloatArray,
    predictor: Predictor,
    reference: Predictor | None = None,
    *,
    scale: Scale = DDG,
    seed: int = 0,
    n_resamples: int = RESAMPLES,
) -> Scores:
    """Measures of one predictor on the rows it predicts (and ``reference`` too, when given)."""
    rows = np.isfinite(predictor.values)
    if reference is not None:
        rows &= np.isfinite(reference.values)
    y, p = measured[rows], predictor.values[rows]
    limit = scale.resistant_above
    n_resistant = int(np.count_nonzero(y > limit))
    if len(y) < FEWEST_ROWS:
        return Scores(predictor.name, len(y), n_resistant, {}, {})
    samples = resample_rows(len(y), seed, n_resamples if len(y) >= FEWEST_RESAMPLED else 0)
    energies = predictor.is_energy and scale.is_energy
    metrics = [metric for metric in METRICS if energies or not metric.needs_energy]
    return Scores(
        name=predictor.name,
        n=len(y),
        n_resistant=n_resistant,
        measures={metric.name: estimate(metric, p, y, limit, samples) for metric in metrics},
        versus={}
        if reference is None
        else {metric.name: compare(metric, reference.values[rows], p, y, limit, samples) for metric in metrics},
    )


def score_error_bars(measured: FloatArray, predictor: Predictor, seed: int = 0) -> ErrorBars | None:
    """Coverage and meaning of a predictor's error bars; None when it has none."""
    if predictor.errors is None:
        return None
    rows = np.isfinite(predictor.values) & np.isfinite(predictor.errors)
    p, errors, y = predictor.values[rows], predictor.errors[rows], measured[rows]
    if len(y) < FEWEST_ROWS:
        return None
    made = np.abs(p - y)
    samples = resample_rows(len(y), seed, RESAMPLES if len(y) >= FEWEST_RESAMPLED else 0)
    correlation = estimate(metric_named("spearman"), errors, made, 0.0, samples)
    return ErrorBars(coverage(p, errors, y, INTERVAL_LEVEL), correlation, float(errors.mean()))


def count_verdicts(measured: FloatArray, verdicts: Sequence[str], scale: Scale = DDG) -> dict[str, dict[str, int]]:
    """How many rows measured as resistant and as sensitive got each verdict; ``failed`` is one of them."""
    table: dict[str, dict[str, int]] = {"resistant": {}, "sensitive": {}}
    for value, verdict in zip(measured, verdicts, strict=True):
        row = table["resistant" if value > scale.resistant_above else "sensitive"]
        row[verdict] = row.get(verdict, 0) + 1
    return table


def metric_named(name: str) -> Metric:
    """The measure with this name."""
    return next(metric for metric in METRICS if metric.name == name)
