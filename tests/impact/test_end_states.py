"""What a state is started from: rotamers where the pocket is, and again where it has moved to."""

from dataclasses import replace

import numpy as np
import pytest

from support.end_states import peptide_state, resting_at
from trkstruct.errors import RelaxationError
from trkstruct.impact.end_states import minimize_again, minimize_starts, native_start, rebuilt_starts, rotamer_starts

SHIFT = np.array([1.0, -2.0, 0.5])


def test_rotamers_are_built_again_on_the_backbone_of_the_best_minimum() -> None:
    state = peptide_state()
    first = rotamer_starts(state, 3)
    again = rebuilt_starts(resting_at(state, state.pocket.complex.positions + SHIFT, 0.0), 3)
    assert [start.name for start in again] == [start.name for start in first]
    for before, after in zip(first, again, strict=True):
        np.testing.assert_allclose(after.positions, before.positions + SHIFT, atol=1e-6)
        assert after.soften


def test_minimising_makes_a_new_state_with_one_conformer_of_each_start() -> None:
    state = peptide_state()
    starts = (native_start(state), *rotamer_starts(state, 2))
    more = minimize_starts(state, starts, 5)
    assert {each.name for each in more.ensemble.conformers} == {start.name for start in starts}
    assert state.ensemble.conformers == ()
    assert minimize_starts(more, (), 5).ensemble == more.ensemble


def test_with_another_dielectric_constant_only_what_is_not_hopeless_is_minimised() -> None:
    state = peptide_state()
    resting = resting_at(state, state.pocket.complex.positions, 0.0, 0.01, 5.9, 6.1)
    again = minimize_again(resting, 4.0, 0)
    assert {each.name for each in again.ensemble.conformers} == {"minimum 0", "minimum 2"}
    expected = state.energy.at_solute_dielectric(4.0)
    physical, _ = expected.evaluate(state.pocket.complex.positions)
    assert abs(again.ensemble.best.minimum.energy_kcal_mol - physical) < 1e-6


def test_a_start_that_explodes_is_left_to_the_others_and_alone_is_an_error() -> None:
    state = peptide_state()
    good = native_start(state)
    broken = replace(good, name="broken", positions=np.full_like(good.positions, np.nan))
    kept = minimize_starts(state, (broken, good), 5)
    assert [each.name for each in kept.ensemble.conformers] == [good.name]
    assert kept.left_out == ("broken",) and state.left_out == ()
    with pytest.raises(RelaxationError, match="exploded"):
        minimize_starts(state, (broken,), 5)
    assert minimize_starts(state, (), 5).ensemble.conformers == ()
