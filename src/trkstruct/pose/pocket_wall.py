"""The protein as a wall that a ligand's atoms must not enter: how near each may come to each, by kind."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

from trkstruct.contacts.clashes import MINOR_OVERLAP_ANGSTROM
from trkstruct.contacts.radii import classify_atoms, contact_distances, select_types
from trkstruct.ligand.ligand import Ligand, place_ligand, to_molecule
from trkstruct.pose.attach import attach_ligand
from trkstruct.structure.atom_names import is_water
from trkstruct.structure.complex import Complex, ligand_atoms
from trkstruct.units import FloatArray

BOND_ANGSTROM: Final = 1.6  # a chain of heavy atoms reaches at most so far with each bond
MOVE_ANGSTROM: Final = 1.5  # beyond contact; what further away an atom meets is seen in the next round
CONTACT_ANGSTROM: Final = 4.0  # no two radii add up to more


@dataclass(frozen=True)
class PocketWall:
    """Protein atoms around a ligand.

    Attributes
    ----------
    positions : numpy.ndarray, shape (m, 3)
        Å.
    limits_angstrom : numpy.ndarray, shape (n_ligand_atoms, m)
        Distance of each pair below which it is a clash that coordinate error does not explain.
    """

    positions: FloatArray
    limits_angstrom: FloatArray

    def near(self, points: FloatArray, atoms: Sequence[int]) -> Iterator[tuple[int, int, float]]:
        """Atom of the ligand, protein atom and limit (Å) of every pair close enough to matter."""
        gaps = self._distances(points, atoms) - self.limits_angstrom[list(atoms)]
        for place, neighbour in np.argwhere(gaps < MOVE_ANGSTROM).tolist():
            yield atoms[place], neighbour, float(self.limits_angstrom[atoms[place], neighbour])

    def overlap(self, points: FloatArray, atoms: Sequence[int]) -> float:
        """Sum over pairs of the overlap beyond the limit, Å."""
        return float(np.sum(self._depths(points, atoms)))

    def largest_overlap(self, points: FloatArray, atoms: Sequence[int]) -> float:
        """Of one pair, beyond the limit, Å; 0 where none overlaps."""
        return float(np.max(self._depths(points, atoms), initial=0.0))

    def _depths(self, points: FloatArray, atoms: Sequence[int]) -> FloatArray:
        depths: FloatArray = np.maximum(0.0, self.limits_angstrom[list(atoms)] - self._distances(points, atoms))
        return depths

    def _distances(self, points: FloatArray, atoms: Sequence[int]) -> FloatArray:
        distances: FloatArray = cdist(points[list(atoms)], self.positions)
        return distances


def pocket_wall(protein: Complex, ligand: Ligand, seen_positions: FloatArray) -> PocketWall:
    """What of a protein the unseen atoms of a ligand could reach from those that are seen; waters give way.

    Parameters
    ----------
    protein : Complex
        With hydrogens or without; a ligand in it is passed over.
    ligand : Ligand
        Whose kinds of atoms decide.
    seen_positions : numpy.ndarray, shape (n, 3)
        Å.
    """
    molecule = to_molecule(ligand)
    reach = (molecule.GetNumHeavyAtoms() - len(seen_positions)) * BOND_ANGSTROM + CONTACT_ANGSTROM
    together = attach_ligand(protein, place_ligand(ligand, np.zeros((molecule.GetNumAtoms(), 3))))
    own = ligand_atoms(together)
    distance, _ = cKDTree(seen_positions).query(together.positions)
    around = np.array(
        [
            atom.index
            for atom in together.topology.atoms()
            if distance[atom.index] <= reach and atom.index not in set(own) and not is_water(atom.residue.name)
        ],
        dtype=np.int64,
    )
    types = classify_atoms(together.topology)
    limits = contact_distances(select_types(types, own), select_types(types, around)) - MINOR_OVERLAP_ANGSTROM
    return PocketWall(together.positions[around], limits)
