"""Protonation states are those that are measured; the molecule, its stereo and its tautomer stay what was drawn."""

import pytest
from rdkit import Chem

from trkstruct.ligand.molecule import canonical_smiles, read_smiles
from trkstruct.ligand.protonation import protonate
from trkstruct.ligand.reading import load_ligand
from trkstruct.ligand.shipped_ligands import ligand_table

# pKa from the CRC Handbook (simple acids and bases) and the drugs' labels
STATES = [
    ("CC(=O)O", 7.4, "CC(=O)[O-]"),  # acetic acid 4.76
    ("CC(=O)O", 2.0, "CC(=O)O"),
    ("CCN", 7.4, "CC[NH3+]"),  # ethylamine 10.7
    ("CCN", 12.5, "CCN"),
    ("c1ccncc1", 7.4, "c1ccncc1"),  # pyridine 5.2
    ("c1ccc(N)cc1", 7.4, "Nc1ccccc1"),  # aniline 4.6
    ("CC(=O)NC", 7.4, "CNC(C)=O"),
    ("NC(=N)N", 7.4, "NC(N)=[NH2+]"),  # guanidine 13.6
    ("c1nnn[nH]1", 7.4, "c1nnn[n-]1"),  # tetrazole 4.9
    ("CS(N)(=O)=O", 7.4, "CS(N)(=O)=O"),  # methanesulfonamide 10.8
    ("O=c1cccc[nH]1", 7.4, "O=c1cccc[nH]1"),  # 2-pyridone 11.7
    ("O=c1cc[nH]c(=O)[nH]1", 7.4, "O=c1cc[nH]c(=O)[nH]1"),  # uracil 9.4
    ("CC(=O)Nc1ccc(O)cc1", 7.4, "CC(=O)Nc1ccc(O)cc1"),  # paracetamol 9.4
    ("Oc1ccccc1", 11.0, "[O-]c1ccccc1"),  # phenol 10.0
    ("O=[N+]([O-])c1ccc(O)cc1", 7.4, "O=[N+]([O-])c1ccc([O-])cc1"),  # 4-nitrophenol 7.15
    ("Oc1c(Cl)cccc1Cl", 7.4, "[O-]c1c(Cl)cccc1Cl"),  # 2,6-dichlorophenol 6.8
    ("NCCN", 7.4, "NCC[NH3+]"),  # ethylenediamine 9.9, 6.9
    ("CN1CCN(Cc2ccccc2)CC1", 7.4, "C[NH+]1CCN(Cc2ccccc2)CC1"),  # imatinib's: 8.1 on the methyl's nitrogen
    ("NCCCCN", 7.4, "[NH3+]CCCC[NH3+]"),  # putrescine 10.8, 9.4
    ("C[N+](C)(C)CC(=O)O", 7.4, "C[N+](C)(C)CC(=O)[O-]"),  # betaine 1.8
]


@pytest.mark.parametrize(("drawn", "ph", "expected"), STATES)
def test_main_state_at_a_ph(drawn: str, ph: float, expected: str) -> None:
    state, _ = protonate(read_smiles(drawn)[0], ph)
    assert canonical_smiles(state) == canonical_smiles(Chem.MolFromSmiles(expected))


@pytest.mark.parametrize("row", ligand_table(), ids=lambda row: row["name"])
def test_neutral_drawings_of_the_shipped_drugs_become_their_shipped_state(row: dict[str, str]) -> None:
    drawn = row["smiles"].replace("[NH+]", "N").replace("[NH3+]", "N")
    ligand = load_ligand(drawn, with_parameters=False)
    assert (ligand.name, ligand.formal_charge) == (row["name"], int(row["formal_charge"]))


def test_what_is_drawn_ionised_stays(caplog: pytest.LogCaptureFixture) -> None:
    ligand = load_ligand("mine=C[NH+]1CC[NH+](C)CC1", with_parameters=False)
    assert ligand.formal_charge == 2 and "drawn" in ligand.notes[0]
    assert not caplog.records


def test_a_salt_is_stripped_before_its_drug_is_protonated() -> None:
    ligand = load_ligand("mine=C[C@H](N)c1ccccc1.Cl", with_parameters=False)
    assert ligand.smiles == "C[C@H]([NH3+])c1ccccc1"
    assert "left out Cl" in ligand.notes[0] and "pH 7.4" in ligand.notes[1]


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        ("Oc1ccccn1", "Oc1ccccn1"),  # not 2-pyridone, though that is the stabler tautomer
        ("C[C@@H](O)[C@H](N)C(=O)O", "C[C@@H](O)[C@H]([NH3+])C(=O)[O-]"),
        ("CN/C=C/C(=O)c1ccccc1", "CN/C=C/C(=O)c1ccccc1"),  # an enaminone is no amine
    ],
)
def test_stereo_and_tautomer_stay(drawn: str, expected: str) -> None:
    state, _ = protonate(read_smiles(drawn)[0], 7.4)
    assert canonical_smiles(state) == canonical_smiles(Chem.MolFromSmiles(expected))
