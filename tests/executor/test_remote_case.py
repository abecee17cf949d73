"""What travels to a worker that shares no file system, and what comes back."""

from dataclasses import asdict, replace
from pathlib import Path

import pytest

from support import fake_pipeline
from support.fake_pipeline import FakeSpec
from trkstruct.cases.relaxed_wild_type import wild_type_path
from trkstruct.cases.spec import CaseSpec
from trkstruct.errors import InputError
from trkstruct.executor.remote_case import keep_wild_types, pack, run_packed
from trkstruct.files.cache import write_checked
from trkstruct.ligand.reading import load_ligand
from trkstruct.ligand.stored_ligands import write_stored
from trkstruct.settings import Settings


def _empty(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def test_files_and_relaxed_wild_types_travel(tmp_path: Path) -> None:
    user, here, there = (tmp_path / name for name in ("user", "out", "worker"))
    user.mkdir()
    (user / "my model.pdb").write_text("atoms")
    wild_type = FakeSpec("WT", structure=str(user / "my model.pdb"))
    mutant = replace(wild_type, mutation="G595R")
    first = run_packed(pack(wild_type, here), fake_pipeline.run_from_files, _empty(there / "1"), there / "inputs")
    keep_wild_types(first, wild_type, here)
    packed = pack(mutant, here)
    (user / "my model.pdb").unlink()
    second = run_packed(packed, fake_pipeline.run_from_files, _empty(there / "2"), there / "inputs")
    assert second.result.case.notes == ("my model.pdb", "atoms", "relaxed wild type")
    assert wild_type_path(here, mutant, 0).read_bytes() == b"relaxed wild type"
    assert first.wild_types == {0: b"relaxed wild type"}
    assert second.wild_types == {}, "what came with a case does not travel back"
    assert len([*(there / "inputs").rglob("my model.pdb")]) == 1, "a file that came twice lies there once"


def test_a_ligand_that_does_not_ship_travels_with_its_parameters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRKSTRUCT_DATA", str(tmp_path / "data"))
    mine = replace(load_ligand("larotrectinib"), name="mine", parameter_source="measured")
    write_stored("mine", asdict(mine))
    packed = pack(CaseSpec(kinase="TRKA", mutation="WT", ligand="mine"), tmp_path)
    monkeypatch.setenv("TRKSTRUCT_DATA", str(tmp_path / "worker has none"))
    seen = []

    def run(spec: CaseSpec, folder: Path) -> None:
        seen.append((load_ligand(spec.ligand), Path(spec.ligand).is_relative_to(folder)))

    run_packed(packed, run, tmp_path / "worker", tmp_path / "worker")
    assert seen == [(mine, True)]


def test_what_ships_does_not_travel(tmp_path: Path) -> None:
    packed = pack(CaseSpec(kinase="TRKA", mutation="WT", ligand="larotrectinib"), tmp_path)
    assert (packed.structure, packed.ligand, packed.wild_types) == (None, None, {})


def test_names_of_files_cannot_leave_the_workers_folder(tmp_path: Path) -> None:
    packed = replace(
        pack(FakeSpec("WT"), tmp_path), structure=("../../../outside.pdb", b"x"), ligand=("/a/b.json", b"y")
    )
    inputs = tmp_path / "a" / "b" / "c"
    run_packed(packed, lambda spec, folder: None, tmp_path / "a" / "folder", inputs)
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.name for path in written} == {"outside.pdb", "b.json"}
    assert {path.parent.parent for path in written} == {inputs}


def test_a_worker_with_other_versions_refuses(tmp_path: Path) -> None:
    packed = replace(pack(FakeSpec("WT"), tmp_path), versions={"openmm": "7.0", "system": "of any kind"})
    with pytest.raises(InputError, match=r"This worker has openmm .* \(coordinator: 7.0\)"):
        run_packed(packed, fake_pipeline.run_well, tmp_path, tmp_path)


def test_an_input_that_is_gone_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.pdb"):
        pack(FakeSpec("WT", structure=str(tmp_path / "gone.pdb")), tmp_path)


def test_every_backbone_of_the_wild_type_travels(tmp_path: Path) -> None:
    spec = CaseSpec(kinase="TRKA", mutation="G595R", ligand="larotrectinib", settings=Settings(backbones=2))
    numbers = range(spec.settings.backbones)
    for number in numbers:
        write_checked(wild_type_path(tmp_path, spec, number), str(number).encode())
    assert pack(spec, tmp_path).wild_types == {number: str(number).encode() for number in numbers}
    assert len(numbers) == 2
