"""The receptor as a ligand meets it: its heavy atoms nearby, and by how much the ligand runs into them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from trkstruct.contacts.clashes import MODERATE_OVERLAP_ANGSTROM
from trkstruct.contacts.heavy_contacts import contact_angstrom
from trkstruct.units import FloatArray, IntArray

LONGEST_PAIR_ANGSTROM: Final = 5.0  # further apart than any two of these radii reach
RECEPTOR_RADIUS_ANGSTROM: Final = 12.0  # from any atom of the reference ligand

FAR_ANGSTROM: Final = 999.0  # where the wall that a force field is given ends
REPULSION_KCAL_MOL_ANGSTROM2: Final = 30.0  # of that wall
STRAIN_SCALE_KCAL_MOL: Final = 10.0
"""As bad as 1 Å of overlap: bound drugs are mostly strained by less than 9; Perola 2004, 10.1021/jm030563w"""


@dataclass(frozen=True)
class Receptor:
    """Heavy atoms that a ligand must not run into: positions (n, 3) in Å and elements."""

    positions: FloatArray
    elements: tuple[str, ...]


def receptor_near(
    positions: FloatArray,
    elements: Sequence[str],
    around: FloatArray,
    radius_angstrom: float = RECEPTOR_RADIUS_ANGSTROM,
) -> Receptor:
    """The receptor's heavy atoms within a radius of some points."""
    heavy = np.array([element not in ("H", "D") for element in elements])
    near = np.zeros(len(heavy), dtype=bool)
    for hits in cKDTree(positions).query_ball_point(around, radius_angstrom):
        near[hits] = True
    kept: list[int] = np.flatnonzero(heavy & near).tolist()
    return Receptor(np.asarray(positions, dtype=np.float64)[kept], tuple(elements[index] for index in kept))


def overlap_angstrom(positions: FloatArray, elements: Sequence[str], receptor: Receptor) -> float:
    """Sum over heavy-atom pairs of the overlap of their van der Waals spheres beyond what is allowed, in Å."""
    atoms, neighbours, limits = close_pairs(positions, elements, receptor)
    distances = np.linalg.norm(positions[atoms] - receptor.positions[neighbours], axis=1)
    return float(np.sum(np.maximum(0.0, limits - distances)))


def close_pairs(
    positions: FloatArray, elements: Sequence[str], receptor: Receptor
) -> tuple[IntArray, IntArray, FloatArray]:
    """Ligand heavy atoms, receptor atoms near them, and the smallest distance (Å) of each pair that is not a clash."""
    heavy = np.array([index for index, element in enumerate(elements) if element != "H"])
    near = cKDTree(receptor.positions).query_ball_point(positions[heavy], LONGEST_PAIR_ANGSTROM)
    pairs = [(atom, neighbour) for atom, found in zip(heavy.tolist(), near, strict=True) for neighbour in found]
    atoms, neighbours = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    limits = [
        contact_angstrom(elements[atom], receptor.elements[neighbour], MODERATE_OVERLAP_ANGSTROM)
        for atom, neighbour in pairs
    ]
    return atoms, neighbours, np.array(limits, dtype=np.float64)
