"""A benchmark run end to end: with a pipeline that takes no time, and on the command line."""

import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from support.made_records import make_case
from trkstruct.case_parts import CaseError, DdgParts
from trkstruct.cases import run_case
from trkstruct.cases.run_case import CaseResult
from trkstruct.cases.spec import CaseSpec
from trkstruct.cli import main
from trkstruct.errors import InputError, MutationError
from trkstruct.executor.run_options import RunOptions
from trkstruct.records import Case
from trkstruct.settings import Settings
from trkstruct.validation import validate
from trkstruct.validation.accuracy import (
    CONTACTS_NAME,
    ENERGIES_NAME,
    GEOMETRY_NAME,
    NULL_NAME,
    OWN_NAME,
    RAW_NAME,
    Accuracy,
    assess,
)
from trkstruct.validation.scoring import Predictor, score_error_bars, score_predictors
from trkstruct.validation.sets import Benchmark, BenchmarkRow, Peer
from trkstruct.validation.validate import failures, plan_benchmark, run_benchmark, write_accuracy

MUTATIONS = ("G595R", "F589L", "G667C", "G667S", "G667A", "F589I")
MEASURED = (2.6, 0.1, 2.3, 1.0, 0.3, -0.2)
HERE = RunOptions(workers=0)
PEER = Peer("other method")


def row(mutation: str, measured: float, ligand: str = "larotrectinib", **changes: object) -> BenchmarkRow:
    values = {"kinase": "TRKA", "structure": None, "chain": None, "ligand": ligand, "ligand_name": ligand}
    values |= {"ligand_residue": None, "mutation": mutation, "measured": measured, "source": "test"}
    return BenchmarkRow(**(values | changes))  # type: ignore[arg-type]


BENCHMARK = Benchmark(
    "mine",
    "six mutations",
    tuple(
        row(mutation, measured, distance_angstrom=3.0 + 2 * i, peers={} if i == 1 else {PEER.name: 1.0 + i})
        for i, (mutation, measured) in enumerate(zip(MUTATIONS, MEASURED, strict=True))
    ),
    (PEER,),
)


def plan_fake(
    kinases: Sequence[str], mutations: Sequence[str], ligands: Sequence[str], settings: Settings, **where: str | None
) -> tuple[CaseSpec, ...]:
    """As ``plan_and_check`` answers: the wild type first, normalised mutations, nothing twice."""
    kinase = kinases[0] if kinases else None
    return tuple(
        CaseSpec(kinase=kinase, mutation=mutation, ligand=ligands[0], settings=settings, **where)
        for mutation in dict.fromkeys(("WT", *(text.rpartition(":")[2] for text in mutations)))
    )


def run_fake(spec: CaseSpec, work_dir: Path) -> CaseResult:
    """Predict the measured value plus 0.1 (twice that before calibration); fail for G667S."""
    with (work_dir / "calls").open("a") as log:
        log.write(f"{spec.mutation}\n")
    values: dict[str, object] = {"kinase": spec.kinase or "", "mutation": spec.mutation, "ligand": spec.ligand}
    if spec.mutation == "G667S":
        error = CaseError(stage="relax", error_type="X", message="it exploded", repeat_command="trkstruct scan again")
        nothing = {"ddg_kcal_mol": None, "ddg_error_kcal_mol": None, "ddg_raw_kcal_mol": None, "verdict": None}
        return CaseResult(make_case(**values, **nothing, status="failed", error=error), None, None)
    ddg = dict(zip(MUTATIONS, MEASURED, strict=True)).get(spec.mutation, -0.1) + 0.1
    numbers: dict[str, object] = {"ddg_kcal_mol": ddg, "ddg_raw_kcal_mol": 2 * ddg, "ddg_error_kcal_mol": 0.5}
    parts = DdgParts(
        geometry_kcal_mol=0.0, geometry_error_kcal_mol=1.0, energies_kcal_mol=2 * ddg, energies_error_kcal_mol=1.0,
        energy_weight=0.5, contacts=int(10 * abs(ddg)),
    )  # fmt: skip
    numbers |= {"ddg_parts": parts, "wall_seconds": 2.0}
    verdict = "resistant" if ddg > 1.36 else "uncertain"
    return CaseResult(make_case(**values, **numbers, verdict=verdict), None, None)


@pytest.fixture(scope="module", autouse=True)
def planned_without_structures() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(validate, "plan_and_check", plan_fake)
        yield


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Accuracy]:
    folder = tmp_path_factory.mktemp("validate")
    planned = plan_benchmark(BENCHMARK, Settings())
    outcomes = run_benchmark(planned, folder, run_fake, HERE)
    return folder, write_accuracy(planned, outcomes, folder)


