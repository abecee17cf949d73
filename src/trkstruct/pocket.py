"""Cut the pocket that matters out of a complex: which residues are kept, and which atoms move."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from trkstruct.connectivity import CAPS
from trkstruct.residues import ResidueId
from trkstruct.structure import Complex, residue_id, select_atoms
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

    The atoms keep their order, so a pocket cut from an apo complex has the atoms of the bound one less the ligand.
    """
    kept_set, mobile_set = frozenset(kept), frozenset(mobile)
    residues = {residue: residue_id(residue) for residue in complex_.topology.residues()}
    keep = [atom.index for residue, name in residues.items() if name in kept_set for atom in residue.atoms()]
    part = select_atoms(complex_, keep)
    moves = [residue_id(r) in mobile_set and r.name not in CAPS for r in part.topology.residues() for _ in r.atoms()]
    return Pocket(part, np.array(sorted(keep), dtype=np.int64), np.array(moves, dtype=np.bool_))


def with_positions(pocket: Pocket, parent: Complex, positions: FloatArray) -> Complex:
    """The complex that a pocket was cut from, with the pocket's new positions (Å) put back."""
    updated = parent.positions.copy()
    updated[pocket.parent_atoms] = positions
    return replace(parent, positions=updated)
