"""Reading a ligand with its pose from an SDF, MOL or MOL2 file that may come from anybody."""

import errno
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np
from rdkit import Chem, rdBase

from trkstruct.errors import LigandError
from trkstruct.files.regular_file import read_regular
from trkstruct.ligand.mol2 import read_mol2
from trkstruct.ligand.molecule import largest_fragment, rdkit_reason
from trkstruct.ligand.stereo import real_stereo
from trkstruct.units import UNKNOWN_ANGSTROM

FLAT_ANGSTROM: Final = 1e-3  # a drawing has z = 0 everywhere
LARGEST_FILE_BYTES: Final = 100_000_000  # a library of 20 000 poses; of which the first is read
LARGEST_RECORD_CHARACTERS: Final = 1_000_000  # a drug has 5 000
MOST_ATOMS: Final = 2000  # with its hydrogens, solvent and counter-ions
NEAREST_ANGSTROM: Final = 0.4  # H-H in hydrogen, the shortest bond there is, has 0.74
LONGEST_BOND_ANGSTROM: Final = 3.5  # C-I has 2.1, a docked pose may be crude

_ATOM_INDEX: Final = re.compile(r"atom # (\d+)")
_HUGE_INTEGER: Final = re.compile(r"(?<![\w.+-])\d{7,}(?![\w.])")


def read_ligand_file(path: Path) -> tuple[Chem.Mol, tuple[str, ...]]:
    """Molecule of an SDF, MOL or MOL2 file with hydrogens, the file's atom order and coordinates, and notes about it.

    Raises
    ------
    LigandError
        When the file is missing, broken or too large, has no 3D coordinates or impossible ones, or holds an impossible
        molecule.
    """
    text = read_text(path)
    mol2 = path.suffix.lower() == ".mol2"
    record = _first_record(text, path, mol2=mol2)
    record = record.encode("ascii", "replace").decode()  # RDKit cuts what it quotes in the middle of a longer character
    with rdBase.CaptureErrorLog() as log:  # RDKit writes its complaint to stderr, where nothing can read it back
        try:
            molecule = read_mol2(record, path) if mol2 else _read_block(record)
        except (Chem.MolSanitizeException, RuntimeError, ValueError) as error:
            if isinstance(error, LigandError):
                raise
            raise _no_molecule(path, text, str(error)) from error
    if molecule is None or not molecule.GetNumAtoms():
        raise _no_molecule(path, text, log.messages)
    if molecule.GetNumAtoms() > MOST_ATOMS:
        raise LigandError(f"{path} holds a molecule of {molecule.GetNumAtoms()} atoms: no ligand.")
    records = text.count("@<TRIPOS>MOLECULE") if mol2 else text.count("$$$$")
    notes = [f"{path.name} holds {records} molecules; the first is used."] if records > 1 else []
    if not molecule.GetNumConformers() or abs(molecule.GetConformer().GetPositions()[:, 2]).max() < FLAT_ANGSTROM:
        raise LigandError(f"{path} has no 3D coordinates; give a pose in the frame of the structure, or the SMILES.")
    _check_coordinates(molecule, path)
    molecule, left_out = _one_molecule(molecule, path)
    with_hydrogens = Chem.AddHs(molecule, addCoords=True)
    added = with_hydrogens.GetNumAtoms() - molecule.GetNumAtoms()
    if added:
        notes.append(f"{path.name} lacks {added} hydrogens; they were added for the protonation state drawn.")
    Chem.AssignStereochemistryFrom3D(with_hydrogens)
    return real_stereo(with_hydrogens), (*notes, *left_out)


def _read_block(record: str) -> Chem.Mol | None:
    """The molecule of a connection table; why there is none goes to RDKit's error log.

    ``MolFromMolBlock`` writes what it cannot parse to the log of warnings, which cannot be captured; a supplier to that
    of errors.
    """
    with _without_warnings():
        molecule = Chem.MolFromMolBlock(record, removeHs=False)
        if molecule is None:
            next(iter(Chem.ForwardSDMolSupplier(io.BytesIO(record.encode()), removeHs=False)), None)
    return molecule


@contextmanager
def _without_warnings() -> Iterator[None]:
    """While this lasts RDKit keeps its warnings to itself."""
    enabled = "rdApp.warning:enabled" in rdBase.LogStatus()
    rdBase.DisableLog("rdApp.warning")
    try:
        yield
    finally:
        if enabled:
            rdBase.EnableLog("rdApp.warning")