def test_each_row_meets_its_own_case_whatever_the_order(tmp_path: Path) -> None:
    rows = [row("G595R", 2.6, "b"), row("F589L", 0.1, "a"), row("TRKA:G595R", 2.5, "b"), row("G667C", 2.3, "b")]
    planned = plan_benchmark(Benchmark("x", "x", tuple(rows)), Settings())
    assert [(spec.ligand, spec.mutation) for spec in planned.row_specs] == [
        ("b", "G595R"),
        ("a", "F589L"),
        ("b", "G595R"),
        ("b", "G667C"),
    ]
    assert sum(spec.mutation == "WT" for spec in planned.specs) == 2
    outcomes = run_benchmark(planned, tmp_path, run_fake, HERE)
    assert [(o.case.ligand, o.case.mutation) for o in outcomes] == [(s.ligand, s.mutation) for s in planned.row_specs]
    assert len((tmp_path / "calls").read_text().split()) == len(set(planned.specs)) == 5


def test_planning_says_which_rows_do_not_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> tuple[CaseSpec, ...]:
        raise MutationError("A:595 is ARG, expected GLY.")

    monkeypatch.setattr(validate, "plan_and_check", refuse)
    with pytest.raises(InputError, match=r"TRKA with larotrectinib \(test\): A:595 is ARG"):
        plan_benchmark(BENCHMARK, Settings())


def test_a_repeated_run_computes_only_what_failed(tmp_path: Path) -> None:
    planned = plan_benchmark(BENCHMARK, Settings())
    run_benchmark(planned, tmp_path, run_fake, HERE)
    (tmp_path / "calls").unlink()
    run_benchmark(planned, tmp_path, run_fake, HERE)
    assert (tmp_path / "calls").read_text().split() == ["G667S"]


def test_failed_rows_are_counted_and_kept(finished: tuple[Path, Accuracy]) -> None:
    folder, accuracy = finished
    assert (accuracy.n_rows, accuracy.n_failed) == (6, 1)
    assert accuracy.verdicts == {"resistant": {"resistant": 2}, "sensitive": {"uncertain": 3, "failed": 1}}
    with (folder / "rows.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [line["mutation"] for line in rows] == list(MUTATIONS)
    assert [line["status"] for line in rows].count("failed") == 1
    assert rows[3]["ddg_kcal_mol"] == ""
    assert rows[3]["error_message"] == "it exploded"


def test_rows_hold_measurement_prediction_error_terms_and_peers(finished: tuple[Path, Accuracy]) -> None:
    with (finished[0] / "rows.csv").open(newline="") as file:
        line = next(csv.DictReader(file))
    assert float(line["measured_ddg_kcal_mol"]) == 2.6
    assert float(line["ddg_kcal_mol"]) == pytest.approx(2.7)
    assert float(line["ddg_raw_kcal_mol"]) == pytest.approx(5.4)
    assert float(line["ddg_error_kcal_mol"]) == 0.5
    assert float(line["peer_other_method"]) == 1.0
    assert float(line["distance_angstrom"]) == 3.0
    assert "ddg_van_der_waals_kcal_mol" in line
    assert "occlusion" in line


def test_metrics_hold_every_predictor_on_the_same_rows(finished: tuple[Path, Accuracy]) -> None:
    metrics = json.loads((finished[0] / "metrics.json").read_text())
    scores = {each["name"]: each for each in metrics["scores"]}
    assert list(scores) == [OWN_NAME, GEOMETRY_NAME, ENERGIES_NAME, RAW_NAME, CONTACTS_NAME, NULL_NAME, PEER.name]
    assert [each["n"] for each in scores.values()] == [5, 5, 5, 5, 5, 5, 4]
    assert "rmse" not in scores[CONTACTS_NAME]["measures"]
    assert scores[OWN_NAME]["measures"]["rmse"]["value"] == pytest.approx(0.1)
    assert scores[NULL_NAME]["measures"]["spearman"]["value"] is None
    assert scores[NULL_NAME]["versus"]["rmse"]["advantage"]["value"] > 0
    assert metrics["error_bars"]["coverage"]["value"] == 1.0
    assert metrics["settings"]["preset"] == "standard"
    assert [each["row"] for each in metrics["failed"]] == ["TRKA G667S larotrectinib"]
    assert {group["name"]: group["n"] for group in metrics["groups"]} == {
        "larotrectinib": 6,
        "up to 5 Å": 2,
        "5 to 8 Å": 1,
        "beyond 8 Å": 3,
    }


def test_figures_are_written(finished: tuple[Path, Accuracy]) -> None:
    folder, _ = finished
    assert (folder / "scatter.png").read_bytes().startswith(b"\x89PNG")
    svg = (folder / "scatter.svg").read_text()
    assert "larotrectinib (1 failed)" in svg


def test_a_benchmark_in_which_everything_failed_is_told_as_that() -> None:
    failed = make_case(status="failed", ddg_kcal_mol=None, ddg_error_kcal_mol=None, verdict=None)
    accuracy = assess(BENCHMARK, [type(o)(o.row, failed) for o in fake_outcomes()])
    assert accuracy.n_failed == 6
    assert accuracy.scores[0].measures == {}
    assert accuracy.error_bars is None
    assert accuracy.seconds_per_case is None


def test_missing_predictions_do_not_move_the_others() -> None:
    measured = np.array([0.0, 1.0, 2.0, 3.0, -1.0])
    own = Predictor(OWN_NAME, measured + 0.5)
    with_gap = Predictor(OWN_NAME, np.append(measured + 0.5, np.nan))
    other, longer = Predictor("o", measured[::-1].copy()), Predictor("o", np.append(measured[::-1], 9.0))
    assert score_predictors(measured, own, [other]) == score_predictors(np.append(measured, 7.0), with_gap, [longer])


def test_a_handful_of_rows_gives_values_but_no_intervals() -> None:
    measured = np.array([0.0, 1.0, 2.0, 3.0, -1.0, 0.5, 0.2, 1.9, 2.2])
    own, other = Predictor(OWN_NAME, measured + 0.5), Predictor(NULL_NAME, np.zeros(9))
    few = score_predictors(measured, own, [other])[1]
    assert few.measures["rmse"].value > 0
    assert few.measures["rmse"].low is None
    assert few.versus["auroc"].advantage.value == pytest.approx(0.5)
    assert few.versus["auroc"].p_value is None
    ten = [Predictor(each.name, np.append(each.values, 0.0)) for each in (own, other)]
    assert score_predictors(np.append(measured, 0.0), ten[0], ten[1:])[1].versus["auroc"].p_value < 0.05


def test_error_bars_that_grow_with_the_error_show_it() -> None:
    rng = np.random.default_rng(0)
    errors = rng.uniform(0.1, 2.0, 400)
    predicted = rng.normal(scale=errors)
    honest = score_error_bars(np.zeros(400), Predictor("a", predicted, errors=errors))
    shuffled = score_error_bars(np.zeros(400), Predictor("a", predicted, errors=rng.permutation(errors)))
    assert honest is not None
    assert shuffled is not None
    assert honest.size_correlation.low > 0.2 > abs(shuffled.size_correlation.value)


def fake_outcomes() -> list:
    planned = plan_benchmark(BENCHMARK, Settings())
    from trkstruct.validation.accuracy import Outcome

    def case_of(each: BenchmarkRow) -> Case:
        return make_case(mutation=each.mutation, ddg_kcal_mol=each.measured)

    return [Outcome(each, case_of(each)) for each in planned.benchmark.rows]


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(
        main, ["validate", *map(str, arguments)], catch_exceptions=False, env={"TRKSTRUCT_SOURCES": ""}
    )


@pytest.fixture
def fake_pipeline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_case, "run_case", run_fake)


