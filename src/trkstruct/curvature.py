"""A cheap positive-definite stand-in for the Hessian of a System: what makes minimisations short.

Every bond, angle, torsion and close pair is a spring along its own coordinate, with the curvature that its energy has
there, made positive (Mones, Ortner & Csányi 2018, 10.1038/s41598-018-32105-x). L-BFGS that starts from the inverse of
this matrix instead of a multiple of the identity needs a tenth of the evaluations.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import openmm
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import SuperLU, splu
from scipy.spatial import cKDTree

from trkstruct.force_table import read_tables
from trkstruct.units import ANGSTROM_PER_NM, KJ_PER_KCAL, FloatArray, IntArray

SOFTEST_KCAL_MOL_ANGSTROM2: Final = 1.0  # curvature of everything that no spring describes; 0.5 and 2 do alike
CLOSE_PAIR_ANGSTROM: Final = 4.5
STIFFEST_PAIR_KCAL_MOL_ANGSTROM2: Final = 100.0  # overlapping atoms are further from a minimum than a spring reaches
_SMALLEST_SINE: Final = 1e-3


@dataclass(frozen=True)
class Springs:
    """What can be a spring in a System, terms without a mobile atom left out.

    Attributes
    ----------
    mobile_index : numpy.ndarray, shape (n_atoms,)
        Place of each atom among the mobile ones, -1 for frozen atoms.
    bonds, angles, torsions : numpy.ndarray, shape (n, 2), (n, 3), (n, 4)
        Atoms.
    bond_constants, angle_constants : numpy.ndarray
        kcal/mol/Å² and kcal/mol/rad².
    barriers, periodicities, phases : numpy.ndarray
        Of the torsions: kcal/mol, -, rad.
    sigma, epsilon : numpy.ndarray, shape (n_atoms,)
        Lennard-Jones, Å and kcal/mol.
    excluded : frozenset of int
        Pairs without a Lennard-Jones spring, as first * n_atoms + second.
    restraints : numpy.ndarray, shape (n_mobile,)
        kcal/mol/Å², curvature of the restraint on each mobile atom.
    """

    mobile_index: IntArray
    bonds: IntArray
    bond_constants: FloatArray
    angles: IntArray
    angle_constants: FloatArray
    torsions: IntArray
    barriers: FloatArray
    periodicities: FloatArray
    phases: FloatArray
    sigma: FloatArray
    epsilon: FloatArray
    excluded: IntArray
    restraints: FloatArray


def read_springs(system: openmm.System, mobile: NDArray[np.bool_]) -> Springs:
    """The springs of a System's harmonic, torsion, Lennard-Jones and position-restraint forces."""
    forces = {force.getName(): force for force in system.getForces()}
    bonds = _touching(forces["HarmonicBondForce"], "Bonds", mobile, 2)
    angles = _touching(forces["HarmonicAngleForce"], "Angles", mobile, 3)
    torsions = _touching(forces["PeriodicTorsionForce"], "Torsions", mobile, 4)
    pairs, exceptions = read_tables(forces["NonbondedForce"], "Particles", "Exceptions")
    index = np.full(len(mobile), -1, dtype=np.int64)
    index[mobile] = np.arange(np.count_nonzero(mobile))
    per_area = KJ_PER_KCAL * ANGSTROM_PER_NM**2
    return Springs(
        mobile_index=index,
        bonds=_atoms(bonds, 2),
        bond_constants=_column(bonds, "k") / per_area,
        angles=_atoms(angles, 3),
        angle_constants=_column(angles, "k") / KJ_PER_KCAL,
        torsions=_atoms(torsions, 4),
        barriers=_column(torsions, "k") / KJ_PER_KCAL,
        periodicities=_column(torsions, "periodicity"),
        phases=_column(torsions, "phase"),
        sigma=pairs["sig"] * ANGSTROM_PER_NM,
        epsilon=pairs["eps"] / KJ_PER_KCAL,
        excluded=_pair_codes(_atoms(exceptions, 2), len(mobile)),
        restraints=_restraint_curvatures(forces.get("CustomExternalForce"), index),
    )


