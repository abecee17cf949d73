"""A case finds out once which kinase it has, where its file is read; a shipped model says it itself."""

from pathlib import Path

import pytest

from support.crystal import Edit, chain_lines, ligand_lines, text_of
from support.quick import QUICK
from trkstruct.cases.plan import plan_and_check
from trkstruct.cases.run_case import run_case
from trkstruct.cases.user_file import read_parts
from trkstruct.structure import numbering


@pytest.fixture
def recognised(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sequences that were aligned with those of the kinases."""
    aligned: list[str] = []
    identify = numbering.identify_kinase

    def counted(sequence: str, numbers: list[int], breaks: frozenset[int]) -> object:
        aligned.append(sequence)
        return identify(sequence, numbers, breaks)

    monkeypatch.setattr(numbering, "identify_kinase", counted)
    return aligned


@pytest.fixture
def deposited(tmp_path: Path) -> Path:
    """Numbered otherwise, with a gap to build and a ligand of another name."""
    edit = Edit(chain="C", shift=6, without=frozenset({549, 550}))
    path = tmp_path / "deposited.pdb"
    path.write_text(text_of(chain_lines(edit), ligand_lines(residue="C 801")))
    return path


def test_a_case_from_a_file_recognises_its_kinase_once(deposited: Path, tmp_path: Path, recognised: list[str]) -> None:
    plan = plan_and_check((), ("G595R",), ("repotrectinib",), QUICK, structure=str(deposited))
    cases = [run_case(spec, tmp_path).case for spec in plan]
    assert [(case.status, case.kinase, case.mutation) for case in cases] == [
        ("ok", "TRKA", "WT"),
        ("ok", "TRKA", "G595R"),
    ]
    assert cases[-1].sites == ("C:595",)
    assert cases[-1].dfg_state == ""  # the motif is not in this piece
    assert len(recognised) == 1


def test_a_case_of_a_shipped_model_aligns_nothing(tmp_path: Path, recognised: list[str]) -> None:
    plan = plan_and_check(("TRKA",), ("WT",), ("repotrectinib",), QUICK)
    case = run_case(plan[0], tmp_path).case
    assert (case.status, case.dfg_state) == ("ok", "DFG-in")
    assert recognised == []


def test_a_file_that_changed_is_read_again(deposited: Path, recognised: list[str]) -> None:
    first = read_parts(str(deposited), None, None)
    assert read_parts(str(deposited), None, None) is first
    deposited.write_text(text_of(chain_lines(Edit(chain="D"))))
    assert next(read_parts(str(deposited), None, None).complex.topology.chains()).id == "D"
    assert len(recognised) == 2


def test_a_mutant_that_a_scan_takes_for_its_wild_type_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """G595A: in words before the scan, and in the case of what is called the wild type."""
    path = tmp_path / "mutant.pdb"
    path.write_text(text_of(chain_lines(Edit(renamed={595: ("ALA", {})})), ligand_lines()))
    plan = plan_and_check((), ("WT",), ("repotrectinib",), QUICK, structure=str(path))
    assert f"{path} carries G595A: what is there is the wild type of this scan." in caplog.messages
    case = run_case(plan[0], tmp_path).case
    assert (case.status, case.mutation) == ("ok", "WT")
    assert "The chain carries mutations: G595A. A scan takes what is there for the wild type." in case.notes
