"""Frames of kinases: carrying a ligand over, and comparing poses in place."""

from dataclasses import replace

import numpy as np
import pytest
from rdkit import Chem

from trkstruct.errors import LigandError
from trkstruct.kinase.kinases import kinase_named
from trkstruct.ligand.ligand import Ligand, place_ligand, to_molecule
from trkstruct.ligand.reading import load_ligand
from trkstruct.pose.superposition import carry_over, pocket_carbons, pose_rmsd
from trkstruct.structure.complex import ligand_atoms
from trkstruct.structure.shipped_models import load_shipped

TRKA, TRKB = kinase_named("TRKA"), kinase_named("TRKB")
SHIFT = np.array([3.0, -4.0, 12.0])


def posed(kinase: str, name: str) -> Ligand:
    complex_ = load_shipped(kinase, name)
    return place_ligand(load_ligand(name), complex_.positions[ligand_atoms(complex_)])


def coordinates(molblock: str) -> np.ndarray:
    return Chem.MolFromMolBlock(molblock, removeHs=False).GetConformer().GetPositions()


def test_a_moved_receptor_takes_its_ligand_along() -> None:
    home = load_shipped("TRKA", "repotrectinib")
    rotation = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    moved = replace(home, positions=home.positions @ rotation + SHIFT)
    ligand = posed("TRKA", "repotrectinib")
    carried = carry_over(ligand.molblock, (home, TRKA), (moved, TRKA))
    np.testing.assert_allclose(coordinates(carried), coordinates(ligand.molblock) @ rotation + SHIFT, atol=2e-4)


def test_the_drug_sits_alike_in_trka_and_trkb() -> None:
    home, target = load_shipped("TRKA", "repotrectinib"), load_shipped("TRKB", "repotrectinib")
    assert pocket_carbons(target, TRKB).shape == (85, 3)
    carried = carry_over(posed("TRKA", "repotrectinib").molblock, (home, TRKA), (target, TRKB))
    assert pose_rmsd(posed("TRKB", "repotrectinib"), carried) < 1.5


def test_pose_rmsd_is_measured_in_place() -> None:
    ligand = posed("TRKA", "entrectinib")
    assert pose_rmsd(ligand, ligand.molblock) == pytest.approx(0.0, abs=1e-3)
    moved = place_ligand(ligand, coordinates(ligand.molblock) + SHIFT)
    assert pose_rmsd(moved, ligand.molblock) == pytest.approx(13.0, abs=1e-3)


def test_a_flipped_symmetric_ring_is_the_same_pose() -> None:
    ligand = posed("TRKA", "entrectinib")
    molecule = to_molecule(ligand)
    ranks = list(Chem.CanonicalRankAtoms(Chem.RemoveHs(molecule), breakTies=False))
    fluorines = [atom.GetIdx() for atom in molecule.GetAtoms() if atom.GetSymbol() == "F"]
    assert ranks[fluorines[0]] == ranks[fluorines[1]], "the difluorophenyl ring is symmetric"
    same = Chem.RemoveHs(molecule).GetSubstructMatches(Chem.RemoveHs(molecule), uniquify=False)
    flip = next(match for match in same if match[fluorines[0]] == fluorines[1])
    points = coordinates(ligand.molblock)
    swapped = points.copy()
    swapped[list(range(len(flip)))] = points[list(flip)]
    assert pose_rmsd(place_ligand(ligand, swapped), ligand.molblock) == pytest.approx(0.0, abs=1e-3)


def test_another_molecule_is_refused() -> None:
    with pytest.raises(LigandError, match="is not the molecule"):
        pose_rmsd(posed("TRKA", "entrectinib"), posed("TRKA", "repotrectinib").molblock)
