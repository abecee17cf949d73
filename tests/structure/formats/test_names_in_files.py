"""Files that use one name twice, or none: every atom of theirs is read, under a name of its own, and it is said."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.crystal import Edit, chain_lines, ligand_lines, molecule_lines, point_of, seqres, text_of
from trkstruct.errors import StructureError
from trkstruct.preparation.prepared_file import prepare
from trkstruct.structure.complex import ligand_atoms, protein_sequence
from trkstruct.structure.formats.pdb_and_mmcif import load_structure_file
from trkstruct.structure.formats.records import StructureFile
from trkstruct.structure.formats.writing import write_pdb
from trkstruct.structure.reading import load_assembly, load_complex

SPAN = Edit(span=(580, 600))


def written(folder: Path, text: str, name: str = "file.pdb") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def n_atoms(file: StructureFile) -> int:
    return sum(len(residue.atoms) for residue in file.residues)


def with_chain(lines: list[str], chain: str) -> list[str]:
    return [f"{line[:21]}{chain}{line[22:]}" for line in lines]


@pytest.mark.parametrize("between", [["TER"], []], ids=["TER between", "no TER"])
@pytest.mark.parametrize("name", ["A", " "])
def test_two_chains_of_one_name_are_two(name: str, between: list[str], tmp_path: Path) -> None:
    protein = with_chain(chain_lines(SPAN), name)
    file = load_structure_file(written(tmp_path, text_of(protein, between, protein)))
    assert [chain.id for chain in file.chains] == ["A", "B"]
    assert n_atoms(file) == 2 * len(protein)
    first, second = ([atom.position for r in chain.residues for atom in r.atoms] for chain in file.chains)
    assert first == second
    assert any("is called B here" in note for note in file.notes)


@given(st.integers(2, 6))
@settings(max_examples=5)
def test_any_number_of_copies_is_read(tmp_path_factory: pytest.TempPathFactory, copies: int) -> None:
    protein = chain_lines(Edit(span=(590, 592)))
    file = load_structure_file(written(tmp_path_factory.mktemp("copies"), text_of(*[protein] * copies)))
    assert len({chain.id for chain in file.chains}) == copies
    assert n_atoms(file) == copies * len(protein)


@pytest.mark.parametrize("second", [586, 590], ids=["L585 and L586", "F589 and E590"])
def test_neighbours_under_one_number_stay_in_one_chain(second: int, tmp_path: Path) -> None:
    """A bond joins them, whatever the numbers say."""
    lines = chain_lines(SPAN)
    fewer = [f"{line[:22]}{int(line[22:26]) - (int(line[22:26]) >= second):4d}{line[26:]}" for line in lines]
    file = load_structure_file(written(tmp_path, text_of(fewer)))
    assert [chain.id for chain in file.chains] == ["A"]
    assert [atom.position for residue in file.residues for atom in residue.atoms] == positions(lines)
    assert any(f"A:{second - 1} is A:" in note for note in file.notes)


def test_copies_that_take_turns_atom_by_atom_are_two_chains(tmp_path: Path) -> None:
    lines = chain_lines(SPAN)
    moved = [f"{line[:30]}{float(line[30:38]) + 70.0:8.3f}{line[38:]}" for line in lines]
    in_turn = [line for pair in zip(lines, moved, strict=True) for line in pair]
    file = load_structure_file(written(tmp_path, text_of(in_turn)))
    found = [[atom.position for residue in chain.residues for atom in residue.atoms] for chain in file.chains]
    assert found == [positions(lines), positions(moved)]


def positions(lines: list[str]) -> list[tuple[float, ...]]:
    return [tuple(float(line[start : start + 8]) for start in (30, 38, 46)) for line in lines]


def test_a_chain_without_a_name_is_prepared_as_one_that_has_one(tmp_path: Path) -> None:
    lines = chain_lines(Edit(span=(560, 600))), ligand_lines()
    named = prepare(written(tmp_path, text_of(*lines), "named.pdb"))
    unnamed = prepare(written(tmp_path, text_of(*(with_chain(part, " ") for part in lines)), "unnamed.pdb"))
    # not to the last digit: OpenMM's threads add up in any order
    np.testing.assert_allclose(named.complex.positions, unnamed.complex.positions, atol=0.01)
    assert named.preparation.given == unnamed.preparation.given
    assert named.preparation.titrations == unnamed.preparation.titrations


def test_a_sequence_belongs_to_the_chain_without_a_name_too(tmp_path: Path) -> None:
    protein = with_chain(chain_lines(SPAN), " ")
    file = load_structure_file(written(tmp_path, text_of(seqres(["ALA", "GLY"], " "), protein)))
    assert file.header.sequences == {"A": ("ALA", "GLY")}


def test_a_chain_of_three_letters_is_prepared_under_one(tmp_path: Path) -> None:
    path = written(tmp_path, text_of(chain_lines(Edit(span=(560, 600))), ligand_lines()))
    plain = prepare(path)
    write_pdb(load_assembly(path, ligand_residue="7GI"), tmp_path / "one.cif")
    text = (tmp_path / "one.cif").read_text()
    longer = re.sub(r"(?m)^((?:ATOM|HETATM) .*?) A (.*?) A (.*)$", r"\1 AAA \2 AAA \3", text)
    assert longer != text
    found = prepare(written(tmp_path, longer, "three.cif"), chain="AAA")
    assert {identity.chain for identity in protein_sequence(found.complex)} == {"A"}
    assert found.preparation.given == plain.preparation.given
    assert np.allclose(found.complex.positions, plain.complex.positions, atol=2e-3)
    assert "Chain AAA is called A here: a PDB file holds one letter." in found.preparation.notes


def test_a_ligand_with_the_number_of_an_amino_acid_is_read(tmp_path: Path) -> None:
    protein, ligand = chain_lines(Edit(span=(580, 600), shift=-579)), ligand_lines(residue="A   1")
    complex_ = load_complex(written(tmp_path, text_of(protein, ligand)), ligand_residue="7GI")
    assert len(ligand_atoms(complex_)) == len(ligand)
    assert len(complex_.positions) == len(protein) + len(ligand)
    assert any("7GI A:1 is A:22 here" in note for note in complex_.notes)


def test_a_ligand_whose_atoms_are_called_by_element_is_read_whole(tmp_path: Path) -> None:
    ligand = [f"{line[:12]} {line[76:78].strip():<3}{line[16:]}" for line in ligand_lines()]
    complex_ = load_complex(written(tmp_path, text_of(chain_lines(SPAN), ligand)), ligand_residue="7GI")
    names = [atom.name for atom in complex_.topology.atoms() if atom.residue.name == "7GI"]
    assert len(names) == len(set(names)) == len(ligand)
    plain = load_complex(written(tmp_path, text_of(chain_lines(SPAN), ligand_lines())), ligand_residue="7GI")
    assert np.array_equal(complex_.positions, plain.positions)


def test_many_waters_of_one_number_are_all_read(tmp_path: Path) -> None:
    waters = [line for k in range(30) for line in molecule_lines("SOL", "W   1", [(50.0 + 3 * k, 0.0, 0.0)])]
    file = load_structure_file(written(tmp_path, text_of(chain_lines(SPAN), waters)))
    assert sum(residue.name == "SOL" for residue in file.residues) == 30
    assert file.notes == (
        "Waters of chain W repeat numbers: 29 of them have numbers beyond all others of the chain here.",
    )


@pytest.mark.parametrize("frames", [2, 3])
def test_frames_that_end_separates_are_one_structure(frames: int, tmp_path: Path) -> None:
    frame = text_of(chain_lines(SPAN))
    file = load_structure_file(written(tmp_path, frame * frames))
    assert n_atoms(file) == len(chain_lines(SPAN))
    assert f"{frames} frames in file.pdb: the first was taken." in file.notes


def test_atoms_after_the_end_are_not_lost_in_silence(tmp_path: Path) -> None:
    path = written(tmp_path, text_of(chain_lines(SPAN)) + text_of(ligand_lines()))
    with pytest.raises(StructureError, match="END between"):
        load_structure_file(path)


@pytest.mark.parametrize("value", ["     abc", " 1.0e+30", "     nan", "9999.000", "-9999.00", "        "])
def test_a_position_that_no_atom_has_is_refused(value: str, tmp_path: Path) -> None:
    lines = chain_lines(SPAN)
    lines[40] = f"{lines[40][:30]}{value}{lines[40][38:]}"
    with pytest.raises(StructureError, match=r"(?i)no coordinate|no possible position"):
        load_structure_file(written(tmp_path, text_of(lines)))


def test_atoms_in_one_place_are_refused_by_name(tmp_path: Path) -> None:
    lines = [f"{line[:30]}   0.000   0.000   0.000{line[54:]}" for line in ligand_lines()[:3]]
    with pytest.raises(StructureError, match=r"3 atoms in one place .* 7GI A:801: "):
        load_structure_file(written(tmp_path, text_of(chain_lines(SPAN), lines)))


def test_links_and_bridges_are_bonds(tmp_path: Path) -> None:
    x, y, z = point_of("CB", 596)
    extra = molecule_lines("XYZ", "A 900", [(x, y, z + 1.8), (x, y, z + 3.3)], element="S")
    name = next(line[17:20] for line in chain_lines(SPAN) if int(line[22:26]) == 596)
    link = f"LINK         CB  {name} A 596                 S   XYZ A 900     1555   1555  1.80  "
    file = load_structure_file(written(tmp_path, text_of([link], chain_lines(SPAN), extra)))
    assert len(file.bonds) == 1


@pytest.mark.parametrize("place", ["   0.000   0.000   0.000", " 999.000 999.000 999.000"])
def test_an_atom_far_from_its_residue_is_refused_with_its_name(place: str, tmp_path: Path) -> None:
    for lines in ([chain_lines(SPAN), ligand_lines()], [ligand_lines(), chain_lines(SPAN)]):
        first, *others = lines[0]
        named = f"{first[12:16].strip()} of {first[17:20]} A:{first[22:26].strip()}"
        moved = [f"{first[:30]}{place}{first[54:]}", *others]
        with pytest.raises(StructureError, match=f"{named} at .* Å from .* correct or remove the atom"):
            load_structure_file(written(tmp_path, text_of(moved, lines[1])))


def test_coordinates_in_nanometres_are_refused(tmp_path: Path) -> None:
    lines = chain_lines(SPAN)
    small = [
        f"{line[:30]}{''.join(f'{value / 10:8.3f}' for value in at)}{line[54:]}"
        for line, at in zip(lines, positions(lines), strict=True)
    ]
    with pytest.raises(StructureError, match=r"A:580: N, CA, .* Å apart; are the coordinates in Å"):
        load_structure_file(written(tmp_path, text_of(small)))
