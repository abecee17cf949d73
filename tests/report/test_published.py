"""What is known stands beside what is computed: in table, CSV, heat maps and page, and where they differ it is said."""

import csv
import io
from pathlib import Path

import pytest

from support.made_records import make_case, make_results
from trkstruct.case_parts import Evidence
from trkstruct.kinase.evidence import evidence_for
from trkstruct.records import Case
from trkstruct.report.case_rows import csv_text
from trkstruct.report.figures import heatmap_figure
from trkstruct.report.heat_map_html import heat_map_html
from trkstruct.report.page.page import report_html
from trkstruct.report.published import agreement, call_mark, call_sources, count_agreement, published_fold_text
from trkstruct.report.table import results_markdown


def called(ligand: str, verdict: str | None, mutation: str = "F589L") -> Case:
    """A case as a scan makes it: with everything that was published of the variant."""
    return make_case(
        mutation=mutation, ligand=ligand, verdict=verdict, evidence=evidence_for("NTRK1", mutation, ligand)
    )


# OncoKB calls F589L resistant to larotrectinib (R2); a review calls it sensitive to selitrectinib
WRONG = called("larotrectinib", "sensitive"), called("selitrectinib", "resistant")
RIGHT = called("larotrectinib", "resistant", "G595R")
OPEN = called("entrectinib", "uncertain", "G595R")
UNKNOWN = called("taletrectinib", "resistant", "G667S")


def call_of(call: str) -> Evidence:
    return evidence_for("NTRK1", "G595R", "larotrectinib")[-1].model_copy(update={"call": call})


def test_a_prediction_against_the_published_call_is_marked_both_ways() -> None:
    assert [agreement(case) for case in WRONG] == ["disagrees", "disagrees"]
    assert [call_mark(case) for case in WRONG] == ["R≠", "S≠"]
    assert call_sources(WRONG[0]) == ("OncoKB R2",)
    assert call_sources(WRONG[1]) == ("Acta Pharm Sin B review 2024 (PMC10840435)",)
    assert (agreement(RIGHT), call_mark(RIGHT), RIGHT.published_call) == ("agrees", "R", "resistant")
    assert (agreement(OPEN), call_mark(OPEN)) == ("", "R")
    assert (agreement(UNKNOWN), call_mark(UNKNOWN), UNKNOWN.published_call) == ("", "", "")


def test_sources_that_differ_are_mixed_and_each_says_its_call() -> None:
    case = make_case(verdict="resistant", evidence=(call_of("resistant"), call_of("sensitive")))
    assert (case.published_call, call_mark(case), agreement(case)) == ("mixed", "R/S", "")
    assert [source.split(": ")[1] for source in call_sources(case)] == ["resistant", "sensitive"]
    count = count_agreement([case, RIGHT])
    assert str(count) == "Agrees with the published call in 1 of 1. Of 1 more the sources differ."


def test_the_count_leaves_out_what_has_no_call_failed_or_is_the_wild_type() -> None:
    wild_type = make_case(mutation="WT", verdict=None)
    count = count_agreement([*WRONG, RIGHT, OPEN, UNKNOWN, wild_type])
    assert (count.called, count.agree, count.disagree, count.mixed) == (4, 1, 2, 0)
    said = "Agrees with the published call in 1 of 4 (2 the other way, 1 without a clear verdict)."
    assert str(count) == said
    assert str(count_agreement([UNKNOWN, wild_type])) == ""
    results = make_results(*WRONG, RIGHT, OPEN, UNKNOWN)
    assert str(results).splitlines()[0] == said == results_markdown(results).splitlines()[0]


def test_the_table_says_the_call_beside_the_verdict() -> None:
    rows = [line.split() for line in str(make_results(*WRONG, RIGHT)).splitlines() if line.startswith("TRKA ")][:3]
    assert [row[-3:] for row in rows] == [
        ["sensitive", "R≠", "·"],
        ["resistant", "S≠", "·"],
        ["resistant", "R", "76.7x"],
    ]


def test_the_csv_has_call_sources_agreement_and_every_ratio() -> None:
    rows = list(csv.DictReader(io.StringIO(csv_text([*WRONG, RIGHT, OPEN]))))
    assert [row["published_call"] for row in rows] == ["resistant", "sensitive", "resistant", "resistant"]
    assert [row["agrees_with_published_call"].lower() for row in rows] == ["false", "false", "true", ""]
    assert rows[0]["published_call_sources"] == "OncoKB R2"
    assert rows[2]["published_fold_changes"] == "76.67"


@pytest.mark.parametrize(("folds", "text"), [((), ""), ((76.7,), "77×"), ((17, 254), "17–254×"), ((3.31, 3.3), "3.3×")])
def test_several_ratios_are_a_range(folds: tuple[float, ...], text: str) -> None:
    fold = evidence_for("NTRK1", "G595R", "larotrectinib")[0]
    case = make_case(evidence=tuple(fold.model_copy(update={"fold_change": each}) for each in folds))
    assert published_fold_text(case) == text


def test_heat_maps_and_page_show_it(tmp_path: Path) -> None:
    cases = (*WRONG, RIGHT)
    texts = {text.get_text() for axes in heatmap_figure(cases).axes for text in axes.texts}
    assert {"published R≠", "published S≠", "published R, 77×"} <= texts
    said = "Agrees with the published call in 1 of 3 (2 the other way)."
    notebook = heat_map_html(cases, "3 cases")
    assert "(R≠)" in notebook and "(R, 77×)" in notebook and said in notebook
    page = report_html(make_results(*cases), tmp_path)
    assert said in page and '<b class="call">R≠</b>' in page and 'title="OncoKB R2"' in page
    assert "published call resistant, not as the verdict" in page
