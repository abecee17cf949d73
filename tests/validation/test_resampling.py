"""Intervals, p-values and coverage on data small enough to work out by hand, and by scipy."""

import math

import numpy as np
import pytest
from scipy import stats

from trkstruct.validation.statistics import (
    CONFIDENCE,
    METRICS,
    Difference,
    Interval,
    Metric,
    auprc,
    auroc,
    compare,
    coverage,
    estimate,
    mue,
    pearson,
    resample_rows,
    rmse,
    spearman,
)

BY_NAME = {metric.name: metric for metric in METRICS}
MEAN = Metric("mean", "Mean", lambda p, _m, _limit: p.mean(axis=-1), higher_is_better=True, needs_energy=True)
ERROR = Metric("error", "Error", lambda p, m, _: np.abs(p - m).mean(axis=-1), higher_is_better=False, needs_energy=True)


def test_measures_worked_by_hand() -> None:
    predicted, measured = np.array([0.0, 1.0, 5.0]), np.array([1.0, 3.0, 3.0])
    assert rmse(predicted, measured) == pytest.approx(math.sqrt((1 + 4 + 4) / 3))
    assert mue(predicted, measured) == pytest.approx(5 / 3)
    # deviations (-2, -1, 3) and (-4/3, 2/3, 2/3)
    assert pearson(predicted, measured) == pytest.approx((8 / 3 - 2 / 3 + 2) / math.sqrt(14 * 24 / 9))
    # ranks (1, 2, 3) and (1, 2.5, 2.5)
    assert spearman(predicted, measured) == pytest.approx(1.5 / math.sqrt(2 * 1.5))
    positive = np.array([False, True, True])
    assert auroc(np.array([1.0, 1.0, 0.0]), positive) == pytest.approx(0.25)  # half of one pair of two
    # at score 1: 1 of 2 rows is positive; at score 0: 2 of 3
    assert auprc(np.array([1.0, 1.0, 0.0]), positive) == pytest.approx((1 / 2 + 2 / 3) / 2)


def test_every_measure_has_its_names_and_its_direction() -> None:
    assert [(m.name, m.title) for m in METRICS] == [
        ("rmse", "RMSE"), ("mue", "MUE"), ("pearson", "Pearson"), ("spearman", "Spearman"), ("auroc", "AUROC"),
        ("auprc", "AUPRC"),
    ]  # fmt: skip
    assert [m.name for m in METRICS if not m.higher_is_better] == ["rmse", "mue"]
    assert [m.name for m in METRICS if m.needs_energy] == ["rmse", "mue", "pearson"]


@pytest.mark.parametrize("constant", ["predicted", "measured"])
def test_a_constant_has_no_correlation(constant: str) -> None:
    values = {"predicted": np.array([0.1, 0.7, 0.3]), "measured": np.array([1.0, 2.0, 4.0])}
    values[constant] = np.full(3, 0.1)  # whose mean is not 0.1 to the last digit
    assert np.isnan(pearson(**values))
    both = {name: np.stack([column, [0.5, 3.0, 1.0]]) for name, column in values.items()}
    assert np.isnan(pearson(**both)).tolist() == [True, False]
    assert np.isnan(spearman(**values))


def test_a_row_at_the_threshold_is_not_positive() -> None:
    predicted, measured = np.array([0.0, 1.0, 2.0, 3.0]), np.array([0.0, 1.36, 0.5, 2.0])
    assert BY_NAME["auroc"].score(predicted, measured, 1.36) == pytest.approx(1.0)
    assert BY_NAME["auprc"].score(predicted, measured, 1.36) == pytest.approx(1.0)


def test_samples_are_rows_drawn_with_replacement_and_the_same_again() -> None:
    samples = resample_rows(7)
    assert samples.shape == (5000, 7)
    assert (samples.min(), samples.max()) == (0, 6)
    np.testing.assert_array_equal(samples, resample_rows(7, seed=0))
    assert (samples != resample_rows(7, seed=1)).any()
    assert resample_rows(3, n_resamples=4).shape == (4, 3)
    counts = np.bincount(samples.ravel(), minlength=7)
    assert stats.chisquare(counts).pvalue > 1e-4


def test_the_interval_is_of_the_central_95_percent() -> None:
    """Samples whose means are 0 to 100: the percentiles 2.5 and 97.5 are 2.5 and 97.5."""
    values = np.arange(101.0)
    samples = np.arange(101)[:, None]
    found = estimate(MEAN, values, values, 0.0, samples)
    assert (found.value, found.low, found.high) == pytest.approx((50.0, 2.5, 97.5))
    assert CONFIDENCE == 0.95