def _restraint_curvatures(force: openmm.CustomExternalForce | None, mobile_index: IntArray) -> FloatArray:
    """Second derivative (kcal/mol/Å²) of the position restraint on each mobile atom."""
    curvatures = np.zeros(np.count_nonzero(mobile_index >= 0))
    if force is not None:
        constant = force.getGlobalParameterDefaultValue(0) / KJ_PER_KCAL / ANGSTROM_PER_NM**2
        for number in range(force.getNumParticles()):
            curvatures[mobile_index[force.getParticleParameters(number)[0]]] += 2.0 * constant
    return curvatures


def factorize(springs: Springs, positions: FloatArray) -> SuperLU:
    """The spring matrix of the mobile atoms (3 n_mobile square) at positions (n, 3) in Å, ready to be solved."""
    size = 3 * len(springs.restraints)
    blocks = [_bond_blocks(springs, positions), _angle_blocks(springs, positions)]
    blocks += [_torsion_blocks(springs, positions), _pair_blocks(springs, positions)]
    rows, columns, values = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
    springs_matrix = sparse.csc_matrix((values, (rows, columns)), shape=(size, size))
    floor = np.repeat(springs.restraints, 3) + SOFTEST_KCAL_MOL_ANGSTROM2
    matrix = springs_matrix + sparse.diags(floor, format="csc")
    return splu(matrix.tocsc(), permc_spec="MMD_AT_PLUS_A", options={"SymmetricMode": True})


def _pair_codes(pairs: IntArray, n_atoms: int) -> IntArray:
    codes: IntArray = pairs.min(axis=1) * n_atoms + pairs.max(axis=1)
    return codes


_Blocks = tuple[IntArray, IntArray, FloatArray]


def _touching(force: openmm.Force, name: str, mobile: NDArray[np.bool_], count: int) -> Mapping[str, FloatArray]:
    """The rows of a force's table with a mobile atom."""
    (table,) = read_tables(force, name)
    kept = mobile[_atoms(table, count)].any(axis=1)
    return {key: values[kept] for key, values in table.items()}


def _atoms(table: Mapping[str, FloatArray], count: int) -> IntArray:
    columns = [_column(table, f"p{number}").astype(np.int64) for number in range(1, count + 1)]
    return np.stack(columns, axis=1)


def _column(table: Mapping[str, FloatArray], key: str) -> FloatArray:
    return table.get(key, np.empty(0))


def _bond_blocks(springs: Springs, positions: FloatArray) -> _Blocks:
    towards = _unit(positions[springs.bonds[:, 0]] - positions[springs.bonds[:, 1]])
    return _blocks(springs, springs.bonds, [towards, -towards], springs.bond_constants)


def _angle_blocks(springs: Springs, positions: FloatArray) -> _Blocks:
    first, centre, last = (positions[springs.angles[:, k]] for k in range(3))
    a, b = first - centre, last - centre
    length_a, length_b = (np.linalg.norm(vector, axis=1)[:, None] for vector in (a, b))
    a, b = a / length_a, b / length_b
    cosine = np.sum(a * b, axis=1)[:, None]
    sine = np.sqrt(np.maximum(1.0 - cosine**2, _SMALLEST_SINE))
    by_first, by_last = (a * cosine - b) / (length_a * sine), (b * cosine - a) / (length_b * sine)
    return _blocks(springs, springs.angles, [by_first, -by_first - by_last, by_last], springs.angle_constants)


