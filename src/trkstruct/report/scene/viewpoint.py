"""From where a pocket is looked at first: the ligand's face across the picture, nothing before the mutated residues."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from trkstruct.report.scene.atom_lines import AtomLine, positions_of, residues_near
from trkstruct.residues import BACKBONE_HEAVY_ATOMS, ResidueId
from trkstruct.units import FloatArray

NEIGHBOUR_ANGSTROM: Final = 4.5  # shown in atoms: protein residues this close to the ligand or the mutated side chain
DIRECTIONS: Final = 200  # that are tried, 14 degrees apart
IN_THE_WAY_ANGSTROM: Final = 1.0  # about the half width of a drawn stick and of what stands behind it, together
BONDED_ANGSTROM: Final = 1.9  # what is nearer is bonded: it hides nothing but its own end
SITE_WORTH: Final = 2.0  # seeing all of the mutated residues counts twice as much as seeing all of the ligand
FACE_WORTH: Final = 0.8  # looking at the ligand's face and not at its edge
MARGIN_ANGSTROM: Final = 2.0  # around what is looked at, for the labels
ASPECT: Final = 1.35  # width by height of the picture
HALF_FIELD: Final = 0.414  # tangent of half of the 45 degrees that Mol* sees
VIEW_DISTANCE: Final = 1.9  # camera's distance in radii of what is looked at


@dataclass(frozen=True)
class Viewpoint:
    """Where a scene is looked at first: the point looked at, the camera, and what is up."""

    target: FloatArray
    position: FloatArray
    up: FloatArray

    @property
    def distance(self) -> float:
        """Of the camera from what is looked at, in Å."""
        return float(np.linalg.norm(self.position - self.target))

    @property
    def towards(self) -> FloatArray:
        """Unit vector from what is looked at to the camera."""
        return (self.position - self.target) / self.distance

    @property
    def axes(self) -> FloatArray:
        """Unit vectors to the right, up and towards the camera, as rows."""
        up = self.up / float(np.linalg.norm(self.up))
        return np.array([np.cross(up, self.towards), up, self.towards])


def choose_viewpoint(atoms: Sequence[AtomLine], sites: Sequence[ResidueId]) -> Viewpoint:
    """The direction from which most of the mutated side chains and of the ligand's face is seen, ligand across.

    Atoms of the residues that are drawn hide what stands behind them, and the ligand and the side chains each other.
    """
    ligand = _heavy(atom for atom in atoms if atom.is_ligand)
    site = _site_positions(atoms, sites)
    others = _drawn_around(atoms, sites)
    directions = _directions(DIRECTIONS)
    long, _, thin = np.linalg.svd(ligand - ligand.mean(axis=0))[2]
    worth = _seen(ligand, np.vstack([others, site]), directions) + FACE_WORTH * np.abs(directions @ thin)
    if len(site):
        worth += SITE_WORTH * _seen(site, np.vstack([others, ligand]), directions)
    return _framed(np.vstack([ligand, site]), directions[int(np.argmax(worth))], long)


def _framed(points: FloatArray, towards: FloatArray, across: FloatArray) -> Viewpoint:
    """The camera so far away that all points and a margin are in the picture, ``across`` from left to right."""
    up = np.cross(towards, across)
    if float(np.linalg.norm(up)) < 0.1:  # the ligand's length points at the eye
        up = np.cross(towards, np.roll(towards, 1) + 1.0)
    up /= float(np.linalg.norm(up))
    axes = np.array([np.cross(up, towards), up, towards])
    placed = points @ axes.T
    middle = (placed.min(axis=0) + placed.max(axis=0)) / 2
    width, height, depth = np.abs(placed - middle).max(axis=0)
    sides = max((width + MARGIN_ANGSTROM) / ASPECT, height + MARGIN_ANGSTROM)
    target: FloatArray = middle @ axes
    return Viewpoint(target, target + (sides / HALF_FIELD + depth) * towards, up)


def _seen(points: FloatArray, blockers: FloatArray, directions: FloatArray) -> FloatArray:
    """Share of the points that nothing hides, for each direction, shape (directions,)."""
    between = blockers[None, :, :] - points[:, None, :]
    far = np.einsum("pbx,pbx->pb", between, between)
    depth = between @ directions.T
    beside = far[:, :, None] - depth**2
    hidden = (depth > 0) & (beside < IN_THE_WAY_ANGSTROM**2) & (far > BONDED_ANGSTROM**2)[:, :, None]
    seen: FloatArray = 1.0 - hidden.any(axis=1).mean(axis=0)
    return seen


def _site_positions(atoms: Sequence[AtomLine], sites: Sequence[ResidueId]) -> FloatArray:
    """Heavy atoms of the mutated side chains, or of the backbone where there is no side chain."""
    site = [atom for atom in atoms if atom.residue in sites and not atom.is_ligand]
    side_chains = [atom for atom in site if atom.atom not in BACKBONE_HEAVY_ATOMS and atom.element != "H"]
    return _heavy(side_chains or site)


def _drawn_around(atoms: Sequence[AtomLine], sites: Sequence[ResidueId]) -> FloatArray:
    """Heavy atoms of the neighbours that are drawn."""
    centres = [atom for atom in atoms if atom.is_ligand or atom.residue in sites]
    near = residues_near(atoms, centres, NEIGHBOUR_ANGSTROM) - frozenset(sites)
    return _heavy(atom for atom in atoms if atom.residue in near and not atom.is_ligand)


def _heavy(atoms: Iterable[AtomLine]) -> FloatArray:
    listed = list(atoms)
    return positions_of([atom for atom in listed if atom.element != "H"] or listed)


def _directions(number: int) -> FloatArray:
    """Unit vectors spread evenly over the sphere: a Fibonacci lattice (Gonzalez 2010, 10.1007/s11004-009-9257-x)."""
    index = np.arange(number) + 0.5
    turn = np.pi * (1 + 5**0.5) * index
    height = 1 - 2 * index / number
    flat = np.sqrt(1 - height**2)
    spread: FloatArray = np.column_stack([flat * np.cos(turn), flat * np.sin(turn), height])
    return spread
