"""The best pose of a ligand, sought once and kept."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from filelock import FileLock

from trkstruct.files.cache import cache_folder
from trkstruct.files.whole_file import write_arrays
from trkstruct.kinase.kinases import Kinase
from trkstruct.ligand.ligand import Ligand, place_ligand
from trkstruct.pose.docking import can_dock
from trkstruct.pose.posed_ligand import describe
from trkstruct.pose.search import Search, find_posed_ligands, receptor_for
from trkstruct.structure.complex import Complex

CACHE_VERSION: Final = "3"  # raise when anything that changes a pose changes


def place_by_analogy(kinase: Kinase, ligand: Ligand, *, seed: int = 0) -> tuple[Complex, Ligand, tuple[str, ...]]:
    """Receptor relaxed around the best pose found, the ligand in it, and a note that says how it was found.

    Kept in the cache of ligand parameters: every mutant of a scan starts from the same pose, and it is sought once.

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
    with FileLock(f"{entry}.lock"):
        if not entry.is_file():
            poses = find_posed_ligands(receptor, kinase, ligand, reference, Search(seed=seed))
            write_arrays(entry, positions=poses[0].complex.positions, note=describe(poses))
    with np.load(entry) as kept:
        positions, note = kept["positions"], str(kept["note"])
    n_protein = len(receptor.positions)
    return replace(receptor, positions=positions[:n_protein]), place_ligand(ligand, positions[n_protein:]), (note,)


def _cache_entry(kinase: Kinase, ligand: Ligand, receptor: Complex, seed: int) -> Path:
    described = (kinase.name, ligand.molblock, ligand.parameters_xml, receptor.source, seed, CACHE_VERSION, can_dock())
    digest = hashlib.sha256(repr(described).encode() + receptor.positions.tobytes()).hexdigest()
    return cache_folder() / "poses" / f"{digest}.npz"
