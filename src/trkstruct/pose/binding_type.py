"""Which state of the DFG motif a known inhibitor binds (type I: in, type II: out), and whether a model is in it."""

import csv
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from rdkit import Chem, rdBase

from trkstruct.files.shipped import data_path
from trkstruct.ligand.ligand import Ligand, to_molecule
from trkstruct.structure.dfg import DfgConformation, DfgState

Type = Literal["I", "II"]

STATE_OF_TYPE: Final[dict[Type, DfgState]] = {"I": "DFG-in", "II": "DFG-out"}
"""Zuccotto 2010, 10.1021/jm901443h. Imatinib, type II, is said to need DFG-out; some type I inhibitors bind either."""
CONNECTIVITY_CHARACTERS: Final = 14  # first block of an InChIKey: the skeleton, without stereo and charges


@dataclass(frozen=True)
class BindingType:
    """An inhibitor's type and the publication that says so."""

    ligand: str
    type: Type
    source: str


def binding_type(ligand: Ligand) -> BindingType | None:
    """Type of a known inhibitor, recognised by its skeleton whatever it is called; None for any other molecule."""
    with rdBase.BlockLogs():
        key = str(Chem.MolToInchiKey(Chem.RemoveHs(to_molecule(ligand))))
    return _known().get(key[:CONNECTIVITY_CHARACTERS])


def conformation_warning(ligand: Ligand, conformation: DfgConformation | None, structure: str) -> str:
    """A sentence when an inhibitor meets the state of the DFG motif that it does not bind; empty otherwise."""
    known = binding_type(ligand)
    if known is None or conformation is None:
        return ""
    wanted = STATE_OF_TYPE[known.type]
    opposite: DfgState = "DFG-out" if wanted == "DFG-in" else "DFG-in"
    if conformation.state != opposite:
        return ""
    return (
        f"{ligand.name} is a type {known.type} inhibitor and binds {wanted} ({known.source}), but {structure} is "
        f"{conformation}: its pose and energies mean little. Use a {wanted} structure (trkstruct list structures)."
    )


@cache
def _known() -> dict[str, BindingType]:
    with data_path("binding_types.csv").open(newline="", encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    return {row["inchikey"]: BindingType(row["ligand"], _type(row["type"]), row["source"]) for row in rows}


def _type(text: str) -> Type:
    return "II" if text == "II" else "I"
