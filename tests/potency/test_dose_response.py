"""Dose-response fits: known parameters come back, intervals hold what they promise, missing plateaus are refused."""

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from support.made_records import make_case
from trkstruct.cli import main
from trkstruct.cli.potency import read_km
from trkstruct.errors import InputError
from trkstruct.kinase.evidence import apparent_ddg_kcal_mol
from trkstruct.potency.assay_file import load_dose_responses
from trkstruct.potency.dose_response import (
    Curve,
    CurveFit,
    DoseResponse,
    cheng_prusoff,
    evaluate_curve,
    fit_dose_response,
)
from trkstruct.potency.figure import dose_response_figure
from trkstruct.potency.fold_change import compare_with_cases, fold_changes_of

DOSES = np.repeat(np.geomspace(0.1, 10_000, 10), 2)
NORMALIZED = {"bottom": 0.0, "top": 100.0}


def make_data(
    curve: Curve, noise: float = 0.0, seed: int = 0, variant: str = "WT", doses: np.ndarray = DOSES, scale: float = 1.0
) -> DoseResponse:
    rng = np.random.default_rng(seed)
    response = evaluate_curve(curve, doses) + rng.normal(scale=noise, size=len(doses)) if noise else None
    response = evaluate_curve(curve, doses) if response is None else response
    return DoseResponse("drug", variant, "", doses, response * scale, np.ones(len(doses)))


def curve_at(ic50_nm: float, hill: float = 1.0) -> Curve:
    return Curve(0.0, 100.0, math.log10(ic50_nm), hill)


@given(
    bottom=st.floats(-20, 30),
    span=st.floats(20, 200),
    log10_ic50=st.floats(0.2, 2.8),
    hill=st.floats(0.6, 2.5),
    falls=st.booleans(),
)
@settings(deadline=None, max_examples=40)
def test_parameters_come_back_from_data_without_noise(
    bottom: float, span: float, log10_ic50: float, hill: float, falls: bool
) -> None:
    true = Curve(bottom, bottom + span, log10_ic50, hill if falls else -hill)
    fit = fit_dose_response(make_data(true))
    assert fit.status == "ok"
    assert fit.ic50_nm == pytest.approx(10**log10_ic50, rel=1e-3)
    assert fit.curve.hill == pytest.approx(true.hill, rel=1e-2)
    assert (fit.curve.bottom, fit.curve.top) == pytest.approx((true.bottom, true.top), abs=0.01 * span)


def test_intervals_hold_the_true_ic50_at_the_nominal_rate() -> None:
    rng = np.random.default_rng(1)
    n, inside = 100, 0
    for seed in range(n):
        ic50 = 10 ** rng.uniform(0.5, 2.5)
        fit = fit_dose_response(make_data(curve_at(ic50), noise=6, seed=seed))
        assert fit.status == "ok"
        inside += fit.low_nm <= ic50 <= fit.high_nm
    assert binomtest(inside, n, 0.95).pvalue > 0.01, f"{inside} of {n}"


def test_response_units_and_order_do_not_matter() -> None:
    data = make_data(curve_at(30), noise=5)
    reference = fit_dose_response(data)
    order = np.random.default_rng(0).permutation(len(DOSES))
    shuffled = DoseResponse("drug", "WT", "", DOSES[order], data.response[order], data.weight)
    scaled = DoseResponse("drug", "WT", "", DOSES, data.response * 1e-4 + 7, data.weight)
    for other in (shuffled, scaled):
        fit = fit_dose_response(other)
        assert fit.ic50_nm == pytest.approx(reference.ic50_nm, rel=1e-3)
        assert (fit.low_nm, fit.high_nm) == pytest.approx((reference.low_nm, reference.high_nm), rel=1e-2)


def test_inhibition_and_activity_give_the_same_ic50() -> None:
    data = make_data(curve_at(30, 1.4), noise=5)
    inhibition = DoseResponse("drug", "WT", "", DOSES, 100 - data.response, data.weight)
    falling, rising = fit_dose_response(data), fit_dose_response(inhibition)
    assert rising.ic50_nm == pytest.approx(falling.ic50_nm, rel=1e-3)
    assert rising.curve.hill == pytest.approx(-falling.curve.hill, rel=1e-2)


