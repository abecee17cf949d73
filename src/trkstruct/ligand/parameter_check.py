"""Force-field XML from outside, looked at before OpenMM reads it, which runs scripts and opens files that it names."""

from typing import Final
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from trkstruct.errors import LigandError

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


def check_forcefield_xml(text: str, source: str) -> None:
    """Raise unless a text is a force field without entities, external references, scripts or includes.

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
