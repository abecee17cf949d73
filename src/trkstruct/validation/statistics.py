"""How good predictions are: error and ranking measures, bootstrap intervals, paired comparisons, coverage.

A measure takes arrays whose last axis runs over the rows of a data set, so that one call scores every bootstrap sample.
Where a measure is not defined (a constant has no correlation, a sample without positives no AUROC) it is NaN.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest, norm, rankdata

from trkstruct.units import FloatArray, IntArray

CONFIDENCE: Final = 0.95
RESAMPLES: Final = 5000  # the smallest p-value that can come out is 2 / 5001

BoolArray = NDArray[np.bool_]
Score = Callable[[FloatArray, FloatArray, float], FloatArray]


@dataclass(frozen=True)
class Metric:
    """A measure of predictions against measurements.

    Attributes
    ----------
    name, title : str
        Key in files and heading in tables.
    score : callable
        Of predicted values, measured values (both shape (..., n_rows)) and the threshold of a positive row.
    higher_is_better : bool
    needs_energy : bool
        True when predictions must be energies; a rank is enough otherwise.
    """

    name: str
    title: str
    score: Score
    higher_is_better: bool
    needs_energy: bool


@dataclass(frozen=True)
class Interval:
    """A value with its confidence interval, each ``None`` where it is not defined."""

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Difference:
    """How much better one predictor is than another on the same rows (positive: better), and the two-sided p-value."""

    advantage: Interval
    p_value: float | None


def rmse(predicted: FloatArray, measured: FloatArray) -> FloatArray:
    """Root of the mean squared error."""
    return np.asarray(np.sqrt(np.mean((predicted - measured) ** 2, axis=-1)))


def mue(predicted: FloatArray, measured: FloatArray) -> FloatArray:
    """Mean unsigned error."""
    return np.asarray(np.mean(np.abs(predicted - measured), axis=-1))


def pearson(predicted: FloatArray, measured: FloatArray) -> FloatArray:
    """Pearson's correlation coefficient."""
    x = predicted - predicted.mean(axis=-1, keepdims=True)
    y = measured - measured.mean(axis=-1, keepdims=True)
    constant = (np.ptp(predicted, axis=-1) == 0) | (np.ptp(measured, axis=-1) == 0)
    norms = np.sqrt(np.sum(x * x, axis=-1) * np.sum(y * y, axis=-1))
    return _ratio(np.sum(x * y, axis=-1), np.where(constant, 0.0, norms))


def spearman(predicted: FloatArray, measured: FloatArray) -> FloatArray:
    """Spearman's rank correlation; equal values share their mean rank."""
    return pearson(rankdata(predicted, axis=-1), rankdata(measured, axis=-1))


def auroc(score: FloatArray, positive: BoolArray) -> FloatArray:
    """Chance that a positive row scores above a negative one, ties counting half.

    Hanley 1982, 10.1148/radiology.143.1.7063747.
    """
    n_positive = positive.sum(axis=-1)
    n_negative = positive.shape[-1] - n_positive
    ranks = np.sum(np.where(positive, rankdata(score, axis=-1), 0.0), axis=-1)
    return _ratio(ranks - n_positive * (n_positive + 1) / 2, n_positive * n_negative)


def auprc(score: FloatArray, positive: BoolArray) -> FloatArray:
    """Average precision: the mean, over positive rows, of the precision at their score; ties enter together."""
    order = np.argsort(-score, axis=-1, kind="stable")
    ranked, hits = np.take_along_axis(score, order, -1), np.take_along_axis(positive, order, -1)
    n_rows = score.shape[-1]
    ends = np.concatenate([ranked[..., 1:] != ranked[..., :-1], np.ones((*score.shape[:-1], 1), dtype=bool)], axis=-1)
    places = np.where(ends, np.arange(n_rows), n_rows)
    last_of_tie = np.minimum.accumulate(places[..., ::-1], axis=-1)[..., ::-1]
    precision = np.take_along_axis(np.cumsum(hits, axis=-1), last_of_tie, -1) / (last_of_tie + 1)
    return _ratio(np.sum(np.where(hits, precision, 0.0), axis=-1), hits.sum(axis=-1))


