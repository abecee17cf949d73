"""Reading and writing structures: what is kept, what is noted, what is refused."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from openmm.app import Atom

from support.small_complex import complex_of
from trkstruct.errors import StructureError
from trkstruct.residues import ResidueId
from trkstruct.structure.complex import (
    Complex,
    chain_residues,
    ligand_atoms,
    protein_residue,
    protein_sequence,
    select_atoms,
    without_ligand,
)
from trkstruct.structure.formats.writing import write_pdb
from trkstruct.structure.reading import load_complex

TRIPEPTIDE = """\
ATOM      1  N   ALA A 594      -0.677  -1.230  -0.491  1.00 10.00           N
ATOM      2  CA  ALA A 594      -0.001   0.064  -0.491  1.00 10.00           C
ATOM      3  C   ALA A 594       1.499  -0.110  -0.491  1.00 10.00           C
ATOM      4  O   ALA A 594       2.030  -1.227  -0.502  1.00 10.00           O
ATOM      5  CB AALA A 594      -0.409   0.900   0.730  0.40 10.00           C
ATOM      6  CB BALA A 594      -0.609   0.700   0.830  0.60 10.00           C
ATOM      7  N   GLY A 594A      2.250   0.939  -0.472  1.00 10.00           N
ATOM      8  CA  GLY A 594A      3.700   0.900  -0.465  1.00 10.00           C
ATOM      9  C   GLY A 594A      4.255   2.310  -0.450  1.00 10.00           C
ATOM     10  O   GLY A 594A      3.500   3.283  -0.440  1.00 10.00           O
ATOM     11  N   SER A 598      12.250   0.939  -0.472  1.00 10.00           N
ATOM     12  CA  SER A 598      13.700   0.900  -0.465  1.00 10.00           C
ATOM     13  C   SER A 598      14.255   2.310  -0.450  1.00 10.00           C
ATOM     14  O   SER A 598      13.500   3.283  -0.440  1.00 10.00           O
ATOM     15  N   ALA B   1      40.000   0.939  -0.472  1.00 10.00           N
ATOM     16  CA  ALA B   1      41.450   0.900  -0.465  1.00 10.00           C
ATOM     17  C   ALA B   1      42.005   2.310  -0.450  1.00 10.00           C
ATOM     18  O   ALA B   1      41.250   3.283  -0.440  1.00 10.00           O
HETATM   19  C1  EOH A 801       5.000   5.000   5.000  1.00 10.00           C
HETATM   20  C2  EOH A 801       6.520   5.000   5.000  1.00 10.00           C
HETATM   21  O1  EOH A 801       7.000   6.350   5.000  1.00 10.00           O
HETATM   22  O   HOH A 901       7.000   8.900   6.000  1.00 10.00           O
HETATM   23  O   HOH A 902      30.000   8.900   6.000  1.00 10.00           O
END
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.pdb"
    path.write_text(TRIPEPTIDE)
    return path


def names(complex_: Complex) -> list[str]:
    return [f"{r.chain.id}:{r.name}{r.id}{r.insertionCode.strip()}" for r in complex_.topology.residues()]


def atom_label(atom: Atom) -> str:
    return f"{atom.residue.id}{atom.residue.insertionCode.strip()}:{atom.name}"


def bonds(complex_: Complex) -> set[frozenset[str]]:
    return {frozenset((atom_label(a), atom_label(b))) for a, b in complex_.topology.bonds()}


def test_one_chain_with_its_ligand_and_no_solvent(small: Path) -> None:
    complex_ = load_complex(small, ligand_residue="EOH")
    assert names(complex_) == ["A:ALA594", "A:GLY594A", "A:SER598", "A:EOH801"]
    assert complex_.ligand == ResidueId("A", 801)
    assert ligand_atoms(complex_).tolist() == [13, 14, 15]
    assert protein_sequence(complex_) == {
        ResidueId("A", 594): "A",
        ResidueId("A", 594, "A"): "G",
        ResidueId("A", 598): "S",
    }
    assert "Chain A was taken (nearest the ligand EOH A:801); others in the file: B." in complex_.notes


def test_higher_occupancy_wins_and_is_noted(small: Path) -> None:
    complex_ = load_complex(small)
    beta_carbon = next(atom for atom in complex_.topology.atoms() if atom.name == "CB")
    assert complex_.positions[beta_carbon.index] == pytest.approx([-0.609, 0.700, 0.830])
    assert any("A:594" in note and "occupancy" in note for note in complex_.notes)


@pytest.mark.parametrize(
    ("label", "atoms", "belongs"),
    [
        ("A:ALA1", "CA", True),
        ("A:ACE1", "C O CH3", True),
        ("A:XYZ1", "N CA C O CB", True),
        ("A:XYZ1", "N CA C O", False),
        ("L:LIG1", "N CA C O CB", False),
        ("L:HOH2", "O", False),
    ],
    ids=["amino acid", "cap", "modified", "small molecule", "ligand like an amino acid", "water"],
)
def test_what_belongs_to_a_chain_is_decided_in_one_way(label: str, atoms: str, belongs: bool) -> None:
    rows = [(label, name, (float(index), 0.0, 0.0)) for index, name in enumerate(atoms.split())]
    assert bool(chain_residues(complex_of(rows, []))) == belongs


def test_bonds_join_neighbours_but_not_across_a_gap(small: Path) -> None:
    found = bonds(load_complex(small, ligand_residue="A:801"))
    assert frozenset(("594:C", "594A:N")) in found
    assert frozenset(("594A:C", "598:N")) not in found
    assert {frozenset(("801:C1", "801:C2")), frozenset(("801:C2", "801:O1"))} <= found


