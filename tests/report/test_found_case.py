"""A case is found by whatever a person writes for it, and never another one in its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.made_records import make_case, make_results
from trkstruct.case_parts import CaseError
from trkstruct.errors import InputError
from trkstruct.kinase.mutation import PANEL
from trkstruct.records import Case
from trkstruct.report.found_case import case_names, summary_of
from trkstruct.residues import ONE_TO_THREE

TRKA = make_case()
TRKC = make_case(kinase="TRKC", gene="NTRK3", mutation="G623R")
DOUBLE = make_case(mutation="F589L+G595R")
OTHER = make_case(ligand="selitrectinib")
UNKNOWN = make_case(kinase="", gene="", mutation="T315I", ligand="MyDrug", regions=())


@pytest.mark.parametrize(
    "words",
    ["g595r", "G595R", "p.Gly595Arg", "TRKA G595R", "trka g595r", "NTRK1:G595R", "NTRK1 p.G595R", " G595R "],
)
def test_every_spelling_of_a_mutation_finds_its_case(words: str) -> None:
    results = make_results(make_case(mutation="WT"), TRKA, DOUBLE, TRKC)
    assert results.find_case(words, "larotrectinib") is TRKA
    assert results.find_case(words) is TRKA


def test_the_two_of_a_double_mutant_come_in_any_order() -> None:
    assert make_results(TRKA, DOUBLE).find_case("G595R/F589L") is DOUBLE


@pytest.mark.parametrize("words", ["LAROTRECTINIB", "loxo-101", "Vitrakvi"])
def test_a_ligand_is_found_by_its_synonyms_whatever_their_case(words: str) -> None:
    assert make_results(TRKA, OTHER).find_case("g595r", words) is TRKA


def test_what_stands_there_counts_before_what_it_may_mean() -> None:
    """G623R is TRKC's clinical number, and UniProt's canonical one for TRKB's G639R."""
    trkb = make_case(kinase="TRKB", gene="NTRK2", mutation="G639R")
    assert make_results(trkb, TRKC).find_case("G623R") is TRKC
    assert make_results(trkb).find_case("NTRK2:G623R") is trkb


def test_a_protein_that_is_not_known_has_cases_too() -> None:
    assert make_results(UNKNOWN, TRKA).find_case("t315i", "mydrug") is UNKNOWN


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("G595R",), "2 cases are G595R; of: TRKA G595R larotrectinib, TRKA G595R selitrectinib."),
        (("G595K",), "0 cases are G595K"),
        (("TRKC G595R",), "0 cases are TRKC G595R"),
        (("G595R", "imatinib"), "0 cases are G595R imatinib; of: TRKA G595R larotrectinib"),
        (("TRKA G595R", None, "TRKC"), "is of TRKA, but TRKC was asked for"),
        (("nonsense",), "0 cases are nonsense"),
        (("",), "0 cases are"),
    ],
)
def test_none_and_several_are_refused_with_what_there_is(words: tuple[str, ...], found: str) -> None:
    with pytest.raises(InputError) as refusal:
        make_results(TRKA, OTHER, TRKC).find_case(*words)
    assert found in str(refusal.value)


@given(st.sampled_from(PANEL), st.sampled_from(sorted(ONE_TO_THREE)), st.booleans())
def test_another_mutation_is_never_found(entry: object, letter: str, lower: bool) -> None:
    gene, mutation, _ = entry  # type: ignore[misc]
    case = make_case(kinase={"NTRK1": "TRKA", "NTRK2": "TRKB", "NTRK3": "TRKC"}[gene], gene=gene, mutation=mutation)
    asked = mutation[:-1] + letter
    words = asked.lower() if lower else asked
    if asked == mutation:
        assert make_results(case).find_case(words) is case
    else:
        with pytest.raises(InputError):
            make_results(case).find_case(words)


def test_names_tell_cases_apart() -> None:
    elsewhere = make_case(structure="mine.pdb")
    assert case_names((TRKC,)) == ("TRKC G623R larotrectinib",)
    assert case_names((TRKA, elsewhere)) == ("TRKA G595R larotrectinib 7VKO", "TRKA G595R larotrectinib mine.pdb")
    assert case_names((TRKA, TRKA))[1].endswith("(2)")


def test_the_summary_counts() -> None:
    error = CaseError(stage="x", error_type="y", message="z", repeat_command="")
    failed = make_case(status="failed", error=error, mutation="G667C")
    cases: tuple[Case, ...] = (make_case(mutation="WT"), TRKA, OTHER, failed, TRKC)
    assert summary_of(cases) == "5 cases, TRKA and TRKC, 3 mutations, 2 ligands, 1 failed"
    assert summary_of((TRKA,)) == "1 case, TRKA, 1 mutation, 1 ligand"
    assert summary_of(()) == "0 cases, 0 mutations, 0 ligands"
