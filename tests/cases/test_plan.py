"""The plan of a scan: what is run, in which order, under which key, and what is refused before anything is written."""

import shlex
import shutil
import tracemalloc
from dataclasses import asdict, replace
from itertools import islice
from pathlib import Path

import pytest
from click.testing import CliRunner

from trkstruct.cases import plan
from trkstruct.cases.plan import plan_and_check
from trkstruct.cases.spec import CasePlan, CaseSpec, repeat_command
from trkstruct.errors import InputError, LigandError, MutationError, OffTargetError
from trkstruct.kinase.mutation import PANEL
from trkstruct.ligand.ligand import Ligand
from trkstruct.ligand.reading import UnderstoodLigand, load_ligand, parametrize, understand_ligand
from trkstruct.ligand.shipped_ligands import shipped_ligands
from trkstruct.ligand.stored_ligands import remove_stored, store_folder, write_stored
from trkstruct.settings import PRESETS, Settings

FAST = PRESETS["fast"]


def _labels(*args: tuple[str, ...]) -> list[str]:
    return [spec.label for spec in plan_and_check(*args, FAST)]


def test_without_arguments_the_panel_runs_with_every_shipped_ligand() -> None:
    specs = plan_and_check((), (), (), FAST)
    assert len(specs) == (len(PANEL) + 3) * len(shipped_ligands())
    assert {spec.kinase for spec in specs} == {"TRKA", "TRKB", "TRKC"}


def test_the_wild_type_comes_first_and_once() -> None:
    assert _labels(("TRKA",), ("G595R", "WT", "G595R"), ("larotrectinib",)) == [
        "TRKA WT larotrectinib",
        "TRKA G595R larotrectinib",
    ]


def test_a_plan_makes_its_cases_when_they_are_asked_for() -> None:
    planned = plan_and_check(("TRKA",), ("G595R", "F589L"), ("larotrectinib", "entrectinib"), FAST)
    labels = [spec.label for spec in planned]
    assert labels == [
        f"TRKA {mutation} {ligand}" for mutation in ("WT", "G595R", "F589L") for ligand in planned.ligands
    ]
    assert len(planned) == 6
    assert (planned[-1], planned[1:3]) == (planned[5], (planned[1], planned[2]))
    with pytest.raises(IndexError):
        planned[6]
    assert [spec.ligand for spec in planned.by_ligand()] == ["larotrectinib"] * 3 + ["entrectinib"] * 3
    assert {spec.key() for spec in planned.by_ligand()} == {spec.key() for spec in planned}


def test_a_plan_of_a_million_takes_the_memory_of_its_lists() -> None:
    mutations = tuple(("TRKA", f"G595{letter}", None) for letter in "ARNDCQEHIKLMFPSTWYVX") * 50
    tracemalloc.start()
    planned = CasePlan(mutations, tuple(map(str, range(1000))), CaseSpec(kinase=None, mutation="WT", ligand=""))
    assert sum(spec.ligand == "7" for spec in islice(planned.by_ligand(), 10_000)) == 1000
    taken = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(planned) == 1_000_000
    assert taken < 1_000_000


def test_the_same_ligand_under_two_names_runs_once(tmp_path: Path) -> None:
    mine = replace(load_ligand("larotrectinib"), name="mine")
    write_stored("mine", asdict(mine))
    shutil.copy(store_folder() / "mine.json", tmp_path / "other.json")
    try:
        planned = plan_and_check(("TRKA",), ("G595R",), ("mine", "MINE", str(tmp_path / "other.json")), FAST)
    finally:
        remove_stored("mine")
    assert planned.ligands == ("mine",)


def test_a_mutation_finds_its_kinase_and_its_clinical_number() -> None:
    assert _labels((), ("NTRK2 G623R",), ("repotrectinib",))[-1] == "TRKB G639R repotrectinib"
    assert _labels(("TRKA", "TRKC"), ("G595R", "G623R"), ("repotrectinib",)) == [
        "TRKA WT repotrectinib",
        "TRKA G595R repotrectinib",
        "TRKC WT repotrectinib",
        "TRKC G623R repotrectinib",
    ]


def test_bad_input_is_refused() -> None:
    with pytest.raises(MutationError, match="G639R"):
        plan_and_check(("TRKB",), ("G595R",), (), FAST)
    with pytest.raises(OffTargetError, match="bypass"):
        plan_and_check((), ("KRAS G12D",), (), FAST)
    with pytest.raises(LigandError, match="larotrectinib"):
        plan_and_check(("TRKA",), ("G595R",), ("larotrectinob",), FAST)
    with pytest.raises(InputError, match="--structure"):
        plan_and_check(("ALK",), ("L1196M",), ("repotrectinib",), FAST)


def test_each_ligand_is_understood_once_and_parametrized_after_all_are(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[str, str]] = []

    def understand(text: str, *, ph: float) -> UnderstoodLigand:
        calls.append(("understood", text))
        return understand_ligand(text, ph=ph)

    def make(understood: UnderstoodLigand) -> Ligand:
        calls.append(("parametrized", understood.ligand.name))
        return parametrize(understood)

    monkeypatch.setattr(plan, "understand_ligand", understand)
    monkeypatch.setattr(plan, "parametrize", make)
    plan_and_check(("TRKA",), ("G595R",), ("entrectinib", "larotrectinib", "entrectinib"), FAST)
    names = ("entrectinib", "larotrectinib")
    assert calls == [("understood", name) for name in names] + [("parametrized", name) for name in names]
    calls.clear()
    with pytest.raises(LigandError, match="larotrectinib"):
        plan_and_check(("TRKA",), ("G595R",), ("entrectinib", "larotrectinob"), FAST)
    assert ("parametrized", "entrectinib") not in calls, "what takes minutes begins when all that is quick is right"


def test_the_key_follows_what_decides_the_result(tmp_path: Path) -> None:
    spec = CaseSpec(kinase="TRKA", mutation="G595R", ligand="larotrectinib")
    changed = [
        spec.model_copy(update={"mutation": "F589L"}),
        spec.model_copy(update={"ligand": "repotrectinib"}),
        spec.model_copy(update={"settings": Settings(seed=1)}),
        spec.model_copy(update={"build_ligand": False}),
    ]
    assert len({each.key() for each in (spec, *changed)}) == 5
    assert spec.key() == CaseSpec(kinase="TRKA", mutation="G595R", ligand="larotrectinib").key()
    for suffix in (".pdb", ".mmcif", ".pdbqt", ""):
        for name, text in (("a", "one"), ("b", "one"), ("c", "two")):
            (tmp_path / f"{name}{suffix}").write_text(text)
        a, b, c = (spec.model_copy(update={"structure": str(tmp_path / f"{n}{suffix}")}).key() for n in "abc")
        assert a == b != c, suffix


def test_the_repeat_command_plans_the_same_case() -> None:
    from trkstruct.cli import main

    spec = CaseSpec(kinase="TRKA", mutation="F589L+G595R", ligand="LIG-1=c1ccccc1O", settings=FAST)
    words = shlex.split(repeat_command(spec))
    assert words[:2] == ["trkstruct", "scan"]
    assert words[words.index("--ligand") + 1] == "LIG-1=c1ccccc1O"
    assert CliRunner().invoke(main, [*words[1:], "--help"]).exit_code == 0
    assert "--no-build-ligand" not in words
    assert "--no-build-ligand" in repeat_command(spec.model_copy(update={"build_ligand": False}))
