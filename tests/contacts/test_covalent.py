"""Bonds between a ligand and its protein are found, recorded or not, and are no clashes."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdkit import Chem
from scipy.spatial.transform import Rotation

from support.crystal import chain_lines, point_of, text_of
from support.small_complex import complex_of, molecule_of, with_molecule
from trkstruct.cases.one_file import find_file_clashes
from trkstruct.cases.plan import plan_and_check
from trkstruct.contacts.covalent import carry_bonds, covalent_bonds, with_covalent_bonds
from trkstruct.errors import LigandError, MutationError
from trkstruct.ligand.reading import load_ligand
from trkstruct.pose.adopt import place_on_seen
from trkstruct.preparation.chain_and_ligand import read_chain_and_ligand
from trkstruct.preparation.preparation_report import bond_notes
from trkstruct.settings import Settings
from trkstruct.structure.complex import Complex, without_ligand
from trkstruct.structure.formats.writing import write_pdb
from trkstruct.structure.reading import load_complex
from trkstruct.structure.topology import bond_indices, rebuilt

ATOMS = ("N", "CA", "C", "O", "CB", "SG")
BONDS = [(0, 1), (1, 2), (2, 3), (1, 4), (4, 5)]
CYSTEINE = np.array([[-0.5, 1.4, 0], [0, 0, 0], [1.5, 0, 0], [2.1, 1.0, 0.3], [-0.6, -0.8, 1.2], [-0.1, -2.5, 1.1]])
NUMBER = next(
    n for n in range(512, 600) if any(line[17:20] == "CYS" and int(line[22:26]) == n for line in chain_lines())
)


def beside(sulfur: np.ndarray, behind: np.ndarray, length: float, angle: float = 103.0) -> np.ndarray:
    """Three carbons in a row, the first at that distance (Å) and angle (degrees) from the sulfur."""
    back = (behind - sulfur) / np.linalg.norm(behind - sulfur)
    aside = np.cross(back, [0.3, 0.5, 0.8])
    aside /= np.linalg.norm(aside)
    outward = np.cos(np.radians(angle)) * back + np.sin(np.radians(angle)) * aside
    return np.array([sulfur + outward * (length + 1.5 * step) for step in range(3)])


def with_carbons(length: float, angle: float = 103.0, *, recorded: bool = False, hydrogen: bool = False) -> Complex:
    """A cysteine and three carbons of a ligand."""
    rows = [("A:CYS797", name, xyz) for name, xyz in zip(ATOMS, CYSTEINE, strict=True)]
    rows += [("A:CYS797", "HG", CYSTEINE[5] + [0.0, -0.5, -1.2])] if hydrogen else []
    first = len(rows)
    carbons = beside(CYSTEINE[5], CYSTEINE[4], length, angle)
    rows += [("L:LIG1", f"C{place}", xyz) for place, xyz in enumerate(carbons, start=1)]
    bonds = [*BONDS, (first, first + 1), (first + 1, first + 2)]
    bonds += [(5, first)] if recorded else []
    bonds += [(5, 6)] if hydrogen else []
    return complex_of(rows, bonds)


@pytest.mark.parametrize("length", [1.65, 1.81, 1.95])
def test_a_bond_without_a_record_is_found_by_its_length(length: float) -> None:
    (bond,) = covalent_bonds(with_carbons(length))
    assert str(bond) == f"CYS A:797 (SG-C1, {length:.2f} Å, by distance)"


@pytest.mark.parametrize(
    "complex_",
    [
        with_carbons(1.3),
        with_carbons(2.2),
        with_carbons(3.3),
        with_carbons(1.81, 170.0),
        with_carbons(1.81, hydrogen=True),
    ],
    ids=["too short", "too long", "a contact", "straight on", "sulfur with its hydrogen"],
)
def test_what_is_no_bond_is_none(complex_: Complex) -> None:
    assert covalent_bonds(complex_) == ()
    assert with_covalent_bonds(complex_) is complex_
    assert bond_notes(complex_) == ()


def test_a_recorded_bond_is_one_at_any_length() -> None:
    (bond,) = covalent_bonds(with_carbons(2.2, recorded=True))
    assert bond.recorded and str(bond) == "CYS A:797 (SG-C1, 2.20 Å)"


@given(st.integers(0, 2**32 - 1))
def test_moving_all_as_one_changes_no_bond(seed: int) -> None:
    complex_ = with_carbons(1.81)
    turn = Rotation.random(rng=np.random.default_rng(seed))
    moved = Complex(complex_.topology, turn.apply(complex_.positions) + 7.0, complex_.ligand, complex_.source)
    assert list(map(str, covalent_bonds(moved))) == list(map(str, covalent_bonds(complex_)))


def test_bonds_are_added_once_and_carried_to_the_same_places() -> None:
    complex_ = with_carbons(1.81)
    bonded = with_covalent_bonds(complex_)
    assert set(bond_indices(bonded.topology)) - set(bond_indices(complex_.topology)) == {(5, 6)}
    assert bond_indices(with_covalent_bonds(bonded).topology) == bond_indices(bonded.topology)
    assert bond_indices(carry_bonds(complex_, complex_).topology) == bond_indices(bonded.topology)
    assert carry_bonds(complex_, without_ligand(complex_)).ligand is None


def covalent_file(folder: Path, record: str, length: float = 1.81) -> Path:
    """A piece of TRKA with a row of carbons at the sulfur of its cysteine."""
    sulfur, behind = (np.array(point_of(name, NUMBER)) for name in ("SG", "CB"))
    carbons = [
        f"HETATM{9000 + i:5d}  C{i + 1}  MOL L   1    {x:8.3f}{y:8.3f}{z:8.3f}  1.00 20.00           C"
        for i, (x, y, z) in enumerate(beside(sulfur, behind, length))
    ]
    link = f"LINK         SG  CYS A {NUMBER:3d}                 C1  MOL L   1     1555   1555  {length:4.2f}"
    path = folder / "covalent.pdb"
    path.write_text(text_of([] if record == "none" else [link], chain_lines(), carbons), encoding="utf-8")
    if record == "struct_conn":
        write_pdb(load_complex(path, ligand_residue="MOL"), path.with_suffix(".cif"))
        return path.with_suffix(".cif")
    return path


@pytest.mark.parametrize("record", ["LINK", "struct_conn", "none"])
def test_a_covalent_bond_in_a_file_is_no_clash_and_is_said(
    record: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = covalent_file(tmp_path, record)
    clashes = find_file_clashes(path, ligand_residue="MOL")
    (bond,) = covalent_bonds(load_complex(path, ligand_residue="MOL"))
    assert bond.recorded == (record != "none")
    assert [c for c in clashes if c.ligand_atom == "C1" and c.protein_atom.startswith(f"A:CYS{NUMBER}")] == []
    assert f"bonded to CYS A:{NUMBER} (SG-C1, 1.81 Å" in caplog.text
    (note,) = bond_notes(read_chain_and_ligand(path, ligand_residue="MOL").complex)
    assert "computes the ligand as not bonded" in note


def test_a_contact_that_is_no_bond_stays_a_clash(tmp_path: Path) -> None:
    clashes = find_file_clashes(covalent_file(tmp_path, "none", 2.3), ligand_residue="MOL")
    assert {(f"A:CYS{NUMBER}:SG", "C1", "severe")} <= {(c.protein_atom, c.ligand_atom, c.severity) for c in clashes}


@pytest.mark.parametrize("record", ["LINK", "none"])
def test_a_mutation_that_takes_the_bond_away_is_refused_before_anything_runs(record: str, tmp_path: Path) -> None:
    path = covalent_file(tmp_path, record)
    with pytest.raises(MutationError, match=rf"bonded to CYS A:{NUMBER}.*losing a covalent bond"):
        plan_and_check((), (f"A:C{NUMBER}S",), ("CCC",), Settings(), structure=str(path), ligand_residue="MOL")


def test_a_leaving_group_is_not_built_where_the_protein_is_now() -> None:
    """Chloroacetanilide has lost its chlorine to the cysteine; the bound form has hydrogen in its place."""
    cysteine = complex_of([("A:CYS797", name, xyz) for name, xyz in zip(ATOMS, CYSTEINE, strict=True)], BONDS)
    bound = with_molecule(cysteine, Chem.RemoveHs(molecule_of("CC(=O)Nc1ccccc1")))
    bonded = replace(bound, topology=rebuilt(bound.topology, bonds=[*bond_indices(bound.topology), (5, 6)]))
    with pytest.raises(LigandError, match=r"bonded to CYS A:797 .*molecule given has Cl: its leaving group"):
        place_on_seen(bonded, load_ligand("mine=ClCC(=O)Nc1ccccc1", with_parameters=False))
    assert place_on_seen(bonded, load_ligand("mine=CC(=O)Nc1ccccc1", with_parameters=False)).has_pose
