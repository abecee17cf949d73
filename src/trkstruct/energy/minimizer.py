"""Minimisation of a pocket: far atoms frozen, backbone restrained, explosions retried from a softened start.

OpenMM computes the forces on any platform; on the CPU everything between atoms that are not bonded, nine tenths of the
work there, comes from our own kernels, which know what is frozen, and the rest from OpenMM's Reference platform. On
other platforms the kernels take over where atoms overlap: GPUs cannot hold forces that large.
"""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import openmm
from numpy.typing import NDArray
from openmm import unit

from trkstruct.energy.born import GeneralizedBorn
from trkstruct.energy.forcefield import (
    SOLUTE_DIELECTRIC,
    ForceGroup,
    add_position_restraints,
    choose_platform,
    create_system,
    find_force,
    platform_properties,
    with_solute_dielectric,
    without_groups,
)
from trkstruct.energy.lbfgs import Descent, descend, rms_per_atom
from trkstruct.energy.nonbonded import nonbonded_parameters
from trkstruct.energy.pair_energy import PairEnergy
from trkstruct.energy.springs import factorize, read_springs
from trkstruct.errors import RelaxationError
from trkstruct.structure.bonds import CAPS
from trkstruct.structure.complex import residue_id
from trkstruct.structure.pocket import Pocket
from trkstruct.units import ANGSTROM_PER_NM, FloatArray, IntArray

BACKBONE_RESTRAINT_KCAL_MOL_ANGSTROM2: Final = 1.0  # soft: 0.5 Å costs 0.25 kcal/mol per atom
SOFT_SIGMA_FRACTION: Final = 0.6  # side chain or ligand that is being inserted starts at 60 % of its Lennard-Jones size
SOFT_ITERATIONS: Final = 8
EXPLODED_KCAL_MOL_PER_ATOM: Final = 100.0  # a minimised pocket is near -10 kcal/mol per residue; this is far outside
OVERLAPPING_KCAL_MOL: Final = 1e5  # above it forces come from our own code: GPUs add them up in fixed point, to 2^31
CONVERGED_RMS_GRADIENT_KCAL_MOL_ANGSTROM: Final = 0.03  # over mobile atoms; the energy is then settled to 0.01 kcal/mol
_SOFT = "soft"
_COMPILED: Final = (ForceGroup.NONBONDED, ForceGroup.SOLVATION)  # on the CPU


@dataclass(frozen=True, eq=False)
class Minimum:
    """End of a minimisation: positions (n, 3) in Å and how it went.

    Energies are without the backbone's restraints: these lead the way but are no part of the molecule, and with them a
    mutation and its reversal would both cost. That before is the one of a softened start after its overlaps have eased.
    """

    positions: FloatArray
    energy_before_kcal_mol: float
    energy_kcal_mol: float
    rms_gradient_kcal_mol_angstrom: float
    softened: bool

    @property
    def converged(self) -> bool:
        """True when the RMS gradient of the mobile atoms is small."""
        return self.rms_gradient_kcal_mol_angstrom <= CONVERGED_RMS_GRADIENT_KCAL_MOL_ANGSTROM


