"""Energy of a pocket and its forces: far atoms frozen, backbone restrained, charges screened as one chooses.

OpenMM computes the forces on any platform; on the CPU everything between atoms that are not bonded, nine tenths of the
work there, comes from our own kernels, which know what is frozen, and the rest from OpenMM's Reference platform. On
other platforms the kernels take over where atoms overlap: GPUs cannot hold forces that large.
"""

import copy
from collections.abc import Collection, Sequence
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
from trkstruct.energy.lbfgs import Solve
from trkstruct.energy.nonbonded import Nonbonded, nonbonded_parameters
from trkstruct.energy.pair_energy import PairEnergy
from trkstruct.energy.softening import SOFT_SIGMA_FRACTION, SOFTNESS, let_soften
from trkstruct.energy.springs import Springs, factorize, read_springs
from trkstruct.residues import BACKBONE_HEAVY_ATOMS
from trkstruct.structure.bonds import CAPS
from trkstruct.structure.complex import residue_id
from trkstruct.structure.pocket import Pocket
from trkstruct.units import ANGSTROM_PER_NM, FloatArray, IntArray

BACKBONE_RESTRAINT_KCAL_MOL_ANGSTROM2: Final = 1.0  # soft: 0.5 Å costs 0.25 kcal/mol per atom
OVERLAPPING_KCAL_MOL: Final = 1e5  # above it forces come from our own code: GPUs add them up in fixed point, to 2^31
_COMPILED: Final = (ForceGroup.NONBONDED, ForceGroup.SOLVATION)  # on the CPU


@dataclass(frozen=True, eq=False)
class PocketSystem:
    """What a pocket's energy is made of, with a dielectric constant of 1 inside protein and ligand.

    Attributes
    ----------
    source : str
        What the pocket was cut from, for messages.
    system : openmm.System
        Frozen atoms have no mass; its parameter ``soft`` shrinks the soft atoms.
    mobile : numpy.ndarray of bool, shape (n,)
    softening : numpy.ndarray, shape (n,)
        Å, what is added to sigma of each atom where the softness is 1.
    nonbonded : Nonbonded
    springs : Springs
    """

    source: str
    system: openmm.System
    mobile: NDArray[np.bool_]
    softening: FloatArray
    nonbonded: Nonbonded
    springs: Springs


class PocketEnergy:
    """A Context and compiled kernels for one pocket, opened by `open_energy` and reused for every start from it.

    Parameters
    ----------
    parts : PocketSystem
    platform : openmm.Platform
        The one chosen, which is not the Context's where our own kernels do most of the work.
    solute_dielectric : float
        Inside protein and ligand.
    context : openmm.Context
        Of the forces that OpenMM is asked for.

    Attributes
    ----------
    nonbonded : Nonbonded
        Screened by the dielectric constant.
    """

    def __init__(
        self,
        parts: PocketSystem,
        platform: openmm.Platform,
        solute_dielectric: float,
        context: openmm.Context,
    ) -> None:
        """Make ready the kernels."""
        self._parts, self._platform, self._context = parts, platform, context
        self._compiled = _compiled_for(platform)
        self.nonbonded = parts.nonbonded.screened(solute_dielectric)
        solvent = copy.deepcopy(find_force(parts.system, openmm.GBSAOBCForce))
        solvent.setSoluteDielectric(solute_dielectric)
        self._born = GeneralizedBorn(solvent, parts.mobile)
        self._pairs = PairEnergy(self.nonbonded, parts.softening, parts.mobile)

    def at_solute_dielectric(self, dielectric: float) -> "PocketEnergy":
        """The energy of the same pocket with another dielectric constant inside protein and ligand.

        Where no force that OpenMM is asked for depends on charges, the two share their Context.
        """
        context = self._context if self._compiled else _open_context(self.system, self._platform, dielectric)
        return PocketEnergy(self._parts, self._platform, dielectric, context)

    @property
    def source(self) -> str:
        """What the pocket was cut from."""
        return self._parts.source

    @property
    def system(self) -> openmm.System:
        """Every force of the pocket, with a dielectric constant of 1."""
        return self._parts.system

    @property
    def mobile(self) -> NDArray[np.bool_]:
        """Which atoms move, shape (n,)."""
        return self._parts.mobile

    def evaluate(self, positions: FloatArray, softness: float = 0.0) -> tuple[float, FloatArray]:
        """Energy (kcal/mol), restraints included, and gradient (n_mobile, 3) in kcal/mol/Å.

        Parameters
        ----------
        positions : numpy.ndarray, shape (n, 3)
            Å.
        softness : float
            From 0 to 1, where the soft atoms have their smallest size.
        """
        energy, gradient = self._evaluate_with(positions, softness, self._compiled)
        if not self._compiled and not energy < OVERLAPPING_KCAL_MOL:
            return self._evaluate_with(positions, softness, _COMPILED)
        return energy, gradient

    def group_energy(self, positions: FloatArray, group: ForceGroup) -> float:
        """Potential energy (kcal/mol) of one force group at positions (n, 3) in Å."""
        if group in self._compiled:
            return self._evaluate_compiled(positions, 0.0, group)[0]
        self._place(positions, 0.0)
        state = self._context.getState(getEnergy=True, groups={int(group)})
        return float(state.getPotentialEnergy().value_in_unit(unit.kilocalorie_per_mole))

    def restraint_energy(self, positions: FloatArray) -> float:
        """What holding the backbone costs (kcal/mol) at positions (n, 3) in Å."""
        return self.group_energy(positions, ForceGroup.RESTRAINT)

    def spring_solver(self, positions: FloatArray) -> Solve:
        """Multiplication by the inverse of the spring matrix at positions (n, 3) in Å, of vectors (3 n_mobile,)."""
        solve: Solve = factorize(self._parts.springs, positions).solve
        return solve

    def _evaluate_with(
        self, positions: FloatArray, softness: float, compiled: Collection[ForceGroup]
    ) -> tuple[float, FloatArray]:
        """The same as `evaluate`, some force groups by our own code and the others by OpenMM."""
        self._place(positions, softness)
        groups = {int(group) for group in set(ForceGroup).difference(compiled)}
        state = self._context.getState(getEnergy=True, getForces=True, groups=groups)
        energy = float(state.getPotentialEnergy().value_in_unit(unit.kilocalorie_per_mole))
        per_angstrom = unit.kilocalorie_per_mole / unit.angstrom
        gradient = -state.getForces(asNumpy=True).value_in_unit(per_angstrom)[self.mobile]
        for group in compiled:
            more, by_position = self._evaluate_compiled(positions, softness, group)
            energy, gradient = energy + more, gradient + by_position
        return energy, gradient

    def _evaluate_compiled(self, positions: FloatArray, softness: float, group: ForceGroup) -> tuple[float, FloatArray]:
        """Energy and gradient, as `evaluate`, of a force group that does not come from OpenMM."""
        if group == ForceGroup.SOLVATION:
            return self._born.evaluate(positions)
        return self._pairs.evaluate(positions, softness)

    def _place(self, positions: FloatArray, softness: float) -> None:
        self._context.setPositions(positions / ANGSTROM_PER_NM)
        if not self._compiled:  # elsewhere the Context has no force that is softened
            self._context.setParameter(SOFTNESS, softness)


