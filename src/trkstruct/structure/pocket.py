"""Cut the pocket that matters out of a complex: which residues are kept, and which atoms move."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from trkstruct.residues import ResidueId
from trkstruct.structure.bonds import CAPS
from trkstruct.structure.complex import Complex, residue_id, select_atoms
from trkstruct.units import FloatArray, IntArray


@dataclass(frozen=True)
class Pocket:
    """Residues cut out of a complex.

    Attributes
    ----------
    complex : Complex
        The kept residues alone, positions in Å.
    parent_atoms : numpy.ndarray, shape (n_atoms,)
        Index of each kept atom in the complex it was cut from.
    mobile : numpy.ndarray of bool, shape (n_atoms,)
        Atoms that a relaxation may move.
    """

    complex: Complex
    parent_atoms: IntArray
    mobile: NDArray[np.bool_]


def residues_near(complex_: Complex, points: FloatArray, radius_angstrom: float) -> frozenset[ResidueId]:
    """Residues with any atom within a distance of any of the points (shape (n, 3), Å)."""
    distances, _ = cKDTree(points).query(complex_.positions, distance_upper_bound=radius_angstrom)
    near = np.isfinite(distances)
    touched = {atom.residue for atom in complex_.topology.atoms() if near[atom.index]}
    return frozenset(residue_id(residue) for residue in touched)


def cut_pocket(complex_: Complex, kept: Iterable[ResidueId], mobile: Iterable[ResidueId]) -> Pocket:
    """Cut the kept residues out of a complex, whole; mobile residues move whole, except that caps never move.

    Residues bonded to a mobile one are kept too, however far away: a long side chain reaches into the region with its
    tip, and without its neighbours nothing would hold its backbone.

    The atoms keep their order, so a pocket cut from an apo complex has the atoms of the bound one less the ligand.
    """
    mobile_set = frozenset(mobile)
    kept_set = frozenset(kept) | mobile_set | _bonded_to(complex_, mobile_set)
    residues = {residue: residue_id(residue) for residue in complex_.topology.residues()}
    keep = [atom.index for residue, name in residues.items() if name in kept_set for atom in residue.atoms()]
    part = select_atoms(complex_, keep)
    moves = [residue_id(r) in mobile_set and r.name not in CAPS for r in part.topology.residues() for _ in r.atoms()]
    return Pocket(part, np.array(sorted(keep), dtype=np.int64), np.array(moves, dtype=np.bool_))


def _bonded_to(complex_: Complex, residues: frozenset[ResidueId]) -> frozenset[ResidueId]:
    """Residues that share a bond with one of the given ones."""
    pairs = ((a.residue, b.residue) for a, b in complex_.topology.bonds() if a.residue is not b.residue)
    ends = [(residue_id(first), residue_id(second)) for first, second in pairs]
    return frozenset(other for pair in ends for one, other in (pair, pair[::-1]) if one in residues)


def with_positions(pocket: Pocket, parent: Complex, positions: FloatArray) -> Complex:
    """The complex that a pocket was cut from, with the pocket's new positions (Å) put back."""
    updated = parent.positions.copy()
    updated[pocket.parent_atoms] = positions
    return replace(parent, positions=updated)
