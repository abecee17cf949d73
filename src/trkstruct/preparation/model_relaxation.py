"""Relax a whole model: what was built gives way first, then everything under restraints to the source."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import openmm
from numpy.typing import NDArray
from openmm import unit

from trkstruct.energy.forcefield import (
    ForceGroup,
    add_position_restraints,
    choose_platform,
    create_system,
    platform_properties,
)
from trkstruct.energy.hydrogen_geometry import at_length, read_hydrogen_bonds
from trkstruct.energy.hydrogens import vacuum_system
from trkstruct.errors import RelaxationError
from trkstruct.residues import ResidueId
from trkstruct.structure.bonds import CAPS
from trkstruct.structure.complex import Complex, residue_id
from trkstruct.structure.pocket import cut_pocket, residues_near, with_positions
from trkstruct.structure.stereo import CENTRES, find_stereo_faults
from trkstruct.units import ANGSTROM_PER_NM, KJ_PER_KCAL, FloatArray

BUILT_ITERATIONS: Final = 500
SURROUNDINGS_ANGSTROM: Final = 10.0  # beyond the van der Waals range
GIVING_WAY_ANGSTROM: Final = 5.0  # hydrogens of residues this close to what was built move with it
RESTRAINT_STAGES: Final = ((10.0, 100), (2.0, 150))  # kcal/mol/Å² on heavy atoms of the source, and iterations
JUNCTION_RESIDUES: Final = 2
JUNCTION_KCAL_MOL_ANGSTROM2: Final = 5.0  # 0.5 Å costs 1.25 kcal/mol per atom: firm, but a chain closes
TRANS_KCAL_MOL: Final = 100.0  # any value far above the force field's own 10-20 will do
CHIRAL_KCAL_MOL_ANGSTROM6: Final = 20.0
IDEAL_CHIRAL_VOLUME_ANGSTROM3: Final = 2.5  # Engh & Huber 1991, 10.1107/S0108767391001071
IDEAL_HYDROGEN_VOLUME_ANGSTROM3: Final = 1.8  # the same with HA at 1.09 Å for CB at 1.53 Å; it must change sides too


@dataclass(frozen=True)
class RelaxedModel:
    """A relaxed model and how far it went.

    Attributes
    ----------
    complex : Complex
        Relaxed.
    heavy_rmsd_angstrom : float
        RMSD of the heavy atoms given by the source from where the source has them, no superposition.
    energy_kcal_mol : float
        Force-field energy with solvent, restraints left out.
    """

    complex: Complex
    heavy_rmsd_angstrom: float
    energy_kcal_mol: float


def relax_model(
    complex_: Complex,
    given: Collection[tuple[ResidueId, str]],
    *,
    ligand_xml: str | None = None,
    stages: tuple[tuple[float, int], ...] = RESTRAINT_STAGES,
    platform: str = "CPU",
) -> RelaxedModel:
    """Relax a complete model.

    Parameters
    ----------
    complex_ : Complex
        With hydrogens.
    given : collection of (ResidueId, str)
        Heavy atoms that are where an experiment has them; they are restrained, all others are free.
    ligand_xml : str, optional
        OpenMM XML text of the ligand.
    stages : tuple of (float, int)
        Force constant (kcal/mol/Å²) and iterations of each stage with solvent.
    platform : str
        OpenMM platform.

    Raises
    ------
    RelaxationError
        When the energy is not finite at the end.
    """
    anchored = np.array([(residue_id(a.residue), a.name) in given for a in complex_.topology.atoms()], dtype=np.bool_)
    positions = _relax_built(complex_, anchored, ligand_xml, platform)
    if _has_new_faults(complex_, positions, anchored):
        positions = _relax_built(complex_, anchored, ligand_xml, platform, through_walls=True)
    system = create_system(complex_.topology, ligand_xml)
    add_position_restraints(system, np.flatnonzero(anchored), complex_.positions, 0.0)  # the stages set the constant
    context = _context(system, platform)
    context.setPositions(positions / ANGSTROM_PER_NM)
    for force_constant, iterations in stages:
        context.setParameter("k", force_constant * KJ_PER_KCAL * ANGSTROM_PER_NM**2)
        openmm.LocalEnergyMinimizer.minimize(context, 1.0, iterations)
    groups = {int(group) for group in ForceGroup if group is not ForceGroup.RESTRAINT}
    energy = context.getState(getEnergy=True, groups=groups).getPotentialEnergy()
    final = _positions(context)
    if not np.isfinite(final).all() or energy.value_in_unit(unit.kilocalorie_per_mole) > 0:
        raise RelaxationError(f"{complex_.source} could not be relaxed: energy {energy}. Look for overlapping atoms.")
    moved = np.linalg.norm(final - complex_.positions, axis=1)[anchored]
    rmsd = float(np.sqrt(np.mean(moved**2))) if len(moved) else 0.0
    return RelaxedModel(
        replace(complex_, positions=final), rmsd, float(energy.value_in_unit(unit.kilocalorie_per_mole))
    )


def relax_built(complex_: Complex, given: Collection[tuple[ResidueId, str]], *, platform: str = "CPU") -> Complex:
    """Relax only what was built, among what lies within 10 Å of it, without solvent; residues beside a loop give way.

    Parameters
    ----------
    complex_ : Complex
        Complete protein with hydrogens.
    given : collection of (ResidueId, str)
        Heavy atoms that are where an experiment has them.
    platform : str
        OpenMM platform.

    Raises
    ------
    RelaxationError
        When a position is not finite at the end.
    """
    atoms = list(complex_.topology.atoms())
    heavy = [a.index for a in atoms if a.element.symbol != "H" and a.residue.name not in CAPS]
    built = [index for index in heavy if (residue_id(atoms[index].residue), atoms[index].name) not in given]
    if not built:
        return complex_
    near = residues_near(complex_, complex_.positions[built], SURROUNDINGS_ANGSTROM)
    part = cut_pocket(complex_, near, {residue_id(atoms[index].residue) for index in built})
    inner = residues_near(complex_, complex_.positions[built], GIVING_WAY_ANGSTROM)
    anchored = np.array(
        [
            (residue_id(a.residue), a.name) in given or residue_id(a.residue) not in inner
            for a in part.complex.topology.atoms()
        ]
    )  # hydrogens further away stay too: at the rim of the part their neighbours are missing
    positions = _relax_built(part.complex, anchored, None, platform, fragment=True)
    if _has_new_faults(part.complex, positions, anchored):
        positions = _relax_built(part.complex, anchored, None, platform, fragment=True, through_walls=True)
    if not np.isfinite(positions).all():
        raise RelaxationError(
            f"What was built into {complex_.source} could not be relaxed. Look for overlapping atoms."
        )
    return with_positions(part, complex_, positions)


def _has_new_faults(complex_: Complex, positions: FloatArray, anchored: NDArray[np.bool_]) -> bool:
    """Whether a built residue, or one beside it, is not a natural L-peptide."""
    beside = _beside_built(complex_, anchored)
    moved = {residue_id(atom.residue) for atom in complex_.topology.atoms() if beside[atom.index]}
    given = {residue_id(a.residue) for a in complex_.topology.atoms() if a.name == "CA" and anchored[a.index]}
    known = {(fault.residue, fault.kind) for fault in find_stereo_faults(complex_) if fault.residue in given}
    found = {(fault.residue, fault.kind) for fault in find_stereo_faults(replace(complex_, positions=positions))}
    return any(residue in moved for residue, _ in found - known)


def _relax_built(
    complex_: Complex,
    anchored: NDArray[np.bool_],
    ligand_xml: str | None,
    platform: str,
    *,
    through_walls: bool = False,
    fragment: bool = False,
) -> FloatArray:
    """Positions (Å) after built atoms and hydrogens moved among given ones, without solvent: a tenth of the cost.

    ``through_walls`` lets atoms pass each other first: a residue built left-handed cannot turn among its neighbours.
    """
    system = vacuum_system(complex_.topology, ligand_xml, fragment=fragment)
    for fixed in np.flatnonzero(anchored & ~_beside_built(complex_, anchored)):
        system.setParticleMass(int(fixed), 0.0)
    add_position_restraints(system, np.flatnonzero(anchored), complex_.positions, JUNCTION_KCAL_MOL_ANGSTROM2)
    _add_stereo_forces(system, complex_, anchored)
    context = _context(system, platform, {ForceGroup.NONBONDED} if through_walls else set())
    context.setPositions(complex_.positions / ANGSTROM_PER_NM)
    if through_walls:
        openmm.LocalEnergyMinimizer.minimize(context, 1.0, BUILT_ITERATIONS)
        positions = context.getState(getPositions=True).getPositions()
        context = _context(system, platform)
        context.setPositions(positions)
    openmm.LocalEnergyMinimizer.minimize(context, 1.0, BUILT_ITERATIONS)
    hydrogens = np.array([atom.element.symbol == "H" for atom in complex_.topology.atoms()], dtype=np.bool_)
    return at_length(_positions(context), read_hydrogen_bonds(system, hydrogens & ~anchored))


def _add_stereo_forces(system: openmm.System, complex_: Complex, anchored: NDArray[np.bool_]) -> None:
    """Draw built peptides to trans and moving CA atoms to the L form: loop builders give either."""
    trans = openmm.CustomTorsionForce(f"{TRANS_KCAL_MOL * KJ_PER_KCAL}*(1+cos(theta))")
    volume = "(a2*b3-a3*b2)*c1+(a3*b1-a1*b3)*c2+(a1*b2-a2*b1)*c3"
    legs = "; ".join(
        f"{leg}{i}={axis}{n}-{axis}1" for leg, n in (("a", 2), ("b", 3), ("c", 4)) for i, axis in enumerate("xyz", 1)
    )
    scale = CHIRAL_KCAL_MOL_ANGSTROM6 * KJ_PER_KCAL * ANGSTROM_PER_NM**6
    handed = openmm.CustomCompoundBondForce(4, f"{scale}*({volume}-ideal)^2; {legs}")
    handed.addPerBondParameter("ideal")
    ideals = [each / ANGSTROM_PER_NM**3 for each in (IDEAL_CHIRAL_VOLUME_ANGSTROM3, IDEAL_HYDROGEN_VOLUME_ANGSTROM3)]
    previous: dict[str, int] = {}
    for residue in complex_.topology.residues():
        atoms = {atom.name: atom.index for atom in residue.atoms()}
        joined = {"CA", "C"} <= previous.keys() and {"N", "CA"} <= atoms.keys()
        if joined and not all(anchored[i] for i in (previous["CA"], previous["C"], atoms["N"], atoms["CA"])):
            trans.addTorsion(previous["CA"], previous["C"], atoms["N"], atoms["CA"])
        if {"N", "CA", "C", "CB", "HA"} <= atoms.keys() and system.getParticleMass(atoms["CA"]) > 0 * unit.dalton:
            handed.addBond([atoms["CA"], atoms["N"], atoms["C"], atoms["CB"]], ideals[:1])
            handed.addBond([atoms["CA"], atoms["C"], atoms["N"], atoms["HA"]], ideals[1:])
        centre = [atoms.get(name) for name in CENTRES.get(residue.name, ())]
        if centre and None not in centre and not anchored[centre[0]]:
            handed.addBond(centre, ideals[:1])
        previous = atoms
    system.addForce(trans)
    system.addForce(handed)


def _context(system: openmm.System, platform: str, left_out: Collection[ForceGroup] = ()) -> openmm.Context:
    """A Context on one thread; the minimiser sees all force groups but those left out."""
    chosen = choose_platform(platform)
    integrator = openmm.VerletIntegrator(0.001)
    integrator.setIntegrationForceGroups({int(group) for group in ForceGroup} - {int(group) for group in left_out})
    return openmm.Context(system, integrator, chosen, platform_properties(chosen, threads=1))


def _positions(context: openmm.Context) -> FloatArray:
    positions = context.getState(getPositions=True).getPositions(asNumpy=True).value_in_unit(unit.angstrom)
    return np.asarray(positions, dtype=np.float64)


def _beside_built(complex_: Complex, anchored: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Atoms of residues within two of one whose backbone was built: they must give way for the chain to close."""
    residues = list(complex_.topology.residues())
    built = [any(a.name == "CA" and not anchored[a.index] for a in residue.atoms()) for residue in residues]
    near = [any(built[max(0, i - JUNCTION_RESIDUES) : i + JUNCTION_RESIDUES + 1]) for i in range(len(residues))]
    return np.array([near[atom.residue.index] for atom in complex_.topology.atoms()], dtype=np.bool_)
