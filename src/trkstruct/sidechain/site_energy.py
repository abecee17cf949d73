"""Energy of a site with its obstacles: ff14SB and OBC2 in a medium of dielectric 4, frozen particles, soft waters."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import openmm
from numpy.typing import NDArray
from openmm import unit

from trkstruct.energy.forcefield import (
    PROTEIN_DIELECTRIC,
    ForceGroup,
    add_position_restraints,
    choose_platform,
    create_system,
    find_force,
    platform_properties,
    with_solute_dielectric,
)
from trkstruct.energy.softening import SOFTNESS, let_soften
from trkstruct.errors import RelaxationError
from trkstruct.sidechain.surroundings import Surroundings
from trkstruct.structure.complex import residue_id
from trkstruct.units import ANGSTROM_PER_NM, KJ_PER_KCAL, FloatArray, IntArray

OBSTACLE_EPSILON_KCAL_MOL: Final = 0.1  # between ff14SB's 0.086 (sp2 C) and 0.11 (sp3 C); 10.1021/acs.jctc.5b00255
OBSTACLE_SCREEN: Final = 0.72  # OBC2's scale factor for carbon; Onufriev 2004, 10.1002/prot.20033
WATER_COST_KCAL_MOL: Final = 4.0  # twice a bound water's entropy, Dunitz 1994, 10.1126/science.264.5159.670; 0-8 alike
POLAR_WATER_CONTACT_ANGSTROM: Final = (
    2.6  # N or O to a water: the shortest; Baker & Hubbard 1984, 10.1016/0079-6107(84)90007-5
)
APOLAR_WATER_CONTACT_ANGSTROM: Final = 3.3  # C or S to a water: 1.90 + 1.40 Å; Word 1999, 10.1006/jmbi.1998.2400
SITE_DIELECTRIC: Final = PROTEIN_DIELECTRIC  # measured: 1 and 8 do worse
SMALL_SITE_ITERATIONS: Final = 15  # with the inserted side chains small
_NO_SCREEN: Final = 1e-6  # GBSAOBCForce wants it positive; waters are solvent and keep no solvent away


@dataclass(frozen=True)
class SiteMinimum:
    """End of a minimisation: positions of the protein part (n, 3) in Å and its energy."""

    positions: FloatArray
    energy_kcal_mol: float


class SiteEnergy:
    """A Context for one site with its surroundings; the one object here that holds a resource."""

    def __init__(
        self,
        surroundings: Surroundings,
        mobile: NDArray[np.bool_],
        inserted: IntArray,
        *,
        restraint_kcal_mol_angstrom2: float,
        platform: str = "auto",
    ) -> None:
        """Build the System and open the Context.

        Parameters
        ----------
        surroundings : Surroundings
        mobile : numpy.ndarray of bool, shape (n,)
            Atoms of the protein part that move.
        inserted : numpy.ndarray of int
            Those of the new side chains, which start small and are not restrained.
        restraint_kcal_mol_angstrom2 : float
            Holds the other mobile heavy atoms where the file has them; 0 for none.
        platform : str
            OpenMM platform name or ``auto``.
        """
        system = create_site_system(surroundings, mobile)
        let_soften(find_force(system, openmm.NonbondedForce), inserted)
        free = mobile.copy()
        free[inserted] = False
        if restraint_kcal_mol_angstrom2 > 0:
            atoms = surroundings.protein.topology.atoms()
            held = [atom.index for atom in atoms if free[atom.index] and atom.element.symbol != "H"]
            add_position_restraints(system, held, surroundings.protein.positions, restraint_kcal_mol_angstrom2)
        self._surroundings = surroundings
        self._n_atoms = len(surroundings.protein.positions)
        self._integrator = openmm.VerletIntegrator(0.001)
        chosen = choose_platform(platform)
        self._context = openmm.Context(system, self._integrator, chosen, platform_properties(chosen))

    def minimize(self, positions: FloatArray, iterations: int) -> SiteMinimum:
        """Minimise from positions (n, 3) in Å of the protein part, the inserted side chains small at first.

        Raises
        ------
        RelaxationError
            When the energy is not finite at the end.
        """
        self._context.setPositions(site_positions(self._surroundings, positions) / ANGSTROM_PER_NM)
        self._context.setParameter(SOFTNESS, 1.0)
        openmm.LocalEnergyMinimizer.minimize(self._context, 1.0, SMALL_SITE_ITERATIONS)
        self._context.setParameter(SOFTNESS, 0.0)
        openmm.LocalEnergyMinimizer.minimize(self._context, 1.0, iterations)
        state = self._context.getState(getEnergy=True, getPositions=True)
        ended = state.getPositions(asNumpy=True).value_in_unit(unit.angstrom)[: self._n_atoms]
        energy = float(state.getPotentialEnergy().value_in_unit(unit.kilocalorie_per_mole))
        if not np.isfinite(energy) or not np.isfinite(ended).all():
            raise RelaxationError("The new side chain's minimisation exploded; look for overlapping atoms at the site.")
        return SiteMinimum(np.asarray(ended, dtype=np.float64), energy)


def create_site_system(surroundings: Surroundings, mobile: NDArray[np.bool_] | None = None) -> openmm.System:
    """System of the protein part, then the obstacles, then the waters; everything not ``mobile`` has no mass."""
    protein, obstacles = surroundings.protein, surroundings.obstacles
    system = with_solute_dielectric(create_system(protein.topology, fragment=True), SITE_DIELECTRIC)
    n_atoms = system.getNumParticles()
    if mobile is not None:
        for index in np.flatnonzero(~mobile):
            system.setParticleMass(int(index), 0.0)
    nonbonded = find_force(system, openmm.NonbondedForce)
    solvent = find_force(system, openmm.GBSAOBCForce)
    for radius in obstacles.radii_angstrom.tolist():
        system.addParticle(0.0)
        sigma = 2.0 * radius / 2 ** (1 / 6) / ANGSTROM_PER_NM
        nonbonded.addParticle(0.0, sigma, OBSTACLE_EPSILON_KCAL_MOL * KJ_PER_KCAL)
        solvent.addParticle(0.0, radius / ANGSTROM_PER_NM, OBSTACLE_SCREEN)
    for _ in obstacles.waters:
        system.addParticle(0.0)
        nonbonded.addParticle(0.0, 0.1, 0.0)
        solvent.addParticle(0.0, 0.1, _NO_SCREEN)
    _exclude_bonded(nonbonded, surroundings, n_atoms)
    _add_waters(system, surroundings, n_atoms, nonbonded)
    return system


def site_positions(surroundings: Surroundings, positions: FloatArray) -> FloatArray:
    """Positions (Å) of the System's particles, given those of the protein part."""
    return np.concatenate([positions, surroundings.obstacles.positions, surroundings.obstacles.waters])


