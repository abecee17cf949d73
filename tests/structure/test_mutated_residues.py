"""A mutation leads to its residues in clinical numbers, whatever the file counts: ABL1 as IB, TRKB as Q16620-1."""

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from tests.support.numbered_chain import pocket_trace, shifted
from tests.support.peptides import build_peptide

import trkstruct
from trkstruct.cases.mutate import mutate_file
from trkstruct.cases.plan import plan_and_check
from trkstruct.cli import main
from trkstruct.errors import MutationError, OffTargetError, StructureError
from trkstruct.kinase.kinases import kinase_named
from trkstruct.kinase.mutation import parse_mutation
from trkstruct.residues import ResidueId
from trkstruct.settings import PRESETS
from trkstruct.structure.complex import Complex, protein_residue
from trkstruct.structure.formats.writing import write_pdb
from trkstruct.structure.mutated_residues import Change, changes_in, place_notes, read_mutation
from trkstruct.structure.numbering import recognise_kinase
from trkstruct.structure.reading import load_complex
from trkstruct.structure.shipped_models import load_shipped

ABL1, TRKA, TRKB = (kinase_named(name) for name in ("ABL1", "TRKA", "TRKB"))
ISOFORM_1B, CANONICAL_TRKB = 19, -16


def understood(text: str, complex_: Complex, chain: str | None = None) -> tuple[str, str, tuple[str, ...]]:
    """What a mutation is called, the residues it replaces, and every note."""
    match = recognise_kinase(complex_, chain)
    mutation, changes = read_mutation(text, complex_, match, chain=chain)
    places = " ".join(f"{change.residue}{change.to}" for change in changes)
    return str(mutation), places, (*mutation.notes, *place_notes(complex_, mutation, match, changes))


def test_clinical_numbers_lead_to_the_residue_in_abl1_isoform_1b() -> None:
    assert understood("T315I", pocket_trace(ABL1, ISOFORM_1B)) == (
        "T315I",
        "A:334ILE",
        ("T315I is A:THR334 in ABL1 trace (ABL1, shift 19).",),
    )
    assert understood("A:T315I", pocket_trace(ABL1)) == ("T315I", "A:315ILE", ())


def test_the_numbers_of_the_file_are_the_second_reading_and_said() -> None:
    name, places, notes = understood("T415I", pocket_trace(ABL1, 100))
    assert (name, places) == ("T315I", "A:415ILE")
    assert notes == (
        "T415I is read in the file's own numbers; in clinical numbers of ABL1 it is T315I.",
        "T315I is A:THR415 in ABL1 trace (ABL1, shift 100).",
    )


@pytest.mark.parametrize("shift", [ISOFORM_1B, 0])
def test_the_numbers_of_another_isoform_are_understood_in_any_file(shift: int) -> None:
    name, places, notes = understood("T334I", pocket_trace(ABL1, shift))
    assert (name, places) == ("T315I", f"A:{315 + shift}ILE")
    assert notes[0] == "ABL1 T334I is isoform 1b numbering; in clinical numbering it is T315I."


def test_the_clinical_reading_goes_first_where_both_fit() -> None:
    """A residue whose amino acid stands 19 places on as well."""
    letters = {residue.number: residue.letter for residue in ABL1.pocket}
    number = next(n for n in letters if letters.get(n - ISOFORM_1B) == letters[n])
    text = f"{letters[number]}{number}W"
    assert understood(text, pocket_trace(ABL1, ISOFORM_1B))[:2] == (text, f"A:{number + ISOFORM_1B}TRP")


def test_a_residue_that_the_file_s_own_number_leads_to_as_well_is_named() -> None:
    trace, rival = pocket_trace(ABL1, ISOFORM_1B), pocket_trace(ABL1, ISOFORM_1B, mutated={236: "E", 280: "V"})
    assert understood("E255K", rival) == (
        "E255K",
        "A:274LYS",
        ("E255K is A:GLU274 in ABL1 trace (ABL1, shift 19) (A:GLU255 of the file is clinical E236).",),
    )
    assert understood("V299L", rival)[2][0].endswith("(A:VAL299 of the file is clinical V280).")
    assert "of the file" not in understood("T315I", trace)[2][0]
    assert understood("E255K", pocket_trace(ABL1, mutated={236: "E"}))[2] == ()


