"""The clash rule: by hand, by brute force, by invariance."""

from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdkit import Chem
from scipy.spatial.transform import Rotation

from support.small_complex import complex_of, molecule_of, with_molecule
from trkstruct.cases.one_file import find_file_clashes
from trkstruct.contacts.clashes import (
    MODERATE_OVERLAP_ANGSTROM,
    SEVERE_OVERLAP_ANGSTROM,
    find_clashes,
    hydrogen_notes,
    overlapping_pairs,
    severity_of,
)
from trkstruct.contacts.radii import classify_atoms
from trkstruct.errors import StructureError
from trkstruct.kinase.kinases import kinase_named
from trkstruct.ligand.reading import load_ligand
from trkstruct.structure.complex import Complex, ligand_atoms
from trkstruct.structure.formats.writing import write_pdb

EVERYTHING = -9.0  # Å; an overlap that every pair of a small system reaches


def methyls(gap: float) -> Complex:
    """A protein C-H and a ligand H-C on one line, the hydrogens ``gap`` Å apart."""
    rows = [
        ("A:ALA542", "CB", (0, 0, 0)),
        ("A:ALA542", "HB1", (1.09, 0, 0)),
        ("L:LIG1", "H1", (1.09 + gap, 0, 0)),
        ("L:LIG1", "C1", (2.18 + gap, 0, 0)),
    ]
    return complex_of(rows, [(0, 1), (2, 3)])


def amide_to_carbonyl(distance: float, turn_degrees: float = 0.0) -> Complex:
    """Backbone N-H of residue 592 facing a carbonyl O of the ligand; ``turn_degrees`` swings N away from the line."""
    turn = np.radians(turn_degrees)
    rows = [
        ("A:MET592", "N", (-1.01 * np.cos(turn), 1.01 * np.sin(turn), 0)),
        ("A:MET592", "H", (0, 0, 0)),
        ("A:MET592", "CA", (-9, 9, 0)),
        ("A:MET592", "HA", (-9, 10.09, 0)),
        ("L:LIG1", "O1", (distance, 0, 0)),
        ("L:LIG1", "C1", (distance + 1.23, 0, 0)),
        ("L:LIG1", "H1", (distance + 1.8, 0.93, 0)),
        ("L:LIG1", "H2", (distance + 1.8, -0.93, 0)),
    ]
    return complex_of(rows, [(0, 1), (2, 3), (4, 5), (5, 6), (5, 7)])


@pytest.mark.parametrize(
    ("gap", "overlap", "severity"), [(2.0, 0.34, "minor"), (1.9, 0.44, "moderate"), (1.4, 0.94, "severe")]
)
def test_overlap_is_the_sum_of_radii_less_the_distance(gap: float, overlap: float, severity: str) -> None:
    worst = find_clashes(methyls(gap))[0]
    assert (worst.protein_atom, worst.ligand_atom, worst.severity) == ("A:ALA542:HB1", "H1", severity)
    assert worst.overlap_angstrom == pytest.approx(1.17 + 1.17 - gap)
    assert worst.overlap_angstrom == pytest.approx(overlap)
    assert worst.distance_angstrom == pytest.approx(gap)


def test_a_hydrogen_bond_may_overlap_by_point_six() -> None:
    assert find_clashes(amide_to_carbonyl(1.8)) == ()
    too_close = find_clashes(amide_to_carbonyl(1.3))[0]
    assert too_close.overlap_angstrom == pytest.approx(1.00 + 1.40 - 1.3 - 0.6)


def test_a_donor_that_points_away_gets_no_allowance() -> None:
    clash = next(c for c in find_clashes(amide_to_carbonyl(1.8, turn_degrees=100)) if c.protein_atom == "A:MET592:H")
    assert clash.overlap_angstrom == pytest.approx(1.00 + 1.40 - 1.8)


def test_bonded_neighbours_and_next_neighbours_never_clash() -> None:
    butane = with_molecule(None, molecule_of("CCCC"), "A:XAA1")
    types = classify_atoms(butane.topology)
    carbons = np.flatnonzero(~types.hydrogen)
    pairs = overlapping_pairs(butane, types, carbons[:1], carbons[1:], EVERYTHING)
    assert len(pairs.first) == 0
    hexane = with_molecule(None, molecule_of("CCCCCC"), "A:XAA1")
    types = classify_atoms(hexane.topology)
    carbons = np.flatnonzero(~types.hydrogen)
    pairs = overlapping_pairs(hexane, types, carbons[:1], carbons[1:], EVERYTHING)
    assert sorted(pairs.second.tolist()) == carbons[4:].tolist()


