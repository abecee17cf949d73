"""Poses grown from the hinge: no move bends a molecule, the crystal's place is found again, likeness has no frame."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdkit import Chem
from scipy.spatial.transform import Rotation

from trkstruct.kinase.kinases import kinase_named
from trkstruct.ligand.ligand import Ligand, place_ligand, to_molecule
from trkstruct.ligand.molecule import embed_conformers
from trkstruct.ligand.reading import load_ligand
from trkstruct.pose.binding_type import skeleton_key
from trkstruct.pose.docking import yielding_atoms
from trkstruct.pose.known.templates import PlacedPose, fitting_poses
from trkstruct.pose.placing import climb as climbing
from trkstruct.pose.placing.anchored import anchored_poses, best_placed
from trkstruct.pose.placing.climb import climb, pose_energies, turning_bonds
from trkstruct.pose.placing.contact_grid import OUTSIDE_KCAL_MOL, ContactGrid, contact_grid
from trkstruct.pose.placing.features import molecule_features, protein_features
from trkstruct.pose.placing.hinge_anchor import hinge_acceptors, hinge_anchors, lay_on_anchors
from trkstruct.pose.placing.likeness import KnownShape, known_shape, likeness
from trkstruct.pose.superposition import first_distinct, pose_rmsd
from trkstruct.structure.complex import Complex, ligand_atoms, without_ligand
from trkstruct.structure.shipped_models import load_shipped
from trkstruct.units import FloatArray

TRKA = kinase_named("TRKA")
HYDROGEN_BOND_ANGSTROM = 3.5  # N to N


@cache
def larotrectinib() -> tuple[Complex, Ligand]:
    bound = load_shipped("TRKA", "larotrectinib")
    return bound, place_ligand(load_ligand("larotrectinib"), bound.positions[ligand_atoms(bound)])


@cache
def others() -> tuple[PlacedPose, ...]:
    bound, ligand = larotrectinib()
    return fitting_poses(bound, TRKA, (skeleton_key(ligand),))


def molecule(smiles: str) -> Chem.Mol:
    return to_molecule(load_ligand(smiles, with_parameters=False))


def free_grid(ligand: Chem.Mol, half_angstrom: float = 20.0) -> ContactGrid:
    """A box with one far carbon: nothing pulls or pushes."""
    carbon = molecule_features(Chem.MolFromSmiles("C"))
    edge = np.full(3, half_angstrom)
    return contact_grid(np.array([[900.0, 0.0, 0.0]]), carbon, molecule_features(ligand), -edge, edge)


def inner_distances(ligand: Chem.Mol, points: FloatArray) -> FloatArray:
    """Of bonded atoms and of those one atom apart, which no torsion changes."""
    near = np.argwhere(np.triu(Chem.GetDistanceMatrix(ligand) <= 2, 1))
    apart: FloatArray = np.linalg.norm(points[near[:, 0]] - points[near[:, 1]], axis=1)
    return apart


@pytest.mark.slow
def test_a_ligand_finds_its_crystal_place_by_how_others_bind_the_hinge() -> None:
    bound, ligand = larotrectinib()
    receptor = without_ligand(bound)
    poses = anchored_poses(ligand, receptor, others(), yielding=yielding_atoms(receptor, TRKA), n_poses=4)
    placed = [place_ligand(ligand, pose) for pose in poses]
    assert min(pose_rmsd(each, ligand.molblock) for each in placed) < 2.0
    crystal = to_molecule(ligand).GetConformer().GetPositions()
    ranked = best_placed(ligand, receptor, others(), np.array([crystal + 6.0, crystal]), n_poses=2)
    np.testing.assert_allclose(ranked[0], crystal)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 1000), smiles=st.sampled_from(["CCOc1ccncc1", "O=C(NCc1ccccc1)c1ccncc1", "CC(C)Nc1ncccn1"]))
def test_no_move_changes_a_bond_an_angle_or_the_stereo(seed: int, smiles: str) -> None:
    ligand = embed_conformers(molecule(smiles), 2, seed)
    starts = np.array([each.GetPositions() for each in ligand.GetConformers()])
    features = molecule_features(ligand)
    grid = free_grid(ligand)
    before = starts.copy()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(climbing, "STEPS", 30)
        poses, energies = climb(ligand, features, grid, starts, seed)
    np.testing.assert_array_equal(starts, before)
    for start, pose in zip(starts, poses, strict=True):
        np.testing.assert_allclose(inner_distances(ligand, pose), inner_distances(ligand, start), atol=1e-6)
    assert (energies <= pose_energies(ligand, features, grid, starts) + 1e-9).all(), "the best is never worse"
    np.testing.assert_allclose(energies, pose_energies(ligand, features, grid, poses), atol=1e-9)


def test_what_turns_is_what_a_chemist_would_turn() -> None:
    counts = {"CCOc1ccncc1": 2, "c1ccccc1-c1ccncc1": 1, "O=C(NCc1ccccc1)c1ccncc1": 3, "c1ccc2ncccc2c1": 0, "CC#N": 0}
    assert {smiles: len(turning_bonds(molecule(smiles))) for smiles in counts} == counts


def test_every_acceptor_is_laid_on_every_anchor_either_way_round() -> None:
    bound, _ = larotrectinib()
    anchors = hinge_anchors(others())
    nitrogen = next(a.index for a in bound.topology.atoms() if a.residue.id == "592" and a.name == "N")
    assert 2 <= len(anchors) <= len(others())
    for anchor in anchors:  # each takes the hydrogen bond of the hinge
        assert np.linalg.norm(anchor.point - bound.positions[nitrogen]) < HYDROGEN_BOND_ANGSTROM + 0.5
        np.testing.assert_allclose(anchor.axes @ anchor.axes.T, np.eye(3), atol=1e-9)
    ligand = embed_conformers(molecule("O=C1NC=Cc2ccncc12"), 2, 0)
    able = hinge_acceptors(ligand)
    assert [ligand.GetAtomWithIdx(atom).GetSymbol() for atom in able] in (["O", "N"], ["N", "O"])
    placed = lay_on_anchors(ligand, anchors)
    assert len(placed.positions) == ligand.GetNumConformers() * len(able) * len(anchors) * 2
    assert sorted(set(placed.groups)) == [0, 1, 2, 3]
    starts = np.array([each.GetPositions() for each in ligand.GetConformers()])
    for pose in placed.positions:  # laid, neither bent nor mirrored
        rotation, off = Rotation.align_vectors(pose - pose.mean(axis=0), starts[0] - starts[0].mean(axis=0))
        assert rotation is not None and off < 2.0
    assert not len(lay_on_anchors(embed_conformers(molecule("CCCCC"), 1, 0), anchors).positions)


def test_a_ligand_without_an_acceptor_or_a_known_ligand_grows_nowhere() -> None:
    bound, ligand = larotrectinib()
    alkane = load_ligand("decane=CCCCCCCCCC", with_parameters=False)
    assert not len(anchored_poses(alkane, without_ligand(bound), others()))
    assert not len(anchored_poses(ligand, without_ligand(bound), ()))


@settings(max_examples=20, deadline=None)
@given(angles=st.tuples(*[st.floats(-180, 180)] * 3), shift=st.tuples(*[st.floats(-50, 50)] * 3))
def test_likeness_is_the_same_in_every_frame(angles: tuple[float, ...], shift: tuple[float, ...]) -> None:
    _, ligand = larotrectinib()
    own = known_shape(ligand)
    known = [known_shape(each.ligand) for each in others()]
    turn = Rotation.from_euler("xyz", angles, degrees=True)
    moved = [KnownShape(turn.apply(each.points) + np.array(shift), each.features) for each in known]
    points = turn.apply(own.points) + np.array(shift)
    assert likeness(points, own.features, moved) == pytest.approx(likeness(own.points, own.features, known))


def test_likeness_falls_with_distance_and_counts_three() -> None:
    _, ligand = larotrectinib()
    own = known_shape(ligand)
    found = [likeness(own.points + shift, own.features, [own] * 3) for shift in (0.0, 1.0, 3.0, 30.0)]
    assert found == sorted(found, reverse=True) and found[0] > 3.0 and found[-1] < 1e-6
    assert likeness(own.points, own.features, []) == 0.0
    far = KnownShape(own.points + 50.0, own.features)
    assert likeness(own.points, own.features, [own, far, far]) == pytest.approx(found[0] / 3)
    assert likeness(own.points, own.features, [far] * 9 + [own] * 3) == pytest.approx(found[0])


def test_a_grid_gives_what_its_terms_say() -> None:
    ligand = Chem.MolFromSmiles("O")
    features = molecule_features(ligand)
    assert features.donor.all() and features.acceptor.all() and not features.greasy.any()
    bound, _ = larotrectinib()
    protein = protein_features(bound.topology)
    nitrogen = next(a.index for a in bound.topology.atoms() if a.residue.id == "592" and a.name == "N")
    one = protein.only(protein.atoms == nitrogen)
    assert one.donor.all() and not one.acceptor.any()
    edge = np.full(3, 9.0)
    grid = contact_grid(np.zeros((1, 3)), one, features, -edge, edge)
    at = [float(grid.score(np.array([[[x, 0.0, 0.0]]]))[0]) for x in (0.6, 3.0, 6.0, 20.0)]
    assert at[1] < -0.2 < at[2] < 0.01 and at[0] > at[1]
    assert at[3] >= OUTSIDE_KCAL_MOL


def test_the_first_of_those_alike_is_kept_whichever_way_a_ring_is_numbered() -> None:
    benzene = embed_conformers(molecule("c1ccccc1"), 1, 0)
    points = benzene.GetConformer().GetPositions()
    carbons = [a.GetIdx() for a in benzene.GetAtoms() if a.GetSymbol() == "C"]
    turned = points.copy()
    turned[carbons] = points[carbons[1:] + carbons[:1]]
    assert first_distinct([points, turned, points + 3.0, points + 3.1], benzene, 0.5) == [0, 2]
    assert first_distinct([points, points + 3.0, points + 6.0], benzene, 0.5, 2) == [0, 1]
