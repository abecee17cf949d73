"""The best poses of a ligand, sought once and kept."""

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from filelock import FileLock

from trkstruct.case_parts import PoseAssessment
from trkstruct.files.arrays import are_positions, arrays_content, arrays_of
from trkstruct.files.cache import cache_folder, read_kept, say_made_again, write_checked
from trkstruct.kinase.kinases import Kinase
from trkstruct.ligand.ligand import Ligand, place_ligand
from trkstruct.pose.docking import can_dock
from trkstruct.pose.known.pose_class import different_poses
from trkstruct.pose.known.shipped_receptor import receptor_for
from trkstruct.pose.placing.starting import Search
from trkstruct.pose.posed_ligand import describe
from trkstruct.pose.search import find_posed_ligands
from trkstruct.structure.complex import Complex
from trkstruct.units import FloatArray

CACHE_VERSION: Final = "7"  # raise when anything that changes a pose changes
MOST_POSES: Final = 3  # different ones that a scan runs: each takes as long as the first

UNJUDGED: Final = PoseAssessment(pose_class="doubtful", reasons=("it was not judged",))

_Kept = tuple[FloatArray, str, PoseAssessment]


@dataclass(frozen=True, eq=False)
class FoundPose:
    """A pose that was sought: the receptor relaxed around the ligand, the ligand in it, and what is said of it."""

    receptor: Complex
    ligand: Ligand
    note: str
    assessment: PoseAssessment


def place_by_analogy(kinase: Kinase, ligand: Ligand, *, seed: int = 0) -> tuple[FoundPose, ...]:
    """The best pose found, and those different from it that the energy does not tell apart from it.

    Kept in the cache of ligand parameters: every mutant of a scan starts from the same poses, and they are sought once.
    A file that is not what was kept there is logged, and the poses sought again.

    Raises
    ------
    LigandError
        As `find_posed_ligands`.
    """
    receptor, reference = receptor_for(kinase, ligand)
    return _kept_poses(receptor, kinase, ligand, reference, seed)


def place_by_docking(receptor: Complex, kinase: Kinase, ligand: Ligand, *, seed: int = 0) -> tuple[FoundPose, ...]:
    """As `place_by_analogy`, docked into a receptor that no ligand is known to bind to.

    Raises
    ------
    LigandError
        As `find_posed_ligands`.
    """
    return _kept_poses(receptor, kinase, ligand, None, seed)


def _kept_poses(
    receptor: Complex, kinase: Kinase, ligand: Ligand, reference: Ligand | None, seed: int
) -> tuple[FoundPose, ...]:
    entry = _cache_entry(kinase, ligand, receptor, seed)
    entry.parent.mkdir(parents=True, exist_ok=True)
    n_protein = len(receptor.positions)
    with FileLock(f"{entry}.lock"):
        kept = _read_poses(entry, n_protein + len(ligand.atom_names))
        if kept is None:
            poses = find_posed_ligands(receptor, kinase, ligand, reference, Search(seed=seed))
            kept = tuple(
                (each.complex.positions, describe((each, *poses[1:])), each.assessment or UNJUDGED)
                for each in different_poses(poses, MOST_POSES)
            )
            write_checked(entry, _content(kept))
    return tuple(
        FoundPose(
            receptor=replace(receptor, positions=positions[:n_protein]),
            ligand=place_ligand(ligand, positions[n_protein:]),
            note=note,
            assessment=assessment,
        )
        for positions, note, assessment in kept
    )


def _content(kept: tuple[_Kept, ...]) -> bytes:
    said = [{"note": note, "assessment": assessment.model_dump()} for _, note, assessment in kept]
    return arrays_content(positions=np.array([positions for positions, _, _ in kept]), said=json.dumps(said))


def _read_poses(entry: Path, n_atoms: int) -> tuple[_Kept, ...] | None:
    """Positions (n_atoms, 3) in Å, the note and the class of each pose of an entry; None when it cannot be used."""
    content = read_kept(entry)
    if content is None:
        return None
    arrays = arrays_of(content, "positions", "said")
    try:
        if arrays is None:
            raise ValueError("no arrays")
        positions, said = arrays[0], json.loads(str(arrays[1]))
        if not 1 <= len(positions) <= MOST_POSES or not all(are_positions(each, n_atoms) for each in positions):
            raise ValueError("other positions")
        return tuple(
            (each, str(of["note"]), PoseAssessment.model_validate(of["assessment"]))
            for each, of in zip(positions, said, strict=True)
        )
    except (ValueError, TypeError, KeyError):
        say_made_again(entry)
        return None


def _cache_entry(kinase: Kinase, ligand: Ligand, receptor: Complex, seed: int) -> Path:
    of_kinase = (kinase.name, kinase.pocket)  # a user's own of that name may have another pocket
    described = (
        *(of_kinase, ligand.molblock, ligand.parameters_xml, receptor.source),
        *(seed, CACHE_VERSION, can_dock()),
    )
    digest = hashlib.sha256(repr(described).encode() + receptor.positions.tobytes()).hexdigest()
    return cache_folder() / "poses" / f"{digest}.npz"
