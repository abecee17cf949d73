"""From where a pocket is looked at first: the ligand across the picture, the mutated residues beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from trkstruct.report.scene.atom_lines import AtomLine, positions_of
from trkstruct.residues import ResidueId
from trkstruct.units import FloatArray

VIEW_TURNS: Final = 24  # directions that are tried, all around the ligand's long axis
VIEW_RADIUS_ANGSTROM: Final = 6.0  # atoms in front of this circle are in the way
FACE_WORTH_ATOMS: Final = 12.0  # so many atoms in front are borne to see the ligand's face and not its edge
MOST_BEHIND: Final = 0.3  # cosine: a residue beyond it would stand in front of the ligand or behind it
VIEW_DISTANCE: Final = 1.9  # camera's distance in radii of what is looked at


@dataclass(frozen=True)
class Viewpoint:
    """Where a scene is looked at first: the point looked at, the camera, and what is up."""

    target: FloatArray
    position: FloatArray
    up: FloatArray

    @property
    def towards(self) -> FloatArray:
        """Unit vector from what is looked at to the camera."""
        away = self.position - self.target
        return away / float(np.linalg.norm(away))


def choose_viewpoint(atoms: Sequence[AtomLine], sites: Sequence[ResidueId]) -> Viewpoint:
    """The ligand lies across the picture, the mutated residues beside it, and as few atoms as can be in front."""
    ligand = positions_of(atom for atom in atoms if atom.is_ligand)
    site = positions_of(atom for atom in atoms if atom.residue in sites and not atom.is_ligand)
    both = np.vstack([ligand, site])
    target = both.mean(axis=0)
    long, wide, thin = np.linalg.svd(ligand - ligand.mean(axis=0))[2]
    aside = site.mean(axis=0) - ligand.mean(axis=0) if len(site) else wide
    protein = positions_of(atom for atom in atoms if not atom.is_ligand and atom.residue not in sites)
    turns = np.linspace(0, 2 * np.pi, VIEW_TURNS, endpoint=False)
    around = [np.cos(turn) * wide + np.sin(turn) * np.cross(long, wide) for turn in turns]
    allowed = [each for each in around if abs(each @ aside) <= MOST_BEHIND * float(np.linalg.norm(aside))]

    def hindrance(each: FloatArray) -> float:
        return _atoms_in_front(protein - target, each) - FACE_WORTH_ATOMS * abs(float(each @ thin))

    towards = min(allowed or around, key=hindrance)
    radius = float(np.linalg.norm(both - target, axis=1).max()) or 1.0  # a ligand of one atom
    return Viewpoint(target, target + VIEW_DISTANCE * radius * towards, np.cross(towards, long))


def _atoms_in_front(positions: FloatArray, towards: FloatArray) -> int:
    """How many of the positions, relative to what is looked at, stand between it and the eye."""
    depth = positions @ towards
    beside = np.linalg.norm(positions - depth[:, None] * towards, axis=1)
    return int(np.count_nonzero((depth > 0) & (beside < VIEW_RADIUS_ANGSTROM)))
