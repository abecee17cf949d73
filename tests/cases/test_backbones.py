"""How many backbones a case takes, what it says of one that fails, and where those of a shipped complex come from."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from pydantic import ValidationError

from support.quick import QUICKEST
from trkstruct.case_parts import EnergyTerms
from trkstruct.cases import backbones as module
from trkstruct.cases.backbones import Scored, score_backbones
from trkstruct.cases.measurements import _left_out_notes
from trkstruct.cases.relaxed_wild_type import load_relaxed_wild_type
from trkstruct.cases.run_case import compute_case
from trkstruct.cases.spec import CaseSpec
from trkstruct.cases.wild_type import load_wild_type
from trkstruct.errors import RelaxationError
from trkstruct.impact.bound_and_apo import BoundAndApo
from trkstruct.settings import PRESETS, Settings

SPEC = CaseSpec(kinase="TRKA", mutation="G595R", ligand="larotrectinib", settings=PRESETS["standard"])


def _impact(total: float, near: bool = True) -> SimpleNamespace:
    terms = EnergyTerms(**{**dict.fromkeys(EnergyTerms.model_fields, 0.0), "total": total})
    return SimpleNamespace(terms=(terms,), near=near)


def _scored(monkeypatch: pytest.MonkeyPatch, *results: SimpleNamespace | Exception, spec: CaseSpec = SPEC) -> Scored:
    """Of a case whose backbones give these."""
    waiting = list(results)

    def score(*_: object) -> SimpleNamespace:
        result = waiting.pop(0)
        if isinstance(result, Exception):
            raise result
        return result

    monkeypatch.setattr(module, "score_mutation", score)
    monkeypatch.setattr(module, "load_relaxed_wild_type", lambda *_: SimpleNamespace())
    monkeypatch.setattr(module, "_contacts", lambda *_: 20)
    scored = score_backbones(spec, SimpleNamespace(ligand=SimpleNamespace(parameters_xml="")), (), Path(), None)  # type: ignore[arg-type]
    assert scored.impact is results[0]
    return scored


def test_a_site_that_reaches_no_ligand_takes_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _scored(monkeypatch, _impact(3.0, near=False)).estimate.backbones == 1


def test_backbones_that_agree_are_two(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _scored(monkeypatch, _impact(3.0), _impact(3.1)).estimate.backbones == 2


def test_backbones_that_differ_are_as_many_as_the_preset_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    wild = [_impact(total) for total in (9.0, -5.0, 9.0, -5.0, 9.0)]
    assert _scored(monkeypatch, *wild).estimate.backbones == 4
    fast = SPEC.model_copy(update={"settings": PRESETS["fast"]})
    assert _scored(monkeypatch, *wild, spec=fast).estimate.backbones == 1
    assert [PRESETS[name].backbones for name in ("fast", "standard", "careful")] == [1, 4, 10]


def test_a_backbone_that_explodes_is_left_out_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    scored = _scored(monkeypatch, _impact(3.0), RelaxationError("it exploded"), _impact(3.1))
    assert scored.notes == ("Backbone 2 of at most 4 is left out of the answer: it exploded",)
    assert scored.estimate.backbones == 2


def test_the_crystal_cannot_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RelaxationError, match="it exploded"):
        _scored(monkeypatch, RelaxationError("it exploded"), _impact(3.0))


def test_a_shipped_complex_needs_no_dynamics_and_another_seed_or_structure_does(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class AskedError(Exception):
        pass

    def dynamics(*_: object) -> None:
        raise AskedError

    monkeypatch.setattr("trkstruct.cases.relaxed_wild_type.move_backbone", dynamics)
    spec = SPEC.model_copy(update={"settings": QUICKEST})
    wild_type = load_wild_type("TRKA", "larotrectinib")
    first, second = (load_relaxed_wild_type(spec, wild_type, tmp_path, number).bound.positions for number in (0, 1))
    assert 0.2 < np.sqrt(np.mean(np.sum((first - second) ** 2, axis=1))) < 2
    for change in ({"settings": QUICKEST.model_copy(update={"seed": 1})}, {"structure": "mine.pdb"}):
        with pytest.raises(AskedError):
            load_relaxed_wild_type(spec.model_copy(update=change), wild_type, tmp_path, 1)
    with pytest.raises(AskedError):
        load_relaxed_wild_type(spec, wild_type, tmp_path, 1, pose=1)


def test_a_case_says_on_how_many_it_stands(tmp_path: Path) -> None:
    settings = QUICKEST.model_copy(update={"backbones": 2})
    parts = compute_case(SPEC.model_copy(update={"settings": settings}), tmp_path).case.ddg_parts
    assert parts is not None and parts.backbones == 2
    assert parts.backbone_error_kcal_mol is not None and parts.backbone_error_kcal_mol > 0


def test_starts_that_were_left_out_are_named() -> None:
    fine, hurt = SimpleNamespace(left_out=()), SimpleNamespace(left_out=("p-60", "m90"))
    impact = SimpleNamespace(wild_type=BoundAndApo(fine, fine), mutant=BoundAndApo(hurt, fine))
    (note,) = _left_out_notes(impact)  # type: ignore[arg-type]
    assert note == "Starts of the mutant, bound, that exploded or collapsed are left out: p-60, m90."


def test_the_setting_that_is_gone_is_refused() -> None:
    with pytest.raises(ValidationError, match="replicates"):
        Settings.model_validate({"replicates": 3})
