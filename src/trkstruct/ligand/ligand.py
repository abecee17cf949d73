"""A ligand as one value, from a shipped name, a SMILES or a file that carries its own pose."""

import csv
import re
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Final, NoReturn

from pydantic import TypeAdapter, ValidationError
from rdkit import Chem, rdBase
from rdkit.Geometry import Point3D

from trkstruct.errors import LigandError
from trkstruct.files.shipped import shipped_path
from trkstruct.ligand.ambertools import rename_atoms
from trkstruct.ligand.ligand_file import read_ligand_file
from trkstruct.ligand.molecule import (
    atom_names,
    build_3d,
    canonical_order,
    canonical_smiles,
    check_molecule,
    match_atoms,
    read_smiles,
)
from trkstruct.ligand.parameter_check import check_forcefield_xml
from trkstruct.ligand.parameters import MethodName, cached_parameters
from trkstruct.ligand.protonation import protonate
from trkstruct.ligand.stored_ligands import STORED_SUFFIX, check_stored_name, read_stored, stored_names, stored_path
from trkstruct.units import FloatArray

SHIPPED_SOURCE: Final = "GAFF2/AM1-BCC (shipped)"
POSE_SUFFIXES: Final = (".sdf", ".mol", ".mol2")
PHYSIOLOGICAL_PH: Final = 7.4

NEUTRAL_AMINE: Final = (
    "[NX3;+0;!$(N-[!#6;!#1]);!$(N-C=[O,N,S]);!$(N-[a]);!$(N-[C,c]=,:*);!$(N-C#*)]([#6X4,#1])([#6X4,#1])[#6X4]"
)
"""An aliphatic amine drawn neutral: no amide, aniline, enamine or cyanamide."""

_NAME = re.compile(r"[A-Za-z][\w .-]*")
_NAMED_SMILES = re.compile(r"(?P<name>[\w.-]+)\s*=\s*(?P<smiles>\S+)")


@dataclass(frozen=True)
class Ligand:
    """A small molecule in one protonation state with 3D coordinates and parameters; plain text and numbers only.

    Attributes
    ----------
    name : str
        Safe for file names (letters, digits, ``_`` and ``-``).
    smiles : str
        Isomeric, canonical, in the protonation state that is simulated.
    formal_charge : int
        e.
    molblock : str
        Explicit hydrogens, 3D (Å), atoms in the order of ``atom_names``.
    atom_names : tuple of str
        Unique, at most four characters.
    parameters_xml : str or None
        OpenMM ForceField XML with residue template ``LIG`` and these atom names; None when not asked for.
    parameter_source : str
        Which parameters and charges these are.
    generation : str or None
        ``first`` or ``second``, of a TRK inhibitor that ships with trkstruct.
    has_pose : bool
        True when the coordinates come from a file and lie in the frame of a structure.
    notes : tuple of str
        What a user should know about how the input was understood.
    """

    name: str
    smiles: str
    formal_charge: int
    molblock: str
    atom_names: tuple[str, ...]
    parameters_xml: str | None
    parameter_source: str
    generation: str | None
    has_pose: bool = False
    notes: tuple[str, ...] = ()


def load_ligand(text: str, *, with_parameters: bool = True, ph: float = PHYSIOLOGICAL_PH) -> Ligand:
    """Ligand of a shipped or stored name, a SMILES, ``NAME=SMILES``, or a path to an SDF, MOL2 or stored (JSON) file.

    A SMILES drawn neutral is protonated for the pH; one drawn with ionised groups, and a file, are taken as drawn.
    Shipped drugs are in their state at pH 7.4, stored ligands in the one they were stored in. What is neither shipped
    nor stored is parametrized (see `parameter_methods`), or taken from the cache; ``with_parameters=False`` leaves that
    out where only the chemistry matters.

    Parameters
    ----------
    text : str
    with_parameters : bool
    ph : float
        For a SMILES drawn neutral.

    Raises
    ------
    LigandError
        For an unknown name, an invalid or ambiguous SMILES, an unreadable file, or when parameters cannot be made.
    """
    text = text.strip()
    if text.lower().endswith(POSE_SUFFIXES):
        return _load_file(Path(text), with_parameters)
    if text.lower().endswith(STORED_SUFFIX):
        return _load_stored(Path(text))
    row = _find_row(text)
    if row is not None:
        return _load_shipped(row["name"])
    stored = stored_path(text) if "=" not in text else None
    if stored is not None:
        return _load_stored(stored)
    name, smiles = split_name(text)
    return build_ligand(smiles, name, ph=ph, parameters="auto" if with_parameters else None)


