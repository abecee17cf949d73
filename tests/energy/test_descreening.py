"""Descreening by series and by list, held against Hawkins' integral one pair at a time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trkstruct.energy.descreening import (
    MARGIN_ANGSTROM,
    SERIES_RATIO,
    Spheres,
    find_near_pairs,
    screen_frozen,
    screen_mobile,
    screening_gradient,
)

RADII = st.floats(1.1, 1.8)


def _hawkins(r: float, radius: float, scaled: float) -> float:
    """Equation 12 of Hawkins 1996, 10.1021/jp961710n, as in OpenMM's reference implementation."""
    if radius >= r + scaled:
        return 0.0
    lower, upper = 1.0 / max(radius, abs(r - scaled)), 1.0 / (r + scaled)
    integral = lower - upper + 0.25 * (r - scaled**2 / r) * (upper**2 - lower**2) + 0.5 * np.log(upper / lower) / r
    return integral + (2.0 * (1.0 / radius - lower) if radius < scaled - r else 0.0)


def _sums(spheres: Spheres, coordinates: np.ndarray, listed_at: np.ndarray | None = None) -> np.ndarray:
    sums = screen_frozen(spheres, coordinates)
    near = find_near_pairs(spheres, coordinates if listed_at is None else listed_at)
    screen_mobile(spheres, near, coordinates, sums)
    return sums


def _along_x(distance: float) -> np.ndarray:
    return np.array([[0.0, distance], [0.0, 0.0], [0.0, 0.0]])


@given(
    r=st.floats(0.05, 40.0), radii=st.tuples(RADII, RADII), factors=st.tuples(*2 * [st.floats(0.7, 0.97)]),
    n_mobile=st.integers(0, 2),
)  # fmt: skip
def test_two_spheres_screen_each_other_as_hawkins_says(
    r: float, radii: tuple[float, float], factors: tuple[float, float], n_mobile: int
) -> None:
    scaled = np.multiply(radii, factors)
    sums = _sums(Spheres(np.array(radii), scaled, n_mobile), _along_x(r))
    expected = [_hawkins(r, radii[0], scaled[1]), _hawkins(r, radii[1], scaled[0])]
    assert sums == pytest.approx(expected, rel=3e-8, abs=1e-12)  # the formula loses digits when r is large


def test_a_pair_may_cross_from_one_form_to_the_other_while_the_list_holds() -> None:
    spheres = Spheres(np.array([1.61, 1.11]), np.array([1.16, 0.94]), 1)
    switch = SERIES_RATIO * spheres.scaled.max()
    start = _along_x(switch + MARGIN_ANGSTROM + 0.01)
    moved = _along_x(switch + 0.01)
    assert find_near_pairs(spheres, start).first.size == 0
    assert find_near_pairs(spheres, moved).first.size == 1
    assert _sums(spheres, moved, listed_at=start) == pytest.approx(_sums(spheres, moved), rel=1e-9)


def test_a_list_holds_for_half_its_margin() -> None:
    spheres = Spheres(np.array([1.61, 1.11]), np.array([1.16, 0.94]), 1)
    near = find_near_pairs(spheres, _along_x(5.0))
    assert near.holds_at(_along_x(5.0 - 0.49 * MARGIN_ANGSTROM))
    assert not near.holds_at(_along_x(5.0 - 0.51 * MARGIN_ANGSTROM))


@pytest.mark.parametrize("distance", [0.3, 0.9, 1.6, 2.6, 3.4, 6.0, 12.0])
@pytest.mark.parametrize("n_mobile", [1, 2])
def test_gradient_is_the_derivative_of_the_sums(distance: float, n_mobile: int) -> None:
    spheres = Spheres(np.array([1.61, 1.11]), np.array([1.16, 0.94]), n_mobile)
    weights, at, sums = np.array([0.7, -1.9]), _along_x(distance), np.zeros(2)
    near = find_near_pairs(spheres, at)
    slopes = screen_mobile(spheres, near, at, sums)
    gradient = screening_gradient(spheres, near, at, slopes, weights)
    lower, upper = (_sums(spheres, _along_x(distance + shift)) @ weights for shift in (-1e-5, 1e-5))
    assert gradient.shape == (3, n_mobile)
    assert gradient[0, 0] == pytest.approx(-(upper - lower) / 2e-5, rel=1e-5, abs=1e-8)
    assert gradient[0].sum() == pytest.approx(0.0 if n_mobile == 2 else gradient[0, 0], abs=1e-12)
