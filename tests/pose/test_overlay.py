"""Poses transferred from crystal ligands: onto themselves and relatives, with the hinge bond, moving with the frame."""

from pathlib import Path

import numpy as np
import pytest
from Bio.PDB import PDBParser
from rdkit import Chem
from rdkit.Chem import rdMolAlign
from scipy.spatial.transform import Rotation

from trkstruct.errors import LigandError
from trkstruct.ligand.ligand import Ligand, place_ligand, to_molecule
from trkstruct.ligand.molecule import build_3d, canonical_smiles, read_smiles
from trkstruct.ligand.reading import load_ligand
from trkstruct.pose.common_atoms import find_correspondences
from trkstruct.pose.overlay import reference_from_pdb, transfer_pose
from trkstruct.pose.receptor import overlap_angstrom, receptor_near
from trkstruct.units import FloatArray

SMILES_4EK = "Fc1cccc([C@H]2CCCN2c2ccc3ncc(-c4ccccn4)n3n2)c1"  # (2R), 4YNE; 10.2210/pdb4yne/pdb
CONFORMERS = 12
Site = tuple[str, FloatArray, list[str], FloatArray]


def receptor_of(path: Path) -> tuple[FloatArray, list[str], FloatArray]:
    """Protein positions, elements, and where the backbone N of the hinge M592 is."""
    atoms = [
        atom
        for residue in PDBParser(QUIET=True).get_structure("receptor", path)[0].get_residues()
        if residue.id[0] == " " or residue.resname in ("ACE", "NME")
        for atom in residue
    ]
    hinge = next(atom for atom in atoms if atom.name == "N" and atom.get_parent().id[1] == 592)
    return (
        np.array([atom.coord for atom in atoms], dtype=float),
        [atom.element.capitalize() for atom in atoms],
        hinge.coord,
    )


@pytest.fixture(scope="module")
def site_7vko(sources: Path) -> Site:
    folder = sources / "uni_fep_ntrk1_7vko"
    return ((folder / "ref_ligand.sdf").read_text(), *receptor_of(folder / "protein.pdb"))


@pytest.fixture(scope="module")
def site_5kvt(sources: Path) -> Site:
    folder = sources / "openkinome_ntrk"
    return (
        (folder / "NTRK1_entrectinib_ligand.sdf").read_text(),
        *receptor_of(folder / "NTRK1_entrectinib_protein.pdb"),
    )


@pytest.fixture(scope="module")
def site_4yne(sources: Path) -> Site:
    lines = (sources / "wwpdb_excerpts" / "4YNE_4EK_hetatm_excerpt.pdb").read_text().splitlines()
    block = "\n".join(line for line in lines if line.startswith("HETATM") and line[17:20] == "4EK")
    return (
        reference_from_pdb(block, SMILES_4EK),
        *receptor_of(sources / "openkinome_ntrk" / "docking_4YNE_protein.pdb"),
    )


def transferred(name: str, site: Site) -> tuple[Ligand, FloatArray]:
    reference, positions, elements, _ = site
    ligand = load_ligand(name, with_parameters=False)
    return ligand, transfer_pose(ligand, reference, positions, elements, n_conformers=CONFORMERS)


def heavy_rmsd(ligand: Ligand, pose: FloatArray, reference: str) -> float:
    """Symmetry-aware RMSD in Å without superposition."""
    placed = Chem.RemoveAllHs(to_molecule(place_ligand(ligand, pose)))
    truth = Chem.RemoveAllHs(Chem.MolFromMolBlock(reference))
    return float(rdMolAlign.CalcRMS(placed, truth))


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize(("name", "site"), [("repotrectinib", "site_7vko"), ("entrectinib", "site_5kvt")])
def test_crystal_ligand_is_rebuilt_from_its_smiles(name: str, site: str, request: pytest.FixtureRequest) -> None:
    found = request.getfixturevalue(site)
    ligand, poses = transferred(name, found)
    assert heavy_rmsd(ligand, poses[0], found[0]) < 1.0


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "site"),
    [
        ("larotrectinib", "site_4yne"),
        ("taletrectinib", "site_4yne"),
        ("selitrectinib", "site_7vko"),
        ("zurletrectinib", "site_7vko"),
    ],
)
def test_relative_gets_the_hinge_bond_its_stereo_and_no_clash(
    name: str, site: str, request: pytest.FixtureRequest
) -> None:
    _, positions, elements, hinge = request.getfixturevalue(site)
    ligand, poses = transferred(name, request.getfixturevalue(site))
    placed = to_molecule(place_ligand(ligand, poses[0]))
    acceptors = [i for (i,) in placed.GetSubstructMatches(Chem.MolFromSmarts("[n;H0;X2;R1]"))]  # not the bridgehead
    assert min(np.linalg.norm(poses[0][acceptors] - hinge, axis=1)) < 3.5
    Chem.AssignStereochemistryFrom3D(placed)
    assert canonical_smiles(placed) == ligand.smiles
    symbols = [atom.GetSymbol() for atom in placed.GetAtoms()]
    assert overlap_angstrom(poses[0], symbols, receptor_near(positions, elements, poses[0])) < 1.0


