"""Isomers that no flask could keep apart are none; those that exist still have to be chosen."""

from pathlib import Path

import pytest
from rdkit import Chem

from support.small_complex import molecule_of, with_molecule
from trkstruct.errors import LigandError
from trkstruct.ligand.molecule import build_3d, canonical_smiles, match_atoms, parse_smiles, read_smiles
from trkstruct.ligand.reading import load_ligand
from trkstruct.ligand.stereo import real_stereo
from trkstruct.pose.adopt import adopt_ligand

ATP = "Nc1ncnc2n(cnc12)[C@@H]1O[C@H](COP(=O)(O)OP(=O)(O)OP(=O)(O)O)[C@@H](O)[C@H]1O"

NONE_OPEN = [
    "CCN=[N+]=[N-]", "c1ccccc1N=[N+]=[N-]", "CCN=C=O", "CCN=C=S", "CC(C)N=C=NC(C)C", "CC=C=CC", "CC=C=NC", "CN=S=NC",
    ATP, ATP.replace("(O)O)", "([O-])[O-])"), "CCOP(=O)(O)OC", "CNP(C)(=O)O", "CC1COP(=O)(O)OC1",
    "C[NH+]1CCC(C(N)=O)CC1", "CN1CCC(O)CC1", "C[NH+]1CCC(CC1)N1CC[NH+](C)CC1", "C[NH+]1CC[NH+](C)CC1",
    "C1C[NH+]2CCC1CC2", "C[C@H]1CN2CCC1CC2", "C[C@H]1CN1C", "C[C@H]1CCC[NH+](C)C1", "CC[NH+](C)[C@@H](C)C(N)=O",
]  # fmt: skip


@pytest.mark.parametrize("smiles", NONE_OPEN)
def test_what_has_one_isomer_is_not_refused(smiles: str) -> None:
    molecule, _ = read_smiles(smiles)
    assert canonical_smiles(read_smiles(canonical_smiles(molecule))[0]) == canonical_smiles(molecule)


@pytest.mark.parametrize(
    ("smiles", "isomers"),
    [
        ("CC1CCC(O)CC1", 2),  # cis and trans, both carbons real
        ("C[N+]1(CC)CCC(O)CC1", 2),  # ammonium does not invert
        ("C[N+]1([O-])CCC(O)CC1", 2),  # nor does an N-oxide
        ("COP(=O)([S-])OC(C)C", 2),  # a phosphorothioate
        ("CCS(C)=O", 2),
        ("CCS(C)(=N)=O", 2),
        ("CCP(C)(=O)c1ccccc1", 2),
        ("CC=NO", 2),
        ("C[NH+]1[C@H]2CC[C@@H]1CC(O)C2", 2),  # tropine and pseudotropine
        ("CC1CN1C", 2),  # the carbon of an aziridine
    ],
)
def test_what_has_isomers_is(smiles: str, isomers: int) -> None:
    with pytest.raises(LigandError, match="undefined") as error:
        read_smiles(smiles)
    assert str(error.value).count("\n") == isomers


@pytest.mark.parametrize(
    ("drawn", "plain"),
    [
        ("C[N@H+]1CC[C@H](O)CC1", "C[NH+]1CCC(O)CC1"),
        ("CC[N@@H+](C)C(C)C", "CC[NH+](C)C(C)C"),
        ("CO[P@](=O)([O-])OCC", "COP(=O)([O-])OCC"),
        ("C[C@H](O)C[N@H+](C)CC", "C[C@H](O)C[NH+](C)CC"),
    ],
)
def test_a_tag_that_stands_for_no_isomer_changes_nothing(drawn: str, plain: str) -> None:
    assert canonical_smiles(Chem.MolFromSmiles(drawn)) == canonical_smiles(Chem.MolFromSmiles(plain))
    match_atoms(Chem.AddHs(Chem.MolFromSmiles(drawn)), Chem.AddHs(Chem.MolFromSmiles(plain)))


def test_real_tags_stay() -> None:
    for smiles in ("C[C@H](O)C[NH+](C)C", "C[C@H]1CC[C@@H](O)CC1", "C/C=C/C[NH+](C)C", "C[C@@H](F)C/C=N/O"):
        assert Chem.MolToSmiles(real_stereo(Chem.MolFromSmiles(smiles))) == Chem.CanonSmiles(smiles)


@pytest.mark.parametrize("isomer", ["C[N@H+]1CC[C@H](C(N)=O)CC1", "C[N@H+]1CC[C@@H](C(N)=O)CC1"])
def test_either_face_of_a_protonated_methylpiperidine_in_a_file_is_its_smiles(isomer: str, tmp_path: Path) -> None:
    """Cis or trans to the hydrogen on nitrogen: one molecule, whatever the coordinates show."""
    path = tmp_path / "pose.sdf"
    path.write_text(Chem.MolToMolBlock(build_3d(Chem.AddHs(Chem.MolFromSmiles(isomer)))), encoding="utf-8")
    from_file = load_ligand(str(path), with_parameters=False)
    from_smiles = load_ligand("mine=CN1CCC(C(N)=O)CC1", with_parameters=False)
    assert from_file.smiles == from_smiles.smiles == canonical_smiles(parse_smiles("C[NH+]1CCC(C(N)=O)CC1"))


@pytest.mark.parametrize("isomer", ["C[N@H+]1CC[C@H](C(N)=O)CC1", "C[N@H+]1CC[C@@H](C(N)=O)CC1"])
def test_either_face_in_a_structure_is_the_ligand(isomer: str) -> None:
    complex_ = with_molecule(None, molecule_of(isomer))
    ligand = load_ligand("mine=CN1CCC(C(N)=O)CC1", with_parameters=False)
    assert adopt_ligand(complex_, ligand).ligand == complex_.ligand
