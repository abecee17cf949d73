"""Energies: ff14SB protein, GAFF2 ligand, OBC2 implicit solvent, as OpenMM Systems.

The native ``GBSAOBCForce`` with mbondi2 radii gives the energy of ``implicit/obc2.xml`` within 1 kJ/mol and costs a
seventh of it on a CPU. All pairs interact: with a cutoff the solvation energy is not smooth, and minimisations stop at
several times the gradient. Nothing is constrained: with constraints OpenMM's minimiser repeats whole passes.
"""

import copy
import io
import re
from collections.abc import Collection, Iterable, Mapping
from enum import IntEnum
from functools import lru_cache
from typing import Any, Final

import openmm
from openmm import app
from openmm.app.internal.customgbforces import GBSAOBC2Force

from trkstruct.energy.force_tables import read_tables
from trkstruct.errors import LigandError, RelaxationError, StructureError
from trkstruct.units import ANGSTROM_PER_NM, KJ_PER_KCAL, FloatArray

PROTEIN_FORCE_FIELD: Final = "amber14/protein.ff14SB.xml"  # Maier 2015, 10.1021/acs.jctc.5b00255
SOLVENT_DIELECTRIC: Final = 78.5  # water at 298 K
SOLUTE_DIELECTRIC: Final = 1.0
PROTEIN_DIELECTRIC: Final = 4.0  # inside of a protein, its give included; Gilson & Honig 1986, Biopolymers 25:2097
PLATFORM_PREFERENCE: Final = ("CUDA", "HIP", "OpenCL", "CPU", "Reference")


class ForceGroup(IntEnum):
    """OpenMM force group of each part of the energy."""

    BONDED = 0
    NONBONDED = 1
    SOLVATION = 2
    RESTRAINT = 3


@lru_cache(maxsize=32)
def load_force_field(ligand_xml: str | None) -> app.ForceField:
    """Protein force field, with the parameters of one ligand when its OpenMM XML text is given."""
    if ligand_xml is None:
        return app.ForceField(PROTEIN_FORCE_FIELD)
    return app.ForceField(PROTEIN_FORCE_FIELD, io.StringIO(ligand_xml))


def create_system(
    topology: app.Topology,
    ligand_xml: str | None = None,
    *,
    fragment: bool = False,
    residue_templates: Mapping[Any, str] | None = None,
) -> openmm.System:
    """Build the System of a protein with or without its ligand, in OBC2 implicit solvent.

    Parameters
    ----------
    topology : openmm.app.Topology
        With all hydrogens.
    ligand_xml : str, optional
        OpenMM force-field XML text of the ligand.
    fragment : bool
        True for a pocket cut out of a larger protein: bonds to residues that are not there are ignored.
    residue_templates : mapping, optional
        Residue object to template name, where atoms alone do not decide (CYX).

    Raises
    ------
    LigandError
        When the topology holds a residue that neither force field knows.
    StructureError
        When a protein residue lacks atoms or hydrogens.
    """
    force_field = load_force_field(ligand_xml)
    templates = (_disulfide_templates(topology) if fragment else {}) | dict(residue_templates or {})
    try:
        system: openmm.System = force_field.createSystem(
            topology,
            nonbondedMethod=app.NoCutoff,
            constraints=None,
            rigidWater=False,
            removeCMMotion=False,
            ignoreExternalBonds=fragment,
            residueTemplates=templates,
        )
    except ValueError as error:
        raise _template_error(topology, ligand_xml, error) from error
    for force in system.getForces():
        force.setForceGroup(ForceGroup.NONBONDED if isinstance(force, openmm.NonbondedForce) else ForceGroup.BONDED)
    _add_implicit_solvent(system, topology)
    return system


def with_solute_dielectric(system: openmm.System, dielectric: float) -> openmm.System:
    """A copy of a System from `create_system` with another dielectric constant inside protein and ligand.

    Coulomb energies are divided by it, and the solvent screens so much less.
    """
    changed = copy.deepcopy(system)
    solvent = find_force(changed, openmm.GBSAOBCForce)
    _screen_charges(find_force(changed, openmm.NonbondedForce), dielectric / solvent.getSoluteDielectric())
    solvent.setSoluteDielectric(dielectric)
    return changed


def without_groups(system: openmm.System, groups: Collection[ForceGroup]) -> openmm.System:
    """A System of the same particles, with copies of all forces but those of some groups."""
    smaller = openmm.System()
    for index in range(system.getNumParticles()):
        smaller.addParticle(system.getParticleMass(index))
    for force in system.getForces():
        if force.getForceGroup() not in groups:
            smaller.addForce(copy.deepcopy(force))
    return smaller


def _template_error(topology: app.Topology, ligand_xml: str | None, error: ValueError) -> LigandError | StructureError:
    known = set(load_force_field(ligand_xml)._templates)
    for residue in topology.residues():
        if residue.name not in known and f"N{residue.name}" not in known and residue.name not in ("HIS",):
            return LigandError(
                f"No parameters for residue {residue.name} {residue.chain.id}:{residue.id}. "
                "Name it as the ligand and give its SMILES or an SDF file, or remove it."
            )
    residues = list(topology.residues())
    counted = re.search(r"No template found for residue (\d+)", str(error))  # an index, not a number
    named = residues[int(counted[1])] if counted else None
    where = f"{named.chain.id}:{named.id}: " if named else ""
    reason = str(error).partition("For more information")[0].partition("You may be able")[0].strip()
    reason = re.sub(r" residue \d+ \((\w+)\)", r" \1", reason)
    return StructureError(
        f"The force field cannot read this structure: {where}{reason} Add what is missing, or remove all hydrogens of "
        "the protein: they are then built anew."
    )


