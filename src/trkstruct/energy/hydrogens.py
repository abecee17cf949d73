"""Hydrogens added to a protein: OpenMM says which and roughly where, ff14SB their lengths, angles and directions."""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

import numpy as np
import openmm
from numpy.typing import NDArray
from openmm import app, unit

from trkstruct.energy.forcefield import (
    PROTEIN_DIELECTRIC,
    create_system,
    find_force,
    platform_properties,
    with_solute_dielectric,
)
from trkstruct.energy.hydrogen_geometry import at_length, place_ideally, read_hydrogen_bonds
from trkstruct.structure.complex import Complex
from trkstruct.structure.topology import rebuilt
from trkstruct.units import ANGSTROM_PER_NM, FloatArray

HYDROGEN_CORE: Final = (0.04 * unit.nanometer, 0.2 * unit.kilojoule_per_mole)  # as HO in CHARMM36: r_min/2 0.2245 Å
OBSTACLE: Final = (0.34 * unit.nanometer, 0.36 * unit.kilojoule_per_mole)  # ff14SB's carbons; 10.1021/ja00124a002
CUTOFF_ANGSTROM: Final = 10.0  # heavy atoms do not move: what lies further away turns no hydrogen
NATURAL_STRETCH_ANGSTROM: Final = 0.05  # 1.4 times what the worst salt bridge of a relaxed model stretches one by
ITERATIONS: Final = 1000
NOTHING: Final = np.empty((0, 3))
TOLERANCE_KJ_MOL_NM: Final = 5.0  # 0.1 kcal/mol/Å: a hydroxyl is then within a degree or two of its minimum


def place_hydrogens(complex_: Complex, ph: float, variants: Sequence[str | None], *, seed: int = 0) -> Complex:
    """A protein with the hydrogens that it lacks, not relaxed yet; what it has stays where it is.

    Where they go depends on the last bit of every position, for OpenMM minimises them from random places in a force
    field of its own: the bonds that come out are 0.1 Å too long. `relax_hydrogens` puts that right.

    Parameters
    ----------
    complex_ : Complex
        Complete heavy atoms, no ligand.
    ph : float
        Decides the state of the residues for which no variant is given.
    variants : sequence of str or None
        Amber name of the protonation state of each residue (``ASH``, ``HID``), None where OpenMM may choose.
    seed : int
        Of the random places that hydrogens start from.
    """
    modeller = app.Modeller(complex_.topology, complex_.positions / ANGSTROM_PER_NM * unit.nanometer)
    with seeded(seed):
        # OpenMM's own force field for this step: in ff14SB a hydroxyl hydrogen has no core and can fall into an oxygen.
        modeller.addHydrogens(pH=ph, variants=variants, platform=openmm.Platform.getPlatformByName("CPU"))
    positions = np.array(modeller.positions.value_in_unit(unit.angstrom), dtype=np.float64)
    topology = rebuilt(modeller.topology)
    return replace(complex_, topology=topology, positions=_with_given(complex_, topology, positions))


def relax_hydrogens(complex_: Complex, *, given: Complex | None = None, beside: FloatArray = NOTHING) -> Complex:
    """The hydrogens where ff14SB has them, among atoms that do not move: heavy ones, and the hydrogens of ``given``.

    Lengths are exactly the force field's at the end (Maier 2015, 10.1021/acs.jctc.5b00255), so that no crowded place
    stretches one. The same input gives the same positions.

    Parameters
    ----------
    complex_ : Complex
        A protein, or a part of one, with all hydrogens.
    given : Complex, optional
        The same residues before hydrogens were added; those that it has stay.
    beside : numpy.ndarray, shape (n, 3)
        Heavy atoms that stand beside the protein, in Å: uncharged carbons here, for a file of coordinates has no
        parameters for them, and a hydroxyl's hydrogen must still be free to point at them.

    Raises
    ------
    LigandError, StructureError
        When the force field does not know a residue, or one lacks atoms.
    """
    known = _names(given) if given is not None else frozenset()
    moving = np.array([a.element.symbol == "H" and name not in known for name, a in _named(complex_)], dtype=np.bool_)
    if not moving.any():
        return complex_
    system = vacuum_system(complex_.topology, fragment=True)
    bonds = read_hydrogen_bonds(system, moving)
    _let_move(system, moving)
    _add_obstacles(system, len(beside))
    start = place_ideally(complex_.positions, bonds)
    return replace(complex_, positions=at_length(_minimized(system, start, moving, beside), bonds))


