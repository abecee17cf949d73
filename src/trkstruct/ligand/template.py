"""What every OpenMM force field of a ligand has, whoever gives its parameters: exact charges, types, a residue."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as ET

from trkstruct.errors import LigandError
from trkstruct.residues import LIGAND_NAME
from trkstruct.units import ANGSTROM_PER_NM, KJ_PER_KCAL

COULOMB_14_SCALE: Final = 1 / 1.2  # Amber's SCEE, as in amber14/protein.ff14SB.xml; 10.1021/acs.jctc.5b00255
LENNARD_JONES_14_SCALE: Final = 1 / 2.0  # Amber's SCNB
LARGEST_ROUNDING: Final = 0.05  # e; mol2 files have six decimals, AM1-BCC prints three: 0.001 e per atom at most
MICRO: Final = 1_000_000  # charges are kept as whole millionths of e, so that they sum exactly


@dataclass(frozen=True)
class TypedMolecule:
    """A molecule ready to be written: names, elements, masses (Da), types and charges (e) in one atom order."""

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


def begin_forcefield(molecule: TypedMolecule, prefix: str, info: dict[str, str]) -> ET.Element:
    """A ``ForceField`` element with the atom types and the residue template ``LIG`` of a molecule.

    Parameters
    ----------
    molecule : TypedMolecule
    prefix : str
        Before the name of every type; keeps it apart from the protein's.
    info : dict of str
        Kept in an ``<Info>`` element, which OpenMM ignores.
    """
    root = ET.Element("ForceField")
    about = ET.SubElement(root, "Info")
    for key, value in info.items():
        ET.SubElement(about, key).text = value
    _add_types(root, molecule, prefix)
    _add_template(root, molecule, prefix)
    return root


def add_nonbonded(root: ET.Element, prefix: str, kinds: Iterable[tuple[str, float, float]]) -> None:
    """A ``NonbondedForce`` with ff14SB's 1-4 scales, and name, Rmin/2 (Å) and well depth (kcal/mol) of each type."""
    scales = {"coulomb14scale": repr(COULOMB_14_SCALE), "lj14scale": repr(LENNARD_JONES_14_SCALE)}
    section = ET.SubElement(root, "NonbondedForce", scales)
    ET.SubElement(section, "UseAttributeFromResidue", name="charge")
    for name, rmin_half, epsilon in kinds:
        sigma = 2 * rmin_half / 2 ** (1 / 6) / ANGSTROM_PER_NM
        values = {"sigma": f"{sigma:.8g}", "epsilon": f"{epsilon * KJ_PER_KCAL:.8g}"}
        ET.SubElement(section, "Atom", {"type": prefix + name} | values)


def type_attributes(names: Sequence[str], prefix: str) -> dict[str, str]:
    """The attributes ``type1`` onwards of an entry."""
    return {f"type{number}": prefix + name for number, name in enumerate(names, start=1)}


def finished_text(root: ET.Element) -> str:
    """The force field as indented XML."""
    ET.indent(root, " ")
    return ET.tostring(root, encoding="unicode") + "\n"


def _add_types(root: ET.Element, molecule: TypedMolecule, prefix: str) -> None:
    section = ET.SubElement(root, "AtomTypes")
    of_type = dict(zip(molecule.types, zip(molecule.elements, molecule.masses, strict=True), strict=True))
    for name, (element, mass) in sorted(of_type.items()):
        label = prefix + name
        ET.SubElement(section, "Type", {"name": label, "class": label, "element": element, "mass": f"{mass:.4f}"})


def _add_template(root: ET.Element, molecule: TypedMolecule, prefix: str) -> None:
    residue = ET.SubElement(ET.SubElement(root, "Residues"), "Residue", name=LIGAND_NAME)
    for name, kind, charge in zip(molecule.names, molecule.types, molecule.charges, strict=True):
        ET.SubElement(residue, "Atom", name=name, type=prefix + kind, charge=f"{charge:.6f}")
    for first, second in molecule.bonds:
        ET.SubElement(residue, "Bond", atomName1=molecule.names[first], atomName2=molecule.names[second])
