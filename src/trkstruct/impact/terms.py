"""Split the energy of binding of a relaxed complex into parts that add up to it exactly."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.spatial.distance import cdist

from trkstruct.case_parts import EnergyTerms
from trkstruct.energy.forcefield import ForceGroup
from trkstruct.energy.minimizer import minimize
from trkstruct.energy.pocket_energy import PocketEnergy, open_energy
from trkstruct.impact.end_states import EndState, EndStates
from trkstruct.settings import Settings
from trkstruct.structure.complex import ligand_atoms
from trkstruct.structure.pocket import cut_pocket
from trkstruct.units import COULOMB_KCAL_ANGSTROM, FloatArray

PHYSICAL_GROUPS: Final = (ForceGroup.BONDED, ForceGroup.NONBONDED, ForceGroup.SOLVATION)


@dataclass(frozen=True)
class FreeLigand:
    """The ligand alone in solvent: its energy function, and the energy (kcal/mol) of its nearest minimum."""

    energy: PocketEnergy
    energy_kcal_mol: float


def relax_free_ligand(
    state: EndState, ligand_xml: str, settings: Settings, dielectric: float, iterations: int = 300
) -> FreeLigand:
    """Minimise the ligand of a bound state outside its pocket, from its bound geometry."""
    residue = state.pocket.complex.ligand
    assert residue is not None, "a bound state holds a ligand"
    pocket = cut_pocket(state.pocket.complex, [residue], [residue])
    energy = open_energy(pocket, ligand_xml, platform=settings.platform, solute_dielectric=dielectric)
    return FreeLigand(energy, minimize(energy, pocket.complex.positions, iterations).energy_kcal_mol)


def binding_terms(states: EndStates, ligand: FreeLigand, temperature_kelvin: float) -> EnergyTerms:
    """Energy of binding of one sequence: bound ensemble minus apo ensemble minus free ligand, in kcal/mol.

    Interaction terms come from the best bound conformer; strain is what the protein and the ligand pay to take the
    shape they have there; ``lost_rotamers`` is what the bound ensemble is narrower than the apo one.
    """
    bound, apo = states.bound, states.apo
    best = bound.ensemble.best.minimum
    positions, whole = best.positions, best.energy_kcal_mol
    atoms = ligand_atoms(bound.pocket.complex)
    protein = np.setdiff1d(np.arange(len(positions)), atoms)
    protein_held = _physical_energy(apo.energy, positions[protein])
    ligand_held = _physical_energy(ligand.energy, positions[atoms])
    van_der_waals, electrostatics = _pair_energies(bound, positions)
    lost = [state.ensemble.rotamer_gain_kcal_mol(temperature_kelvin) for state in (bound, apo)]
    terms = {
        "van_der_waals": van_der_waals,
        "electrostatics": electrostatics,
        "solvation": whole - protein_held - ligand_held - van_der_waals - electrostatics,
        "protein_strain": protein_held - apo.ensemble.best.minimum.energy_kcal_mol,
        "ligand_strain": ligand_held - ligand.energy_kcal_mol,
        "lost_rotamers": lost[0] - lost[1],
    }
    return EnergyTerms(**terms, total=sum(terms.values()))


def subtract_terms(first: EnergyTerms, second: EnergyTerms) -> EnergyTerms:
    """Term by term difference, for example mutant minus wild type."""
    return EnergyTerms(**{name: getattr(first, name) - getattr(second, name) for name in EnergyTerms.model_fields})


def _physical_energy(energy: PocketEnergy, positions: FloatArray) -> float:
    return sum(energy.group_energy(positions, group) for group in PHYSICAL_GROUPS)


def _pair_energies(state: EndState, positions: FloatArray) -> tuple[float, float]:
    parameters = state.energy.nonbonded
    ligand = ligand_atoms(state.pocket.complex)
    protein = np.setdiff1d(np.arange(len(positions)), ligand)
    distance = cdist(positions[ligand], positions[protein])
    sigma = 0.5 * (parameters.sigma[ligand][:, None] + parameters.sigma[protein][None])
    epsilon = np.sqrt(parameters.epsilon[ligand][:, None] * parameters.epsilon[protein][None])
    ratio6 = (sigma / distance) ** 6
    coulomb = COULOMB_KCAL_ANGSTROM * np.outer(parameters.charges[ligand], parameters.charges[protein]) / distance
    return float(np.sum(4 * epsilon * (ratio6 * ratio6 - ratio6))), float(np.sum(coulomb))
