"""The compiled implicit solvent, held against OpenMM's GBSAOBCForce and its own finite differences."""

import numpy as np
import openmm
import pytest

from support.peptides import SITE, build_peptide
from support.shipped_pocket import displaced, overlapping, reference_energy, shipped_pocket, shipped_system
from trkstruct.energy.born import GeneralizedBorn
from trkstruct.energy.forcefield import ForceGroup, create_system, find_force
from trkstruct.residues import ResidueId
from trkstruct.sidechain.substitute import substitute
from trkstruct.structure.complex import Complex


def _peptide(residue: str) -> tuple[Complex, openmm.System, np.ndarray]:
    peptide = substitute(build_peptide(), ResidueId("A", SITE), residue)
    mobile = np.array([atom.residue.name == residue for atom in peptide.topology.atoms()])
    return peptide, create_system(peptide.topology), mobile


@pytest.mark.parametrize("residue", ["ARG", "ASP", "TRP", "MET"])
@pytest.mark.parametrize("everything_moves", [True, False])
def test_energy_and_forces_are_those_of_openmm(residue: str, everything_moves: bool) -> None:
    peptide, system, mobile = _peptide(residue)
    mobile = mobile | everything_moves
    energy, gradient = GeneralizedBorn(find_force(system, openmm.GBSAOBCForce), mobile).evaluate(peptide.positions)
    expected, by_position = reference_energy(system, peptide.positions, {ForceGroup.SOLVATION})
    assert energy == pytest.approx(expected, abs=1e-4)
    assert np.abs(gradient - by_position[mobile]).max() < 1e-5


def test_atoms_on_top_of_each_other_have_openmms_energy_too() -> None:
    peptide, system, mobile = _peptide("ARG")
    positions = peptide.positions.copy()
    positions[mobile] += np.random.default_rng(0).normal(scale=0.4, size=(int(mobile.sum()), 3))
    born = GeneralizedBorn(find_force(system, openmm.GBSAOBCForce), mobile)
    assert born.evaluate(positions)[0] == pytest.approx(
        reference_energy(system, positions, {ForceGroup.SOLVATION})[0], abs=1e-4
    )


@pytest.mark.parametrize("noise_angstrom", [0.0, 0.05, 0.3, None])
def test_a_pocket_that_ships_has_openmms_solvation(noise_angstrom: float | None) -> None:
    pocket, _ = shipped_pocket()
    born = GeneralizedBorn(find_force(shipped_system(), openmm.GBSAOBCForce), pocket.mobile)
    born.evaluate(pocket.complex.positions)  # so that the list of near pairs comes from here
    positions = overlapping(pocket) if noise_angstrom is None else displaced(pocket, noise_angstrom)
    energy, gradient = born.evaluate(positions)
    expected, by_position = reference_energy(shipped_system(), positions, {ForceGroup.SOLVATION})
    assert energy == pytest.approx(expected, abs=1e-6)
    assert np.abs(gradient - by_position[pocket.mobile]).max() < 1e-5  # partly in single precision


def test_gradient_is_the_derivative_of_the_energy() -> None:
    peptide, system, mobile = _peptide("LYS")
    born = GeneralizedBorn(find_force(system, openmm.GBSAOBCForce), mobile)
    _, gradient = born.evaluate(peptide.positions)
    for place, atom in enumerate(np.flatnonzero(mobile)[::4]):
        for axis in range(3):
            energies = []
            for shift in (-1e-4, 1e-4):
                moved = peptide.positions.copy()
                moved[atom, axis] += shift
                energies.append(born.evaluate(moved)[0])
            assert (energies[1] - energies[0]) / 2e-4 == pytest.approx(gradient[4 * place, axis], abs=1e-4)


def test_frozen_atoms_that_were_moved_are_noticed() -> None:
    peptide, system, mobile = _peptide("ALA")
    born = GeneralizedBorn(find_force(system, openmm.GBSAOBCForce), mobile)
    born.evaluate(peptide.positions)
    moved = peptide.positions.copy()
    moved[~mobile] *= 1.01
    assert born.evaluate(moved)[0] == pytest.approx(
        reference_energy(system, moved, {ForceGroup.SOLVATION})[0], abs=1e-4
    )