def _disulfide_templates(topology: app.Topology) -> dict[Any, str]:
    """CYX for cysteines without hydrogen on their sulfur: without external bonds OpenMM cannot tell it from CYM.

    In a fragment the partner of a disulfide may have been cut off, so a bond is not asked for.
    """
    cysteines = (residue for residue in topology.residues() if residue.name in ("CYS", "CYX"))
    return {residue: "CYX" for residue in cysteines if "HG" not in {atom.name for atom in residue.atoms()}}


def _add_implicit_solvent(system: openmm.System, topology: app.Topology) -> None:
    nonbonded = find_force(system, openmm.NonbondedForce)
    nonbonded.setReactionFieldDielectric(1.0)
    solvent = openmm.GBSAOBCForce()
    solvent.setSolventDielectric(SOLVENT_DIELECTRIC)
    solvent.setSoluteDielectric(SOLUTE_DIELECTRIC)
    solvent.setNonbondedMethod(openmm.GBSAOBCForce.NoCutoff)
    solvent.setForceGroup(ForceGroup.SOLVATION)
    for index, (radius, screen) in enumerate(GBSAOBC2Force.getStandardParameters(topology)):
        charge, _, _ = nonbonded.getParticleParameters(index)
        solvent.addParticle(charge, float(radius), float(screen))
    system.addForce(solvent)


def _screen_charges(nonbonded: openmm.NonbondedForce, dielectric: float) -> None:
    """Divide the Coulomb energy of a force by a dielectric constant; particle charges carry its root."""
    particles, pairs = read_tables(nonbonded, "Particles", "Exceptions")
    for index, row in enumerate(zip(*(particles[key].tolist() for key in ("q", "sig", "eps")), strict=True)):
        charge, sigma, epsilon = row
        nonbonded.setParticleParameters(index, charge / dielectric**0.5, sigma, epsilon)
    columns = [pairs[key].tolist() for key in ("p1", "p2", "q", "sig", "eps")] if pairs else []
    for index, (first, second, product, sigma, epsilon) in enumerate(zip(*columns, strict=True)):
        nonbonded.setExceptionParameters(index, int(first), int(second), product / dielectric, sigma, epsilon)


def find_force(system: openmm.System, kind: type) -> Any:
    """The one force of a kind in a System.

    Raises
    ------
    RelaxationError
        When there is none: the System is not one of `create_system`.
    """
    for force in system.getForces():
        if isinstance(force, kind):
            return force
    raise RelaxationError(f"The System has no {kind.__name__}.")


def add_position_restraints(
    system: openmm.System, atoms: Iterable[int], reference: FloatArray, force_constant: float
) -> None:
    """Add k |r - r0|² for some atoms in the group RESTRAINT; its global parameter ``k`` is in kJ/mol/nm².

    Parameters
    ----------
    system : openmm.System
        The force is added to it.
    atoms : iterable of int
    reference : numpy.ndarray, shape (n_atoms, 3)
        Where each atom is held, Å.
    force_constant : float
        kcal/mol/Å².
    """
    restraint = openmm.CustomExternalForce("k*((x-x0)^2+(y-y0)^2+(z-z0)^2)")
    restraint.addGlobalParameter("k", force_constant * KJ_PER_KCAL * ANGSTROM_PER_NM**2)
    for name in ("x0", "y0", "z0"):
        restraint.addPerParticleParameter(name)
    restraint.setForceGroup(ForceGroup.RESTRAINT)
    for index in atoms:
        restraint.addParticle(int(index), (reference[index] / ANGSTROM_PER_NM).tolist())
    system.addForce(restraint)


def choose_platform(name: str = "auto") -> openmm.Platform:
    """The OpenMM platform of that name, or the fastest one that works here for ``auto``.

    Raises
    ------
    RelaxationError
        When the named platform is not installed or has no device.
    """
    available = [openmm.Platform.getPlatform(i).getName() for i in range(openmm.Platform.getNumPlatforms())]
    if name == "auto":
        for candidate in PLATFORM_PREFERENCE:
            if candidate in available and _platform_works(candidate):
                return openmm.Platform.getPlatformByName(candidate)
    elif name in available and _platform_works(name):
        return openmm.Platform.getPlatformByName(name)
    state = "is installed but has no working device" if name in available else "is not installed"
    raise RelaxationError(
        f"OpenMM platform {name} {state}. Available: {', '.join(available)}. "
        "CUDA comes with `pip install trkstruct[cuda12]` (or cuda13), HIP with trkstruct[hip]."
    )


@lru_cache(maxsize=8)
def _platform_works(name: str) -> bool:
    if name in ("CPU", "Reference"):
        return True
    system = openmm.System()
    system.addParticle(1.0)
    integrator = openmm.VerletIntegrator(0.001)
    try:
        openmm.Context(system, integrator, openmm.Platform.getPlatformByName(name))
    except openmm.OpenMMException:
        return False
    return True


def platform_properties(platform: openmm.Platform, threads: int | None = None) -> dict[str, str]:
    """Properties of a Context: mixed precision on GPUs, and a fixed number of threads on the CPU."""
    name = platform.getName()
    if name in ("CUDA", "OpenCL", "HIP"):
        return {"Precision": "mixed"}
    if name == "CPU" and threads is not None:
        return {"Threads": str(threads)}
    return {}
