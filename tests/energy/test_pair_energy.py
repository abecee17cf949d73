"""The compiled Coulomb and Lennard-Jones energy, held against OpenMM's NonbondedForce in double precision."""

from dataclasses import replace

import numpy as np
import pytest

from support.shipped_pocket import displaced, overlapping, reference_energy, shipped_pocket, shipped_system
from trkstruct.energy.forcefield import ForceGroup, with_solute_dielectric
from trkstruct.energy.nonbonded import Nonbonded, nonbonded_parameters
from trkstruct.energy.pair_energy import PairEnergy
from trkstruct.units import COULOMB_KCAL_ANGSTROM

GROUP = {ForceGroup.NONBONDED}


def _pocket_energy(mobile: np.ndarray, dielectric: float = 1.0) -> PairEnergy:
    return PairEnergy(nonbonded_parameters(shipped_system()).screened(dielectric), np.zeros(len(mobile)), mobile)


@pytest.mark.parametrize("dielectric", [1.0, 4.0])
@pytest.mark.parametrize("noise_angstrom", [0.0, 0.05, 0.3, None])
def test_a_pocket_that_ships_has_openmms_energy_and_forces(noise_angstrom: float | None, dielectric: float) -> None:
    pocket, _ = shipped_pocket()
    positions = overlapping(pocket) if noise_angstrom is None else displaced(pocket, noise_angstrom)
    energy, gradient = _pocket_energy(pocket.mobile, dielectric).evaluate(positions)
    system = with_solute_dielectric(shipped_system(), dielectric)
    expected, by_position = reference_energy(system, positions, GROUP)
    assert energy == pytest.approx(expected, rel=1e-11, abs=1e-6)
    assert gradient == pytest.approx(by_position[pocket.mobile], rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_the_energy_does_not_depend_on_which_atoms_are_frozen(share: float) -> None:
    pocket, _ = shipped_pocket()
    mobile = np.random.default_rng(1).uniform(size=len(pocket.mobile)) < share
    expected, by_position = reference_energy(shipped_system(), pocket.complex.positions, GROUP)
    energy, gradient = _pocket_energy(mobile).evaluate(pocket.complex.positions)
    assert energy == pytest.approx(expected, abs=1e-6)
    assert gradient == pytest.approx(by_position[mobile], rel=1e-9, abs=1e-6)


def test_frozen_atoms_that_were_moved_are_noticed() -> None:
    pocket, _ = shipped_pocket()
    pairs = _pocket_energy(pocket.mobile)
    pairs.evaluate(pocket.complex.positions)
    moved = np.where(pocket.mobile[:, None], pocket.complex.positions, 1.01 * pocket.complex.positions)
    assert pairs.evaluate(moved)[0] == pytest.approx(reference_energy(shipped_system(), moved, GROUP)[0], abs=1e-6)


def test_bonded_atoms_on_top_of_each_other_do_not_interact() -> None:
    pocket, _ = shipped_pocket()
    first, second = next(bond for bond in pocket.complex.topology.bonds() if pocket.mobile[bond[0].index])
    positions = pocket.complex.positions.copy()
    positions[first.index] = positions[second.index]
    energy, gradient = _pocket_energy(pocket.mobile).evaluate(positions)
    assert np.isfinite(energy) and np.isfinite(gradient).all()


@pytest.mark.parametrize("mobile", [[True, True], [True, False], [False, False]])
def test_two_ions_have_the_energy_of_the_formula(mobile: list[bool]) -> None:
    ions = Nonbonded(
        charges=np.array([1.0, -0.5]),
        sigma=np.array([3.0, 2.0]),
        epsilon=np.array([0.1, 0.4]),
        exceptions=np.empty((0, 2), dtype=np.int64),
        exception_terms=np.empty((0, 3)),
    )
    positions = np.array([[0.0, 0.0, 0.0], [0.0, 3.0, 0.0]])
    pairs = PairEnergy(ions, np.array([0.0, -1.0]), np.array(mobile))
    for softness, sigma in ((0.0, 2.5), (1.0, 2.0), (0.0, 2.5)):
        ratio = (sigma / 3.0) ** 6
        expected = -0.5 * COULOMB_KCAL_ANGSTROM / 3.0 + 4.0 * 0.2 * (ratio**2 - ratio)
        assert pairs.evaluate(positions, softness)[0] == pytest.approx(expected, rel=1e-12)


def test_an_exception_replaces_the_pair() -> None:
    exception = {"exceptions": np.array([[1, 0]]), "exception_terms": np.array([[0.25, 1.0, 0.0]])}
    plain = Nonbonded(np.ones(2), np.ones(2), np.ones(2), np.empty((0, 2), dtype=np.int64), np.empty((0, 3)))
    positions = np.array([[0.0, 0.0, 0.0], [2.0, 0.0, 0.0]])
    pairs = PairEnergy(replace(plain, **exception), np.zeros(2), np.array([False, True]))
    energy, gradient = pairs.evaluate(positions)
    assert energy == pytest.approx(0.25 * COULOMB_KCAL_ANGSTROM / 2.0)
    assert gradient == pytest.approx(np.array([[-0.25 * COULOMB_KCAL_ANGSTROM / 4.0, 0.0, 0.0]]))
