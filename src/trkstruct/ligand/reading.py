"""Reading a ligand: from a shipped or stored name, a SMILES, or a file that carries its own pose."""

import re
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Final, NoReturn

from pydantic import TypeAdapter, ValidationError
from rdkit import Chem, rdBase

from trkstruct.errors import LigandError
from trkstruct.ligand.ambertools import rename_atoms
from trkstruct.ligand.ligand import Ligand, safe_name, to_molecule
from trkstruct.ligand.ligand_file import check_connection_table, read_ligand_file
from trkstruct.ligand.molecule import (
    atom_names,
    build_3d,
    canonical_order,
    canonical_smiles,
    check_molecule,
    match_atoms,
    read_smiles,
)
from trkstruct.ligand.naming.inhibitors import find_inhibitor, known_inhibitors, known_name, naming_note
from trkstruct.ligand.naming.named_smiles import is_smiles, split_named
from trkstruct.ligand.naming.records import SMILES_SUFFIXES, molecule_text, smiles_texts
from trkstruct.ligand.parameter_check import check_forcefield_xml
from trkstruct.ligand.parameters import MethodName, cached_parameters
from trkstruct.ligand.protonation import protonate
from trkstruct.ligand.shipped_ligands import find_smiles, load_shipped
from trkstruct.ligand.stored_ligands import STORED_SUFFIX, check_stored_name, read_stored, stored_names, stored_path

POSE_SUFFIXES: Final = (".sdf", ".mol", ".mol2")
PHYSIOLOGICAL_PH: Final = 7.4

NEUTRAL_AMINE: Final = (
    "[NX3;+0;!$(N-[!#6;!#1]);!$(N-C=[O,N,S]);!$(N-[a]);!$(N-[C,c]=,:*);!$(N-C#*)]([#6X4,#1])([#6X4,#1])[#6X4]"
)
"""An aliphatic amine drawn neutral: no amide, aniline, enamine or cyanamide."""

_NAME = re.compile(r"[A-Za-z][\w .-]*")


@dataclass(frozen=True)
class UnderstoodLigand:
    """A ligand whose chemistry is known, before the parameters, which may take minutes.

    Attributes
    ----------
    ligand : Ligand
        Without parameters, unless they came with it.
    molecule : rdkit.Chem.Mol or None
        What to make parameters for, in the order of ``ligand.atom_names``; None where no others can be asked for.
    """

    ligand: Ligand
    molecule: Chem.Mol | None = None


def load_ligand(text: str | Chem.Mol, *, with_parameters: bool = True, ph: float = PHYSIOLOGICAL_PH) -> Ligand:
    """Ligand of a known or stored name, a SMILES, ``NAME=SMILES``, an RDKit molecule, or a path to a file.

    Files are SDF, MOL, MOL2, SMILES (.smi) or stored ones (JSON); of several molecules in one the first is taken.
    A SMILES drawn neutral is protonated for the pH; one drawn with ionised groups, and a file, are taken as drawn.
    Shipped drugs are in their state at pH 7.4, stored ligands in the one they were stored in. What is neither shipped
    nor stored is parametrized (see `trkstruct.ligand.parameters`), or its parameters are taken from the cache;
    ``with_parameters=False`` leaves that out where only the chemistry matters.

    Parameters
    ----------
    text : str or rdkit.Chem.Mol
        A molecule with a 3D conformer brings its pose, as a file does; one without is its SMILES.
    with_parameters : bool
    ph : float
        For a SMILES drawn neutral.

    Raises
    ------
    LigandError
        For an unknown name, an invalid or ambiguous SMILES, an unreadable file, or when parameters cannot be made.
    """
    understood = understand_ligand(molecule_text(text) if isinstance(text, Chem.Mol) else text, ph=ph)
    return parametrize(understood) if with_parameters else understood.ligand


def understand_ligand(text: str, *, ph: float = PHYSIOLOGICAL_PH) -> UnderstoodLigand:
    """What `load_ligand` makes of a text, in seconds; `parametrize` does the rest, where the chemistry is not enough.

    Raises
    ------
    LigandError
        For an unknown name, an invalid or ambiguous SMILES, or an unreadable file.
    """
    text = text.strip()
    if text.lower().endswith(POSE_SUFFIXES):
        return _read_file(Path(text))
    if text.lower().endswith(STORED_SUFFIX):
        return UnderstoodLigand(_load_stored(Path(text)))
    if text.lower().endswith(SMILES_SUFFIXES):
        return _first_line(Path(text), ph)
    known = find_inhibitor(text)
    if known is not None and known.ships:
        return UnderstoodLigand(load_shipped(known.name))
    stored = stored_path(text) if "=" not in text else None
    if stored is not None:
        return UnderstoodLigand(_load_stored(stored))
    if known is not None:
        understood = _understand_smiles(known.smiles, known.name, ph)
        caveat = (f"{known.name}: {known.caveat}.",) if known.caveat else ()
        return replace(understood, ligand=replace(understood.ligand, notes=(*understood.ligand.notes, *caveat)))
    name, smiles = split_name(text)
    return _understand_smiles(smiles, name, ph)


def parametrize(understood: UnderstoodLigand, method: MethodName = "auto") -> Ligand:
    """The ligand with its parameters: its own, those of the shipped drug it is, or from the cache, else made now.

    Raises
    ------
    LigandError
        When parameters cannot be made.
    """
    ligand, molecule = understood.ligand, understood.molecule
    if molecule is None or (method == "auto" and ligand.parameters_xml is not None):
        return ligand
    reference, xml, source = _parameters(molecule, find_smiles(ligand.smiles), method)
    order = match_atoms(molecule, reference)
    new_name = dict(zip(atom_names(reference), (ligand.atom_names[index] for index in order), strict=True))
    return replace(ligand, parameters_xml=rename_atoms(xml, new_name), parameter_source=source)