def test_samples_that_define_nothing_leave_the_value_alone() -> None:
    half = Metric("half", "Half", lambda p, _m, _: np.where(p.sum(axis=-1) > 2, 1.0, np.nan), True, False)
    values = np.array([1.0, 2.0])
    assert estimate(half, values, values, 0.0, np.array([[0, 0]])) == Interval(1.0)
    assert estimate(half, values[:1], values[:1], 0.0, np.array([[0, 0, 0]])) == Interval(None, None, None)
    infinite = Metric("never", "Never", lambda p, _m, _: np.full(p.shape[:-1], np.inf), True, False)
    assert estimate(infinite, values, values, 0.0, np.array([[0, 1]])) == Interval(None)


@pytest.mark.parametrize("metric", [MEAN, ERROR], ids=lambda metric: metric.name)
def test_the_advantage_and_its_p_value_by_hand(metric: Metric) -> None:
    """Four samples of one row each: the advantage is +1, +1, -1 and 0, over all rows 0.25."""
    measured = np.zeros(4)
    better, worse = np.array([1.0, 1.0, 0.0, 1.0]), np.array([0.0, 0.0, 1.0, 1.0])
    own, other = (better, worse) if metric.higher_is_better else (worse, better)
    samples = np.arange(4)[:, None]
    found = compare(metric, own, other, measured, 0.0, samples)
    assert found.advantage.value == pytest.approx(0.25)
    # not above 0: two of four; one more for either side: 2 (2 + 1) / (4 + 1) is above 1
    assert found.p_value == 1.0
    assert compare(metric, own, other, measured, 0.0, samples[[0, 1, 0, 1]]).p_value == pytest.approx(2 / 5)
    mirrored = compare(metric, other, own, measured, 0.0, samples[[0, 1, 0, 1]])
    assert mirrored.p_value == pytest.approx(2 / 5)
    ties = compare(metric, own, other, measured, 0.0, samples[[0, 0, 0, 0, 0, 0, 0, 0, 3]])
    assert ties.p_value == pytest.approx(2 * (1 + 1) / (9 + 1))
    mirrored_ties = compare(metric, other, own, measured, 0.0, samples[[0, 0, 0, 0, 0, 0, 0, 0, 3]])
    assert mirrored_ties.p_value == ties.p_value
    fewer = compare(metric, own, other, measured, 0.0, samples[[0, 0, 0, 0, 0, 0, 0, 0, 2]])
    assert fewer.p_value == pytest.approx(2 * (1 + 1) / (9 + 1))


def test_a_comparison_counts_defined_samples_only() -> None:
    never = Metric("never", "Never", lambda p, _m, _: np.where(p[..., 0] > 5, p[..., 0], np.nan), True, False)
    own, other, measured = np.array([9.0, 1.0]), np.array([8.0, 1.0]), np.zeros(2)
    assert compare(never, own, other, measured, 0.0, np.array([[1, 1]])) == Difference(Interval(1.0), None)
    some = compare(never, own, other, measured, 0.0, np.array([[0, 0], [0, 1], [0, 0], [1, 1]]))
    assert some.p_value == pytest.approx(2 * 1 / (3 + 1))


def test_coverage_by_hand_and_its_exact_binomial_interval() -> None:
    """Errors of 1, 90 %: 1.6449 wide. Inside are 0, 1 and -1; outside 2 and -3."""
    measured = np.array([10.0, 10.0, 10.0, 10.0, 10.0])
    found = coverage(measured + np.array([0.0, 1.0, -1.0, 2.0, -3.0]), np.ones(5), measured)
    exact = stats.binomtest(3, 5).proportion_ci(0.95, method="exact")
    assert (found.value, found.low, found.high) == pytest.approx((0.6, exact.low, exact.high))
    assert coverage(measured + 1.5, np.ones(5), measured).value == 1.0
    assert coverage(measured + 1.5, np.ones(5), measured, level=0.8).value == 0.0  # 1.2816
    assert coverage(measured + 1.2, np.ones(5), measured, level=0.8).value == 1.0
    assert coverage(measured, np.zeros(5), measured).value == 1.0  # at the edge is inside
    assert coverage(np.empty(0), np.empty(0), np.empty(0)) == Interval(None)
