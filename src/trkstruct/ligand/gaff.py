"""GAFF2 types, charges and parameters of one molecule, written as an OpenMM force field that loads beside ff14SB.

ParmEd reads ``gaff2.dat`` and ``frcmod`` here and could write the file too. It is the judge in the tests (the same
energy, term by term) and not the writer: it takes a template atom's element from the first letter of its GAFF type, so
that ``cl`` becomes carbon and ``br`` boron and OpenMM matches the template to no such ligand; it takes the charges as
the mol2 file rounds them, whose sum need not be whole; and its types bear GAFF's bare names, without a prefix that
keeps them apart from another force field's.
"""

from collections.abc import Iterable
from itertools import combinations, permutations
from math import radians
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

from trkstruct.errors import LigandError
from trkstruct.ligand.template import (
    TypedMolecule,
    add_nonbonded,
    begin_forcefield,
    finished_text,
    type_attributes,
)
from trkstruct.units import ANGSTROM_PER_NM, KJ_PER_KCAL

if TYPE_CHECKING:
    from parmed.amber import AmberParameterSet

TYPE_PREFIX: Final = "gaff2-"  # ff14SB's types are called protein-*


def write_forcefield(molecule: TypedMolecule, parameters: "AmberParameterSet", info: dict[str, str]) -> str:
    """OpenMM ForceField XML with a residue template ``LIG``.

    Impropers are ordered by type name, as LEaP does. ``info`` is kept in an ``<Info>`` element, which OpenMM ignores.

    Raises
    ------
    LigandError
        When a bonded or nonbonded parameter is missing.
    """
    root = begin_forcefield(molecule, TYPE_PREFIX, info)
    _add_bonds(root, molecule, parameters)
    _add_angles(root, molecule, parameters)
    torsions = ET.SubElement(root, "PeriodicTorsionForce", ordering="amber")
    _add_propers(torsions, molecule, parameters)
    _add_impropers(torsions, molecule, parameters)
    kinds = [
        (name, _find(parameters.atom_types, [name], "van der Waals", (name,))) for name in sorted(set(molecule.types))
    ]
    add_nonbonded(root, TYPE_PREFIX, [(name, kind.rmin, kind.epsilon) for name, kind in kinds])
    return finished_text(root)


def _add_bonds(root: ET.Element, molecule: TypedMolecule, parameters: "AmberParameterSet") -> None:
    section = ET.SubElement(root, "HarmonicBondForce")
    for key in sorted({_either_way((molecule.types[i], molecule.types[j])) for i, j in molecule.bonds}):
        bond = _find(parameters.bond_types, [key, key[::-1]], "bond", key)
        length, k = bond.req / ANGSTROM_PER_NM, 2 * bond.k * KJ_PER_KCAL * ANGSTROM_PER_NM**2
        ET.SubElement(section, "Bond", type_attributes(key, TYPE_PREFIX) | {"length": f"{length:.6g}", "k": f"{k:.8g}"})


def _add_angles(root: ET.Element, molecule: TypedMolecule, parameters: "AmberParameterSet") -> None:
    section = ET.SubElement(root, "HarmonicAngleForce")
    neighbours = _neighbours(molecule)
    keys = {
        _either_way((molecule.types[i], molecule.types[centre], molecule.types[j]))
        for centre, around in enumerate(neighbours)
        for i, j in combinations(around, 2)
    }
    for key in sorted(keys):
        angle = _find(parameters.angle_types, [key, key[::-1]], "angle", key)
        values = {"angle": f"{radians(angle.theteq):.8g}", "k": f"{2 * angle.k * KJ_PER_KCAL:.8g}"}
        ET.SubElement(section, "Angle", type_attributes(key, TYPE_PREFIX) | values)


def _add_propers(section: ET.Element, molecule: TypedMolecule, parameters: "AmberParameterSet") -> None:
    neighbours = _neighbours(molecule)
    keys = {
        _either_way((molecule.types[i], molecule.types[j], molecule.types[k], molecule.types[m]))
        for j, k in molecule.bonds
        for i in neighbours[j]
        for m in neighbours[k]
        if i != k and m != j and i != m
    }
    for key in sorted(keys):
        general = ("X", *key[1:3], "X")
        terms = _find(parameters.dihedral_types, [key, key[::-1], general, general[::-1]], "torsion", key)
        ET.SubElement(section, "Proper", type_attributes(key, TYPE_PREFIX) | _torsion_attributes(terms))


def _add_impropers(section: ET.Element, molecule: TypedMolecule, parameters: "AmberParameterSet") -> None:
    keys = {
        (molecule.types[centre], *sorted(molecule.types[atom] for atom in around))
        for centre, around in enumerate(_neighbours(molecule))
        if len(around) == 3
    }
    for centre, *outer in sorted(keys):
        term = _find_improper(parameters, centre, tuple(outer))
        if term is not None:
            ET.SubElement(
                section, "Improper", type_attributes((centre, *outer), TYPE_PREFIX) | _torsion_attributes([term])
            )


def _find_improper(parameters: "AmberParameterSet", centre: str, outer: tuple[str, ...]) -> Any | None:
    """The most specific improper of a centre, wildcards only where no type fits, as LEaP does; some have none."""
    for wildcards in range(4):
        for order in permutations(outer):
            first, second, fourth = sorted((*("X",) * wildcards, *order[wildcards:]))
            term = parameters.improper_periodic_types.get((first, second, centre, fourth))
            if term is not None:
                return term
    return None


def _neighbours(molecule: TypedMolecule) -> list[list[int]]:
    around: list[list[int]] = [[] for _ in molecule.names]
    for first, second in molecule.bonds:
        around[first].append(second)
        around[second].append(first)
    return around


def _either_way(types: tuple[str, ...]) -> tuple[str, ...]:
    return min(types, types[::-1])


def _torsion_attributes(terms: Iterable[Any]) -> dict[str, str]:
    attributes = {}
    for number, term in enumerate(terms, start=1):
        attributes[f"periodicity{number}"] = str(int(term.per))
        attributes[f"phase{number}"] = f"{radians(term.phase):.8g}"
        attributes[f"k{number}"] = f"{term.phi_k * KJ_PER_KCAL:.8g}"
    return attributes


def _find(table: Any, keys: Iterable[tuple[str, ...] | str], kind: str, types: tuple[str, ...]) -> Any:
    for key in keys:
        if key in table:
            return table[key]
    raise LigandError(
        f"GAFF2 and parmchk2 give no {kind} parameter for {'-'.join(types)}; the molecule cannot be parametrized."
    )