def test_a_control_without_compound_is_a_point_like_others() -> None:
    doses = np.append(DOSES, [0.0, 0.0])
    fit = fit_dose_response(make_data(curve_at(30), doses=doses))
    assert fit.ic50_nm == pytest.approx(30, rel=1e-3)
    assert fit.n_points == 22
    assert fit.lowest_nm == pytest.approx(0.1)


def test_a_point_without_weight_does_not_pull() -> None:
    data = make_data(curve_at(30))
    response, weight = data.response.copy(), data.weight.copy()
    response[8] += 60
    pulled = fit_dose_response(DoseResponse("drug", "WT", "", DOSES, response, weight))
    weight[8] = 1e-9
    spared = fit_dose_response(DoseResponse("drug", "WT", "", DOSES, response, weight))
    assert spared.ic50_nm == pytest.approx(30, rel=1e-3)
    assert abs(math.log(pulled.ic50_nm / 30)) > 0.02


@pytest.mark.parametrize(
    ("ic50_nm", "text"),
    [(30_000, "IC50 beyond the tested range: > 10000 nM"), (0.02, "IC50 beyond the tested range: < 0.1 nM")],
)
def test_ic50_beyond_the_doses_is_a_bound(ic50_nm: float, text: str) -> None:
    fit = fit_dose_response(make_data(curve_at(ic50_nm), noise=3, seed=2), **NORMALIZED)
    assert fit.ic50_nm is None
    assert fit.ic50_text == text


def test_data_without_a_plateau_give_no_ic50_unless_it_is_known() -> None:
    data = make_data(curve_at(6000), noise=4, seed=3)
    alone, normalized = fit_dose_response(data), fit_dose_response(data, **NORMALIZED)
    assert alone.ic50_nm is None
    assert alone.status in ("no plateau", "above range")
    assert normalized.low_nm < 6000 < normalized.high_nm


def test_half_a_curve_is_never_sold_as_a_narrow_answer() -> None:
    """Doses up to the IC50 only: an interval, where one is given, holds the true value."""
    doses = np.repeat(np.geomspace(0.1, 100, 8), 2)
    for seed in range(20):
        fit = fit_dose_response(make_data(curve_at(100), noise=4, seed=seed, doses=doses))
        assert fit.ic50_nm is None or fit.low_nm <= 130
        assert fit.high_nm is None or fit.high_nm >= 70


def test_a_flat_response_is_no_response() -> None:
    flat = DoseResponse("drug", "WT", "", DOSES, 100 + np.random.default_rng(4).normal(size=20), np.ones(20))
    fit = fit_dose_response(flat)
    assert (fit.status, fit.ic50_nm, fit.curve) == ("no response", None, None)
    constant = DoseResponse("drug", "WT", "", DOSES, np.full(20, 100.0), np.ones(20))
    assert fit_dose_response(constant).ic50_text == "no response up to 10000 nM"


def test_too_few_points_are_refused_by_name() -> None:
    doses = np.array([1.0, 10, 100, 1000])
    data = make_data(curve_at(30), doses=doses, variant="G595R")
    with pytest.raises(InputError, match="drug G595R: 4 concentrations and 4 points cannot give 4 parameters"):
        fit_dose_response(data)
    assert fit_dose_response(data, **NORMALIZED).ic50_nm == pytest.approx(30, rel=1e-3)
    with pytest.raises(InputError, match="must be below top"):
        fit_dose_response(data, bottom=100, top=0)


def fits(*ic50s: tuple[str, float], noise: float = 4) -> list[tuple[DoseResponse, CurveFit]]:
    curves = [make_data(curve_at(ic50), noise, seed, variant) for seed, (variant, ic50) in enumerate(ic50s)]
    return [(data, fit_dose_response(data, **NORMALIZED)) for data in curves]


def test_fold_change_and_apparent_ddg_of_a_pair() -> None:
    (fold,) = fold_changes_of(fits(("WT", 0.9), ("G595R", 69), noise=0))
    assert fold.fold == pytest.approx(69 / 0.9, rel=1e-3)
    assert fold.ddg_kcal_mol == pytest.approx(2.57, abs=0.01)  # Drilon 2017, 10.1158/2159-8290.CD-17-0507
    assert (fold.qualifier, fold.basis) == ("=", "IC50")


