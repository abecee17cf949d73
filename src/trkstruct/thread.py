"""Thread a kinase's sequence onto the model of another: same backbone, other side chains where the sequences differ."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
from openmm import app
from scipy.spatial import cKDTree

from trkstruct.connectivity import bond_indices
from trkstruct.errors import StructureError
from trkstruct.forcefield import create_system
from trkstruct.graft import aligned_numbers
from trkstruct.kinase import Kinase, residue_at
from trkstruct.mutate import place_rotamers, side_chain_atoms, substitute
from trkstruct.packing import Nonbonded, Site, nonbonded_parameters, rank_placements
from trkstruct.residues import BACKBONE_ATOMS, ONE_TO_THREE, ResidueId, one_letter
from trkstruct.rotamers import rotamers_of
from trkstruct.structure import Complex, protein_residue, residue_id
from trkstruct.units import BOLTZMANN_KCAL_MOL_KELVIN, FloatArray, IntArray

ROOM_TEMPERATURE_KELVIN: Final = 298.15
BURIAL_RADIUS_ANGSTROM: Final = 10.0  # CB contact number, Hamelryck 2005, 10.1002/prot.20379
SWEEPS: Final = 2  # the second sees the side chains that the first placed after it
NO_ROTAMERS: Final = frozenset({"GLY", "ALA"})


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
    topology, atoms = app.Topology(), []
    for chain in template.topology.chains():
        new_chain = topology.addChain(chain.id)
        for residue in chain.residues():
            new = topology.addResidue(residue.name, new_chain, str(new_number[int(residue.id)]))
            atoms += [topology.addAtom(atom.name, atom.element, new) for atom in residue.atoms()]
    for first, second in bond_indices(template.topology):
        topology.addBond(atoms[first], atoms[second])
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
            complex_ = _place_best(complex_, identity, changes[identity], atoms[identity], nonbonded, environment)
    return complex_


def _place_best(
    complex_: Complex, identity: ResidueId, name: str, atoms: IntArray, nonbonded: Nonbonded, environment: IntArray
) -> Complex:
    coordinates, placements = place_rotamers(complex_, identity, rotamers_of(name))
    share = np.array([placement.rotamer.frequency_percent for placement in placements]) / 100.0
    prior: FloatArray = -BOLTZMANN_KCAL_MOL_KELVIN * ROOM_TEMPERATURE_KELVIN * np.log(share)
    site = Site(identity, atoms, coordinates, prior, tuple(placement.rotamer.name for placement in placements))
    best = rank_placements([site], complex_.positions, nonbonded, environment)[0]
    positions = complex_.positions.copy()
    positions[atoms] = coordinates[best.choice[0]]
    return replace(complex_, positions=positions)


def _burial(complex_: Complex, identity: ResidueId) -> int:
    carbons = [atom.index for atom in complex_.topology.atoms() if atom.name == "CA"]
    centre = next(atom.index for atom in protein_residue(complex_, identity).atoms() if atom.name == "CA")
    tree = cKDTree(complex_.positions[carbons])
    return len(tree.query_ball_point(complex_.positions[centre], BURIAL_RADIUS_ANGSTROM))
