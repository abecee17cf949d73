"""Inhibitors known by name: those that ship with parameters and poses, and those of ``data/inhibitors.csv`` by SMILES.

What a molecule is, its InChIKey says, never its name. Its first two blocks are compared: skeleton, stereo and isotopes.
The letter after them is the protonation, which is the same drug in another water.
"""

import csv
import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from rdkit import Chem, rdBase

from trkstruct.files.shipped import data_path
from trkstruct.ligand.ligand import Ligand, to_molecule
from trkstruct.ligand.shipped_ligands import ligand_table, names_of

KEY_CHARACTERS: Final = 25  # of an InChIKey: all but the hyphen and the letter of its protonation
_NO_SIGN = re.compile(r"[\s_-]+")


@dataclass(frozen=True)
class Inhibitor:
    """An inhibitor that can be asked for by name.

    Attributes
    ----------
    name : str
    synonyms : tuple of str
        Code names and trade names.
    smiles : str
        Isomeric; neutral unless it ships.
    formal_charge : int
        At pH 7.4, in e.
    inchikey : str
        Of the neutral molecule.
    ships : bool
        Whether parameters and poses in TRKA, TRKB and TRKC ship.
    source : str
        ChEMBL's number and a paper.
    caveat : str
        What is doubtful about it; mostly empty.
    """

    name: str
    synonyms: tuple[str, ...]
    smiles: str
    formal_charge: int
    inchikey: str
    ships: bool
    source: str
    caveat: str = ""


@cache
def known_inhibitors() -> tuple[Inhibitor, ...]:
    """Every inhibitor that can be asked for by name, those that ship first."""
    shipped = tuple(_shipped(row) for row in ligand_table())
    with data_path("inhibitors.csv").open(newline="", encoding="utf-8") as table:
        others = tuple(_by_smiles(row) for row in csv.DictReader(table))
    return (*shipped, *others)


def find_inhibitor(text: str) -> Inhibitor | None:
    """The inhibitor of a name or synonym, whatever its case, spaces and hyphens (loxo101); None when there is none."""
    return _by_name().get(_plain(text))


def recognise(molecule: Chem.Mol) -> Inhibitor | None:
    """The inhibitor that a molecule is, in any protonation state; another stereoisomer or isotope is none."""
    return _by_key().get(molecule_key(molecule))


def recognise_ligand(ligand: Ligand) -> Inhibitor | None:
    """The inhibitor that a ligand is, whatever it is called."""
    return recognise(to_molecule(ligand))


def published_name(ligand: Ligand) -> str:
    """The name under which publications know a ligand's molecule; empty where its own name is another molecule's."""
    known = recognise_ligand(ligand)
    if known is not None:
        return known.name
    return "" if find_inhibitor(ligand.name) else ligand.name


def known_name(molecule: Chem.Mol) -> str:
    """Name of the inhibitor that a molecule is; empty when it is none that is known."""
    known = recognise(molecule)
    return "" if known is None else known.name


def naming_note(name: str, molecule: Chem.Mol) -> tuple[str, ...]:
    """What to say where a molecule is a known inhibitor under another name, or bears the name of one that it is not."""
    meant, found = find_inhibitor(name), recognise(molecule)
    if found is not None and (meant is None or meant.name != found.name):
        return (f"{name} is {found.name} by its InChIKey ({found.inchikey}): what is known of that holds for it.",)
    if meant is not None and found is None:
        return (
            f"{name} is not the {meant.name} of the literature: InChIKey {_inchikey(molecule)}, not {meant.inchikey}. "
            "Nothing that was published of it is shown. Check the stereocentres, or choose another name.",
        )
    return ()


def molecule_key(molecule: Chem.Mol) -> str:
    """The first two blocks of the InChIKey: the same for every name and protonation state of a molecule."""
    return _inchikey(molecule)[:KEY_CHARACTERS]


def _inchikey(molecule: Chem.Mol) -> str:
    with rdBase.BlockLogs():
        return str(Chem.MolToInchiKey(Chem.RemoveHs(molecule)))


@cache
def _by_name() -> dict[str, Inhibitor]:
    return {_plain(name): each for each in known_inhibitors() for name in (each.name, *each.synonyms)}


@cache
def _by_key() -> dict[str, Inhibitor]:
    return {each.inchikey[:KEY_CHARACTERS]: each for each in known_inhibitors()}


def _plain(text: str) -> str:
    return _NO_SIGN.sub("", text.casefold())


def _shipped(row: dict[str, str]) -> Inhibitor:
    name, *synonyms = names_of(row)
    charge = int(row["formal_charge"])
    return Inhibitor(name, tuple(synonyms), row["smiles"], charge, row["inchikey_neutral"], True, row["source"])


def _by_smiles(row: dict[str, str]) -> Inhibitor:
    return Inhibitor(
        name=row["name"],
        synonyms=tuple(filter(None, row["synonyms"].split("|"))),
        smiles=row["smiles"],
        formal_charge=int(row["formal_charge"]),
        inchikey=row["inchikey"],
        ships=False,
        source=row["source"],
        caveat=row["caveat"],
    )
