"""Geometry and energies joined: closed form, between the two, surer than either."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trkstruct.impact.posterior import Belief, expect_from_geometry, join, read_energies, weight_of_second

means, widths = st.floats(-20, 20), st.floats(0.05, 5)
beliefs = st.builds(Belief, means, widths)


@given(beliefs, beliefs)
def test_what_follows_from_both_lies_between_them_and_is_surer(first: Belief, second: Belief) -> None:
    both = join(first, second)
    low, high = sorted((first.mean_kcal_mol, second.mean_kcal_mol))
    assert low - 1e-9 <= both.mean_kcal_mol <= high + 1e-9
    assert both.sd_kcal_mol < min(first.sd_kcal_mol, second.sd_kcal_mol)
    other = join(second, first)
    assert (other.mean_kcal_mol, other.sd_kcal_mol) == pytest.approx((both.mean_kcal_mol, both.sd_kcal_mol))


@given(beliefs, beliefs)
def test_precisions_add_up(first: Belief, second: Belief) -> None:
    """The textbook formula, written another way."""
    precision = [each.sd_kcal_mol**-2 for each in (first, second)]
    both = join(first, second)
    assert both.sd_kcal_mol == pytest.approx(sum(precision) ** -0.5)
    weighted = precision[0] * first.mean_kcal_mol + precision[1] * second.mean_kcal_mol
    assert both.mean_kcal_mol == pytest.approx(weighted / sum(precision), abs=1e-9)
    assert weight_of_second(first, second) == pytest.approx(precision[1] / sum(precision))


def test_geometry_expects_more_and_is_less_sure_the_more_the_side_chain_touches() -> None:
    none, some, many, beyond = (expect_from_geometry(n, near=True) for n in (0, 30, 60, 500))
    assert none == Belief(0.0, pytest.approx(0.8))
    assert some == Belief(pytest.approx(1.3), pytest.approx(math.sqrt(0.64 + 0.49)))
    assert many.mean_kcal_mol == pytest.approx(2.6)
    assert beyond == many, "it never runs away"
    assert expect_from_geometry(0, near=False) == Belief(0.0, pytest.approx(0.3))


def test_energies_count_a_third_where_the_dielectric_constants_agree() -> None:
    expected = expect_from_geometry(30, near=True)
    energies = read_energies([[2.0, 2.0]], expected)
    assert energies.mean_kcal_mol == pytest.approx(2.0)
    assert weight_of_second(expected, energies) == pytest.approx(1 / 3)
    assert join(expected, energies).mean_kcal_mol == pytest.approx(1.3 + (2.0 - 1.3) / 3)


@given(st.floats(0, 20), st.floats(0.01, 20))
def test_disagreeing_dielectric_constants_count_less(small: float, more: float) -> None:
    expected = expect_from_geometry(10, near=True)
    apart = [read_energies([[-x, x]], expected).sd_kcal_mol for x in (small, small + more)]
    assert apart[0] < apart[1]
    doubled = read_energies([[-2.0, 2.0]], expected).sd_kcal_mol
    assert doubled == pytest.approx(math.sqrt(4.0) * expected.sd_kcal_mol)


def test_backbones_are_averaged_and_their_scatter_widens_the_error() -> None:
    expected = expect_from_geometry(0, near=True)
    one, same, apart = (read_energies(m, expected) for m in ([[1.0]], [[1.0]] * 3, [[0.0], [1.0], [2.0]]))
    assert one == same
    assert apart.mean_kcal_mol == pytest.approx(1.0)
    assert apart.sd_kcal_mol == pytest.approx(math.hypot(one.sd_kcal_mol, np.std([0, 1, 2], ddof=1) / math.sqrt(3)))
