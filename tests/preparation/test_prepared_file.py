"""A deposited file becomes a complete model: what is built, what stays, what is said; a scan starts from the same."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from support.crystal import FIRST, LAST, Edit, chain_lines, ligand_lines, molecule_lines, point_of, seqres, text_of
from trkstruct.cases.wild_type import load_wild_type
from trkstruct.cli import main
from trkstruct.energy.forcefield import create_system
from trkstruct.kinase.kinases import kinase_named
from trkstruct.preparation.chain_and_ligand import read_chain_and_ligand
from trkstruct.preparation.distorted import drop_distorted, drop_stumps
from trkstruct.preparation.gaps import UNKNOWN, missing_between, order_of_chain
from trkstruct.preparation.preparation_report import PreparationReport, describe_preparation, gap_sentence
from trkstruct.preparation.prepared_file import PreparedFile, prepare
from trkstruct.preparation.protein import complete_protein
from trkstruct.residues import ONE_TO_THREE, ResidueId
from trkstruct.structure.complex import ligand_atoms, protein_sequence, residue_id, without_ligand
from trkstruct.structure.modified import parent_of, revert_modified
from trkstruct.structure.numbering import is_clinical, recognise_kinase
from trkstruct.structure.reading import load_complex
from trkstruct.structure.renumbered import number_by_match
from trkstruct.structure.stereo import find_stereo_faults

BACKBONE_AND_CB = ("N", "CA", "C", "O", "CB")
TRKA = kinase_named("TRKA")
SHORT = Edit(span=(560, 588))
"""Fewer residues than a kinase is recognised by."""

Write = Callable[[str], Path]


@pytest.fixture(scope="module")
def deposited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A chain with a wrong number, a gap, a stump of a side chain, modified residues, an ion, and a ligand."""
    edit = Edit(
        chain="C",
        shift=6,
        without=frozenset({549, 550}),
        stripped={556: BACKBONE_AND_CB},
        renamed={566: ("MSE", {"SD": "SE"}), 580: ("TPO", {})},
    )
    ion = molecule_lines("MG", "C 902", [point_of("OD1", 596)], "MG")
    path = tmp_path_factory.mktemp("deposited") / "deposited.pdb"
    path.write_text(text_of(chain_lines(edit), ligand_lines(residue="C 801"), ion))
    return path


@pytest.fixture(scope="module")
def prepared(deposited: Path) -> PreparedFile:
    return prepare(deposited)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_text(text: str) -> Path:
        path = tmp_path / "file.pdb"
        path.write_text(text)
        return path

    return write_text


def test_the_model_is_whole_natural_and_known_to_the_force_field(prepared: PreparedFile) -> None:
    protein = prepared.preparation.complex
    assert "".join(protein_sequence(protein).values()) == TRKA.sequence[FIRST - 490 : LAST - 490 + 1]
    assert [identity.number for identity in protein_sequence(protein)] == list(range(FIRST, LAST + 1))
    assert {identity.chain for identity in protein_sequence(protein)} == {"C"}
    assert not [fault for fault in find_stereo_faults(protein) if fault.name != "PRO"]
    create_system(protein.topology)


def test_what_the_file_has_does_not_move(prepared: PreparedFile, deposited: Path) -> None:
    raw = load_complex(deposited, chain="C")
    before = {
        (int(atom.residue.id) - 6, "SD" if atom.name == "SE" else atom.name): raw.positions[atom.index]
        for atom in raw.topology.atoms()
    }
    near_built = {547, 548, 551, 552}
    atoms = [a for a in prepared.preparation.complex.topology.atoms() if int(a.residue.id) not in near_built]
    same = [(a.index, before[int(a.residue.id), a.name]) for a in atoms if (int(a.residue.id), a.name) in before]
    assert len(same) > 600
    indices = [index for index, _ in same]
    np.testing.assert_allclose(prepared.preparation.complex.positions[indices], [at for _, at in same], atol=2e-3)


def test_the_ligand_keeps_its_atoms_in_a_chain_of_its_own(prepared: PreparedFile, deposited: Path) -> None:
    raw = read_chain_and_ligand(deposited).complex
    np.testing.assert_array_equal(
        prepared.complex.positions[ligand_atoms(prepared.complex)], raw.positions[ligand_atoms(raw)]
    )
    assert prepared.complex.ligand == ResidueId("L", 1)


