"""What is written is read back: the same atoms under the same names in the same places, or the format is refused."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openmm.app import Element, Topology

from support.crystal import Edit, chain_lines, text_of
from trkstruct.errors import StructureError
from trkstruct.structure.formats import file_text
from trkstruct.structure.formats.pdb_and_mmcif import load_structure_file
from trkstruct.structure.formats.writing import check_fits_pdb, write_structure_file
from trkstruct.structure.reading import load_complex

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SAID_TWICE = ("atom_id", "comp_id", "asym_id", "seq_id")  # by the labels and by the author: either may be left out
OPTIONAL = (
    "id",
    "group_PDB",
    "occupancy",
    "B_iso_or_equiv",
    "pdbx_PDB_model_num",
    "auth_seq_id",
    "auth_asym_id",
    "auth_comp_id",
    "auth_atom_id",
    "pdbx_PDB_ins_code",
    "label_alt_id",
    "label_entity_id",
)


Row = tuple[str, int, str, str, list[str]]
NAMES = st.sampled_from(["LIG", "7GI", "STI", "HOH", "A'B", 'A"B', "A#B", "#1", ";A", "_X", "$A", "[A", ".", "?", "D*"])
ATOM_NAMES = st.text("ABCHNO12'\"#;_$[]*.?+-", min_size=1, max_size=4)


def residues(longest_chain: int, numbers: tuple[int, int]) -> st.SearchStrategy[list[Row]]:
    """Chain, number, insertion code, name and atoms of some residues, each chain's together."""
    residue = st.tuples(
        st.text(LETTERS, min_size=1, max_size=longest_chain),
        st.integers(*numbers),
        st.sampled_from(["", "A", "B"]),
        NAMES,
        st.lists(ATOM_NAMES, min_size=1, max_size=4, unique=True),
    )
    return st.lists(residue, min_size=1, max_size=8, unique_by=lambda each: each[:3]).map(sorted)


def made(rows: list[Row]) -> tuple[Topology, np.ndarray]:
    topology, chains, positions = Topology(), {}, []
    for chain, number, code, name, atoms in rows:
        chains[chain] = chains.get(chain) or topology.addChain(chain)
        residue = topology.addResidue(name, chains[chain], str(number), code)
        for index, atom in enumerate(atoms):
            topology.addAtom(atom, Element.getBySymbol("C"), residue)
            positions.append([3.0 * len(positions), float(index), -1.5])
    return topology, np.array(positions)


def names_of(topology: Topology) -> list[tuple[str, str, str, str, str]]:
    return [
        (a.residue.chain.id, a.residue.id, a.residue.insertionCode.strip(), a.residue.name, a.name)
        for a in topology.atoms()
    ]


def read_back(path: Path) -> tuple[list[tuple[str, str, str, str, str]], np.ndarray]:
    file = load_structure_file(path)
    rows = [
        (r.identity.chain, str(r.identity.number), r.identity.insertion_code, r.name, atom.name)
        for r in file.residues
        for atom in r.atoms
    ]
    return rows, np.array([atom.position for r in file.residues for atom in r.atoms])


@settings(max_examples=60)
@given(residues(3, (-20, 99_999)), st.sampled_from([".cif", ".cif.gz"]))
def test_mmcif_holds_every_name(tmp_path_factory: pytest.TempPathFactory, rows: list[Row], suffix: str) -> None:
    topology, positions = made(rows)
    path = tmp_path_factory.mktemp("written") / f"file{suffix}"
    write_structure_file(topology, positions, path)
    names, found = read_back(path)
    assert names == names_of(topology)
    assert np.allclose(found, positions, atol=6e-4)


@settings(max_examples=60)
@given(residues(2, (-1100, 12_000)))
def test_pdb_holds_every_name_or_is_refused(tmp_path_factory: pytest.TempPathFactory, rows: list[Row]) -> None:
    topology, positions = made(rows)
    path = tmp_path_factory.mktemp("written") / "file.pdb"
    fits = all(len(chain) == 1 and -999 <= number <= 9999 for chain, number, *_ in rows)
    if not fits:
        with pytest.raises(StructureError, match=r"cannot hold .*write mmCIF"):
            write_structure_file(topology, positions, path)
        assert not path.exists()
        return
    write_structure_file(topology, positions, path)
    names, found = read_back(path)
    assert names == names_of(topology)
    assert np.allclose(found, positions, atol=6e-4)


