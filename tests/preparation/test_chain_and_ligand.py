"""Which chain, ligand and waters of a file are taken, and what a file says of itself."""

import gzip
from pathlib import Path

import pytest

from support.crystal import Edit, chain_lines, ligand_lines, molecule_lines, point_of, text_of
from trkstruct.errors import StructureError
from trkstruct.kinase.relatives import relatives
from trkstruct.preparation.chain_and_ligand import read_chain_and_ligand
from trkstruct.residues import ONE_TO_THREE
from trkstruct.structure.complex import ligand_residue, protein_sequence
from trkstruct.structure.formats.header import PREDICTED, read_mmcif_header
from trkstruct.structure.formats.pdb_and_mmcif import load_structure_file
from trkstruct.structure.formats.writing import write_structure_file
from trkstruct.structure.reading import load_complex

KINASE = chain_lines(Edit(chain="B"))
DECOY = chain_lines(Edit(span=(700, 790), chain="A", shift=-690))
"""Another part of the domain, without a pocket: no kinase to the recogniser, and first in the file."""


def written(folder: Path, text: str, name: str = "deposited.pdb") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_the_kinase_chain_is_taken_wherever_it_stands(tmp_path: Path) -> None:
    parts = read_chain_and_ligand(written(tmp_path, text_of(DECOY, ["TER"], KINASE)))
    assert {identity.chain for identity in protein_sequence(parts.complex)} == {"B"}
    assert parts.notes == ("Chain B was taken (TRKA); others in the file: A.",)


def test_the_chain_asked_for_is_taken(tmp_path: Path) -> None:
    path = written(tmp_path, text_of(DECOY, ["TER"], KINASE))
    assert {identity.chain for identity in protein_sequence(read_chain_and_ligand(path, chain="A").complex)} == {"A"}
    with pytest.raises(StructureError, match="no protein chain 'Q'; its protein chains: 'A', 'B'"):
        read_chain_and_ligand(path, chain="Q")


def test_the_more_complete_of_two_copies_is_taken(tmp_path: Path) -> None:
    worn = chain_lines(Edit(chain="A", without=frozenset(range(515, 525))))
    parts = read_chain_and_ligand(written(tmp_path, text_of(worn, ["TER"], KINASE)))
    assert {identity.chain for identity in protein_sequence(parts.complex)} == {"B"}


def test_without_any_kinase_the_longest_chain_is_taken(tmp_path: Path) -> None:
    short = chain_lines(Edit(span=(700, 720), chain="S"))
    parts = read_chain_and_ligand(
        written(tmp_path, text_of(short, ["TER"], chain_lines(Edit(span=(755, 790), chain="L"))))
    )
    assert {identity.chain for identity in protein_sequence(parts.complex)} == {"L"}
    assert "no known kinase" in parts.notes[0]


def test_the_inhibitor_is_found_among_additives_and_far_molecules(tmp_path: Path) -> None:
    x, y, z = point_of("CA", 592)
    glycol = molecule_lines("PG4", "A 802", [(x + 3 + 1.4 * step, y, z) for step in range(13)])
    far = molecule_lines("FAR", "A 803", [(x + 90 + 1.4 * step, y + 90, z) for step in range(40)], "C")
    parts = read_chain_and_ligand(written(tmp_path, text_of(chain_lines(), glycol, far, ligand_lines())))
    assert ligand_residue(parts.complex).name == "7GI"
    assert parts.notes == ("7GI A:801 was taken for the ligand.",)
    assert parts.left_out == ("PG4 A:802", "FAR A:803")


def test_the_ligand_asked_for_is_taken_and_none_is_none(tmp_path: Path) -> None:
    path = written(tmp_path, text_of(chain_lines(), ligand_lines(), ligand_lines("DRG", "A 901")))
    assert ligand_residue(read_chain_and_ligand(path, ligand_residue="A:901").complex).name == "DRG"
    apo = read_chain_and_ligand(written(tmp_path, text_of(chain_lines()), "apo.pdb"))
    assert apo.complex.ligand is None
    assert apo.notes == ()


@pytest.mark.parametrize(("waters", "expected"), [("none", 0), ("pocket", 1), ("all", 2)])
def test_waters(tmp_path: Path, waters: str, expected: int) -> None:
    line = ligand_lines()[0]
    x, y, z = (float(line[start : start + 8]) for start in (30, 38, 46))
    solvent = molecule_lines("HOH", "A 901", [(x + 3, y, z)]) + molecule_lines("HOH", "A 902", [(x + 40, y, z)])
    path = written(tmp_path, text_of(chain_lines(), ligand_lines(), solvent))
    complex_ = read_chain_and_ligand(path, waters=waters).complex  # type: ignore[arg-type]
    assert sum(residue.name == "HOH" for residue in complex_.topology.residues()) == expected