METRICS: Final = (
    Metric("rmse", "RMSE", lambda p, m, _: rmse(p, m), higher_is_better=False, needs_energy=True),
    Metric("mue", "MUE", lambda p, m, _: mue(p, m), higher_is_better=False, needs_energy=True),
    Metric("pearson", "Pearson", lambda p, m, _: pearson(p, m), higher_is_better=True, needs_energy=True),
    Metric("spearman", "Spearman", lambda p, m, _: spearman(p, m), higher_is_better=True, needs_energy=False),
    Metric("auroc", "AUROC", lambda p, m, limit: auroc(p, m > limit), higher_is_better=True, needs_energy=False),
    Metric("auprc", "AUPRC", lambda p, m, limit: auprc(p, m > limit), higher_is_better=True, needs_energy=False),
)


def resample_rows(n_rows: int, seed: int = 0, n_resamples: int = RESAMPLES) -> IntArray:
    """Row indices of bootstrap samples, shape (n_resamples, n_rows); the same for the same seed."""
    return np.random.default_rng(seed).integers(0, n_rows, (n_resamples, n_rows))


def estimate(
    metric: Metric, predicted: FloatArray, measured: FloatArray, threshold: float, samples: IntArray
) -> Interval:
    """A measure with its 95 % percentile bootstrap interval (Efron 1993, 10.1201/9780429246593).

    Parameters
    ----------
    predicted, measured : numpy.ndarray, shape (n_rows,)
    threshold : float
        Rows measured above it are the positive ones.
    samples : numpy.ndarray, shape (n_resamples, n_rows)
        From ``resample_rows``. Samples in which the measure is not defined are left out of the interval.
    """
    value = metric.score(predicted, measured, threshold)
    return _with_interval(value, metric.score(predicted[samples], measured[samples], threshold))


def compare(
    metric: Metric,
    predicted: FloatArray,
    other: FloatArray,
    measured: FloatArray,
    threshold: float,
    samples: IntArray,
) -> Difference:
    """Whether one predictor beats another in a measure: paired bootstrap over rows.

    Both are scored on the same samples. The p-value is twice the smaller share of samples in which the sign of the
    advantage is the other way round, counting one more sample for either side (Davison 1997,
    10.1017/CBO9780511802843). None where the measure is not defined for one of them, as a constant's correlation.
    """
    sign = 1.0 if metric.higher_is_better else -1.0

    def advantage(rows: IntArray) -> FloatArray:
        own = metric.score(predicted[rows], measured[rows], threshold)
        others = metric.score(other[rows], measured[rows], threshold)
        return sign * (own - others)

    resampled = advantage(samples)
    defined = resampled[np.isfinite(resampled)]
    result = _with_interval(advantage(np.arange(len(measured))), resampled)
    if result.value is None or not len(defined):
        return Difference(result, None)
    smaller = min(np.count_nonzero(defined <= 0), np.count_nonzero(defined >= 0))
    return Difference(result, min(1.0, 2 * (int(smaller) + 1) / (len(defined) + 1)))


def coverage(predicted: FloatArray, error: FloatArray, measured: FloatArray, level: float = 0.9) -> Interval:
    """Share of measured values inside ``predicted ± z error`` with its exact binomial 95 % interval.

    ``error`` is one standard deviation; z is the normal quantile of a two-sided interval of this level (1.645 at 90 %).
    """
    if not len(measured):
        return Interval(None)
    half_width = norm.ppf(0.5 + level / 2) * error
    inside = int(np.count_nonzero(np.abs(predicted - measured) <= half_width))
    result = binomtest(inside, len(measured)).proportion_ci(CONFIDENCE)  # Clopper 1934, 10.1093/biomet/26.4.404
    return Interval(inside / len(measured), float(result.low), float(result.high))


def _ratio(numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    """The quotient, NaN where the denominator is zero."""
    denominator = np.asarray(denominator, dtype=float)
    ratio: FloatArray = np.divide(numerator, denominator, out=np.full(denominator.shape, np.nan), where=denominator > 0)
    return ratio


def _with_interval(value: FloatArray, resampled: FloatArray) -> Interval:
    defined = resampled[np.isfinite(resampled)]
    if not np.isfinite(value):
        return Interval(None)
    if not len(defined):
        return Interval(float(value))
    low, high = np.quantile(defined, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Interval(float(value), float(low), float(high))
