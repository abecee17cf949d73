"""Which pairs overlap: bonds apart against RDKit's distance matrix, limits at their edge, names of a clash."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdkit import Chem

from support.small_complex import complex_of, molecule_of, with_molecule
from trkstruct.contacts.clashes import (
    bonds_apart,
    find_clashes,
    hydrogen_notes,
    overlapping_pairs,
    protein_clashes,
    severity_of,
)
from trkstruct.contacts.radii import classify_atoms, neighbours_of
from trkstruct.errors import StructureError
from trkstruct.kinase.kinases import kinase_named
from trkstruct.ligand.parts import ligand_parts
from trkstruct.ligand.reading import load_ligand
from trkstruct.residues import ResidueId
from trkstruct.structure.complex import Complex

MOLECULES = [molecule_of(smiles) for smiles in ("CCCCCC", "c1ccc2[nH]ccc2c1", "CC1(C)C2CCC1(C)C(=O)C2", "C1CC1CC(=O)N")]
EVERYTHING = -99.0  # Å


@pytest.mark.parametrize("molecule", MOLECULES, ids=Chem.MolToSmiles)
@pytest.mark.parametrize("limit", [0, 1, 3, 4, 20])
def test_bonds_apart_are_those_of_rdkits_distance_matrix(molecule: Chem.Mol, limit: int) -> None:
    neighbours = neighbours_of(with_molecule(None, molecule).topology)
    matrix = Chem.GetDistanceMatrix(molecule)
    for start in range(molecule.GetNumAtoms()):
        near = {other: int(bonds) for other, bonds in enumerate(matrix[start]) if bonds <= limit}
        assert bonds_apart(neighbours, start, limit) == near


@pytest.mark.parametrize("molecule", MOLECULES, ids=Chem.MolToSmiles)
def test_pairs_count_from_four_bonds_apart_and_from_five_with_a_hydrogen(molecule: Chem.Mol) -> None:
    complex_ = with_molecule(None, molecule)
    types, matrix = classify_atoms(complex_.topology), Chem.GetDistanceMatrix(molecule)
    first, second = np.arange(0, len(matrix), 2), np.arange(1, len(matrix), 2)
    pairs = overlapping_pairs(complex_, types, first, second, EVERYTHING)
    expected = {(i, j) for i in first for j in second if matrix[i, j] > 3 + ("H" in _symbols(molecule, int(i), int(j)))}
    assert set(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)) == expected
    distances = np.linalg.norm(complex_.positions[pairs.first] - complex_.positions[pairs.second], axis=1)
    np.testing.assert_allclose(pairs.distances_angstrom, distances)


def _symbols(molecule: Chem.Mol, *atoms: int) -> set[str]:
    return {molecule.GetAtomWithIdx(atom).GetSymbol() for atom in atoms}


def test_nothing_overlaps_with_nothing() -> None:
    complex_ = with_molecule(None, MOLECULES[0])
    types, none, some = classify_atoms(complex_.topology), np.empty(0, dtype=np.int64), np.array([0, 1])
    for first, second in ((none, some), (some, none), (none, none)):
        pairs = overlapping_pairs(complex_, types, first, second, EVERYTHING)
        lengths = map(len, (pairs.first, pairs.second, pairs.distances_angstrom, pairs.overlaps_angstrom))
        assert set(lengths) == {0}


def carbons(distance: float) -> Complex:
    """A protein carbon at the origin and a ligand carbon ``distance`` Å away, their hydrogens out of reach."""
    rows = [
        ("A:ALA542", "CB", (0.0, 0.0, 0.0)), ("A:ALA542", "HB1", (-1.09, 0.0, 0.0)),
        ("L:LIG1", "C1", (distance, 0.0, 0.0)), ("L:LIG1", "H1", (distance + 1.09, 0.0, 0.0)),
    ]  # fmt: skip
    return complex_of(rows, [(0, 1), (2, 3)])


def test_an_overlap_at_the_limit_counts() -> None:
    """Carbons of 1.75 Å at 3.25 Å overlap by 0.25 Å exactly."""
    (clash,) = find_clashes(carbons(3.25))
    assert (clash.overlap_angstrom, clash.distance_angstrom, clash.severity) == (0.25, 3.25, "minor")
    assert find_clashes(carbons(3.2500001)) == ()
    assert len(find_clashes(carbons(3.0), minimum_overlap_angstrom=0.5)) == 1
    assert find_clashes(carbons(3.0), minimum_overlap_angstrom=0.51) == ()
    residue = ResidueId("A", 542)
    assert len(protein_clashes(carbons(3.25), residue)) == 1
    assert len(protein_clashes(carbons(3.0), residue, minimum_overlap_angstrom=0.5)) == 1
    assert protein_clashes(carbons(3.0), residue, minimum_overlap_angstrom=0.51) == ()


@pytest.mark.parametrize(
    ("overlap", "severity"),
    [(0.25, "minor"), (0.399, "minor"), (0.4, "moderate"), (0.899, "moderate"), (0.9, "severe"), (2.0, "severe")],
)
def test_severity_begins_at_its_limit(overlap: float, severity: str) -> None:
    assert severity_of(overlap) == severity


def test_a_residue_clashes_with_protein_and_ligand_but_not_with_water_or_itself() -> None:
    rows = [
        ("A:LEU589", "CB", (0.0, 0.0, 0.0)), ("A:LEU589", "HB2", (0.0, 0.0, 1.09)),
        ("A:VAL573", "CG1", (3.0, 0.0, 0.0)), ("A:VAL573", "HG11", (3.9, 0.6, 0.0)),
        ("W:HOH1", "O", (0.0, -2.0, 0.0)), ("L:LIG1", "C1", (-2.4, 0.0, 0.0)),
        ("L:LIG1", "H1", (-3.3, 0.6, 0.0)), ("L:LIG1", "C2", (0.0, 9.0, 0.0)),
    ]  # fmt: skip
    complex_ = complex_of(rows, [(0, 1), (2, 3), (5, 6)])
    clashes = protein_clashes(complex_, ResidueId("A", 589), kinase=kinase_named("TRKA"))
    named = [(str(clash.protein_atom), str(clash.ligand_atom), clash.severity, clash.region) for clash in clashes]
    assert named[:2] == [
        ("A:LEU589:CB", "L:LIG1:C1", "severe", "gatekeeper"),
        ("A:LEU589:CB", "A:VAL573:CG1", "moderate", "gatekeeper"),
    ]
    assert clashes[0].overlap_angstrom == pytest.approx(3.5 - 2.4)
    assert not any("HOH" in str(clash.ligand_atom) or "LEU589" in str(clash.ligand_atom) for clash in clashes)
    assert {clash.region for clash in protein_clashes(complex_, ResidueId("A", 589))} == {"unassigned"}
    assert {clash.region for clash in find_clashes(complex_)} == {"unassigned"}
    with pytest.raises(StructureError):
        protein_clashes(complex_, ResidueId("A", 1))


def test_equal_overlaps_are_ordered_by_name() -> None:
    rows = [
        ("A:ALA20", "CB", (0.0, 0.0, 0.0)), ("A:ALA20", "CA", (0.0, 50.0, 0.0)), ("L:LIG1", "C2", (3.0, 0.0, 0.0)),
        ("L:LIG1", "C1", (-3.0, 0.0, 0.0)), ("L:LIG1", "C3", (0.0, 53.0, 0.0)),
    ]  # fmt: skip
    clashes = find_clashes(complex_of(rows, []))
    assert [(str(each.protein_atom), str(each.ligand_atom)) for each in clashes] == [
        ("A:ALA20:CA", "C3"), ("A:ALA20:CB", "C1"), ("A:ALA20:CB", "C2"),
    ]  # fmt: skip


def beside_acetamide(renamed: dict[str, str]) -> Complex:
    """A carbon 2.5 Å from acetamide's methyl; the ligand's atoms have the names of its chemistry or others."""
    ligand = load_ligand("CC(N)=O", with_parameters=False)
    molecule = Chem.MolFromMolBlock(ligand.molblock, removeHs=False)
    xyz = molecule.GetConformer().GetPositions()
    away = np.array([0.0, 0.0, 1.0])
    rows = [("A:ALA542", "CB", xyz[0] + 2.5 * away), ("A:ALA542", "HB1", xyz[0] + 3.59 * away)]
    rows += [("L:LIG1", renamed.get(name, name), tuple(at)) for name, at in zip(ligand.atom_names, xyz, strict=True)]
    bonds = [(bond.GetBeginAtomIdx() + 2, bond.GetEndAtomIdx() + 2) for bond in molecule.GetBonds()]
    return complex_of(rows, [(0, 1), *bonds])


def test_a_clash_names_the_part_of_the_ligand_where_the_names_are_known() -> None:
    ligand = load_ligand("CC(N)=O", with_parameters=False)
    clashes, parts = find_clashes(beside_acetamide({}), ligand), ligand_parts(ligand)
    assert clashes
    assert [clash.ligand_part for clash in clashes] == [parts[clash.ligand_atom] for clash in clashes]
    assert any(clash.ligand_part for clash in clashes)
    assert {clash.ligand_part for clash in find_clashes(beside_acetamide({}))} == {""}
    assert {clash.ligand_part for clash in find_clashes(beside_acetamide({"C1": "C9"}), ligand)} == {""}


def test_missing_hydrogens_are_counted_in_ligand_and_protein_but_not_in_water() -> None:
    protein = [("A:ALA542", "CB", (0, 0, 0)), ("A:ALA542", "O", (1, 0, 0)), ("W:HOH1", "O", (5, 0, 0))]
    ligand = [("L:LIG1", "C1", (9, 0, 0)), ("L:LIG1", "N1", (10, 0, 0)), ("L:LIG1", "F1", (11, 0, 0))]
    of_ligand, of_protein = hydrogen_notes(complex_of([*protein, *ligand], []))
    assert of_ligand.startswith("The ligand of test lacks hydrogens (2 atoms): united radii")
    assert of_protein.startswith("The protein of test lacks hydrogens (2 atoms): united radii")
    assert hydrogen_notes(carbons(9.0)) == ()
    (note,) = hydrogen_notes(complex_of([*protein, ligand[0], ("L:LIG1", "H1", (9, 1.09, 0))], [(3, 4)]))
    assert note.startswith("The protein of")


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**31))
def test_a_pair_is_found_from_either_side(seed: int) -> None:
    molecule = MOLECULES[2]
    complex_ = with_molecule(with_molecule(None, molecule, "A:XAA1"), molecule)
    half = molecule.GetNumAtoms()
    positions = complex_.positions.copy()
    positions[half:] += np.random.default_rng(seed).normal(scale=2.0, size=3)
    moved = replace(complex_, positions=positions)
    types = classify_atoms(moved.topology)
    one, other = np.arange(half), np.arange(half, 2 * half)
    forward = overlapping_pairs(moved, types, one, other, 0.25)
    backward = overlapping_pairs(moved, types, other, one, 0.25)
    found = zip(forward.first.tolist(), forward.second.tolist(), forward.overlaps_angstrom, strict=True)
    mirrored = zip(backward.second.tolist(), backward.first.tolist(), backward.overlaps_angstrom, strict=True)
    assert {(i, j): overlap for i, j, overlap in found} == pytest.approx({(i, j): o for i, j, o in mirrored})


def polar_pair(nitrogen: tuple[float, ...], carbon: tuple[float, ...]) -> Complex:
    """An N-H with its hydrogen at the origin and a carbonyl O of the ligand 1.8 Å away."""
    rows = [
        ("A:MET592", "N", nitrogen), ("A:MET592", "H", (0.0, 0.0, 0.0)), ("A:MET592", "CA", (-9.0, 9.0, 0.0)),
        ("A:MET592", "HA", (-9.0, 10.09, 0.0)), ("L:LIG1", "O1", (1.8, 0.0, 0.0)), ("L:LIG1", "C1", carbon),
        ("L:LIG1", "H1", (9.0, 9.0, 9.0)),
    ]  # fmt: skip
    return complex_of(rows, [(0, 1), (2, 3), (4, 5)])


@pytest.mark.parametrize(
    ("nitrogen", "carbon", "bonded"),
    [
        ((-1.01, 0.0, 0.0), (3.03, 0.0, 0.0), True),
        ((0.0, 1.01, 0.0), (3.03, 0.0, 0.0), True),  # 90 degrees at the hydrogen
        ((0.01, 1.01, 0.0), (3.03, 0.0, 0.0), False),
        ((-1.01, 0.0, 0.0), (1.8, 1.23, 0.0), True),  # 90 degrees at the acceptor
        ((-1.01, 0.0, 0.0), (1.79, 1.23, 0.0), False),
    ],
)
def test_a_hydrogen_bond_bends_to_ninety_degrees(
    nitrogen: tuple[float, ...], carbon: tuple[float, ...], bonded: bool
) -> None:
    pairs = {(str(clash.protein_atom), clash.ligand_atom) for clash in find_clashes(polar_pair(nitrogen, carbon))}
    assert (("A:MET592:H", "O1") not in pairs) == bonded


def test_a_pair_at_the_limit_is_asked_for_its_hydrogen_bond() -> None:
    bent = polar_pair((0.01, 1.01, 0.0), (3.03, 0.0, 0.0))
    everything = find_clashes(bent, minimum_overlap_angstrom=0.0)
    (overlap,) = (
        c.overlap_angstrom for c in everything if (str(c.protein_atom), c.ligand_atom) == ("A:MET592:H", "O1")
    )
    limited = find_clashes(bent, minimum_overlap_angstrom=overlap)
    assert ("A:MET592:H", "O1") in {(str(clash.protein_atom), clash.ligand_atom) for clash in limited}


def test_a_hydroxyl_that_points_away_gets_no_allowance_from_either_side() -> None:
    rows = [
        ("A:GLU590", "C", (-1.23, 0.0, 0.0)), ("A:GLU590", "O", (0.0, 0.0, 0.0)), ("A:GLU590", "HA", (-9.0, 0.0, 0.0)),
        ("L:LIG1", "O1", (2.3, 0.0, 0.0)), ("L:LIG1", "H1", (3.1, 0.6, 0.0)), ("L:LIG1", "C1", (2.9, -1.3, 0.0)),
    ]  # fmt: skip
    clashes = find_clashes(complex_of(rows, [(0, 1), (3, 4), (3, 5)]))
    overlaps = {(str(clash.protein_atom), clash.ligand_atom): clash.overlap_angstrom for clash in clashes}
    assert overlaps["A:GLU590:O", "O1"] == pytest.approx(2 * 1.40 - 2.3)


def test_chemistry_says_that_a_bare_alcohol_gives_its_hydrogen() -> None:
    """2.5 Å between two oxygens is a hydrogen bond of ethanol, not of its ether."""
    for smiles, clashing in (("CCO", False), ("COC", True)):
        ligand = load_ligand(smiles, with_parameters=False)
        heavy = [name for name in ligand.atom_names if not name.startswith("H")]
        away = {name: (2.5 + 1.2 * (k + 1), 0.5, 0.0) for k, name in enumerate(heavy)}
        rows = [("A:GLU590", "C", (-1.2, 0.0, 0.0)), ("A:GLU590", "O", (0.0, 0.0, 0.0))]
        rows += [("L:LIG1", name, (2.5, 0.0, 0.0) if name.startswith("O") else away[name]) for name in heavy]
        oxygen, carbon = (2 + next(k for k, name in enumerate(heavy) if name[0] == letter) for letter in "OC")
        bare = complex_of(rows, [(0, 1), (oxygen, carbon)])
        assert bool(find_clashes(bare, ligand, minimum_overlap_angstrom=0.3)) == clashing


def test_a_hydroxyl_whose_hydrogen_alone_is_missing_is_no_carbonyl() -> None:
    """Phenol without its O-H: the carbon keeps 1.75 Å where the chemistry is known; a carbonyl carbon has 1.65 Å."""
    ligand = load_ligand("Oc1ccccc1", with_parameters=False)
    molecule = Chem.MolFromMolBlock(ligand.molblock, removeHs=False)
    ((oxygen, ipso),) = molecule.GetSubstructMatches(Chem.MolFromSmarts("[OH]c"))
    xyz = molecule.GetConformer().GetPositions()
    hidden = next(n.GetIdx() for n in molecule.GetAtomWithIdx(oxygen).GetNeighbors() if n.GetAtomicNum() == 1)
    ring = [match[0] for match in molecule.GetSubstructMatches(Chem.MolFromSmarts("c"))]
    normal = np.linalg.svd(xyz[ring] - xyz[ring].mean(axis=0))[2][-1]
    outward = (xyz[ipso] - xyz[ring].mean(axis=0)) / np.linalg.norm(xyz[ipso] - xyz[ring].mean(axis=0))
    probe = xyz[ipso] + 3.0 * normal + 0.3 * outward
    kept = [index for index in range(molecule.GetNumAtoms()) if index != hidden]
    rows = [("A:ALA542", "CB", probe), ("A:ALA542", "HB1", probe + 1.09 * normal)]
    rows += [("L:LIG1", ligand.atom_names[index], xyz[index]) for index in kept]
    bonds = [(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()) for bond in molecule.GetBonds()]
    bonded = [(kept.index(a) + 2, kept.index(b) + 2) for a, b in bonds if hidden not in (a, b)]
    complex_ = complex_of(rows, [(0, 1), *bonded])
    overlaps = [
        {(str(clash.protein_atom), clash.ligand_atom): clash.overlap_angstrom for clash in found}
        for found in (find_clashes(complex_, ligand), find_clashes(complex_, minimum_overlap_angstrom=0.0))
    ]
    pair = ("A:ALA542:CB", ligand.atom_names[ipso])
    assert overlaps[0][pair] == pytest.approx(3.5 - np.linalg.norm(probe - xyz[ipso]))
    assert overlaps[1][pair] == pytest.approx(3.4 - np.linalg.norm(probe - xyz[ipso]))
