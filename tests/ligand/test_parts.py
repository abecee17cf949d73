"""Parts of a ligand: named as a chemist would, from the molecule alone, and every atom belongs to one."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdkit import Chem

from trkstruct.ligand.molecule import read_smiles
from trkstruct.ligand.parts import RING_NAMES, SUBSTITUENTS, ligand_parts, molecule_parts
from trkstruct.ligand.reading import load_ligand
from trkstruct.ligand.shipped_ligands import shipped_ligands


def heavy_parts(smiles: str) -> Counter[str]:
    molecule = read_smiles(smiles)[0]
    named = zip(molecule.GetAtoms(), molecule_parts(molecule), strict=True)
    return Counter(part for atom, part in named if atom.GetAtomicNum() > 1)


@pytest.mark.parametrize(
    ("smiles", "parts"),
    [
        (  # larotrectinib
            "O=C(Nc1cnn2ccc(N3CCC[C@@H]3c3cc(F)ccc3F)nc12)N1CC[C@H](O)C1",
            {"urea": 3, "pyrazolopyrimidine": 9, "pyrrolidine": 5, "difluorophenyl": 8, "hydroxypyrrolidine": 6},
        ),
        (  # selitrectinib: its macrocycle is no ring of its own
            "C[C@@H]1CCc2ncc(F)cc2[C@H]2CCCN2c2ccn3ncc(c3n2)C(=O)N1",
            {"alkyl chain": 4, "fluoropyridine": 7, "pyrrolidine": 5, "pyrazolopyrimidine": 9, "amide": 3},
        ),
        (  # imatinib, two phenyl rings
            "Cc1ccc(NC(=O)c2ccc(CN3CC[NH+](C)CC3)cc2)cc1Nc1nccc(-c2cccnc2)n1",
            {
                "methylphenyl": 7, "amide": 3, "phenyl": 6, "methylene": 1, "methylpiperazine": 7, "amine": 1,
                "pyrimidine": 6, "pyridine": 6,
            },
        ),
        ("CC(=O)Oc1ccccc1C(=O)[O-]", {"methyl": 1, "ester": 3, "phenyl": 6, "carboxylate": 3}),  # aspirin
        ("O=C1Nc2ccc(F)cc2C1", {"fluorooxindole": 11}),
        ("C1CCCCCCCCC1", {"alkyl chain": 10}),
        ("c1ccc2c(c1)CCCC2", {"fused ring system": 10}),
        ("C1CCSCC1", {"6-membered ring": 6}),
    ],
)  # fmt: skip
def test_parts_have_a_chemists_names(smiles: str, parts: dict[str, int]) -> None:
    assert heavy_parts(smiles) == parts


@pytest.mark.parametrize("name", shipped_ligands())
def test_every_atom_of_a_shipped_ligand_belongs_to_a_part(name: str) -> None:
    ligand = load_ligand(name, with_parameters=False)
    parts = ligand_parts(ligand)
    assert parts.keys() == set(ligand.atom_names)
    assert all(parts.values())


def test_a_hydrogen_belongs_to_what_it_is_bonded_to() -> None:
    molecule = read_smiles("OCc1ccncc1")[0]
    parts = molecule_parts(molecule)
    for atom in molecule.GetAtoms():
        if atom.GetAtomicNum() == 1:
            assert parts[atom.GetIdx()] == parts[atom.GetNeighbors()[0].GetIdx()]


@given(st.sampled_from(["c1ccc(F)cc1", "N1CCCC1", "C(=O)N", "CC", "N1CCOCC1", "O", "C#N"]), st.randoms())
def test_the_order_of_atoms_changes_nothing(smiles: str, random: object) -> None:
    molecule = read_smiles(f"Cc1ccc(cc1){smiles}")[0]
    order = list(range(molecule.GetNumAtoms()))
    random.shuffle(order)  # type: ignore[attr-defined]
    assert Counter(molecule_parts(Chem.RenumberAtoms(molecule, order))) == Counter(molecule_parts(molecule))


def test_the_tables_can_be_read_and_name_no_ring_twice() -> None:
    assert all(Chem.MolFromSmarts(smarts) for smarts in SUBSTITUENTS)
    assert len({Chem.CanonSmiles(smiles) for smiles in RING_NAMES}) == len(RING_NAMES)
