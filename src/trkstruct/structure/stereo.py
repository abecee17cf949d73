"""What a protein model must not have: D-amino acids, wrong side-chain centres, cis peptides that no crystal shows."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

import numpy as np
from openmm.app import Residue

from trkstruct.residues import ResidueId
from trkstruct.structure.bonds import PEPTIDE_BOND_LIMIT_ANGSTROM
from trkstruct.structure.complex import Complex, residue_id
from trkstruct.structure.geometry import torsion_degrees
from trkstruct.units import FloatArray

LEAST_CHIRAL_VOLUME_ANGSTROM3: Final = (
    1.5  # ideal 2.5-2.6 around CA, σ 0.15; Engh & Huber 1991, 10.1107/S0108767391001071
)
CIS_LIMIT_DEGREES: Final = 90.0  # |omega| below it is cis
TRANS_LIMIT_DEGREES: Final = (
    150.0  # MolProbity calls more than 30° from planar twisted; Williams 2018, 10.1002/pro.3330
)

CENTRES: Final = {"ILE": ("CB", "CA", "CG1", "CG2"), "THR": ("CB", "CA", "OG1", "CG2")}
"""Side-chain stereocentres: centre, then three neighbours whose triple product is positive in the natural form."""


@dataclass(frozen=True)
class StereoFault:
    """A residue whose geometry is not that of a natural L-peptide; the value is a volume (Å³) or omega (degrees)."""

    residue: ResidueId
    name: str
    kind: Literal["chirality", "cis", "twisted"]
    value: float

    def __str__(self) -> str:
        """Residue, fault and value."""
        unit = "Å³" if self.kind == "chirality" else "°"
        return f"{self.name} {self.residue} {self.kind} ({self.value:.1f} {unit})"


def find_stereo_faults(complex_: Complex) -> tuple[StereoFault, ...]:
    """Wrong or flattened stereocentres, cis and twisted peptides (the fault is the residue after the bond)."""
    residues = [(residue, _points(residue, complex_.positions)) for residue in complex_.topology.residues()]
    faults = [fault for residue, points in residues for fault in _centre_faults(residue, points)]
    for (before, first), (after, second) in pairwise(residues):
        if not ({"CA", "C"} <= first.keys() and {"N", "CA"} <= second.keys()) or before.chain is not after.chain:
            continue
        if np.linalg.norm(first["C"] - second["N"]) > PEPTIDE_BOND_LIMIT_ANGSTROM:
            continue  # a gap
        omega = float(torsion_degrees(first["CA"], first["C"], second["N"], second["CA"]))
        if abs(omega) < CIS_LIMIT_DEGREES:
            faults.append(StereoFault(residue_id(after), after.name, "cis", omega))
        elif abs(omega) < TRANS_LIMIT_DEGREES:
            faults.append(StereoFault(residue_id(after), after.name, "twisted", omega))
    return tuple(faults)


def _points(residue: Residue, positions: FloatArray) -> dict[str, FloatArray]:
    return {atom.name: positions[atom.index] for atom in residue.atoms()}


def _centre_faults(residue: Residue, points: dict[str, FloatArray]) -> Iterator[StereoFault]:
    centres = [("CA", "N", "C", "CB")]
    if residue.name in CENTRES:
        centres.append(CENTRES[residue.name])
    for centre, *others in centres:
        if {centre, *others} <= points.keys():
            first, second, third = (points[name] - points[centre] for name in others)
            volume = float(np.dot(np.cross(first, second), third))
            if volume < LEAST_CHIRAL_VOLUME_ANGSTROM3:
                yield StereoFault(residue_id(residue), residue.name, "chirality", volume)
