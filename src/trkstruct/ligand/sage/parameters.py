"""OpenFF Sage parameters and network charges of a molecule, as an OpenMM force field that loads beside ff14SB.

Sage 2.3.0 (Boothroyd 2023, 10.1021/acs.jctc.3c00039; this release was fitted with the charges of the same network).
OpenFF's own toolkit and Interchange are the judges in the tests (the same energy, term by term) and not used here:
they bring half a gigabyte, and parts that want one Python version.
"""

from math import radians
from typing import Final
from xml.etree import ElementTree as ET

from rdkit import Chem

from trkstruct.errors import LigandError
from trkstruct.ligand.molecule import atom_names, canonical_smiles
from trkstruct.ligand.sage.charges import MODEL, network_charges
from trkstruct.ligand.sage.smirnoff import FORCE_FIELD, Assignment, Atoms, Entry, assign_parameters
from trkstruct.ligand.template import (
    TypedMolecule,
    add_nonbonded,
    begin_forcefield,
    exact_charges,
    finished_text,
    type_attributes,
)
from trkstruct.units import ANGSTROM_PER_NM, KJ_PER_KCAL

TYPE_PREFIX: Final = "sage-"  # an atom type for each atom, because SMARTS know no types
TREFOIL: Final = 3  # SMIRNOFF applies an improper in three permutations, each with a third of its barrier
METHOD_VERSION: Final = "1"  # raise when anything that changes the parameters changes; part of the cache key
SOURCE: Final = "Sage 2.3.0/NAGL AM1-BCC"


def sage_parameters(molecule: Chem.Mol) -> str:
    """OpenMM ForceField XML with a residue template ``LIG`` for a molecule in canonical atom order, hydrogens explicit.

    Raises
    ------
    LigandError
        For a group that Sage or the network of its charges does not know.
    """
    found = assign_parameters(molecule)
    _check_complete(molecule, found)
    atoms = list(molecule.GetAtoms())
    names = atom_names(molecule)
    typed = TypedMolecule(
        names=names,
        elements=tuple(atom.GetSymbol() for atom in atoms),
        masses=tuple(atom.GetMass() for atom in atoms),
        types=names,
        charges=exact_charges(network_charges(molecule), Chem.GetFormalCharge(molecule)),
        bonds=tuple((bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()) for bond in molecule.GetBonds()),
    )
    info = {
        "Smiles": canonical_smiles(molecule),
        "Method": f"{FORCE_FIELD} with charges of {MODEL}",
        "MethodVersion": METHOD_VERSION,
    }
    root = begin_forcefield(typed, TYPE_PREFIX, info)
    _add_bonds(root, names, found)
    _add_angles(root, names, found)
    _add_torsions(root, names, found)
    add_nonbonded(
        root,
        TYPE_PREFIX,
        [
            (names[atom], entry.number("rmin_half"), entry.number("epsilon"))
            for (atom,), entry in _in_order(found.atoms)
        ],
    )
    return finished_text(root)


def _check_complete(molecule: Chem.Mol, found: Assignment) -> None:
    """Raise when a bond, angle, torsion or atom has no entry; an improper need not have one."""
    wanted: dict[str, tuple[set[Atoms], dict[Atoms, Entry]]] = {
        "van der Waals": ({(atom.GetIdx(),) for atom in molecule.GetAtoms()}, found.atoms),
        "bond": (_paths(molecule, 2), found.bonds),
        "angle": (_paths(molecule, 3), found.angles),
        "torsion": (_paths(molecule, 4), found.propers),
    }
    for kind, (needed, given) in wanted.items():
        missing = sorted(needed - given.keys())
        if missing:
            names = atom_names(molecule)
            raise LigandError(
                f"Sage has no {kind} parameter for {'-'.join(names[atom] for atom in missing[0])} of "
                f"{canonical_smiles(molecule)}; GAFF2 may (--parameters am1-bcc)."
            )


def _paths(molecule: Chem.Mol, length: int) -> set[Atoms]:
    """Every chain of so many different bonded atoms, in one direction."""
    around = [[other.GetIdx() for other in atom.GetNeighbors()] for atom in molecule.GetAtoms()]
    chains: list[Atoms] = [(index,) for index in range(molecule.GetNumAtoms())]
    for _ in range(length - 1):
        chains = [(*chain, after) for chain in chains for after in around[chain[-1]] if after not in chain]
    return {min(chain, chain[::-1]) for chain in chains}


def _add_bonds(root: ET.Element, names: tuple[str, ...], found: Assignment) -> None:
    section = ET.SubElement(root, "HarmonicBondForce")
    for atoms, entry in _in_order(found.bonds):
        length, k = entry.number("length") / ANGSTROM_PER_NM, entry.number("k") * KJ_PER_KCAL * ANGSTROM_PER_NM**2
        ET.SubElement(section, "Bond", _ends(names, atoms) | {"length": f"{length:.8g}", "k": f"{k:.8g}"})


def _add_angles(root: ET.Element, names: tuple[str, ...], found: Assignment) -> None:
    section = ET.SubElement(root, "HarmonicAngleForce")
    for atoms, entry in _in_order(found.angles):
        values = {"angle": f"{radians(entry.number('angle')):.8g}", "k": f"{entry.number('k') * KJ_PER_KCAL:.8g}"}
        ET.SubElement(section, "Angle", _ends(names, atoms) | values)


def _add_torsions(root: ET.Element, names: tuple[str, ...], found: Assignment) -> None:
    section = ET.SubElement(root, "PeriodicTorsionForce", ordering="smirnoff")
    for atoms, entry in _in_order(found.propers):
        ET.SubElement(section, "Proper", _ends(names, atoms) | _series(entry, 1))
    for atoms, entry in _in_order(found.impropers):
        ET.SubElement(section, "Improper", _ends(names, atoms) | _series(entry, TREFOIL))


def _series(entry: Entry, shared_by: int) -> dict[str, str]:
    """Periodicities, phases and barriers of a torsion; ``idivf`` divides a barrier where it is given."""
    attributes = {}
    number = 1
    while f"k{number}" in entry.attributes:
        divisor = entry.number(f"idivf{number}") if f"idivf{number}" in entry.attributes else 1.0
        barrier = entry.number(f"k{number}") / divisor / shared_by * KJ_PER_KCAL
        attributes[f"periodicity{number}"] = entry.attributes[f"periodicity{number}"]
        attributes[f"phase{number}"] = f"{radians(entry.number(f'phase{number}')):.8g}"
        attributes[f"k{number}"] = f"{barrier:.8g}"
        number += 1
    return attributes


def _ends(names: tuple[str, ...], atoms: Atoms) -> dict[str, str]:
    return type_attributes([names[atom] for atom in atoms], TYPE_PREFIX)


def _in_order(entries: dict[Atoms, Entry]) -> list[tuple[Atoms, Entry]]:
    return [(atoms, entries[atoms]) for atoms in sorted(entries)]
