"""Relaxed wild types, kept in a folder and shared by the cases that start from them."""

import logging
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from filelock import FileLock

from trkstruct.cases.spec import KEY_CHARACTERS, WILD_TYPES, CaseSpec
from trkstruct.cases.wild_type import WildType
from trkstruct.files.whole_file import write_arrays
from trkstruct.impact.bound_and_apo import BoundAndApo
from trkstruct.impact.ddg import relax_end_states
from trkstruct.structure.complex import Complex, without_ligand

_log = logging.getLogger(__name__)


def wild_type_path(work_dir: Path, spec: CaseSpec, number: int) -> Path:
    """Where the relaxed wild type of a case lies: positions (Å) of its bound and apo state."""
    return work_dir / WILD_TYPES / f"{spec.wild_type_key()[:KEY_CHARACTERS]}-{number}.npz"


def load_relaxed_wild_type(spec: CaseSpec, wild_type: WildType, work_dir: Path, number: int) -> BoundAndApo[Complex]:
    """The relaxed wild type of one replicate of a case, computed once for all mutations of a kinase and ligand.

    Of processes that ask for it at once, one computes it and the others wait.
    """
    path = wild_type_path(work_dir, spec, number)
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{path}.lock"):
        kept = _read(path, wild_type)
        if kept is not None:
            return kept
        seed = spec.settings.seeds[number]
        states = relax_end_states(wild_type.complex, wild_type.ligand.parameters_xml or "", spec.settings, seed)
        write_arrays(path, bound=states.bound.positions, apo=states.apo.positions)
    return states


def _read(path: Path, wild_type: WildType) -> BoundAndApo[Complex] | None:
    """The states of a file; None when it is not there or was damaged."""
    apo = without_ligand(wild_type.complex)
    try:
        with np.load(path, allow_pickle=False) as kept:
            bound_positions, apo_positions = kept["bound"], kept["apo"]
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        _log.warning("%s cannot be read and is computed again.", path)
        return None
    if bound_positions.shape != wild_type.complex.positions.shape or apo_positions.shape != apo.positions.shape:
        return None
    return BoundAndApo(replace(wild_type.complex, positions=bound_positions), replace(apo, positions=apo_positions))
