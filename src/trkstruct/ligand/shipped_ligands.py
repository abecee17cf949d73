"""The ligands that ship with parameters: the rows of ``ligands.csv``, their names and synonyms, each as a `Ligand`."""

import csv
from functools import cache
from typing import Final

from rdkit import Chem

from trkstruct.files.shipped import shipped_path
from trkstruct.ligand.ligand import Ligand
from trkstruct.ligand.molecule import atom_names, canonical_smiles

SHIPPED_SOURCE: Final = "GAFF2/AM1-BCC (shipped)"


def shipped_ligands() -> tuple[str, ...]:
    """Names of the ligands that ship with parameters, in the order of the table."""
    return tuple(row["name"] for row in _rows())


def ligand_table() -> tuple[dict[str, str], ...]:
    """The rows of ``ligands.csv``: name, SMILES, charge and its reason, binding type, generation, synonyms, source."""
    return tuple(dict(row) for row in _rows())


def is_shipped(name: str) -> bool:
    """Whether a shipped ligand has this name or synonym, whatever the case."""
    return find_row(name.strip()) is not None


def names_of(row: dict[str, str]) -> list[str]:
    """Name and synonyms of a row of the table."""
    return [row["name"], *filter(None, row["synonyms"].split("|"))]


def find_row(text: str) -> dict[str, str] | None:
    """The row of the shipped ligand with this name or synonym, whatever the case; None when there is none."""
    wanted = text.casefold()
    return next((row for row in _rows() if wanted in map(str.casefold, names_of(row))), None)


def find_smiles(smiles: str) -> dict[str, str] | None:
    """The row of the shipped ligand that a canonical SMILES is, in this protonation state; None when it is none."""
    return next((row for row in _rows() if canonical_smiles(Chem.MolFromSmiles(row["smiles"])) == smiles), None)


def load_shipped(name: str) -> Ligand:
    """The shipped ligand of a row's own name."""
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


@cache
def _rows() -> tuple[dict[str, str], ...]:
    with (shipped_path("ligands") / "ligands.csv").open(encoding="utf-8", newline="") as table:
        return tuple(csv.DictReader(table))
