"""Thread a kinase's sequence onto the model of another: same backbone, other side chains where the sequences differ."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
from openmm import app
from scipy.spatial import cKDTree

from trkstruct.energy.forcefield import create_system
from trkstruct.energy.nonbonded import Nonbonded, nonbonded_parameters
from trkstruct.errors import StructureError
from trkstruct.kinase.kinases import Kinase, residue_at
from trkstruct.preparation.graft import aligned_numbers
from trkstruct.residues import BACKBONE_ATOMS, ONE_TO_THREE, ResidueId, one_letter
from trkstruct.sidechain.packing import apply_placement, rank_placements, site_of
from trkstruct.sidechain.rotamers import NO_ROTAMERS, rotamers_of
from trkstruct.sidechain.substitute import side_chain_atoms, substitute
from trkstruct.structure.atom_names import heavy_atom_names
from trkstruct.structure.bonds import with_bonds
from trkstruct.structure.complex import Complex, protein_residue, residue_id
from trkstruct.structure.topology import NewResidue, as_it_is, assembled, rebuilt, source_indices
from trkstruct.units import ROOM_TEMPERATURE_KELVIN, IntArray

BURIAL_RADIUS_ANGSTROM: Final = 10.0  # CB contact number, Hamelryck 2005, 10.1002/prot.20379
SWEEPS: Final = 2  # the second sees the side chains that the first placed after it


@dataclass(frozen=True)
class Threaded:
    """A threaded model, before relaxation.

    Attributes
    ----------
    complex : Complex
        With hydrogens, in the target's clinical numbering.
    given : frozenset of (ResidueId, str)
        Heavy atoms that the template gives: its backbone and the side chains of identical residues.
    substituted : tuple of str
        ``"E534P"`` in the target's numbers, template's residue first.
    notes : tuple of str
        Insertions that the template has no room for.
    """

    complex: Complex
    given: frozenset[tuple[ResidueId, str]]
    substituted: tuple[str, ...]
    notes: tuple[str, ...]


def thread_sequence(template: Complex, source: Kinase, target: Kinase) -> Threaded:
    """Give a model of one kinase the sequence of another.

    Side chains of differing residues are built by ``substitute`` and packed by a soft rigid energy, the most buried
    first. Insertions of the target are left out, the chain stays closed as in the template.

    Parameters
    ----------
    template : Complex
        A prepared apo model of ``source`` with hydrogens.
    source, target : Kinase

    Raises
    ------
    StructureError
        When the target lacks residues that the template has.
    """
    renumbered, notes = _renumber(template, source, target)
    changes = {
        residue_id(residue): ONE_TO_THREE[residue_at(target, int(residue.id))]
        for residue in renumbered.topology.residues()
        if one_letter(residue.name) not in ("X", residue_at(target, int(residue.id)))
    }
    labels = tuple(
        f"{one_letter(protein_residue(renumbered, identity).name)}{identity.number}{one_letter(name)}"
        for identity, name in changes.items()
    )
    built = renumbered
    for identity, name in changes.items():
        built = substitute(built, identity, name)
    packed = _pack(built, {i: name for i, name in changes.items() if name not in NO_ROTAMERS})
    given = frozenset(
        (residue_id(atom.residue), atom.name)
        for atom in packed.topology.atoms()
        if atom.element is not app.element.hydrogen
        and (atom.name in BACKBONE_ATOMS or residue_id(atom.residue) not in changes)
    )
    return Threaded(packed, given, labels, notes)


def retype_crystal(crystal: Complex, source: Kinase, target: Kinase) -> tuple[Complex, tuple[str, ...]]:
    """Heavy atoms of a crystal of one kinase as the same residues of another; what differs keeps backbone and CB.

    For crystals with gaps, which `thread_sequence` cannot take; `protein.complete_protein` builds the rest.

    Parameters
    ----------
    crystal : Complex
        One chain of ``source`` in clinical numbering, heavy atoms only.

    Returns
    -------
    Complex
        In the clinical numbering of ``target``; insertions of ``source`` are left out.
    tuple of str
        ``"Y561F"`` in the target's numbers, the crystal's residue first.
    """
    numbers = aligned_numbers(source, target)
    made, changed = [], []
    for residue in crystal.topology.residues():
        number = numbers.get(int(residue.id))
        if number is None:
            continue
        letter = residue_at(target, number)
        same = one_letter(residue.name) == letter
        if not same:
            changed.append(f"{one_letter(residue.name)}{number}{letter}")
        name = residue.name if same else ONE_TO_THREE[letter]
        stays = heavy_atom_names(name) & (BACKBONE_ATOMS | {"CB"})
        atoms = tuple(atom for atom in as_it_is(residue).atoms if same or atom.name in stays)
        made.append(NewResidue(name, next(crystal.topology.chains()).id, str(number), "", atoms))
    positions = crystal.positions[np.array(source_indices(made))]
    return replace(crystal, topology=with_bonds(assembled(made), positions), positions=positions), tuple(changed)


def _renumber(template: Complex, source: Kinase, target: Kinase) -> tuple[Complex, tuple[str, ...]]:
    numbers = dict(aligned_numbers(source, target))
    own = [int(residue.id) for residue in template.topology.residues() if one_letter(residue.name) != "X"]
    lost = [number for number in own if number not in numbers]
    if lost:
        raise StructureError(
            f"{target.name} has nothing at {source.name} {lost}; the chain would have to be cut and closed."
        )
    new_number = {number: numbers[number] for number in own}
    new_number |= {own[0] - 1: numbers[own[0]] - 1, own[-1] + 1: numbers[own[-1]] + 1}
    topology = rebuilt(
        template.topology,
        residue=lambda old: replace(as_it_is(old), number=str(new_number[int(old.id)]), insertion_code=""),
    )
    notes = tuple(
        f"{target.name} {numbers[a] + 1}-{numbers[b] - 1} is an insertion {source.name} lacks: left out, chain closed."
        for a, b in pairwise(own)
        if numbers[b] - numbers[a] > 1
    )
    return replace(template, topology=topology, notes=()), notes


def _pack(complex_: Complex, changes: Mapping[ResidueId, str]) -> Complex:
    """Choose a rotamer for every changed residue, most buried first, twice over."""
    nonbonded = nonbonded_parameters(create_system(complex_.topology))
    atoms = {identity: side_chain_atoms(complex_, identity) for identity in changes}
    unplaced = set(changes)
    for _ in range(SWEEPS):
        for identity in sorted(changes, key=lambda i: -_burial(complex_, i)):
            unplaced.discard(identity)
            hidden = np.concatenate([atoms[other] for other in unplaced]) if unplaced else np.empty(0, dtype=np.int64)
            environment = np.setdiff1d(np.arange(len(complex_.positions)), hidden)
            complex_ = _place_best(complex_, identity, changes[identity], nonbonded, environment)
    return complex_


def _place_best(
    complex_: Complex, identity: ResidueId, name: str, nonbonded: Nonbonded, environment: IntArray
) -> Complex:
    site = site_of(complex_, identity, rotamers_of(name), ROOM_TEMPERATURE_KELVIN)
    best = rank_placements([site], complex_.positions, nonbonded, environment)[0]
    return replace(complex_, positions=apply_placement([site], best, complex_.positions))


def _burial(complex_: Complex, identity: ResidueId) -> int:
    carbons = [atom.index for atom in complex_.topology.atoms() if atom.name == "CA"]
    centre = next(atom.index for atom in protein_residue(complex_, identity).atoms() if atom.name == "CA")
    tree = cKDTree(complex_.positions[carbons])
    return len(tree.query_ball_point(complex_.positions[centre], BURIAL_RADIUS_ANGSTROM))
