"""Standard (wwPDB version 3) names of residues and atoms for the many spellings in files."""

from functools import cache
from importlib import resources
from typing import Final
from xml.etree import ElementTree

from trkstruct.residues import PROTONATION_VARIANTS, THREE_TO_ONE

_EXTRA_RESIDUE_NAMES: Final = {
    "HSD": "HIS",
    "HSE": "HIS",
    "HSP": "HIS",
    "CYS2": "CYS",
    "WAT": "HOH",
    "H2O": "HOH",
    "SOL": "HOH",
    "DOD": "HOH",  # heavy water
    "D2O": "HOH",
    "TIP": "HOH",
    "T3P": "HOH",
    "T4P": "HOH",
    "TIP3": "HOH",  # CHARMM, AMBER, GROMACS and Desmond
    "TIP4": "HOH",
    "TIP5": "HOH",
    "TIP3P": "HOH",
    "TIP4P": "HOH",
    "TIP5P": "HOH",
    "SPC": "HOH",
    "SPCE": "HOH",
}


@cache
def _tables() -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Residue names and, per residue, atom names: OpenMM's own table, so that its templates match."""
    source = resources.files("openmm.app").joinpath("data/pdbNames.xml").read_text(encoding="utf-8")
    residues, atoms = dict(_EXTRA_RESIDUE_NAMES), {}
    protein: dict[str, str] = {}
    for residue in ElementTree.fromstring(source):
        names = {
            alternative: atom.attrib["name"]
            for atom in residue.findall("Atom")
            for key, alternative in atom.attrib.items()
            if key.startswith("alt")
        }
        name = residue.attrib["name"]
        if name == "Protein":
            protein = names
        atoms[name] = names
        residues.update({alias: name for key, alias in residue.attrib.items() if key.startswith("alt")})
    for name in THREE_TO_ONE:
        atoms[name] = protein | atoms.get(name, {})
    return residues | PROTONATION_VARIANTS, atoms


def standard_residue_name(name: str) -> str:
    """``HIE`` -> ``HIS``, ``WAT`` -> ``HOH``; names that are not aliases pass through."""
    return _tables()[0].get(name.strip(), name.strip())


def is_water(residue_name: str) -> bool:
    """Whether that is a name of water, heavy water or a water model: HOH, WAT, SOL, DOD, TIP3, SPCE."""
    return standard_residue_name(residue_name) == "HOH"


def standard_atom_name(residue_name: str, atom_name: str) -> str:
    """Version 3 name of an atom of a standard residue; other residues' atoms keep their names."""
    return _tables()[1].get(residue_name, {}).get(atom_name, atom_name)


@cache
def heavy_atom_names(residue_name: str) -> frozenset[str]:
    """Heavy atoms of a standard residue inside a chain (no OXT), from OpenMM's bond table; empty for other names."""
    source = resources.files("openmm.app").joinpath("data/residues.xml").read_text(encoding="utf-8")
    for residue in ElementTree.fromstring(source):
        if residue.attrib["name"] == residue_name:
            names = {bond.attrib[end] for bond in residue.findall("Bond") for end in ("from", "to")}
            return frozenset(name for name in names if name[0] not in "-H" and name != "OXT")
    return frozenset()