def own_table(folder: Path) -> Path:
    path = folder / "mine.csv"
    lines = [f"TRKA,larotrectinib,{m},{v}" for m, v in zip(MUTATIONS, MEASURED, strict=True)]
    path.write_text("kinase,ligand,mutation,ddg_kcal_mol\n" + "\n".join(lines) + "\n")
    return path


@pytest.mark.usefixtures("fake_pipeline")
def test_command_prints_measures_and_failures_and_exits_with_3(tmp_path: Path) -> None:
    result = run("--data", own_table(tmp_path), "-o", tmp_path / "out", "--workers", 0)
    assert result.exit_code == 3, result.output
    assert "6 rows, 5 predicted, 1 failed" in result.stdout
    for text in ("RMSE", "AUPRC", "always 0", "called uncertain", "it exploded", "trkstruct scan again"):
        assert text in result.stdout
    assert all(len(line) <= 100 for line in result.stdout.splitlines())
    assert {path.name for path in (tmp_path / "out").glob("*.*")} >= {
        "rows.csv",
        "metrics.json",
        "scatter.png",
        "scatter.svg",
        "results.json",
    }


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "Name one of --set and --data"),
        (("--set", "trk", "--data", __file__), "Name one of --set and --data"),
        (("--set", "abl"), "needs --sources"),
        (("--set", "cdk2"), "Invalid value for '--set'"),
        (("--data", "missing.csv"), "does not exist"),
        (("--set", "abl", "--sources", Path(__file__).parent), "lacks renumbered/"),
        (("--data", __file__), "lacks the column"),
    ],
)
def test_command_refuses_what_cannot_be_run(tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    out = tmp_path / "out"
    result = run(*arguments, "-o", out)
    assert result.exit_code == 2
    assert message in result.stderr
    assert not out.exists()


def test_failures_are_empty_when_all_went_well() -> None:
    assert failures(fake_outcomes()) == []
