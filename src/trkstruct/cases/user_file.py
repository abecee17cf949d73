"""A user's file, read once and prepared once by each process, however many cases start from it.

Which kinase it holds depends on the kinases that are known, so it is read again when those are others.
"""

from functools import lru_cache
from pathlib import Path

from trkstruct.kinase.kinases import Kinase, kinases
from trkstruct.preparation.chain_and_ligand import ChosenParts, read_chain_and_ligand
from trkstruct.preparation.prepared_file import PreparedFile, prepare_parts


def read_parts(structure: str, chain: str | None, ligand_residue: str | None) -> ChosenParts:
    """The kinase chain and the ligand of a user's file, which kinase it is included.

    Raises
    ------
    StructureError
        When the file cannot be used.
    """
    return _read(structure, last_changed(structure), kinases(), chain, ligand_residue)


def read_prepared(structure: str, chain: str | None, ligand_residue: str | None, ph: float) -> PreparedFile:
    """The same, complete.

    Raises
    ------
    StructureError
        When the file cannot be used.
    RelaxationError
        When what was built cannot be relaxed.
    """
    return _prepare(structure, last_changed(structure), kinases(), chain, ligand_residue, ph)


def last_changed(structure: str) -> int:
    """When the file was changed, ns: it is read again then."""
    path = Path(structure)
    return path.stat().st_mtime_ns if path.is_file() else 0


@lru_cache(maxsize=4)
def _read(
    structure: str, _changed: int, _known: tuple[Kinase, ...], chain: str | None, ligand_residue: str | None
) -> ChosenParts:
    return read_chain_and_ligand(structure, chain=chain, ligand_residue=ligand_residue)


@lru_cache(maxsize=4)
def _prepare(
    structure: str,
    changed: int,
    known: tuple[Kinase, ...],
    chain: str | None,
    ligand_residue: str | None,
    ph: float,
) -> PreparedFile:
    return prepare_parts(_read(structure, changed, known, chain, ligand_residue), ph=ph)
