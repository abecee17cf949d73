"""One case from Python: its answer is that of a scan, and it raises what went wrong as what it is."""

from pathlib import Path

import pytest

import trkstruct
from support.quick import QUICK
from trkstruct.cases import run_case
from trkstruct.cases.spec import CaseSpec
from trkstruct.errors import InputError, LigandError, StructureError

SMALL = QUICK.model_copy(update={"solute_dielectrics": (1.0,), "rotamers_minimized": 1})


def test_it_answers_as_a_scan_does(tmp_path: Path) -> None:
    spec = CaseSpec(kinase="TRKA", mutation="G667S", ligand="repotrectinib", settings=SMALL)
    alone = trkstruct.score("G667S", "repotrectinib", kinase="TRKA", settings=SMALL)
    among_others = run_case.run_case(spec, tmp_path).case
    assert alone.wall_seconds > 0
    assert alone.model_copy(update={"wall_seconds": 0.0}) == among_others.model_copy(update={"wall_seconds": 0.0})


def test_what_fails_is_raised_as_itself_with_case_and_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise StructureError("chain Q is not there.") from KeyError("Q")

    monkeypatch.setattr(run_case, "load_wild_type", refuse)
    said = r"^TRKA G595R repotrectinib failed while reading the complex: chain Q is not there\.$"
    with pytest.raises(StructureError, match=said) as caught:
        trkstruct.score("G595R", "repotrectinib", kinase="TRKA", settings=SMALL)
    assert isinstance(caught.value.__cause__, KeyError)
    case = run_case.run_case(CaseSpec(kinase="TRKA", mutation="G595R", ligand="repotrectinib"), Path("unused")).case
    assert case.error is not None
    assert (case.error.stage, case.error.message) == ("reading the complex", "chain Q is not there.")
    assert case.error.error_type == "StructureError"


def test_what_nobody_raised_on_purpose_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(*_: object, **__: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(run_case, "load_wild_type", stumble)
    with pytest.raises(ZeroDivisionError, match="division by zero") as caught:
        trkstruct.score("G595R", "repotrectinib", kinase="TRKA", settings=SMALL)
    assert caught.value.args == ("division by zero",)
    assert caught.value.__notes__ == ["TRKA G595R repotrectinib failed while reading the complex"]


def test_arguments_are_refused_before_anything_is_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trkstruct.cases.score.compute_case", lambda *_: pytest.fail("it was computed"))
    with pytest.raises(LigandError, match="larotrectinob"):
        trkstruct.score("G595R", "larotrectinob", kinase="TRKA")
    with pytest.raises(InputError):
        trkstruct.score("G595W595", "larotrectinib", kinase="TRKA")