def open_energy(
    pocket: Pocket,
    ligand_xml: str | None,
    *,
    platform: str = "auto",
    soft_atoms: Sequence[int] | IntArray = (),
    solute_dielectric: float = SOLUTE_DIELECTRIC,
    restraint_kcal_mol_angstrom2: float = BACKBONE_RESTRAINT_KCAL_MOL_ANGSTROM2,
) -> PocketEnergy:
    """The energy of a pocket, ready to be evaluated.

    Parameters
    ----------
    pocket : Pocket
        Its positions are the reference of the backbone restraints.
    ligand_xml : str or None
        Parameters of the ligand when the pocket holds one.
    platform : str
        OpenMM platform name or ``auto``.
    soft_atoms : array of int, optional
        Atoms that are smaller where the softness is not 0: what is inserted.
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
    system = create_system(pocket.complex.topology, ligand_xml, fragment=True)
    _freeze(system, pocket.mobile)
    softened = np.array(soft_atoms, dtype=np.int64)
    let_soften(find_force(system, openmm.NonbondedForce), softened)
    if restraint_kcal_mol_angstrom2 > 0:
        add_position_restraints(system, _backbone(pocket), pocket.complex.positions, restraint_kcal_mol_angstrom2)
    chosen = choose_platform(platform)
    nonbonded = nonbonded_parameters(system)
    softening = np.zeros(len(pocket.mobile))
    softening[softened] = -(1.0 - SOFT_SIGMA_FRACTION) * nonbonded.sigma[softened]
    springs = read_springs(system, pocket.mobile, nonbonded)
    parts = PocketSystem(pocket.complex.source, system, pocket.mobile, softening, nonbonded, springs)
    return PocketEnergy(parts, chosen, solute_dielectric, _open_context(system, chosen, solute_dielectric))


def _compiled_for(platform: openmm.Platform) -> tuple[ForceGroup, ...]:
    """The force groups that OpenMM is not asked for."""
    return _COMPILED if platform.getName() == "CPU" else ()


def _open_context(system: openmm.System, platform: openmm.Platform, dielectric: float) -> openmm.Context:
    compiled = _compiled_for(platform)
    if compiled:  # what is left depends on no charge, and takes half the time there
        system, platform = without_groups(system, compiled), openmm.Platform.getPlatformByName("Reference")
    elif dielectric != SOLUTE_DIELECTRIC:
        system = with_solute_dielectric(system, dielectric)
    return openmm.Context(system, openmm.VerletIntegrator(0.001), platform, platform_properties(platform))


def _freeze(system: openmm.System, mobile: NDArray[np.bool_]) -> None:
    for index in np.flatnonzero(~mobile):
        system.setParticleMass(int(index), 0.0)


def _backbone(pocket: Pocket) -> list[int]:
    """Mobile atoms of the protein's backbone, which are restrained."""
    return [
        atom.index
        for atom in pocket.complex.topology.atoms()
        if atom.name in BACKBONE_HEAVY_ATOMS
        and atom.residue.name not in CAPS
        and pocket.mobile[atom.index]
        and residue_id(atom.residue) != pocket.complex.ligand
    ]