@pytest.mark.parametrize(("waters", "kept"), [("none", 0), ("pocket", 1), ("all", 2)])
def test_waters_follow_the_request(small: Path, waters: str, kept: int) -> None:
    complex_ = load_complex(small, ligand_residue="EOH", waters=waters)  # type: ignore[arg-type]
    assert sum(name.startswith("A:HOH") for name in names(complex_)) == kept


@pytest.mark.parametrize("name", ["out.pdb", "out.cif", "out.pdb.gz", "out.cif.gz"])
def test_round_trip_keeps_everything(small: Path, tmp_path: Path, name: str) -> None:
    first = load_complex(small, ligand_residue="EOH", waters="all")
    write_pdb(first, tmp_path / name, remarks=["a remark"])
    second = load_complex(tmp_path / name, chain="A", ligand_residue="EOH", waters="all")
    assert names(second) == names(first)
    assert bonds(second) == bonds(first)
    assert [a.name for a in second.topology.atoms()] == [a.name for a in first.topology.atoms()]
    np.testing.assert_allclose(second.positions, first.positions, atol=5e-4)
    before = (tmp_path / name).read_bytes()
    write_pdb(first, tmp_path / name, remarks=["a remark"])
    assert (tmp_path / name).read_bytes() == before, "the same complex must give the same bytes"


def test_records_of_the_file_give_the_ligand_bonds_that_distance_would_miss(tmp_path: Path) -> None:
    stretched = TRIPEPTIDE.replace("  6.520   5.000   5.000", "  7.020   5.000   5.000")
    path = tmp_path / "conect.pdb"
    path.write_text(stretched.replace("END\n", "CONECT   19   20\nCONECT   20   19   21\nEND\n"))
    assert frozenset(("801:C1", "801:C2")) in bonds(load_complex(path, ligand_residue="EOH"))


def test_a_failed_write_leaves_the_old_file(small: Path, tmp_path: Path) -> None:
    target = tmp_path / "kept.pdb"
    target.write_text("old")
    complex_ = load_complex(small)
    broken = Complex(complex_.topology, np.full_like(complex_.positions, np.nan), None, "broken")
    with pytest.raises(ValueError, match="NaN"):
        write_pdb(broken, target)
    assert target.read_text() == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["kept.pdb", "small.pdb"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty"),
        ("hello\nworld\n", "not a PDB file"),
        (TRIPEPTIDE[:1003], "cut off"),
        ("".join(TRIPEPTIDE.splitlines(keepends=True)[:12]), "cut off"),
        ("data_x\nloop_\n_atom_site.id\n1\n", "cannot be read as mmCIF"),
    ],
)
def test_broken_files_are_refused_in_words(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "broken.pdb"
    path.write_text(content)
    with pytest.raises(StructureError, match=message):
        load_complex(path)


def test_cut_off_gzip_and_missing_and_folder(tmp_path: Path) -> None:
    path = tmp_path / "cut.pdb.gz"
    path.write_bytes(gzip.compress(TRIPEPTIDE.encode())[:200])
    with pytest.raises(StructureError, match="cut off"):
        load_complex(path)
    with pytest.raises(StructureError, match="No file"):
        load_complex(tmp_path / "absent.pdb")
    with pytest.raises(StructureError, match="cannot be read"):
        load_complex(tmp_path)


def test_what_is_absent_is_answered_with_what_is_there(small: Path) -> None:
    with pytest.raises(StructureError, match=r"no protein chain 'Z'; its protein chains: 'A', 'B'"):
        load_complex(small, chain="Z")
    with pytest.raises(StructureError, match=r"no ligand residue 'XYZ'; its hetero residues: EOH A:801"):
        load_complex(small, ligand_residue="XYZ")
    complex_ = load_complex(small, chain="A")
    with pytest.raises(
        StructureError, match=r"no residue A:596 .*GLY594 and SER598|no residue A:596 .*ALA594 and SER598"
    ):
        protein_residue(complex_, ResidueId("A", 596))
    with pytest.raises(StructureError, match="no protein chain 'B'"):
        protein_residue(complex_, ResidueId("B", 596))


def test_the_nearest_chain_is_taken_when_none_is_named(small: Path) -> None:
    path = small.with_name("near.pdb")
    path.write_text(TRIPEPTIDE.replace(" EOH A 801       ", " EOH A 801      4"))
    assert names(load_complex(path, ligand_residue="EOH"))[0] == "B:ALA1"


def test_selection_keeps_order_bonds_and_ligand(small: Path) -> None:
    complex_ = load_complex(small, ligand_residue="EOH")
    apo = without_ligand(complex_)
    assert apo.ligand is None
    assert names(apo) == names(complex_)[:-1]
    assert bonds(apo) == {bond for bond in bonds(complex_) if not any("801" in end for end in bond)}
    assert select_atoms(complex_, range(len(complex_.positions))).ligand == complex_.ligand


@pytest.mark.shared
def test_source_files_read_with_names_that_openmm_knows(sources: Path) -> None:
    complex_ = load_complex(sources / "ensembler_4GT5" / "NTRK1_HUMAN_4GT5_A.pdb")
    assert any("A:528" in note and "A:638" in note for note in complex_.notes)
    caps = load_complex(sources / "openkinome_ntrk" / "NTRK1_entrectinib_protein.pdb")
    assert [r.name for r in caps.topology.residues()][0::288] == ["ACE", "NME"]
    abl = load_complex(
        sources / "openkinome_abl" / "ABL1_2hyy_chainC_altloc-_imatinib_complex.pdb", ligand_residue="LIG"
    )
    assert len(ligand_atoms(abl)) == 70  # C29H31N7O with both nitrogens of the file protonated
