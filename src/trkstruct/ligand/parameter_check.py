"""Force-field XML from outside, looked at before OpenMM reads it, which runs scripts and opens files that it names."""

import math
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from trkstruct.errors import LigandError
from trkstruct.residues import LIGAND_NAME

LARGEST_CHARACTERS: Final = 4_000_000  # a drug has 15 000
ALLOWED: Final = frozenset(
    {
        "Info",
        "AtomTypes",
        "Residues",
        "HarmonicBondForce",
        "HarmonicAngleForce",
        "PeriodicTorsionForce",
        "NonbondedForce",
    }
)
"""What a ligand's parameters consist of. OpenMM would run ``Script`` and ``InitializationScript``, open ``Include``."""
ENTRIES: Final = {
    "AtomTypes": {"Type"},
    "Residues": {"Residue"},
    "HarmonicBondForce": {"Bond"},
    "HarmonicAngleForce": {"Angle"},
    "PeriodicTorsionForce": {"Proper", "Improper"},
    "NonbondedForce": {"UseAttributeFromResidue", "Atom"},
}
ENDS: Final = {"Bond": 2, "Angle": 3, "Proper": 4, "Improper": 4}
"""How many atom types each entry names; OpenMM takes an empty one for any atom, the protein's included."""
SCALES: Final = {"coulomb14scale": 1 / 1.2, "lj14scale": 0.5}  # ff14SB's; 10.1021/acs.jctc.5b00255
NUMBERS: Final = ("length", "angle", "k", "charge", "sigma", "epsilon", "phase", "periodicity")
PROTEIN_PREFIX: Final = "protein-"  # of ff14SB's types


def check_forcefield_xml(text: str, source: str) -> None:
    """Raise unless a text is the force field of a ligand alone: its own atom types, and no scripts, includes, entities.

    Parameters
    ----------
    text : str
    source : str
        Where it comes from, for the message.

    Raises
    ------
    LigandError
        With what was found.
    """
    if len(text) > LARGEST_CHARACTERS:
        raise LigandError(f"The parameters in {source} have {len(text)} characters; {LARGEST_CHARACTERS} is the limit.")
    try:
        root = fromstring(text, forbid_dtd=True)
    except (DefusedXmlException, ParseError, ValueError) as error:
        raise LigandError(f"The parameters in {source} are no force-field XML that can be trusted: {error}.") from error
    if root.tag != "ForceField":
        raise LigandError(f"The parameters in {source} are a {root.tag!r}, not an OpenMM ForceField.")
    unknown = sorted({element.tag for element in root} - ALLOWED)
    if unknown:
        raise LigandError(
            f"The parameters in {source} hold {', '.join(unknown)}; those of a ligand are {', '.join(sorted(ALLOWED))}."
        )
    _check_own_types(root, source)


def _check_own_types(root: Element, source: str) -> None:
    """Raise when an entry could apply to an atom that is not the ligand's."""
    own = {kind.get("name", "") for kind in root.iterfind("AtomTypes/Type")}
    for section in root:
        foreign = {entry.tag for entry in section} - ENTRIES.get(section.tag, {entry.tag for entry in section})
        if foreign:
            raise _not_confined(source, f"{section.tag} holds {', '.join(sorted(map(str, foreign)))}")
    for kind in root.iterfind("AtomTypes/Type"):
        name = kind.get("name", "")
        if not name or name.startswith(PROTEIN_PREFIX) or kind.get("class", name) != name:
            raise _not_confined(source, f"the type {name!r} has the class {kind.get('class')!r}")
    _check_template(root, own, source)
    for entry in (entry for section in root if section.tag.endswith("Force") for entry in section):
        named = _named_types(entry)
        if not named <= own:
            raise _not_confined(source, f"a {entry.tag} is for the types {', '.join(map(repr, sorted(named - own)))}")
        _check_numbers(entry, source)
    for section in root.iterfind("NonbondedForce"):
        for name, scale in SCALES.items():
            if not math.isclose(_number(section.get(name, "nan")), scale, rel_tol=1e-4):
                raise _not_confined(source, f"{name} is {section.get(name)}, not the protein's {scale:.4f}")


def _check_template(root: Element, own: set[str], source: str) -> None:
    residues = root.findall("Residues/Residue")
    if [dict(residue.attrib) for residue in residues] != [{"name": LIGAND_NAME}]:
        raise _not_confined(source, f"its residues are {[dict(residue.attrib) for residue in residues]}")
    for part in residues[0]:
        if part.tag not in ("Atom", "Bond") or (part.tag == "Atom" and part.get("type") not in own):
            raise _not_confined(source, f"its residue holds {part.tag} {part.get('type', '')}")
        _check_numbers(part, source)


def _named_types(entry: Element) -> set[str]:
    """The types that an entry is for; a class bears the name of its type, and a missing one is the empty wildcard."""
    if entry.tag == "UseAttributeFromResidue":
        return set()
    if entry.tag == "Atom":
        return {entry.get("type", entry.get("class", ""))}
    return {entry.get(f"type{n}", entry.get(f"class{n}", "")) for n in range(1, ENDS[str(entry.tag)] + 1)}


def _check_numbers(entry: Element, source: str) -> None:
    for name, text in entry.attrib.items():
        if name.startswith(NUMBERS) and not math.isfinite(_number(text)):
            raise _not_confined(source, f"{name} of a {entry.tag} is {text!r}")


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _not_confined(source: str, found: str) -> LigandError:
    return LigandError(
        f"The parameters in {source} reach beyond the ligand: {found}. Each entry must be for atom types that the same "
        "file declares; add the ligand again."
    )
