"""Minimisation: what physics demands of where it ends."""

import numpy as np
import openmm
import pytest

from support.machine.platforms import GPU_PLATFORMS, platform_or_skip
from support.peptides import SITE, build_peptide
from support.shipped_pocket import shipped_pocket
from trkstruct.energy.forcefield import ForceGroup
from trkstruct.energy.lbfgs import Solve
from trkstruct.energy.minimizer import minimize
from trkstruct.energy.pocket_energy import open_energy
from trkstruct.energy.relax import relax
from trkstruct.errors import RelaxationError
from trkstruct.residues import ResidueId
from trkstruct.sidechain.substitute import substitute
from trkstruct.structure.complex import residue_id
from trkstruct.structure.pocket import cut_pocket
from trkstruct.units import FloatArray

SITE_ID = ResidueId("A", SITE)


def test_restraints_lead_a_minimisation_and_do_not_count_in_its_energy() -> None:
    peptide = build_peptide()
    everything = [residue_id(residue) for residue in peptide.topology.residues()]
    energy = open_energy(cut_pocket(peptide, everything, everything), None, platform="CPU")
    shifted = peptide.positions + np.array([0.5, 0.0, 0.0])
    minimum = minimize(energy, shifted, 0)
    physical = sum(energy.group_energy(shifted, group) for group in ForceGroup if group != ForceGroup.RESTRAINT)
    assert energy.group_energy(shifted, ForceGroup.RESTRAINT) > 0.5
    assert minimum.energy_kcal_mol == pytest.approx(physical, abs=1e-3)


def test_frozen_atoms_stay_and_energy_falls() -> None:
    peptide = substitute(build_peptide(), SITE_ID, "ARG")
    everything = [residue_id(residue) for residue in peptide.topology.residues()]
    pocket = cut_pocket(peptide, everything, [SITE_ID])
    minimum = minimize(open_energy(pocket, None, platform="CPU"), peptide.positions, 200)
    assert minimum.energy_kcal_mol < minimum.energy_before_kcal_mol
    assert np.allclose(minimum.positions[~pocket.mobile], peptide.positions[~pocket.mobile], atol=1e-5)
    assert np.abs(minimum.positions[pocket.mobile] - peptide.positions[pocket.mobile]).max() > 0.01


def test_a_long_minimisation_converges_to_a_small_gradient() -> None:
    peptide = substitute(build_peptide(), SITE_ID, "LEU")
    relaxed, minimum = relax(peptide, iterations=2000, platform="Reference")
    assert minimum.converged
    again = open_energy(cut_pocket(relaxed, *(2 * [[residue_id(r) for r in relaxed.topology.residues()]])), None)
    assert again.evaluate(relaxed.positions)[0] <= minimum.energy_kcal_mol + 0.01


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
    energy = open_energy(pocket, None, platform="CPU", soft_atoms=ring)
    minimum = minimize(energy, positions, 300, soften=True)
    assert np.isfinite(minimum.energy_kcal_mol) and minimum.energy_kcal_mol < 500


class Bowl:
    """An atom in a bowl around the origin beside a frozen one; so steep that it explodes, unless softened at first."""

    source = "a bowl"
    mobile = np.array([True, False])

    def __init__(self, rescued: bool) -> None:
        self._rescued, self._softened = rescued, False

    def evaluate(self, positions: FloatArray, softness: float = 0.0) -> tuple[float, FloatArray]:
        self._softened |= softness > 0.0
        if not (self._rescued and self._softened):
            return np.inf, np.zeros((1, 3))
        return float(np.sum(positions[0] ** 2)), 2.0 * positions[:1]

    def restraint_energy(self, positions: FloatArray) -> float:
        return 1.0

    def spring_solver(self, positions: FloatArray) -> Solve:
        return lambda vector: 0.5 * vector


def test_an_explosion_is_tried_again_from_a_softened_start() -> None:
    start = np.array([[0.3, 0.0, 0.0], [2.0, 0.0, 0.0]])
    minimum = minimize(Bowl(rescued=True), start, 10)
    assert minimum.softened and minimum.converged
    np.testing.assert_allclose(minimum.positions, [[0.0, 0.0, 0.0], [2.0, 0.0, 0.0]], atol=1e-9)
    assert minimum.energy_kcal_mol == pytest.approx(-1.0), "what holds the atoms does not count"
    with pytest.raises(RelaxationError, match="minimisation of a bowl exploded"):
        minimize(Bowl(rescued=False), start, 10)


def test_an_explosion_is_an_error() -> None:
    peptide = build_peptide()
    everything = [residue_id(residue) for residue in peptide.topology.residues()]
    positions = peptide.positions.copy()
    positions[5] = np.nan
    energy = open_energy(cut_pocket(peptide, everything, everything), None, platform="CPU")
    with pytest.raises((RelaxationError, openmm.OpenMMException)):
        minimize(energy, positions, 10)


@pytest.mark.gpu
@pytest.mark.parametrize("platform", GPU_PLATFORMS)
def test_a_pocket_comes_to_rest_where_it_does_on_the_cpu_platform(platform: str) -> None:
    platform_or_skip(platform)
    pocket, ligand_xml = shipped_pocket()
    ends = [
        minimize(open_energy(pocket, ligand_xml, platform=each), pocket.complex.positions, 300)
        for each in ("CPU", platform)
    ]
    assert all(end.converged for end in ends)
    assert ends[0].energy_kcal_mol == pytest.approx(ends[1].energy_kcal_mol, abs=0.1)


def test_a_hydroxyl_hydrogen_that_fell_into_an_oxygen_is_no_minimum() -> None:
    """It has no radius: the energy of its charge and the oxygen's has no floor."""
    peptide = substitute(build_peptide(), SITE_ID, "SER")
    everything = [residue_id(residue) for residue in peptide.topology.residues()]
    named = {(residue_id(a.residue), a.name): a.index for a in peptide.topology.atoms()}
    oxygen = next(index for (residue, name), index in named.items() if name == "O" and residue != SITE_ID)
    fallen = peptide.positions.copy()
    fallen[named[SITE_ID, "HG"]] = fallen[oxygen] + np.array([0.02, 0.0, 0.0])
    energy = open_energy(cut_pocket(peptide, everything, everything), None, platform="CPU")
    with pytest.raises(RelaxationError, match="collapsed: two atoms fell into one another"):
        minimize(energy, fallen, 50)
    assert minimize(energy, peptide.positions, 50).energy_kcal_mol < 0