@pytest.mark.parametrize(
    ("records", "method", "resolution"),
    [
        (["EXPDTA    X-RAY DIFFRACTION", "REMARK   2 RESOLUTION.    2.45 ANGSTROMS."], "X-ray diffraction", 2.45),
        (["EXPDTA    ELECTRON MICROSCOPY", "REMARK   2 RESOLUTION.    3.40 ANGSTROMS."], "electron microscopy", 3.4),
        (["EXPDTA    SOLUTION NMR", "REMARK   2 RESOLUTION. NOT APPLICABLE."], "solution NMR", None),
        (["TITLE     ALPHAFOLD MONOMER V2.0 PREDICTION FOR NT-3 GROWTH FACTOR RECEPTOR"], PREDICTED, None),
        ([], "", None),
    ],
)
def test_what_a_pdb_header_says(tmp_path: Path, records: list[str], method: str, resolution: float | None) -> None:
    header = load_structure_file(written(tmp_path, text_of(records, chain_lines()))).header
    assert (header.method, header.resolution_angstrom) == (method, resolution)


def test_what_an_mmcif_header_says() -> None:
    table = {
        "_exptl.method": ["ELECTRON MICROSCOPY"],
        "_em_3d_reconstruction.resolution": ["3.1"],
        "_pdbx_poly_seq_scheme.asym_id": ["A", "A", "A", "A"],
        "_pdbx_poly_seq_scheme.seq_id": ["1", "2", "2", "3"],
        "_pdbx_poly_seq_scheme.mon_id": ["GLY", "SER", "THR", "MSE"],
        "_pdbx_poly_seq_scheme.pdb_strand_id": ["X", "X", "X", "X"],
    }
    header = read_mmcif_header(table)
    assert (header.method, header.resolution_angstrom) == ("electron microscopy", 3.1)
    assert header.sequences == {"X": ("GLY", "SER", "MSE")}
    predicted = read_mmcif_header({"_ma_qa_metric_local.metric_value": ["97.1"]})
    assert predicted.is_predicted


def test_confidence_of_a_prediction_is_read_on_either_scale(tmp_path: Path) -> None:
    for b_factor, suffix in ((85.0, "hundred"), (0.85, "one")):
        text = text_of(["TITLE     ESMFOLD V1 PREDICTION"], chain_lines(Edit(b_factor=b_factor)))
        confidence = read_chain_and_ligand(written(tmp_path, text, f"{suffix}.pdb")).confidence
        assert list(confidence.values()) == pytest.approx([85.0] * len(confidence))
        assert confidence
    assert read_chain_and_ligand(written(tmp_path, text_of(chain_lines()))).confidence == {}


def test_several_models_and_formats_read_alike(tmp_path: Path) -> None:
    lines = chain_lines()
    path = written(tmp_path, text_of(["MODEL        1"], lines, ["ENDMDL", "MODEL        2"], lines[:50], ["ENDMDL"]))
    parts = read_chain_and_ligand(path)
    assert any("2 models" in note for note in parts.complex.notes)
    packed = tmp_path / "deposited.pdb.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    mmcif = tmp_path / "deposited.cif"
    write_structure_file(parts.complex.topology, parts.complex.positions, mmcif)
    for other in (packed, mmcif):
        assert protein_sequence(read_chain_and_ligand(other).complex) == protein_sequence(parts.complex)


def test_a_chain_that_is_a_relative_of_a_known_kinase_is_named_and_not_taken_for_it(tmp_path: Path) -> None:
    (abl2,) = (each for each in relatives() if each.name == "ABL2")
    lines = [
        f"ATOM  {at:5d}  CA  {ONE_TO_THREE[letter]} A{at:4d}    {3.8 * at:8.3f}   0.000   0.000  1.00  0.00           C"
        for at, letter in enumerate(abl2.sequence, start=1)
    ]
    parts = read_chain_and_ligand(written(tmp_path, text_of(lines)))
    assert parts.match is None
    assert parts.notes == (
        "Chain A is ABL2 (P42684) by its sequence: related to a kinase known here, not known itself. "
        "Its residues keep the file's numbers, and no regions are named.",
    )


@pytest.mark.parametrize("asked", [{}, {"ligand_residue": "7GI"}, {"chain": "A"}], ids=str)
def test_a_complex_read_in_python_is_of_the_chain_that_the_commands_take(tmp_path: Path, asked: dict[str, str]) -> None:
    """The first chain is no kinase, and the ligand lies at the other; a name decides before both."""
    path = written(tmp_path, text_of(DECOY, ["TER"], KINASE, ["TER"], ligand_lines(residue="B 801")))
    complex_, parts = load_complex(path, **asked), read_chain_and_ligand(path, **asked)
    assert protein_sequence(complex_) == protein_sequence(parts.complex)
    chosen = [note for note in parts.notes if note.startswith("Chain ")]
    assert [note for note in complex_.notes if note.startswith("Chain ")] == chosen
    assert len(chosen) == (0 if "chain" in asked else 1)
