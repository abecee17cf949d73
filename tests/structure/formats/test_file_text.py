"""The text of structure files as programs and people leave it: line ends, marks, spellings, pipes, and what is cut."""

import os
import re
import threading
from pathlib import Path

import pytest

from support.crystal import Edit, chain_lines, ligand_lines, text_of
from trkstruct.errors import StructureError
from trkstruct.structure.formats import file_text
from trkstruct.structure.formats.pdb_and_mmcif import load_structure_file
from trkstruct.structure.formats.records import StructureFile
from trkstruct.structure.formats.writing import write_pdb
from trkstruct.structure.reading import load_assembly

PLAIN = text_of(chain_lines(Edit(span=(594, 596))), ligand_lines())


def atoms_of(file: StructureFile) -> list[tuple[str, str, str, tuple[float, float, float]]]:
    return [(str(r.identity), r.name, a.name, a.position) for r in file.residues for a in r.atoms]


def written(folder: Path, content: str | bytes, name: str = "file.pdb") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.fixture
def mmcif(tmp_path: Path) -> str:
    write_pdb(load_assembly(written(tmp_path, PLAIN, "plain.pdb"), ligand_residue="7GI"), tmp_path / "plain.cif")
    return (tmp_path / "plain.cif").read_text()


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\r").encode(),
        b"\xef\xbb\xbf" + PLAIN.encode(),
        b"REMARK  Andr\xe9 made it\n" + PLAIN.encode(),
        ("REMARK  a line\x0bwith\x0cseparators\x85 of its own\n" + PLAIN).encode(),
    ],
    ids=["CRLF", "CR", "BOM", "Latin-1", "separators"],
)
def test_marks_and_line_ends_change_no_atom(content: bytes, tmp_path: Path) -> None:
    expected = load_structure_file(written(tmp_path, PLAIN, "plain.pdb"))
    assert atoms_of(load_structure_file(written(tmp_path, content))) == atoms_of(expected)


def test_serials_of_six_digits_are_atoms(tmp_path: Path) -> None:
    lines = [
        f"ATOM {100000 + k}{line[11:]}" if line.startswith("ATOM") else line for k, line in enumerate(PLAIN.split("\n"))
    ]
    expected = load_structure_file(written(tmp_path, PLAIN, "plain.pdb"))
    assert atoms_of(load_structure_file(written(tmp_path, "\n".join(lines)))) == atoms_of(expected)


@pytest.mark.parametrize("number", ["****", "    ", "1.5 ", "x   "])
def test_a_residue_without_a_number_is_refused(number: str, tmp_path: Path) -> None:
    lines = PLAIN.split("\n")
    lines[3] = f"{lines[3][:22]}{number}{lines[3][26:]}"
    with pytest.raises(StructureError, match=r"line 4: .* is no residue number"):
        load_structure_file(written(tmp_path, "\n".join(lines)))


@pytest.mark.parametrize("number", [".", "?"])
def test_a_ligand_without_a_number_gets_one(number: str, mmcif: str, tmp_path: Path) -> None:
    text = re.sub(r"(?m)^(HETATM .*) 801 (.*) 801 (.*)$", rf"\1 {number} \2 {number} \3", mmcif)
    assert text != mmcif
    found, expected = (load_structure_file(written(tmp_path, each, "file.cif")) for each in (text, mmcif))
    assert [a[1:] for a in atoms_of(found)] == [a[1:] for a in atoms_of(expected)]
    assert {str(r.identity) for r in found.residues if r.name == "7GI"} == {"A:597"}


@pytest.mark.parametrize("number", ["3000000000", "12a"])
def test_mmcif_with_a_number_that_is_none_is_refused(number: str, mmcif: str, tmp_path: Path) -> None:
    text = re.sub(r"(?m)^((?:ATOM|HETATM) .*) 595 (.*) 595 (.*)$", rf"\1 {number} \2 {number} \3", mmcif)
    assert text != mmcif
    with pytest.raises(StructureError, match="is no residue number"):
        load_structure_file(written(tmp_path, text, "file.cif"))


def test_tags_are_the_same_in_any_case(mmcif: str, tmp_path: Path) -> None:
    expected = load_structure_file(written(tmp_path, mmcif, "plain.cif"))
    for changed in (str.upper, str.lower):
        text = re.sub(r"(?m)^_\S+", lambda tag, changed=changed: changed(tag[0]), mmcif)
        assert atoms_of(load_structure_file(written(tmp_path, text, "file.cif"))) == atoms_of(expected)


def test_uncertainties_are_no_part_of_a_coordinate(mmcif: str, tmp_path: Path) -> None:
    expected = load_structure_file(written(tmp_path, mmcif, "plain.cif"))
    text = re.sub(r"(?m)^((?:ATOM|HETATM) .*? )(-?\d+\.\d{3,4})( .*)$", r"\1\2(3)\3", mmcif)
    assert "(3)" in text
    assert atoms_of(load_structure_file(written(tmp_path, text, "file.cif"))) == atoms_of(expected)


def test_mmcif_cut_after_an_atom_is_said(mmcif: str, tmp_path: Path) -> None:
    rows = mmcif[: mmcif.index(" 596 ")].rsplit("\n", 1)[0] + "\n"
    file = load_structure_file(written(tmp_path, rows, "file.cif"))
    assert "file.cif ends with an amino acid and without a mark: it may be cut off." in file.notes
    assert not any("cut off" in note for note in load_structure_file(written(tmp_path, mmcif, "whole.cif")).notes)


def test_an_item_that_nothing_else_says_is_named(mmcif: str, tmp_path: Path) -> None:
    text = mmcif.replace("_atom_site.type_symbol", "_atom_site.of_mine")
    with pytest.raises(StructureError, match=r"has no _atom_site\.type_symbol"):
        load_structure_file(written(tmp_path, text, "file.cif"))


@pytest.mark.parametrize("rows", ["", "#\n", "ATOM\n"])
def test_a_table_without_atoms_is_refused(rows: str, tmp_path: Path) -> None:
    tags = "".join(f"_atom_site.{name}\n" for name in ("Cartn_x", "Cartn_y", "Cartn_z", "label_comp_id"))
    with pytest.raises(StructureError):
        load_structure_file(written(tmp_path, f"data_x\nloop_\n{tags}{rows}", "file.cif"))


def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pdb")
    with pytest.raises(StructureError, match="not a regular file"):
        load_structure_file(tmp_path / "pipe.pdb")


def test_standard_input_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = tmp_path / "stdin"
    os.mkfifo(pipe)
    monkeypatch.setattr(file_text, "STANDARD_INPUT", {str(pipe)})
    writer = threading.Thread(target=lambda: pipe.write_text(PLAIN))
    writer.start()
    assert atoms_of(load_structure_file(pipe)) == atoms_of(load_structure_file(written(tmp_path, PLAIN)))
    writer.join()


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/null"])
def test_a_device_is_refused_at_once(path: str) -> None:
    with pytest.raises(StructureError, match="not a regular file"):
        load_structure_file(Path(path))


def test_a_file_larger_than_any_structure_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "sparse.pdb").open("wb") as file:
        file.truncate(2**32)
    with pytest.raises(StructureError, match="larger than"):
        load_structure_file(tmp_path / "sparse.pdb")
