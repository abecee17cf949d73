"""Ideal places of hydrogens from the atoms that they are bonded to: lengths and angles of a force field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import openmm
from numpy.typing import NDArray
from openmm import unit

from trkstruct.energy.forcefield import find_force
from trkstruct.structure.geometry import place_atom, place_branch, place_opposite, torsion_degrees
from trkstruct.units import FloatArray

PLANAR_DEGREES: Final = 115.0  # ff14SB: 118-120° at sp2 atoms, 108-112° at sp3 atoms; Cornell 1995, 10.1021/ja00124a002
TETRAHEDRAL_DEGREES: Final = 109.5


@dataclass(frozen=True)
class HydrogenBonds:
    """What the hydrogens of a System are bonded to, for those that move.

    Attributes
    ----------
    moving : numpy.ndarray of bool, shape (n_atoms,)
    parents : dict of int to tuple of int
        Hydrogens that move, by the atom that they are bonded to.
    around : dict of int to tuple of int
        Other atoms bonded to each atom.
    lengths_angstrom, angles_degrees : dict of int to float
        Of each moving hydrogen: its bond, and the angle at its parent to another atom than a hydrogen that moves.
    """

    moving: NDArray[np.bool_]
    parents: Mapping[int, tuple[int, ...]]
    around: Mapping[int, tuple[int, ...]]
    lengths_angstrom: Mapping[int, float]
    angles_degrees: Mapping[int, float]


def read_hydrogen_bonds(system: openmm.System, moving: NDArray[np.bool_]) -> HydrogenBonds:
    """Bonds and angles of the hydrogens that move, from the harmonic terms of a System."""
    parents: dict[int, tuple[int, ...]] = {}
    around: dict[int, tuple[int, ...]] = {}
    lengths, angles = {}, {}
    bonds = find_force(system, openmm.HarmonicBondForce)
    for index in range(bonds.getNumBonds()):
        first, second, length, _ = bonds.getBondParameters(index)
        for atom, other in ((first, second), (second, first)):
            if moving[other]:
                parents[atom] = (*parents.get(atom, ()), other)
                lengths[other] = length.value_in_unit(unit.angstrom)
            else:
                around[atom] = (*around.get(atom, ()), other)
    bends = find_force(system, openmm.HarmonicAngleForce)
    for index in range(bends.getNumAngles()):
        first, _, third, angle, _ = bends.getAngleParameters(index)
        for atom, other in ((first, third), (third, first)):
            if moving[atom] and not moving[other]:
                angles[atom] = angle.value_in_unit(unit.degree)
    return HydrogenBonds(moving, parents, around, lengths, angles)


def place_ideally(positions: FloatArray, bonds: HydrogenBonds) -> FloatArray:
    """Moving hydrogens at ideal lengths and angles, shape (n_atoms, 3) in Å; those that can turn keep their torsion.

    Where a hydrogen does not move beside one that does, or atoms lie on a line, only the length is made ideal.
    """
    placed = positions.copy()
    for parent, hydrogens in bonds.parents.items():
        ideal = _ideal(positions, parent, hydrogens, bonds)
        if ideal is not None and np.isfinite(ideal).all():
            placed[list(hydrogens)] = ideal
    return at_length(placed, bonds)


def at_length(positions: FloatArray, bonds: HydrogenBonds) -> FloatArray:
    """Each moving hydrogen on the line from its parent, at the length of their bond; shape (n_atoms, 3) in Å."""
    placed = positions.copy()
    for parent, hydrogens in bonds.parents.items():
        for hydrogen in hydrogens:
            along = positions[hydrogen] - positions[parent]
            placed[hydrogen] = positions[parent] + along * (
                bonds.lengths_angstrom[hydrogen] / float(np.linalg.norm(along))
            )
    return placed


def _ideal(positions: FloatArray, parent: int, hydrogens: Sequence[int], bonds: HydrogenBonds) -> FloatArray | None:
    """Places of the hydrogens of one atom, shape (n, 3); None where nothing ideal is known."""
    others = bonds.around.get(parent, ())
    length, angle = bonds.lengths_angstrom[hydrogens[0]], bonds.angles_degrees.get(hydrogens[0], TETRAHEDRAL_DEGREES)
    centre = positions[parent]
    if len(hydrogens) == 1 and len(others) >= 2:
        return place_opposite(centre, positions[list(others)], length)[None]
    if len(hydrogens) == 2 and len(others) == 2:
        return _pair(positions, parent, hydrogens, others, length)
    beyond = [atom for atom in bonds.around.get(others[0], ()) if atom != parent] if len(others) == 1 else []
    if not beyond:
        return None
    axis, reference = positions[others[0]], positions[beyond[0]]
    first = float(torsion_degrees(positions[hydrogens[0]], centre, axis, reference))
    step = 180.0 if len(hydrogens) == 2 and angle > PLANAR_DEGREES else 120.0
    return np.stack(
        [
            place_atom(
                centre, axis, reference,
                bond_angstrom=length, angle_degrees=angle, torsion_degrees=first + step * index,
            )
            for index in range(len(hydrogens))
        ]
    )  # fmt: skip


def _pair(
    positions: FloatArray, parent: int, hydrogens: Sequence[int], others: Sequence[int], length: float
) -> FloatArray:
    """The two hydrogens of a CH2, each on the side that it is nearer to."""
    sides = np.stack(
        [
            place_branch(
                positions[parent], positions[others[0]], positions[others[1]], side=side, bond_angstrom=length,
                first_angle_degrees=TETRAHEDRAL_DEGREES, second_angle_degrees=TETRAHEDRAL_DEGREES,
            )
            for side in (1, -1)
        ]
    )  # fmt: skip
    there = positions[list(hydrogens)]
    as_is, swapped = (float(np.linalg.norm(there - each)) for each in (sides, sides[::-1]))
    return sides if as_is <= swapped else sides[::-1]
