"""Atoms that the density did not show are named, in the pocket, by every way a file comes in."""

import logging
from pathlib import Path

import pytest

from support.peptides import build_peptide
from trkstruct.cases.one_file import find_file_clashes
from trkstruct.residues import ResidueId
from trkstruct.structure.complex import Unseen, residue_id
from trkstruct.structure.formats.records import FileAtom, FileResidue
from trkstruct.structure.occupancy import find_unseen, unseen_at, unseen_note
from trkstruct.structure.reading import load_complex

ALANINE = ["N", "CA", "C", "O", "CB"]


def residue(number: int, *occupancies: float, name: str = "ALA") -> FileResidue:
    atoms = tuple(
        FileAtom(index, atom, atom[0], (float(index), 0.0, 0.0), occupancy, 20.0)
        for index, (atom, occupancy) in enumerate(zip(ALANINE, occupancies, strict=True))
    )
    return FileResidue(ResidueId("A", number), name, False, atoms)


def test_atoms_of_no_occupancy_are_found() -> None:
    found = find_unseen([residue(1, 1, 1, 1, 1, 0), residue(2, 1, 1, 1, 1, 1), residue(3, 0, 0, 0, 0, 0)])
    assert [(each.residue.number, each.atoms) for each in found] == [(1, ("CB",)), (3, tuple(ALANINE))]
    assert str(found[0]) == "ALA A:1 (CB)"


def test_a_partial_occupancy_was_seen_and_a_file_without_occupancies_says_nothing() -> None:
    assert find_unseen([residue(1, 1, 1, 1, 1, 0.01)]) == ()
    assert find_unseen([residue(1, 0, 0, 0, 0, 0), residue(2, 0, 0, 0, 0, 0)]) == ()


def pdb(occupancy_of_cb: float, *, ligand_occupancy: float = 1.0, water_away: float = 4.0) -> str:
    peptide = build_peptide(hydrogens=False)
    lines, beta = [], None
    for serial, atom in enumerate(peptide.topology.atoms(), start=1):
        xyz = peptide.positions[atom.index]
        is_beta = residue_id(atom.residue).number == 595 and atom.name == "CB"
        beta = xyz if is_beta else beta
        occupancy = occupancy_of_cb if is_beta else 1.0
        lines.append(
            f"ATOM  {serial:5d}  {atom.name:<3s} {atom.residue.name} A {atom.residue.id:>3s}    "
            f"{xyz[0]:8.3f}{xyz[1]:8.3f}{xyz[2]:8.3f}{occupancy:6.2f}{20.0:6.2f}          {atom.element.symbol:>2s}"
        )
    assert beta is not None
    for serial, step in enumerate((0.0, 1.5), start=900):
        lines.append(
            f"HETATM{serial:5d}  C{serial - 899}  XYZ A 900    {beta[0]:8.3f}{beta[1]:8.3f}"
            f"{beta[2] + water_away + step:8.3f}{ligand_occupancy:6.2f}{20.0:6.2f}           C"
        )
    return "\n".join([*lines, "END", ""])


@pytest.mark.parametrize(("occupancy", "away", "named"), [(0.0, 4.0, True), (1.0, 4.0, False), (0.0, 30.0, False)])
def test_what_is_near_the_ligand_is_named(tmp_path: Path, occupancy: float, away: float, named: bool) -> None:
    path = tmp_path / "in.pdb"
    path.write_text(pdb(occupancy, water_away=away), encoding="utf-8")
    complex_ = load_complex(path, ligand_residue="XYZ")
    found = unseen_at(complex_)
    assert found == ((Unseen(ResidueId("A", 595), "ALA", ("CB",)),) if named else ())
    assert unseen_at(complex_, {ResidueId("A", 595)}) == complex_.unseen


def test_the_ligand_itself_is_named(tmp_path: Path) -> None:
    path = tmp_path / "in.pdb"
    path.write_text(pdb(1.0, ligand_occupancy=0.0), encoding="utf-8")
    assert [each.name for each in unseen_at(load_complex(path, ligand_residue="XYZ"))] == ["XYZ"]


def test_clashes_warns(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "in.pdb"
    path.write_text(pdb(0.0), encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        find_file_clashes(path, ligand_residue="XYZ")
    assert "occupancy 0): ALA A:595 (CB)" in caplog.text


def test_a_long_list_is_cut() -> None:
    many = [Unseen(ResidueId("A", number), "ALA", ("CB",)) for number in range(20)]
    (note,) = unseen_note(many)
    assert "and 8 more residues" in note
    assert unseen_note([]) == ()