@pytest.mark.parametrize("suffix", [".cif", ".pdb"])
@pytest.mark.parametrize(
    ("residue", "atom"), [("L G", "C1"), ("LIG", "C 1"), ("LIG", ""), ("LIG", "C\n"), ("LIG", "Cα")]
)
def test_a_name_that_no_file_gives_back_is_refused(tmp_path: Path, suffix: str, residue: str, atom: str) -> None:
    topology, positions = made([("A", 7, "", residue, ["C1", atom][atom == "C1" :])])
    with pytest.raises(StructureError, match="cannot be written as a name"):
        write_structure_file(topology, positions, tmp_path / f"file{suffix}")
    assert not list(tmp_path.iterdir())


@given(residues(2, (-20, 99_999)), st.data())
def test_mmcif_holds_every_bond_of_what_is_not_known_by_name(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Row], data: st.DataObject
) -> None:
    rows = [(chain, number, code, "LIG", atoms) for chain, number, code, _, atoms in rows]
    topology, positions = made(rows)
    atoms = list(topology.atoms())
    index = st.integers(0, len(atoms) - 1)
    pairs = data.draw(st.sets(st.tuples(index, index).map(sorted).map(tuple).filter(lambda pair: pair[0] != pair[1])))
    for first, second in sorted(pairs):
        topology.addBond(atoms[first], atoms[second])
    path = tmp_path_factory.mktemp("bonds") / "file.cif"
    write_structure_file(topology, positions, path)
    assert set(load_structure_file(path).bonds) == pairs


@pytest.mark.parametrize("far", [10_000.0, -1000.0])
def test_coordinates_that_a_pdb_file_cannot_hold_are_refused(far: float) -> None:
    topology, positions = made([("A", 1, "", "LIG", ["C1", "C2"])])
    with pytest.raises(StructureError, match="coordinates"):
        check_fits_pdb(topology, positions + far)


@settings(max_examples=30, deadline=None)
@given(st.sets(st.sampled_from(OPTIONAL)), st.sets(st.sampled_from(SAID_TWICE)))
def test_items_that_mmcif_makes_optional_may_be_left_out(
    tmp_path_factory: pytest.TempPathFactory, left_out: set[str], by_author: set[str]
) -> None:
    left_out = (left_out - {f"auth_{name}" for name in by_author}) | {f"label_{name}" for name in by_author}
    folder = tmp_path_factory.mktemp("optional")
    pdb = folder / "file.pdb"
    pdb.write_text(text_of(chain_lines(Edit(span=(594, 596)))))
    expected = load_complex(pdb)
    path = folder / "file.cif"
    path.write_text(_mmcif_of(pdb.read_text().splitlines(), left_out))
    found = load_complex(path)
    assert names_of(found.topology) == names_of(expected.topology)
    assert np.allclose(found.positions, expected.positions)


def _mmcif_of(lines: list[str], left_out: set[str]) -> str:
    columns = {
        "group_PDB": lambda line: line[:6].strip(),
        "id": lambda line: line[6:11].strip(),
        "type_symbol": lambda line: line[76:78].strip(),
        "label_atom_id": lambda line: line[12:16].strip(),
        "label_alt_id": lambda _: ".",
        "label_comp_id": lambda line: line[17:20],
        "label_asym_id": lambda line: line[21],
        "label_entity_id": lambda _: "1",
        "label_seq_id": lambda line: line[22:26].strip(),
        "pdbx_PDB_ins_code": lambda _: "?",
        "Cartn_x": lambda line: line[30:38].strip(),
        "Cartn_y": lambda line: line[38:46].strip(),
        "Cartn_z": lambda line: line[46:54].strip(),
        "occupancy": lambda _: "1.00",
        "B_iso_or_equiv": lambda _: "20.0",
        "auth_seq_id": lambda line: line[22:26].strip(),
        "auth_comp_id": lambda line: line[17:20],
        "auth_asym_id": lambda line: line[21],
        "auth_atom_id": lambda line: line[12:16].strip(),
        "pdbx_PDB_model_num": lambda _: "1",
    }
    kept = {name: value for name, value in columns.items() if name not in left_out}
    rows = [" ".join(value(line) for value in kept.values()) for line in lines if line.startswith("ATOM")]
    return "\n".join(["data_x", "loop_", *(f"_atom_site.{name}" for name in kept), *rows, "#", ""])


def test_a_file_that_unpacks_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_text, "LARGEST_TEXT_BYTES", 2**20)
    path = tmp_path / "bomb.pdb.gz"
    path.write_bytes(gzip.compress(b" " * 2**23))
    with pytest.raises(StructureError, match="more than 1 MB when it is decompressed"):
        load_structure_file(path)