def build_ligand(
    smiles: str, name: str | None = None, *, ph: float | None = PHYSIOLOGICAL_PH, parameters: MethodName | None = "auto"
) -> Ligand:
    """Ligand of a SMILES.

    Parameters
    ----------
    smiles : str
    name : str, optional
        By default that of the known inhibitor it is, else the first block of its InChIKey.
    ph : float or None
        None takes the protonation state as drawn.
    parameters : str or None
        A method of `trkstruct.ligand.parameters`; None makes none.

    Raises
    ------
    LigandError
        For an invalid or ambiguous SMILES, or when parameters cannot be made.
    """
    understood = _understand_smiles(smiles, name, ph)
    return understood.ligand if parameters is None else parametrize(understood, parameters)


def _understand_smiles(smiles: str, name: str | None, ph: float | None) -> UnderstoodLigand:
    molecule, notes = read_smiles(smiles)
    if ph is not None:
        molecule, more = protonate(molecule, ph)
        notes = (*notes, *more)
    return _from_molecule(molecule, name, notes)


def _load_stored(path: Path) -> Ligand:
    """A stored ligand; the file may come from anybody, so nothing in it is taken on trust."""
    try:
        ligand = TypeAdapter(Ligand).validate_python(read_stored(path))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise LigandError(f"The stored ligand {path} is not whole ({where}: {first['msg']}); add it again.") from error
    check_stored_name(ligand.name)
    check_connection_table(ligand.molblock, str(path))
    with rdBase.BlockLogs():
        molecule = Chem.MolFromMolBlock(ligand.molblock, removeHs=False)
    if molecule is None or molecule.GetNumAtoms() != len(ligand.atom_names):
        raise LigandError(
            f"The stored ligand {path} holds no molecule of {len(ligand.atom_names)} atoms; add it again."
        )
    if ligand.parameters_xml is not None:
        check_forcefield_xml(ligand.parameters_xml, str(path))
    return ligand


def split_name(text: str) -> tuple[str | None, str]:
    """Name and SMILES of ``NAME=SMILES``; a text that is a SMILES as a whole (CC=O) has no name.

    Raises
    ------
    LigandError
        For a text that is only a name, and of no ligand that is known.
    """
    name, smiles = split_named(text)
    if name is None and _NAME.fullmatch(text) and not is_smiles(text):
        _refuse_name(text)
    return name, smiles


def _refuse_name(text: str) -> NoReturn:
    """Say which known names are close, and why the text is no SMILES either."""
    inhibitors = known_inhibitors()
    known = {name.casefold(): name for each in inhibitors for name in (each.name, *each.synonyms)}
    close = [known[name] for name in get_close_matches(text.casefold(), known, n=3, cutoff=0.6)]
    hint = (
        f"Did you mean {' or '.join(close)}?"
        if close
        else f"Known: {', '.join((*(each.name for each in inhibitors), *stored_names()))}."
    )
    try:
        read_smiles(text)
    except LigandError as complaint:
        reason = f"As a SMILES, {complaint}"
        raise LigandError(
            f"{text!r} is no ligand known by name. {hint} {reason}\nOthers: NAME=SMILES or an SDF file."
        ) from None
    raise AssertionError(f"{text!r} is a SMILES")  # only called when it is none


def _first_line(path: Path, ph: float) -> UnderstoodLigand:
    """Ligand of the first line of a SMILES file; a note when there are others."""
    first, *others = smiles_texts(path)
    name, smiles = split_named(first)
    understood = _understand_smiles(smiles, name, ph)
    several = (f"{path.name} holds {len(others) + 1} molecules; the first is used.",) if others else ()
    return replace(understood, ligand=replace(understood.ligand, notes=(*understood.ligand.notes, *several)))


def _read_file(path: Path) -> UnderstoodLigand:
    """Ligand of an SDF, MOL or MOL2 file, with the file's atom order and coordinates."""
    molecule, notes = read_ligand_file(path)
    check_molecule(molecule)
    return _from_molecule(molecule, path.stem, (*notes, *_protonation_notes(molecule)), has_pose=True)


def _from_molecule(
    molecule: Chem.Mol, name: str | None, notes: tuple[str, ...], *, has_pose: bool = False
) -> UnderstoodLigand:
    """Ligand of a checked molecule; a shipped drug without a pose of its own is the shipped one, whatever its name."""
    smiles = canonical_smiles(molecule)
    shipped = find_smiles(smiles)
    notes = (*notes, *(naming_note(safe_name(name), molecule) if name else ()))
    if shipped is not None and not has_pose:
        ligand = replace(load_shipped(shipped["name"]), name=safe_name(name or shipped["name"]), notes=notes)
        return UnderstoodLigand(ligand, to_molecule(ligand))
    built = molecule if has_pose else build_3d(molecule)
    ligand = Ligand(
        name=safe_name(name or known_name(molecule) or Chem.MolToInchiKey(molecule).partition("-")[0]),
        smiles=smiles,
        formal_charge=Chem.GetFormalCharge(built),
        molblock=Chem.MolToMolBlock(built),
        atom_names=atom_names(built),
        parameters_xml=None,
        parameter_source="none",
        generation=(shipped["generation"] or None) if shipped else None,
        has_pose=has_pose,
        notes=notes,
    )
    return UnderstoodLigand(ligand, built)


def _parameters(molecule: Chem.Mol, shipped: dict[str, str] | None, method: MethodName) -> tuple[Chem.Mol, str, str]:
    """A molecule in the atom order of the parameters, the XML, and its source."""
    if shipped is not None and method == "auto":
        ligand = load_shipped(shipped["name"])
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
