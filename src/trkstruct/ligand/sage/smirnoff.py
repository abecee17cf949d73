"""OpenFF Sage's parameters by SMARTS: which bond, angle, torsion and van der Waals entry each atom of a molecule takes.

SMIRNOFF's rule (Mobley 2018, 10.1021/acs.jctc.8b00640): of the entries of a section that match, the last one counts.
Matching is on the aromaticity that the force field asks for, MDL's, in which no ring of five is aromatic.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import parse
from rdkit import Chem

from trkstruct.files.shipped import data_path

FORCE_FIELD: Final = "openff-2.3.0"
FILE: Final = "openff_unconstrained-2.3.0.offxml"  # as published; bonds to hydrogen have a length and a spring
MOST_MATCHES: Final = 100_000

Atoms = tuple[int, ...]


@dataclass(frozen=True)
class Entry:
    """One entry of a section: what it matches, its tagged atoms in order, and its attributes as they are written."""

    query: Chem.Mol
    tagged: Atoms
    attributes: dict[str, str]

    def number(self, name: str) -> float:
        """An attribute without its unit: Å, degrees and kcal/mol (per Å² or rad²) everywhere in the file."""
        return float(self.attributes[name].partition("*")[0])


@dataclass(frozen=True)
class Assignment:
    """The entries of a molecule by the atoms they are for.

    Bonds, angles and torsions run in one direction, first index below last; an improper has its centre first and the
    three around it in ascending order.
    """

    bonds: dict[Atoms, Entry]
    angles: dict[Atoms, Entry]
    propers: dict[Atoms, Entry]
    impropers: dict[Atoms, Entry]
    atoms: dict[Atoms, Entry]


def assign_parameters(molecule: Chem.Mol) -> Assignment:
    """Sage's entries for a molecule with its hydrogens; what no entry matches is not in the result."""
    perceived = mdl_aromatic(molecule)
    return Assignment(
        bonds=_last_matches(perceived, "Bonds/Bond", _one_direction),
        angles=_last_matches(perceived, "Angles/Angle", _one_direction),
        propers=_last_matches(perceived, "ProperTorsions/Proper", _one_direction),
        impropers=_last_matches(perceived, "ImproperTorsions/Improper", _centre_first),
        atoms=_last_matches(perceived, "vdW/Atom", lambda atoms: atoms),
    )


def mdl_aromatic(molecule: Chem.Mol) -> Chem.Mol:
    """The molecule with MDL's aromaticity; what is not aromatic in it is one Kekulé structure."""
    perceived = Chem.Mol(molecule)
    Chem.Kekulize(perceived, clearAromaticFlags=True)
    Chem.SetAromaticity(perceived, Chem.AromaticityModel.AROMATICITY_MDL)
    return perceived


def _last_matches(molecule: Chem.Mol, section: str, key: Callable[[Atoms], Atoms]) -> dict[Atoms, Entry]:
    matched = {}
    for entry in _section(section):
        matches = molecule.GetSubstructMatches(entry.query, uniquify=False, maxMatches=MOST_MATCHES, useChirality=True)
        for match in matches:
            matched[key(tuple(match[index] for index in entry.tagged))] = entry
    return matched


def _one_direction(atoms: Atoms) -> Atoms:
    return min(atoms, atoms[::-1])


def _centre_first(atoms: Atoms) -> Atoms:
    """An improper's second tag is its centre."""
    first, centre, third, fourth = atoms
    return (centre, *sorted((first, third, fourth)))


@cache
def _section(path: str) -> tuple[Entry, ...]:
    return tuple(_entry(element) for element in _root().iterfind(path))


@cache
def _root() -> Element:
    root: Element = parse(data_path(FILE), forbid_dtd=True).getroot()
    return root


def _entry(element: Element) -> Entry:
    query = Chem.MolFromSmarts(element.attrib["smirks"])
    index_of = {atom.GetAtomMapNum(): atom.GetIdx() for atom in query.GetAtoms() if atom.GetAtomMapNum()}
    return Entry(query, tuple(index_of[tag] for tag in sorted(index_of)), dict(element.attrib))