def test_intervals_of_fold_changes_hold_the_truth_at_the_nominal_rate() -> None:
    n, inside = 40, 0
    for seed in range(n):
        curves = [make_data(curve_at(5), 6, 2 * seed), make_data(curve_at(200), 6, 2 * seed + 1, "G595R")]
        (fold,) = fold_changes_of([(data, fit_dose_response(data)) for data in curves])
        inside += fold.low <= 40 <= fold.high
        assert fold.ddg_low_kcal_mol == pytest.approx(apparent_ddg_kcal_mol(fold.low))
    assert binomtest(inside, n, 0.95).pvalue > 0.01, f"{inside} of {n}"


def test_a_mutant_beyond_the_doses_gives_a_bound_on_the_fold_change() -> None:
    (fold,) = fold_changes_of(fits(("WT", 2), ("G595R", 80_000)))
    assert fold.qualifier == ">"
    assert 4000 < fold.fold < 5500
    assert fold.low is None
    (flat,) = fold_changes_of(fits(("WT", 2), ("G595R", 1e9)))
    assert flat.qualifier == ">"
    (full,) = fold_changes_of(fits(("WT", 2), ("G595R", 1e-6)))
    assert (full.qualifier, full.fold < 0.06) == ("<", True)
    unknown = fold_changes_of(fits(("WT", 80_000), ("G595R", 80_000)))[0]
    assert (unknown.qualifier, unknown.fold) == ("unknown", None)


def test_cheng_prusoff_turns_a_change_of_km_into_a_change_of_ki() -> None:
    assert cheng_prusoff(100, atp=1000, km=50) == pytest.approx(100 / 21)
    curves = fits(("WT", 10), ("G595R", 100), noise=0)
    (same,) = fold_changes_of(curves, atp=100, km={"": 50})
    (other,) = fold_changes_of(curves, atp=100, km={"WT": 50, "G595R": 10})
    assert same.fold == pytest.approx(10, rel=1e-3)
    assert other.fold == pytest.approx(10 * (1 + 100 / 50) / (1 + 100 / 10), rel=1e-3)
    assert other.basis == "Ki"
    with pytest.raises(InputError, match="No Km for WT"):
        fold_changes_of(curves, atp=100, km={"G595R": 10})
    with pytest.raises(InputError, match="both"):
        fold_changes_of(curves, atp=100)
    with pytest.raises(InputError, match="above 0"):
        cheng_prusoff(1, atp=1, km=0)


def test_km_is_read_by_variant() -> None:
    assert read_km(["20"]) == {"": 20}
    assert read_km(["WT=50", "G595R=20"]) == {"WT": 50, "G595R": 20}
    for texts in (["WT=x"], ["-1"], ["inf"], ["WT=1", "WT=2"]):
        with pytest.raises(InputError):
            read_km(texts)


def test_assay_meets_the_prediction_for_the_same_mutation_and_ligand() -> None:
    folds = fold_changes_of(fits(("WT", 1), ("G595R", 70), ("F589L", 3)))
    cases = [make_case(ligand="drug", mutation="G595R"), make_case(ligand="other", mutation="F589L")]
    compared = compare_with_cases(folds, cases)
    assert [each.case for each in compared] == [cases[0], None]
    with pytest.raises(InputError, match="column kinase"):
        compare_with_cases(folds, [*cases, make_case(kinase="TRKB", ligand="drug", mutation="G595R")])


