"""DFG state of a kinase by the two distances of Modi and Dunbrack."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from trkstruct.errors import StructureError
from trkstruct.kinase import Kinase
from trkstruct.residues import ResidueId
from trkstruct.structure import Complex, protein_residue
from trkstruct.units import FloatArray

DFG_LIMIT_ANGSTROM: Final = 11.0  # Modi & Dunbrack 2019, 10.1073/pnas.1814279116
DFG_OUT_LYSINE_ANGSTROM: Final = 14.0  # ibid.
LYSINE_KLIFS, GLUTAMATE_KLIFS, DFG_PHE_KLIFS = 17, 24, 82
AFTER_GLUTAMATE: Final = 4  # residues from the aC glutamate to the reference point

DfgState = Literal["DFG-in", "DFG-out", "DFG-inter"]


@dataclass(frozen=True)
class Conformation:
    """Distances (Å) of the DFG-Phe ring to the aC helix and to the beta3 lysine, and the state they mean."""

    helix_angstrom: float
    lysine_angstrom: float
    state: DfgState


def measure_conformation(complex_: Complex, kinase: Kinase, chain: str = "A") -> Conformation:
    """DFG state from D1, CA(aC Glu + 4) to CZ(DFG Phe), and D2, CA(beta3 Lys) to CZ(DFG Phe).

    Raises
    ------
    StructureError
        When one of the three residues or atoms is missing.
    """
    lysine, glutamate, phenylalanine = (
        int(kinase.pocket[klifs - 1][1:]) for klifs in (LYSINE_KLIFS, GLUTAMATE_KLIFS, DFG_PHE_KLIFS)
    )
    tip = _point(complex_, ResidueId(chain, phenylalanine), "CZ")
    helix = float(np.linalg.norm(_point(complex_, ResidueId(chain, glutamate + AFTER_GLUTAMATE), "CA") - tip))
    to_lysine = float(np.linalg.norm(_point(complex_, ResidueId(chain, lysine), "CA") - tip))
    return Conformation(helix, to_lysine, _state(helix, to_lysine))


def _state(helix: float, lysine: float) -> DfgState:
    if helix <= DFG_LIMIT_ANGSTROM and lysine >= DFG_LIMIT_ANGSTROM:
        return "DFG-in"
    if helix > DFG_LIMIT_ANGSTROM and lysine <= DFG_OUT_LYSINE_ANGSTROM:
        return "DFG-out"
    return "DFG-inter"


def _point(complex_: Complex, identity: ResidueId, atom_name: str) -> FloatArray:
    residue = protein_residue(complex_, identity)
    for atom in residue.atoms():
        if atom.name == atom_name:
            point: FloatArray = complex_.positions[atom.index]
            return point
    raise StructureError(f"{identity} {residue.name} in {complex_.source} has no {atom_name}; the DFG state needs it.")
