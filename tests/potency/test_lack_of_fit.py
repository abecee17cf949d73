"""Hooks and bells are called what they are; good curves and flat ones are not doubted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import f as fisher_f

from support.made_curves import DOSES, curve_at, make_data
from trkstruct.potency.curve_fit import fit_dose_response
from trkstruct.potency.dose_response import DoseResponse
from trkstruct.potency.fold_change import fold_changes_of
from trkstruct.potency.profile_likelihood import fit_from_grid, fit_problem

HOOK = np.array([100, 98, 90, 70, 40, 15, 5, 3, 30, 80.0])


def data_of(responses: np.ndarray, replicates: int = 1, noise: float = 0.0) -> DoseResponse:
    doses = np.repeat(np.geomspace(1, 31_622.777, len(responses)), replicates)
    values = np.repeat(responses, replicates) + np.random.default_rng(0).normal(scale=noise, size=len(doses))
    return DoseResponse("x", "WT", "", doses, values, np.ones(len(doses)))


def test_a_hook_is_no_absence_of_response() -> None:
    fit = fit_dose_response(data_of(HOOK))
    assert (fit.status, fit.ic50_nm, fit.low_nm, fit.high_nm) == ("no sigmoid", None, None, None)
    assert fit.ic50_text == "no IC50: the responses follow no sigmoid"
    assert fit.notes == ("from 100 at the lowest dose they go to 3 and to 80 at the highest",)


def test_the_residuals_of_a_hook_are_those_of_the_best_curve() -> None:
    """Four parameters are taken from the points: twice the same points leave twice the squares on 16 instead of 6."""
    once, twice = (fit_dose_response(data_of(HOOK, replicates)).residual_sd for replicates in (1, 2))
    assert 0.3 * float(np.std(HOOK, ddof=1)) < once < float(np.std(HOOK, ddof=1))
    assert twice / once == pytest.approx((2 * 6 / 16) ** 0.5, rel=1e-3)


def test_noise_that_turns_about_a_good_curve_is_held_against_the_curve() -> None:
    """Against their mean the responses of any good curve are orderly."""
    doses = np.geomspace(1, 31_622.777, 10)
    noise = np.random.default_rng(21).normal(scale=18, size=10)
    assert fit_dose_response(data_of(100 / (1 + doses / 300) + noise)).status == "ok"


@pytest.mark.parametrize("plateaus", [{}, {"bottom": 0.0, "top": 100.0}])
@pytest.mark.parametrize(
    "responses",
    [HOOK, 100 - HOOK, np.array([2, 5, 20, 60, 95, 100, 70, 30, 8, 3.0]), np.array([100, 80, 20, 2, 1, 25, 85, 99])],
)
def test_hooks_and_bells_give_no_ic50(responses: np.ndarray, plateaus: dict[str, float]) -> None:
    assert fit_dose_response(data_of(responses), **plateaus).status == "no sigmoid"


def test_replicates_show_a_hook_that_five_doses_alone_do_not() -> None:
    few = np.array([100, 50, 4, 45, 98.0])
    assert fit_dose_response(data_of(few, replicates=3, noise=2)).status == "no sigmoid"


def test_a_scattered_curve_is_judged_by_what_the_curve_leaves_not_by_its_own_slope() -> None:
    """Neighbours err to either side of the curve in turn; around the mean they would all err the same way."""
    doses = np.geomspace(0.1, 10_000, 10)
    data = make_data(curve_at(30), doses=doses)
    scattered = data.response + 20.0 * (-1.0) ** np.arange(10)
    fit = fit_dose_response(DoseResponse("x", "WT", "", doses, scattered, np.ones(10)))
    assert fit.status not in ("no sigmoid", "no response")


@pytest.mark.parametrize(
    ("means", "n_free"),
    [(np.array([100, 60, 0, 40, 10.0]), 4), (np.array([0, 50, 100, 45, 2.0]), 1)],
    ids=["a curve", "no response"],
)
def test_replicates_are_asked_by_an_f_test_with_what_was_fitted_taken_off(means: np.ndarray, n_free: int) -> None:
    """At 99 %, with d - p and n - d degrees of freedom for d doses, n points and p parameters of what was fitted."""
    doses, answers = np.repeat(np.geomspace(1, 10_000, 5), 2), set()
    for apart in np.geomspace(1, 60, 40):
        response = np.repeat(means, 2) + np.tile([apart, -apart], 5)
        data = DoseResponse("x", "WT", "", doses, response, np.ones(10))
        ssr = fit_from_grid(fit_problem(data, {}))[1] if n_free > 1 else float(np.sum((response - means.mean()) ** 2))
        within = 10 * apart**2
        ratio = (ssr - within) / (5 - n_free) / (within / 5)
        fit = fit_dose_response(data)
        if n_free > 1 and fit.status == "no response":  # scattered so far that no curve is seen
            continue
        assert (fit.status == "no sigmoid") == (ratio > fisher_f.ppf(0.99, 5 - n_free, 5)), apart
        answers.add(fit.status == "no sigmoid")
    assert answers == {True, False}


def test_good_and_flat_curves_are_seldom_doubted() -> None:
    doubted = 0
    for seed in range(60):
        flat = 100 + np.random.default_rng(seed).normal(scale=5, size=len(DOSES))
        doubted += fit_dose_response(DoseResponse("x", "WT", "", DOSES, flat, np.ones(20))).status == "no sigmoid"
        doubted += fit_dose_response(make_data(curve_at(30), noise=12, seed=seed)).status == "no sigmoid"
    assert doubted <= 5  # 1 in 100 of each


@given(st.floats(-3, 3), st.floats(0.1, 50))
def test_the_unit_of_the_response_does_not_matter(shift: float, scale: float) -> None:
    data = data_of(HOOK * scale + shift * scale)
    assert fit_dose_response(data).status == "no sigmoid"


def test_no_fold_change_comes_from_a_hook() -> None:
    good = make_data(curve_at(30))
    hook = data_of(HOOK)
    mutant = DoseResponse("drug", "G595R", "", hook.concentration_nm, hook.response, hook.weight)
    (fold,) = fold_changes_of([(each, fit_dose_response(each)) for each in (good, mutant)])
    assert (fold.qualifier, fold.fold) == ("unknown", None)
