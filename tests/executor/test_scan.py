"""A scan from Python: one text where a list is, a preset by name, progress on stderr."""

from collections.abc import Sequence
from pathlib import Path

import pytest

import trkstruct
from support.fake_pipeline import FakeSpec
from support.made_records import make_case, make_results
from trkstruct.executor import scan as module
from trkstruct.settings import PRESETS, Settings


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What the plan was asked for; nothing is computed."""
    heard: list[object] = []

    def plan(*lists: object, **_: object) -> Sequence[FakeSpec]:
        heard.extend(lists)
        return (FakeSpec("G595R"),)

    def run(specs: Sequence[FakeSpec], *others: object) -> None:
        on_done = others[-1]
        if callable(on_done):
            on_done(make_case(), False)

    monkeypatch.setattr(module, "plan_and_check", plan)
    monkeypatch.setattr(module, "run_plan", run)
    monkeypatch.setattr(module, "load_results", lambda _: make_results())
    monkeypatch.setattr(module, "write_report", lambda *_: None)
    monkeypatch.setattr(module, "write_sessions", lambda *_: None)
    return heard


def test_one_text_is_a_list_of_one(asked: list[object], tmp_path: Path) -> None:
    trkstruct.scan("TRKA", "G595R", "larotrectinib", out_dir=tmp_path)
    assert asked[:3] == [("TRKA",), ("G595R",), ("larotrectinib",)]
    asked.clear()
    trkstruct.scan(kinases=["TRKA", "TRKB"], ligands=iter(["a"]), out_dir=tmp_path)  # type: ignore[arg-type]
    assert asked[:3] == [("TRKA", "TRKB"), (), ("a",)]


def test_a_preset_is_named_or_settings_are_given(asked: list[object], tmp_path: Path) -> None:
    for words, meant in (
        ({}, PRESETS["standard"]),
        ({"preset": "fast"}, PRESETS["fast"]),
        ({"settings": Settings(seed=3)}, Settings(seed=3)),
    ):
        asked.clear()
        trkstruct.scan(out_dir=tmp_path, **words)  # type: ignore[arg-type]
        assert asked[3] == meant
    with pytest.raises(trkstruct.InputError, match="give one of them"):
        trkstruct.scan(preset="fast", settings=Settings())
    with pytest.raises(trkstruct.InputError, match="'quick' is no preset; there are fast, standard, careful"):
        trkstruct.scan(preset="quick")  # type: ignore[arg-type]


@pytest.mark.parametrize("ligands", [[1], [None], ["larotrectinib", {}], [b"x"]])
def test_what_is_no_text_is_refused_by_name(ligands: list[object], asked: list[object]) -> None:
    with pytest.raises(trkstruct.InputError, match="ligands are texts or RDKit molecules, and one of them is"):
        trkstruct.scan(ligands=ligands)  # type: ignore[arg-type]
    assert asked == []


@pytest.mark.parametrize("progress", [True, False])
def test_progress_is_shown_when_it_is_asked_for(
    progress: bool, asked: list[object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trkstruct.scan(out_dir=tmp_path, progress=progress)
    out, err = capsys.readouterr()
    assert ("[1/1] TRKA G595R larotrectinib: resistant" in err) is progress
    assert out == ""
