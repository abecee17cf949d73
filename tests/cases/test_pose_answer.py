"""A doubtful pose gives no verdict and no number, wherever results are shown; a plausible one a wider error."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.made_records import make_case, make_results
from support.quick import QUICKEST
from trkstruct.case_parts import EnergyTerms, PoseAssessment
from trkstruct.cases import run_case as run_case_module
from trkstruct.cases.pose_answer import POSE_ERROR_KCAL_MOL, answer_of, pose_error_kcal_mol
from trkstruct.cases.run_case import run_case
from trkstruct.cases.spec import CaseSpec
from trkstruct.cases.wild_type import WildType, load_wild_type
from trkstruct.impact.calibration import DdgEstimate
from trkstruct.impact.posterior import Belief
from trkstruct.records import POSE_ADVICE
from trkstruct.report.case_rows import csv_text
from trkstruct.report.mutation_sentence import mutation_sentences
from trkstruct.report.page.page import report_html
from trkstruct.report.results import Results, load_results
from trkstruct.report.table import results_markdown, results_text

ZERO = EnergyTerms(**dict.fromkeys(EnergyTerms.model_fields, 0.0))
ESTIMATE = DdgEstimate(3.0, 0.8, 3.0, ZERO, Belief(1.0, 1.0), Belief(5.0, 2.0), 30)
DOUBTFUL = PoseAssessment(pose_class="doubtful", reasons=("no hydrogen bond to the hinge",), origin="docked")
PLAUSIBLE = PoseAssessment(pose_class="plausible", reasons=("no known pose",), origin="docked", hinge_bonds=1)
RELIABLE = PoseAssessment(pose_class="reliable", reasons=("0.5 Å from x of MET",), origin="transferred", hinge_bonds=1)


def test_a_doubtful_pose_gives_nothing_but_that_it_is_unreliable() -> None:
    for near in (True, False):
        answer = answer_of(DOUBTFUL, ESTIMATE, (), near=near)
        assert (answer.verdict, answer.estimate, answer.withheld) == ("pose unreliable", None, True)
    assert answer_of(DOUBTFUL, None, (), near=True).verdict == "pose unreliable", "the wild type says it too"


def test_a_reliable_pose_and_one_that_was_given_change_nothing() -> None:
    for pose in (RELIABLE, None):
        answer = answer_of(pose, ESTIMATE, (), near=True)
        assert (answer.estimate, answer.verdict, answer.assessment) == (ESTIMATE, "resistant", pose)
        assert answer_of(pose, None, (), near=True).verdict is None


def test_a_plausible_pose_widens_the_error_by_what_its_rivals_answer() -> None:
    alone = answer_of(PLAUSIBLE, ESTIMATE, (), near=True)
    assert alone.estimate is not None and alone.assessment is not None
    assert alone.estimate.error_kcal_mol == pytest.approx(np.hypot(0.8, POSE_ERROR_KCAL_MOL))
    assert alone.assessment.error_kcal_mol == POSE_ERROR_KCAL_MOL
    torn = answer_of(PLAUSIBLE, ESTIMATE, (-1.0,), near=True)
    assert torn.estimate is not None and torn.assessment is not None
    assert torn.assessment.error_kcal_mol == pytest.approx(4.0 / 2**0.5)
    assert torn.assessment.rival_ddg_kcal_mol == (-1.0,) and torn.verdict == "uncertain"
    assert torn.estimate.ddg_kcal_mol == ESTIMATE.ddg_kcal_mol
    assert answer_of(PLAUSIBLE, ESTIMATE, (), near=False).estimate == ESTIMATE, "no pose changes a far mutation"


@given(ddg=st.floats(-9, 9), rivals=st.lists(st.floats(-9, 9), max_size=2), shift=st.floats(-5, 5))
def test_the_poses_error_is_a_spread(ddg: float, rivals: list[float], shift: float) -> None:
    error = pose_error_kcal_mol(ddg, rivals)
    assert error >= POSE_ERROR_KCAL_MOL
    assert pose_error_kcal_mol(ddg + shift, [each + shift for each in rivals]) == pytest.approx(error, abs=1e-6)
    assert pose_error_kcal_mol(ddg, [ddg] * len(rivals)) == POSE_ERROR_KCAL_MOL


@pytest.fixture
def sought(monkeypatch: pytest.MonkeyPatch) -> dict[str, PoseAssessment]:
    """Repotrectinib's own pose in the model, said to have been sought and to be of the class that the test sets."""
    said: dict[str, PoseAssessment] = {}

    def load(*args: object, **options: object) -> WildType:
        given_pose = load_wild_type("TRKA", "repotrectinib")
        rivals = (replace(given_pose, assessment=PLAUSIBLE),)
        return replace(given_pose, assessment=said["is"], rivals=rivals)

    monkeypatch.setattr(run_case_module, "load_wild_type", load)
    return said


