"""Where known ligands take the hydrogen bond of the hinge's NH, and a ligand laid there by each atom that could."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from rdkit import Chem

from trkstruct.ligand.ligand import to_molecule
from trkstruct.pose.known.templates import PlacedPose
from trkstruct.units import FloatArray, IntArray

ACCEPTORS: Final = ("[n;X2;H0]", "[OX1]=[#6;X3]")
"""Aromatic nitrogen with a lone pair, carbonyl: what takes the hydrogen bond of KLIFS 48 in every entry of the library,
and in most kinases (Xing 2015, 10.1039/C4MD00466C)."""
LIGAND: Final = "L:"  # of a hydrogen bond that is written donor...acceptor
SAME_ANGSTROM: Final = 0.7
SAME_DEGREES: Final = 25.0


@dataclass(frozen=True)
class Anchor:
    """An acceptor: its place (Å) and three axes as rows: along its lone pair, across its plane, and across both."""

    point: FloatArray
    axes: FloatArray


@dataclass(frozen=True)
class Placements:
    """A ligand laid on anchors.

    Attributes
    ----------
    positions : numpy.ndarray, shape (k, n_atoms, 3)
        Å.
    groups : numpy.ndarray of int, shape (k,)
        Those with one number bind by one atom, one way round.
    """

    positions: FloatArray
    groups: IntArray


def hinge_anchors(known: Sequence[PlacedPose]) -> tuple[Anchor, ...]:
    """The acceptors that known ligands bind the hinge by, where they lie in the receptor's frame; each once."""
    anchors: list[Anchor] = []
    for each in known:
        molecule = to_molecule(each.ligand)
        able = hinge_acceptors(molecule)
        for bond, atom in zip(each.known.hinge_bonds, each.known.hinge_atoms, strict=True):
            if not bond.startswith(LIGAND) and atom in able:
                anchor = _anchor(molecule, molecule.GetConformer().GetPositions(), atom)
                if not any(_is_same(anchor, other) for other in anchors):
                    anchors.append(anchor)
    return tuple(anchors)


def hinge_acceptors(molecule: Chem.Mol) -> tuple[int, ...]:
    """Heavy atoms that may take the hydrogen bond of the hinge."""
    return tuple(
        sorted({match[0] for each in ACCEPTORS for match in molecule.GetSubstructMatches(Chem.MolFromSmarts(each))})
    )


def lay_on_anchors(conformers: Chem.Mol, anchors: Sequence[Anchor]) -> Placements:
    """Every conformer by every acceptor on every anchor, either way round; none where it has no acceptor."""
    found = list(_laid(conformers, anchors))
    number = conformers.GetNumAtoms()
    return Placements(
        np.array([positions for _, positions in found], dtype=np.float64).reshape(-1, number, 3),
        np.array([group for group, _ in found], dtype=np.int64),
    )


def _laid(conformers: Chem.Mol, anchors: Sequence[Anchor]) -> Iterator[tuple[int, FloatArray]]:
    for conformer in conformers.GetConformers():
        positions = conformer.GetPositions()
        for number, atom in enumerate(hinge_acceptors(conformers)):
            own = _anchor(conformers, positions, atom)
            for anchor in anchors:
                for way, sign in enumerate((1.0, -1.0)):
                    axes = anchor.axes * np.array([[1.0], [sign], [sign]])  # half a turn about the lone pair
                    yield 2 * number + way, (positions - own.point) @ (own.axes.T @ axes) + anchor.point


def _anchor(molecule: Chem.Mol, positions: FloatArray, atom: int) -> Anchor:
    around = [each.GetIdx() for each in molecule.GetAtomWithIdx(atom).GetNeighbors()]
    point = positions[atom]
    axis = point - positions[around].mean(axis=0)
    if len(around) > 1:
        normal = np.cross(positions[around[0]] - point, positions[around[1]] - point)
    else:
        beside = [each.GetIdx() for each in molecule.GetAtomWithIdx(around[0]).GetNeighbors() if each.GetIdx() != atom]
        normal = np.cross(positions[beside[0]] - positions[around[0]], axis)
    axis = axis / np.linalg.norm(axis)
    normal = normal - axis * (normal @ axis)
    normal = normal / np.linalg.norm(normal)
    return Anchor(point, np.array([axis, normal, np.cross(axis, normal)]))


def _is_same(one: Anchor, other: Anchor) -> bool:
    """Near in place and direction; half a turn about the lone pair is no difference."""
    cosines = np.abs(np.sum(one.axes[:2] * other.axes[:2], axis=1))
    forward = float(one.axes[0] @ other.axes[0]) > 0
    near = float(np.linalg.norm(one.point - other.point)) < SAME_ANGSTROM
    return near and forward and bool(np.all(cosines > np.cos(np.radians(SAME_DEGREES))))
