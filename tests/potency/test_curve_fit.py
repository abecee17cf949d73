"""Dose-response fits: known parameters come back, intervals hold what they promise, missing plateaus are refused."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from support.made_curves import DOSES, NORMALIZED, curve_at, make_data
from trkstruct.errors import InputError
from trkstruct.potency.curve_fit import fit_dose_response
from trkstruct.potency.dose_response import Curve, DoseResponse


@given(
    bottom=st.floats(-20, 30),
    span=st.floats(20, 200),
    log10_ic50=st.floats(0.2, 2.8),
    hill=st.floats(0.6, 2.5),
    falls=st.booleans(),
)
@settings(deadline=None, max_examples=40)
def test_parameters_come_back_from_data_without_noise(
    bottom: float, span: float, log10_ic50: float, hill: float, falls: bool
) -> None:
    true = Curve(bottom, bottom + span, log10_ic50, hill if falls else -hill)
    fit = fit_dose_response(make_data(true))
    assert fit.status == "ok"
    assert fit.ic50_nm == pytest.approx(10**log10_ic50, rel=1e-3)
    assert fit.curve.hill == pytest.approx(true.hill, rel=1e-2)
    assert (fit.curve.bottom, fit.curve.top) == pytest.approx((true.bottom, true.top), abs=0.01 * span)


def test_intervals_hold_the_true_ic50_at_the_nominal_rate() -> None:
    rng = np.random.default_rng(1)
    n, inside = 100, 0
    for seed in range(n):
        ic50 = 10 ** rng.uniform(0.5, 2.5)
        fit = fit_dose_response(make_data(curve_at(ic50), noise=6, seed=seed))
        assert fit.status == "ok"
        inside += fit.low_nm <= ic50 <= fit.high_nm
    assert binomtest(inside, n, 0.95).pvalue > 0.01, f"{inside} of {n}"


def test_response_units_and_order_do_not_matter() -> None:
    data = make_data(curve_at(30), noise=5)
    reference = fit_dose_response(data)
    order = np.random.default_rng(0).permutation(len(DOSES))
    shuffled = DoseResponse("drug", "WT", "", DOSES[order], data.response[order], data.weight)
    scaled = DoseResponse("drug", "WT", "", DOSES, data.response * 1e-4 + 7, data.weight)
    for other in (shuffled, scaled):
        fit = fit_dose_response(other)
        assert fit.ic50_nm == pytest.approx(reference.ic50_nm, rel=1e-3)
        assert (fit.low_nm, fit.high_nm) == pytest.approx((reference.low_nm, reference.high_nm), rel=1e-2)


def test_a_curve_without_noise_responds_in_small_units_too() -> None:
    data = make_data(curve_at(30))
    fit = fit_dose_response(DoseResponse("drug", "WT", "", DOSES, data.response * 1e-3, data.weight))
    assert fit.status == "ok"
    assert fit.ic50_nm == pytest.approx(30, rel=1e-3)


def test_inhibition_and_activity_give_the_same_ic50() -> None:
    data = make_data(curve_at(30, 1.4), noise=5)
    inhibition = DoseResponse("drug", "WT", "", DOSES, 100 - data.response, data.weight)
    falling, rising = fit_dose_response(data), fit_dose_response(inhibition)
    assert rising.ic50_nm == pytest.approx(falling.ic50_nm, rel=1e-3)
    assert rising.curve.hill == pytest.approx(-falling.curve.hill, rel=1e-2)


def test_a_control_without_compound_is_a_point_like_others() -> None:
    doses = np.append(DOSES, [0.0, 0.0])
    fit = fit_dose_response(make_data(curve_at(30), doses=doses))
    assert fit.ic50_nm == pytest.approx(30, rel=1e-3)
    assert fit.n_points == 22
    assert fit.lowest_nm == pytest.approx(0.1)


def test_a_point_without_weight_does_not_pull() -> None:
    data = make_data(curve_at(30))
    response, weight = data.response.copy(), data.weight.copy()
    response[8] += 60
    pulled = fit_dose_response(DoseResponse("drug", "WT", "", DOSES, response, weight))
    weight[8] = 1e-9
    spared = fit_dose_response(DoseResponse("drug", "WT", "", DOSES, response, weight))
    assert spared.ic50_nm == pytest.approx(30, rel=1e-3)
    assert abs(math.log(pulled.ic50_nm / 30)) > 0.02


@pytest.mark.parametrize(
    ("ic50_nm", "text"),
    [(30_000, "IC50 beyond the tested range: > 10000 nM"), (0.02, "IC50 beyond the tested range: < 0.1 nM")],
)
def test_ic50_beyond_the_doses_is_a_bound(ic50_nm: float, text: str) -> None:
    fit = fit_dose_response(make_data(curve_at(ic50_nm), noise=3, seed=2), **NORMALIZED)
    assert fit.ic50_nm is None
    assert fit.ic50_text == text


def test_data_without_a_plateau_give_no_ic50_unless_it_is_known() -> None:
    data = make_data(curve_at(6000), noise=4, seed=3)
    alone, normalized = fit_dose_response(data), fit_dose_response(data, **NORMALIZED)
    assert alone.ic50_nm is None
    assert alone.status in ("no plateau", "above range")
    assert normalized.low_nm < 6000 < normalized.high_nm


def test_half_a_curve_is_never_sold_as_a_narrow_answer() -> None:
    """Doses up to the IC50 only: an interval, where one is given, holds the true value."""
    doses = np.repeat(np.geomspace(0.1, 100, 8), 2)
    for seed in range(20):
        fit = fit_dose_response(make_data(curve_at(100), noise=4, seed=seed, doses=doses))
        assert fit.ic50_nm is None or fit.low_nm <= 130
        assert fit.high_nm is None or fit.high_nm >= 70


def test_a_flat_response_is_no_response() -> None:
    flat = DoseResponse("drug", "WT", "", DOSES, 100 + np.random.default_rng(4).normal(size=20), np.ones(20))
    fit = fit_dose_response(flat)
    assert (fit.status, fit.ic50_nm, fit.curve) == ("no response", None, None)
    constant = DoseResponse("drug", "WT", "", DOSES, np.full(20, 100.0), np.ones(20))
    assert fit_dose_response(constant).ic50_text == "no response up to 10000 nM"


def test_too_few_points_are_refused_by_name() -> None:
    doses = np.array([1.0, 10, 100, 1000])
    data = make_data(curve_at(30), doses=doses, variant="G595R")
    with pytest.raises(InputError, match="drug G595R: 4 concentrations and 4 points cannot give 4 parameters"):
        fit_dose_response(data)
    assert fit_dose_response(data, **NORMALIZED).ic50_nm == pytest.approx(30, rel=1e-3)
    with pytest.raises(InputError, match="must be below top"):
        fit_dose_response(data, bottom=100, top=0)


@pytest.mark.parametrize("mean", [100.0, -100.0, 1.0])
@pytest.mark.parametrize(("share", "noted"), [(0.19, False), (0.2, True)])
def test_responses_that_scatter_by_more_than_a_fifth_of_their_mean_are_told(
    mean: float, share: float, noted: bool
) -> None:
    """Pairs that disagree alike at each dose: their standard deviation is the 20/19 part larger in its square."""
    response = mean * (1 + share * np.tile([1.0, -1.0], 10))
    fit = fit_dose_response(DoseResponse("x", "WT", "", DOSES, response, np.ones(20)))
    low, high = sorted((0.8 * mean, 1.2 * mean))
    said = f"the responses run from {low:.3g} to {high:.3g} and not with the dose; look for outliers"
    assert (fit.status, fit.notes) == ("no response", (said,) if noted else ())
    assert fit.residual_sd == pytest.approx(abs(mean) * share * (20 / 19) ** 0.5)
