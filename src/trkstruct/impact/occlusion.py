"""Occlusion: the share of a mutant side chain's apo rotamer population that the ligand, held in place, excludes.

Each rotamer is sampled at its mean and one standard deviation either way in every chi, so that a clash which a small
turn relieves excludes only part of it. The apo population comes from library frequencies and from the overlaps of each
sample with the protein, held rigid; a sample is excluded when any of its atoms clashes severely with the ligand.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy.spatial.distance import cdist

from trkstruct.contacts.clashes import MAX_BONDS_APART, MINOR_OVERLAP_ANGSTROM, SEVERE_OVERLAP_ANGSTROM, bonds_apart
from trkstruct.contacts.radii import (
    AtomTypes,
    BoolArray,
    classify_atoms,
    contact_distances,
    neighbours_of,
    select_types,
)
from trkstruct.sidechain.rotamers import Rotamer
from trkstruct.structure.atom_names import is_water
from trkstruct.structure.complex import Complex, ligand_atoms
from trkstruct.units import BOLTZMANN_KCAL_MOL_KELVIN, ROOM_TEMPERATURE_KELVIN, FloatArray, IntArray

OVERLAP_STIFFNESS_KCAL_MOL: Final = 20.0  # per Å² beyond 0.25 Å: 0.45 at 0.4 Å, 8.5 at 0.9 Å; ff14SB C...C 0.6 and 8.8
FARTHEST_CONTACT_ANGSTROM: Final = 4.2  # two iodine radii; nothing overlaps from farther away


def overlap_energies(
    placements: FloatArray,
    types: AtomTypes,
    surroundings: FloatArray,
    others: AtomTypes,
    counted: BoolArray | None = None,
) -> FloatArray:
    """Soft overlap energy (kcal/mol) of each placement of a side chain with atoms that stay where they are.

    Every pair costs 20 kcal/mol/Å² times the square of its overlap beyond 0.25 Å.

    Parameters
    ----------
    placements : numpy.ndarray, shape (n, k, 3)
        Å.
    types : AtomTypes
        Of the k side-chain atoms.
    surroundings : numpy.ndarray, shape (m, 3)
        Å.
    others : AtomTypes
        Of the m surrounding atoms.
    counted : numpy.ndarray of bool, shape (k, m), optional
        Pairs that count; bonded ones do not. All do by default.

    Returns
    -------
    numpy.ndarray, shape (n,)
    """
    placement, overlaps = _overlaps(placements, types, surroundings, others, counted)
    penalties = OVERLAP_STIFFNESS_KCAL_MOL * np.maximum(overlaps - MINOR_OVERLAP_ANGSTROM, 0.0) ** 2
    return np.bincount(placement, weights=penalties, minlength=len(placements)).astype(np.float64)


def apo_populations(
    energies_kcal_mol: FloatArray, library_weights: FloatArray, temperature_kelvin: float = ROOM_TEMPERATURE_KELVIN
) -> FloatArray:
    """Boltzmann populations of placements without the ligand: library frequency times exp(-E/kT), normalised to 1.

    Parameters
    ----------
    energies_kcal_mol : numpy.ndarray, shape (n,)
        From ``overlap_energies``.
    library_weights : numpy.ndarray, shape (n,)
        Library frequencies on any scale.
    temperature_kelvin : float
    """
    exponents = -(energies_kcal_mol - energies_kcal_mol.min()) / (BOLTZMANN_KCAL_MOL_KELVIN * temperature_kelvin)
    weights = library_weights * np.exp(exponents)
    populations: FloatArray = weights / weights.sum()
    return populations


def excluded_placements(
    placements: FloatArray,
    types: AtomTypes,
    ligand: FloatArray,
    ligand_types: AtomTypes,
    minimum_overlap_angstrom: float = SEVERE_OVERLAP_ANGSTROM,
) -> BoolArray:
    """Which placements, shape (n,), overlap the ligand by at least so much; arrays as in ``overlap_energies``."""
    placement, overlaps = _overlaps(placements, types, ligand, ligand_types, None)
    excluded = np.zeros(len(placements), dtype=np.bool_)
    excluded[placement[overlaps >= minimum_overlap_angstrom]] = True
    return excluded


def occlusion(populations: FloatArray, excluded: BoolArray) -> float:
    """Share (0 to 1) of the apo population in placements that the ligand excludes.

    Parameters
    ----------
    populations : numpy.ndarray, shape (n,)
        Apo populations, adding up to 1.
    excluded : numpy.ndarray of bool, shape (n,)
    """
    return float(np.clip(populations[excluded].sum(), 0.0, 1.0))


def score_occlusion(
    complex_: Complex, side_chain: IntArray, placements: FloatArray, rotamers: Sequence[Rotamer]
) -> float:
    """Occlusion (0 to 1) of a mutated side chain by the ligand of the complex, both rigid, waters left out.

    Parameters
    ----------
    complex_ : Complex
        The mutant (any rotamer) with the ligand in its wild-type pose.
    side_chain : numpy.ndarray of int, shape (k,)
        Atoms that a rotamer moves, from ``side_chain_atoms``; glycine has none, and no occlusion.
    placements : numpy.ndarray, shape (n, k, 3)
        Å, from ``place_rotamers`` on samples of ``sample_rotamer``.
    rotamers : sequence of Rotamer, length n
        The sample behind each placement; several placements of one sample (hydroxyl angles) share its frequency.
    """
    if not (len(side_chain) and len(placements)):
        return 0.0
    types, ligand = classify_atoms(complex_.topology), ligand_atoms(complex_)
    own = select_types(types, side_chain)
    copies = Counter(rotamers)
    library = np.array([sample.frequency_percent / copies[sample] for sample in rotamers])
    populations = apo_populations(_apo_energies(complex_, types, side_chain, placements), library)
    excluded = excluded_placements(placements, own, complex_.positions[ligand], select_types(types, ligand))
    return occlusion(populations, excluded)


def _apo_energies(complex_: Complex, types: AtomTypes, side_chain: IntArray, placements: FloatArray) -> FloatArray:
    others = _surroundings(complex_, side_chain, ligand_atoms(complex_), placements)
    counted = _counted_pairs(complex_, types, side_chain, others)
    own, around = select_types(types, side_chain), select_types(types, others)
    return overlap_energies(placements, own, complex_.positions[others], around, counted)


def _overlaps(
    placements: FloatArray, types: AtomTypes, surroundings: FloatArray, others: AtomTypes, counted: BoolArray | None
) -> tuple[IntArray, FloatArray]:
    """Placement and overlap (Å) of every pair that overlaps."""
    limits = contact_distances(types, others)
    if counted is not None:
        limits = np.where(counted, limits, 0.0)
    placement, overlaps = [np.empty(0, dtype=np.int64)], [np.empty(0)]
    for atom, limit in enumerate(limits):
        distances = cdist(placements[:, atom], surroundings)
        rows, columns = np.nonzero(distances < limit)
        placement.append(rows)
        overlaps.append(limit[columns] - distances[rows, columns])
    return np.concatenate(placement), np.concatenate(overlaps)


def _surroundings(complex_: Complex, side_chain: IntArray, ligand: IntArray, placements: FloatArray) -> IntArray:
    """Atoms near any placement, without the side chain itself, the ligand and waters."""
    centre = placements.reshape(-1, 3).mean(axis=0)
    reach = float(np.linalg.norm(placements - centre, axis=-1).max()) + FARTHEST_CONTACT_ANGSTROM
    near = np.linalg.norm(complex_.positions - centre, axis=1) <= reach
    near[side_chain] = False
    near[ligand] = False
    near[[atom.index for atom in complex_.topology.atoms() if is_water(atom.residue.name)]] = False
    return np.flatnonzero(near).astype(np.int64)


def _counted_pairs(complex_: Complex, types: AtomTypes, side_chain: IntArray, others: IntArray) -> BoolArray:
    """Pairs farther apart than three bonds (four with a hydrogen), shape (k, m)."""
    neighbours = neighbours_of(complex_.topology)
    counted = np.ones((len(side_chain), len(others)), dtype=np.bool_)
    column = {int(atom): index for index, atom in enumerate(others)}
    for row, atom in enumerate(side_chain.tolist()):
        for other, bonds in bonds_apart(neighbours, atom, MAX_BONDS_APART + 1).items():
            with_hydrogen = bool(types.hydrogen[atom] or types.hydrogen[other])
            if other in column and bonds <= MAX_BONDS_APART + with_hydrogen:
                counted[row, column[other]] = False
    return counted
