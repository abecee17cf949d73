"""Relaxed wild types, kept in a folder and shared by the cases that start from them."""

from dataclasses import replace
from pathlib import Path

from filelock import FileLock

from trkstruct.cases.shipped_backbones import shipped_backbone
from trkstruct.cases.spec import KEY_CHARACTERS, CaseSpec
from trkstruct.cases.wild_type import WildType
from trkstruct.files.arrays import are_positions, arrays_content, arrays_of
from trkstruct.files.cache import read_kept, say_made_again, write_checked
from trkstruct.files.run_folder import WILD_TYPES
from trkstruct.impact.backbones import move_backbone
from trkstruct.impact.bound_and_apo import BoundAndApo
from trkstruct.impact.ddg import relax_end_states
from trkstruct.structure.complex import Complex, without_ligand


def wild_type_path(work_dir: Path, spec: CaseSpec, number: int, pose: int = 0) -> Path:
    """Where the relaxed wild type of a case lies: positions (Å) of its bound and apo state."""
    return work_dir / WILD_TYPES / f"{spec.wild_type_key()[:KEY_CHARACTERS]}-{_label(number, pose)}.npz"


def load_relaxed_wild_type(
    spec: CaseSpec, wild_type: WildType, work_dir: Path, number: int, pose: int = 0
) -> BoundAndApo[Complex]:
    """The relaxed wild type of a case on one backbone, computed once for all mutations of a kinase and ligand.

    Backbone 0 is the crystal's; the others start from what ships for the complex, or from short dynamics of it.

    Of processes that ask for it at once, one computes it and the others wait. It is kept with its digest and for whom
    it was computed; what is kept there and is not that is computed again. Rival poses (1, 2) have
    wild types of their own.
    """
    path, whose = wild_type_path(work_dir, spec, number, pose), f"{spec.wild_type_key()} {_label(number, pose)}"
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{path}.lock"):
        content = read_kept(path)
        kept = None if content is None else _states(content, whose, wild_type)
        if kept is not None:
            return kept
        if content is not None:
            say_made_again(path)
        start = _moved(spec, wild_type, work_dir, number, pose) if number else wild_type.complex
        states = relax_end_states(start, wild_type.ligand.parameters_xml or "", spec.settings)
        positions = {"bound": states.bound.positions, "apo": states.apo.positions}
        write_checked(path, arrays_content(whose=whose, **positions))
    return states


def _moved(spec: CaseSpec, wild_type: WildType, work_dir: Path, number: int, pose: int) -> Complex:
    """Where the relaxation of another backbone starts."""
    first = load_relaxed_wild_type(spec, wild_type, work_dir, 0, pose).bound
    shipped = shipped_backbone(wild_type.structure, first, number) if _ships(spec, pose) else None
    return shipped or move_backbone(first, wild_type.ligand.parameters_xml or "", spec.settings, number)


def _ships(spec: CaseSpec, pose: int) -> bool:
    """Whether a case starts from a shipped complex as its backbones were made of it."""
    return spec.structure is None and pose == 0 and spec.settings.seed == 0


def _label(number: int, pose: int) -> str:
    """``0`` for the first backbone in the best pose, ``0-pose1`` in the first rival of it."""
    return f"{number}-pose{pose}" if pose else str(number)


def _states(content: bytes, whose: str, wild_type: WildType) -> BoundAndApo[Complex] | None:
    """The states that a file holds; None when it holds those of something else."""
    bound, apo = wild_type.complex, without_ligand(wild_type.complex)
    arrays = arrays_of(content, "whose", "bound", "apo")
    if arrays is None:
        return None
    said, bound_positions, apo_positions = arrays
    fits = are_positions(bound_positions, len(bound.positions)) and are_positions(apo_positions, len(apo.positions))
    if str(said) != whose or not fits:
        return None
    return BoundAndApo(replace(bound, positions=bound_positions), replace(apo, positions=apo_positions))