def build_ligand(
    smiles: str, name: str | None = None, *, ph: float | None = PHYSIOLOGICAL_PH, parameters: MethodName | None = "auto"
) -> Ligand:
    """Ligand of a SMILES.

    Parameters
    ----------
    smiles : str
    name : str, optional
        By default that of the shipped drug it is, else the first block of its InChIKey.
    ph : float or None
        None takes the protonation state as drawn.
    parameters : str or None
        The method of ``parameter_methods``; None makes none.

    Raises
    ------
    LigandError
        For an invalid or ambiguous SMILES, or when parameters cannot be made.
    """
    molecule, notes = read_smiles(smiles)
    if ph is not None:
        molecule, more = protonate(molecule, ph)
        notes = (*notes, *more)
    return _from_molecule(molecule, name, notes, parameters)


def shipped_ligands() -> tuple[str, ...]:
    """Names of the ligands that ship with parameters, in the order of the table."""
    return tuple(row["name"] for row in _rows())


def ligand_table() -> tuple[dict[str, str], ...]:
    """The rows of ``ligands.csv``: name, SMILES, charge and its reason, binding type, generation, synonyms, source."""
    return tuple(dict(row) for row in _rows())


def is_shipped(name: str) -> bool:
    """Whether a shipped ligand has this name or synonym, whatever the case."""
    return _find_row(name.strip()) is not None


def to_molecule(ligand: Ligand) -> Chem.Mol:
    """RDKit molecule of the ligand, with its hydrogens, stereo and coordinates, in the order of ``atom_names``."""
    return Chem.MolFromMolBlock(ligand.molblock, removeHs=False)


def place_ligand(ligand: Ligand, positions: FloatArray) -> Ligand:
    """The ligand with new coordinates (n_atoms, 3) in Å, in the frame of a structure."""
    molecule = to_molecule(ligand)
    conformer = molecule.GetConformer()
    for index, (x, y, z) in enumerate(positions.tolist()):
        conformer.SetAtomPosition(index, Point3D(x, y, z))
    return replace(ligand, molblock=Chem.MolToMolBlock(molecule), has_pose=True)


def safe_name(text: str) -> str:
    """The text with everything but letters, digits, ``_`` and ``-`` replaced; never empty."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", text).strip("-") or "ligand"


@cache
def _rows() -> tuple[dict[str, str], ...]:
    with (shipped_path("ligands") / "ligands.csv").open(encoding="utf-8", newline="") as table:
        return tuple(csv.DictReader(table))


def _names_of(row: dict[str, str]) -> list[str]:
    return [row["name"], *filter(None, row["synonyms"].split("|"))]


def _find_row(text: str) -> dict[str, str] | None:
    """The shipped ligand with this name or synonym, whatever the case."""
    wanted = text.casefold()
    return next((row for row in _rows() if wanted in map(str.casefold, _names_of(row))), None)


def _load_shipped(name: str) -> Ligand:
    row = next(row for row in _rows() if row["name"] == name)
    folder = shipped_path("ligands")
    molblock = (folder / f"{name}.sdf").read_text(encoding="utf-8").partition("$$$$")[0]
    molecule = Chem.MolFromMolBlock(molblock, removeHs=False)
    return Ligand(
        name=name,
        smiles=canonical_smiles(molecule),
        formal_charge=int(row["formal_charge"]),
        molblock=molblock,
        atom_names=atom_names(molecule),
        parameters_xml=(folder / f"{name}.xml").read_text(encoding="utf-8"),
        parameter_source=SHIPPED_SOURCE,
        generation=row["generation"] or None,
    )


def _load_stored(path: Path) -> Ligand:
    """A stored ligand; the file may come from anybody, so nothing in it is taken on trust."""
    try:
        ligand = TypeAdapter(Ligand).validate_python(read_stored(path))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise LigandError(f"The stored ligand {path} is not whole ({where}: {first['msg']}); add it again.") from error
    check_stored_name(ligand.name)
    with rdBase.BlockLogs():
        molecule = to_molecule(ligand)
    if molecule is None or molecule.GetNumAtoms() != len(ligand.atom_names):
        raise LigandError(
            f"The stored ligand {path} holds no molecule of {len(ligand.atom_names)} atoms; add it again."
        )
    if ligand.parameters_xml is not None:
        check_forcefield_xml(ligand.parameters_xml, str(path))
    return ligand


def split_name(text: str) -> tuple[str | None, str]:
    """Name and SMILES of ``NAME=SMILES``; a text that is a SMILES as a whole (CC=O) has no name."""
    named = _NAMED_SMILES.fullmatch(text)
    with rdBase.BlockLogs():
        whole_is_smiles = Chem.MolFromSmiles(text) is not None
        name_is_smiles = named is not None and Chem.MolFromSmiles(named["name"]) is not None
        rest_is_smiles = named is not None and Chem.MolFromSmiles(named["smiles"]) is not None
    if named is not None and not whole_is_smiles and (rest_is_smiles or not name_is_smiles):
        return named["name"], named["smiles"]
    if not whole_is_smiles and _NAME.fullmatch(text):
        _refuse_name(text)
    return None, text


def _refuse_name(text: str) -> NoReturn:
    """Say which shipped names are close, and why the text is no SMILES either."""
    known = {name.casefold(): name for row in _rows() for name in _names_of(row)}
    close = [known[name] for name in get_close_matches(text.casefold(), known, n=3, cutoff=0.6)]
    hint = (
        f"Did you mean {' or '.join(close)}?"
        if close
        else f"Shipped: {', '.join((*shipped_ligands(), *stored_names()))}."
    )
    try:
        read_smiles(text)
    except LigandError as complaint:
        reason = f"As a SMILES, {complaint}"
        raise LigandError(
            f"{text!r} is not a shipped ligand. {hint} {reason}\nOthers: NAME=SMILES or an SDF file."
        ) from None
    raise AssertionError(f"{text!r} is a SMILES")  # only called when it is none


def _load_file(path: Path, with_parameters: bool) -> Ligand:
    """Ligand of an SDF, MOL or MOL2 file, with the file's atom order and coordinates."""
    molecule, notes = read_ligand_file(path)
    check_molecule(molecule)
    parameters: MethodName | None = "auto" if with_parameters else None
    notes = (*notes, *_protonation_notes(molecule))
    return _from_molecule(molecule, path.stem, notes, parameters, has_pose=True)


