"""The best pose of a ligand, sought once and kept."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Final

from filelock import FileLock

from trkstruct.files.arrays import are_positions, arrays_content, arrays_of
from trkstruct.files.cache import cache_folder, read_kept, say_made_again, write_checked
from trkstruct.kinase.kinases import Kinase
from trkstruct.ligand.ligand import Ligand, place_ligand
from trkstruct.pose.docking import can_dock
from trkstruct.pose.posed_ligand import describe
from trkstruct.pose.search import Search, find_posed_ligands, receptor_for
from trkstruct.structure.complex import Complex
from trkstruct.units import FloatArray

CACHE_VERSION: Final = "3"  # raise when anything that changes a pose changes


def place_by_analogy(kinase: Kinase, ligand: Ligand, *, seed: int = 0) -> tuple[Complex, Ligand, tuple[str, ...]]:
    """Receptor relaxed around the best pose found, the ligand in it, and a note that says how it was found.

    Kept in the cache of ligand parameters: every mutant of a scan starts from the same pose, and it is sought once. A
    file that is not what was kept there is logged, and the pose sought again.

    Raises
    ------
    LigandError
        As `find_posed_ligands`.
    """
    receptor, reference = receptor_for(kinase, ligand)
    return _kept_pose(receptor, kinase, ligand, reference, seed)


def place_by_docking(
    receptor: Complex, kinase: Kinase, ligand: Ligand, *, seed: int = 0
) -> tuple[Complex, Ligand, tuple[str, ...]]:
    """As `place_by_analogy`, docked into a receptor that no ligand is known to bind to.

    Raises
    ------
    LigandError
        As `find_posed_ligands`.
    """
    return _kept_pose(receptor, kinase, ligand, None, seed)


def _kept_pose(
    receptor: Complex, kinase: Kinase, ligand: Ligand, reference: Ligand | None, seed: int
) -> tuple[Complex, Ligand, tuple[str, ...]]:
    entry = _cache_entry(kinase, ligand, receptor, seed)
    entry.parent.mkdir(parents=True, exist_ok=True)
    n_protein = len(receptor.positions)
    with FileLock(f"{entry}.lock"):
        kept = _read_pose(entry, n_protein + len(ligand.atom_names))
        if kept is None:
            poses = find_posed_ligands(receptor, kinase, ligand, reference, Search(seed=seed))
            kept = poses[0].complex.positions, describe(poses)
            write_checked(entry, arrays_content(positions=kept[0], note=kept[1]))
    positions, note = kept
    return replace(receptor, positions=positions[:n_protein]), place_ligand(ligand, positions[n_protein:]), (note,)


def _read_pose(entry: Path, n_atoms: int) -> tuple[FloatArray, str] | None:
    """Positions (n_atoms, 3) in Å and the note that an entry holds; None when there is none that can be used."""
    content = read_kept(entry)
    if content is None:
        return None
    arrays = arrays_of(content, "positions", "note")
    if arrays is None or not are_positions(arrays[0], n_atoms):
        say_made_again(entry)
        return None
    return arrays[0], str(arrays[1])


def _cache_entry(kinase: Kinase, ligand: Ligand, receptor: Complex, seed: int) -> Path:
    described = (kinase.name, ligand.molblock, ligand.parameters_xml, receptor.source, seed, CACHE_VERSION, can_dock())
    digest = hashlib.sha256(repr(described).encode() + receptor.positions.tobytes()).hexdigest()
    return cache_folder() / "poses" / f"{digest}.npz"
