"""Where the search of a pose begins: on known poses, grown from the hinge, and by docking."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from trkstruct.errors import LigandError
from trkstruct.kinase.kinases import Kinase
from trkstruct.ligand.ligand import Ligand, to_molecule
from trkstruct.pose.binding_type import skeleton_key
from trkstruct.pose.common_atoms import MIN_COMMON_ATOMS, AtomMap, common_scaffold_size
from trkstruct.pose.docking import EXHAUSTIVENESS, dock, yielding_atoms
from trkstruct.pose.known.templates import LEAST_SCAFFOLD, ChosenTemplate, as_template, fitting_poses
from trkstruct.pose.overlay import CONFORMERS, transfer_pose
from trkstruct.pose.placing.anchored import anchored_poses, best_placed
from trkstruct.structure.complex import Complex
from trkstruct.units import FloatArray

PoseMethod = Literal["auto", "scaffold", "docking"]

DOCKED: Final = "docked with AutoDock Vina"
GROWN: Final = "grown from the hinge by how known ligands bind it"
POSES_RELAXED: Final = 4
DOCKED_POSES: Final = 20  # of each receptor, ranked again with likeness to known ligands
TEMPLATE_CONFORMERS: Final = 40  # for each known pose of another ligand; the receptor's own gets all
TEMPLATE_POSES: Final = 2


@dataclass(frozen=True)
class Search:
    """How poses are sought.

    Attributes
    ----------
    method : str
        ``scaffold`` lays the ligand over a reference, ``docking`` uses AutoDock Vina. ``auto`` is ``scaffold`` where
        the two share at least a fused bicycle, else poses grown from the hinge as well; where every one is doubtful,
        what was not tried is, Vina only where it is installed and none has a hinge bond.
    seed : int
    n_poses : int
        At most so many poses laid over a reference are relaxed, twice as many grown from the hinge or docked.
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


def starting_poses(
    receptor: Complex,
    kinase: Kinase,
    ligand: Ligand,
    reference: Ligand | None,
    chosen: Sequence[ChosenTemplate],
    search: Search,
) -> list[StartingPose]:
    """Starting poses by the methods that the search asks for.

    Raises
    ------
    LigandError
        When there is none: nothing to lay the ligand over, and docking is not asked for or not installed.
    """
    if search.method == "docking":
        return docked_poses(receptor, kinase, ligand, search)
    shared = common_scaffold_size(to_molecule(ligand), to_molecule(reference)) if reference else 0
    is_known = any(each.same for each in chosen)
    starts = [start for each in chosen for start in _from_template(receptor, kinase, ligand, each, search)]
    least = LEAST_SCAFFOLD if is_known or search.method == "auto" else MIN_COMMON_ATOMS
    if reference is not None and shared >= least:
        found = _laid_over(receptor, kinase, ligand, reference, search)
        starts += [StartingPose(pose, f"laid over {reference.name} ({shared} atoms in common)") for pose in found]
    if search.method == "auto" and not is_known and shared < LEAST_SCAFFOLD:
        starts += grown_poses(receptor, kinase, ligand, search)
    if not starts and search.method == "auto":
        starts = docked_poses(receptor, kinase, ligand, search)
    if not starts:
        name = reference.name if reference else "no known ligand"
        raise LigandError(
            f"{ligand.name} shares less than a ring with {name}; use docking, or give an SDF with a pose."
        )
    return starts


def grown_poses(receptor: Complex, kinase: Kinase, ligand: Ligand, search: Search) -> list[StartingPose]:
    """Grown from the hinge; none where the ligand has nothing to take the hydrogen bond of the hinge with."""
    found = anchored_poses(
        ligand,
        receptor,
        fitting_poses(receptor, kinase, _left_out(ligand, search)),
        yielding=yielding_atoms(receptor, kinase),
        seed=search.seed,
        n_poses=2 * search.n_poses,
    )
    return [StartingPose(pose, GROWN) for pose in found]


def docked_poses(receptor: Complex, kinase: Kinase, ligand: Ligand, search: Search) -> list[StartingPose]:
    """By Vina, which keeps more than are relaxed: its first is often not the right one, so all are ranked again.

    Raises
    ------
    LigandError
        As `dock`.
    """
    known = fitting_poses(receptor, kinase, _left_out(ligand, search))
    found = dock(
        ligand,
        receptor,
        kinase,
        seed=search.seed,
        n_poses=max(DOCKED_POSES, search.n_poses),
        exhaustiveness=search.exhaustiveness,
    )
    best = best_placed(
        ligand, receptor, known, found, yielding=yielding_atoms(receptor, kinase), n_poses=2 * search.n_poses
    )
    return [StartingPose(pose, DOCKED) for pose in best]


def _left_out(ligand: Ligand, search: Search) -> tuple[str, ...]:
    """A ligand is judged by others, its own known poses are used as they are."""
    return (*search.leave_out, skeleton_key(ligand))


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
