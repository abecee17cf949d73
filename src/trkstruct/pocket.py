"""Cut the pocket that matters out of a complex: which residues are kept, and which atoms move."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from openmm import app, unit
from scipy.spatial import cKDTree

from trkstruct.residues import ResidueId
from trkstruct.structure import Complex, ligand_atoms
from trkstruct.units import FloatArray, IntArray

CAP_NAMES = frozenset({"ACE", "NME", "NHE"})


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


def residue_id(residue: app.topology.Residue) -> ResidueId:
    """Identity of an OpenMM residue."""
    return ResidueId(residue.chain.id, int(residue.id), residue.insertionCode.strip())


def residues_near(complex_: Complex, points: FloatArray, radius_angstrom: float) -> frozenset[ResidueId]:
    """Residues with any atom within a distance of any of the points (shape (n, 3), Å)."""
    distances, _ = cKDTree(points).query(complex_.positions, distance_upper_bound=radius_angstrom)
    near = np.isfinite(distances)
    return frozenset(residue_id(atom.residue) for atom in complex_.topology.atoms() if near[atom.index])


def cut_pocket(complex_: Complex, kept: Iterable[ResidueId], mobile: Iterable[ResidueId]) -> Pocket:
    """Cut the kept residues out of a complex, whole; mobile residues move whole, except that caps never move.

    The atoms keep their order, so a pocket cut from an apo complex has the atoms of the bound one less the ligand.
    """
    kept_set, mobile_set = frozenset(kept), frozenset(mobile)
    keep = [atom for atom in complex_.topology.atoms() if residue_id(atom.residue) in kept_set]
    topology = _subset(complex_.topology, {atom.index for atom in keep})
    indices = np.array([atom.index for atom in keep], dtype=np.int64)
    moves = np.array(
        [residue_id(a.residue) in mobile_set and a.residue.name not in CAP_NAMES for a in keep], dtype=np.bool_
    )
    ligand = complex_.ligand if complex_.ligand in kept_set else None
    part = replace(complex_, topology=topology, positions=complex_.positions[indices].copy(), ligand=ligand)
    return Pocket(part, indices, moves)


def without_ligand(complex_: Complex) -> Complex:
    """The apo complex: the same coordinates without the ligand."""
    if complex_.ligand is None:
        return complex_
    drop = frozenset(ligand_atoms(complex_).tolist())
    keep = [index for index in range(len(complex_.positions)) if index not in drop]
    topology = _subset(complex_.topology, set(keep))
    return replace(complex_, topology=topology, positions=complex_.positions[keep].copy(), ligand=None)


def with_positions(pocket: Pocket, parent: Complex, positions: FloatArray) -> Complex:
    """The complex that a pocket was cut from, with the pocket's new positions (Å) put back."""
    updated = parent.positions.copy()
    updated[pocket.parent_atoms] = positions
    return replace(parent, positions=updated)


def site_points(complexes: Sequence[tuple[Complex, IntArray]]) -> FloatArray:
    """Positions (Å) of the given atoms of several complexes, stacked."""
    return np.concatenate([item.positions[atoms] for item, atoms in complexes])


def _subset(topology: app.Topology, keep: set[int]) -> app.Topology:
    modeller = app.Modeller(topology, [(0.0, 0.0, 0.0)] * topology.getNumAtoms() * unit.nanometer)
    modeller.delete([atom for atom in topology.atoms() if atom.index not in keep])
    return modeller.topology
