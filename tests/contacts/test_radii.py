"""Atom kinds and radii, against Probe's published table and RDKit's own perception."""

import csv

import numpy as np
import pytest
from rdkit import Chem

from support.small_complex import complex_of, molecule_of, with_molecule
from trkstruct.contacts.radii import classify_atoms, contact_distances, hydrogen_bond_allowances, select_types
from trkstruct.files.shipped import shipped_path

PATTERNS = (  # later patterns win; radii of Word 1999 with hydrogens at nuclear positions
    ("[#6]", 1.75), ("[#7]", 1.55), ("[#8]", 1.40), ("[#9]", 1.30), ("[#16]", 1.80), ("[#17]", 1.77), ("[#35]", 1.95),
    ("[$([CX3,cX3]=[OX1]),$([CX3][O-])]", 1.65),
    ("[#1]", 1.17), ("[#1;$([#1]c)]", 1.00), ("[#1;$([#1][#7,#8,#16])]", 1.00),
)  # fmt: skip
MOLECULES = (
    "CC(=O)Nc1ccc(O)cc1", "OC(=O)c1ccncc1Cl", "CC(N)C=O", "C1CCNC1", "c1ccc2[nH]ccc2c1", "CSCC#N",
    "Brc1cscn1", "C=CC(=O)N1CC[NH2+]CC1",
)  # fmt: skip


def shipped_smiles() -> list[str]:
    with (shipped_path("ligands") / "ligands.csv").open(newline="", encoding="utf-8") as table:
        return [row["smiles"] for row in csv.DictReader(table)]


@pytest.mark.parametrize("smiles", [*MOLECULES, *shipped_smiles()])
def test_radii_without_bond_orders_are_those_of_rdkit_with_bond_orders(smiles: str) -> None:
    molecule = molecule_of(smiles)
    expected = np.zeros(molecule.GetNumAtoms())
    for pattern, radius in PATTERNS:
        for (index,) in molecule.GetSubstructMatches(Chem.MolFromSmarts(pattern), maxMatches=10_000):
            expected[index] = radius
    found = classify_atoms(with_molecule(None, molecule).topology)
    np.testing.assert_allclose(found.radii_angstrom, expected)
    assert not found.united.any()


@pytest.mark.parametrize(
    ("smiles", "pattern", "donor", "acceptor"),
    [
        ("c1ccncc1", "n", False, True),
        ("c1cc[nH]c1", "n", True, False),
        ("CC(=O)NC", "N", True, False),
        ("CC(=O)NC", "O", False, True),
        ("Nc1ccccc1", "N", True, False),
        ("CCNC", "N", True, True),
        ("CC[NH2+]C", "N", True, False),
        ("CCO", "O", True, True),
        ("Fc1ccccc1", "F", False, False),
        ("CSC", "S", False, True),
        ("CC#N", "N", False, True),
    ],
)
def test_donors_and_acceptors(smiles: str, pattern: str, donor: bool, acceptor: bool) -> None:
    molecule = molecule_of(smiles)
    types = classify_atoms(with_molecule(None, molecule).topology)
    ((index,),) = molecule.GetSubstructMatches(Chem.MolFromSmarts(pattern))
    assert (bool(types.donor[index]), bool(types.acceptor[index])) == (donor, acceptor)


@pytest.mark.parametrize(("smiles", "acceptor"), [("c1ccncc1", True), ("CN(C)C", True), ("CN(C)c1ccccc1", False)])
def test_a_nitrogen_without_hydrogens_in_the_file_is_judged_by_its_bonds(smiles: str, acceptor: bool) -> None:
    """No chemistry is given: what it may carry is not counted."""
    bare = Chem.RemoveHs(molecule_of(smiles))
    types = classify_atoms(with_molecule(None, bare).topology)
    ((index,),) = bare.GetSubstructMatches(Chem.MolFromSmarts("[#7]"))
    assert bool(types.acceptor[index]) == acceptor


@pytest.mark.parametrize(
    ("smiles", "charged"),
    [
        ("CC(=O)[O-]", {"O": -1}),
        ("CC(=O)O", {}),
        ("C[NH3+]", {"N": 1, "H": 1}),
        ("CNC(N)=[NH2+]", {"N": 1, "H": 1}),
        ("NC(N)=O", {}),
        ("Cc1c[nH]c[nH+]1", {"N": 1, "H": 1}),
        ("Cc1c[nH]cn1", {}),
        ("Nc1ncccn1", {}),
        ("CS(=O)(=O)C", {}),
        ("CS(=O)(=O)[O-]", {"O": -1}),
    ],
)
def test_charged_groups_come_from_bonds_and_hydrogens(smiles: str, charged: dict[str, int]) -> None:
    molecule = molecule_of(smiles)
    charge = classify_atoms(with_molecule(None, molecule).topology).charge
    assert {
        atom.GetSymbol(): int(charge[atom.GetIdx()]) for atom in molecule.GetAtoms() if charge[atom.GetIdx()]
    } == charged


def test_missing_hydrogens_give_united_radii_in_that_residue_only() -> None:
    bare = [("A:VAL524", "CB", (0, 0, 0)), ("A:VAL524", "O", (9, 0, 0))]
    full = [("A:ALA542", "CB", (20, 0, 0)), ("A:ALA542", "HB1", (21.09, 0, 0))]
    types = classify_atoms(complex_of([*bare, *full], [(2, 3)]).topology)
    np.testing.assert_allclose(types.radii_angstrom, [1.90, 1.50, 1.75, 1.17])
    assert types.united.tolist() == [True, True, False, False]


def test_allowance_is_symmetric_and_larger_between_charges() -> None:
    ends = with_molecule(with_molecule(None, molecule_of("C[NH3+]"), "A:XAA1"), molecule_of("CC(=O)[O-]"))
    types = classify_atoms(ends.topology)
    hydrogen, oxygen = np.flatnonzero(types.hydrogen & types.donor)[:1], np.flatnonzero(types.charge < 0)[:1]
    pair = select_types(types, hydrogen), select_types(types, oxygen)
    assert hydrogen_bond_allowances(*pair) == hydrogen_bond_allowances(*pair[::-1]) == 0.8
    assert contact_distances(*pair) == pytest.approx(1.00 + 1.40 - 0.8)
