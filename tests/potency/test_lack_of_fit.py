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
from trkstruct.potency.lack_of_fit import (
    _bend,
    _neighbours_agree,
    _polynomial_ssr,
    _replicates_disagree_with_curve,
    _turns,
    follows_no_sigmoid,
    turning_point,
)
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


def unequal(means: list[float], weight: list[float], replicates: list[int]) -> DoseResponse:
    """Doses that are measured more or less often, each time with its own weight."""
    doses = np.repeat(np.geomspace(1, 1000, len(means)), replicates)
    return DoseResponse("x", "WT", "", doses, np.repeat(means, replicates), np.repeat(weight, replicates))


def test_the_mean_of_a_dose_is_that_of_its_replicates_by_their_weights() -> None:
    """Falling means stay falling ones, whatever the sums over the replicates of a dose do."""
    falling, weight, replicates = [100.0, 80, 50, 20, 5, 1], [1.0, 9, 1, 9, 1, 9], [1, 3, 1, 3, 1, 3]
    data = unequal(falling, weight, replicates)
    bent = np.repeat(np.linspace(-1, 1, 6) ** 2, replicates)
    for residuals in (bent, bent / data.weight):
        assert not follows_no_sigmoid(data, residuals, 4)
    assert turning_point(unequal([100.0, 10, 5, 60], [1.0, 9, 1, 9], [1, 3, 1, 3])) == pytest.approx((100, 5, 60))


def test_a_dose_that_weighs_nothing_turns_no_curve() -> None:
    means = np.array([100.0, 80, 50, 900, 20, 5, 1])
    nothing = np.where(means == 900, 1e-9, 1.0)
    assert _turns(means, np.ones(7)) and not _turns(means, nothing)
    data = unequal(list(means), list(nothing), [1] * 7)
    assert not follows_no_sigmoid(data, np.linspace(-1, 1, 7) ** 2, 4)


def test_where_nothing_responds_nothing_turns() -> None:
    assert not _turns(np.zeros(8), np.ones(8))


def test_six_doses_are_enough_to_see_an_order_and_five_are_not() -> None:
    for means, seen in (([100.0, 40, 5, 4, 45, 98], True), ([100.0, 40, 5, 45, 98], False)):
        data = unequal(means, [1.0] * len(means), [1] * len(means))
        assert follows_no_sigmoid(data, data.response - 50, 1) is seen


@pytest.mark.parametrize(
    ("means", "furthest"),
    [([40, 10, 85, 60], 10), ([40, 15, 90, 60], 90), ([0, 20, 90, 50, 10], 90), ([10, 50, 90, 20], 90)],
)
def test_the_turning_point_is_the_dose_furthest_from_the_mean_of_both_ends(means: list[float], furthest: float) -> None:
    data = unequal(means, [1.0] * len(means), [1] * len(means))
    assert turning_point(data) == (means[0], furthest, means[-1])


@pytest.mark.parametrize("n", [6, 9, 14])
def test_neighbours_agree_where_one_row_of_noise_in_a_hundred_does(n: int) -> None:
    """The limit by the mean and the spread of the ratio in rows of pure noise, drawn here."""
    noise = np.random.default_rng(1).normal(size=(200_000, n))
    ratios = np.sum(np.diff(noise) ** 2, axis=1) / (n - 1) / noise.var(axis=1)
    limit = ratios.mean() - 2.3263 * ratios.std()  # 1 % of a normal distribution lies below
    apart = {True: 0.0, False: np.inf}
    for share in np.linspace(0, 1, 400):
        row = (1 - share) * np.linspace(-1, 1, n) + share * (-1.0) ** np.arange(n)
        ratio = float(np.sum(np.diff(row) ** 2) / (n - 1) / row.var())
        for scale, shift in ((1.0, 0.0), (1e-6, 0.0), (30.0, 7.0)):
            agree = _neighbours_agree(scale * row + shift)
            apart[agree] = max(apart[agree], ratio) if agree else min(apart[agree], ratio)
    assert 0.98 * limit < apart[True] < apart[False] < 1.02 * limit


def test_neighbours_agree_whatever_the_unit_and_equal_ones_leave_no_order() -> None:
    two_halves = np.repeat([-0.25, 0.25], 8)  # squares that add up to 1
    assert _neighbours_agree(two_halves) and _neighbours_agree(1e-9 * two_halves)
    assert not _neighbours_agree(np.full(8, 3.0))


@pytest.mark.parametrize("unit", [1e-10, 1.0, 1e10])
def test_a_bend_is_asked_by_an_f_test_of_the_parabola(unit: float) -> None:
    """Six points as a sum of Fisher's orthogonal polynomials, squares 84 and 180; F(1, 3) is 34.12 at 99 %."""
    parabola, cubic = np.array([5, -1, -4, -4, -1, 5.0]), np.array([-5, 7, 4, -4, -7, 5.0])
    at_the_limit = (34.12 * 180 / 3 / 84) ** 0.5
    assert _bend(unit * (1.002 * at_the_limit * parabola + cubic + 7), np.ones(6))
    assert not _bend(unit * (0.998 * at_the_limit * parabola + cubic + 7), np.ones(6))
    assert _bend(unit * parabola, np.ones(6))
    assert not _bend(unit * cubic, np.ones(6))


def test_nothing_left_by_the_curve_has_no_bend() -> None:
    assert not _bend(np.zeros(6), np.ones(6))


def test_a_point_that_weighs_nothing_bends_nothing() -> None:
    ranks = np.linspace(-1, 1, 7)
    line = np.where(ranks == 0, 50.0, 3 * ranks + 1)
    assert _polynomial_ssr(ranks, line, np.where(ranks == 0, 1e-9, 1.0), 1) < 1e-5
    assert _polynomial_ssr(ranks, line, np.ones(7), 1) > 1000


@pytest.mark.parametrize(
    ("between", "within", "free", "disagree"),
    [
        (4100, 1, (1, 1), True),  # F(1, 1) is 4052 at 99 %
        (4000, 1, (1, 1), False),
        (100, 1, (0, 5), False),
        (100, 1, (5, 0), False),
        (0.5, 0, (1, 5), True),
        (0, 0, (1, 5), False),
    ],
)
def test_replicates_disagree_from_the_limit_on_where_there_are_any(
    between: float, within: float, free: tuple[int, int], disagree: bool
) -> None:
    assert _replicates_disagree_with_curve(between, within, *free) is disagree
