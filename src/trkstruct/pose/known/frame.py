"""One frame for all kinases: the CA atoms of the 85 pocket residues, superposed by those that move least."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from Bio.SVDSuperimposer import SVDSuperimposer

from trkstruct.errors import StructureError
from trkstruct.files.shipped import data_path
from trkstruct.structure.complex import Complex, residue_id
from trkstruct.structure.numbering import ChainMatch
from trkstruct.units import FloatArray

STEADY_KLIFS: Final = (*range(14, 20), *range(36, 53), *range(65, 81))
"""Strands around the adenine, hinge, catalytic loop: without P-loop, aC helix and DFG motif, which move with the state
(Modi & Dunbrack 2019, 10.1073/pnas.1814279116)."""
LEAST_RESIDUES: Final = 20  # half of them; fewer do not fix a frame where a file lacks parts


@dataclass(frozen=True)
class Placement:
    """How to move from one frame into another: ``points @ rotation + translation``, Å.

    Attributes
    ----------
    rotation : numpy.ndarray, shape (3, 3)
    translation : numpy.ndarray, shape (3,)
    rmsd_angstrom : float
        Of the CA atoms that were superposed.
    """

    rotation: FloatArray
    translation: FloatArray
    rmsd_angstrom: float

    def apply(self, points: FloatArray) -> FloatArray:
        """Points (n, 3) in the other frame."""
        moved: FloatArray = points @ self.rotation + self.translation
        return moved


def into_frame(complex_: Complex, match: ChainMatch) -> Placement:
    """From a structure's own frame into the common one.

    Raises
    ------
    StructureError
        When the structure shows fewer than half of the residues that are superposed.
    """
    own, common = _pairs(complex_, match)
    return _superposed(own, common)


def out_of_frame(complex_: Complex, match: ChainMatch) -> Placement:
    """From the common frame into that of a structure.

    Raises
    ------
    StructureError
        As `into_frame`.
    """
    own, common = _pairs(complex_, match)
    return _superposed(common, own)


def pocket_points(complex_: Complex, match: ChainMatch) -> dict[int, FloatArray]:
    """CA (Å) of each pocket residue that a structure shows, by KLIFS number."""
    at = {number: identity for identity, number in match.numbers.items()}
    wanted = {at[each.number]: klifs for klifs, each in enumerate(match.kinase.pocket, start=1) if each.number in at}
    return {
        wanted[residue_id(atom.residue)]: complex_.positions[atom.index]
        for atom in complex_.topology.atoms()
        if atom.name == "CA" and residue_id(atom.residue) in wanted
    }


@cache
def frame_points() -> Mapping[int, FloatArray]:
    """CA (Å) of each pocket residue in the common frame, by KLIFS number."""
    with data_path("pocket_frame.csv").open(newline="", encoding="utf-8") as table:
        return {int(row["klifs"]): np.array([float(row[axis]) for axis in "xyz"]) for row in csv.DictReader(table)}


def _pairs(complex_: Complex, match: ChainMatch) -> tuple[FloatArray, FloatArray]:
    shown, common = pocket_points(complex_, match), frame_points()
    steady = [klifs for klifs in STEADY_KLIFS if klifs in shown]
    if len(steady) < LEAST_RESIDUES:
        raise StructureError(
            f"{complex_.source} shows {len(steady)} of the {len(STEADY_KLIFS)} pocket residues that known ligands are "
            f"laid in by; {LEAST_RESIDUES} are needed. Use a more complete structure of {match.kinase.name}."
        )
    return np.array([shown[klifs] for klifs in steady]), np.array([common[klifs] for klifs in steady])


def _superposed(moving: FloatArray, still: FloatArray) -> Placement:
    superposition = SVDSuperimposer()
    superposition.set(still, moving)
    superposition.run()
    rotation, translation = superposition.get_rotran()
    return Placement(rotation, translation, float(superposition.get_rms()))
