"""The parts of a binding energy: they add up whatever the states are, and each is what OpenMM gives for it alone."""

import math
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import openmm
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openmm import unit

from support.shipped_pocket import reference_energy, shipped_pocket
from support.small_complex import complex_of
from trkstruct.case_parts import EnergyTerms
from trkstruct.energy.forcefield import ForceGroup, create_system, with_solute_dielectric
from trkstruct.energy.minimizer import Minimum
from trkstruct.energy.nonbonded import nonbonded_parameters
from trkstruct.errors import RelaxationError
from trkstruct.impact.bound_and_apo import BoundAndApo
from trkstruct.impact.end_states import EndState
from trkstruct.impact.ensemble import Conformer, Ensemble
from trkstruct.impact.terms import FreeLigand, binding_terms, relax_free_ligand, subtract_terms
from trkstruct.settings import Settings
from trkstruct.structure.complex import ligand_atoms, select_atoms
from trkstruct.units import FloatArray

ROWS = [
    ("A:MET592", "N", (0.0, 0.0, 0.0)), ("A:MET592", "C", (1.4, 0.1, 0.2)), ("L:LIG1", "O1", (3.3, 0.4, -0.5)),
    ("L:LIG1", "C1", (4.4, -0.3, 0.2)), ("B:LEU657", "C", (5.0, 3.1, 1.0)),
]  # fmt: skip
COMPLEX = complex_of(ROWS, [(0, 1), (2, 3)])
LIGAND_ATOMS, PROTEIN_ATOMS = [2, 3], [0, 1, 4]
CHARGES, SIGMAS, EPSILONS = (-0.4, 0.3, -0.55, 0.2, 0.1), (3.25, 3.4, 2.96, 3.4, 3.5), (0.17, 0.09, 0.21, 0.1, 0.11)
TEMPERATURE_KELVIN = 300.0
energies = st.floats(-500, 500)


def nonbonded_system() -> openmm.System:
    """Charges and Lennard-Jones alone, no exceptions; Å and kcal/mol turned into OpenMM's units by OpenMM."""
    system, force = openmm.System(), openmm.NonbondedForce()
    for charge, sigma, epsilon in zip(CHARGES, SIGMAS, EPSILONS, strict=True):
        system.addParticle(12.0)
        force.addParticle(charge, sigma * unit.angstrom, epsilon * unit.kilocalorie_per_mole)
    force.addException(0, 1, 0.0, 1.0, 0.0)
    system.addForce(force)
    return system


@dataclass
class Held:
    """Energies that tell which atoms they were asked for, and in which group."""

    scale: float
    nonbonded: object = None

    def group_energy(self, positions: FloatArray, group: ForceGroup) -> float:
        return self.scale * (10.0 ** int(group)) * float(np.sum(positions * np.arange(1, len(positions) + 1)[:, None]))

    def physical(self, positions: FloatArray) -> float:
        """Groups 0, 1 and 2; the restraints in group 3 are no part of the molecule."""
        return sum(self.group_energy(positions, ForceGroup(group)) for group in range(3))


def state(minima: list[float], energy: Held) -> EndState:
    minimum = [Minimum(COMPLEX.positions + 0.3, each, each, 0.0, softened=False) for each in minima]
    ensemble = Ensemble(tuple(Conformer(str(k), each) for k, each in enumerate(minimum)))
    return EndState(SimpleNamespace(complex=COMPLEX), (), energy, ensemble)  # type: ignore[arg-type]


def terms_of(bound: list[float], apo: list[float], free_ligand: float) -> tuple[EnergyTerms, Held, Held]:
    held_apo, held_ligand = Held(0.013), Held(-0.007)
    states = BoundAndApo(state(bound, Held(1.0, nonbonded_parameters(nonbonded_system()))), state(apo, held_apo))
    ligand = FreeLigand(held_ligand, free_ligand)  # type: ignore[arg-type]
    return binding_terms(states, ligand, TEMPERATURE_KELVIN), held_apo, held_ligand


def ensemble_energy(minima: list[float]) -> float:
    rt = 8.31446261815324 / 4184 * TEMPERATURE_KELVIN
    return -rt * math.log(sum(math.exp(-(each - minima[0]) / rt) for each in minima)) + minima[0]


@given(energies, energies, energies, st.floats(0.1, 3), st.floats(0.1, 3))
def test_the_total_is_bound_minus_apo_minus_ligand(
    bound: float, apo: float, free: float, bound_gap: float, apo_gap: float
) -> None:
    bounds, apos = [bound, bound + bound_gap], [apo, apo + apo_gap, apo + apo_gap + 0.7]
    terms, *_ = terms_of(bounds, apos, free)
    assert terms.total == pytest.approx(ensemble_energy(bounds) - ensemble_energy(apos) - free, abs=1e-6)
    parts = terms.model_dump()
    assert parts.pop("total") == pytest.approx(sum(parts.values()), abs=1e-9)