class Minimizer:
    """A Context for one pocket, reused for every start from it; the one object here that holds a resource.

    Parameters
    ----------
    pocket : Pocket
        Its positions are the reference of the backbone restraints.
    ligand_xml : str or None
        Parameters of the ligand when the pocket holds one.
    platform : str
        OpenMM platform name or ``auto``.
    soft_atoms : array of int, optional
        Atoms that start small when ``minimize(..., soften=True)``: what is inserted.
    solute_dielectric : float
        Inside protein and ligand.
    restraint_kcal_mol_angstrom2 : float
        Of the mobile backbone; 0 for none.

    Raises
    ------
    LigandError, StructureError
        When the force field does not know a residue, or one lacks atoms.
    RelaxationError
        When the platform is not there.
    """

    def __init__(
        self,
        pocket: Pocket,
        ligand_xml: str | None,
        *,
        platform: str = "auto",
        soft_atoms: Sequence[int] | IntArray = (),
        solute_dielectric: float = SOLUTE_DIELECTRIC,
        restraint_kcal_mol_angstrom2: float = BACKBONE_RESTRAINT_KCAL_MOL_ANGSTROM2,
    ) -> None:
        """Build the System and open the Context."""
        self.pocket = pocket
        self._mobile = pocket.mobile
        system = create_system(pocket.complex.topology, ligand_xml, fragment=True)
        _freeze(system, pocket.mobile)
        self._soft_atoms, self._softness = np.array(soft_atoms, dtype=np.int64), 0.0
        _add_soft_start(find_force(system, openmm.NonbondedForce), self._soft_atoms)
        if restraint_kcal_mol_angstrom2 > 0:
            add_position_restraints(system, _backbone(pocket), pocket.complex.positions, restraint_kcal_mol_angstrom2)
        self._platform = choose_platform(platform)
        self._nonbonded = nonbonded_parameters(system)
        self._springs = read_springs(system, pocket.mobile, self._nonbonded)
        self._compiled = _COMPILED if self._platform.getName() == "CPU" else ()
        if solute_dielectric != SOLUTE_DIELECTRIC:
            system = with_solute_dielectric(system, solute_dielectric)
        self._open(system)
        self._screen(solute_dielectric)

    def at_solute_dielectric(self, dielectric: float) -> "Minimizer":
        """A minimiser of the same pocket with another dielectric constant inside protein and ligand.

        Where no force that OpenMM is asked for depends on charges, the two share their System and Context.
        """
        other = copy.copy(self)
        if not self._compiled:
            other._open(with_solute_dielectric(self.system, dielectric))
        other._screen(dielectric)
        return other

    def _open(self, system: openmm.System) -> None:
        self.system = system
        platform = self._platform
        if self._compiled:  # what is left takes half the time there
            system, platform = without_groups(system, self._compiled), openmm.Platform.getPlatformByName("Reference")
        self._integrator = openmm.VerletIntegrator(0.001)
        self._context = openmm.Context(system, self._integrator, platform, platform_properties(platform))

    def _screen(self, dielectric: float) -> None:
        """Make ready the forces that depend on charges and may not come from OpenMM."""
        solvent = copy.deepcopy(find_force(self.system, openmm.GBSAOBCForce))
        solvent.setSoluteDielectric(dielectric)
        self._born = GeneralizedBorn(solvent, self._mobile)
        softening = np.zeros(len(self._mobile))
        softening[self._soft_atoms] = -(1.0 - SOFT_SIGMA_FRACTION) * self._nonbonded.sigma[self._soft_atoms]
        self.nonbonded = self._nonbonded.screened(dielectric)
        self._pairs = PairEnergy(self.nonbonded, softening, self._mobile)

    def energy(self, positions: FloatArray) -> float:
        """Potential energy (kcal/mol), restraints included, of positions (n, 3) in Å."""
        return self._evaluate(positions)[0]

    def group_energy(self, positions: FloatArray, group: ForceGroup) -> float:
        """Potential energy (kcal/mol) of one force group at positions (n, 3) in Å."""
        if group in self._compiled:
            return self._evaluate_compiled(positions, group)[0]
        self._context.setPositions(positions / ANGSTROM_PER_NM)
        state = self._context.getState(getEnergy=True, groups={int(group)})
        return float(state.getPotentialEnergy().value_in_unit(unit.kilocalorie_per_mole))

    def minimize(
        self, positions: FloatArray, iterations: int, *, soften: bool = False, wanted: float = np.inf
    ) -> Minimum:
        """Minimise from positions (n, 3) in Å; a start that explodes is tried again softened.

        A minimisation that will not come down to the wanted energy (kcal/mol) is given up before it has converged.

        Raises
        ------
        RelaxationError
            When the softened start explodes too.
        """
        minimum = self._minimize(positions, iterations, soften, wanted)
        if _exploded(minimum, len(positions)) and not soften:
            minimum = self._minimize(positions, iterations, True, wanted)
        if _exploded(minimum, len(positions)):
            raise RelaxationError(
                f"The minimisation of {self.pocket.complex.source} exploded (energy "
                f"{minimum.energy_kcal_mol:.3g} kcal/mol), also from a softened start. Look for overlapping atoms."
            )
        return minimum

    def _minimize(self, positions: FloatArray, iterations: int, soften: bool, wanted: float) -> Minimum:
        start = positions
        if soften:
            self._soften(1.0)
            start = self._placed(start, self._descend(start, SOFT_ITERATIONS).coordinates)
            self._soften(0.0)
        end = self._descend(start, iterations, wanted)
        reached = self._placed(start, end.coordinates)
        return Minimum(
            positions=reached,
            energy_before_kcal_mol=end.first_energy - self.group_energy(start, ForceGroup.RESTRAINT),
            energy_kcal_mol=end.energy - self.group_energy(reached, ForceGroup.RESTRAINT),
            rms_gradient_kcal_mol_angstrom=rms_per_atom(end.gradient),
            softened=soften,
        )

    def _descend(self, positions: FloatArray, iterations: int, wanted: float = np.inf) -> Descent:
        """L-BFGS over the coordinates of the mobile atoms."""

        def evaluate(moved: FloatArray) -> tuple[float, FloatArray]:
            energy, gradient = self._evaluate(self._placed(positions, moved))
            return energy, gradient.ravel()

        return descend(
            evaluate,
            positions[self._mobile].ravel(),
            lambda moved: factorize(self._springs, self._placed(positions, moved)).solve,
            iterations,
            CONVERGED_RMS_GRADIENT_KCAL_MOL_ANGSTROM,
            wanted=wanted,
        )

    def _placed(self, positions: FloatArray, moved: FloatArray) -> FloatArray:
        """Positions (n, 3) with the mobile atoms at new coordinates (3 n_mobile,)."""
        placed = positions.copy()
        placed[self._mobile] = moved.reshape(-1, 3)
        return placed

    def _evaluate(self, positions: FloatArray) -> tuple[float, FloatArray]:
        """Energy (kcal/mol) and gradient (n_mobile, 3) in kcal/mol/Å."""
        energy, gradient = self._evaluate_with(positions, self._compiled)
        if not self._compiled and not energy < OVERLAPPING_KCAL_MOL:
            return self._evaluate_with(positions, _COMPILED)
        return energy, gradient

    def _evaluate_with(self, positions: FloatArray, compiled: Sequence[ForceGroup]) -> tuple[float, FloatArray]:
        """The same, some force groups by our own code and the others by OpenMM."""
        self._context.setPositions(positions / ANGSTROM_PER_NM)
        groups = {int(group) for group in set(ForceGroup).difference(compiled)}
        state = self._context.getState(getEnergy=True, getForces=True, groups=groups)
        energy = float(state.getPotentialEnergy().value_in_unit(unit.kilocalorie_per_mole))
        per_angstrom = unit.kilocalorie_per_mole / unit.angstrom
        gradient = -state.getForces(asNumpy=True).value_in_unit(per_angstrom)[self._mobile]
        for group in compiled:
            more, by_position = self._evaluate_compiled(positions, group)
            energy, gradient = energy + more, gradient + by_position
        return energy, gradient

    def _evaluate_compiled(self, positions: FloatArray, group: ForceGroup) -> tuple[float, FloatArray]:
        """Energy and gradient, as `_evaluate`, of a force group that does not come from OpenMM."""
        if group == ForceGroup.SOLVATION:
            return self._born.evaluate(positions)
        return self._pairs.evaluate(positions, self._softness)

    def _soften(self, softness: float) -> None:
        self._softness = softness
        if not self._compiled:
            self._context.setParameter(_SOFT, softness)


