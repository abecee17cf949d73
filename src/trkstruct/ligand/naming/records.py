"""Ligands as they are given, as the texts that name one each: files of many records, SMILES files, RDKit molecules."""

import hashlib
import logging
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rdkit import Chem

from trkstruct.errors import InputError, LigandError
from trkstruct.files.cache import cache_folder
from trkstruct.files.whole_file import write_whole
from trkstruct.ligand.ligand import safe_name
from trkstruct.ligand.ligand_file import FLAT_ANGSTROM, read_text
from trkstruct.ligand.molecule import canonical_smiles, parse_smiles
from trkstruct.ligand.naming.named_smiles import split_named
from trkstruct.ligand.smiles_limits import shortened

SMILES_SUFFIXES: Final = (".smi", ".smiles")
RECORD_SUFFIXES: Final = (".sdf", ".mol2")
MOST_SHOWN: Final = 8

_log = logging.getLogger(__name__)
_END_OF_RECORD = re.compile(r"^\$\$\$\$[ \t]*\r?\n?", re.MULTILINE)
_MOL2_RECORD = re.compile(r"^@<TRIPOS>MOLECULE", re.MULTILINE)


@dataclass(frozen=True)
class Record:
    """One molecule of a file: its number there (a line, or 1 for the first), the name that it bears, and its text."""

    number: int
    title: str
    text: str


def ligand_texts(given: object) -> tuple[str, ...]:
    """One text for each ligand of what was given: a name, SMILES, path or RDKit molecule, or several of them.

    Each record of an SDF or MOL2 file with several becomes a file of its own in the cache folder, each line of a SMILES
    file ``NAME=SMILES``, as does a molecule without 3D coordinates. A record without a name is called after its file
    and number, one with a name that was there before gets a number, and one that is there twice counts once; what was
    changed is logged. Texts that are one ligand each stay as they are.

    Raises
    ------
    InputError
        When something is neither text nor molecule.
    LigandError
        With every record of a file that cannot be read.
    """
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        return tuple(_texts_of(given))
    return tuple(text for each in given for text in _texts_of(each))


def smiles_texts(path: Path) -> tuple[str, ...]:
    """``NAME=SMILES`` for each line of a SMILES file: the SMILES, then a blank and the name; ``#`` begins a comment.

    Raises
    ------
    LigandError
        When the file is missing or empty, or with every line that is no SMILES.
    """
    records = _smiles_records(read_text(path))
    if not records:
        raise LigandError(f"{path} holds no SMILES; write one per line, a blank and the name after it.")
    problems = [f"line {each.number}: {reason}" for each in records if (reason := _unreadable(each))]
    if problems:
        more = f"\n  and {len(problems) - MOST_SHOWN} more" if len(problems) > MOST_SHOWN else ""
        shown = "\n  ".join(problems[:MOST_SHOWN])
        raise LigandError(f"{path} has {len(problems)} lines that cannot be used:\n  {shown}{more}")
    kept = _without_repeats(path, records, [canonical_smiles(parse_smiles(each.text)) for each in records])
    named = zip(_names(path, kept), kept, strict=True)
    return tuple(f"{name}={each.text}" for name, each in named)


def molecule_text(molecule: Chem.Mol) -> str:
    """The text that stands for an RDKit molecule: ``NAME=SMILES``, or with a 3D conformer a file that has its pose.

    Raises
    ------
    LigandError
        When it has several conformers, of which nobody knows which is the pose.
    """
    title = molecule.GetProp("_Name").strip() if molecule.HasProp("_Name") else ""
    if molecule.GetNumConformers() > 1:
        raise LigandError(
            f"The molecule {title or Chem.MolToSmiles(Chem.RemoveHs(molecule))} has {molecule.GetNumConformers()} "
            "conformers. Keep the one that is its pose in the structure, or none (RemoveAllConformers)."
        )
    if molecule.GetNumConformers() and abs(molecule.GetConformer().GetPositions()[:, 2]).max() >= FLAT_ANGSTROM:
        name = safe_name(title or Chem.MolToInchiKey(molecule).partition("-")[0])
        return str(_kept_file(name, Chem.MolToMolBlock(molecule), ".sdf"))
    smiles = str(Chem.MolToSmiles(Chem.RemoveHs(molecule)))
    named = f"{safe_name(title)}={smiles}"
    return named if title and split_named(named) == (safe_name(title), smiles) else smiles


