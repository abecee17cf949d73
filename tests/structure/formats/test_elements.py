"""Elements of files without element columns, whose names begin where they should or a column before."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from support.crystal import Edit, Line, chain_lines, ligand_lines, molecule_lines, text_of
from trkstruct.errors import StructureError
from trkstruct.structure.complex import Complex
from trkstruct.structure.reading import load_complex

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_lines(*parts: list[Line]) -> Path:
        path = tmp_path / "file.pdb"
        path.write_text(text_of(*parts))
        return path

    return write_lines


def bare(line: Line) -> Line:
    """A line without its element."""
    return line[:66]


def to_the_left(line: Line) -> Line:
    return f"{line[:12]}{line[12:16].strip():<4}{line[16:66]}"


def elements(complex_: Complex) -> list[tuple[str, str, str]]:
    return [(atom.residue.name, atom.name, atom.element.symbol) for atom in complex_.topology.atoms()]


@pytest.mark.parametrize("hydrogens", [True, False])
@pytest.mark.parametrize("change", [bare, to_the_left])
def test_an_amino_acid_has_the_elements_of_its_names(
    write: Write, change: Callable[[Line], Line], hydrogens: bool
) -> None:
    lines = chain_lines(Edit(span=(545, 600), hydrogens=hydrogens))
    expected = load_complex(write(lines))
    found = load_complex(write([change(line) for line in lines]))
    assert elements(found) == elements(expected)
    assert np.array_equal(found.positions, expected.positions)
    assert {element for *_, element in elements(found)} == {*"CNOS", *("H" if hydrogens else "")}


def test_a_molecule_whose_elements_are_in_doubt_is_told_of(write: Write) -> None:
    protein = chain_lines(Edit(span=(590, 600)))
    ligand = [line[:12] + " CD1" + line[16:] if index == 0 else line for index, line in enumerate(ligand_lines())]
    assert not load_complex(write(protein, ligand), ligand_residue="7GI").notes
    (note,) = load_complex(write(protein, [to_the_left(ligand[0]), *ligand[1:]]), ligand_residue="7GI").notes
    assert "CD1 of 7GI A:801 as Cd" in note


@pytest.mark.parametrize(
    ("name", "told"), [(" CL1", "CL1 of 7GI A:801 as C"), (" BR ", "BR of 7GI A:801 as B"), (" CB ", "")]
)
def test_a_name_from_the_next_column_is_told_of_where_no_element_is_written(write: Write, name: str, told: str) -> None:
    protein = chain_lines(Edit(span=(590, 600)))
    first, *others = ligand_lines()
    renamed = f"{first[:12]}{name}{first[16:]}"
    assert not load_complex(write(protein, [renamed, *others]), ligand_residue="7GI").notes
    notes = load_complex(write(protein, [bare(renamed), *map(bare, others)]), ligand_residue="7GI").notes
    assert [told in note for note in notes] == ([True] if told else [])


def test_an_ion_is_no_misread_carbon(write: Write) -> None:
    ion = molecule_lines("CA", "A 902", [(0.0, 0.0, 0.0)], "CA")
    found = load_complex(write(chain_lines(Edit(span=(590, 600))), ion), waters="all")
    assert elements(found)[-1] == ("CA", "CA", "Ca")
    assert not found.notes


def test_an_atom_without_an_element_is_named(write: Write) -> None:
    ligand = ligand_lines()
    odd = f"{ligand[0][:12]} XX {ligand[0][16:76]} X"
    with pytest.raises(StructureError, match="Atom XX of 7GI A:801 has no usable element"):
        load_complex(write(chain_lines(Edit(span=(590, 600))), [odd, *ligand[1:]]), ligand_residue="7GI")
