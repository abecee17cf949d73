"""GAFF2 types, charges and parameters of one molecule, written as an OpenMM force field that loads beside ff14SB.

ParmEd reads ``gaff2.dat`` and ``frcmod`` here and could write the file too. It is the judge in the tests (the same
energy, term by term) and not the writer: it takes a template atom's element from the first letter of its GAFF type, so
that ``cl`` becomes carbon and ``br`` boron and OpenMM matches the template to no such ligand; it takes the charges as
the mol2 file rounds them, whose sum need not be whole; and its types bear GAFF's bare names, without a prefix that
keeps them apart from another force field's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations, permutations
from math import radians
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

from trkstruct.errors import LigandError
from trkstruct.residues import LIGAND_NAME
from trkstruct.units import ANGSTROM_PER_NM, KJ_PER_KCAL

if TYPE_CHECKING:
    from parmed.amber import AmberParameterSet

TYPE_PREFIX: Final = "gaff2-"  # ff14SB's types are called protein-*
COULOMB_14_SCALE: Final = 1 / 1.2  # Amber's SCEE, as in amber14/protein.ff14SB.xml; 10.1021/acs.jctc.5b00255
LENNARD_JONES_14_SCALE: Final = 1 / 2.0  # Amber's SCNB
LARGEST_ROUNDING: Final = 0.05  # e; mol2 files have six decimals, AM1-BCC prints three: 0.001 e per atom at most
MICRO: Final = 1_000_000  # charges are kept as whole millionths of e, so that they sum exactly


@dataclass(frozen=True)
class TypedMolecule:
    """A molecule ready to be written: names, elements, masses (Da), GAFF2 types and charges (e) in one atom order."""

    names: tuple[str, ...]
    elements: tuple[str, ...]
    masses: tuple[float, ...]
    types: tuple[str, ...]
    charges: tuple[float, ...]
    bonds: tuple[tuple[int, int], ...]


def exact_charges(charges: Iterable[float], formal_charge: int) -> tuple[float, ...]:
    """Charges whose millionths sum exactly to the formal charge; the rounding is spread over all atoms.

    Raises
    ------
    LigandError
        When the sum is more than 0.05 e off, which is no rounding.
    """
    values = list(charges)
    excess = sum(values) - formal_charge
    if abs(excess) > LARGEST_ROUNDING:
        raise LigandError(f"The charges sum to {sum(values):.3f} e, the molecule's formal charge is {formal_charge}.")
    millionths = [round(MICRO * (value - excess / len(values))) for value in values]
    left = MICRO * formal_charge - sum(millionths)
    step = 1 if left > 0 else -1
    for index in range(abs(left)):
        millionths[index % len(values)] += step
    return tuple(value / MICRO for value in millionths)


def write_forcefield(molecule: TypedMolecule, parameters: "AmberParameterSet", info: dict[str, str]) -> str:
    """OpenMM ForceField XML with a residue template ``LIG``.

    Impropers are ordered by type name, as LEaP does. ``info`` is kept in an ``<Info>`` element, which OpenMM ignores.

    Raises
    ------
    LigandError
        When a bonded or nonbonded parameter is missing.
    """
    root = ET.Element("ForceField")
    about = ET.SubElement(root, "Info")
    for key, value in info.items():
        ET.SubElement(about, key).text = value
    _add_types(root, molecule)
    _add_template(root, molecule)
    _add_bonds(root, molecule, parameters)
    _add_angles(root, molecule, parameters)
    torsions = ET.SubElement(root, "PeriodicTorsionForce", ordering="amber")
    _add_propers(torsions, molecule, parameters)
    _add_impropers(torsions, molecule, parameters)
    _add_nonbonded(root, molecule, parameters)
    ET.indent(root, " ")
    return ET.tostring(root, encoding="unicode") + "\n"


def _add_types(root: ET.Element, molecule: TypedMolecule) -> None:
    section = ET.SubElement(root, "AtomTypes")
    of_type = dict(zip(molecule.types, zip(molecule.elements, molecule.masses, strict=True), strict=True))
    for name, (element, mass) in sorted(of_type.items()):
        label = TYPE_PREFIX + name
        ET.SubElement(section, "Type", {"name": label, "class": label, "element": element, "mass": f"{mass:.4f}"})


def _add_template(root: ET.Element, molecule: TypedMolecule) -> None:
    residue = ET.SubElement(ET.SubElement(root, "Residues"), "Residue", name=LIGAND_NAME)
    for name, kind, charge in zip(molecule.names, molecule.types, molecule.charges, strict=True):
        ET.SubElement(residue, "Atom", name=name, type=TYPE_PREFIX + kind, charge=f"{charge:.6f}")
    for first, second in molecule.bonds:
        ET.SubElement(residue, "Bond", atomName1=molecule.names[first], atomName2=molecule.names[second])


def _add_bonds(root: ET.Element, molecule: TypedMolecule, parameters: "AmberParameterSet") -> None:
    section = ET.SubElement(root, "HarmonicBondForce")
    for key in sorted({_either_way((molecule.types[i], molecule.types[j])) for i, j in molecule.bonds}):
        bond = _find(parameters.bond_types, [key, key[::-1]], "bond", key)
        length, k = bond.req / ANGSTROM_PER_NM, 2 * bond.k * KJ_PER_KCAL * ANGSTROM_PER_NM**2
        ET.SubElement(section, "Bond", _type_attributes(key) | {"length": f"{length:.6g}", "k": f"{k:.8g}"})


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
        ET.SubElement(section, "Angle", _type_attributes(key) | values)


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
        ET.SubElement(section, "Proper", _type_attributes(key) | _torsion_attributes(terms))


def _add_impropers(section: ET.Element, molecule: TypedMolecule, parameters: "AmberParameterSet") -> None:
    keys = {
        (molecule.types[centre], *sorted(molecule.types[atom] for atom in around))
        for centre, around in enumerate(_neighbours(molecule))
        if len(around) == 3
    }
    for centre, *outer in sorted(keys):
        term = _find_improper(parameters, centre, tuple(outer))
        if term is not None:
            ET.SubElement(section, "Improper", _type_attributes((centre, *outer)) | _torsion_attributes([term]))


def _find_improper(parameters: "AmberParameterSet", centre: str, outer: tuple[str, ...]) -> Any | None:
    """The most specific improper of a centre, wildcards only where no type fits, as LEaP does; some have none."""
    for wildcards in range(4):
        for order in permutations(outer):
            first, second, fourth = sorted((*("X",) * wildcards, *order[wildcards:]))
            term = parameters.improper_periodic_types.get((first, second, centre, fourth))
            if term is not None:
                return term
    return None


def _add_nonbonded(root: ET.Element, molecule: TypedMolecule, parameters: "AmberParameterSet") -> None:
    scales = {"coulomb14scale": repr(COULOMB_14_SCALE), "lj14scale": repr(LENNARD_JONES_14_SCALE)}
    section = ET.SubElement(root, "NonbondedForce", scales)
    ET.SubElement(section, "UseAttributeFromResidue", name="charge")
    for name in sorted(set(molecule.types)):
        kind = _find(parameters.atom_types, [name], "van der Waals", (name,))
        sigma = 2 * kind.rmin / 2 ** (1 / 6) / ANGSTROM_PER_NM
        values = {"sigma": f"{sigma:.8g}", "epsilon": f"{kind.epsilon * KJ_PER_KCAL:.8g}"}
        ET.SubElement(section, "Atom", {"type": TYPE_PREFIX + name} | values)


def _neighbours(molecule: TypedMolecule) -> list[list[int]]:
    around: list[list[int]] = [[] for _ in molecule.names]
    for first, second in molecule.bonds:
        around[first].append(second)
        around[second].append(first)
    return around


def _either_way(types: tuple[str, ...]) -> tuple[str, ...]:
    return min(types, types[::-1])


def _type_attributes(types: Iterable[str]) -> dict[str, str]:
    return {f"type{number}": TYPE_PREFIX + name for number, name in enumerate(types, start=1)}


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