def _texts_of(given: object) -> Sequence[str]:
    if isinstance(given, Chem.Mol):
        return (molecule_text(given),)
    if isinstance(given, Path):
        given = str(given)
    if not isinstance(given, str):
        raise InputError(
            f"ligands are texts or RDKit molecules, and one of them is {given!r} ({type(given).__name__})."
        )
    path, suffix = Path(given.strip()), Path(given.strip()).suffix.lower()
    if suffix in SMILES_SUFFIXES and "=" not in path.name:
        return smiles_texts(path)
    if suffix in RECORD_SUFFIXES and path.is_file():
        records = _molecule_records(read_text(path), suffix)
        return _molecule_texts(path, records) if len(records) > 1 else (given,)
    return (given,)


def _molecule_texts(path: Path, records: Sequence[Record]) -> tuple[str, ...]:
    kept = _without_repeats(path, records, [each.text for each in records])
    suffix = path.suffix.lower()
    named = zip(_names(path, kept), kept, strict=True)
    return tuple(str(_kept_file(name, each.text, suffix)) for name, each in named)


def _molecule_records(text: str, suffix: str) -> list[Record]:
    if suffix == ".sdf":
        parts = [part for part in _END_OF_RECORD.split(text) if part.strip()]
        titles = [part.split("\n", 1)[0].strip() for part in parts]
    else:
        starts = [found.start() for found in _MOL2_RECORD.finditer(text)]
        parts = [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]
        titles = [(part.splitlines()[1:2] or [""])[0].strip() for part in parts]
    numbered = enumerate(zip(parts, titles, strict=True), start=1)
    return [Record(number, "" if title == "*****" else title, part) for number, (part, title) in numbered]


def _smiles_records(text: str) -> list[Record]:
    """Lines that are neither blank, comment nor the head of the table."""
    records: list[Record] = []
    for number, line in enumerate(text.splitlines(), start=1):
        smiles, _, title = line.strip().lstrip("\ufeff").replace("\t", " ").partition(" ")
        if smiles and not smiles.startswith("#") and not (not records and smiles.casefold() == "smiles"):
            records.append(Record(number, title.strip(), smiles))
    return records


def _unreadable(record: Record) -> str:
    """Why a line is no ligand; empty when it is one."""
    if record.title.startswith("|"):
        return "a ChemAxon extension (|...|) follows the SMILES, which is not read; write a plain SMILES"
    try:
        parse_smiles(record.text)
    except LigandError as error:
        return str(error)
    return ""


def _without_repeats(path: Path, records: Sequence[Record], contents: Sequence[str]) -> list[Record]:
    """The records whose content was not there before; what is left out is logged."""
    first: dict[str, Record] = {}
    repeats = []
    for record, content in zip(records, contents, strict=True):
        if content in first:
            repeats.append(f"{record.number} is {first[content].number} again")
        first.setdefault(content, record)
    if repeats:
        _log.warning("%s: %s; each counts once.", path.name, _listed(repeats))
    return list(first.values())


def _names(path: Path, records: Sequence[Record]) -> list[str]:
    """A name for each record, all different, that neither a file name nor ``NAME=SMILES`` mistakes."""
    taken = {safe_name(each.title).casefold() for each in records if each.title}
    used: set[str] = set()
    names, changed = [], []
    for record in records:
        plain = safe_name(record.title) if record.title else ""
        if not plain or split_named(f"{plain}=C") != (plain, "C"):  # nameless, or a name that is a SMILES itself
            plain = _free(f"{safe_name(path.stem)}-{record.number}", taken | used)
        elif plain.casefold() in used:
            plain = _free(f"{plain}-{record.number}", taken | used)
        used.add(plain.casefold())
        names.append(plain)
        if plain != record.title:
            changed.append(f"{record.number} ({shortened(record.title) or 'no name'}) is called {plain}")
    if changed:
        _log.warning("%s: %s.", path.name, _listed(changed))
    return names


def _free(name: str, taken: set[str]) -> str:
    """The name, with as many underscores as it takes to be nobody else's."""
    while name.casefold() in taken:
        name += "_"
    return name


def _listed(parts: Sequence[str]) -> str:
    more = f" and {len(parts) - MOST_SHOWN} more" if len(parts) > MOST_SHOWN else ""
    return ", ".join(parts[:MOST_SHOWN]) + more


def _kept_file(name: str, text: str, suffix: str) -> Path:
    """A file of the cache folder for one record, the same one for the same name and text."""
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    path = cache_folder() / "records" / digest / f"{name[:64]}{suffix}"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text)
    return path