def test_thresholds_mean_energy_in_ff14sb() -> None:
    """Lennard-Jones energy of C...H (parm10 CT, HC): 1 kcal/mol at 0.4 Å, not payable at 0.9 Å."""
    epsilon, r_min = np.sqrt(0.1094 * 0.0157), 1.908 + 1.487

    def energy(overlap: float) -> float:
        sixth = (r_min / (1.75 + 1.17 - overlap)) ** 6
        return float(epsilon * (sixth**2 - 2 * sixth))

    assert energy(0.0) < 0.2
    assert energy(MODERATE_OVERLAP_ANGSTROM) == pytest.approx(1.0, abs=0.1)
    assert energy(SEVERE_OVERLAP_ANGSTROM) > 15


def test_clashes_are_ordered_and_named_by_region() -> None:
    rows = [
        ("A:GLY595", "CA", (0, 0, 0)),
        ("A:GLY595", "HA2", (0, 1.09, 0)),
        ("A:LEU657", "CB", (9, 0, 0)),
        ("A:LEU657", "HB2", (9, 1.09, 0)),
    ]
    ligand = [
        ("L:LIG1", "C1", (0, 3.6, 0)),
        ("L:LIG1", "H1", (0, 2.51, 0)),
        ("L:LIG1", "C2", (9, 4.1, 0)),
        ("L:LIG1", "H2", (9, 3.01, 0)),
    ]
    complex_ = complex_of([*rows, *ligand], [(0, 1), (2, 3), (4, 5), (6, 7)])
    clashes = find_clashes(complex_, kinase={595: "solvent front", 657: "beta7 strand"})
    worst = {clash.region: clash.severity for clash in reversed(clashes)}
    assert worst == {"solvent front": "severe", "beta7 strand": "moderate"}
    assert clashes[0].region == "solvent front"
    assert {clash.region for clash in find_clashes(complex_, kinase=kinase_named("TRKA"))} == set(worst)
    assert [severity_of(overlap) for overlap in (0.3, 0.4, 0.9)] == ["minor", "moderate", "severe"]


def test_waters_do_not_clash() -> None:
    water = [("W:HOH1", "O", (2.2, 0, 0)), ("W:HOH1", "H1", (2.2, 0.96, 0)), ("W:HOH1", "H2", (2.2, -0.3, 0.9))]
    ligand = [("L:LIG1", "C1", (0, 0, 0)), ("L:LIG1", "H1", (1.09, 0, 0))]
    assert find_clashes(complex_of([*water, *ligand], [(0, 1), (0, 2), (3, 4)])) == ()


def test_a_missing_hydrogen_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    bare = complex_of([("A:ALA542", "CB", (0, 0, 0)), ("L:LIG1", "C1", (3.2, 0, 0))], [])
    assert find_clashes(bare)[0].overlap_angstrom == pytest.approx(2 * 1.90 - 3.2)
    assert len(hydrogen_notes(bare)) == 2
    assert hydrogen_notes(methyls(3.0)) == ()
    write_pdb(bare, tmp_path / "bare.pdb")
    find_file_clashes(tmp_path / "bare.pdb", ligand_residue="LIG")
    assert "The ligand of" in caplog.text and "The protein of" in caplog.text


def test_chemistry_says_which_atoms_of_a_bare_ligand_donate() -> None:
    """Acetone's O cannot donate to a carbonyl; without its chemistry it gets the benefit of the doubt."""
    acetone = load_ligand("CC(C)=O", with_parameters=False)
    xyz = iter([(4.0, -1, 0), (3.7, 0, 0), (4.0, 1, 0), (2.5, 0, 0)])
    ligand = [("L:LIG1", name, next(xyz)) for name in acetone.atom_names if not name.startswith("H")]
    bare = complex_of([("A:GLU590", "O", (0, 0, 0)), ("A:GLU590", "C", (-1.2, 0, 0)), *ligand], [(0, 1), (3, 5)])
    assert find_clashes(bare) == ()
    worst = find_clashes(bare, acetone)[0]
    assert (worst.ligand_atom, worst.overlap_angstrom) == ("O1", pytest.approx(2 * 1.50 - 2.5))


def test_apo_structure_is_refused() -> None:
    with pytest.raises(StructureError, match="no ligand"):
        find_clashes(complex_of([("A:ALA542", "CB", (0, 0, 0))], []))


@given(st.floats(0.3, 3.0), st.floats(0.001, 1.0))
def test_moving_apart_lowers_the_overlap(gap: float, step: float) -> None:
    near, far = (find_clashes(methyls(x), minimum_overlap_angstrom=EVERYTHING) for x in (gap, gap + step))
    overlaps = [{(c.protein_atom, c.ligand_atom): c.overlap_angstrom for c in clashes} for clashes in (near, far)]
    assert all(overlaps[1][pair] < overlaps[0][pair] for pair in overlaps[0])


MOLECULE_PAIR = (molecule_of("CC(=O)NCc1ccccc1"), molecule_of("Nc1ncc(F)c(C(=O)[O-])c1C[NH3+]"))


