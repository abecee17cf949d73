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
    return _known().get(skeleton_key(ligand))


def skeleton_key(ligand: Ligand) -> str:
    """First block of the InChIKey: the same for every name, protonation and stereoisomer of a molecule."""
    with rdBase.BlockLogs():
        key = str(Chem.MolToInchiKey(Chem.RemoveHs(to_molecule(ligand))))
    return key[:CONNECTIVITY_CHARACTERS]


def conformation_warning(ligand: Ligand, conformation: DfgConformation | None, structure: str) -> str:
    """A sentence when an inhibitor meets the state of the DFG motif that it does not bind; empty otherwise."""
    known = _opposed(ligand, conformation)
    if known is None:
        return ""
    wanted = STATE_OF_TYPE[known.type]
    return (
        f"{ligand.name} is a type {known.type} inhibitor and binds {wanted} ({known.source}), but {structure} is "
        f"{conformation}: its pose and energies mean little. Use a {wanted} structure (trkstruct list structures)."
    )


def conformation_conflict(ligand: Ligand, conformation: DfgConformation | None) -> str:
    """What an inhibitor binds and what it meets instead, in a few words; empty where nothing is known against it."""
    known = _opposed(ligand, conformation)
    if known is None:
        return ""
    return (
        f"a type {known.type} inhibitor, which binds {STATE_OF_TYPE[known.type]}, in a receptor that is {conformation}"
    )


def _opposed(ligand: Ligand, conformation: DfgConformation | None) -> BindingType | None:
    """Type of a known inhibitor that binds the opposite state."""
    known = binding_type(ligand)
    if known is None or conformation is None:
        return None
    opposite: DfgState = "DFG-out" if STATE_OF_TYPE[known.type] == "DFG-in" else "DFG-in"
    return known if conformation.state == opposite else None


@cache
def _known() -> dict[str, BindingType]:
    with data_path("binding_types.csv").open(newline="", encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    return {row["inchikey"]: BindingType(row["ligand"], _type(row["type"]), row["source"]) for row in rows}


def _type(text: str) -> Type:
    return "II" if text == "II" else "I"
