"""Backbones from short dynamics, and when an answer needs no more of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.shipped_pocket import shipped_pocket
from trkstruct.case_parts import EnergyTerms
from trkstruct.errors import RelaxationError
from trkstruct.impact import backbones
from trkstruct.impact.backbones import is_clear, move_backbone, moving_pocket
from trkstruct.impact.calibration import DdgEstimate, calibrate, resistance_probability
from trkstruct.impact.ddg import _check_possible
from trkstruct.settings import Settings
from trkstruct.structure.complex import ligand_atoms

CPU = Settings(platform="CPU")


def _estimate(*energies: float, contacts: int = 0) -> DdgEstimate:
    zero = dict.fromkeys(EnergyTerms.model_fields, 0.0)
    return calibrate([[EnergyTerms(**{**zero, "total": x})] for x in energies], contacts=contacts, near=True)


def test_far_from_the_ligand_one_backbone_is_enough() -> None:
    assert is_clear(_estimate(1.0), near=False)


@given(st.floats(-20, 20), st.integers(0, 80))
def test_at_the_ligand_one_backbone_is_never_enough(energy: float, contacts: int) -> None:
    assert not is_clear(_estimate(energy, contacts=contacts), near=True)


@given(st.lists(st.floats(-20, 20), min_size=2, max_size=6), st.integers(0, 80))
def test_more_are_asked_while_they_differ_and_the_answer_hangs_on_it(energies: list[float], contacts: int) -> None:
    estimate = _estimate(*energies, contacts=contacts)
    probability = resistance_probability(estimate.ddg_kcal_mol, estimate.error_kcal_mol)
    assert estimate.backbone_error_kcal_mol is not None
    differ, open_ = estimate.backbone_error_kcal_mol >= 0.25, 0.05 <= probability <= 0.95
    assert is_clear(estimate, near=True) == (not (differ and open_))


def test_the_part_of_the_error_that_backbones_make() -> None:
    """Two of ±x have a standard error of x: energies are damped by 1 % at 0.5 kcal/mol."""
    assert _estimate(0.5, -0.5).backbone_error_kcal_mol == pytest.approx(0.5, rel=0.01)
    assert _estimate(0.5).backbone_error_kcal_mol is None


def test_a_backbone_has_moved_and_what_is_far_has_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backbones, "STEPS", 20)
    pocket, xml = shipped_pocket()
    bound = pocket.complex
    moves = moving_pocket(bound)
    one, again, other = (move_backbone(bound, xml, CPU, number).positions for number in (1, 1, 2))
    mobile = moves.parent_atoms[moves.mobile]
    still = np.setdiff1d(np.arange(len(bound.positions)), mobile)
    assert set(ligand_atoms(bound)) <= set(mobile)
    assert np.array_equal(one[still], bound.positions[still])
    shifts = np.linalg.norm(one[mobile] - bound.positions[mobile], axis=1)
    assert shifts.min() > 0
    assert 0.05 < np.sqrt(np.mean(shifts**2)) < 1
    assert np.allclose(one, again, atol=0.01)
    assert not np.allclose(one, other, atol=0.05)
    reseeded = move_backbone(bound, xml, CPU.model_copy(update={"seed": 1}), 1).positions
    assert not np.allclose(one, reseeded, atol=0.05)


@pytest.mark.parametrize("total", [501.0, -501.0, float("nan")])
def test_a_double_difference_that_cannot_be_is_refused(total: float) -> None:
    terms = EnergyTerms.model_construct(total=total)
    with pytest.raises(RelaxationError, match=r"The double difference of here is .*, which no mutation makes"):
        _check_possible((terms,), "here")
    _check_possible((EnergyTerms.model_construct(total=40.0),), "here")
