"""Bound and apo are treated alike, and are not mixed up."""

from trkstruct.impact.bound_and_apo import BoundAndApo, map_states


def test_each_is_mapped_with_its_own() -> None:
    assert map_states(lambda one: one + 1, BoundAndApo(1, 10)) == BoundAndApo(2, 11)
    assert map_states(lambda one, other: one - other, BoundAndApo(1, 10), BoundAndApo(3, 4)) == BoundAndApo(-2, 6)