def with_natural_hydrogens(complex_: Complex) -> tuple[Complex, int]:
    """A protein whose hydrogens have the force field's lengths, and how many were far from them; directions stay.

    Some programs leave hydrogens where X-rays see their electrons, 0.1 Å short, or where a crude field put them. What
    is within `NATURAL_STRETCH_ANGSTROM` stays as it is.
    """
    hydrogens = np.array([atom.element.symbol == "H" for atom in complex_.topology.atoms()], dtype=np.bool_)
    bonds = read_hydrogen_bonds(create_system(complex_.topology, fragment=True), hydrogens)
    natural = at_length(complex_.positions, bonds)
    far = np.linalg.norm(natural - complex_.positions, axis=1) > NATURAL_STRETCH_ANGSTROM
    if not far.any():
        return complex_, 0
    return replace(complex_, positions=np.where(far[:, None], natural, complex_.positions)), int(far.sum())


def vacuum_system(topology: app.Topology, ligand_xml: str | None = None, *, fragment: bool = False) -> openmm.System:
    """A System to relax what was built in, without solvent (a tenth of the cost): charges screened, no bare hydrogen.

    In ff14SB a hydroxyl hydrogen has no core and can fall into an oxygen; here it has a small one.

    Parameters
    ----------
    topology, ligand_xml, fragment
        As for `trkstruct.energy.forcefield.create_system`.
    """
    system = with_solute_dielectric(create_system(topology, ligand_xml, fragment=fragment), PROTEIN_DIELECTRIC)
    system.removeForce(next(i for i, f in enumerate(system.getForces()) if isinstance(f, openmm.GBSAOBCForce)))
    nonbonded = find_force(system, openmm.NonbondedForce)
    for index in range(nonbonded.getNumParticles()):
        charge, _, epsilon = nonbonded.getParticleParameters(index)
        if epsilon == 0 * unit.kilojoule_per_mole:
            nonbonded.setParticleParameters(index, charge, *HYDROGEN_CORE)
    return system


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Seed Python's global generator, which places the hydrogens that OpenMM adds; its state is put back after."""
    state = random.getstate()
    random.seed(seed)
    try:
        yield
    finally:
        random.setstate(state)


def _named(complex_: Complex) -> list[tuple[tuple[int, str], app.topology.Atom]]:
    return [((atom.residue.index, atom.name), atom) for atom in complex_.topology.atoms()]


def _names(complex_: Complex) -> frozenset[tuple[int, str]]:
    return frozenset(name for name, _ in _named(complex_))


def _with_given(complex_: Complex, topology: app.Topology, positions: FloatArray) -> FloatArray:
    """Positions to the last bit of the input for every atom that it has: to nm and back costs that bit."""
    place = {name: complex_.positions[atom.index] for name, atom in _named(complex_)}
    for atom in topology.atoms():
        positions[atom.index] = place.get((atom.residue.index, atom.name), positions[atom.index])
    return positions


def _let_move(system: openmm.System, moving: NDArray[np.bool_]) -> None:
    """Freeze all other atoms, and leave out what is too far away to matter."""
    for fixed in np.flatnonzero(~moving):
        system.setParticleMass(int(fixed), 0.0)
    nonbonded = find_force(system, openmm.NonbondedForce)
    nonbonded.setNonbondedMethod(openmm.NonbondedForce.CutoffNonPeriodic)
    nonbonded.setCutoffDistance(CUTOFF_ANGSTROM / ANGSTROM_PER_NM)


def _add_obstacles(system: openmm.System, count: int) -> None:
    """Atoms without charge or mass that only take room."""
    nonbonded = find_force(system, openmm.NonbondedForce)
    for _ in range(count):
        system.addParticle(0.0)
        nonbonded.addParticle(0.0, *OBSTACLE)


def _minimized(system: openmm.System, start: FloatArray, moving: NDArray[np.bool_], beside: FloatArray) -> FloatArray:
    """Positions (Å) at the minimum; on one thread, where the order of a sum is always the same."""
    platform = openmm.Platform.getPlatformByName("CPU")
    context = openmm.Context(system, openmm.VerletIntegrator(0.001), platform, platform_properties(platform, threads=1))
    context.setPositions(np.concatenate([start, beside]) / ANGSTROM_PER_NM)
    openmm.LocalEnergyMinimizer.minimize(context, TOLERANCE_KJ_MOL_NM, ITERATIONS)
    end = context.getState(getPositions=True).getPositions(asNumpy=True).value_in_unit(unit.angstrom)
    positions = start.copy()
    positions[moving] = np.asarray(end, dtype=np.float64)[: len(start)][moving]
    return positions