@pytest.mark.parametrize("text", ["G639R", "G623R", "NTRK2 p.Gly639Arg"])
def test_trkb_is_understood_in_either_numbering_of_mutation_and_file(text: str) -> None:
    name, places, notes = understood(text, pocket_trace(TRKB, CANONICAL_TRKB))
    assert (name, places) == ("G639R", "A:623ARG")
    assert notes[-1] == "G639R is A:GLY623 in TRKB trace (TRKB, shift -16)."
    assert understood(text, pocket_trace(TRKB))[:2] == ("G639R", "A:639ARG")


def test_compound_mutations_are_read_in_one_numbering() -> None:
    trace = pocket_trace(ABL1, ISOFORM_1B)
    assert understood("T315I+E255K", trace)[:2] == ("E255K+T315I", "A:274LYS A:334ILE")
    assert understood("E274K+T334I", trace)[:2] == ("E255K+T315I", "A:274LYS A:334ILE")
    with pytest.raises(StructureError, match=r"no residue 334, .*This structure has T315"):
        understood("L248V+T334I", trace)


def test_beyond_the_known_pocket_the_shift_is_carried_on() -> None:
    trace = pocket_trace(ABL1, ISOFORM_1B, mutated={472: "M"})
    assert understood("M472I", trace)[:2] == ("M472I", "A:491ILE")
    assert understood("M491I", trace)[:2] == ("M472I", "A:491ILE")


def test_the_structure_decides_where_it_carries_a_mutation() -> None:
    mutant = pocket_trace(TRKA, mutated={595: "R"})
    assert understood("R595G", mutant)[:2] == ("R595G", "A:595GLY")
    with pytest.raises(MutationError, match=r"A:595 is ARG in TRKA trace, .*carries this mutation already"):
        understood("G595R", mutant)


def test_each_chain_is_recognised_for_itself() -> None:
    dimer = pocket_trace(ABL1, ISOFORM_1B, chains="AB")
    assert understood("T315I", dimer, "B")[:2] == ("T315I", "B:334ILE")
    assert understood("B:T315I", dimer, "B")[:2] == ("T315I", "B:334ILE")
    with pytest.raises(StructureError, match="no protein chain 'C'; it has A, B"):
        understood("C:T315I", dimer, "A")


def test_of_insertions_the_residue_without_a_code_is_meant() -> None:
    trace = pocket_trace(ABL1)
    residues = list(trace.topology.residues())
    place = next(index for index, residue in enumerate(residues) if residue.id == "315")
    residues[place - 1].id, residues[place - 1].insertionCode = "315", "A"
    assert changes_in(trace, parse_mutation("T315I", generic=True), None) == (Change(ResidueId("A", 315), "ILE"),)


def test_an_unknown_protein_has_its_own_numbers_only_and_hints() -> None:
    peptide = build_peptide()
    assert understood("A595G", peptide) == ("A595G", "A:595GLY", ())
    with pytest.raises(MutationError, match=r"A:595 is ALA in ideal peptide, expected GLY \(G595R\). Check the kinase"):
        understood("G595R", peptide)
    with pytest.raises(StructureError, match=r"no residue 611, .*it has 594-596.* This structure has A595"):
        understood("A611G", peptide)
    with pytest.raises(StructureError, match=r"nearest modelled: ALA596\)\. Not modelled"):
        understood("A700G", peptide)


def test_a_misfit_says_what_is_there_and_what_the_kinase_has() -> None:
    trace = pocket_trace(ABL1, ISOFORM_1B)
    with pytest.raises(MutationError) as refused:
        understood("M315I", trace)
    assert "A:334 (residue 315 of ABL1) is THR in ABL1 trace, expected MET (M315I)." in str(refused.value)
    assert "ABL1 has T315 (gatekeeper, KLIFS 45), not M315" in str(refused.value)
    with pytest.raises(MutationError, match="is a mutation of NTRK1, but ABL1"):
        understood("NTRK1:G595R", trace)
    with pytest.raises(OffTargetError, match="bypass"):
        understood("KRAS G12D", trace)