def pair_of_molecules(shift: tuple[float, float, float], angles: tuple[float, float, float]) -> Complex:
    both = with_molecule(with_molecule(None, MOLECULE_PAIR[0], "A:XAA1"), MOLECULE_PAIR[1])
    positions = both.positions.copy()
    mobile = ligand_atoms(both)
    positions[mobile] = Rotation.from_euler("xyz", angles).apply(positions[mobile]) + shift
    return replace(both, positions=positions)


SHIFTS = st.tuples(*[st.floats(-5, 5)] * 3)
ANGLES = st.tuples(*[st.floats(-3.1, 3.1)] * 3)


@settings(max_examples=30, deadline=None)
@given(SHIFTS, ANGLES, SHIFTS, ANGLES)
def test_rigid_motion_changes_nothing(shift, angles, motion, turn) -> None:  # type: ignore[no-untyped-def]
    complex_ = pair_of_molecules(shift, angles)
    moved = replace(complex_, positions=Rotation.from_euler("xyz", turn).apply(complex_.positions) + motion)
    before, after = (
        {(c.protein_atom, c.ligand_atom): c.overlap_angstrom for c in find_clashes(x, minimum_overlap_angstrom=-0.5)}
        for x in (complex_, moved)
    )
    for pair in before.keys() | after.keys():
        assert before.get(pair, -0.5) == pytest.approx(after.get(pair, -0.5), abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(SHIFTS, ANGLES)
def test_brute_force_agrees(shift, angles) -> None:  # type: ignore[no-untyped-def]
    """Every pair in plain loops, with the allowance decided from the definition of a hydrogen bond."""
    complex_ = pair_of_molecules(shift, angles)
    types, atoms = classify_atoms(complex_.topology), list(complex_.topology.atoms())
    bonded = {atom.index: set() for atom in atoms}
    for one, other in complex_.topology.bonds():
        bonded[one.index].add(other.index)
        bonded[other.index].add(one.index)

    def angle(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> float:
        return float(np.degrees(np.arctan2(np.linalg.norm(np.cross(a - b, c - b)), (a - b) @ (c - b))))

    def open_side(x: int, acceptor: int) -> bool:
        heavy = [n for n in bonded[acceptor] if atoms[n].element.symbol != "H"]
        return not heavy or angle(xyz[x], xyz[acceptor], xyz[heavy].mean(axis=0)) >= 90

    def bridges(donor: int, acceptor: int) -> bool:
        if not (types.donor[donor] and types.acceptor[acceptor] and open_side(donor, acceptor)):
            return False
        if atoms[donor].element.symbol == "H":
            return any(angle(xyz[d], xyz[donor], xyz[acceptor]) >= 90 for d in bonded[donor])
        hydrogens = [n for n in bonded[donor] if atoms[n].element.symbol == "H"]
        return any(angle(xyz[donor], xyz[h], xyz[acceptor]) >= 90 for h in hydrogens)

    xyz, ligand, expected = complex_.positions, set(ligand_atoms(complex_).tolist()), {}
    for i, j in product([a.index for a in atoms if a.index not in ligand], sorted(ligand)):
        overlap = types.radii_angstrom[i] + types.radii_angstrom[j] - np.linalg.norm(xyz[i] - xyz[j])
        if bridges(i, j) or bridges(j, i):
            overlap -= 0.8 if types.charge[i] * types.charge[j] < 0 else 0.6
        if overlap >= 0.25:
            expected[(f"A:XAA1:{atoms[i].name}", atoms[j].name)] = overlap
    found = {(c.protein_atom, c.ligand_atom): c.overlap_angstrom for c in find_clashes(complex_)}
    assert found == pytest.approx(expected)
    assert list(found.values()) == sorted(found.values(), reverse=True)


@settings(max_examples=10, deadline=None)
@given(SHIFTS, ANGLES, st.randoms(use_true_random=False))
def test_order_of_atoms_changes_nothing(shift, angles, random) -> None:  # type: ignore[no-untyped-def]
    order = list(range(MOLECULE_PAIR[1].GetNumAtoms()))
    random.shuffle(order)
    complex_ = pair_of_molecules(shift, angles)
    first = len(complex_.positions) - len(order)
    shuffled = with_molecule(
        with_molecule(None, MOLECULE_PAIR[0], "A:XAA1"), Chem.RenumberAtoms(MOLECULE_PAIR[1], order)
    )
    positions = np.vstack([complex_.positions[:first], complex_.positions[first:][order]])
    one, other = find_clashes(complex_), find_clashes(replace(shuffled, positions=positions))
    assert [c.overlap_angstrom for c in one] == pytest.approx([c.overlap_angstrom for c in other])
    assert [c.protein_atom for c in one] == [c.protein_atom for c in other]