def test_what_was_done_and_what_to_check_is_said(prepared: PreparedFile) -> None:
    report = describe_preparation(prepared)
    done, check = "\n".join(report.done), "\n".join(report.check)
    assert (report.kinase, report.chain, report.ligand) == ("TRKA", "C", "7GI C:801")
    assert "TPO 586 was taken back to THR" in done
    assert "MSE 572 was taken back to MET" in done
    assert "shift -6" in done
    assert any(loop.startswith(("549-550", "548-55", "547-55")) for loop in report.loops_built)
    assert [text for text in report.side_chains_built if text.startswith("ASP 556")]
    assert report.left_out == ("MG C:902",)
    assert "guesses" in check
    assert PreparationReport.model_validate_json(report.model_dump_json()) == report


def test_a_scan_starts_from_the_very_same(prepared: PreparedFile, deposited: Path) -> None:
    wild_type = load_wild_type(None, "repotrectinib", str(deposited))
    protein = without_ligand(wild_type.complex)
    np.testing.assert_array_equal(protein.positions, prepared.preparation.complex.positions)
    assert wild_type.kinase == TRKA
    assert set(describe_preparation(prepared).done) <= set(wild_type.notes)


def test_a_prepared_file_is_taken_as_it_is(prepared: PreparedFile, write: Write, tmp_path: Path) -> None:
    from trkstruct.structure.formats.writing import write_pdb

    path = tmp_path / "again.pdb"
    write_pdb(prepared.complex, path)
    again = prepare(path)
    assert again.preparation.taken_as_is
    assert any(line.startswith("Complete with hydrogens") for line in describe_preparation(again).done)
    assert not again.preparation.loops
    np.testing.assert_allclose(again.complex.positions, prepared.complex.positions, atol=1e-3)


def test_an_unknown_protein_is_completed_by_its_own_sequence(write: Write) -> None:
    numbers = range(SHORT.span[0], SHORT.span[1] + 1)
    names = [ONE_TO_THREE[TRKA.sequence[number - 490]] for number in numbers]
    gapped = Edit(span=SHORT.span, without=frozenset({572, 573}), shift=-500)
    known = order_of_chain(read_chain_and_ligand(write(text_of(chain_lines(gapped)))).complex, names)
    assert missing_between(known, ResidueId("A", 71), ResidueId("A", 74)) == tuple(names[12:14])
    prepared = prepare(write(text_of(seqres(names), chain_lines(gapped))))
    report = describe_preparation(prepared)
    assert (report.kinase, report.loops_built, report.dfg_state) == ("", ("72-73",), "")
    assert "No kinase known here" in report.check[0]
    letters = protein_sequence(prepared.preparation.complex)
    assert "".join(letters.values()) == TRKA.sequence[numbers[0] - 490 : numbers[-1] - 490 + 1]
    create_system(prepared.preparation.complex.topology)


def test_without_a_sequence_a_gap_is_capped_and_insertion_codes_stay(write: Write) -> None:
    edit = Edit(span=SHORT.span, without=frozenset({572, 573}), inserted=580)
    prepared = prepare(write(text_of(chain_lines(edit))))
    assert prepared.preparation.loops == ()
    assert "572-573 are missing: the file does not name them" in gap_sentence(prepared.preparation.gaps[0])
    assert ResidueId("A", 579, "A") in protein_sequence(prepared.preparation.complex)
    names = [residue.name for residue in prepared.preparation.complex.topology.residues()]
    assert (names.count("ACE"), names.count("NME")) == (2, 2)
    create_system(prepared.preparation.complex.topology)


def test_a_sequence_that_does_not_fit_names_nothing(write: Write) -> None:
    edit = Edit(span=SHORT.span, without=frozenset({572, 573}))
    order = order_of_chain(read_chain_and_ligand(write(text_of(chain_lines(edit)))).complex, ["GLY"] * 29)
    assert missing_between(order, ResidueId("A", 571), ResidueId("A", 574)) == (UNKNOWN, UNKNOWN)


def test_a_torn_peptide_is_taken_out_to_be_built_again(write: Write) -> None:
    lines = [
        f"{line[:30]}{float(line[30:38]) + (1.5 if int(line[22:26]) >= 575 else 0.0):8.3f}{line[38:]}"
        for line in chain_lines(SHORT)
    ]
    torn = read_chain_and_ligand(write(text_of(lines))).complex
    sound = drop_distorted(torn, order_of_chain(torn))
    missing = protein_sequence(torn).keys() - protein_sequence(sound.complex).keys()
    assert {identity.number for identity in missing} == {574, 575}
    assert [identity.number for identity in sound.dropped] == [574, 575]


