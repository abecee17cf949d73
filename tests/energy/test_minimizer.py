"""Energies and minimisation: compared with OpenMM's own implicit solvent, and with what physics demands."""

import copy

import numpy as np
import openmm
import pytest
from openmm import app, unit

from support.peptides import SITE, build_peptide
from support.shipped_pocket import displaced, overlapping, reference_energy, shipped_pocket
from trkstruct.energy.forcefield import (
    ForceGroup,
    choose_platform,
    create_system,
    platform_properties,
    with_solute_dielectric,
)
from trkstruct.energy.minimizer import Minimizer
from trkstruct.energy.relax import relax
from trkstruct.errors import LigandError, RelaxationError, StructureError
from trkstruct.residues import ResidueId
from trkstruct.sidechain.substitute import substitute
from trkstruct.structure.complex import residue_id
from trkstruct.structure.pocket import cut_pocket, residues_near

SITE_ID = ResidueId("A", SITE)
GPU_PLATFORMS = ("CUDA", "OpenCL", "HIP")


def _energy(system: openmm.System, positions: np.ndarray, platform: str = "Reference") -> float:
    context = openmm.Context(system, openmm.VerletIntegrator(0.001), openmm.Platform.getPlatformByName(platform))
    context.setPositions(positions / 10)
    return context.getState(getEnergy=True).getPotentialEnergy().value_in_unit(unit.kilojoule_per_mole)


@pytest.mark.parametrize("residue", ["ARG", "ASP", "TRP", "CYS"])
def test_energy_is_that_of_openmm_obc2(residue: str) -> None:
    peptide = substitute(build_peptide(), SITE_ID, residue)
    field = app.ForceField("amber14/protein.ff14SB.xml", "implicit/obc2.xml")
    theirs = _energy(field.createSystem(peptide.topology, nonbondedMethod=app.NoCutoff), peptide.positions)
    assert _energy(create_system(peptide.topology), peptide.positions) == pytest.approx(theirs, abs=1.0)


def test_cpu_agrees_with_reference_platform() -> None:
    peptide = substitute(build_peptide(), SITE_ID, "ARG")
    system = create_system(peptide.topology)
    energies = [_energy(system, peptide.positions, platform) for platform in ("Reference", "CPU")]
    assert energies[0] == pytest.approx(energies[1], rel=1e-5, abs=0.05)


@pytest.mark.parametrize("dielectric", [1.0, 4.0])
def test_energy_and_gradient_of_a_pocket_are_openmms_on_its_reference_platform(dielectric: float) -> None:
    pocket, ligand_xml = shipped_pocket()
    minimizer = Minimizer(pocket, ligand_xml, platform="CPU", solute_dielectric=dielectric)
    positions = displaced(pocket, 0.03)
    energy, gradient = minimizer._evaluate(positions)
    expected, by_position = reference_energy(minimizer.system, positions, set(ForceGroup))
    assert energy == pytest.approx(expected, abs=1e-6)
    assert np.abs(gradient - by_position[pocket.mobile]).max() < 1e-5
    for group in ForceGroup:
        expected, _ = reference_energy(minimizer.system, positions, {group})
        assert minimizer.group_energy(positions, group) == pytest.approx(expected, abs=1e-6)


def test_a_softened_pocket_has_openmms_energy_with_smaller_atoms() -> None:
    pocket, ligand_xml = shipped_pocket()
    soft = np.flatnonzero(pocket.mobile)[::7]
    minimizer = Minimizer(pocket, ligand_xml, platform="CPU", soft_atoms=soft)
    positions, hard = overlapping(pocket), minimizer.energy(overlapping(pocket))
    minimizer._soften(1.0)
    expected, by_position = reference_energy(minimizer.system, positions, set(ForceGroup), soft=1.0)
    energy, gradient = minimizer._evaluate(positions)
    assert energy == pytest.approx(expected, rel=1e-9)
    assert gradient == pytest.approx(by_position[pocket.mobile], rel=1e-6, abs=1e-5)
    minimizer._soften(0.0)
    assert minimizer.energy(positions) == hard != energy