def write_table(folder: Path, header: str = "compound,mutation,concentration_nm,response,replicate") -> Path:
    lines = [header]
    for seed, (variant, ic50) in enumerate((("WT", 0.9), ("G595R", 69.0), ("G667C", 500_000.0))):
        data = make_data(curve_at(ic50), 4, seed, variant)
        pairs = enumerate(zip(data.concentration_nm, data.response, strict=True))
        lines += [f"larotrectinib,{variant},{dose:.6g},{response:.4f},{i % 2}" for i, (dose, response) in pairs]
    path = folder / "assay.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_table_is_read_into_curves(tmp_path: Path) -> None:
    curves = load_dose_responses(write_table(tmp_path))
    assert [(data.compound, data.variant, len(data.response)) for data in curves] == [
        ("larotrectinib", "WT", 20),
        ("larotrectinib", "G595R", 20),
        ("larotrectinib", "G667C", 20),
    ]
    again = load_dose_responses(write_table(tmp_path, "ligand,variant,concentration_nm,response,replicate"))
    assert [data.variant for data in again] == ["WT", "G595R", "G667C"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("compound,mutation,response\n", "lacks the column concentration_nm"),
        ("compound,ligand,mutation,concentration_nm,response\n", "more than one of the columns compound or ligand"),
        ("compound,mutation,concentration_nm,response\n", "no rows"),
        ("compound,mutation,concentration_nm,response\nx,WT,-1,5\n", "line 2: concentration_nm is -1"),
        ("compound,mutation,concentration_nm,response\nx,WT,1,5\nx,WT,10,\n", "line 3: response is ''"),
        ("compound,mutation,concentration_nm,response\nx,G595,1,5\n", "G595"),
        ("compound,mutation,concentration_nm,response\n,WT,1,5\n", "compound is empty"),
        ("compound,mutation,concentration_nm,response,weight\nx,WT,1,5,0\n", "weight is 0"),
    ],
)
def test_a_table_that_cannot_be_used_says_where(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "assay.csv"
    path.write_text(text)
    with pytest.raises(InputError) as error:
        load_dose_responses(path)
    assert message in str(error.value)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["potency", "fit", *map(str, arguments)], catch_exceptions=False)


def test_command_prints_and_writes_potencies(tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run(write_table(tmp_path), "--bottom", 0, "--top", 100, "-o", out)
    assert result.exit_code == 0, result.output
    assert "no response up to 10000 nM" in result.stdout
    with (out / "fold_changes.csv").open(newline="") as file:
        rows = {row["variant"]: row for row in csv.DictReader(file)}
    assert float(rows["G595R"]["low"]) < 69 / 0.9 < float(rows["G595R"]["high"])
    assert rows["G667C"]["qualifier"] == ">"
    assert float(rows["G667C"]["ddg_kcal_mol"]) > 5
    with (out / "curves.csv").open(newline="") as file:
        assert [row["status"] for row in csv.DictReader(file)] == ["ok", "ok", "no response"]
    assert (out / "dose_response.png").read_bytes().startswith(b"\x89PNG")
    assert "no response up to 10000 nM" in (out / "dose_response.svg").read_text()


def test_command_puts_assay_and_prediction_side_by_side(tmp_path: Path) -> None:
    from trkstruct.records import Results
    from trkstruct.settings import Settings

    results = Results(
        trkstruct_version="0",
        settings=Settings(),
        versions={},
        platform="CPU",
        cases=(make_case(), make_case(mutation="WT")),
    )
    (tmp_path / "results.json").write_text(results.model_dump_json())
    result = run(write_table(tmp_path), "--bottom", 0, "--top", 100, "--compare", tmp_path)
    lines = [line for line in result.stdout.splitlines() if "(IC50)" in line]
    assert "resistant" in lines[0]
    assert "not in the scan" in lines[1]


def test_command_exits_with_3_when_there_is_no_ic50_at_all(tmp_path: Path) -> None:
    path = tmp_path / "assay.csv"
    rows = [f"x,WT,{dose:g},{100 + (i % 3)}" for i, dose in enumerate(DOSES)]
    path.write_text("compound,mutation,concentration_nm,response\n" + "\n".join(rows) + "\n")
    result = run(path)
    assert result.exit_code == 3
    assert "no response up to 10000 nM" in result.stdout


def test_figure_has_a_panel_per_compound_and_the_ic50_in_its_legend() -> None:
    curves = fits(("WT", 1), ("G595R", 70))
    other = DoseResponse("second", "WT", "", DOSES, curves[0][0].response, np.ones(20))
    figure = dose_response_figure([*curves, (other, curves[0][1])])
    panels = [axes for axes in figure.axes if axes.axison]
    assert [axes.get_title() for axes in panels] == ["drug", "second"]
    labels = [text.get_text() for text in panels[0].get_legend().get_texts()]
    assert labels[0].startswith("WT: IC50 ")
    assert labels[1].startswith("G595R: IC50 ")
