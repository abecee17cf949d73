"""``NAME=SMILES``: which part is the name, where ``=`` is a double bond too."""

import re
from typing import Final

from rdkit import Chem, rdBase

from trkstruct.ligand.smiles_limits import check_smiles_size

_NAMED_SMILES: Final = re.compile(r"(?P<name>[\w.-]+)\s*=\s*(?P<smiles>\S+)")


def split_named(text: str) -> tuple[str | None, str]:
    """Name and SMILES of ``NAME=SMILES``; a text that is a SMILES as a whole (CC=O), or neither, has no name.

    Raises
    ------
    LigandError
        For a text too long or too deep for RDKit's reader.
    """
    check_smiles_size(text)
    named = _NAMED_SMILES.fullmatch(text)
    if named is None or is_smiles(text):
        return None, text
    if is_smiles(named["smiles"]) or not is_smiles(named["name"]):
        return named["name"], named["smiles"]
    return None, text


def is_smiles(text: str) -> bool:
    """Whether RDKit reads a molecule from the text."""
    with rdBase.BlockLogs():
        return Chem.MolFromSmiles(text) is not None
