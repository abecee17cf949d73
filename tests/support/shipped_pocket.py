"""A pocket of a prepared model that ships, as a case minimises it, and coordinates to test its energies at."""

from functools import lru_cache

import numpy as np
import openmm
from openmm import unit

from trkstruct.energy.forcefield import create_system
from trkstruct.ligand.reading import load_ligand
from trkstruct.structure.complex import ligand_atoms
from trkstruct.structure.pocket import Pocket, cut_pocket, residues_near
from trkstruct.structure.shipped_models import load_shipped

LIGAND = "larotrectinib"


@lru_cache(maxsize=1)
def shipped_pocket() -> tuple[Pocket, str | None]:
    """The pocket of larotrectinib in TRKA, and the parameters of the ligand."""
    complex_ = load_shipped("TRKA", LIGAND)
    points = complex_.positions[ligand_atoms(complex_)]
    kept, mobile = (residues_near(complex_, points, radius) for radius in (11.0, 5.0))
    return cut_pocket(complex_, kept, mobile), load_ligand(LIGAND).parameters_xml


@lru_cache(maxsize=1)
def shipped_system() -> openmm.System:
    pocket, ligand_xml = shipped_pocket()
    return create_system(pocket.complex.topology, ligand_xml, fragment=True)


def displaced(pocket: Pocket, noise_angstrom: float, seed: int = 0) -> np.ndarray:
    """Positions with Gaussian noise on the mobile atoms."""
    positions = pocket.complex.positions.copy()
    shape = (int(pocket.mobile.sum()), 3)
    positions[pocket.mobile] += np.random.default_rng(seed).normal(scale=noise_angstrom, size=shape)
    return positions


def overlapping(pocket: Pocket) -> np.ndarray:
    """Positions with a mobile atom 0.3 Å from a frozen one, and two mobile ones as close, as a rotamer may start."""
    positions = pocket.complex.positions.copy()
    mobile, frozen = np.flatnonzero(pocket.mobile), np.flatnonzero(~pocket.mobile)
    positions[mobile[3]] = positions[frozen[10]] + [0.3, 0.0, 0.0]
    positions[mobile[-1]] = positions[mobile[40]] + [0.0, 0.3, 0.0]
    return positions


def reference_energy(
    system: openmm.System, positions: np.ndarray, groups: set[int], **parameters: float
) -> tuple[float, np.ndarray]:
    """Energy (kcal/mol) and gradient (n, 3) in kcal/mol/Å of OpenMM's Reference platform, in double precision."""
    platform = openmm.Platform.getPlatformByName("Reference")
    context = openmm.Context(system, openmm.VerletIntegrator(0.001), platform)
    context.setPositions(positions / 10)
    for name, value in parameters.items():
        context.setParameter(name, value)
    state = context.getState(getEnergy=True, getForces=True, groups={int(group) for group in groups})
    per_angstrom = unit.kilocalorie_per_mole / unit.angstrom
    return (
        state.getPotentialEnergy().value_in_unit(unit.kilocalorie_per_mole),
        -state.getForces(asNumpy=True).value_in_unit(per_angstrom),
    )
