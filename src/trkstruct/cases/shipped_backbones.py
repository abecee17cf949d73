"""Backbones that ship for the shipped complexes: positions after short dynamics, so that no user waits for them."""

import hashlib
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from trkstruct.errors import StructureError
from trkstruct.files.arrays import arrays_content, arrays_of
from trkstruct.files.shipped import shipped_path
from trkstruct.structure.complex import Complex, residue_id
from trkstruct.units import FloatArray

FOLDER: Final = "backbones"  # of structures/


def backbones_path(name: str) -> Path:
    """Where the backbones of a shipped complex are."""
    return shipped_path("structures") / FOLDER / f"{name}.npz"


def backbones_content(complex_: Complex, moving: NDArray[np.int64], snapshots: FloatArray) -> bytes:
    """What such a file holds.

    Parameters
    ----------
    complex_ : Complex
        What moved.
    moving : numpy.ndarray, shape (m,)
        Which of its atoms.
    snapshots : numpy.ndarray, shape (n, m, 3)
        Å; single precision is kept, they are relaxed before use.
    """
    return arrays_content(
        atoms=_atoms_digest(complex_), moving=moving.astype(np.int32), positions=snapshots.astype(np.float32)
    )


def shipped_backbone(name: str, complex_: Complex, number: int) -> Complex | None:
    """A complex on another of its backbones (1, 2, ...), not yet relaxed.

    None where none ships: for a structure of a user's, for more than there are, or when atoms differ, as they do at
    another pH.

    Raises
    ------
    StructureError
        When the file is damaged.
    """
    path = backbones_path(name)
    if not path.is_file():
        return None
    digest, moving, snapshots = _read(path)
    if number > len(snapshots) or digest != _atoms_digest(complex_):
        return None
    positions = complex_.positions.copy()
    positions[moving] = snapshots[number - 1]
    return replace(complex_, positions=positions)


@lru_cache(maxsize=4)
def _read(path: Path) -> tuple[str, NDArray[np.int32], NDArray[np.float32]]:
    arrays = arrays_of(path.read_bytes(), "atoms", "moving", "positions")
    if arrays is None:
        raise StructureError(f"{path} is damaged; reinstall the package, or run scripts/shipped/build_backbones.py.")
    atoms, moving, positions = arrays
    return str(atoms), moving, positions


def _atoms_digest(complex_: Complex) -> str:
    """Of which atoms there are and in which order."""
    named = (f"{residue_id(atom.residue)} {atom.residue.name} {atom.name}" for atom in complex_.topology.atoms())
    return hashlib.sha256("\n".join(named).encode()).hexdigest()
