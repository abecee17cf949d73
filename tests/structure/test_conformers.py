"""Which of the conformations that a crystal shows is taken: the best occupied one, whole, and no atom of another."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.crystal import Edit, chain_lines, text_of
from trkstruct.structure.formats.pdb_and_mmcif import load_structure_file
from trkstruct.structure.formats.records import FileResidue
from trkstruct.structure.reading import load_complex

SITE = 596
BACKBONE = ("N", "CA", "C", "O")


def line_of(
    atom: str, label: str, occupancy: float, name: str = "ASP", shift: float = 0.0, record: str = "ATOM"
) -> str:
    x = {"N": 0.0, "CA": 1.4, "C": 2.1, "O": 3.3, "CB": 1.9, "CG": 3.4, "OD1": 4.0, "OD2": 4.1, "SG": 3.6}[atom] + shift
    return (
        f"{record:<6}{1:5d}  {atom:<3}{label}{name} A{SITE:4d}    {x:8.3f}{len(atom):8.3f}{shift:8.3f}"
        f"{occupancy:6.2f} 20.00          {atom[0]:>2}"
    )


def residue_of(folder: Path, lines: list[str]) -> FileResidue:
    path = folder / "file.pdb"
    path.write_text(text_of(chain_lines(Edit(span=(590, 595))), lines))
    (residue,) = (each for each in load_structure_file(path).residues if each.identity.number == SITE)
    return residue


def backbone(label: str = " ", occupancy: float = 1.0, name: str = "ASP", record: str = "ATOM") -> list[str]:
    return [line_of(atom, label, occupancy, name, record=record) for atom in BACKBONE]


def test_a_smaller_conformer_wins_by_its_occupancy_and_nothing_is_mixed_in(tmp_path: Path) -> None:
    short = [line_of("CB", "A", 0.6)]
    long = [line_of(atom, "B", 0.4, shift=0.5) for atom in ("CB", "CG", "OD1", "OD2")]
    residue = residue_of(tmp_path, backbone() + short + long)
    assert residue.names == {*BACKBONE, "CB"}
    assert residue.alternates == ("A", "B")


@given(st.floats(0.05, 0.95))
def test_the_higher_occupancy_wins_whatever_the_order(
    tmp_path_factory: pytest.TempPathFactory, occupancy: float
) -> None:
    share = round(occupancy, 2)
    lines = [
        line_of(atom, label, part, shift=shift)
        for atom in ("CB", "CG")
        for label, part, shift in (("B", share, 0.5), ("A", round(1 - share, 2), 0.0))
    ]
    residue = residue_of(tmp_path_factory.mktemp("occupancy"), backbone() + lines)
    taken = residue.alternates[0]
    assert taken == ("B" if share > round(1 - share, 2) else "A")
    places = {atom.name: atom.position[2] for atom in residue.atoms}
    assert {places["CB"], places["CG"]} == {0.5 if taken == "B" else 0.0}


@pytest.mark.parametrize("record", ["ATOM", "HETATM"])
def test_two_amino_acids_in_one_place_are_one_residue(record: str, tmp_path: Path) -> None:
    larger = backbone("A", 0.4) + [line_of(atom, "A", 0.4) for atom in ("CB", "CG", "OD1", "OD2")]
    smaller = backbone("B", 0.6, "CYS", record) + [
        line_of(atom, "B", 0.6, "CYS", record=record) for atom in ("CB", "SG")
    ]
    residue = residue_of(tmp_path, larger + smaller)
    assert residue.name == "CYS" and residue.names == {*BACKBONE, "CB", "SG"}
    assert residue.alternates == ("CYS", "ASP")


def test_labels_that_do_not_exclude_each_other_are_all_read(tmp_path: Path) -> None:
    """The carbonyl oxygen in two places (C, D) and the side chain in two others (A, B) have nothing to do with it."""
    oxygens = [line_of("O", "C", 0.3), line_of("O", "D", 0.7, shift=0.5)]
    side = [line_of("CB", "A", 0.8), line_of("CB", "B", 0.2, shift=0.5)]
    residue = residue_of(tmp_path, backbone()[:3] + oxygens + side)
    places = {atom.name: atom.position[2] for atom in residue.atoms}
    assert places == {"N": 0.0, "CA": 0.0, "C": 0.0, "O": 0.5, "CB": 0.0}


def test_a_residue_with_one_label_has_no_alternate(tmp_path: Path) -> None:
    residue = residue_of(tmp_path, [*backbone("A", 0.5), line_of("CB", "A", 0.5)])
    assert residue.names == {*BACKBONE, "CB"} and residue.alternates == ()


def test_the_choice_is_said(tmp_path: Path) -> None:
    path = tmp_path / "file.pdb"
    sides = [line_of("CB", "A", 0.5), line_of("CB", "B", 0.5, shift=0.5)]
    path.write_text(text_of(chain_lines(Edit(span=(590, 595))), backbone() + sides))
    complex_ = load_complex(path)
    assert [str(each) for each in complex_.alternates] == [f"A:{SITE}"]
    assert any(f"highest occupancy was taken at A:{SITE}" in note for note in complex_.notes)
