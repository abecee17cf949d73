"""Two runs side by side: what counts as changed, which cases belong together, and what is said of the others."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.made_records import make_case, make_results
from trkstruct.case_parts import CaseError
from trkstruct.errors import InputError
from trkstruct.records import Case
from trkstruct.report.comparison import compare_results, comparison_row
from trkstruct.report.comparison_figure import comparison_figure
from trkstruct.report.figure_files import write_figure
from trkstruct.report.results import Results
from trkstruct.settings import PRESETS

NUMBERS = st.floats(-20, 20)
ERRORS = st.floats(0, 5)


def case(ddg: float | None, error: float | None = 1.0, **changes: object) -> Case:
    return make_case(ddg_kcal_mol=ddg, ddg_error_kcal_mol=error, **changes)


def failed(**changes: object) -> Case:
    error = CaseError(stage="packing", error_type="E", message="no", repeat_command="")
    return make_case(status="failed", error=error, ddg_kcal_mol=None, ddg_error_kcal_mol=None, verdict=None, **changes)


@given(NUMBERS, NUMBERS, ERRORS, ERRORS)
def test_a_difference_counts_where_it_is_larger_than_both_errors_together(
    a: float, b: float, e: float, f: float
) -> None:
    (compared,) = compare_results(make_results(case(a, e)), make_results(case(b, f))).common
    (back,) = compare_results(make_results(case(b, f)), make_results(case(a, e))).common
    assert compared.difference_kcal_mol == b - a == -(back.difference_kcal_mol or 0.0)
    assert ("beyond the error" in compared.changes) == (abs(b - a) > math.hypot(e, f))
    assert compared.changes == back.changes


def test_a_run_does_not_differ_from_itself() -> None:
    results = make_results(make_case(mutation="WT"), case(2.0), failed(ligand="x"))
    comparison = compare_results(results, results)
    assert comparison.differing == {} and comparison.changed == ()
    assert len(comparison.common) == 3 and comparison.only_first == comparison.only_second == ()


def test_what_changed_comes_with_failures_first_then_by_size() -> None:
    ligands = ("a", "b", "c", "d", "e")
    first = [case(1.0, 0.1, ligand=name) for name in ligands]
    second = [
        case(2.0, 0.1, ligand="a"),
        case(1.05, 0.1, ligand="b"),
        case(-3.0, 0.1, ligand="c"),
        failed(ligand="d"),
        case(1.01, 0.1, ligand="e", verdict="sensitive"),
    ]
    changed = compare_results(make_results(*first), make_results(*second)).changed
    assert [(each.first.ligand, each.changes) for each in changed] == [
        ("d", ("now fails",)),
        ("c", ("beyond the error",)),
        ("a", ("beyond the error",)),
        ("e", ("verdict",)),
    ]
    back = compare_results(make_results(*second), make_results(*first)).changed
    assert back[0].changes == ("failed before",)


def test_a_wild_type_and_an_unknown_error_change_nothing() -> None:
    for one, other in (
        (make_case(mutation="WT", ddg_kcal_mol=0.0), make_case(mutation="WT", ddg_kcal_mol=0.0)),
        (case(1.0, None), case(9.0, 0.1)),
        (case(None, None), case(9.0, 0.1)),
    ):
        (compared,) = compare_results(make_results(one), make_results(other)).common
        assert compared.changes == ()


def test_cases_on_another_structure_belong_together_unless_a_run_has_several() -> None:
    on = [case(value, structure=name) for value, name in ((1.0, "x.pdb"), (2.0, "y.pdb"))]
    assert len(compare_results(make_results(on[0]), make_results(on[1])).common) == 1
    comparison = compare_results(make_results(*on), make_results(on[1]))
    assert [each.first.structure for each in comparison.common] == ["y.pdb"]
    assert [each.structure for each in comparison.only_first] == ["x.pdb"]


def test_what_only_one_has_is_named_and_nothing_in_common_is_refused() -> None:
    other = case(1.0, mutation="G667C")
    comparison = compare_results(make_results(case(1.0), other), make_results(case(1.0), failed(ligand="x")))
    assert comparison.only_first == (other,) and [each.ligand for each in comparison.only_second] == ["x"]
    with pytest.raises(InputError, match="TRKA G595R larotrectinib, the other TRKA G667C larotrectinib"):
        compare_results(make_results(case(1.0)), make_results(other))
    with pytest.raises(InputError, match="the other no mutant"):
        compare_results(make_results(case(1.0)), make_results())


def test_the_differing_settings_are_named() -> None:
    cases = (case(1.0),)
    fast = Results(
        trkstruct_version="1", settings=PRESETS["fast"], versions={"numpy": "1"}, platform="CPU", cases=cases
    )
    versions = {"numpy": "2", "vina": "1"}
    later = fast.model_copy(update={"trkstruct_version": "2", "versions": versions, "platform": "CUDA"})
    assert compare_results(fast, later).differing == {
        "trkstruct": ("1", "2"),
        "platform": ("CPU", "CUDA"),
        "numpy": ("1", "2"),
        "vina": ("none", "1"),
    }


def test_a_row_holds_both_numbers() -> None:
    (compared,) = compare_results(make_results(case(1.0)), make_results(case(4.0, 2.0, verdict="uncertain"))).common
    row = comparison_row(compared)
    assert (row["ddg_a_kcal_mol"], row["ddg_b_kcal_mol"], row["difference_kcal_mol"]) == (1.0, 4.0, 3.0)
    assert row["difference_error_kcal_mol"] == pytest.approx(5**0.5)
    assert row["changed"] == "beyond the error; verdict"


def test_the_scatter_has_a_point_for_each_case_and_takes_any_name(tmp_path_factory: pytest.TempPathFactory) -> None:
    first = [case(1.0, ligand="$a_{b"), case(2.0, ligand="x" * 3), make_case(mutation="WT", ddg_kcal_mol=0.0)]
    second = [case(9.0, ligand="$a_{b"), case(2.5, ligand="x" * 3), make_case(mutation="WT", ddg_kcal_mol=0.0)]
    common = compare_results(make_results(*first), make_results(*second)).common
    figure = comparison_figure(common, ("$A", "B_{"))
    points = [tuple(map(float, (line.get_xdata()[0], line.get_ydata()[0]))) for line in figure.axes[0].lines]
    assert {(1.0, 9.0), (2.0, 2.5)} <= set(points)
    low, high = figure.axes[0].get_xlim()
    assert np.all([low < value < high for point in ((1.0, 9.0), (2.0, 2.5)) for value in point])
    folder = tmp_path_factory.mktemp("figure")
    for ending in (".png", ".svg", ".pdf"):
        assert write_figure(figure, folder / f"s{ending}").stat().st_size > 1000
    with pytest.raises(InputError, match="nothing to draw"):
        comparison_figure(common[2:], ("a", "b"))
