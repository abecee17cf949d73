"""How a row of the two tables becomes evidence, on small tables written here."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from trkstruct.kinase import evidence
from trkstruct.kinase.evidence import evidence_for, fold_changes, published_variants

POTENCY = """gene,mutation,ligand,assay,assay_detail,qualifier,value_nm,value_high_nm,citation,doi,caveat
NTRK1,WT,exactinib,enzyme IC50,25 µM ATP,=,2,,Doe 2020,10.1/x,
NTRK1,G595R,exactinib,enzyme IC50,25 µM ATP,=,20,,Doe 2020,10.1/x,read from a figure
NTRK1,G667C,exactinib,enzyme IC50,25 µM ATP,=,20.8,,Doe 2020,10.1/x,
NTRK1,G667S,exactinib,enzyme IC50,25 µM ATP,=,19.86,,Doe 2020,10.1/x,
NTRK1,F589L,exactinib,enzyme IC50,25 µM ATP,>,500,,Doe 2020,10.1/x,
NTRK1,G595R,exactinib,enzyme IC50,1 mM ATP,=,90,,Doe 2020,10.1/x,
NTRK1,WT,boundinib,enzyme IC50,25 µM ATP,<,0.5,,Doe 2020,,
NTRK1,G595R,boundinib,enzyme IC50,25 µM ATP,=,7,,Doe 2020,,"two
lines"
"""
CALLS = """gene,mutation,ligand,call,basis,citation,doi,pmid,caveat
NTRK1,G595R,callinib,resistant,one patient,Roe 2021,10.2/y,111 222,
NTRK1,F589L,callinib,sensitive,a review,Roe 2021,,,"two calls
differ"
NTRK2,G639R,callinib,resistant,one patient,Roe 2021,,,
"""


@pytest.fixture(autouse=True)
def _tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "potency.csv").write_bytes(POTENCY.replace("\n", "\r\n").encode())
    (tmp_path / "clinical_calls.csv").write_bytes(CALLS.replace("\n", "\r\n").encode())
    monkeypatch.setattr(evidence, "data_path", lambda name: tmp_path / name)
    evidence._all_evidence.cache_clear()
    yield
    evidence._all_evidence.cache_clear()


@pytest.mark.parametrize(
    ("mutation", "text"),
    [
        ("G595R", "Enzyme IC50 (25 µM ATP) 2 -> 20 nM (10-fold); read from a figure."),
        ("G667C", "Enzyme IC50 (25 µM ATP) 2 -> 20.8 nM (10-fold)."),
        ("G667S", "Enzyme IC50 (25 µM ATP) 2 -> 19.86 nM (9.9-fold)."),
    ],
)
def test_a_fold_change_has_a_digit_after_the_point_below_ten(mutation: str, text: str) -> None:
    (row,) = (row for row in evidence_for("NTRK1", mutation, "exactinib") if row.kind == "fold_change")
    assert row.text == text
    assert (row.wild_type_nm, row.call, row.doi, row.assay, row.citation) == (
        2,
        None,
        "10.1/x",
        "enzyme IC50",
        "Doe 2020",
    )
    assert row.fold_change == pytest.approx(row.mutant_nm / 2)


def test_only_exact_values_of_one_experiment_are_divided() -> None:
    assert {(row.mutation, row.ligand) for row in fold_changes()} == {
        ("G595R", "exactinib"), ("G667C", "exactinib"), ("G667S", "exactinib"),
    }  # fmt: skip


def test_a_value_without_a_partner_stays_a_value() -> None:
    _, alone = evidence_for("NTRK1", "G595R", "exactinib")
    assert (alone.kind, alone.wild_type_nm, alone.mutant_nm, alone.fold_change) == ("potency", None, 90, None)
    assert alone.text == "Enzyme IC50 (1 mM ATP) 90 nM, no wild-type value of the same experiment."
    (bound,) = evidence_for("NTRK1", "F589L", "exactinib")
    assert (bound.wild_type_nm, bound.mutant_nm) == (None, None)
    assert bound.text == "Enzyme IC50 (25 µM ATP) > 500 nM, no wild-type value of the same experiment."
    (wild_type,) = evidence_for("NTRK1", "WT", "Exactinib")
    assert (wild_type.wild_type_nm, wild_type.mutant_nm) == (2, None)
    assert (wild_type.low_nm, wild_type.high_nm) == (None, None)
    assert wild_type.text == "Enzyme IC50 (25 µM ATP) 2 nM."


def test_a_bound_of_the_wild_type_is_no_partner_and_caveats_are_kept_as_they_are() -> None:
    (limit,) = evidence_for("NTRK1", "WT", "boundinib")
    assert (limit.text, limit.wild_type_nm, limit.doi) == ("Enzyme IC50 (25 µM ATP) < 0.5 nM.", None, None)
    (row,) = evidence_for("NTRK1", "G595R", "boundinib")
    assert row.text.endswith("no wild-type value of the same experiment; two\r\nlines.")


def test_a_clinical_call_names_its_basis_and_sources() -> None:
    (call,) = evidence_for("NTRK1", "G595R", "callinib")
    assert call.text == "Called resistant to callinib: one patient."
    assert (call.kind, call.call, call.citation, call.doi, call.pmid) == (
        "clinical", "resistant", "Roe 2021", "10.2/y", "111, 222",
    )  # fmt: skip
    assert call.level == ""
    (other,) = evidence_for("NTRK1", "F589L", "callinib")
    assert (other.text, other.doi, other.pmid) == (
        "Called sensitive to callinib: a review; two calls\r\ndiffer.", None, None,
    )  # fmt: skip


def test_variants_are_those_of_both_tables_each_once() -> None:
    assert published_variants() == (
        *(("NTRK1", mutation) for mutation in ("WT", "G595R", "G667C", "G667S", "F589L")),
        ("NTRK2", "G639R"),
    )
