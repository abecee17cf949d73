"""The residues by which a reader of kinase papers finds his way in a pocket: gatekeeper, hinge, solvent front, xDFG."""

from collections.abc import Mapping
from typing import Final

from trkstruct.errors import InputError
from trkstruct.kinase.kinases import kinase_named
from trkstruct.report.scene.atom_lines import AtomLine
from trkstruct.residues import ResidueId, one_letter

LANDMARKS: Final[Mapping[int, str]] = {45: "gatekeeper", 48: "hinge", 51: "solvent front", 80: "xDFG"}
"""KLIFS number -> region; of the hinge the residue whose NH and CO most ligands hold, of the solvent front TRKA's G595.
van Linden 2014, 10.1021/jm400378w; regions as in ``trkstruct.kinase.kinases.REGIONS``."""


def key_residues(kinase: str, atoms: tuple[AtomLine, ...]) -> dict[ResidueId, str]:
    """Region of each landmark that is among the atoms under its own number and name; none of a kinase not known.

    A landmark that is mutated has another name in the mutant: its number still tells it.
    """
    try:
        known = kinase_named(kinase)
    except InputError:
        return {}
    names = {known.pocket[klifs - 1].number: region for klifs, region in LANDMARKS.items()}
    letters = {known.pocket[klifs - 1].number: known.pocket[klifs - 1].letter for klifs in LANDMARKS}
    here = {atom.residue: one_letter(atom.residue_name) for atom in atoms if not atom.is_ligand and atom.atom == "CA"}
    found = {each: names[each.number] for each in here if each.number in names and not each.insertion_code}
    agree = sum(here[each] == letters[each.number] for each in found)
    return found if 2 * agree > len(found) else {}  # another numbering: nothing is named wrongly
