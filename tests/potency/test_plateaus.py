"""A plateau that no dose reaches leaves a bound, and a parameter at its limit is said."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.made_curves import DOSES, NORMALIZED, curve_at, make_data
from trkstruct.potency.curve_fit import _bounded, fit_dose_response
from trkstruct.potency.dose_response import Curve, CurveFit, DoseResponse, evaluate_curve
from trkstruct.potency.plateaus import BEND, SeenPlateaus, seen_plateaus


def data_of(doses: list[float], responses: list[float]) -> DoseResponse:
    return DoseResponse("x", "WT", "", np.array(doses), np.array(responses), np.ones(len(doses)))


HALF = data_of([0.00390625 * 2**i for i in range(9)], [99.2, 98.4, 96.9, 93.9, 88.2, 77.8, 60, 33.3, 0])
STEEP = data_of(
    [1, 2, 4, 8, 10, 12, 16, 32, 64, 128],
    [100.2, 99.8, 100.169, 92.541, 68.389, 33.068, 4.954, -0.181, 0.2, -0.2],
)


def test_a_plateau_that_is_not_seen_gives_a_bound_that_holds_without_it() -> None:
    """The curve still falls at the last dose: fitted bottom -99, though activity below 0 means nothing."""
    fit = fit_dose_response(HALF)
    assert (fit.status, fit.ic50_nm, fit.high_nm) == ("no plateau", None, None)
    assert fit.low_nm == pytest.approx(1 / 3, rel=0.01)  # where the response is halfway to the lowest seen
    assert fit.ic50_text == "IC50 not determined: a plateau is missing, > 0.333 nM"
    assert "no dose reaches the plateau at high doses" in fit.notes[0] and "--bottom" in fit.notes[0]


def test_a_rising_response_without_its_end_gives_the_same_bound() -> None:
    rising = DoseResponse("x", "WT", "", HALF.concentration_nm, 100 - HALF.response, HALF.weight)
    assert fit_dose_response(rising).low_nm == pytest.approx(fit_dose_response(HALF).low_nm, rel=1e-2)


def test_a_missing_start_gives_a_bound_from_above_unless_a_control_shows_it() -> None:
    curve = curve_at(0.2)
    alone = fit_dose_response(make_data(curve, noise=1))
    assert (alone.status, alone.ic50_nm, alone.low_nm) == ("no plateau", None, None)
    assert 0.2 < alone.high_nm < 5
    control = fit_dose_response(make_data(curve, noise=1, doses=np.append(DOSES, [0.0, 0.0])))
    assert control.ic50_nm == pytest.approx(0.2, rel=0.2)


def test_the_bound_that_is_left_gives_way_with_the_scatter() -> None:
    """Replicates that disagree leave the best curve where it is, and with it where its halves are."""
    highest, lowest = [], []
    for apart in (0.1, 12.0, 18.0):
        doses, turned = np.repeat(HALF.concentration_nm, 2), np.repeat(1 / HALF.concentration_nm, 2)
        response = np.repeat(HALF.response, 2) + np.tile([apart, -apart], 9)
        fits = [
            fit_dose_response(DoseResponse("x", "WT", "", each, values, np.ones(18)))
            for each, values in ((doses, response), (turned, 100 - response))
        ]
        assert [fit.status for fit in fits] == ["no plateau", "no plateau"]
        lowest.append(fits[0].low_nm)
        highest.append(fits[1].high_nm)
    assert lowest[0] > 1.1 * lowest[1] > 1.2 * lowest[2]
    assert highest == pytest.approx([1 / low for low in lowest], rel=1e-2)


def test_a_known_plateau_need_not_be_seen() -> None:
    fit = fit_dose_response(make_data(curve_at(6000), noise=2), **NORMALIZED)
    assert fit.status == "ok" and fit.low_nm < 6000 < fit.high_nm


@given(st.floats(-2, 5), st.floats(0.3, 5), st.booleans(), st.floats(0, 1))
def test_bounds_hold_for_every_plateau_that_is_at_least_as_far_as_the_last_dose(
    log10_ic50: float, hill: float, falls: bool, further: float
) -> None:
    """Whatever share of the fitted plateau beyond the last dose is real, half of it is reached beyond the bound."""
    curve = Curve(0.0, 100.0, log10_ic50, hill if falls else -hill)
    log_dose = np.linspace(-1, 4, 11)
    seen = seen_plateaus(curve, (), log_dose)
    last = float(evaluate_curve(curve, np.array([1e4]))[0])
    start, end = (100.0, 0.0) if falls else (0.0, 100.0)
    real_end = last + further * (end - last)
    at_bound = float(evaluate_curve(curve, np.array([10**seen.least_log10_ic50]))[0])
    assert abs(at_bound - start) <= abs((start + real_end) / 2 - start) + 1e-6


@pytest.mark.parametrize("hill", [0.5, 1.0, 3.0, -1.0])
def test_the_bend_decides_what_is_seen(hill: float) -> None:
    curve = Curve(0.0, 100.0, 2.0, hill)
    bend = math.log10(BEND) / abs(hill)
    for beyond, expected in ((0.01, True), (-0.01, False)):
        doses = np.array([2 - bend - beyond, 2 + bend + beyond])
        seen = seen_plateaus(curve, (), doses)
        assert (seen.at_low_doses, seen.at_high_doses) == (expected, expected)


@pytest.mark.parametrize("hill", [0.5, 3.0, -0.5, -3.0])
@pytest.mark.parametrize("known", ["top", "bottom"])
def test_a_plateau_that_is_given_counts_as_seen_at_its_own_end(hill: float, known: str) -> None:
    """Inhibition starts from the top, activation from the bottom; no dose is near either plateau."""
    seen = seen_plateaus(Curve(0.0, 100.0, 2.0, hill), (known,), np.array([1.99, 2.01]))
    starts = known == ("top" if hill > 0 else "bottom")
    assert (seen.at_low_doses, seen.at_high_doses) == (starts, not starts)


@pytest.mark.parametrize("hill", [20.0, -20.0])
def test_bounds_of_a_steep_curve_far_from_every_dose_are_numbers(hill: float) -> None:
    """A dose may show all of the effect or none, to the last digit."""
    for doses in ((-1.0, 4.0), (-19.0, 19.0), (-np.inf, 4.0)):
        for log10_ic50 in (-8.0, 2.0, 9.0):
            with np.errstate(all="raise"):
                seen = seen_plateaus(Curve(0.0, 100.0, log10_ic50, hill), (), np.array(doses))
            assert log10_ic50 - 1 < seen.least_log10_ic50 <= log10_ic50 <= seen.greatest_log10_ic50 < log10_ic50 + 1


def test_a_steep_curve_keeps_its_slope() -> None:
    fit = fit_dose_response(STEEP)
    assert fit.curve.hill == pytest.approx(7.99, abs=0.02)
    assert fit.ic50_nm == pytest.approx(11.0, abs=0.02)
    assert fit.notes == ()


def test_a_slope_at_its_limit_is_said() -> None:
    doses = np.geomspace(5, 20, 12)
    fit = fit_dose_response(make_data(Curve(0, 100, 1, 40), doses=doses))
    assert fit.notes == ("the Hill slope ended at its limit, 20",)
    assert fit.low_nm < 10 < fit.high_nm
    shallow = fit_dose_response(make_data(Curve(0, 100, 2, 0.1)), **NORMALIZED)
    assert "the Hill slope ended at its limit, 0.2" in shallow.notes


def test_a_plateau_at_its_limit_is_said() -> None:
    """Responses that fall faster and faster have no end at all."""
    doses = np.geomspace(1, 1000, 8)
    fit = fit_dose_response(DoseResponse("x", "WT", "", doses, 100 - doses**1.5 / 316, np.ones(8)))
    assert fit.ic50_nm is None
    assert any("ended at its limit" in note for note in fit.notes)


@pytest.mark.parametrize(
    ("seen", "limits", "expected", "ends"),
    [
        ((True, False, 1.0, 3.0), (0.5, None), (10**0.5, None), "high"),
        ((True, False, 1.0, 3.0), (1.5, None), (10.0, None), "high"),
        ((True, False, 1.0, 3.0), (None, 2.0), (10.0, None), "high"),
        ((False, True, 1.0, 3.0), (0.5, 3.5), (None, 10**3.5), "low"),
        ((False, True, 1.0, 3.0), (0.5, 2.5), (None, 1000.0), "low"),
        ((False, True, 1.0, 3.0), (0.5, None), (None, 1000.0), "low"),
        ((False, False, 1.0, 3.0), (0.5, 3.5), (None, None), "low and high"),
    ],
)
def test_the_bound_that_is_left_is_the_wider_of_two(
    seen: tuple[bool, bool, float, float], limits: tuple[float | None, float | None], expected: tuple, ends: str
) -> None:
    fit = CurveFit("ok", 100.0, 10.0, 1000.0, Curve(0.0, 100.0, 2.0, 1.0), 1.0, 8, 1.0, 1e4, ("earlier",))
    bounded = _bounded(fit, SeenPlateaus(*seen), *limits)
    assert (bounded.status, bounded.ic50_nm) == ("no plateau", None)
    assert (bounded.low_nm, bounded.high_nm) == pytest.approx(expected)
    assert bounded.notes == (
        "earlier", f"no dose reaches the plateau at {ends} doses; if it is known, fix it (--bottom, --top)",
    )  # fmt: skip
    assert _bounded(fit, SeenPlateaus(True, True, 1.0, 3.0), *limits) is fit
