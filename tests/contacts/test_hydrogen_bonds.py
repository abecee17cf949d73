"""Contacts and hinge hydrogen bonds: by hand, and against MDTraj on real complexes."""

from dataclasses import replace
from pathlib import Path

import mdtraj
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from support.small_complex import complex_of
from trkstruct.contacts import hydrogen_bonds
from trkstruct.contacts.hydrogen_bonds import (
    atom_label,
    count_contacts,
    heavy_atoms,
    hinge_hydrogen_bonds,
    region_namer,
)
from trkstruct.errors import StructureError
from trkstruct.kinase.kinases import kinase_named, region_of
from trkstruct.residues import ResidueId
from trkstruct.structure.complex import Complex, ligand_atoms
from trkstruct.structure.numbering import ChainMatch
from trkstruct.structure.reading import load_complex
from trkstruct.units import ANGSTROM_PER_NM

POSES = {
    "NTRK1_entrectinib": "YMX",
    "NTRK1_larotrectinib": "UNL",
    "NTRK1_selitrectinib": "UNL",
    "NTRK1_repotrectinib": "UNL",
}


def hinge_complex(angle_degrees: float, reach: float = 1.9) -> Complex:
    """Met592 N-H at the origin and a pyridine-like N of the ligand, H...N ``reach`` Å, at the angle N-H...N."""
    turn = np.radians(angle_degrees)
    rows = [
        ("A:MET592", "N", (-1.01, 0, 0)),
        ("A:MET592", "H", (0, 0, 0)),
        ("L:LIG1", "N1", (-reach * np.cos(turn), reach * np.sin(turn), 0)),
        ("L:LIG1", "C1", (9, 1, 0)),
        ("L:LIG1", "H1", (9, 2.09, 0)),
    ]
    return complex_of(rows, [(0, 1), (3, 4)])


def test_contacts_are_counted_between_heavy_atoms_of_side_chain_and_ligand() -> None:
    rows = [
        ("A:ALA542", "CA", (0, 0, 0)),
        ("A:ALA542", "CB", (0, 1.5, 0)),
        ("A:ALA542", "HB1", (0, 2.6, 0)),
        ("A:GLY595", "CA", (0, 3, 0)),
        ("L:LIG1", "C1", (0, 6.4, 0)),
        ("L:LIG1", "C2", (0, 6.6, 0)),
        ("L:LIG1", "H1", (0, 5.4, 0)),
    ]
    complex_ = complex_of(rows, [(1, 2)])
    assert count_contacts(complex_, ResidueId("A", 542)) == 1
    assert count_contacts(complex_, ResidueId("A", 542), cutoff_angstrom=5.2) == 2
    assert count_contacts(complex_, ResidueId("A", 595)) == 0


@pytest.mark.parametrize(
    ("angle", "reach", "bonded"), [(170, 1.9, True), (121, 2.4, True), (119, 2.4, False), (170, 2.6, False)]
)
def test_baker_hubbard_limits(angle: float, reach: float, bonded: bool) -> None:
    bonds = hinge_hydrogen_bonds(hinge_complex(angle, reach), {592: "hinge"})
    assert [(b.donor, b.hydrogen, b.acceptor) for b in bonds] == [("A:MET592:N", "A:MET592:H", "L:LIG1:N1")] * bonded
    for bond in bonds:
        assert bond.angle_degrees == pytest.approx(angle)
        assert bond.hydrogen_acceptor_angstrom == pytest.approx(reach)


def test_only_the_hinge_counts() -> None:
    assert hinge_hydrogen_bonds(hinge_complex(170), {592: "P-loop"}) == ()
    assert len(hinge_hydrogen_bonds(hinge_complex(170), kinase_named("TRKA"))) == 1


def test_without_hydrogens_the_heavy_atoms_decide() -> None:
    bare = complex_of([("A:MET592", "N", (0, 0, 0)), ("L:LIG1", "N1", (3.0, 0, 0))], [])
    (bond,) = hinge_hydrogen_bonds(bare, {592: "hinge"})
    assert (bond.hydrogen, bond.angle_degrees, bond.donor_acceptor_angstrom) == (None, None, pytest.approx(3.0))


