"""The estimate of a dry run: what is left, shared by the processes, from what the finished cases took."""

import pytest

from trkstruct.cases.spec import CaseSpec
from trkstruct.cli.screen.dry_run import SECONDS_OF_CASE, estimate
from trkstruct.settings import PRESETS, Preset


def specs(preset: Preset, *mutations: str) -> list[CaseSpec]:
    return [
        CaseSpec(kinase="TRKA", mutation=mutation, ligand="larotrectinib", settings=PRESETS[preset])
        for mutation in mutations
    ]


@pytest.mark.parametrize("preset", PRESETS)
def test_without_finished_cases_it_is_what_was_measured(preset: Preset) -> None:
    wild, mutant = SECONDS_OF_CASE[preset]
    planned = specs(preset, "WT", "G595R", "F589L", "G667C")
    assert estimate(planned, {}, 0).seconds == pytest.approx(wild + 3 * mutant)
    assert estimate(planned, {}, 2).seconds == pytest.approx(wild + 2 * mutant)  # two rounds of mutants
    assert estimate(planned, {}, 100).processes == 3
    assert preset in estimate(planned, {}, 0).source


def test_finished_cases_say_what_the_others_will_take() -> None:
    planned = specs("fast", "WT", "G595R", "F589L", "G667C")
    done = {planned[0].key(): 2.0, planned[1].key(): 50.0}
    outlook = estimate(planned, done, 0)
    assert (outlook.finished, outlook.seconds) == (2, 100.0)
    assert "the 1 mutants that are finished" in outlook.source
    everything = {spec.key(): 1.0 for spec in planned}
    assert estimate(planned, everything, 4).seconds == 0