def _exploded(minimum: Minimum, n_atoms: int) -> bool:
    finite = np.isfinite(minimum.energy_kcal_mol) and bool(np.isfinite(minimum.positions).all())
    return not finite or minimum.energy_kcal_mol > EXPLODED_KCAL_MOL_PER_ATOM * n_atoms


def _freeze(system: openmm.System, mobile: NDArray[np.bool_]) -> None:
    for index in np.flatnonzero(~mobile):
        system.setParticleMass(int(index), 0.0)


def _add_soft_start(nonbonded: openmm.NonbondedForce, soft_atoms: Sequence[int] | IntArray) -> None:
    nonbonded.addGlobalParameter(_SOFT, 0.0)
    for index in soft_atoms:
        _, sigma, _ = nonbonded.getParticleParameters(int(index))
        nonbonded.addParticleParameterOffset(_SOFT, int(index), 0.0, -(1.0 - SOFT_SIGMA_FRACTION) * sigma, 0.0)


def _backbone(pocket: Pocket) -> list[int]:
    """Mobile atoms of the protein's backbone, which are restrained."""
    return [
        atom.index
        for atom in pocket.complex.topology.atoms()
        if atom.name in ("N", "CA", "C", "O")
        and atom.residue.name not in CAPS
        and pocket.mobile[atom.index]
        and residue_id(atom.residue) != pocket.complex.ligand
    ]
