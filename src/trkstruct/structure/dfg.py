"""State of a kinase's DFG motif: the two distances and the eight clusters of dihedrals of Modi and Dunbrack."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from trkstruct.errors import StructureError
from trkstruct.kinase.kinases import Kinase
from trkstruct.residues import ResidueId
from trkstruct.structure.complex import Complex, protein_residue
from trkstruct.structure.geometry import torsion_degrees
from trkstruct.units import FloatArray

DFG_LIMIT_ANGSTROM: Final = 11.0  # Modi & Dunbrack 2019, 10.1073/pnas.1814279116
DFG_OUT_LYSINE_ANGSTROM: Final = 14.0  # ibid.
LARGEST_CLUSTER_DISTANCE: Final = 0.3  # Kincore's program; Modi & Dunbrack 2022, 10.1093/nar/gkab920
LYSINE_KLIFS, GLUTAMATE_KLIFS, XDFG_KLIFS, DFG_PHE_KLIFS = 17, 24, 80, 82
AFTER_GLUTAMATE: Final = 4  # residues from the aC glutamate to the reference point

DfgState = Literal["DFG-in", "DFG-out", "DFG-inter", "unassigned"]

CLUSTERS: Final[Mapping[DfgState, Mapping[str, tuple[float, ...]]]] = {
    "DFG-in": {
        "BLAminus": (-128.64, 178.67, 61.15, 81.21, -96.89, 20.53, 289.12),
        "BLAplus": (-119.24, 167.71, 58.94, 34.08, -89.42, -8.54, 55.63),
        "ABAminus": (-111.82, -7.64, -141.55, 148.01, -127.79, 23.32, 296.17),
        "BLBminus": (-134.79, 175.48, 60.44, 65.35, -79.44, 145.34, 287.56),
        "BLBplus": (-125.28, 172.53, 59.98, 32.92, -85.51, 145.28, 49.01),
        "BLBtrans": (-106.16, 157.24, 69.37, 21.33, -61.73, 134.56, 215.23),
    },
    "DFG-inter": {"BABtrans": (-80.20, 128.22, -117.47, 23.76, -85.16, 133.21, 181.42)},
    "DFG-out": {"BBAminus": (-138.56, -176.12, -144.35, 103.66, -82.59, -9.03, 290.59)},
    "unassigned": {},
}
"""Centres of the clusters: phi and psi of X, D and F of the xDF motif and chi1 of F, in degrees, ibid."""


@dataclass(frozen=True)
class DfgConformation:
    """Distances (Å) of the DFG-Phe ring to the aC helix and to the beta3 lysine, the state they mean, and its cluster.

    ``cluster`` is empty where the dihedrals fit none, or an atom is missing.
    """

    helix_angstrom: float
    lysine_angstrom: float
    state: DfgState
    cluster: str = ""

    def __str__(self) -> str:
        """``DFG-in (BLAminus)``."""
        return f"{self.state} ({self.cluster})" if self.cluster else self.state


def measure_conformation(
    complex_: Complex, kinase: Kinase, chain: str = "A", *, residues: Mapping[int, ResidueId] | None = None
) -> DfgConformation:
    """DFG state from D1, CA(aC Glu + 4) to CZ(DFG Phe), D2, CA(beta3 Lys) to CZ(DFG Phe), and seven dihedrals.

    Parameters
    ----------
    complex_ : Complex
    kinase : Kinase
        Says which residues those are.
    chain : str
        Of the residues, in clinical numbering.
    residues : mapping of int to ResidueId, optional
        Residue of each clinical number, for a file numbered otherwise.

    Raises
    ------
    StructureError
        When one of the three residues or atoms that decide the state is missing.
    """

    def place(klifs: int, offset: int = 0) -> ResidueId:
        number = kinase.pocket[klifs - 1].number + offset
        return ResidueId(chain, number) if residues is None else residues.get(number, ResidueId(chain, number))

    tip = _point(complex_, place(DFG_PHE_KLIFS), "CZ")
    helix = float(np.linalg.norm(_point(complex_, place(GLUTAMATE_KLIFS, AFTER_GLUTAMATE), "CA") - tip))
    to_lysine = float(np.linalg.norm(_point(complex_, place(LYSINE_KLIFS), "CA") - tip))
    state = _state(helix, to_lysine)
    motif = [place(XDFG_KLIFS, offset) for offset in range(-1, 4)]
    return DfgConformation(helix, to_lysine, state, _cluster(complex_, motif, state))


def _state(helix: float, lysine: float) -> DfgState:
    if helix <= DFG_LIMIT_ANGSTROM:
        return "DFG-in" if lysine >= DFG_LIMIT_ANGSTROM else "DFG-inter"
    return "DFG-out" if lysine <= DFG_OUT_LYSINE_ANGSTROM else "unassigned"


def cluster_distance(dihedrals_degrees: FloatArray, centre_degrees: FloatArray) -> float:
    """Mean of 2 (1 - cos) of the differences: 0 for the same dihedrals, 4 for opposite ones, ibid."""
    return float(np.mean(2.0 * (1.0 - np.cos(np.radians(dihedrals_degrees - centre_degrees)))))


def _cluster(complex_: Complex, motif: list[ResidueId], state: DfgState) -> str:
    """Nearest cluster of the state; empty when none is near or an atom is missing."""
    try:
        dihedrals = _dihedrals(complex_, motif)
    except StructureError:
        return ""
    distances = {name: cluster_distance(dihedrals, np.array(centre)) for name, centre in CLUSTERS[state].items()}
    best = min(distances, key=lambda name: distances[name], default="")
    return best if best and distances[best] < LARGEST_CLUSTER_DISTANCE else ""


def _dihedrals(complex_: Complex, motif: list[ResidueId]) -> FloatArray:
    """Phi and psi of X, D and F and chi1 of F, degrees; the motif is the residue before X, X, D, F and G."""
    angles = []
    for before, here, after in zip(motif, motif[1:], motif[2:], strict=False):
        n, alpha, carbon = (_point(complex_, here, name) for name in ("N", "CA", "C"))
        angles.append(torsion_degrees(_point(complex_, before, "C"), n, alpha, carbon))
        angles.append(torsion_degrees(n, alpha, carbon, _point(complex_, after, "N")))
    phenylalanine = [_point(complex_, motif[3], name) for name in ("N", "CA", "CB", "CG")]
    return np.array([*map(float, angles), float(torsion_degrees(*phenylalanine))], dtype=np.float64)


def _point(complex_: Complex, identity: ResidueId, atom_name: str) -> FloatArray:
    residue = protein_residue(complex_, identity)
    for atom in residue.atoms():
        if atom.name == atom_name:
            point: FloatArray = complex_.positions[atom.index]
            return point
    raise StructureError(f"{identity} {residue.name} in {complex_.source} has no {atom_name}; the DFG state needs it.")