def water_costs(symbols: Sequence[str], positions: FloatArray, waters: FloatArray) -> FloatArray:
    """Cost (kcal/mol) of overlapping waters, shape (n,).

    Parameters
    ----------
    symbols : sequence of str
        Elements of the k atoms of a side chain; hydrogens do not count.
    positions : numpy.ndarray, shape (n, k, 3)
        Å, n placements.
    waters : numpy.ndarray, shape (m, 3)
        Oxygens, Å.
    """
    heavy = [index for index, symbol in enumerate(symbols) if symbol != "H"]
    if not heavy or not len(waters):
        return np.zeros(len(positions))
    reach = np.array([_water_reach(symbols[index]) for index in heavy])[:, None]
    distances = np.linalg.norm(positions[:, heavy, None, :] - waters, axis=-1)
    inside = np.clip(1.0 - (distances / reach) ** 2, 0.0, None)
    costs: FloatArray = WATER_COST_KCAL_MOL * np.sum(inside**2, axis=(1, 2))
    return costs


def _water_reach(symbol: str) -> float:
    """Distance (Å) below which an atom overlaps a water; 0 for hydrogens, whose heavy atom speaks for them."""
    if symbol == "H":
        return 0.0
    return POLAR_WATER_CONTACT_ANGSTROM if symbol in ("N", "O") else APOLAR_WATER_CONTACT_ANGSTROM


def _exclude_bonded(nonbonded: openmm.NonbondedForce, surroundings: Surroundings, n_atoms: int) -> None:
    """No forces between an obstacle and what it is bonded to, nor between obstacles (all frozen, some bonded)."""
    index = {(residue_id(a.residue), a.name): a.index for a in surroundings.protein.topology.atoms()}
    obstacles = surroundings.obstacles
    for number, partners in enumerate(obstacles.bonded):
        for partner in sorted(partners):
            if partner in index:
                nonbonded.addException(index[partner], n_atoms + number, 0.0, 0.1, 0.0)
    close = np.linalg.norm(obstacles.positions[:, None] - obstacles.positions[None], axis=2) < obstacles.radii_angstrom
    for first, second in np.argwhere(close).tolist():
        if first < second:
            nonbonded.addException(n_atoms + first, n_atoms + second, 0.0, 0.1, 0.0)


def _add_waters(
    system: openmm.System, surroundings: Surroundings, n_atoms: int, nonbonded: openmm.NonbondedForce
) -> None:
    n_waters = len(surroundings.obstacles.waters)
    if not n_waters:
        return
    force = openmm.CustomNonbondedForce("cost*step(1-x)*(1-x)^2; x=(r/max(reach1+reach2,0.001))^2")
    force.addGlobalParameter("cost", WATER_COST_KCAL_MOL * KJ_PER_KCAL)
    force.addPerParticleParameter("reach")
    symbols = [atom.element.symbol for atom in surroundings.protein.topology.atoms()]
    reaches = [_water_reach(symbol) / ANGSTROM_PER_NM for symbol in symbols]
    for reach in reaches + [0.0] * (system.getNumParticles() - n_atoms):
        force.addParticle([reach])
    for number in range(nonbonded.getNumExceptions()):
        first, second, *_ = nonbonded.getExceptionParameters(number)
        force.addExclusion(first, second)
    heavy = [i for i in range(n_atoms) if reaches[i] > 0 and system.getParticleMass(i)._value > 0]
    force.addInteractionGroup(heavy, range(system.getNumParticles() - n_waters, system.getNumParticles()))
    force.setForceGroup(ForceGroup.NONBONDED)
    system.addForce(force)
