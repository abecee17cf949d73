"""Poses of a ligand grown from the hinge: by known anchors, in a rigid pocket, ranked by contacts and known ligands."""

from collections.abc import Collection, Sequence
from typing import Final

import numpy as np
from rdkit import Chem

from trkstruct.ligand.ligand import Ligand, to_molecule
from trkstruct.ligand.molecule import embed_conformers
from trkstruct.pose.known.templates import PlacedPose
from trkstruct.pose.placing.climb import climb, pose_energies
from trkstruct.pose.placing.contact_grid import ContactGrid, contact_grid
from trkstruct.pose.placing.features import Features, molecule_features, protein_features
from trkstruct.pose.placing.hinge_anchor import Placements, hinge_acceptors, hinge_anchors, lay_on_anchors
from trkstruct.pose.placing.likeness import known_shape, likeness
from trkstruct.pose.superposition import first_distinct
from trkstruct.structure.complex import Complex
from trkstruct.units import FloatArray

CONFORMERS: Final = 40  # for the rings; the torsions turn later
CANDIDATES: Final = 200
LEAST_OF_A_GROUP: Final = 10  # so that no acceptor is left out because another is easier to lay
APART_ANGSTROM: Final = 1.0
MARGIN_ANGSTROM: Final = 5.0  # beyond all known ligands
LIKENESS_KCAL_MOL: Final = 4.0
"""What a unit of likeness is worth beside contacts: chosen on ABL1 and ALK alone (docs/how-to/poses.md)."""


def anchored_poses(
    ligand: Ligand,
    receptor: Complex,
    known: Sequence[PlacedPose],
    *,
    yielding: Collection[int] = (),
    seed: int = 0,
    n_poses: int = 8,
) -> FloatArray:
    """Poses that take the hydrogen bond of the hinge as known ligands do, the best first.

    Conformers are laid on the places of known acceptors, each by every atom that could be one, and turned and bent in
    the rigid pocket. They are ranked by contacts (Vina's terms) and by likeness to known ligands.

    Parameters
    ----------
    ligand : Ligand
    receptor : Complex
        With hydrogens.
    known : sequence of PlacedPose
        Known ligands in its frame.
    yielding : collection of int
        Atoms of the receptor that count as not there.
    seed : int
    n_poses : int

    Returns
    -------
    numpy.ndarray, shape (k, n_atoms, 3)
        Å, at least 1 Å apart; none where no ligand is known, or the ligand has no acceptor.
    """
    molecule = to_molecule(ligand)
    features = molecule_features(molecule)
    if not known or not hinge_acceptors(molecule):
        return np.zeros((0, molecule.GetNumAtoms(), 3))
    grid = _pocket_grid(receptor, known, features, yielding)
    conformers = embed_conformers(molecule, CONFORMERS, seed)
    starts = _starts(lay_on_anchors(conformers, hinge_anchors(known)), features, grid, molecule)
    poses, energies = climb(molecule, features, grid, starts, seed)
    return _best(molecule, features, known, poses, energies, n_poses)


def best_placed(
    ligand: Ligand,
    receptor: Complex,
    known: Sequence[PlacedPose],
    poses: FloatArray,
    *,
    yielding: Collection[int] = (),
    n_poses: int = 8,
) -> FloatArray:
    """Of poses (m, n_atoms, 3) of other origin, as they are, the best as `anchored_poses` ranks its own."""
    molecule = to_molecule(ligand)
    features = molecule_features(molecule)
    if not known:
        return poses[first_distinct(list(poses), molecule, APART_ANGSTROM, n_poses)]
    grid = _pocket_grid(receptor, known, features, yielding)
    return _best(molecule, features, known, poses, pose_energies(molecule, features, grid, poses), n_poses)


def _best(
    molecule: Chem.Mol,
    features: Features,
    known: Sequence[PlacedPose],
    poses: FloatArray,
    energies: FloatArray,
    n_poses: int,
) -> FloatArray:
    shapes = [known_shape(each.ligand) for each in known]
    alike = np.array([likeness(pose[features.atoms], features, shapes) for pose in poses])
    ranked = poses[np.argsort(energies - LIKENESS_KCAL_MOL * alike, kind="stable")]
    kept: FloatArray = ranked[first_distinct(list(ranked), molecule, APART_ANGSTROM, n_poses)]
    return kept


def _pocket_grid(
    receptor: Complex, known: Sequence[PlacedPose], ligand: Features, yielding: Collection[int]
) -> ContactGrid:
    features = protein_features(receptor.topology)
    points = np.concatenate([to_molecule(each.ligand).GetConformer().GetPositions() for each in known])
    low, high = points.min(axis=0) - MARGIN_ANGSTROM, points.max(axis=0) + MARGIN_ANGSTROM
    there = ~np.isin(features.atoms, sorted(yielding))
    return contact_grid(receptor.positions[features.atoms[there]], features.only(there), ligand, low, high)


def _starts(placements: Placements, features: Features, grid: ContactGrid, molecule: Chem.Mol) -> FloatArray:
    """The best placements of every group, those that differ."""
    scores = grid.score(placements.positions[:, features.atoms])
    groups = np.unique(placements.groups)
    each = max(LEAST_OF_A_GROUP, CANDIDATES // max(1, len(groups)))
    kept = [np.zeros((0, molecule.GetNumAtoms(), 3))]
    for group in groups:
        own = np.flatnonzero(placements.groups == group)
        ranked = placements.positions[own[np.argsort(scores[own], kind="stable")]]
        kept.append(ranked[first_distinct(list(ranked), molecule, APART_ANGSTROM, each)])
    return np.concatenate(kept)
