"""Several molecules under one name or number: each is read as one, with its own number, and nothing else is moved."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.crystal import Edit, chain_lines, ligand_lines, molecule_lines, text_of
from trkstruct.errors import StructureError
from trkstruct.structure.formats.pdb_and_mmcif import load_structure_file
from trkstruct.structure.formats.records import StructureFile
from trkstruct.structure.formats.writing import write_pdb
from trkstruct.structure.reading import load_assembly

SPAN = Edit(span=(580, 600))


def read(folder: Path, *parts: list[str]) -> StructureFile:
    path = folder / "file.pdb"
    path.write_text(text_of(*parts))
    return load_structure_file(path)


def moved(lines: list[str], x: float, occupancy: float | None = None) -> list[str]:
    share = "" if occupancy is None else f"{occupancy:6.2f}"
    return [f"{each[:30]}{float(each[30:38]) + x:8.3f}{each[38:54]}{share or each[54:60]}{each[60:]}" for each in lines]


def sizes(file: StructureFile, name: str) -> list[int]:
    return [len(residue.atoms) for residue in file.residues if residue.name == name]


def water_lines(count: int, name: str = "TIP3W", segment: str = "WAT") -> list[str]:
    return [
        f"ATOM  {'*****'}  OH2 {name}{k % 9999 + 1:4d}    {100 + k % 50 * 3.1:8.3f}{k // 50 % 50 * 3.1:8.3f}"
        f"{k // 2500 * 3.1:8.3f}  1.00  0.00      {segment}"
        for k in range(count)
    ]


def test_many_waters_are_read_in_seconds(tmp_path: Path) -> None:
    began = time.process_time()
    file = read(tmp_path, chain_lines(SPAN), water_lines(40_000))
    assert time.process_time() - began < 20.0
    assert sizes(file, "TIP3") == [1] * 40_000
    assert len({residue.identity for residue in file.residues}) == 40_021
    assert sum(map(len, file.notes)) < 1_000


def test_a_water_name_of_four_letters_leaves_the_chain_its_own(tmp_path: Path) -> None:
    file = read(tmp_path, chain_lines(SPAN), water_lines(5))
    assert [(chain.id, len(chain.residues)) for chain in file.chains] == [("A", 21), ("W", 5)]


@given(st.integers(2, 4), st.floats(8.0, 60.0))
@settings(max_examples=10)
def test_ligands_under_one_number_are_several(
    tmp_path_factory: pytest.TempPathFactory, copies: int, step: float
) -> None:
    ligands = [line for copy in range(copies) for line in moved(ligand_lines(), 12.0 * copy + step)]
    file = read(tmp_path_factory.mktemp("ligands"), chain_lines(SPAN), ligands)
    assert sizes(file, "7GI") == [len(ligand_lines())] * copies
    assert any("7GI A:801 is A:802 here" in note for note in file.notes)


def test_a_ligand_and_a_part_of_another_under_its_number_are_two(tmp_path: Path) -> None:
    file = read(tmp_path, chain_lines(SPAN), ligand_lines(), moved(ligand_lines(), 40.0)[:10])
    assert sizes(file, "7GI") == [len(ligand_lines()), 10]


def test_a_ligand_without_its_labels_is_taken_once(tmp_path: Path) -> None:
    twice = moved(ligand_lines(), 0.0, 0.3) + moved(ligand_lines(), 0.9, 0.7)
    file = read(tmp_path, chain_lines(SPAN), twice)
    assert sizes(file, "7GI") == [len(ligand_lines())]
    assert {atom.occupancy > 0.5 for residue in file.residues if residue.name == "7GI" for atom in residue.atoms} == {
        True
    }


def test_an_atom_twice_in_nearly_one_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StructureError, match=r"file\.pdb has \S+ of 7GI A:801 twice in nearly one place"):
        read(tmp_path, chain_lines(SPAN), ligand_lines(), moved(ligand_lines()[5:6], 0.5))


@pytest.mark.parametrize("segments", [("PROA", "PROB"), ("    ", "    ")], ids=["segments", "none"])
@pytest.mark.parametrize("name", ["A", " "])
def test_two_proteins_of_overlapping_numbers_are_two_chains(
    name: str, segments: tuple[str, str], tmp_path: Path
) -> None:
    first = chain_lines(Edit(span=(540, 600), chain=name))
    second = moved(chain_lines(Edit(span=(530, 600), chain=name, shift=-7)), 60.0)
    lines = [f"{line[:72]}{s}{line[76:]}" for s, part in zip(segments, (first, second), strict=True) for line in part]
    file = read(tmp_path, lines)
    assert [chain.id for chain in file.chains] == ["A", "B"]
    numbers = [[residue.identity.number for residue in chain.residues] for chain in file.chains]
    assert numbers == [list(range(540, 601)), list(range(523, 594))]
    assert [sum(len(r.atoms) for r in chain.residues) for chain in file.chains] == [len(first), len(second)]


def test_a_number_that_is_there_takes_no_other(tmp_path: Path) -> None:
    """A residue whose insertion code was lost is the only one that gets another number."""
    lines = chain_lines(SPAN)
    same = [f"{line[:22]} 589{line[26:]}" if int(line[22:26]) == 590 else line for line in lines]
    (chain,) = read(tmp_path, same).chains
    assert [residue.identity.number for residue in chain.residues] == [*range(580, 590), 601, *range(591, 601)]


def test_models_that_take_turns_are_read_as_one_chain(tmp_path: Path) -> None:
    path = tmp_path / "file.pdb"
    path.write_text(text_of(chain_lines(SPAN), ligand_lines()))
    plain = load_structure_file(path)
    write_pdb(load_assembly(path, ligand_residue="7GI"), tmp_path / "one.cif")
    text = (tmp_path / "one.cif").read_text().splitlines()
    turns = [turn for line in text for turn in _in_turns(line)]
    (tmp_path / "turns.cif").write_text("\n".join(turns) + "\n")
    file = load_structure_file(tmp_path / "turns.cif")
    assert sum(len(r.atoms) for r in file.residues) == sum(len(r.atoms) for r in plain.residues)
    assert len(file.chains) <= 2 and not any("Several chains" in note for note in file.notes)


def _in_turns(line: str) -> list[str]:
    return [f"{line.rstrip()[:-1]}{model}" for model in (1, 2)] if line.startswith(("ATOM", "HETATM")) else [line]


@pytest.mark.parametrize("name", ["DOD", "T3P", "TIP", "D2O", "H2O", "WAT", "SOL", "SPC"])
def test_waters_of_any_name_are_waters(name: str, tmp_path: Path) -> None:
    waters = [line for k in range(3) for line in molecule_lines(name, "W   1", [(50.0 + 3 * k, 0.0, 0.0)])]
    assert sizes(read(tmp_path, chain_lines(SPAN), waters), name) == [1, 1, 1]


@given(st.integers(2, 4), st.data())
@settings(max_examples=12)
def test_copies_with_gaps_of_their_own_are_not_mixed(
    tmp_path_factory: pytest.TempPathFactory, copies: int, data: st.DataObject
) -> None:
    """No TER, one name, and each copy lacks another loop: every residue stays in the copy that it is bonded in."""
    parts = []
    for copy in range(copies):
        first = data.draw(st.integers(582, 588))
        gap = range(first, first + data.draw(st.integers(0, 8)))
        parts.append([x for x in moved(chain_lines(SPAN), 100.0 * copy) if int(x[22:26]) not in gap])
    file = read(tmp_path_factory.mktemp("gaps"), [line for part in parts for line in part])
    found = [sum(len(residue.atoms) for residue in chain.residues) for chain in file.chains]
    assert found == [len(part) for part in parts]
    left = min(float(line[30:38]) for line in parts[0])
    for copy, chain in enumerate(file.chains):
        assert all(0 <= atom.position[0] - left - 100.0 * copy < 60 for r in chain.residues for atom in r.atoms)


def test_a_modified_residue_stays_in_its_copy(tmp_path: Path) -> None:
    protein = chain_lines(Edit(span=(580, 600), renamed={590: ("MSE", {})}))
    file = read(tmp_path, protein, moved(protein, 60.0))
    numbers = [[residue.identity.number for residue in chain.residues] for chain in file.chains]
    assert numbers == [list(range(580, 601))] * 2


def test_more_chains_of_one_name_than_any_molecule_has_are_refused(tmp_path: Path) -> None:
    parts = [line for k in range(70) for line in [*moved(chain_lines(Edit(span=(590, 591))), 5.0 * k), "TER"]]
    with pytest.raises(StructureError, match=r"file\.pdb has more than 60 chains called A"):
        read(tmp_path, parts)
