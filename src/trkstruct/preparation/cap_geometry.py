"""Acetyl, N-methylamide and carboxylate on a backbone: lengths and angles of Engh & Huber, planar, trans.

Values: Engh & Huber 2001, 10.1107/97809553602060000695.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np

from trkstruct.residues import BACKBONE_HEAVY_ATOMS
from trkstruct.structure.geometry import angle_degrees, place_atom, place_opposite, torsion_degrees
from trkstruct.units import FloatArray

PEPTIDE_ANGSTROM: Final = 1.336  # C-N
PROLINE_PEPTIDE_ANGSTROM: Final = 1.338  # C-N of proline
CARBONYL_ANGSTROM: Final = 1.229  # C-O
CARBOXYLATE_ANGSTROM: Final = 1.249  # C-OXT
ACETYL_ANGSTROM: Final = 1.525  # CA-C
METHYLAMIDE_ANGSTROM: Final = 1.459  # N-CA
CARBON_SIDE_DEGREES: Final = 117.2  # CA-C-N
OXYGEN_SIDE_DEGREES: Final = 122.7  # O-C-N
NITROGEN_SIDE_DEGREES: Final = 121.7  # C-N-CA
NATURAL_CARBONYL_DEGREES: Final = (105.0, 135.0)  # CA-C-O is 120.1, σ 2.1; of an oxygen outside nothing can be learnt

Atoms = Mapping[str, FloatArray]
"""Positions (3,) in Å of the heavy atoms of a residue, by name."""


def acetyl(residue: Atoms, phi_degrees: float) -> Atoms:
    """Heavy atoms of ACE before a residue with N, CA and C; a proline (CD given) has its phi already."""
    nitrogen, alpha = residue["N"], residue["CA"]
    if "CD" in residue:
        ring = place_opposite(nitrogen, _rows(alpha, residue["CD"]), PROLINE_PEPTIDE_ANGSTROM)
        phi_degrees = float(torsion_degrees(ring, nitrogen, alpha, residue["C"]))
    carbon = place_atom(
        nitrogen,
        alpha,
        residue["C"],
        bond_angstrom=PROLINE_PEPTIDE_ANGSTROM if "CD" in residue else PEPTIDE_ANGSTROM,
        angle_degrees=NITROGEN_SIDE_DEGREES,
        torsion_degrees=phi_degrees,
    )
    oxygen, methyl = (
        place_atom(carbon, nitrogen, alpha, bond_angstrom=length, angle_degrees=angle, torsion_degrees=torsion)
        for length, angle, torsion in (
            (CARBONYL_ANGSTROM, OXYGEN_SIDE_DEGREES, 0.0),
            (ACETYL_ANGSTROM, CARBON_SIDE_DEGREES, 180.0),
        )
    )
    return {"C": carbon, "O": oxygen, "CH3": methyl}


def methylamide(residue: Atoms) -> Atoms:
    """Heavy atoms of NME after a residue with N, CA, C and O: in the plane of its carbonyl."""
    nitrogen = _third_at_carbonyl(residue, PEPTIDE_ANGSTROM)
    methyl = place_atom(
        nitrogen,
        residue["C"],
        residue["CA"],
        bond_angstrom=METHYLAMIDE_ANGSTROM,
        angle_degrees=NITROGEN_SIDE_DEGREES,
        torsion_degrees=180.0,
    )
    return {"N": nitrogen, "C": methyl}


def carboxylate(residue: Atoms) -> Atoms:
    """OXT of a residue with N, CA, C and O: in the plane of its carbonyl."""
    return {"OXT": _third_at_carbonyl(residue, CARBOXYLATE_ANGSTROM)}


def _third_at_carbonyl(residue: Atoms, length_angstrom: float) -> FloatArray:
    """What is bonded to C beside CA and O: what the angle CA-C-O leaves is divided as in a peptide."""
    nitrogen, alpha, carbon, oxygen = (residue[name] for name in BACKBONE_HEAVY_ATOMS)
    carbonyl = float(angle_degrees(alpha, carbon, oxygen))
    share = CARBON_SIDE_DEGREES / (CARBON_SIDE_DEGREES + OXYGEN_SIDE_DEGREES)
    lowest, highest = NATURAL_CARBONYL_DEGREES
    angle = (360.0 - carbonyl) * share if lowest < carbonyl < highest else CARBON_SIDE_DEGREES
    return place_atom(
        carbon,
        alpha,
        nitrogen,
        bond_angstrom=length_angstrom,
        angle_degrees=angle,
        torsion_degrees=float(torsion_degrees(nitrogen, alpha, carbon, oxygen)) + 180.0,
    )


def _rows(*points: FloatArray) -> FloatArray:
    rows: FloatArray = np.stack(points)
    return rows
