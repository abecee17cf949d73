"""The search for the minima of a mutation's four end states, the same for wild type and mutant.

Rotamers; then what bound and apo, wild type and mutant find of each other; rotamers again, in the surroundings that
have made room by then; and again what they find of each other.
"""

from dataclasses import dataclass

import numpy as np
from openmm.app import Atom

from trkstruct.energy.pocket_energy import PocketEnergy
from trkstruct.impact.bound_and_apo import BoundAndApo, map_states
from trkstruct.impact.end_states import (
    EndState,
    EndStates,
    Start,
    minimize_again,
    minimize_starts,
    native_start,
    rebuilt_starts,
    rotamer_starts,
)
from trkstruct.impact.ensemble import SAME_MINIMUM_KCAL_MOL
from trkstruct.residues import ResidueId
from trkstruct.settings import Settings
from trkstruct.structure.complex import ligand_atoms, residue_id


@dataclass(frozen=True)
class Offer:
    """The best minimum of one state, for another to start from; each is known by its energy, which stays the same."""

    donor: PocketEnergy
    receiver: PocketEnergy
    energy_kcal_mol: float


Tried = frozenset[Offer]


def search_minima(wild_type: EndStates, mutant: EndStates, settings: Settings) -> tuple[EndStates, EndStates]:
    """Wild type and mutant with the minima that the search found.

    The wild type also keeps the side chain it came with. Without its own rotamers it would be the only one of the two
    that cannot move to a better one.

    Raises
    ------
    RelaxationError
        When a minimisation explodes.
    """
    count, iterations = settings.rotamers_minimized, settings.iterations

    def first(state: EndState) -> EndState:
        return minimize_starts(state, rotamer_starts(state, count), iterations)

    def first_native(state: EndState) -> EndState:
        others = rotamer_starts(state, count) if state.has_rotamers else ()
        return minimize_starts(state, (native_start(state), *others), iterations)

    def rebuilt(state: EndState) -> EndState:
        return minimize_starts(state, rebuilt_starts(state, count), iterations)

    mutant, wild_type = map_states(first, mutant), map_states(first_native, wild_type)
    wild_type, mutant, tried = _exchange(wild_type, mutant, frozenset(), 1, iterations)
    mutant, wild_type = map_states(rebuilt, mutant), map_states(rebuilt, wild_type)
    wild_type, mutant, _ = _exchange(wild_type, mutant, tried, settings.exchanges, iterations)
    return wild_type, mutant


def minimize_native(states: EndStates, iterations: int) -> EndStates:
    """A sequence minimised as it is, bound and apo, and each once more from what the other found."""
    return cross_seed(
        map_states(lambda state: minimize_starts(state, [native_start(state)], iterations), states), iterations
    )


def at_solute_dielectric(states: EndStates, dielectric: float, iterations: int) -> EndStates:
    """A sampled sequence with another dielectric constant inside protein and ligand.

    Its minima are minimised again: what was found with one constant is close to what would be found with another.
    """
    return cross_seed(map_states(lambda state: minimize_again(state, dielectric, iterations), states), iterations)


def cross_seed(states: EndStates, iterations: int) -> EndStates:
    """Each state started from the other's best: bound without its ligand, apo with the ligand put back."""
    return map_states(lambda state, start: minimize_starts(state, [start], iterations), states, _crossed(states))


def _exchange(
    wild_type: EndStates, mutant: EndStates, tried: Tried, rounds: int, iterations: int
) -> tuple[EndStates, EndStates, Tried]:
    """Start each of the four states from what the others found, until nothing is new or the rounds are over."""
    for _ in range(rounds):
        known = tried
        mutant, tried = _take_up(_swapped(mutant), mutant, _crossed(mutant), tried, iterations)
        wild_type, tried = _take_up(_swapped(wild_type), wild_type, _crossed(wild_type), tried, iterations)
        wild_type, tried = _take_up(mutant, wild_type, _transplanted(mutant, wild_type), tried, iterations)
        mutant, tried = _take_up(wild_type, mutant, _transplanted(wild_type, mutant), tried, iterations)
        if not any(is_new(each, known) for each in tried):
            break
    return wild_type, mutant, tried


def _take_up(
    donors: EndStates, receivers: EndStates, starts: BoundAndApo[Start], tried: Tried, iterations: int
) -> tuple[EndStates, Tried]:
    """The receivers, minimised from those starts that are new to them, and what was tried by then."""
    offers = map_states(offer, donors, receivers)
    new = map_states(lambda made, start: [start] if is_new(made, tried) else [], offers, starts)
    taken = map_states(lambda state, more: minimize_starts(state, more, iterations), receivers, new)
    return taken, tried | {offers.bound, offers.apo}


def offer(donor: EndState, receiver: EndState) -> Offer:
    """What one state has to offer to another by now."""
    return Offer(donor.energy, receiver.energy, donor.ensemble.best.minimum.energy_kcal_mol)


def is_new(made: Offer, tried: Tried) -> bool:
    """Whether the receiver was not offered a minimum of this energy by the same donor before."""
    return not any(
        earlier.donor is made.donor
        and earlier.receiver is made.receiver
        and abs(made.energy_kcal_mol - earlier.energy_kcal_mol) < SAME_MINIMUM_KCAL_MOL
        for earlier in tried
    )


def _swapped(states: EndStates) -> EndStates:
    return BoundAndApo(states.apo, states.bound)


def _crossed(states: EndStates) -> BoundAndApo[Start]:
    """For each state the other's best: for bound with its own ligand put back, for apo without the ligand."""
    bound, apo = states.bound.ensemble.best, states.apo.ensemble.best
    protein = np.setdiff1d(np.arange(len(bound.minimum.positions)), ligand_atoms(states.bound.pocket.complex))
    filled = bound.minimum.positions.copy()
    filled[protein] = apo.minimum.positions
    return BoundAndApo(Start(apo.name, filled, soften=True), Start(bound.name, bound.minimum.positions[protein]))


def _transplanted(donors: EndStates, receivers: EndStates) -> BoundAndApo[Start]:
    """For each state of a sequence its own best side chains in the surroundings of another sequence's best."""
    return map_states(_transplant, donors, receivers)


def _transplant(donor: EndState, receiver: EndState) -> Start:
    own = receiver.ensemble.best
    moved = own.minimum.positions.copy()
    sites = {site.residue for site in receiver.sites}
    source = {_atom_key(atom): atom.index for atom in donor.pocket.complex.topology.atoms()}
    for atom in receiver.pocket.complex.topology.atoms():
        if residue_id(atom.residue) not in sites:
            moved[atom.index] = donor.best_positions[source[_atom_key(atom)]]
    return Start(own.name, moved, soften=True)


def _atom_key(atom: Atom) -> tuple[ResidueId, str]:
    return residue_id(atom.residue), atom.name
