"""Place a ligand without a pose: over a known ligand of the pocket or by docking, relaxed, ranked by our own energy."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

import numpy as np

from trkstruct.contacts.hydrogen_bonds import hinge_hydrogen_bonds
from trkstruct.energy.minimizer import Minimum, minimize
from trkstruct.energy.pocket_energy import PocketEnergy, open_energy
from trkstruct.errors import RelaxationError
from trkstruct.kinase.kinases import Kinase
from trkstruct.ligand.hinge_motif import has_hinge_motif
from trkstruct.ligand.ligand import Ligand, place_ligand
from trkstruct.pose.attach import attach_ligand
from trkstruct.pose.binding_type import skeleton_key
from trkstruct.pose.checks import can_check, failed_checks
from trkstruct.pose.docking import can_dock, yielding_atoms
from trkstruct.pose.known.pose_class import Template, assess
from trkstruct.pose.known.shipped_receptor import receptor_for
from trkstruct.pose.known.templates import choose_templates, fitting_poses
from trkstruct.pose.placing.likeness import known_shape
from trkstruct.pose.placing.starting import (
    DEFAULT_SEARCH,
    DOCKED,
    GROWN,
    Search,
    StartingPose,
    docked_poses,
    grown_poses,
    starting_poses,
)
from trkstruct.pose.posed_ligand import PosedLigand
from trkstruct.structure.complex import Complex, ligand_atoms
from trkstruct.structure.pocket import Pocket, cut_pocket, residues_near, with_positions
from trkstruct.units import FloatArray, IntArray

KEPT_RADIUS_ANGSTROM: Final = 8.0
MOBILE_RADIUS_ANGSTROM: Final = 4.0
ITERATIONS: Final = 150
POLISH_WINDOW_KCAL_MOL: Final = 12.0  # what 150 iterations leave open between two poses
POLISH_ITERATIONS: Final = 300
LIKENESS_KCAL_MOL: Final = 8.0
"""What a unit of likeness to known ligands is worth beside our energy, which errs by several kcal/mol between two
places: in ABL1 and ALK 4 and more chose the right pose most often (docs/how-to/poses.md)."""


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
    templates = [each.template for each in chosen]
    templates += [] if reference is None else [_template(receptor, kinase, reference)]
    known = fitting_poses(receptor, kinase, search.leave_out)
    own = skeleton_key(ligand)
    shapes = [known_shape(each.ligand) for each in known if each.known.skeleton != own]
    starts = starting_poses(receptor, kinase, ligand, reference, chosen, search)
    poses = assess(_relaxed(receptor, kinase, ligand, starts), kinase, templates, shapes)
    if search.method == "auto" and all(_is_doubtful(each) for each in poses):
        more = _untried(receptor, kinase, ligand, poses, search)
        if more:
            poses = assess(_relaxed(receptor, kinase, ligand, [*starts, *more]), kinase, templates, shapes)
    return tuple(sorted(poses, key=partial(_rank, needs_hinge=has_hinge_motif(ligand))))


def _untried(
    receptor: Complex, kinase: Kinase, ligand: Ligand, poses: Sequence[PosedLigand], search: Search
) -> list[StartingPose]:
    """By what was not tried: grown from the hinge, and docked where no pose has a hinge bond."""
    tried = {each.origin for each in poses}
    more = [] if GROWN in tried else grown_poses(receptor, kinase, ligand, search)
    if can_dock() and DOCKED not in tried and not any(each.hinge_bonds for each in poses):
        more += docked_poses(receptor, kinase, ligand, search)
    return more


def _rank(pose: PosedLigand, *, needs_hinge: bool) -> tuple[bool, bool, bool, float]:
    lacks_hinge = needs_hinge and not pose.hinge_bonds
    worth = pose.energy_kcal_mol - LIKENESS_KCAL_MOL * pose.likeness
    return _is_doubtful(pose), bool(pose.failed_checks), lacks_hinge, worth


def _is_doubtful(pose: PosedLigand) -> bool:
    return pose.assessment is not None and pose.assessment.pose_class == "doubtful"


def _template(receptor: Complex, kinase: Kinase, reference: Ligand) -> Template:
    bonds = hinge_hydrogen_bonds(attach_ligand(receptor, reference), kinase)
    return Template(f"{reference.name} in {receptor.source}", reference, len(bonds))


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
