"""Which rows and measures are scored: where a measurement is no energy, where something is missing, with few rows."""

import io
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from support.made_records import make_case
from trkstruct.case_parts import DdgParts
from trkstruct.settings import RESISTANCE_THRESHOLD_KCAL_MOL
from trkstruct.validation.accuracy import ENERGIES_NAME, GEOMETRY_NAME, NULL_NAME, OWN_NAME, Outcome, assess
from trkstruct.validation.accuracy_table import accuracy_report
from trkstruct.validation.entry_sets import GROWTH
from trkstruct.validation.scoring import (
    Predictor,
    Scale,
    Scores,
    count_verdicts,
    score_error_bars,
    score_predictor,
    score_predictors,
)
from trkstruct.validation.sets import Benchmark, BenchmarkRow
from trkstruct.validation.statistics import RESAMPLES

MEASURED = (2.6, 2.3, 0.7, -0.1, 1.7, 0.3)
ROWS = tuple(
    BenchmarkRow("TRKA", None, None, "larotrectinib", "larotrectinib", None, f"G{595 + i}R", value, "test")
    for i, value in enumerate(MEASURED)
)
BENCHMARK = Benchmark("mine", "six mutations", ROWS)


def _outcomes(parts: DdgParts | None = None) -> list[Outcome]:
    return [Outcome(row, make_case(mutation=row.mutation, ddg_kcal_mol=row.measured, ddg_parts=parts)) for row in ROWS]


def test_what_the_answer_was_made_from_is_scored_only_where_it_is_known() -> None:
    assert [each.name for each in assess(BENCHMARK, _outcomes()).scores] == [OWN_NAME, NULL_NAME]
    parts = DdgParts(
        geometry_kcal_mol=1.0, geometry_error_kcal_mol=1.0, energies_kcal_mol=3.0, energies_error_kcal_mol=2.0,
        energy_weight=0.2, contacts=23,
    )  # fmt: skip
    scores = {each.name: each for each in assess(BENCHMARK, _outcomes(parts)).scores}
    for name, said in ((GEOMETRY_NAME, 1.0), (ENERGIES_NAME, 3.0)):
        expected = np.sqrt(np.mean((np.array(MEASURED) - said) ** 2))
        assert np.isclose(scores[name].measures["rmse"].value, expected)


def test_growth_is_ranked_and_nothing_is_said_in_kcal() -> None:
    accuracy = assess(replace(BENCHMARK, scale=GROWTH), _outcomes())
    assert (accuracy.error_bars, accuracy.groups) == (None, ())
    assert set(accuracy.scores[0].measures) == {"spearman", "auroc", "auprc"}
    assert accuracy.scores[0].n_resistant == 3
    written = io.StringIO()
    Console(file=written, width=150).print(accuracy_report(accuracy, []))
    assert "growth with the drug minus without above 0.85" in written.getvalue()
    assert "Error bars, mean" not in written.getvalue()


def noisy(n: int, scale: float = 0.5) -> tuple[np.ndarray, np.ndarray]:
    """Measured values and predictions of them."""
    rng = np.random.default_rng(3)
    measured = rng.normal(scale=2, size=n)
    return measured, measured + rng.normal(scale=scale, size=n)


def test_only_what_all_have_predicted_is_scored_and_resistant_is_above_the_limit() -> None:
    measured = np.array([1.0, 1.1, 3.0, 0.0, -2.0, 5.0])
    limit = Scale(resistant_above=1.0)
    own = Predictor("own", np.array([2.0, 2.1, 4.0, 1.0, -1.0, np.nan]))
    reference = Predictor("reference", np.array([1.0, np.nan, 3.0, 0.0, -2.0, 5.0]))
    alone = score_predictor(measured, own, scale=limit, n_resamples=10)
    assert (alone.name, alone.n, alone.n_resistant, alone.versus) == ("own", 5, 2, {})
    assert alone.measures["rmse"].value == pytest.approx(1.0)
    both = score_predictor(measured, own, reference, scale=limit, n_resamples=10)
    assert (both.n, both.n_resistant, set(both.versus)) == (4, 1, set(both.measures))
    assert both.versus["rmse"].advantage.value == pytest.approx(1.0)  # the reference is exact


