"""The force field's Systems: compared with OpenMM's own implicit solvent, and what they refuse."""

import numpy as np
import openmm
import pytest
from openmm import app, unit

from support.peptides import SITE, build_peptide
from trkstruct.energy.forcefield import ForceGroup, choose_platform, create_system, with_solute_dielectric
from trkstruct.errors import LigandError, RelaxationError, StructureError
from trkstruct.residues import ResidueId
from trkstruct.sidechain.substitute import substitute
from trkstruct.structure.pocket import cut_pocket

SITE_ID = ResidueId("A", SITE)


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


def test_a_cut_pocket_has_the_energy_terms_of_whole_residues() -> None:
    peptide = substitute(build_peptide(), SITE_ID, "LYS")
    pocket = cut_pocket(peptide, [SITE_ID], ())
    system = create_system(pocket.complex.topology, fragment=True)
    assert system.getNumParticles() == len(pocket.parent_atoms) == 22
    assert np.array_equal(pocket.complex.positions, peptide.positions[pocket.parent_atoms])


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
