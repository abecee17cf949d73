"""The receptor as a ligand meets it: its heavy atoms nearby, and by how much the ligand runs into them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from trkstruct.units import FloatArray, IntArray

RADII_ANGSTROM: Final = {
    "C": 1.70,
    "N": 1.55,
    "O": 1.52,
    "S": 1.80,
    "F": 1.47,
    "Cl": 1.75,
    "P": 1.80,
    "Br": 1.85,
    "I": 1.98,
}
"""Bondi 1964, 10.1021/j100785a001."""
ALLOWED_OVERLAP_ANGSTROM: Final = 0.4  # MolProbity's threshold of a serious clash; Williams 2018, 10.1002/pro.3330
HYDROGEN_BOND_ALLOWANCE_ANGSTROM: Final = (
    0.2  # N and O donors and acceptors come to about 2.6 Å; Jeffrey 1997, "strong, moderate"
)
POLAR: Final = frozenset({"N", "O"})
DEFAULT_RADIUS_ANGSTROM: Final = 1.8  # metals and what else a structure holds
LONGEST_PAIR_ANGSTROM: Final = 5.0  # further apart than any two of these radii reach
RECEPTOR_RADIUS_ANGSTROM: Final = 12.0  # from any atom of the reference ligand


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
    limits = [_limit(elements[atom], receptor.elements[neighbour]) for atom, neighbour in pairs]
    return atoms, neighbours, np.array(limits, dtype=np.float64)


def _limit(one: str, other: str) -> float:
    allowed = ALLOWED_OVERLAP_ANGSTROM
    if one in POLAR and other in POLAR:
        allowed += HYDROGEN_BOND_ALLOWANCE_ANGSTROM
    return (
        RADII_ANGSTROM.get(one, DEFAULT_RADIUS_ANGSTROM) + RADII_ANGSTROM.get(other, DEFAULT_RADIUS_ANGSTROM) - allowed
    )