def _from_molecule(
    molecule: Chem.Mol,
    name: str | None,
    notes: tuple[str, ...],
    parameters: MethodName | None,
    *,
    has_pose: bool = False,
) -> Ligand:
    """Ligand of a checked molecule: shipped parameters when it is a shipped drug, else cached or new ones."""
    smiles = canonical_smiles(molecule)
    shipped = next((row for row in _rows() if canonical_smiles(Chem.MolFromSmiles(row["smiles"])) == smiles), None)
    if shipped is not None and not has_pose and name is None:
        return replace(_load_shipped(shipped["name"]), notes=notes)
    built = molecule if has_pose else build_3d(molecule)
    names = atom_names(built)
    xml, source = None, "none"
    if parameters is not None:
        reference, xml, source = _parameters(built, shipped, parameters)
        new_name = dict(
            zip(atom_names(reference), (names[index] for index in match_atoms(built, reference)), strict=True)
        )
        xml = rename_atoms(xml, new_name)
    return Ligand(
        name=safe_name(name or (shipped["name"] if shipped else Chem.MolToInchiKey(molecule).partition("-")[0])),
        smiles=smiles,
        formal_charge=Chem.GetFormalCharge(built),
        molblock=Chem.MolToMolBlock(built),
        atom_names=names,
        parameters_xml=xml,
        parameter_source=source,
        generation=(shipped["generation"] or None) if shipped else None,
        has_pose=has_pose,
        notes=notes,
    )


def _parameters(molecule: Chem.Mol, shipped: dict[str, str] | None, method: MethodName) -> tuple[Chem.Mol, str, str]:
    """A molecule in the atom order of the parameters, the XML, and its source."""
    if shipped is not None and method == "auto":
        ligand = _load_shipped(shipped["name"])
        assert ligand.parameters_xml is not None
        return to_molecule(ligand), ligand.parameters_xml, ligand.parameter_source
    canonical = canonical_order(molecule)
    xml, source = cached_parameters(canonical, method)
    return canonical, xml, source


def _protonation_notes(molecule: Chem.Mol) -> tuple[str, ...]:
    """A note when an aliphatic amine is drawn neutral and no nitrogen of the molecule is charged."""
    amines = len(molecule.GetSubstructMatches(Chem.MolFromSmarts(NEUTRAL_AMINE)))
    if not amines or molecule.HasSubstructMatch(Chem.MolFromSmarts("[N,n;+1;!H0]")):
        return ()
    return (f"{amines} aliphatic amine nitrogen(s) drawn neutral may be protonated at pH 7.4; write [NH+] if so.",)