def _torsion_blocks(springs: Springs, positions: FloatArray) -> _Blocks:
    """Derivatives of a dihedral angle as in Blondel & Karplus 1996, 10.1002/(SICI)1096-987X(19960715)17:9<1132."""
    i, j, k, m = (positions[springs.torsions[:, number]] for number in range(4))
    first, axis, last = j - i, k - j, m - k
    before, after = np.cross(first, axis), np.cross(axis, last)
    length = np.linalg.norm(axis, axis=1)
    square_before, square_after = (np.maximum(np.sum(v * v, axis=1), _SMALLEST_SINE) for v in (before, after))
    angle = np.arctan2(length * np.sum(first * after, axis=1), np.sum(before * after, axis=1))
    curvature = np.abs(
        springs.barriers * springs.periodicities**2 * np.cos(springs.periodicities * angle - springs.phases)
    )
    by_i, by_m = -(length / square_before)[:, None] * before, (length / square_after)[:, None] * after
    along_first = (np.sum(first * axis, axis=1) / length**2)[:, None]
    along_last = (np.sum(last * axis, axis=1) / length**2)[:, None]
    by_j = -(1.0 + along_first) * by_i + along_last * by_m
    return _blocks(springs, springs.torsions, [by_i, by_j, -by_i - by_j - by_m, by_m], curvature)


def _pair_blocks(springs: Springs, positions: FloatArray) -> _Blocks:
    mobile = np.flatnonzero(springs.mobile_index >= 0)
    tree = cKDTree(positions[mobile])
    found = tree.sparse_distance_matrix(cKDTree(positions), CLOSE_PAIR_ANGSTROM, output_type="ndarray")
    pairs = np.stack([mobile[found["i"]], found["j"]], axis=1)
    once = (pairs[:, 0] < pairs[:, 1]) | (springs.mobile_index[pairs[:, 1]] < 0)
    pairs = pairs[once & (pairs[:, 0] != pairs[:, 1])]
    pairs = pairs[~np.isin(_pair_codes(pairs, len(positions)), springs.excluded)]
    along = positions[pairs[:, 0]] - positions[pairs[:, 1]]
    distance = np.maximum(np.linalg.norm(along, axis=1), _SMALLEST_SINE)
    sigma = 0.5 * (springs.sigma[pairs[:, 0]] + springs.sigma[pairs[:, 1]])
    epsilon = np.sqrt(springs.epsilon[pairs[:, 0]] * springs.epsilon[pairs[:, 1]])
    ratio = np.minimum((sigma / distance) ** 6, 1e3)
    curvature = 4.0 * epsilon * (156.0 * ratio * ratio - 42.0 * ratio) / distance**2
    stiff = curvature > 0
    towards = along[stiff] / distance[stiff, None]
    constants = np.minimum(curvature[stiff], STIFFEST_PAIR_KCAL_MOL_ANGSTROM2)
    return _blocks(springs, pairs[stiff], [towards, -towards], constants)


def _unit(vectors: FloatArray) -> FloatArray:
    scaled: FloatArray = vectors / np.linalg.norm(vectors, axis=1)[:, None]
    return scaled


def _blocks(springs: Springs, atoms: IntArray, gradients: list[FloatArray], constants: FloatArray) -> _Blocks:
    """Entries of Σ k g gᵀ, g being the derivatives of each term's coordinate by the positions of its atoms."""
    index = springs.mobile_index[atoms]
    slope = np.stack(gradients, axis=1)
    first, second = np.indices((atoms.shape[1], atoms.shape[1])).reshape(2, -1)
    rows, columns = index[:, first], index[:, second]
    values = np.einsum("t,tpa,tpb->tpab", constants, slope[:, first], slope[:, second])
    moves = (rows >= 0) & (columns >= 0)
    axes = np.arange(3)
    row = np.broadcast_to((3 * rows[moves])[:, None, None] + axes[None, :, None], (int(moves.sum()), 3, 3))
    column = np.broadcast_to((3 * columns[moves])[:, None, None] + axes[None, None, :], row.shape)
    return row.ravel(), column.ravel(), values[moves].ravel()
