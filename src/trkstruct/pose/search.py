"""Place a ligand without a pose: over a known ligand of the pocket or by docking, relaxed, ranked by our own energy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, Literal

import numpy as np

from trkstruct.contacts.hydrogen_bonds import hinge_hydrogen_bonds
from trkstruct.energy.minimizer import Minimum, minimize
from trkstruct.energy.pocket_energy import PocketEnergy, open_energy
from trkstruct.errors import LigandError, RelaxationError
from trkstruct.kinase.kinases import Kinase
from trkstruct.ligand.hinge_motif import has_hinge_motif
from trkstruct.ligand.ligand import Ligand, place_ligand, to_molecule
from trkstruct.pose.attach import attach_ligand
from trkstruct.pose.checks import can_check, failed_checks
from trkstruct.pose.common_atoms import MIN_COMMON_ATOMS, AtomMap, common_scaffold_size
from trkstruct.pose.docking import EXHAUSTIVENESS, can_dock, dock, yielding_atoms
from trkstruct.pose.known.pose_class import Template, assess
from trkstruct.pose.known.shipped_receptor import receptor_for
from trkstruct.pose.known.templates import LEAST_SCAFFOLD, ChosenTemplate, as_template, choose_templates
from trkstruct.pose.overlay import CONFORMERS, transfer_pose
from trkstruct.pose.posed_ligand import PosedLigand
from trkstruct.structure.complex import Complex, ligand_atoms
from trkstruct.structure.pocket import Pocket, cut_pocket, residues_near, with_positions
from trkstruct.units import FloatArray, IntArray

PoseMethod = Literal["auto", "scaffold", "docking"]

DOCKED: Final = "docked with AutoDock Vina"
POSES_RELAXED: Final = 4
KEPT_RADIUS_ANGSTROM: Final = 8.0
MOBILE_RADIUS_ANGSTROM: Final = 4.0
ITERATIONS: Final = 150
POLISH_WINDOW_KCAL_MOL: Final = 12.0  # what 150 iterations leave open between two poses
POLISH_ITERATIONS: Final = 300
TEMPLATE_CONFORMERS: Final = 40  # for each known pose of another ligand; the receptor's own gets all
TEMPLATE_POSES: Final = 2


@dataclass(frozen=True)
class Search:
    """How poses are sought.

    Attributes
    ----------
    method : str
        ``scaffold`` lays the ligand over a reference, ``docking`` uses AutoDock Vina. ``auto`` is ``scaffold`` where
        the two share at least a fused bicycle, unless every pose found so is doubtful, else both where docking is
        installed: what is known, then the energy, decides between them.
    seed : int
    n_poses : int
        Of each method (of docking, for each of its two receptors) at most so many poses are relaxed.
    exhaustiveness : int
        Vina's: independent runs for each of the two receptors.
    leave_out : tuple of str
        Skeletons (`skeleton_key`) of ligands whose known poses are not used, as a benchmark must.
    """

    method: PoseMethod = "auto"
    seed: int = 0
    n_poses: int = POSES_RELAXED
    exhaustiveness: int = EXHAUSTIVENESS
    leave_out: tuple[str, ...] = ()


DEFAULT_SEARCH: Final = Search()


@dataclass(frozen=True, eq=False)
class StartingPose:
    """A pose before relaxation, (n, 3) in Å, and where it comes from."""

    positions: FloatArray
    origin: str


def place_in_shipped(kinase: Kinase, ligand: Ligand, search: Search = DEFAULT_SEARCH) -> tuple[PosedLigand, ...]:
    """Poses of a ligand in the receptor of the most similar ligand that ships with the kinase, the best first.

    Raises
    ------
    LigandError
        As `find_posed_ligands`.
    """
    receptor, reference = receptor_for(kinase, ligand)
    return find_posed_ligands(receptor, kinase, ligand, reference, search)


def find_posed_ligands(
    receptor: Complex,
    kinase: Kinase,
    ligand: Ligand,
    reference: Ligand | None,
    search: Search = DEFAULT_SEARCH,
) -> tuple[PosedLigand, ...]:
    """Poses of a ligand in a receptor, relaxed in one and the same pocket, each with its class; doubtful ones last.

    Of poses that are as good by what is known, the energy decides; those that break a rule come last, and before them
    those without a hydrogen bond to the hinge, where the ligand has a motif for one.

    Parameters
    ----------
    receptor : Complex
        Without ligand, with hydrogens, chain A in clinical numbering.
    kinase : Kinase
    ligand : Ligand
        With parameters.
    reference : Ligand or None
        A ligand whose pose in this receptor is known.
    search : Search

    Raises
    ------
    LigandError
        When the two share less than a ring, or docking is needed and not installed.
    RelaxationError
        When no pose can be relaxed.
    """
    chosen = choose_templates(receptor, kinase, ligand, search.leave_out)
    known = [each.template for each in chosen]
    known += [] if reference is None else [_template(receptor, kinase, reference)]
    starts = _starting_poses(receptor, kinase, ligand, reference, chosen, search)
    poses = assess(_relaxed(receptor, kinase, ligand, starts), kinase, known)
    undocked = search.method == "auto" and can_dock() and not any(each.origin == DOCKED for each in poses)
    if undocked and all(_is_doubtful(each) for each in poses):
        starts += _docked(receptor, kinase, ligand, search)
        poses = assess(_relaxed(receptor, kinase, ligand, starts), kinase, known)
    return tuple(sorted(poses, key=partial(_rank, needs_hinge=has_hinge_motif(ligand))))


def _rank(pose: PosedLigand, *, needs_hinge: bool) -> tuple[bool, bool, bool, float]:
    lacks_hinge = needs_hinge and not pose.hinge_bonds
    return _is_doubtful(pose), bool(pose.failed_checks), lacks_hinge, pose.energy_kcal_mol


def _is_doubtful(pose: PosedLigand) -> bool:
    return pose.assessment is not None and pose.assessment.pose_class == "doubtful"


def _template(receptor: Complex, kinase: Kinase, reference: Ligand) -> Template:
    bonds = hinge_hydrogen_bonds(attach_ligand(receptor, reference), kinase)
    return Template(f"{reference.name} in {receptor.source}", reference, len(bonds))


def _starting_poses(
    receptor: Complex,
    kinase: Kinase,
    ligand: Ligand,
    reference: Ligand | None,
    chosen: Sequence[ChosenTemplate],
    search: Search,
) -> list[StartingPose]:
    """Starting poses by the methods that the search asks for."""
    shared = common_scaffold_size(to_molecule(ligand), to_molecule(reference)) if reference else 0
    is_known = any(each.same for each in chosen)
    wants_docking = search.method == "docking" or (search.method == "auto" and shared < LEAST_SCAFFOLD and not is_known)
    starts: list[StartingPose] = []
    if search.method != "docking":
        starts += [start for each in chosen for start in _from_template(receptor, kinase, ligand, each, search)]
    least = LEAST_SCAFFOLD if is_known else MIN_COMMON_ATOMS
    if reference is not None and search.method != "docking" and shared >= least:
        found = _laid_over(receptor, kinase, ligand, reference, search)
        starts += [StartingPose(pose, f"laid over {reference.name} ({shared} atoms in common)") for pose in found]
    if wants_docking and (can_dock() or not starts):
        starts += _docked(receptor, kinase, ligand, search)
    if not starts:
        name = reference.name if reference else "no known ligand"
        raise LigandError(
            f"{ligand.name} shares less than a ring with {name}; use docking, or give an SDF with a pose."
        )
    return starts


def _from_template(
    receptor: Complex, kinase: Kinase, ligand: Ligand, chosen: ChosenTemplate, search: Search
) -> list[StartingPose]:
    """On the known atoms where it is the same molecule, else laid over those in common."""
    known = chosen.template.ligand
    positions = as_template(ligand, known) if chosen.same else None
    if positions is not None:
        return [StartingPose(positions, chosen.origin)]
    fewer = replace(search, n_poses=min(search.n_poses, TEMPLATE_POSES))
    found = _laid_over(receptor, kinase, ligand, known, fewer, chosen.maps)
    return [StartingPose(pose, chosen.origin) for pose in found]


def _laid_over(
    receptor: Complex,
    kinase: Kinase,
    ligand: Ligand,
    reference: Ligand,
    search: Search,
    maps: tuple[AtomMap, ...] = (),
) -> FloatArray:
    rigid = sorted(set(range(len(receptor.positions))) - yielding_atoms(receptor, kinase))
    symbols = [atom.element.symbol for atom in receptor.topology.atoms()]
    return transfer_pose(
        ligand,
        reference.molblock,
        receptor.positions[rigid],
        [symbols[index] for index in rigid],
        seed=search.seed,
        n_conformers=TEMPLATE_CONFORMERS if maps else CONFORMERS,
        n_poses=search.n_poses,
        maps=maps or None,
    )


def _docked(receptor: Complex, kinase: Kinase, ligand: Ligand, search: Search) -> list[StartingPose]:
    found = dock(
        ligand, receptor, kinase, seed=search.seed, n_poses=search.n_poses, exhaustiveness=search.exhaustiveness
    )
    return [StartingPose(pose, DOCKED) for pose in found]


def _relaxed(
    receptor: Complex, kinase: Kinase, ligand: Ligand, starts: Sequence[StartingPose]
) -> tuple[PosedLigand, ...]:
    """Every pose minimised in the pocket of all of them: the same atoms, so that the energies can be compared."""
    poses = np.array([each.positions for each in starts])
    bound = attach_ligand(receptor, place_ligand(ligand, poses[0]))
    pocket = _pocket_of_all(bound, poses)
    inserted = ligand_atoms(pocket.complex)
    minima = _minima(pocket, kinase, ligand, poses)
    lowest = min(minimum.energy_kcal_mol for minimum in minima.values())
    found = []
    for index, minimum in minima.items():
        relaxed = with_positions(pocket, bound, minimum.positions)
        placed = place_ligand(ligand, minimum.positions[inserted])
        found.append(
            PosedLigand(
                ligand=placed,
                complex=relaxed,
                origin=starts[index].origin,
                energy_kcal_mol=minimum.energy_kcal_mol - lowest,
                hinge_bonds=hinge_hydrogen_bonds(relaxed, kinase),
                failed_checks=failed_checks(placed, relaxed) if can_check() else None,
            )
        )
    return tuple(found)


def _minima(pocket: Pocket, kinase: Kinase, ligand: Ligand, poses: FloatArray) -> dict[int, Minimum]:
    """Minimum of each pose by its index; the low ones are minimised further, those that explode are left out."""
    inserted = ligand_atoms(pocket.complex)
    soft = np.union1d(inserted, sorted(yielding_atoms(pocket.complex, kinase)))
    energy = open_energy(pocket, ligand.parameters_xml, soft_atoms=soft)
    minima: dict[int, Minimum] = {}
    failure: RelaxationError | None = None
    for index, pose in enumerate(poses):
        start = pocket.complex.positions.copy()
        start[inserted] = pose
        try:
            minima[index] = minimize(energy, start, ITERATIONS, soften=True)
        except RelaxationError as error:
            failure = error
    if failure is not None and not minima:
        raise failure
    limit = min(minimum.energy_kcal_mol for minimum in minima.values()) + POLISH_WINDOW_KCAL_MOL
    polished = {
        index: minimize(energy, minimum.positions, POLISH_ITERATIONS)
        for index, minimum in minima.items()
        if minimum.energy_kcal_mol < limit
    }
    return minima | _exchanged(energy, inserted, polished)


def _exchanged(energy: PocketEnergy, ligand: IntArray, minima: Mapping[int, Minimum]) -> dict[int, Minimum]:
    """Each pose in the surroundings of the lowest, where these suit it better than its own."""
    best = min(minima.values(), key=lambda minimum: minimum.energy_kcal_mol)
    lower = dict(minima)
    for index, minimum in minima.items():
        if minimum is best:
            continue
        start = best.positions.copy()
        start[ligand] = minimum.positions[ligand]
        try:
            moved = minimize(energy, start, POLISH_ITERATIONS, soften=True, wanted=minimum.energy_kcal_mol)
        except RelaxationError:  # it does not fit there at all, and stays in its own surroundings
            continue
        lower[index] = min(minimum, moved, key=lambda each: each.energy_kcal_mol)
    return lower


def _pocket_of_all(bound: Complex, poses: Sequence[FloatArray] | FloatArray) -> Pocket:
    points = np.concatenate(list(poses))
    mobile = residues_near(bound, points, MOBILE_RADIUS_ANGSTROM)
    return cut_pocket(bound, residues_near(bound, points, KEPT_RADIUS_ANGSTROM), mobile)
