"""The minimiser's spring matrix, against the same sum made from numerical derivatives."""

from collections.abc import Callable, Sequence

import numpy as np
import openmm
import pytest
from openmm import unit

from support.peptides import SITE, build_peptide
from trkstruct.energy.forcefield import create_system, find_force
from trkstruct.energy.nonbonded import nonbonded_parameters
from trkstruct.energy.springs import (
    CLOSE_PAIR_ANGSTROM,
    SOFTEST_KCAL_MOL_ANGSTROM2,
    STIFFEST_PAIR_KCAL_MOL_ANGSTROM2,
    factorize,
    read_springs,
    spring_matrix,
)
from trkstruct.residues import ResidueId
from trkstruct.sidechain.substitute import substitute
from trkstruct.structure.complex import Complex
from trkstruct.structure.geometry import angle_degrees, torsion_degrees
from trkstruct.units import FloatArray

STEP_ANGSTROM = 1e-4
_AREA = unit.kilocalorie_per_mole / unit.angstrom**2
_ANGLE = unit.kilocalorie_per_mole / unit.radian**2


@pytest.fixture(scope="module")
def peptide() -> Complex:
    return substitute(build_peptide(), ResidueId("A", SITE), "ARG")


@pytest.fixture(scope="module")
def mobile(peptide: Complex) -> np.ndarray:
    return np.array([atom.residue.name == "ARG" for atom in peptide.topology.atoms()])


def _distance(points: FloatArray) -> float:
    return float(np.linalg.norm(points[0] - points[1]))


def _angle(points: FloatArray) -> float:
    return float(np.radians(angle_degrees(*points)))


def _dihedral(points: FloatArray) -> float:
    return float(np.radians(torsion_degrees(*points)))


def _slope(coordinate: Callable[[FloatArray], float], points: FloatArray) -> FloatArray:
    """Numerical derivative (k, 3) of a coordinate of k points, a dihedral's jump of a turn taken out."""
    slope = np.zeros_like(points)
    for place in np.ndindex(points.shape):
        shift = np.zeros_like(points)
        shift[place] = STEP_ANGSTROM
        change = coordinate(points + shift) - coordinate(points - shift)
        slope[place] = (change + np.pi) % (2 * np.pi) - np.pi
    return slope / (2 * STEP_ANGSTROM)


def _terms(system: openmm.System, positions: FloatArray) -> list[tuple[Sequence[int], FloatArray, float]]:
    """Atoms, derivatives of the coordinate and curvature of each term, read from the System one by one."""
    found = []
    for number in range((bonds := find_force(system, openmm.HarmonicBondForce)).getNumBonds()):
        *atoms, _, constant = bonds.getBondParameters(number)
        found.append((atoms, _slope(_distance, positions[atoms]), constant.value_in_unit(_AREA)))
    for number in range((angles := find_force(system, openmm.HarmonicAngleForce)).getNumAngles()):
        *atoms, _, constant = angles.getAngleParameters(number)
        found.append((atoms, _slope(_angle, positions[atoms]), constant.value_in_unit(_ANGLE)))
    for number in range((torsions := find_force(system, openmm.PeriodicTorsionForce)).getNumTorsions()):
        *atoms, period, phase, barrier = torsions.getTorsionParameters(number)
        height = barrier.value_in_unit(unit.kilocalorie_per_mole)
        curvature = abs(height * period**2 * np.cos(period * _dihedral(positions[atoms]) - phase._value))
        found.append((atoms, _slope(_dihedral, positions[atoms]), curvature))
    return found + _close_pairs(system, positions)


def _close_pairs(system: openmm.System, positions: FloatArray) -> list[tuple[Sequence[int], FloatArray, float]]:
    force = find_force(system, openmm.NonbondedForce)
    excluded = {frozenset(force.getExceptionParameters(n)[:2]) for n in range(force.getNumExceptions())}
    parameters = [force.getParticleParameters(index) for index in range(len(positions))]
    sigma = [each[1].value_in_unit(unit.angstrom) for each in parameters]
    epsilon = [each[2].value_in_unit(unit.kilocalorie_per_mole) for each in parameters]
    found = []
    for i in range(len(positions)):
        for j in range(i):
            r = _distance(positions[[i, j]])
            ratio = (0.5 * (sigma[i] + sigma[j]) / r) ** 6
            curvature = 4 * (epsilon[i] * epsilon[j]) ** 0.5 * (156 * ratio**2 - 42 * ratio) / r**2
            if r < CLOSE_PAIR_ANGSTROM and curvature > 0 and frozenset((i, j)) not in excluded:
                stiff = min(curvature, STIFFEST_PAIR_KCAL_MOL_ANGSTROM2)
                found.append(([i, j], _slope(_distance, positions[[i, j]]), stiff))
    return found


def test_the_matrix_is_the_sum_over_all_springs_of_the_mobile_atoms(peptide: Complex, mobile: np.ndarray) -> None:
    system = create_system(peptide.topology)
    n_atoms = len(peptide.positions)
    whole = np.eye(3 * n_atoms) * SOFTEST_KCAL_MOL_ANGSTROM2
    for atoms, slope, curvature in _terms(system, peptide.positions):
        row = np.zeros((n_atoms, 3))
        row[list(atoms)] = slope
        whole += curvature * np.outer(row, row)
    moves = np.repeat(mobile, 3)
    springs = read_springs(system, mobile, nonbonded_parameters(system))
    matrix = spring_matrix(springs, peptide.positions).toarray()
    assert matrix == pytest.approx(whole[np.ix_(moves, moves)], abs=1e-3)
    assert np.array_equal(matrix, matrix.T)


def test_solving_is_multiplying_by_the_inverse(peptide: Complex, mobile: np.ndarray) -> None:
    system = create_system(peptide.topology)
    springs = read_springs(system, mobile, nonbonded_parameters(system))
    inverse = factorize(springs, peptide.positions).solve(np.eye(3 * int(mobile.sum())))
    assert inverse @ spring_matrix(springs, peptide.positions).toarray() == pytest.approx(np.eye(len(inverse)))
    assert np.allclose(inverse, inverse.T, atol=1e-10)
    assert np.linalg.eigvalsh(inverse).min() > 0