def test_residues_without_a_backbone_count_as_missing(write: Write) -> None:
    lines = chain_lines(Edit(span=SHORT.span, stripped={570: ("CB", "CG")}))
    kept, notes = drop_stumps(read_chain_and_ligand(write(text_of(lines))).complex)
    assert 570 not in {identity.number for identity in protein_sequence(kept)}
    assert "HIS 570" in notes[0] or "570" in notes[0]


def test_modified_residues_stay_where_the_force_field_has_them(write: Write) -> None:
    lines = chain_lines(Edit(span=SHORT.span, renamed={580: ("TPO", {})}))
    complex_ = read_chain_and_ligand(write(text_of(lines))).complex
    kept, notes = revert_modified(complex_, kept={"TPO"})
    assert [residue.name for residue in kept.topology.residues() if residue.id == "580"] == ["TPO"]
    assert not notes
    assert revert_modified(complex_)[1] == ("TPO 580 was taken back to THR.",)
    assert [parent_of(name) for name in ("MSE", "SEP", "PTR", "CSO", "HIE", "XYZ")] == [
        "MET", "SER", "TYR", "CYS", "HIS", None,
    ]  # fmt: skip


def test_other_kinases_get_their_usual_numbers_by_one_shift(write: Write) -> None:
    shifted = read_chain_and_ligand(write(text_of(chain_lines(Edit(shift=-490))))).complex
    match = recognise_kinase(shifted)
    assert match is not None
    renumbered = number_by_match(shifted, match)
    assert [identity.number for identity in protein_sequence(renumbered.complex)] == list(range(FIRST, LAST + 1))
    assert renumbered.shifts == (490,)
    assert renumbered.match is not None
    assert is_clinical(renumbered.complex, renumbered.match)


def test_predicted_models_are_complete_and_their_doubtful_residues_named(write: Write) -> None:
    lines = chain_lines(Edit(b_factor=55.0, hydrogens=False))
    report = describe_preparation(prepare(write(text_of(["TITLE     ALPHAFOLD PREDICTION"], lines))))
    assert report.method == "predicted model"
    assert not report.loops_built
    assert any("pLDDT below 70" in line and "595 (55)" in line for line in report.check)


def run(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, [str(word) for word in words])
    return result.exit_code, result.stdout, result.stderr


def test_the_command_says_it_and_writes_it(write: Write, tmp_path: Path) -> None:
    path = write(text_of(chain_lines(SHORT)))
    output = tmp_path / "out.cif"
    code, said, error = run("prepare", path, "-o", output)
    assert code == 0, error
    assert "Done:" in said
    assert "To check:" in said
    assert load_complex(output).topology.getNumResidues() == 31  # 29 and two caps
    code, said, _ = run("prepare", path, "-o", output, "--json")
    assert code == 0
    assert json.loads(said)["kinase"] == ""
    code, said, error = run("prepare", path)
    assert code == 0
    assert said.startswith(("ATOM", "HETATM"))
    assert "Done:" in error


@pytest.mark.parametrize(
    ("text", "words", "says"),
    [
        (text_of(ligand_lines()), (), "no amino acids"),
        (text_of(chain_lines(SHORT)), ("--chain", "Q"), "no protein chain 'Q'"),
        (text_of(chain_lines(SHORT)), ("--ligand-residue", "XYZ"), "no ligand residue 'XYZ'"),
        (text_of(chain_lines(SHORT)), ("--waters", "pocket"), "needs a ligand"),
        (text_of(chain_lines(SHORT)), ("--json",), "-o"),
        ("nonsense\n", (), "no ATOM or HETATM"),
    ],
)
def test_what_cannot_be_prepared_ends_in_one_message(
    write: Write, tmp_path: Path, text: str, words: tuple[str, ...], says: str
) -> None:
    output = () if "--json" in words else ("-o", str(tmp_path / "out.pdb"))
    code, _, error = run("prepare", write(text), *output, *words)
    assert code == 2
    assert says in error
    assert not (tmp_path / "out.pdb").exists()


def test_complete_protein_leaves_a_complete_chain_alone(write: Write) -> None:
    whole = without_ligand(load_complex(Path(__file__).parents[2] / "structures" / "trkc_7vko.pdb"))
    done = complete_protein(whole, recognise_kinase(whole))
    assert done.complex.positions is whole.positions or np.array_equal(done.complex.positions, whole.positions)
    assert [residue_id(r) for r in done.complex.topology.residues()] == [
        residue_id(r) for r in whole.topology.residues()
    ]
