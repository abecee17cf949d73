"""Measures against scikit-learn and scipy; intervals and p-values against what they promise."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import average_precision_score, mean_absolute_error, roc_auc_score, root_mean_squared_error

from trkstruct.validation.statistics import (
    METRICS,
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

RMSE, AUPRC = METRICS[0], METRICS[-1]


@st.composite
def data_sets(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores with many ties, measurements, and which rows are positive (never none, never all)."""
    n = draw(st.integers(4, 30))
    scores = draw(st.lists(st.integers(-3, 3), min_size=n, max_size=n))
    measured = draw(st.lists(st.floats(-5, 5), min_size=n, max_size=n, unique=True))
    positive = np.array(measured) > np.median(measured)
    return np.array(scores, dtype=float), np.array(measured), positive


@given(data_sets())
def test_ranking_measures_agree_with_scikit_learn_ties_included(
    data: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    scores, _, positive = data
    assert auroc(scores, positive) == pytest.approx(roc_auc_score(positive, scores))
    assert auprc(scores, positive) == pytest.approx(average_precision_score(positive, scores))


@given(data_sets())
@settings(deadline=None)
def test_errors_and_correlations_agree_with_other_programs(data: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    scores, measured, _ = data
    assert rmse(scores, measured) == pytest.approx(root_mean_squared_error(measured, scores))
    assert mue(scores, measured) == pytest.approx(mean_absolute_error(measured, scores))
    if np.ptp(scores) == 0:
        assert np.isnan(pearson(scores, measured))
        assert np.isnan(spearman(scores, measured))
    else:
        assert pearson(scores, measured) == pytest.approx(stats.pearsonr(scores, measured)[0], abs=1e-6)
        assert spearman(scores, measured) == pytest.approx(stats.spearmanr(scores, measured)[0], abs=1e-9)


def test_one_call_scores_every_sample_as_one_by_one() -> None:
    rng = np.random.default_rng(3)
    predicted, measured = rng.integers(-2, 3, (40, 12)).astype(float), rng.normal(size=(40, 12))
    for metric in METRICS:
        together = metric.score(predicted, measured, 0.5)
        alone = [metric.score(p, m, 0.5) for p, m in zip(predicted, measured, strict=True)]
        np.testing.assert_allclose(together, alone)


@pytest.mark.parametrize("positive", [np.zeros(5, dtype=bool), np.ones(5, dtype=bool)])
def test_auroc_needs_both_classes(positive: np.ndarray) -> None:
    assert np.isnan(auroc(np.arange(5.0), positive))


def test_always_zero_has_the_prevalence_as_its_average_precision() -> None:
    positive = np.array([True, False, False, False])
    assert auprc(np.zeros(4), positive) == pytest.approx(0.25)
    assert auroc(np.zeros(4), positive) == pytest.approx(0.5)


def test_bootstrap_interval_agrees_with_scipy() -> None:
    rng = np.random.default_rng(5)
    measured = rng.normal(size=50)
    predicted = measured + rng.normal(scale=0.7, size=50)
    ours = estimate(RMSE, predicted, measured, 1.36, resample_rows(50))
    theirs = stats.bootstrap(
        (predicted, measured), rmse, paired=True, vectorized=False, method="percentile", n_resamples=5000, rng=1
    ).confidence_interval
    assert ours.low == pytest.approx(theirs.low, abs=0.02)
    assert ours.high == pytest.approx(theirs.high, abs=0.02)


def test_samples_without_positives_are_left_out_of_the_interval() -> None:
    measured = np.array([2.0, 0.0, 0.1, 0.2, 0.3])
    found = estimate(AUPRC, measured, measured, 1.36, resample_rows(5))
    assert found.value == found.low == found.high == pytest.approx(1.0)


def test_p_values_are_uniform_when_two_predictors_are_equally_good() -> None:
    rng = np.random.default_rng(7)
    p_values = []
    for _ in range(300):
        measured = rng.normal(size=60)
        one, other = (measured + rng.normal(size=60) for _ in range(2))
        difference = compare(RMSE, one, other, measured, 1.0, resample_rows(60, n_resamples=400))
        assert difference.p_value is not None
        p_values.append(difference.p_value)
    false_alarms = sum(p <= 0.1 for p in p_values)
    assert stats.binomtest(false_alarms, 300, 0.1).pvalue > 0.001, false_alarms


def test_comparison_finds_the_better_predictor_and_its_mirror_image() -> None:
    rng = np.random.default_rng(11)
    measured = rng.normal(size=60)
    good, bad = measured + rng.normal(scale=0.3, size=60), measured + rng.normal(scale=2, size=60)
    samples = resample_rows(60)
    for metric in METRICS:
        forward = compare(metric, good, bad, measured, 0.5, samples)
        backward = compare(metric, bad, good, measured, 0.5, samples)
        assert forward.advantage.value > 0
        assert forward.p_value < 0.01
        assert backward.advantage.value == pytest.approx(-forward.advantage.value)
        assert backward.p_value == forward.p_value


def test_a_constant_cannot_be_compared_in_correlation() -> None:
    measured = np.arange(10.0)
    difference = compare(METRICS[3], measured, np.zeros(10), measured, 4.5, resample_rows(10))
    assert difference.p_value is None
    assert difference.advantage.value is None


def test_coverage_of_honest_and_of_small_error_bars() -> None:
    rng = np.random.default_rng(13)
    measured = np.zeros(2000)
    error = rng.uniform(0.2, 2.0, size=2000)
    predicted = rng.normal(scale=error)
    honest = coverage(predicted, error, measured)
    assert honest.low < 0.9 < honest.high
    assert coverage(predicted, error / 3, measured).high < 0.5
