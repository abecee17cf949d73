"""The pocket as a grid of energies: what an atom of each kind would gain or pay at a place, by Vina's terms."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from trkstruct.pose.placing.features import Features
from trkstruct.units import FloatArray, IntArray

SPACING_ANGSTROM: Final = 0.6
REACH_ANGSTROM: Final = 6.5  # centre to centre; what lies further adds less than 0.01 kcal/mol
ATTRACTION: Final = -0.035579  # this and the next five: Trott & Olson 2010, 10.1002/jcc.21334, table 1
FAR_ATTRACTION: Final = -0.005156
REPULSION: Final = 0.840245
GREASE: Final = -0.035069
HYDROGEN_BOND: Final = -0.587439
GREASE_REACH_ANGSTROM, BOND_DEPTH_ANGSTROM = 1.5, 0.7
DEEPEST_ANGSTROM: Final = 1.0  # side chains give way: a deeper overlap costs no more, so that a pose can be led out
WORST_KCAL_MOL: Final = 3.0  # of one atom, for the same reason
OUTSIDE_KCAL_MOL: Final = 10.0  # of an atom beyond the grid

Kind = tuple[float, bool, bool, bool]


@dataclass(frozen=True)
class ContactGrid:
    """Energies of the atoms of one ligand: an array for each kind of atom, on points from ``low`` on."""

    low: FloatArray
    energies: dict[Kind, FloatArray]
    kinds: tuple[Kind, ...]

    def score(self, points: FloatArray) -> FloatArray:
        """Energies (kcal/mol), shape (k,), of ``k`` poses of the ligand's heavy atoms, (k, n, 3) in Å."""
        last = np.array(next(iter(self.energies.values())).shape) - 1.001
        places = (points - self.low) / SPACING_ANGSTROM
        outside = np.any((places < 0) | (places > last), axis=-1)
        places = np.clip(places, 0, last)
        corner = places.astype(np.int64)
        offset = places - corner
        each = np.zeros(points.shape[:2])
        for kind, energy in self.energies.items():
            own = [index for index, other in enumerate(self.kinds) if other == kind]
            each[:, own] = _between(energy, corner[:, own], offset[:, own])
        total: FloatArray = np.minimum(each, WORST_KCAL_MOL).sum(axis=1) + OUTSIDE_KCAL_MOL * outside.sum(axis=1)
        return total


def contact_grid(
    protein: FloatArray, protein_features: Features, ligand: Features, low: FloatArray, high: FloatArray
) -> ContactGrid:
    """The grid between two corners (Å) for the atoms of a ligand.

    Parameters
    ----------
    protein : numpy.ndarray, shape (m, 3)
        Heavy atoms, Å.
    protein_features, ligand : Features
        Of these, and of the ligand.
    low, high : numpy.ndarray, shape (3,)
    """
    shape = np.ceil((high - low) / SPACING_ANGSTROM).astype(np.int64) + 1
    axes = [low[axis] + SPACING_ANGSTROM * np.arange(shape[axis]) for axis in range(3)]
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
    near = cKDTree(points).sparse_distance_matrix(cKDTree(protein), REACH_ANGSTROM, output_type="ndarray")
    kinds = _kinds(ligand)
    energies: dict[Kind, FloatArray] = {}
    for kind in dict.fromkeys(kinds):
        values = _pair_energies(near["v"], near["j"], protein_features, kind)
        energies[kind] = np.bincount(near["i"], weights=values, minlength=len(points)).reshape(shape).astype(np.float64)
    return ContactGrid(low, energies, kinds)


def close_repulsion(gaps: FloatArray) -> FloatArray:
    """Repulsion (kcal/mol) of atoms of one molecule by the gap (Å) between their spheres, negative where they overlap.

    Unbounded: a molecule that folds through itself is not led out but given up.
    """
    repulsion: FloatArray = REPULSION * np.minimum(gaps, 0.0) ** 2
    return repulsion


def _kinds(ligand: Features) -> tuple[Kind, ...]:
    columns = (ligand.radii_angstrom, ligand.greasy, ligand.donor, ligand.acceptor)
    return tuple((float(r), bool(g), bool(d), bool(a)) for r, g, d, a in zip(*columns, strict=True))


def _pair_energies(distances: FloatArray, partners: IntArray, protein: Features, kind: Kind) -> FloatArray:
    radius, greasy, donor, acceptor = kind
    gaps = distances - protein.radii_angstrom[partners] - radius
    bonds = (protein.donor[partners] & acceptor) | (protein.acceptor[partners] & donor)
    energy: FloatArray = (
        ATTRACTION * np.exp(-((gaps / 0.5) ** 2))
        + FAR_ATTRACTION * np.exp(-(((gaps - 3.0) / 2.0) ** 2))
        + REPULSION * np.clip(-gaps, 0.0, DEEPEST_ANGSTROM) ** 2
        + GREASE * (protein.greasy[partners] & greasy) * np.clip(GREASE_REACH_ANGSTROM - gaps, 0.0, 1.0)
        + HYDROGEN_BOND * bonds * np.clip(-gaps / BOND_DEPTH_ANGSTROM, 0.0, 1.0)
    )
    return energy


def _between(energy: FloatArray, corner: IntArray, offset: FloatArray) -> FloatArray:
    """Trilinear interpolation."""
    total = np.zeros(corner.shape[:2])
    for steps in np.ndindex(2, 2, 2):
        step = np.array(steps)
        weight = np.prod(np.where(step == 1, offset, 1.0 - offset), axis=-1)
        x, y, z = np.moveaxis(corner + step, -1, 0)
        total += weight * energy[x, y, z]
    return total
