"""The logistic curve at points known by hand, and the Cheng-Prusoff relation."""

import numpy as np
import pytest

from trkstruct.errors import InputError
from trkstruct.potency.dose_response import Curve, DoseResponse, cheng_prusoff, evaluate_curve, mean_responses


def test_the_curve_at_its_middle_its_ends_and_a_decade_off() -> None:
    """At the IC50 half is left, ten times above it 1/11, with a Hill slope of 2 1/101."""
    doses = np.array([0.0, 3.0, 30.0, 300.0, 1e300])
    falling = evaluate_curve(Curve(10.0, 90.0, np.log10(30.0), 1.0), doses)
    np.testing.assert_allclose(falling, [90, 10 + 80 * 10 / 11, 50, 10 + 80 / 11, 10])
    rising = evaluate_curve(Curve(10.0, 90.0, np.log10(30.0), -1.0), doses)
    np.testing.assert_allclose(rising, 100 - falling)
    steep = evaluate_curve(Curve(0.0, 101.0, np.log10(30.0), 2.0), doses)
    np.testing.assert_allclose(steep, [101, 100, 50.5, 1, 0], atol=1e-12)


@pytest.mark.parametrize("hill", [5.0, -5.0])
def test_far_doses_end_on_the_plateaus_without_an_overflow(hill: float) -> None:
    with np.errstate(all="raise", under="ignore"):
        ends = evaluate_curve(Curve(0.0, 1.0, 0.0, hill), np.array([0.0, 1e-300, 1e300]))
    np.testing.assert_allclose(ends, [1, 1, 0] if hill > 0 else [0, 0, 1], atol=1e-12)


def test_at_km_half_the_ic50_is_the_ki() -> None:
    assert cheng_prusoff(10.0, atp=50.0, km=50.0) == pytest.approx(5.0)
    assert cheng_prusoff(10.0, atp=0.5, km=0.25) == pytest.approx(10.0 / 3)
    assert cheng_prusoff(10.0, atp=0.0, km=0.5) == 10.0


@pytest.mark.parametrize(("atp", "km"), [(1.0, 0.0), (1.0, -1.0), (-0.5, 1.0), (float("nan"), 1.0)])
def test_concentrations_below_zero_are_refused(atp: float, km: float) -> None:
    with pytest.raises(InputError, match="Km must be above 0 and ATP not negative"):
        cheng_prusoff(10.0, atp=atp, km=km)


def test_a_dose_has_the_weighted_mean_of_its_points_wherever_they_stand() -> None:
    """At 3 nM (1 x 90 + 3 x 50) / 4, at 1 nM one point alone, at 10 nM two of the same weight."""
    doses, responses, weights = [10.0, 3, 1, 3, 10], [8.0, 90, 100, 50, 12], [0.5, 1, 7, 3, 0.5]
    data = DoseResponse("x", "WT", "", np.array(doses), np.array(responses), np.array(weights))
    np.testing.assert_allclose(mean_responses(data), [100, 60, 10])