@pytest.mark.parametrize("mutation", ["WT", "G595R"])
def test_no_energy_of_a_doubtful_pose_is_in_the_record(
    mutation: str, sought: dict[str, PoseAssessment], tmp_path: Path
) -> None:
    sought["is"] = DOUBTFUL
    case = run_case(
        CaseSpec(kinase="TRKA", mutation=mutation, ligand="repotrectinib", settings=QUICKEST), tmp_path
    ).case
    assert (case.status, case.verdict) == ("ok", "pose unreliable")
    numbers = (case.ddg_kcal_mol, case.ddg_error_kcal_mol, case.ddg_raw_kcal_mol, case.ddg_terms, case.binding_terms)
    assert numbers == (None,) * 5 and case.rotamers == ()
    assert case.pose == DOUBTFUL and DOUBTFUL.reasons[0] in case.summary and POSE_ADVICE in case.summary


def test_a_plausible_pose_is_run_beside_its_rivals(sought: dict[str, PoseAssessment], tmp_path: Path) -> None:
    sought["is"] = PLAUSIBLE
    spec = CaseSpec(kinase="TRKA", mutation="G595R", ligand="repotrectinib", settings=QUICKEST)
    case = run_case(spec, tmp_path).case
    assert case.error is None and case.pose is not None and case.ddg_kcal_mol is not None
    assert case.pose.rival_ddg_kcal_mol == pytest.approx((case.ddg_kcal_mol,), abs=1e-3), (
        "the same pose, the same answer"
    )
    assert len(list((tmp_path / "reference").glob("*-0-pose1.npz"))) == 1
    sought["is"] = RELIABLE
    sure = run_case(spec, tmp_path).case
    assert sure.ddg_error_kcal_mol is not None and case.ddg_error_kcal_mol is not None
    assert sure.ddg_error_kcal_mol < case.ddg_error_kcal_mol and sure.pose == RELIABLE


def unreliable_results() -> Results:
    nothing = {"ddg_kcal_mol": None, "ddg_error_kcal_mol": None, "verdict": "pose unreliable", "pose": DOUBTFUL}
    widened = PLAUSIBLE.model_copy(update={"error_kcal_mol": 1.2, "rival_ddg_kcal_mol": (0.4,)})
    return make_results(
        make_case(ligand="crizotinib", summary="G595R with crizotinib: pose unreliable", **nothing),
        make_case(ligand="milciclib", pose=widened),
        make_case(),
    )


def test_table_markdown_page_csv_and_json_say_it(tmp_path: Path) -> None:
    results = unreliable_results()
    for text in (results_text(results), results_markdown(results), report_html(results, tmp_path)):
        folded = " ".join(text.split())
        assert "pose unreliable" in folded and "no hydrogen bond to the hinge" in folded
        assert "To get an answer: give a structure of this kinase" in folded
        assert "in the other poses" in folded or "in other poses as low in energy" in folded
    assert max(map(len, results_text(results).splitlines())) <= 100
    rows = list(csv.DictReader(io.StringIO(csv_text(results.cases))))
    assert [row["pose_class"] for row in rows] == ["doubtful", "plausible", ""]
    assert (rows[0]["verdict"], rows[0]["ddg_kcal_mol"]) == ("pose unreliable", "")
    assert rows[1]["pose_error_kcal_mol"] == "1.2" and rows[0]["pose_reasons"] == DOUBTFUL.reasons[0]
    (tmp_path / "results.json").write_text(results.model_dump_json())
    assert load_results(tmp_path).cases == results.cases


def test_the_sentence_of_a_mutation_leaves_out_what_is_not_judged() -> None:
    (sentence,) = mutation_sentences(unreliable_results().cases)
    assert sentence.endswith("nothing is said of crizotinib, whose pose is unreliable.")
    assert "crizotinib" not in sentence.partition("nothing is said")[0]
    (alone,) = mutation_sentences(unreliable_results().cases[:1])
    assert alone == "TRKA G595R (solvent front): nothing is said of crizotinib, whose pose is unreliable."


def test_results_written_before_poses_had_a_class_are_read(tmp_path: Path) -> None:
    values = json.loads(make_results(make_case()).model_dump_json())
    for case in values["cases"]:
        del case["pose"]
    (tmp_path / "results.json").write_text(json.dumps(values))
    assert load_results(tmp_path).cases[0].pose is None
