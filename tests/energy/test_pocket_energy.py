"""Energies of a pocket and their forces: OpenMM's own, whatever computes them."""

import copy

import numpy as np
import openmm
import pytest
from openmm import unit

from support.machine.platforms import GPU_PLATFORMS, platform_or_skip
from support.peptides import SITE, build_peptide
from support.shipped_pocket import displaced, overlapping, reference_energy, shipped_pocket
from trkstruct.energy.forcefield import ForceGroup, platform_properties, with_solute_dielectric
from trkstruct.energy.pocket_energy import open_energy
from trkstruct.residues import ResidueId
from trkstruct.sidechain.substitute import substitute
from trkstruct.structure.complex import residue_id
from trkstruct.structure.pocket import cut_pocket

SITE_ID = ResidueId("A", SITE)


@pytest.mark.parametrize("dielectric", [1.0, 4.0])
def test_energy_and_gradient_of_a_pocket_are_openmms_on_its_reference_platform(dielectric: float) -> None:
    pocket, ligand_xml = shipped_pocket()
    opened = open_energy(pocket, ligand_xml, platform="CPU", solute_dielectric=dielectric)
    system, positions = with_solute_dielectric(opened.system, dielectric), displaced(pocket, 0.03)
    energy, gradient = opened.evaluate(positions)
    expected, by_position = reference_energy(system, positions, set(ForceGroup))
    assert energy == pytest.approx(expected, abs=1e-6)
    assert np.abs(gradient - by_position[pocket.mobile]).max() < 1e-5
    for group in ForceGroup:
        expected, _ = reference_energy(system, positions, {group})
        assert opened.group_energy(positions, group) == pytest.approx(expected, abs=1e-6)


def test_a_softened_pocket_has_openmms_energy_with_smaller_atoms() -> None:
    pocket, ligand_xml = shipped_pocket()
    soft = np.flatnonzero(pocket.mobile)[::7]
    opened = open_energy(pocket, ligand_xml, platform="CPU", soft_atoms=soft)
    positions, (hard, _) = overlapping(pocket), opened.evaluate(overlapping(pocket))
    expected, by_position = reference_energy(opened.system, positions, set(ForceGroup), soft=1.0)
    energy, gradient = opened.evaluate(positions, 1.0)
    assert energy == pytest.approx(expected, rel=1e-9)
    assert gradient == pytest.approx(by_position[pocket.mobile], rel=1e-6, abs=1e-5)
    assert opened.evaluate(positions)[0] == hard != energy


@pytest.mark.parametrize("platform", ["CPU", "Reference"])
def test_an_energy_moves_to_another_dielectric_constant(platform: str) -> None:
    peptide = substitute(build_peptide(), SITE_ID, "ARG")
    everything = [residue_id(residue) for residue in peptide.topology.residues()]
    pocket = cut_pocket(peptide, everything, everything)
    first = open_energy(pocket, None, platform=platform)
    before = first.evaluate(peptide.positions)[0]
    moved = first.at_solute_dielectric(2.0).at_solute_dielectric(4.0)
    opened = open_energy(pocket, None, platform=platform, solute_dielectric=4.0)
    assert moved.evaluate(peptide.positions)[0] == pytest.approx(opened.evaluate(peptide.positions)[0], abs=1e-3)
    assert moved.nonbonded.charges == pytest.approx(opened.nonbonded.charges)
    assert first.evaluate(peptide.positions)[0] == before


TOLERANCES = {
    "HarmonicBondForce": (0.003, 0.02),
    "HarmonicAngleForce": (0.003, 0.01),
    "PeriodicTorsionForce": (0.003, 0.01),
    "NonbondedForce": (0.01, 0.01),
    "GBSAOBCForce": (0.02, 0.01),
    "CustomExternalForce": (0.001, 0.001),
}
"""Most that a platform in mixed precision may differ by: energy (kcal/mol), gradient of any atom (kcal/mol/Å)."""


@pytest.mark.parametrize("platform", ["CPU", *(pytest.param(name, marks=pytest.mark.gpu) for name in GPU_PLATFORMS)])
def test_every_force_of_a_pocket_agrees_with_the_reference_platform(platform: str) -> None:
    chosen = platform_or_skip(platform)
    pocket, ligand_xml = shipped_pocket()
    system = copy.deepcopy(open_energy(pocket, ligand_xml, platform="Reference").system)
    for group, force in enumerate(system.getForces()):
        force.setForceGroup(group)
    positions = displaced(pocket, 0.03)
    context = openmm.Context(system, openmm.VerletIntegrator(0.001), chosen, platform_properties(chosen, 1))
    context.setPositions(positions / 10)
    assert {force.getName() for force in system.getForces()} == set(TOLERANCES)
    for group, force in enumerate(system.getForces()):
        energy_tolerance, gradient_tolerance = TOLERANCES[force.getName()]
        state = context.getState(getEnergy=True, getForces=True, groups={group})
        energy = state.getPotentialEnergy().value_in_unit(unit.kilocalorie_per_mole)
        gradient = -state.getForces(asNumpy=True).value_in_unit(unit.kilocalorie_per_mole / unit.angstrom)
        expected, by_position = reference_energy(system, positions, {group})
        assert energy == pytest.approx(expected, abs=energy_tolerance), force.getName()
        assert np.abs(gradient - by_position)[pocket.mobile].max() < gradient_tolerance, force.getName()


@pytest.mark.parametrize(
    "platform", ["Reference", *(pytest.param(name, marks=pytest.mark.gpu) for name in GPU_PLATFORMS)]
)
def test_forces_of_overlapping_atoms_do_not_overflow(platform: str) -> None:
    platform_or_skip(platform)
    pocket, ligand_xml = shipped_pocket()
    opened = open_energy(pocket, ligand_xml, platform=platform)
    energy, gradient = opened.evaluate(overlapping(pocket))
    expected, by_position = reference_energy(opened.system, overlapping(pocket), set(ForceGroup))
    assert energy == pytest.approx(expected, rel=1e-5)
    assert np.abs(gradient - by_position[pocket.mobile]).max() < 1e-5 * np.abs(by_position).max()
