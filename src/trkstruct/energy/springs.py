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

from trkstruct.energy.force_tables import read_tables
from trkstruct.energy.nonbonded import Nonbonded
from trkstruct.units import ANGSTROM_PER_NM, KJ_PER_KCAL, FloatArray, IntArray

SOFTEST_KCAL_MOL_ANGSTROM2: Final = 1.0  # curvature of everything that no spring describes; 0.5 and 2 do alike
CLOSE_PAIR_ANGSTROM: Final = 4.5
STIFFEST_PAIR_KCAL_MOL_ANGSTROM2: Final = 100.0  # overlapping atoms are further from a minimum than a spring reaches
_SMALLEST_SINE: Final = 1e-3  # of an angle; smaller squares, areas and distances count as so much
_LARGEST_RATIO: Final = 1e3  # (sigma/distance)^6 of atoms on top of each other


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
    nonbonded : Nonbonded
        Lennard-Jones parameters of all atoms.
    counted : numpy.ndarray of bool, shape (n_mobile, n_atoms)
        Pairs that are a Lennard-Jones spring when close, each once.
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
    nonbonded: Nonbonded
    counted: NDArray[np.bool_]
    restraints: FloatArray


def read_springs(system: openmm.System, mobile: NDArray[np.bool_], nonbonded: Nonbonded) -> Springs:
    """The springs of a System's harmonic, torsion, Lennard-Jones and position-restraint forces."""
    forces = {force.getName(): force for force in system.getForces()}
    bonds = _touching(forces["HarmonicBondForce"], "Bonds", mobile, 2)
    angles = _touching(forces["HarmonicAngleForce"], "Angles", mobile, 3)
    torsions = _touching(forces["PeriodicTorsionForce"], "Torsions", mobile, 4)
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
        nonbonded=nonbonded,
        counted=_counted_pairs(mobile, nonbonded.exceptions),
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


def _counted_pairs(mobile: NDArray[np.bool_], excluded: IntArray) -> NDArray[np.bool_]:
    """Pairs of a mobile atom and a frozen or later one, less the excluded (n, 2), shape (n_mobile, n_atoms)."""
    counted = ~mobile | np.triu(np.ones((len(mobile), len(mobile)), dtype=np.bool_), k=1)
    first, second = excluded.T
    counted[first, second] = counted[second, first] = False
    return counted[mobile]


def factorize(springs: Springs, positions: FloatArray) -> SuperLU:
    """The spring matrix of the mobile atoms at positions (n, 3) in Å, ready to be solved.

    It is symmetric and positive definite, so pivots stay on the diagonal: elsewhere they would spoil the order that
    keeps the factors sparse.
    """
    matrix = spring_matrix(springs, positions)
    return splu(matrix, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True})


def spring_matrix(springs: Springs, positions: FloatArray) -> sparse.csc_matrix:
    """Σ k g gᵀ (3 n_mobile square, kcal/mol/Å²) over all springs, g the derivatives of a spring's coordinate.

    The product JᵀJ of a matrix with one row √k g for each spring.
    """
    terms = (_bond_rows, _angle_rows, _torsion_rows, _pair_rows)
    parts = [_floor_rows(springs), *(rows(springs, positions) for rows in terms)]
    lengths, columns, values = (np.concatenate(part) for part in zip(*parts, strict=True))
    starts = np.concatenate([[0], np.cumsum(lengths)])
    jacobian = sparse.csr_matrix((values, columns, starts), shape=(len(lengths), 3 * len(springs.restraints)))
    return jacobian.T @ jacobian


_Rows = tuple[IntArray, IntArray, FloatArray]  # of a sparse matrix: entries of each row, their columns, their values


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


def _bond_rows(springs: Springs, positions: FloatArray) -> _Rows:
    towards = _unit(positions[springs.bonds[:, 0]] - positions[springs.bonds[:, 1]])
    return _rows(springs, springs.bonds, [towards, -towards], springs.bond_constants)


def _angle_rows(springs: Springs, positions: FloatArray) -> _Rows:
    first, centre, last = (positions[springs.angles[:, k]] for k in range(3))
    a, b = first - centre, last - centre
    length_a, length_b = (np.linalg.norm(vector, axis=1)[:, None] for vector in (a, b))
    a, b = a / length_a, b / length_b
    cosine = np.sum(a * b, axis=1)[:, None]
    sine = np.sqrt(np.maximum(1.0 - cosine**2, _SMALLEST_SINE))
    by_first, by_last = (a * cosine - b) / (length_a * sine), (b * cosine - a) / (length_b * sine)
    return _rows(springs, springs.angles, [by_first, -by_first - by_last, by_last], springs.angle_constants)


def _torsion_rows(springs: Springs, positions: FloatArray) -> _Rows:
    """Derivatives of a dihedral angle as in Blondel & Karplus 1996, J Comput Chem 17:1132."""
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
    return _rows(springs, springs.torsions, [by_i, by_j, -by_i - by_j - by_m, by_m], curvature)


def _pair_rows(springs: Springs, positions: FloatArray) -> _Rows:
    mobile = np.flatnonzero(springs.mobile_index >= 0)
    tree = cKDTree(positions[mobile])
    close = tree.sparse_distance_matrix(cKDTree(positions), CLOSE_PAIR_ANGSTROM, output_type="ndarray")
    close = close[springs.counted[close["i"], close["j"]]]
    parameters = springs.nonbonded
    first, second, distance = mobile[close["i"]], close["j"], np.maximum(close["v"], _SMALLEST_SINE)
    sigma = 0.5 * (parameters.sigma[first] + parameters.sigma[second])
    epsilon = np.sqrt(parameters.epsilon[first] * parameters.epsilon[second])
    ratio = np.minimum((sigma / distance) ** 6, _LARGEST_RATIO)
    curvature = 4.0 * epsilon * (156.0 * ratio * ratio - 42.0 * ratio) / distance**2
    stiff = curvature > 0
    pairs = np.stack([first[stiff], second[stiff]], axis=1)
    towards = (positions[pairs[:, 0]] - positions[pairs[:, 1]]) / distance[stiff, None]
    constants = np.minimum(curvature[stiff], STIFFEST_PAIR_KCAL_MOL_ANGSTROM2)
    return _rows(springs, pairs, [towards, -towards], constants)


def _floor_rows(springs: Springs) -> _Rows:
    """The restraints, and on every coordinate the curvature of what no spring describes."""
    floor = np.repeat(springs.restraints, 3) + SOFTEST_KCAL_MOL_ANGSTROM2
    return np.ones(len(floor), dtype=np.int64), np.arange(len(floor)), np.sqrt(floor)


def _unit(vectors: FloatArray) -> FloatArray:
    scaled: FloatArray = vectors / np.linalg.norm(vectors, axis=1)[:, None]
    return scaled


def _rows(springs: Springs, atoms: IntArray, gradients: list[FloatArray], constants: FloatArray) -> _Rows:
    """One row √k g for each spring, g being the derivatives of its coordinate by the positions of its mobile atoms."""
    index = springs.mobile_index[atoms]
    moves = index >= 0
    slope = np.stack(gradients, axis=1) * np.sqrt(constants)[:, None, None]
    return 3 * moves.sum(axis=1), (3 * index[moves][:, None] + np.arange(3)).ravel(), slope[moves].ravel()