def test_what_the_wild_type_has_is_no_mutation_that_a_structure_carries() -> None:
    """Residue 314 of ABL1 is an isoleucine: T314I is a wrong number and not a mutant's crystal."""
    trace = pocket_trace(ABL1, mutated={316: "M"})
    for text, there in (("T314I", "ABL1 has I314"), ("T315I+T313I", "ABL1 has I313")):
        with pytest.raises(MutationError, match=there) as refused:
            understood(text, trace)
        assert "carries this mutation" not in str(refused.value)
    with pytest.raises(MutationError, match="carries this mutation already"):
        understood("E316M", trace)


@given(shift=st.integers(-200, 900), place=st.integers(0, 84))
def test_a_shift_of_the_file_changes_neither_name_nor_residue(shift: int, place: int) -> None:
    letter, number = ABL1.pocket[place]
    text = f"{letter}{number}{'A' if letter != 'A' else 'G'}"
    name, residue, _ = understood(text, pocket_trace(ABL1, shift))
    assert (name, residue[:-3]) == (text, f"A:{number + shift}")


@pytest.fixture(scope="module")
def canonical(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped TRKB with larotrectinib as UniProt's canonical sequence counts."""
    path = tmp_path_factory.mktemp("canonical") / "trkb.pdb"
    write_pdb(shifted(load_shipped("TRKB", "larotrectinib"), CANONICAL_TRKB), path)
    return path


@pytest.mark.parametrize("mutation", ["A:G639A", "A:G623A"])
def test_mutate_builds_into_another_numbering_and_says_where(canonical: Path, tmp_path: Path, mutation: str) -> None:
    result = CliRunner().invoke(main, ["mutate", str(canonical), mutation, "-o", str(tmp_path / "out.pdb")])
    assert result.exit_code == 0, result.output
    assert f"G639A is A:GLY623 in {canonical} (TRKB, shift -16)." in result.stderr
    assert protein_residue(load_complex(tmp_path / "out.pdb"), ResidueId("A", 623)).name == "ALA"


def test_python_mutate_understands_clinical_numbers() -> None:
    complex_ = shifted(load_shipped("TRKB"), CANONICAL_TRKB)
    built = trkstruct.mutate(complex_, "G639A")
    assert protein_residue(built, ResidueId("A", 623)).name == "ALA"
    assert protein_residue(complex_, ResidueId("A", 623)).name == "GLY"


def test_clashes_understands_what_mutate_does(canonical: Path) -> None:
    reports = []
    for mutation in ("A:G639A", "G623A"):
        arguments = ["clashes", str(canonical), "--ligand-residue", "LIG", "--mutation", mutation, "--format", "csv"]
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == 0, result.output
        reports.append(result.stdout)
    assert reports[0] == reports[1]
    assert "outside pocket" not in "".join(line for line in reports[0].splitlines() if "A:ALA623" in line)


def test_a_scan_plans_a_file_number_under_its_clinical_name(canonical: Path) -> None:
    moved = shifted(load_complex(canonical, ligand_residue="LIG"), 1016)
    path = canonical.with_name("moved.pdb")
    write_pdb(replace(moved, source=str(path)), path)
    for text in ("G639R", "G1639R"):
        plan = plan_and_check(
            (), (text,), ("larotrectinib",), PRESETS["fast"], structure=str(path), ligand_residue="LIG"
        )
        assert [mutation for _, mutation, _ in plan.mutations] == ["WT", "G639R"]


@pytest.mark.shared
def test_t315i_is_built_into_an_abl1_crystal_numbered_as_isoform_1b(sources: Path, tmp_path: Path) -> None:
    path = tmp_path / "abl1b.pdb"
    write_pdb(shifted(load_complex(sources / "kinases" / "2HYY.pdb", chain="A"), ISOFORM_1B), path)
    built = mutate_file(path, "A:T315I", platform="CPU")
    assert protein_residue(built, ResidueId("A", 334)).name == "ILE"
    assert f"T315I is A:THR334 in {path} (ABL1, shift 19)." in built.notes