@pytest.mark.parametrize(("n", "scored"), [(2, False), (3, True)])
def test_three_rows_are_the_fewest_that_are_scored(n: int, scored: bool) -> None:
    measured, predicted = noisy(n)
    predictor = Predictor("own", predicted, errors=np.ones(n))
    found = score_predictor(measured, predictor, predictor)
    assert (found.n, bool(found.measures), bool(found.versus)) == (n, scored, scored)
    assert (score_error_bars(measured, predictor) is not None) is scored
    if not scored:
        assert found == Scores("own", n, int(np.count_nonzero(measured > RESISTANCE_THRESHOLD_KCAL_MOL)), {}, {})


@pytest.mark.parametrize(("predicts", "measures"), [(True, True), (True, False), (False, True), (False, False)])
def test_only_energies_against_energies_have_errors(predicts: bool, measures: bool) -> None:
    measured, predicted = noisy(12)
    found = score_predictor(
        measured, Predictor("own", predicted, predicts), scale=Scale(is_energy=measures), n_resamples=10
    )
    assert ("rmse" in found.measures) is (predicts and measures)
    assert {"spearman", "auroc", "auprc"} <= set(found.measures)


def test_each_is_compared_with_the_first_on_the_same_samples() -> None:
    measured, predicted = noisy(30)
    own, other = Predictor("own", predicted), Predictor("other", predicted[::-1].copy())
    scale = Scale(resistant_above=0.5)
    given = {"scale": scale, "seed": 4, "n_resamples": 50}
    assert score_predictors(measured, own, [other, own], **given) == (
        score_predictor(measured, own, **given),
        score_predictor(measured, other, own, **given),
        score_predictor(measured, own, own, **given),
    )
    usual = score_predictors(measured, own, [other])
    assert usual == score_predictors(measured, own, [other], scale=Scale(), seed=0, n_resamples=RESAMPLES)
    assert usual[0] == score_predictor(measured, own)
    for change in ({"seed": 5}, {"n_resamples": 51}):
        changed, before = (score_predictor(measured, other, own, **each) for each in ({**given, **change}, given))
        assert changed.measures != before.measures and changed.versus != before.versus


def test_intervals_begin_with_ten_rows() -> None:
    for n in (9, 10):
        measured, predicted = noisy(n)
        bars = score_error_bars(measured, Predictor("own", predicted, errors=np.abs(predicted - measured)))
        assert bars is not None
        assert bars.size_correlation.value == pytest.approx(1.0)
        assert (bars.size_correlation.low is None) is (n == 9)
        assert (score_predictor(measured, Predictor("own", predicted)).measures["rmse"].low is None) is (n == 9)


def test_error_bars_are_those_of_the_rows_that_have_one() -> None:
    """Of a normal distribution 90 % lies within 1.645 standard deviations."""
    measured = np.zeros(7)
    values = np.array([1.6, -1.6, 1.7, -3.4, 3.2, np.nan, 1.0])
    errors = np.array([1.0, 1.0, 1.0, 2.0, 2.0, 1.0, np.nan])
    bars = score_error_bars(measured, Predictor("own", values, errors=errors))
    assert bars is not None
    assert bars.coverage.value == pytest.approx(3 / 5)
    assert bars.mean_kcal_mol == pytest.approx(1.4)
    assert score_error_bars(measured, Predictor("own", values)) is None
    again = score_error_bars(*noisy_bars(), seed=0)
    assert again == score_error_bars(*noisy_bars()) != score_error_bars(*noisy_bars(), seed=1)


def noisy_bars() -> tuple[np.ndarray, Predictor]:
    measured, predicted = noisy(25)
    return measured, Predictor("own", predicted, errors=np.linspace(0.1, 2, 25))


def test_verdicts_are_counted_on_both_sides_of_the_limit() -> None:
    measured = np.array([0.5, 0.6, 2.0, -1.0, 0.4])
    verdicts = ["resistant", "resistant", "failed", "sensitive", "resistant"]
    assert count_verdicts(measured, verdicts, Scale(resistant_above=0.5)) == {
        "resistant": {"resistant": 1, "failed": 1},
        "sensitive": {"resistant": 2, "sensitive": 1},
    }
    assert count_verdicts(measured, verdicts) == count_verdicts(measured, verdicts, Scale())
    with pytest.raises(ValueError, match="shorter"):
        count_verdicts(measured, verdicts[:-1])