@pytest.mark.shared
@pytest.mark.slow
def test_pose_follows_the_frame(site_7vko: Site) -> None:
    """Turning receptor and reference together turns the poses with them."""
    reference, positions, elements, _ = site_7vko
    turn, shift = Rotation.from_euler("xyz", [40, -70, 110], degrees=True), np.array([3.0, -8.0, 15.0])
    moved = Chem.MolFromMolBlock(reference)
    conformer = moved.GetConformer()
    for index, point in enumerate(turn.apply(conformer.GetPositions()) + shift):
        conformer.SetAtomPosition(index, point.tolist())
    ligand = load_ligand("repotrectinib", with_parameters=False)
    first = transfer_pose(ligand, reference, positions, elements, n_conformers=4)[0]
    second = transfer_pose(ligand, Chem.MolToMolBlock(moved), turn.apply(positions) + shift, elements, n_conformers=4)[
        0
    ]
    heavy = [atom.GetIdx() for atom in to_molecule(ligand).GetAtoms() if atom.GetAtomicNum() > 1]
    assert np.abs(turn.apply(first[heavy]) + shift - second[heavy]).max() < 0.2


def test_bicycles_of_different_elements_correspond_acceptor_to_acceptor() -> None:
    larotrectinib = to_molecule(load_ligand("larotrectinib"))
    reference = Chem.MolFromSmiles(SMILES_4EK)
    nitrogen = larotrectinib.GetSubstructMatch(Chem.MolFromSmarts("[n;X2]:[n;X3]"))[0]
    expected = reference.GetSubstructMatch(Chem.MolFromSmarts("[n;X2]1:c(:c):n:c:c1"))[0]
    assert any((nitrogen, expected) in atom_map for atom_map in find_correspondences(larotrectinib, reference))


def test_transfer_in_an_empty_pocket_lies_on_the_reference() -> None:
    """Needs no source coordinates: a ligand laid on its own other conformer."""
    reference = build_3d(read_smiles("CC(=O)Nc1ccc(O)cc1")[0], seed=7)
    far = np.array([[60.0, 60.0, 60.0], [8.0, 8.0, 8.0]])
    ligand = load_ligand("paracetamol=CC(=O)Nc1ccc(O)cc1", with_parameters=False)
    poses = transfer_pose(ligand, Chem.MolToMolBlock(reference), far, ["C", "O"], n_conformers=5)
    assert poses.shape[1:] == (len(ligand.atom_names), 3)
    assert heavy_rmsd(ligand, poses[0], Chem.MolToMolBlock(reference)) < 0.5


def test_same_seed_gives_the_same_poses() -> None:
    reference = Chem.MolToMolBlock(build_3d(read_smiles("CC(=O)Nc1ccccc1")[0]))
    ligand = load_ligand("paracetamol=CC(=O)Nc1ccc(O)cc1", with_parameters=False)
    pocket = np.array([[0.0, 4.0, 0.0]]), ["C"]
    first, second = (transfer_pose(ligand, reference, *pocket, seed=3, n_conformers=5) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_strangers_are_refused() -> None:
    propane = Chem.MolToMolBlock(build_3d(read_smiles("CCC")[0]))
    with pytest.raises(LigandError, match="shares no ring"):
        transfer_pose(load_ligand("repotrectinib"), propane, np.zeros((1, 3)), ["C"], n_conformers=2)


def test_reference_with_the_other_stereo_is_refused() -> None:
    block = Chem.MolToPDBBlock(Chem.RemoveHs(build_3d(read_smiles("C[C@H](F)c1ccccc1")[0])))
    assert "V2000" in reference_from_pdb(block, "C[C@H](F)c1ccccc1")
    with pytest.raises(LigandError, match="The coordinates show"):
        reference_from_pdb(block, "C[C@@H](F)c1ccccc1")
    with pytest.raises(LigandError, match="heavy atoms"):
        reference_from_pdb(block, "CCO")


@pytest.mark.parametrize(
    ("distance", "elements", "expected"),
    [(3.0, ("C", "C"), 0.0), (2.5, ("C", "C"), 0.5), (2.6, ("N", "O"), 0.0), (2.0, ("N", "O"), 0.47)],
)
def test_overlap_is_radii_minus_distance_beyond_the_allowance(
    distance: float, elements: tuple[str, str], expected: float
) -> None:
    here, there = np.zeros((1, 3)), np.array([[distance, 0.0, 0.0]])
    assert overlap_angstrom(here, [elements[0]], receptor_near(there, [elements[1]], here)) == pytest.approx(expected)