def test_apo_structure_is_refused() -> None:
    apo = complex_of([("A:MET592", "N", (0, 0, 0))], [])
    with pytest.raises(StructureError, match="no ligand"):
        hinge_hydrogen_bonds(apo, {592: "hinge"})
    with pytest.raises(StructureError, match="no ligand"):
        count_contacts(complex_of([("A:ALA592", "CB", (0, 0, 0))], []), ResidueId("A", 592))


@pytest.mark.parametrize(("distance", "bonded"), [(2.8, True), (3.5, True), (3.50001, False)])
def test_heavy_atoms_reach_to_three_and_a_half(distance: float, bonded: bool) -> None:
    bare = complex_of([("A:MET592", "N", (0, 0, 0)), ("L:LIG1", "N1", (distance, 0, 0))], [])
    assert len(hinge_hydrogen_bonds(bare, {592: "hinge"})) == bonded


def test_a_hydrogen_must_be_nearer_than_two_and_a_half() -> None:
    assert hinge_hydrogen_bonds(hinge_complex(180, 2.5), {592: "hinge"}) == ()
    assert len(hinge_hydrogen_bonds(hinge_complex(180, 2.49999), {592: "hinge"})) == 1


def test_the_angle_must_be_above_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    (bond,) = hinge_hydrogen_bonds(hinge_complex(150), {592: "hinge"})
    monkeypatch.setattr(hydrogen_bonds, "MIN_DONOR_ANGLE_DEGREES", bond.angle_degrees)
    assert hinge_hydrogen_bonds(hinge_complex(150), {592: "hinge"}) == ()


def test_the_ligand_gives_too_and_the_shortest_bond_comes_first() -> None:
    """A hinge N-H to the ligand's N at 2.9 Å, and the ligand's O-H to a hinge O at 2.7 Å; a thiol is no partner."""
    rows = [
        ("A:GLU590", "C", (0.0, 7.0, 0.0)), ("A:GLU590", "O", (0.0, 6.0, 0.0)), ("A:GLU590", "H", (9.0, 9.0, 9.0)),
        ("A:MET592", "N", (0.0, 0.0, 0.0)), ("A:MET592", "H", (1.0, 0.0, 0.0)), ("L:LIG1", "N1", (2.9, 0.0, 0.0)),
        ("L:LIG1", "C1", (4.2, 0.0, 0.0)), ("L:LIG1", "O1", (2.7, 6.0, 0.0)), ("L:LIG1", "H1", (1.7, 6.0, 0.0)),
        ("L:LIG1", "S1", (0.0, 3.2, 0.0)), ("L:LIG1", "H2", (0.0, 4.5, 0.0)),
    ]  # fmt: skip
    bonds = [(0, 1), (3, 4), (5, 6), (7, 8), (9, 10)]
    found = hinge_hydrogen_bonds(complex_of(rows, bonds), {590: "hinge", 592: "hinge"})
    assert [(bond.donor, bond.hydrogen, bond.acceptor) for bond in found] == [
        ("L:LIG1:O1", "L:LIG1:H1", "A:GLU590:O"),
        ("A:MET592:N", "A:MET592:H", "L:LIG1:N1"),
    ]
    assert [bond.donor_acceptor_angstrom for bond in found] == pytest.approx([2.7, 2.9])
    assert [bond.hydrogen_acceptor_angstrom for bond in found] == pytest.approx([1.7, 1.9])
    assert [bond.angle_degrees for bond in found] == pytest.approx([180, 180])


def test_one_donor_can_reach_two_acceptors_in_the_order_of_their_names() -> None:
    rows = [
        ("A:MET592", "N", (0.0, 0.0, 0.0)), ("A:MET592", "H", (0.9, 0.0, 0.0)), ("L:LIG1", "O2", (2.5, 1.0, 0.0)),
        ("L:LIG1", "O1", (2.5, -1.0, 0.0)), ("L:LIG1", "C1", (9.0, 1.0, 0.0)), ("L:LIG1", "H1", (9.0, 2.0, 0.0)),
    ]  # fmt: skip
    found = hinge_hydrogen_bonds(complex_of(rows, [(0, 1), (4, 5)]), {592: "hinge"})
    assert [bond.acceptor for bond in found] == ["L:LIG1:O1", "L:LIG1:O2"]