def test_a_solute_dielectric_divides_the_coulomb_energy_and_shrinks_the_solvation() -> None:
    peptide = substitute(build_peptide(), SITE_ID, "ARG")
    pairs, polar = [], []
    for dielectric in (1.0, 2.0, 4.0):
        system = with_solute_dielectric(create_system(peptide.topology), dielectric)
        context = openmm.Context(system, openmm.VerletIntegrator(0.001), openmm.Platform.getPlatformByName("Reference"))
        context.setPositions(peptide.positions / 10.0)
        found = [
            context.getState(getEnergy=True, groups={int(group)}).getPotentialEnergy()._value
            for group in (ForceGroup.NONBONDED, ForceGroup.SOLVATION)
        ]
        pairs.append(found[0])
        polar.append(found[1])
    assert abs(pairs[0] - pairs[1]) > 50.0
    assert pairs[0] - pairs[1] == pytest.approx(2.0 * (pairs[1] - pairs[2]), rel=1e-4)
    assert polar[0] - polar[1] == pytest.approx(2.0 * (polar[1] - polar[2]), rel=1e-4)
    assert polar[0] < polar[1] < polar[2]


@pytest.mark.parametrize("platform", ["CPU", "Reference"])
def test_a_minimiser_moves_to_another_dielectric_constant(platform: str) -> None:
    peptide = substitute(build_peptide(), SITE_ID, "ARG")
    everything = [residue_id(residue) for residue in peptide.topology.residues()]
    pocket = cut_pocket(peptide, everything, everything)
    first = Minimizer(pocket, None, platform=platform)
    before = first.energy(peptide.positions)
    moved = first.at_solute_dielectric(2.0).at_solute_dielectric(4.0)
    opened = Minimizer(pocket, None, platform=platform, solute_dielectric=4.0)
    assert moved.energy(peptide.positions) == pytest.approx(opened.energy(peptide.positions), abs=1e-3)
    assert moved.nonbonded.charges == pytest.approx(opened.nonbonded.charges)
    assert first.energy(peptide.positions) == before


def test_restraints_lead_a_minimisation_and_do_not_count_in_its_energy() -> None:
    peptide = build_peptide()
    everything = [residue_id(residue) for residue in peptide.topology.residues()]
    minimizer = Minimizer(cut_pocket(peptide, everything, everything), None, platform="CPU")
    shifted = peptide.positions + np.array([0.5, 0.0, 0.0])
    minimum = minimizer.minimize(shifted, 0)
    physical = sum(minimizer.group_energy(shifted, group) for group in ForceGroup if group != ForceGroup.RESTRAINT)
    assert minimizer.group_energy(shifted, ForceGroup.RESTRAINT) > 0.5
    assert minimum.energy_kcal_mol == pytest.approx(physical, abs=1e-3)


def test_a_cut_pocket_has_the_energy_terms_of_whole_residues() -> None:
    peptide = substitute(build_peptide(), SITE_ID, "LYS")
    pocket = cut_pocket(peptide, [SITE_ID], ())
    system = create_system(pocket.complex.topology, fragment=True)
    assert system.getNumParticles() == len(pocket.parent_atoms) == 22
    assert np.array_equal(pocket.complex.positions, peptide.positions[pocket.parent_atoms])


def test_frozen_atoms_stay_and_energy_falls() -> None:
    peptide = substitute(build_peptide(), SITE_ID, "ARG")
    everything = [residue_id(residue) for residue in peptide.topology.residues()]
    pocket = cut_pocket(peptide, everything, [SITE_ID])
    minimum = Minimizer(pocket, None, platform="CPU").minimize(peptide.positions, 200)
    assert minimum.energy_kcal_mol < minimum.energy_before_kcal_mol
    assert np.allclose(minimum.positions[~pocket.mobile], peptide.positions[~pocket.mobile], atol=1e-5)
    assert np.abs(minimum.positions[pocket.mobile] - peptide.positions[pocket.mobile]).max() > 0.01


def test_a_long_minimisation_converges_to_a_small_gradient() -> None:
    peptide = substitute(build_peptide(), SITE_ID, "LEU")
    relaxed, minimum = relax(peptide, iterations=2000, platform="Reference")
    assert minimum.converged
    again = Minimizer(cut_pocket(relaxed, *(2 * [[residue_id(r) for r in relaxed.topology.residues()]])), None)
    assert again.energy(relaxed.positions) <= minimum.energy_kcal_mol + 0.01


