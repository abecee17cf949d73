"""The search of end states: what one has found is offered to another once, and is put into its own surroundings."""

from collections.abc import Sequence

import numpy as np
import pytest

from support.end_states import SITE_ID, peptide_state, resting_at
from support.shipped_pocket import shipped_pocket
from trkstruct.energy.pocket_energy import open_energy
from trkstruct.impact import search
from trkstruct.impact.bound_and_apo import BoundAndApo
from trkstruct.impact.end_states import EndState, EndStates, Start
from trkstruct.impact.search import cross_seed, is_new, offer, search_minima
from trkstruct.settings import Settings
from trkstruct.structure.complex import ligand_atoms, residue_id, without_ligand
from trkstruct.structure.pocket import cut_pocket

Started = list[tuple[EndState, Start]]
Sequences = tuple[EndStates, EndStates]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Started:
    """Every start that would be minimised, with its state; minima stay as they are."""
    seen: Started = []

    def stay(state: EndState, starts: list[Start], _iterations: int) -> EndState:
        seen.extend((state, start) for start in starts)
        return state

    monkeypatch.setattr(search, "minimize_starts", stay)
    return seen


def test_a_state_starts_once_from_what_another_found() -> None:
    receiver, donor = peptide_state(), peptide_state()
    at = donor.pocket.complex.positions
    tried = frozenset({offer(resting_at(donor, at, -10.0), receiver)})
    same, lower = resting_at(donor, at, -10.01), resting_at(donor, at, -10.5)
    assert not is_new(offer(same, receiver), tried), "the same minimum, reached again"
    assert is_new(offer(lower, receiver), tried)
    assert is_new(offer(same, donor), tried) and is_new(offer(receiver_as_donor(same, receiver), donor), tried)


def receiver_as_donor(like: EndState, receiver: EndState) -> EndState:
    """The receiver with the minima of another."""
    return resting_at(receiver, like.best_positions, like.ensemble.best.minimum.energy_kcal_mol)


def _resting(state: EndState, shift: float, energy_kcal_mol: float) -> EndState:
    return resting_at(state, state.pocket.complex.positions + shift, energy_kcal_mol)


def test_bound_and_apo_start_from_each_other_with_and_without_the_ligand(started: Started) -> None:
    pocket, ligand_xml = shipped_pocket()
    everything = [residue_id(residue) for residue in pocket.complex.topology.residues()]
    free = cut_pocket(without_ligand(pocket.complex), everything, ())
    bound = _resting(EndState(pocket, (), open_energy(pocket, ligand_xml, platform="CPU")), 1.0, -5.0)
    apo = _resting(EndState(free, (), open_energy(free, None, platform="CPU")), 2.0, -3.0)
    cross_seed(BoundAndApo(bound, apo), 10)
    (first, for_bound), (second, for_apo) = started
    assert (first, second) == (bound, apo) and for_bound.soften and not for_apo.soften
    ligand = ligand_atoms(pocket.complex)
    expected = pocket.complex.positions + 2.0
    expected[ligand] -= 1.0
    np.testing.assert_allclose(for_bound.positions, expected)
    np.testing.assert_allclose(for_apo.positions, free.complex.positions + 1.0)


def test_own_side_chains_are_put_into_the_surroundings_of_the_other_sequence() -> None:
    donor, receiver = _resting(peptide_state("ALA"), 3.0, -5.0), _resting(peptide_state("LEU"), 1.0, -4.0)
    start = search._transplant(donor, receiver)
    atoms = list(receiver.pocket.complex.topology.atoms())
    own = np.array([residue_id(atom.residue) == SITE_ID for atom in atoms])
    shift = start.positions - receiver.pocket.complex.positions
    np.testing.assert_allclose(shift[own], 1.0)
    np.testing.assert_allclose(shift[~own], 3.0)
    assert start.soften and start.name == receiver.ensemble.best.name


@pytest.fixture(scope="module")
def sequences() -> Sequences:
    """Wild type and mutant, each with a minimum bound and one apo."""
    alanine, leucine = (
        BoundAndApo(*(_resting(peptide_state(name), 0.0, energy) for energy in (-5.0, -4.0))) for name in ("ALA", "LEU")
    )
    return alanine, leucine


def _exchanged(
    sequences: Sequences, monkeypatch: pytest.MonkeyPatch, sinking: EndState | None = None
) -> list[EndState]:
    """The states that a search started from another's minimum; one may get lower whenever it is started."""
    taken: list[EndState] = []

    def relax(state: EndState, starts: Sequence[Start], _iterations: int) -> EndState:
        taken.extend(state for start in starts if start.name in ("offered", "minimum 0"))
        lower = sinking is not None and state.energy is sinking.energy and starts
        return _resting(state, 0.0, state.ensemble.best.minimum.energy_kcal_mol - 1.0) if lower else state

    monkeypatch.setattr(search, "minimize_starts", relax)
    monkeypatch.setattr(search, "_crossed", lambda _: BoundAndApo(*(2 * [Start("offered", np.empty(0))])))
    search_minima(*sequences, Settings(exchanges=5))
    return taken


def test_the_search_ends_when_nothing_is_new(sequences: Sequences, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(_exchanged(sequences, monkeypatch)) == 8, "four states, each from two others, and no second time"


def test_a_lower_minimum_is_offered_to_the_other_state_and_the_other_sequence(
    sequences: Sequences, monkeypatch: pytest.MonkeyPatch
) -> None:
    wild_type, mutant = sequences
    once_more = _exchanged(sequences, monkeypatch, sinking=wild_type.bound)[8:]
    assert [state.energy for state in once_more] == [wild_type.apo.energy, mutant.bound.energy]
