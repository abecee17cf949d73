"""Published evidence: every number traced to its article, nothing mixed, nothing invented."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trkstruct.case_parts import Evidence
from trkstruct.kinase import evidence
from trkstruct.kinase.evidence import (
    apparent_ddg_kcal_mol,
    evidence_at,
    evidence_at_equivalents,
    evidence_for,
    evidence_for_equivalents,
    fold_changes,
)
from trkstruct.kinase.kinases import kinase_named, kinases
from trkstruct.kinase.mutation import PANEL, Mutation, panel_mutations, parse_mutation

DRILON_2017 = "10.1158/2159-8290.CD-17-0507"  # LOXO-195 (selitrectinib)
DRILON_2018 = "10.1158/2159-8290.CD-18-0484"  # repotrectinib
DRILON_2016 = "10.1093/annonc/mdw042"  # entrectinib, patient with ETV6-NTRK3


def everything() -> tuple[Evidence, ...]:
    variants = {(entry.gene, entry.mutation) for entry in PANEL} | {(kinase.gene, "WT") for kinase in kinases()}
    variants |= {("NTRK1", "G667A"), ("ROS1", "L2086F")}
    return tuple(row for gene, mutation in sorted(variants) for row in evidence_for(gene, mutation))


@pytest.mark.parametrize(
    ("gene", "mutation", "ligand", "wild_type_nm", "mutant_nm", "fold", "ddg", "doi"),
    [
        ("NTRK1", "G595R", "larotrectinib", 0.9, 69, 76.7, 2.57, DRILON_2017),
        ("NTRK1", "G667C", "larotrectinib", 0.9, 45.5, 50.6, 2.32, DRILON_2017),
        ("NTRK3", "G623R", "larotrectinib", 2.8, 48, 17.1, 1.68, DRILON_2017),
        ("NTRK3", "G696A", "larotrectinib", 2.8, 4.5, 1.61, 0.28, DRILON_2017),
        ("NTRK1", "G595R", "selitrectinib", 0.6, 2, 3.33, 0.71, DRILON_2017),
        ("NTRK1", "G667C", "selitrectinib", 0.6, 9.8, 16.3, 1.65, DRILON_2017),
        ("NTRK3", "G623R", "selitrectinib", 2.5, 2.3, 0.92, -0.05, DRILON_2017),
        ("NTRK3", "G696A", "selitrectinib", 2.5, 2.5, 1.0, 0.0, DRILON_2017),
        ("NTRK1", "G595R", "repotrectinib", 0.533, 2.67, 5.01, 0.95, DRILON_2018),
        ("NTRK2", "G639R", "repotrectinib", 0.297, 2.66, 8.96, 1.30, DRILON_2018),
        ("NTRK3", "G623R", "repotrectinib", 0.211, 4.46, 21.1, 1.81, DRILON_2018),
        ("NTRK3", "G623R", "entrectinib", 2, 507, 253.5, 3.28, DRILON_2016),
    ],
)
def test_published_fold_changes(
    gene: str, mutation: str, ligand: str, wild_type_nm: float, mutant_nm: float, fold: float, ddg: float, doi: str
) -> None:
    (row,) = [row for row in evidence_for(gene, mutation, ligand) if row.kind == "fold_change"]
    assert (row.wild_type_nm, row.mutant_nm, row.doi) == (wild_type_nm, mutant_nm, doi)
    assert row.fold_change == pytest.approx(fold, rel=0.01)
    assert row.apparent_ddg_kcal_mol == pytest.approx(ddg, abs=0.006)
    assert f"{wild_type_nm:g} -> {mutant_nm:g} nM" in row.text


def test_there_are_no_other_fold_changes() -> None:
    assert sum(row.kind == "fold_change" for row in everything()) == 12
    assert len(fold_changes()) == 12
    assert {row.kind for row in fold_changes()} == {"fold_change"}


def test_a_readable_sentence() -> None:
    (fold, call) = evidence_for("NTRK1", "G595R", "larotrectinib")
    assert fold.text.startswith("Enzyme IC50 (recombinant kinase domain) 0.9 -> 69 nM (77-fold)")
    assert call.text == "Called resistant to larotrectinib: OncoKB level R1."
    assert (call.kind, call.call) == ("clinical", "resistant")
    assert call.pmid is not None
    assert "28578312" in call.pmid  # Drilon 2017


def test_order_is_fold_change_potency_clinical() -> None:
    assert [row.kind for row in evidence_for("NTRK3", "G623R", "larotrectinib")] == [
        "fold_change",
        "potency",
        "clinical",
    ]


def test_a_bound_is_told_and_never_a_value() -> None:
    """Drilon 2016 gives larotrectinib only as above 1000 nM, with no wild-type value that could be read."""
    (row,) = [row for row in evidence_for("NTRK3", "G623R", "larotrectinib") if row.kind == "potency"]
    assert "> 1000 nM" in row.text
    assert "no wild-type value" in row.text
    assert (row.mutant_nm, row.fold_change, row.apparent_ddg_kcal_mol) == (None, None, None)


def test_cell_and_enzyme_values_are_never_divided() -> None:
    rows = [row for row in everything() if row.kind == "fold_change"]
    assert {row.assay for row in rows if row.doi == DRILON_2016} == {"cell proliferation IC50"}
    assert {row.assay for row in rows if row.doi != DRILON_2016} == {"enzyme IC50"}


def test_a_call_that_disagrees_with_the_enzyme_says_so() -> None:
    rows = evidence_for("NTRK3", "G696A", "larotrectinib")
    assert [row.kind for row in rows] == ["fold_change", "clinical"]
    assert rows[1].call == "resistant"
    assert "enzyme IC50 known here rises only 1.6-fold" in rows[1].text


def test_the_gatekeeper_has_a_call_but_no_number() -> None:
    (row,) = evidence_for("NTRK1", "F589L", "larotrectinib")
    assert (row.kind, row.call) == ("clinical", "resistant")


@pytest.mark.parametrize("ligand", ["selitrectinib", "repotrectinib"])
@pytest.mark.parametrize(
    ("mutation", "call"),
    [("G595R", "sensitive"), ("F589L", "sensitive"), ("G667A", "resistant"), ("G667S", "resistant")],
)
def test_class_calls_apply_to_the_variants_they_name_and_say_so(ligand: str, mutation: str, call: str) -> None:
    calls = [row for row in evidence_for("NTRK1", mutation, ligand) if "as a class" in row.text]
    assert [row.call for row in calls] == [call]


@pytest.mark.parametrize(
    ("gene", "mutation", "ligand"),
    [
        ("NTRK2", "F633L", "larotrectinib"),
        ("NTRK3", "F617I", "larotrectinib"),
        ("NTRK1", "F589L+G595R", "selitrectinib"),
        ("NTRK2", "G623R", "repotrectinib"),  # UniProt numbering: the table knows it as G639R
        ("NTRK1", "G639R", "repotrectinib"),
        ("NTRK1", "G595R", "aspirin"),
    ],
)
def test_nothing_known_is_an_empty_answer(gene: str, mutation: str, ligand: str) -> None:
    assert evidence_for(gene, mutation, ligand) == ()


def test_the_wild_type_has_potencies_only() -> None:
    row, _ = evidence_for("NTRK1", "WT", "Larotrectinib")
    assert (row.kind, row.wild_type_nm, row.mutant_nm, row.fold_change) == ("potency", 0.9, None, None)
    davis = evidence_for("NTRK1", "WT", "foretinib")[0]
    assert (davis.wild_type_nm, davis.assay, davis.doi) == (4.8, "binding Kd", "10.1038/nbt.1990")


def test_potencies_of_wild_types_with_ranges_and_sources_that_differ() -> None:
    _, spread = evidence_for("NTRK1", "WT", "larotrectinib")
    assert (spread.wild_type_nm, spread.low_nm, spread.high_nm) == (None, 5, 6.5)
    assert spread.text.startswith("Enzyme IC50 (biochemical) 5 to 6.5 nM; a vendor's guide")
    values = {gene: [row.wild_type_nm for row in evidence_for(gene, "WT", "entrectinib")] for gene in ("ROS1", "ALK")}
    assert values == {"ROS1": [0.2, 7], "ALK": [1.6, 12]}
    cells = [row for row in evidence_for("NTRK3", "WT", "entrectinib") if row.assay == "cell proliferation IC50"]
    assert [row.wild_type_nm for row in cells][-2:] == [0.47, 0.65]
    assert "IMS-M2" in cells[-2].text and "M0-91" in cells[-1].text
    assert [row.level for row in evidence_for("NTRK1", "G595R", "larotrectinib") if row.call] == ["R1"]


def test_a_range_is_no_partner_of_a_ratio() -> None:
    assert not any(row.high_nm for row in everything() if row.fold_change is not None)


def test_inferred_units_are_said() -> None:
    assert "unit and assay inferred" in evidence_for("NTRK1", "G595R", "repotrectinib")[0].text


def test_every_row_is_cited_and_its_mutation_fits_the_sequence() -> None:
    genes = {kinase.gene: kinase for kinase in kinases()}
    rows = everything()
    assert len(rows) > 60
    for row in rows:
        assert row.citation
        assert row.text.endswith(".")
        mutation = parse_mutation(row.mutation, genes[row.gene])
        assert str(mutation) == row.mutation
        assert mutation.notes == ()
        assert row.kind != "clinical" or row.call in ("resistant", "sensitive")


def test_equivalents_of_the_solvent_front() -> None:
    rows = evidence_for_equivalents(parse_mutation("G595R"), "repotrectinib")
    assert {(row.gene, row.mutation) for row in rows} == {("NTRK2", "G639R"), ("NTRK3", "G623R")}


def test_the_same_new_residue_comes_first_among_the_equivalents() -> None:
    rows = evidence_for_equivalents(parse_mutation("NTRK3 G696C"), "selitrectinib")
    variants = list(dict.fromkeys((row.gene, row.mutation) for row in rows))
    assert variants[0] == ("NTRK1", "G667C")
    assert set(variants[1:]) == {("NTRK1", "G667A"), ("NTRK1", "G667S"), ("NTRK3", "G696A")}


def test_the_same_new_residue_comes_before_those_with_a_fold_change() -> None:
    """G667C has fold changes, which come first in the table; G667S is what G696S turns into in TRKA."""
    rows = evidence_for_equivalents(parse_mutation("NTRK3 G696S"), "selitrectinib")
    assert [row.mutation for row in rows][:2] == ["G667S", "G667C"]


def test_equivalents_reach_ros1() -> None:
    (row,) = evidence_for_equivalents(parse_mutation("NTRK1 L657F"))
    assert (row.gene, row.mutation, row.ligand, row.pmid) == ("ROS1", "L2086F", "taletrectinib", "32591465")


@pytest.mark.parametrize("mutation", panel_mutations(), ids=str)
def test_equivalents_never_repeat_the_variant_itself(mutation: Mutation) -> None:
    assert mutation.kinase is not None
    own = evidence_for(mutation.kinase.gene, str(mutation))
    assert not set(map(repr, own)) & set(map(repr, evidence_for_equivalents(mutation)))


@pytest.mark.parametrize("text", ["WT", "F589L+G595R", "NTRK1 A608D"])
def test_wild_type_compounds_and_residues_outside_the_pocket_have_no_equivalents(text: str) -> None:
    assert evidence_for_equivalents(parse_mutation(text)) == ()


def test_one_residue_has_what_each_of_its_variants_has() -> None:
    trka = kinase_named("TRKA")
    variants = [evidence_for("NTRK1", variant) for variant in ("G667A", "G667C", "G667S")]
    assert all(variants)
    found = evidence_at(trka, 667)
    assert len(found) == sum(map(len, variants))
    assert set(found) == {row for rows in variants for row in rows}
    assert evidence_at(trka, 668) == ()
    assert evidence_at(kinase_named("TRKC"), 667) == ()


def test_one_residue_has_what_its_equivalents_have_in_other_kinases() -> None:
    found = evidence_at_equivalents(kinase_named("ABL1"), 315)  # the gatekeeper
    assert {(row.gene, row.mutation) for row in found} == {("NTRK1", "F589L"), ("NTRK3", "F617L")}
    assert len(found) == len(evidence_for("NTRK1", "F589L")) + len(evidence_for("NTRK3", "F617L"))
    assert evidence_at_equivalents(kinase_named("TRKA"), 505) == ()


def test_a_compound_variant_counts_at_each_of_its_residues(monkeypatch: pytest.MonkeyPatch) -> None:
    (row, *_) = evidence_for("NTRK1", "G595R")
    compound = row.model_copy(update={"mutation": "F589L+G595R"})
    monkeypatch.setattr(evidence, "_all_evidence", lambda: (compound,))
    trka = kinase_named("TRKA")
    assert [evidence_at(trka, number) for number in (588, 589, 595)] == [(), (compound,), (compound,)]


@given(fold=st.floats(1e-3, 1e6))
def test_apparent_ddg_is_odd_in_the_logarithm(fold: float) -> None:
    assert apparent_ddg_kcal_mol(fold) == pytest.approx(-apparent_ddg_kcal_mol(1 / fold), abs=1e-9)
    assert math.copysign(1, apparent_ddg_kcal_mol(fold)) == math.copysign(1, math.log(fold))


def test_tenfold_is_1_36_kcal_mol() -> None:
    assert apparent_ddg_kcal_mol(10) == pytest.approx(1.364, abs=0.001)  # Hauser 2018, 10.1038/s42003-018-0075-x
