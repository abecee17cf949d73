"""Relaxed wild types, kept in a folder and shared by the cases that start from them."""

import io
import logging
import os
import tokenize
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from filelock import FileLock

from trkstruct.cases.spec import KEY_CHARACTERS, CaseSpec
from trkstruct.cases.wild_type import WildType
from trkstruct.files.cache import read_checked, write_checked
from trkstruct.files.run_folder import WILD_TYPES
from trkstruct.files.whole_file import arrays_content
from trkstruct.impact.bound_and_apo import BoundAndApo
from trkstruct.impact.ddg import relax_end_states
from trkstruct.structure.complex import Complex, without_ligand
from trkstruct.units import FloatArray

ARRAY_FAULTS: Final = (
    OSError,
    EOFError,
    ValueError,
    KeyError,
    RuntimeError,  # an encrypted part; NotImplementedError, an unknown compression, is one too
    SyntaxError,
    MemoryError,
    tokenize.TokenError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What NumPy and zipfile raise for archives that are none, besides their own exceptions."""

_log = logging.getLogger(__name__)


def wild_type_path(work_dir: Path, spec: CaseSpec, number: int) -> Path:
    """Where the relaxed wild type of a case lies: positions (Å) of its bound and apo state."""
    return work_dir / WILD_TYPES / f"{spec.wild_type_key()[:KEY_CHARACTERS]}-{number}.npz"


def load_relaxed_wild_type(spec: CaseSpec, wild_type: WildType, work_dir: Path, number: int) -> BoundAndApo[Complex]:
    """The relaxed wild type of one replicate of a case, computed once for all mutations of a kinase and ligand.

    Of processes that ask for it at once, one computes it and the others wait. It is kept with its digest and for whom
    it was computed; what is kept there and is not that is computed again.
    """
    path, whose = wild_type_path(work_dir, spec, number), f"{spec.wild_type_key()} {number}"
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{path}.lock"):
        content = kept_wild_type(path)
        kept = None if content is None else _states(content, whose, wild_type)
        if kept is not None:
            return kept
        if content is not None:
            _say_computed_again(path)
        seed = spec.settings.seeds[number]
        states = relax_end_states(wild_type.complex, wild_type.ligand.parameters_xml or "", spec.settings, seed)
        positions = {"bound": states.bound.positions, "apo": states.apo.positions}
        write_checked(path, arrays_content(whose=whose, **positions))
    return states


def kept_wild_type(path: Path) -> bytes | None:
    """Contents of a kept file; None when there is none, or it is not what was written there, which is logged."""
    content = read_checked(path)
    if content is None and os.path.lexists(path):
        _say_computed_again(path)
    return content


def _say_computed_again(path: Path) -> None:
    _log.warning("%s is not what was kept there and is computed again.", path)


def _states(content: bytes, whose: str, wild_type: WildType) -> BoundAndApo[Complex] | None:
    """The states that a file holds; None when it holds those of something else."""
    bound, apo = wild_type.complex, without_ligand(wild_type.complex)
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as kept:
            said, bound_positions, apo_positions = str(kept["whose"]), kept["bound"], kept["apo"]
    except ARRAY_FAULTS:
        return None
    if said != whose or not (_are_of(bound, bound_positions) and _are_of(apo, apo_positions)):
        return None
    return BoundAndApo(replace(bound, positions=bound_positions), replace(apo, positions=apo_positions))


def _are_of(complex_: Complex, positions: FloatArray) -> bool:
    """Whether these are finite positions of the atoms of a complex."""
    expected = complex_.positions
    return (
        positions.shape == expected.shape and positions.dtype == expected.dtype and bool(np.isfinite(positions).all())
    )