def read_text(path: Path) -> str:
    """Text of a file of molecules.

    Raises
    ------
    LigandError
        When it is missing, unreadable or too large.
    """
    if not path.is_file():
        raise LigandError(f"There is no ligand file {path}; check its folder and name.")
    try:
        content = read_regular(path, LARGEST_FILE_BYTES)
    except OSError as error:
        if error.errno == errno.EFBIG:
            raise LigandError(
                f"{path} has more than {LARGEST_FILE_BYTES / 1e6:g} MB: no ligand; give a file with one pose."
            ) from error
        raise LigandError(f"The ligand file {path} cannot be read: {error.strerror}.") from error
    return content.decode("utf-8", errors="replace")


def _first_record(text: str, path: Path, *, mol2: bool) -> str:
    """The text of the first molecule, checked."""
    if mol2:
        first, mark, rest = text.partition("@<TRIPOS>MOLECULE")
        record = first + mark + rest.partition("@<TRIPOS>MOLECULE")[0]
    else:
        record = text.partition("$$$$")[0]
    check_connection_table(record, str(path))
    return record


def check_connection_table(record: str, source: str) -> None:
    """Raise for a molecule's text that is too long, or whose counts would have RDKit make room for more than it holds.

    A V3000 table says how many atoms, bonds and groups follow, and its lists say how many numbers they hold.

    Raises
    ------
    LigandError
        With the line.
    """
    if len(record) > LARGEST_RECORD_CHARACTERS:
        raise LigandError(
            f"The first molecule of {source} takes {len(record)} characters; {LARGEST_RECORD_CHARACTERS} is the limit."
        )
    lines = record.splitlines()
    for number, line in enumerate(lines, start=1):
        if not line.startswith("M  V30"):
            continue
        counts = [int(word) for word in line.split()[3:] if word.isdigit()] if " COUNTS " in line else []
        if _HUGE_INTEGER.search(line) or any(count > len(lines) for count in counts):
            raise LigandError(f"Line {number} of {source} announces more than {len(lines)} lines hold: {line[:60]!r}.")


def _no_molecule(path: Path, text: str, said: str) -> LigandError:
    """RDKit's reason where it gives one."""
    if not text.strip():
        return LigandError(f"{path} holds no molecule that RDKit can read: it is empty. Write it again as SDF or MOL2.")
    first_line = f"(first line {text.splitlines()[0][:40]!r})"
    reason = _ATOM_INDEX.sub(lambda found: f"atom {int(found[1]) + 1}", rdkit_reason(said))  # RDKit counts from 0
    if not reason or "EOF" in reason:
        why = f"it is broken or cut off {first_line}. Write it again as SDF or MOL2."
    elif path.suffix.lower() == ".mol2" and "Element '" in reason:
        why = f"{reason}. Atom types must be SYBYL's (C.ar, N.am), not GAFF's; antechamber writes them with -at sybyl."
    else:
        why = f"{reason} {first_line}. Correct its charges, bonds, hydrogens or numbers."
    return LigandError(f"{path} holds no molecule that RDKit can read: {why}")


def _check_coordinates(molecule: Chem.Mol, path: Path) -> None:
    """Raise for an atom that lies nowhere, on another atom, or far from what it is bonded to."""
    positions = molecule.GetConformer().GetPositions()
    for index, position in enumerate(positions):
        if not np.isfinite(position).all() or np.abs(position).max() >= UNKNOWN_ANGSTROM:
            place = ", ".join(f"{value:g}" for value in position)
            raise LigandError(
                f"{_atom(molecule, index)} of {path} lies at ({place}) Å, which is no place in a structure."
            )
    for index in range(1, len(positions)):
        distances = np.linalg.norm(positions[:index] - positions[index], axis=1)
        if distances.min() < NEAREST_ANGSTROM:
            other = _atom(molecule, int(distances.argmin()))
            raise LigandError(
                f"{_atom(molecule, index)} of {path} lies on {other} ({distances.min():.2f} Å apart). Leave out "
                "hydrogens that have no coordinates; they are added. Coordinates are in Å, not nm."
            )
    for bond in molecule.GetBonds():
        ends = bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()
        length = float(np.linalg.norm(positions[ends[0]] - positions[ends[1]]))
        if length > LONGEST_BOND_ANGSTROM:
            one, other = (_atom(molecule, index) for index in ends)
            raise LigandError(
                f"The bond between {one} and {other} of {path} is {length:.1f} Å long; correct the coordinates."
            )


def _atom(molecule: Chem.Mol, index: int) -> str:
    return f"atom {index + 1} ({molecule.GetAtomWithIdx(index).GetSymbol()})"


def _one_molecule(molecule: Chem.Mol, path: Path) -> tuple[Chem.Mol, tuple[str, ...]]:
    try:
        return largest_fragment(molecule)
    except Chem.MolSanitizeException as error:
        raise LigandError(f"{path} holds an impossible molecule: {error}. Correct its bonds or charges.") from error
