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


def side(label: str, occupancy: float, shift: float = 0.0, atoms: tuple[str, ...] = ("CB", "CG")) -> list[str]:
    return [line_of(atom, label, occupancy, shift=shift) for atom in atoms]


@pytest.mark.parametrize("share", [0.25, 0.3])
def test_a_third_side_chain_takes_nothing_from_the_backbone(share: float, tmp_path: Path) -> None:
    """Two backbones of a half each and three side chains, the third the best: it is taken, and the backbone stays."""
    lines = [*backbone("A", 0.5), *backbone("B", 0.5)]
    lines += side("A", share) + side("B", share, 0.4) + side("C", round(1 - 2 * share, 2), 0.8)
    residue = residue_of(tmp_path, lines)
    assert residue.names == {*BACKBONE, "CB", "CG"}
    assert {atom.position[2] for atom in residue.atoms if atom.name in ("CB", "CG")} == {0.8}
    assert residue.alternates[0] == "C"


@given(st.lists(st.sampled_from("ABC"), min_size=1, max_size=3, unique=True), st.data())
def test_no_labels_take_the_backbone_away(
    tmp_path_factory: pytest.TempPathFactory, labels: list[str], data: st.DataObject
) -> None:
    """Whichever atoms have whichever labels, each atom is there once and none of N, CA, C and O is missing."""
    lines = []
    for atom in (*BACKBONE, "CB", "CG"):
        of_atom = data.draw(st.lists(st.sampled_from(labels), min_size=1, unique=True))
        shares = data.draw(st.lists(st.floats(0.0, 1.0), min_size=len(of_atom), max_size=len(of_atom)))
        lines += [
            line_of(atom, label, share, shift=0.1 * ord(label) - 6.4)
            for label, share in zip(of_atom, shares, strict=True)
        ]
    residue = residue_of(tmp_path_factory.mktemp("labels"), lines)
    assert set(BACKBONE) <= residue.names
    assert len(residue.names) == len(residue.atoms)
    assert "CG" not in residue.names or "CB" in residue.names


@pytest.mark.parametrize(("first", "second"), [(" ", "B"), (" ", " "), ("A", "A")])
@pytest.mark.parametrize("occupancy", [0.3, 0.6])
def test_an_amino_acid_with_an_atom_twice_has_alternates(
    first: str, second: str, occupancy: float, tmp_path: Path
) -> None:
    """Labels that a program left out, or stripped, or gave to both: the better occupied is taken, and its name kept."""
    rest = round(1 - occupancy, 2)
    residue = residue_of(tmp_path, backbone() + side(first, occupancy) + side(second, rest, 0.5))
    assert residue.names == {*BACKBONE, "CB", "CG"} and len(residue.alternates) == 2
    assert {atom.position[2] for atom in residue.atoms} == {0.0, 0.5 if rest > occupancy else 0.0} | {0.0}


def test_a_short_side_chain_is_not_lengthened_by_two_others(tmp_path: Path) -> None:
    long = [line for label in "BC" for line in side(label, 0.2, 0.5, ("CB", "CG", "OD1"))]
    assert residue_of(tmp_path, backbone() + side("A", 0.6, 0.0, ("CB",)) + long).names == {*BACKBONE, "CB"}


def test_a_third_backbone_takes_nothing_from_the_side_chain(tmp_path: Path) -> None:
    lines = [*backbone("A", 0.35), *backbone("B", 0.25), *backbone("C", 0.4), *side("A", 0.5), *side("B", 0.5, 0.5)]
    residue = residue_of(tmp_path, lines)
    assert residue.names == {*BACKBONE, "CB", "CG"} and len({atom.position[2] for atom in residue.atoms}) == 1


def test_an_unlabelled_side_chain_is_not_mixed_with_a_labelled_one(tmp_path: Path) -> None:
    long = side(" ", 0.4, 0.0, ("CB", "CG", "OD1", "OD2"))
    residue = residue_of(tmp_path, backbone() + long + side("B", 0.6, 0.5, ("CB",)))
    assert residue.names == {*BACKBONE, "CB"}


@pytest.mark.parametrize("label", [" ", "A"])
def test_a_second_amino_acid_pushes_no_other_away(label: str, tmp_path: Path) -> None:
    serine = [*backbone("B", 0.4, "CYS"), line_of("CB", "B", 0.4, "CYS", 0.3)]
    site = [*backbone(label, 0.6), line_of("CB", label, 0.6)]
    path = tmp_path / "file.pdb"
    path.write_text(text_of(chain_lines(Edit(span=(590, 595))), site, serine, chain_lines(Edit(span=(597, 600)))))
    (chain,) = load_structure_file(path).chains
    assert [residue.identity.number for residue in chain.residues] == list(range(590, 601))
    assert chain.residues[6].alternates == ("ASP", "CYS")


def test_a_residue_beside_another_has_its_backbone_from_it(tmp_path: Path) -> None:
    """Only what differs has labels: the backbone is written once, under the name that is not taken."""
    lines = [*backbone(), *side("A", 0.4), line_of("CB", "B", 0.6, "CYS", 0.3), line_of("SG", "B", 0.6, "CYS", 0.3)]
    residue = residue_of(tmp_path, lines)
    assert residue.name == "CYS" and residue.names == {*BACKBONE, "CB", "SG"}


@pytest.mark.parametrize("between", [["TER"], []])
def test_alternates_at_the_end_of_a_file_are_of_their_residue(between: list[str], tmp_path: Path) -> None:
    path = tmp_path / "file.pdb"
    protein = [*chain_lines(Edit(span=(590, 595))), *backbone(), *side("A", 0.4)]
    path.write_text(text_of(protein, between, side("B", 0.6, 0.5), between))
    (chain,) = load_structure_file(path).chains
    assert chain.residues[-1].alternates == ("B", "A")


def test_a_ligand_in_three_places_keeps_what_is_in_two(tmp_path: Path) -> None:
    core = [line_of(atom, label, 0.5, "XYZ", 0.3 * (label == "B"), "HETATM") for atom in "NO" for label in "AB"]
    tail = [
        line_of("CB", label, share, "XYZ", share, "HETATM") for label, share in (("A", 0.2), ("B", 0.3), ("C", 0.5))
    ]
    residue = residue_of(tmp_path, core + tail)
    assert residue.names == {"N", "O", "CB"}


@pytest.mark.parametrize("between", [["TER"], []], ids=["TER between", "no TER"])
@pytest.mark.parametrize(("shift", "chains"), [(0.3, 1), (40.0, 2)])
def test_a_second_amino_acid_apart_from_the_first_is_known_by_where_it_lies(
    shift: float, chains: int, between: list[str], tmp_path: Path
) -> None:
    """At the end of the file, labelled: beside the first it is an alternate, far from it another chain's residue."""
    second = [line_of(atom, "B", 0.4, "CYS", shift) for atom in (*BACKBONE, "CB", "SG")]
    path = tmp_path / "file.pdb"
    after = chain_lines(Edit(span=(597, 600)))
    path.write_text(text_of(chain_lines(Edit(span=(590, 595))), backbone(), after, between, second, between))
    file = load_structure_file(path)
    assert len(file.chains) == chains
    assert [residue.identity.number for residue in file.chains[0].residues] == list(range(590, 601))
