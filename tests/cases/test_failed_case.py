"""What a case that failed says of it."""

from pathlib import Path

import pytest

from support.quick import QUICK
from trkstruct.cases.run_case import run_case
from trkstruct.cases.spec import CaseSpec


def test_a_case_without_memory_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def exhausted(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("trkstruct.cases.run_case.load_relaxed_wild_type", exhausted)
    case = run_case(CaseSpec(kinase="TRKA", mutation="G595R", ligand="repotrectinib", settings=QUICK), tmp_path).case
    assert case.status == "failed" and case.error is not None
    assert case.error.stage == "relaxing the wild type"
    assert case.error.message.startswith("Memory ran out")
    assert "--workers" in case.error.message
