"""Names, SMILES and files become the same ligand; what cannot be one is refused with what to do."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdkit import Chem
from rdkit.Chem.MolStandardize.rdMolStandardize import Uncharger
from rdkit.Chem.rdMolDescriptors import CalcMolFormula

from trkstruct.errors import LigandError
from trkstruct.ligand.ligand import place_ligand, safe_name, to_molecule
from trkstruct.ligand.molecule import atom_names, build_3d, canonical_order, match_atoms, read_smiles
from trkstruct.ligand.reading import load_ligand
from trkstruct.ligand.shipped_ligands import ligand_table, shipped_ligands

LAROTRECTINIB = "O=C(Nc1cnn2ccc(N3CCC[C@@H]3c3cc(F)ccc3F)nc12)N1CC[C@H](O)C1"
FORMULAS = {  # neutral drug substances, PubChem
    "larotrectinib": "C21H22F2N6O2",
    "entrectinib": "C31H34F2N6O2",
    "selitrectinib": "C20H21FN6O",
    "repotrectinib": "C18H18FN5O2",
    "taletrectinib": "C23H24FN5O",
    "zurletrectinib": "C19H19F2N7O2",
}


def test_all_six_inhibitors_ship() -> None:
    assert set(shipped_ligands()) == set(FORMULAS)


@pytest.mark.parametrize("row", ligand_table(), ids=lambda row: row["name"])
def test_shipped_ligand_is_the_published_molecule(row: dict[str, str]) -> None:
    ligand = load_ligand(row["name"])
    molecule = to_molecule(ligand)
    Chem.AssignStereochemistryFrom3D(molecule)
    neutral = Uncharger().uncharge(Chem.RemoveHs(molecule))
    assert Chem.MolToInchiKey(neutral) == row["inchikey_neutral"]
    assert CalcMolFormula(neutral) == FORMULAS[row["name"]]
    assert ligand.formal_charge == Chem.GetFormalCharge(molecule) == int(row["formal_charge"])
    assert not ligand.has_pose and ligand.parameter_source == "GAFF2/AM1-BCC (shipped)"
    assert ligand.generation in ("first", "second")
    assert row["protonation"] and row["source"]


@pytest.mark.parametrize("name", shipped_ligands())
def test_template_atoms_bonds_and_names_fit_the_molecule(name: str) -> None:
    ligand = load_ligand(name)
    xml = ligand.parameters_xml or ""
    molecule = to_molecule(ligand)
    assert tuple(re.findall(r'<Atom name="(\w+)" type', xml)) == ligand.atom_names == atom_names(molecule)
    assert len(set(ligand.atom_names)) == len(ligand.atom_names)
    assert max(map(len, ligand.atom_names)) <= 4
    bonds = {frozenset(pair) for pair in re.findall(r'atomName1="(\w+)" atomName2="(\w+)"', xml)}
    names = ligand.atom_names
    assert bonds == {frozenset((names[b.GetBeginAtomIdx()], names[b.GetEndAtomIdx()])) for b in molecule.GetBonds()}


@pytest.mark.parametrize("synonym", ["LOXO-101", "loxo-101", "Larotrectinib ", "vitrakvi", LAROTRECTINIB])
def test_synonyms_and_smiles_of_a_shipped_drug_are_that_drug(synonym: str) -> None:
    assert load_ligand(synonym) == load_ligand("larotrectinib")


@pytest.mark.parametrize(("synonym", "name"), [("loxo-195", "selitrectinib"), ("TPX-0005", "repotrectinib"),
                                               ("ICP-723", "zurletrectinib"), ("ab-106", "taletrectinib"),
                                               ("RXDX-101", "entrectinib")])  # fmt: skip
def test_development_codes(synonym: str, name: str) -> None:
    assert load_ligand(synonym).name == name


@given(st.randoms(use_true_random=False))
@settings(max_examples=10, deadline=None)
def test_any_spelling_of_a_smiles_is_the_same_ligand(random) -> None:  # type: ignore[no-untyped-def]
    molecule = Chem.MolFromSmiles(LAROTRECTINIB)
    order = list(range(molecule.GetNumAtoms()))
    random.shuffle(order)
    spelling = Chem.MolToSmiles(Chem.RenumberAtoms(molecule, order), canonical=False)
    assert load_ligand(f"mine={spelling}", with_parameters=False).smiles == load_ligand("larotrectinib").smiles
    assert atom_names(read_smiles(spelling)[0]) == load_ligand("larotrectinib").atom_names


def test_named_smiles_and_double_bonds() -> None:
    named = load_ligand("my acid=CC(=O)O".replace(" ", "_"), with_parameters=False)
    assert (named.name, named.smiles) == ("my_acid", "CC(=O)[O-]")
    assert load_ligand("CC=O", with_parameters=False).smiles == "CC=O"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("larotrectinb", "Did you mean larotrectinib"),
        ("loxo-1O1", "Did you mean LOXO-101"),
        ("aspirin", "no ligand known by name. Known: larotrectinib"),
        ("C1CC", "unclosed ring"),
        ("drug=C1CC", "unclosed ring"),
        ("CC(C)(C)(C)C", "valence"),
        ("c1cccc1C", "kekulize"),
        ("", "empty"),
        ("CC(O)F", r"undefined(.|\n)*C\[C@@H\]\(O\)F\n\s+C\[C@H\]\(O\)F"),
        ("CC=CC", r"undefined(.|\n)*C/C=C/C"),
        ("[Na+].[Cl-]", "No GAFF parameters for Cl|No GAFF parameters for Na"),
        ("[CH2]C", "unpaired"),
        ("missing.sdf", "no ligand file"),
    ],
)
def test_bad_input_is_answered(text: str, message: str) -> None:
    with pytest.raises(LigandError, match=message):
        load_ligand(text)


def test_salt_keeps_the_drug_and_says_so() -> None:
    ligand = load_ligand("CC(=O)Nc1ccccc1.Cl", with_parameters=False)
    assert ligand.smiles == "CC(=O)Nc1ccccc1"
    assert "left out Cl" in ligand.notes[0]


def test_sdf_keeps_order_and_coordinates_and_gets_the_shipped_parameters(tmp_path: Path) -> None:
    shipped = load_ligand("larotrectinib")
    molecule = to_molecule(shipped)
    order = np.random.default_rng(0).permutation(molecule.GetNumAtoms()).tolist()
    shuffled = Chem.RenumberAtoms(molecule, order)
    path = tmp_path / "my pose.sdf"
    path.write_text(Chem.MolToMolBlock(shuffled) + "$$$$\n", encoding="utf-8")
    ligand = load_ligand(str(path))
    assert ligand.has_pose and ligand.name == "my-pose" and ligand.smiles == shipped.smiles
    np.testing.assert_allclose(
        to_molecule(ligand).GetConformer().GetPositions(), shuffled.GetConformer().GetPositions(), atol=1e-4
    )
    charge = dict(re.findall(r'<Atom name="(\w+)" type="[^"]+" charge="([^"]+)"', ligand.parameters_xml or ""))
    reference = dict(re.findall(r'<Atom name="(\w+)" type="[^"]+" charge="([^"]+)"', shipped.parameters_xml or ""))
    by_position = {
        tuple(p): n
        for p, n in zip(molecule.GetConformer().GetPositions().round(3).tolist(), shipped.atom_names, strict=True)
    }
    for name, point in zip(
        ligand.atom_names, to_molecule(ligand).GetConformer().GetPositions().round(3).tolist(), strict=True
    ):
        assert charge[name] == reference[by_position[tuple(point)]]


def test_flat_drawing_and_broken_file_are_refused(tmp_path: Path) -> None:
    flat = tmp_path / "flat.sdf"
    flat.write_text(Chem.MolToMolBlock(Chem.MolFromSmiles("c1ccccc1C")), encoding="utf-8")
    with pytest.raises(LigandError, match="no 3D"):
        load_ligand(str(flat))
    flat.write_text("nonsense\n", encoding="utf-8")
    with pytest.raises(LigandError, match="no molecule that RDKit can read"):
        load_ligand(str(flat))


def test_missing_hydrogens_are_added_with_a_note(tmp_path: Path) -> None:
    bare = tmp_path / "bare.mol"
    bare.write_text(Chem.MolToMolBlock(Chem.RemoveHs(build_3d(read_smiles("Cc1ccccc1")[0]))), encoding="utf-8")
    ligand = load_ligand(str(bare), with_parameters=False)
    assert len(ligand.atom_names) == 15
    assert "lacks 8 hydrogens" in ligand.notes[0]


def test_building_and_charging_leave_the_molecule_as_it_is() -> None:
    """MMFF typing turns aromatic bonds of fused bicycles into double ones, after which a molecule is not itself."""
    molecule, _ = read_smiles(LAROTRECTINIB)
    built = build_3d(molecule)
    for each in (molecule, built):
        assert match_atoms(each, canonical_order(molecule)) == tuple(range(molecule.GetNumAtoms()))
        assert [bond.GetBondType() for bond in each.GetBonds()] == [
            bond.GetBondType() for bond in read_smiles(LAROTRECTINIB)[0].GetBonds()
        ]


def test_match_atoms_respects_stereo() -> None:
    one, other = read_smiles("C[C@H](O)F")[0], read_smiles("C[C@@H](O)F")[0]
    with pytest.raises(LigandError, match="not the same"):
        match_atoms(one, other)
    assert match_atoms(one, canonical_order(one)) == tuple(range(one.GetNumAtoms()))


def test_place_ligand_moves_only_coordinates() -> None:
    ligand = load_ligand("repotrectinib")
    moved = place_ligand(ligand, to_molecule(ligand).GetConformer().GetPositions() + 5.0)
    assert moved.has_pose and moved.smiles == ligand.smiles
    shift = to_molecule(moved).GetConformer().GetPositions() - to_molecule(ligand).GetConformer().GetPositions()
    np.testing.assert_allclose(shift, 5.0, atol=1e-3)


@given(st.text(max_size=30))
def test_safe_names_are_safe(text: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]+", safe_name(text))