def test_the_same_start_gives_the_same_minimum() -> None:
    peptide = substitute(build_peptide(), SITE_ID, "ARG")
    energies = [relax(peptide, iterations=50, platform="CPU")[1].energy_kcal_mol for _ in range(2)]
    assert energies[0] == pytest.approx(energies[1], abs=1e-3)


def test_a_softened_start_survives_atoms_on_top_of_each_other() -> None:
    peptide = substitute(build_peptide(), SITE_ID, "PHE")
    everything = [residue_id(residue) for residue in peptide.topology.residues()]
    pocket = cut_pocket(peptide, everything, everything)
    ring = [
        a.index for a in peptide.topology.atoms() if residue_id(a.residue) == SITE_ID and a.name[:2] in ("CD", "CE")
    ]
    positions = peptide.positions.copy()
    positions[ring[0]] = positions[0] + 0.3
    minimum = Minimizer(pocket, None, platform="CPU", soft_atoms=ring).minimize(positions, 300, soften=True)
    assert np.isfinite(minimum.energy_kcal_mol) and minimum.energy_kcal_mol < 500


def test_an_explosion_is_an_error() -> None:
    peptide = build_peptide()
    everything = [residue_id(residue) for residue in peptide.topology.residues()]
    positions = peptide.positions.copy()
    positions[5] = np.nan
    minimizer = Minimizer(cut_pocket(peptide, everything, everything), None, platform="CPU")
    with pytest.raises((RelaxationError, openmm.OpenMMException)):
        minimizer.minimize(positions, 10)


def test_residues_near_takes_whole_residues() -> None:
    peptide = build_peptide()
    alpha = [a.index for a in peptide.topology.atoms() if residue_id(a.residue) == SITE_ID and a.name == "CA"]
    assert residues_near(peptide, peptide.positions[alpha], 0.5) == {SITE_ID}
    assert len(residues_near(peptide, peptide.positions[alpha], 50.0)) == peptide.topology.getNumResidues()


def test_an_unknown_platform_is_named_with_what_there_is() -> None:
    with pytest.raises(RelaxationError, match=r"HIP is not installed.*Reference"):
        choose_platform("HIP")


def test_missing_hydrogens_and_unknown_residues_are_told_apart() -> None:
    bare = build_peptide(hydrogens=False)
    with pytest.raises(StructureError, match="remove all hydrogens"):
        create_system(bare.topology)
    topology = app.Topology()
    residue = topology.addResidue("XYZ", topology.addChain("L"), "7")
    topology.addAtom("C1", app.element.carbon, residue)
    with pytest.raises(LigandError, match=r"XYZ L:7"):
        create_system(topology)


def platform_or_skip(name: str) -> openmm.Platform:
    """The platform, or a skipped test with the reason why it is not there."""
    try:
        return choose_platform(name)
    except RelaxationError as error:
        pytest.skip(str(error))


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
    system = copy.deepcopy(Minimizer(pocket, ligand_xml, platform="Reference").system)
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
    minimizer = Minimizer(pocket, ligand_xml, platform=platform)
    energy, gradient = minimizer._evaluate(overlapping(pocket))
    expected, by_position = reference_energy(minimizer.system, overlapping(pocket), set(ForceGroup))
    assert energy == pytest.approx(expected, rel=1e-5)
    assert np.abs(gradient - by_position[pocket.mobile]).max() < 1e-5 * np.abs(by_position).max()


@pytest.mark.gpu
@pytest.mark.parametrize("platform", GPU_PLATFORMS)
def test_a_pocket_comes_to_rest_where_it_does_on_the_cpu_platform(platform: str) -> None:
    platform_or_skip(platform)
    pocket, ligand_xml = shipped_pocket()
    ends = [
        Minimizer(pocket, ligand_xml, platform=each).minimize(pocket.complex.positions, 300)
        for each in ("CPU", platform)
    ]
    assert all(end.converged for end in ends)
    assert ends[0].energy_kcal_mol == pytest.approx(ends[1].energy_kcal_mol, abs=0.1)