def test_a_contact_at_five_angstrom_counts() -> None:
    rows = [("A:ALA542", "CB", (0, 0, 0)), ("L:LIG1", "C1", (5.0, 0, 0)), ("L:LIG1", "C2", (5.00001, 0, 0))]
    assert count_contacts(complex_of(rows, []), ResidueId("A", 542)) == 1
    assert [atom.name for atom in heavy_atoms(complex_of(rows, []), ResidueId("A", 542))] == ["CB"]
    with pytest.raises(StructureError):
        count_contacts(complex_of(rows, []), ResidueId("A", 1))


def test_regions_come_from_a_kinase_a_mapping_a_function_or_nowhere() -> None:
    trka = kinase_named("TRKA")
    residues = {number: ResidueId("A", number) for number in (5, 89, 92, 589, 592, 593, 700)}
    expected = ["gatekeeper", "hinge", "outside pocket"]
    assert [region_namer(trka)(residues[number]) for number in (589, 592, 700)] == expected
    assert [region_namer({592: "hinge"})(residues[number]) for number in (592, 593)] == ["hinge", "unassigned"]
    assert region_namer(lambda number: f"near {number}")(residues[5]) == "near 5"
    assert region_namer(None)(residues[592]) == "unassigned"
    match = ChainMatch(trka, {residues[89]: 589, residues[92]: 592})
    assert [region_namer(match)(residues[number]) for number in (89, 92, 589)] == expected


def test_a_label_has_the_insertion_code() -> None:
    topology = complex_of([("A:ARG595", "CZ", (0, 0, 0))], []).topology
    (residue,) = topology.residues()
    (atom,) = topology.atoms()
    assert str(atom_label(atom)) == "A:ARG595:CZ"
    residue.insertionCode = "B"
    assert str(atom_label(atom)) == "A:ARG595B:CZ"


@pytest.mark.shared
@pytest.mark.parametrize("stem", POSES)
def test_mdtraj_finds_the_same_hinge_hydrogen_bonds(sources: Path, stem: str) -> None:
    trka = kinase_named("TRKA")
    complex_ = load_complex(sources / "openkinome_ntrk" / f"{stem}_complex.pdb", ligand_residue=POSES[stem])
    found = hinge_hydrogen_bonds(complex_, trka)
    assert any(bond.donor == "A:MET592:N" for bond in found)
    atoms, ligand = list(complex_.topology.atoms()), set(ligand_atoms(complex_).tolist())
    topology = mdtraj.Topology.from_openmm(complex_.topology)
    trajectory = mdtraj.Trajectory(complex_.positions[None] / ANGSTROM_PER_NM, topology)
    expected = {
        (atom_label(atoms[d]), atom_label(atoms[h]), atom_label(atoms[a]))
        for d, h, a in mdtraj.baker_hubbard(trajectory, periodic=False)
        if (d in ligand) != (a in ligand) and region_of(trka, int(atoms[a if d in ligand else d].residue.id)) == "hinge"
    }
    assert {(bond.donor, bond.hydrogen, bond.acceptor) for bond in found} == expected


@pytest.mark.shared
def test_rigid_motion_changes_no_contact(sources: Path) -> None:
    complex_ = load_complex(sources / "openkinome_ntrk" / "NTRK1_entrectinib_complex.pdb", ligand_residue="YMX")
    turned = Rotation.from_euler("xyz", (0.4, -1.1, 2.2)).apply(complex_.positions) + np.array([5, -7, 3])
    moved, gatekeeper = replace(complex_, positions=turned), ResidueId("A", 589)
    assert count_contacts(moved, gatekeeper) == count_contacts(complex_, gatekeeper) > 0
    one, other = (hinge_hydrogen_bonds(x, kinase_named("TRKA")) for x in (complex_, moved))
    assert [bond.angle_degrees for bond in one] == pytest.approx([bond.angle_degrees for bond in other])


def test_hinge_bonds_go_by_the_match_and_not_by_the_number_in_the_file() -> None:
    """Residue 592 of a file that counts eight lower is no hinge."""
    trka, complex_ = kinase_named("TRKA"), hinge_complex(170)
    moved = ChainMatch(trka, {ResidueId("A", 592): 600})
    assert len(hinge_hydrogen_bonds(complex_, ChainMatch(trka, {ResidueId("A", 592): 592}))) == 1
    assert hinge_hydrogen_bonds(complex_, moved) == ()
