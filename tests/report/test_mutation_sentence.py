"""The sentence of a mutation follows from the numbers of its cases: change a number and the words change."""

import pytest

from support.made_records import make_case, make_clash
from trkstruct.case_parts import Clash, EnergyTerms
from trkstruct.records import Case
from trkstruct.report.mutation_sentence import mutation_sentences, summarize_mutation

STRAINED = EnergyTerms(
    van_der_waals=-2.0, electrostatics=-5.8, solvation=6.0, protein_strain=6.0, ligand_strain=0.5, lost_rotamers=0.0,
    total=4.7,
)  # fmt: skip


def own(overlap: float, severity: str, part: str = "hydroxypyrrolidine", atom: str = "A:ARG595:CZ") -> Clash:
    return make_clash(overlap, severity).model_copy(update={"ligand_part": part, "protein_atom": atom})


def g595r(**changes: object) -> Case:
    values: dict[str, object] = {
        "sites": ("A:595",),
        "clashes_before": (own(0.5, "moderate"), own(1.48, "severe"), own(2.2, "severe", atom="A:PHE589:CZ")),
        "clashes_after": (),
        "contacts_lost": -30,
        "ddg_kcal_mol": 2.6,
        "ddg_error_kcal_mol": 1.3,
        "ddg_terms": STRAINED,
    }
    return make_case(**values | changes)


def f589l(**changes: object) -> Case:
    clash = own(0.82, "moderate", "pyrrolidine", "A:LEU589:CD1")
    values: dict[str, object] = {
        "mutation": "F589L", "regions": ("gatekeeper",), "sites": ("A:589",), "contacts_lost": 15,
        "clashes_before": (clash,), "verdict": "sensitive", "ddg_kcal_mol": 0.3, "ddg_error_kcal_mol": 0.8,
    }  # fmt: skip
    return g595r(**values | changes)


KEPT = {
    "ligand": "selitrectinib",
    "verdict": "sensitive",
    "ddg_kcal_mol": -0.3,
    "clashes_before": (own(0.5, "moderate"),),
}


def test_the_new_side_chain_takes_the_place_of_a_part_of_one_drug_and_the_other_keeps_its_fit() -> None:
    assert summarize_mutation([g595r(), g595r(**KEPT)]) == (
        "TRKA G595R (solvent front): the new Arg, larger than Gly, fills the place of larotrectinib's "
        "hydroxypyrrolidine (overlap 1.5 Å; binds more weakly, ΔΔG +2.6 ± 1.3, mostly protein strain); "
        "selitrectinib (ΔΔG -0.3 ± 1.3) keeps its fit."
    )


def test_a_smaller_residue_loses_contact_and_its_small_overlap_is_not_called_a_clash() -> None:
    sentence = summarize_mutation([f589l(), f589l(ligand="b", contacts_lost=1, verdict="resistant", ddg_kcal_mol=2.0)])
    assert sentence == (
        "TRKA F589L (gatekeeper): the new Leu, smaller than Phe, touches less of larotrectinib (15 contacts fewer; "
        "keeps its fit, ΔΔG +0.3 ± 0.8) and b (1 contact fewer; binds more weakly, ΔΔG +2.0 ± 0.8, mostly protein "
        "strain)."
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"contacts_lost": -1, "verdict": "uncertain"}, "presses on larotrectinib's pyrrolidine"),
        ({"clashes_before": (own(0.95, "severe", atom="A:LEU589:CD1"),), "verdict": "uncertain"}, "fills the place of"),
        ({"clashes_after": (own(0.5, "moderate", atom="A:LEU589:CD1"),), "verdict": "resistant"}, "presses on"),
        ({"clashes_before": (), "contacts_lost": 0, "verdict": "resistant"}, "binds more weakly, ΔΔG +0.3 ± 0.8"),
        (
            {"clashes_before": (), "contacts_lost": 0, "occlusion": 0.0},
            "is not in the way; larotrectinib (ΔΔG +0.3 ± 0.8) keeps its fit",
        ),
    ],
)
def test_each_kind_of_finding_has_its_words(changes: dict[str, object], words: str) -> None:
    assert words in summarize_mutation([f589l(**changes)])


def test_clashes_of_other_residues_are_not_the_mutations() -> None:
    case = g595r(occlusion=0.0, clashes_before=(own(2.2, "severe", atom="A:PHE589:CZ"),), verdict="sensitive")
    assert "is not in the way" in summarize_mutation([case])


def test_an_overlap_that_a_kept_fit_had_to_take_up_is_told() -> None:
    assert "after a first overlap of 1.5 Å at its hydroxypyrrolidine) keeps its fit" in summarize_mutation(
        [g595r(verdict="sensitive")]
    )


def test_a_sentence_per_mutation_and_none_for_wild_types_or_failures() -> None:
    cases = [g595r(mutation="WT", sites=()), g595r(), f589l(), g595r(**KEPT), f589l(status="failed", mutation="G667C")]
    sentences = mutation_sentences(cases)
    assert [sentence.split()[1] for sentence in sentences] == ["G595R", "F589L"]
    assert "selitrectinib" in sentences[0]


def test_two_substitutions_are_both_named() -> None:
    case = g595r(mutation="F589L+G595R", regions=("gatekeeper", "solvent front"), sites=("A:589", "A:595"))
    assert "(gatekeeper, solvent front): the change to Leu and Arg fills the place of" in summarize_mutation([case])


@pytest.mark.parametrize("severity", ["moderate", "severe"])
def test_nothing_is_out_of_the_way_after_an_overlap_or_where_the_ligand_takes_the_room(severity: str) -> None:
    kept: dict[str, object] = {"verdict": "sensitive", "contacts_lost": 0}
    overlapping = g595r(**kept, clashes_before=(own(2.0, severity),), occlusion=1.0)
    crowded = "the new Arg, larger than Gly, is crowded by larotrectinib"
    sentence = summarize_mutation([overlapping])
    assert f"{crowded} (overlap 2.0 Å before relaxation, occlusion 100 %)" in sentence
    assert f"{crowded} (occlusion 93 %)" in summarize_mutation([g595r(**kept, clashes_before=(), occlusion=0.934)])
    assert "not in the way" not in sentence