def test_strain_is_what_each_pays_for_the_shape_it_has_in_the_complex() -> None:
    terms, apo, ligand = terms_of([-10.0], [-7.0], -2.0)
    positions = COMPLEX.positions + 0.3
    assert terms.protein_strain == pytest.approx(apo.physical(positions[PROTEIN_ATOMS]) + 7.0)
    assert terms.ligand_strain == pytest.approx(ligand.physical(positions[LIGAND_ATOMS]) + 2.0)
    assert terms.lost_rotamers == 0.0


def test_rotamers_are_lost_where_only_the_free_protein_has_several() -> None:
    terms, *_ = terms_of([-10.0], [-7.0, -6.9], -2.0)
    assert terms.lost_rotamers == pytest.approx(-7.0 - ensemble_energy([-7.0, -6.9]))
    assert terms.lost_rotamers > 0


def test_interaction_terms_are_those_of_openmm() -> None:
    """Energy of the whole less that of the parts, with charges and without."""
    terms, *_ = terms_of([0.0], [0.0], 0.0)
    parts = {"van_der_waals": True, "electrostatics": False}
    for name, no_charges in parts.items():
        system = nonbonded_system()
        force = system.getForce(0)
        for atom in range(5):
            charge, sigma, epsilon = force.getParticleParameters(atom)
            force.setParticleParameters(atom, 0.0 if no_charges else charge, sigma, epsilon if no_charges else 0.0)
        apart = COMPLEX.positions.copy()
        apart[LIGAND_ATOMS] += 1e6
        together, _ = reference_energy(system, COMPLEX.positions, {0})
        separate, _ = reference_energy(system, apart, {0})
        assert getattr(terms, name) == pytest.approx(together - separate, rel=1e-4)


def test_what_is_left_of_the_whole_is_solvation() -> None:
    terms, apo, ligand = terms_of([-33.0], [-7.0], -2.0)
    positions = COMPLEX.positions + 0.3
    held = apo.physical(positions[PROTEIN_ATOMS]) + ligand.physical(positions[LIGAND_ATOMS])
    assert terms.solvation + terms.van_der_waals + terms.electrostatics == pytest.approx(-33.0 - held)


def test_differences_are_term_by_term() -> None:
    names = list(EnergyTerms.model_fields)
    first = EnergyTerms(**{name: float(k) for k, name in enumerate(names)})
    second = EnergyTerms(**{name: float(k * k) for k, name in enumerate(names)})
    difference = subtract_terms(first, second).model_dump()
    assert difference == {name: float(k - k * k) for k, name in enumerate(names)}


@pytest.fixture(scope="module")
def bound_state() -> SimpleNamespace:
    pocket, _ = shipped_pocket()
    return SimpleNamespace(pocket=pocket)


@pytest.mark.parametrize("dielectric", [1.0, 4.0])
def test_the_free_ligand_starts_in_its_bound_geometry_and_goes_down(
    bound_state: SimpleNamespace, dielectric: float
) -> None:
    _, xml = shipped_pocket()
    complex_ = bound_state.pocket.complex
    alone = select_atoms(complex_, ligand_atoms(complex_).tolist())
    system = create_system(alone.topology, xml, fragment=True)
    if dielectric != 1.0:
        system = with_solute_dielectric(system, dielectric)
    start, _ = reference_energy(system, alone.positions, {0, 1, 2})
    settings = Settings(platform="CPU")
    held = relax_free_ligand(bound_state, xml, settings, dielectric, iterations=0)
    assert held.energy_kcal_mol == pytest.approx(start, abs=0.02)
    assert held.energy.mobile.all() and len(held.energy.mobile) == len(alone.positions)
    short, full = (
        relax_free_ligand(bound_state, xml, settings, dielectric, iterations=count).energy_kcal_mol
        for count in (5, 300)
    )
    default = relax_free_ligand(bound_state, xml, settings, dielectric).energy_kcal_mol
    assert default == full < short < start
    assert default == pytest.approx(_descended(system, alone.positions), abs=0.3)


def _descended(system: openmm.System, positions: FloatArray) -> float:
    """The nearest minimum by OpenMM's own minimiser."""
    platform = openmm.Platform.getPlatformByName("Reference")
    context = openmm.Context(system, openmm.VerletIntegrator(0.001), platform)
    context.setPositions(positions / 10)
    openmm.LocalEnergyMinimizer.minimize(context, 0.1)
    energy = context.getState(getEnergy=True).getPotentialEnergy()
    return float(energy.value_in_unit(unit.kilocalorie_per_mole))


def test_the_platform_is_that_of_the_settings(bound_state: SimpleNamespace) -> None:
    _, xml = shipped_pocket()
    with pytest.raises(RelaxationError):
        relax_free_ligand(bound_state, xml, Settings.model_construct(platform="nowhere"), 1.0)
