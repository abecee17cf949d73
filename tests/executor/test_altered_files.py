"""A run that continues believes no kept file that was altered, and reads nothing that is no file."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from support import fake_pipeline
from support.fake_pipeline import FakeSpec, called
from support.run_and_load import run_and_load
from trkstruct.cases.relaxed_wild_type import load_relaxed_wild_type, wild_type_path
from trkstruct.cases.spec import CaseSpec
from trkstruct.cases.wild_type import WildType, load_wild_type
from trkstruct.errors import InputError
from trkstruct.executor.remote_case import pack
from trkstruct.files.arrays import arrays_content
from trkstruct.files.cache import read_checked, write_checked
from trkstruct.files.regular_file import read_regular
from trkstruct.files.run_folder import LARGEST_COMPLEX_BYTES, RUN_FILES, RUN_FOLDERS
from trkstruct.impact.bound_and_apo import BoundAndApo
from trkstruct.structure.complex import Complex, without_ligand

PLAN = (FakeSpec("WT"), FakeSpec("G595R"))


def flip_a_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(content)


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def grow(path: Path) -> None:
    os.truncate(path, LARGEST_COMPLEX_BYTES + 1)  # sparse: it takes no room


def swap(path: Path) -> None:
    """The contents of the next file of its kind."""
    others = sorted(each for each in path.parent.glob(f"*{path.suffix}") if each != path)
    other = next(each for each in others if each.read_bytes() != path.read_bytes())
    path.write_bytes(other.read_bytes())


def change_numbers(path: Path) -> None:
    """A case of its own key with another answer, or another complex."""
    if path.suffix != ".json":
        path.write_text("REMARK  99 another remark\nEND\n")
        return
    stored = json.loads(path.read_text())
    stored["case"]["ddg_kcal_mol"] = -9.0
    path.write_text(json.dumps(stored))


def make_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def link_to_itself(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.name)


ALTERATIONS = (flip_a_bit, truncate, empty, grow, swap, change_numbers, make_pipe, link_to_itself, Path.unlink)


@pytest.fixture(autouse=True)
def _disk_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.fsync", lambda handle: None)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("undisturbed")
    run_and_load(PLAN, folder, run=fake_pipeline.run_to_own_files, workers=0)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file() and path.name != "calls")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


@pytest.mark.skipif(os.name != "posix", reason="makes pipes and links")
@pytest.mark.parametrize("alter", ALTERATIONS, ids=lambda alter: alter.__name__)
def test_every_kept_file_altered_in_turn_is_computed_again(
    alter: Callable[[Path], None], undisturbed: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    kept = [path.relative_to(undisturbed) for name in RUN_FOLDERS for path in sorted((undisturbed / name).rglob("*"))]
    assert len(kept) == 8, "two cases, and three complexes of each"
    for number, name in enumerate(kept):
        folder = tmp_path / str(number)
        shutil.copytree(undisturbed, folder)
        (folder / "calls").unlink()
        alter(folder / name)
        caplog.clear()
        run_and_load(PLAN, folder, run=fake_pipeline.run_to_own_files, workers=0)
        assert called(folder) == ["G595R" if "G595R" in name.name else "WT"], name
        assert contents(folder) == contents(undisturbed), name
        said = "computed again" in caplog.text and name.name in caplog.text
        assert said or (alter is Path.unlink and name.suffix == ".json")


def test_a_nan_in_a_kept_case_is_not_believed(undisturbed: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    shutil.copytree(undisturbed, folder)
    path = next((folder / "cases").glob("*G595R*"))
    path.write_text(path.read_text().replace('"ddg_kcal_mol": 0.5', '"ddg_kcal_mol": NaN'))
    results = run_and_load(PLAN, folder, run=fake_pipeline.run_to_own_files, workers=0)
    assert results.cases[1].ddg_kcal_mol == 0.5


@pytest.fixture(scope="module")
def wild_type() -> WildType:
    return load_wild_type("TRKA", "larotrectinib")


SPEC = CaseSpec(kinase="TRKA", mutation="G595R", ligand="larotrectinib")


@pytest.fixture
def relaxed(wild_type: WildType, monkeypatch: pytest.MonkeyPatch) -> list[BoundAndApo[Complex]]:
    """What was relaxed, in this order; it takes no time."""
    made: list[BoundAndApo[Complex]] = []

    def relax(complex_: Complex, *_: object) -> BoundAndApo[Complex]:
        made.append(BoundAndApo(complex_, without_ligand(complex_)))
        return made[-1]

    monkeypatch.setattr("trkstruct.cases.relaxed_wild_type.relax_end_states", relax)
    return made


def other_arrays(path: Path, wild_type: WildType, **changes: object) -> None:
    """A file with a digest of its own that holds something else."""
    positions, apo = wild_type.complex.positions, without_ligand(wild_type.complex).positions
    arrays = {"whose": f"{SPEC.wild_type_key()} 0", "bound": positions, "apo": apo}
    write_checked(path, arrays_content(**(arrays | changes)))


def test_a_kept_reference_is_taken_only_as_it_was_written(
    wild_type: WildType, relaxed: list[object], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = wild_type_path(tmp_path, SPEC, 0)
    first = load_relaxed_wild_type(SPEC, wild_type, tmp_path, 0)
    whole = path.read_bytes()
    assert np.array_equal(load_relaxed_wild_type(SPEC, wild_type, tmp_path, 0).bound.positions, first.bound.positions)
    assert len(relaxed) == 1
    for alter in (flip_a_bit, truncate, empty, grow, make_pipe, link_to_itself):
        for altered in (path, path.with_name(f"{path.name}.sha256")):
            caplog.clear()
            alter(altered)
            relaxed.clear()
            load_relaxed_wild_type(SPEC, wild_type, tmp_path, 0)
            assert len(relaxed) == 1 and path.read_bytes() == whole
            assert "computed again" in caplog.text


def test_no_bit_of_a_header_makes_a_kept_reference_raise_or_be_believed(
    wild_type: WildType, relaxed: list[object], tmp_path: Path
) -> None:
    path = wild_type_path(tmp_path, SPEC, 0)
    load_relaxed_wild_type(SPEC, wild_type, tmp_path, 0)
    whole = path.read_bytes()
    places = [*range(0, 130, 5), *range(len(whole) - 200, len(whole), 7)]
    for number, place in enumerate(places):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << number % 8
        path.write_bytes(damaged)
        assert read_checked(path) is None
        write_checked(path, bytes(damaged))  # as somebody may have done who knows how
        load_relaxed_wild_type(SPEC, wild_type, tmp_path, 0)


@pytest.mark.parametrize(
    "changes",
    [
        {"whose": "another case 0"},
        {"bound": np.full((3, 3), 1.0)},
        {"bound": np.array(["text"])},
        {"apo": np.array(1.0)},
        {"whose": np.array([1.0, 2.0])},
    ],
)
def test_positions_of_something_else_are_not_taken(
    changes: dict[str, object], wild_type: WildType, relaxed: list[object], tmp_path: Path
) -> None:
    other_arrays(wild_type_path(tmp_path, SPEC, 0), wild_type, **changes)
    load_relaxed_wild_type(SPEC, wild_type, tmp_path, 0)
    assert len(relaxed) == 1


def test_positions_that_are_no_numbers_are_not_taken(
    wild_type: WildType, relaxed: list[object], tmp_path: Path
) -> None:
    positions = wild_type.complex.positions.copy()
    positions[7, 1] = np.nan
    other_arrays(wild_type_path(tmp_path, SPEC, 0), wild_type, bound=positions)
    load_relaxed_wild_type(SPEC, wild_type, tmp_path, 0)
    assert len(relaxed) == 1
    other_arrays(wild_type_path(tmp_path, SPEC, 0), wild_type)
    load_relaxed_wild_type(SPEC, wild_type, tmp_path, 0)
    assert len(relaxed) == 1, "the same without it is taken"


def test_an_altered_reference_does_not_travel_to_a_cluster(
    wild_type: WildType, relaxed: list[object], tmp_path: Path
) -> None:
    load_relaxed_wild_type(SPEC, wild_type, tmp_path, 0)
    assert set(pack(SPEC, tmp_path).wild_types) == {0}
    flip_a_bit(wild_type_path(tmp_path, SPEC, 0))
    assert pack(SPEC, tmp_path).wild_types == {}


@pytest.mark.skipif(os.name != "posix", reason="makes pipes and links")
def test_only_regular_files_of_a_sensible_size_are_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    assert read_regular(tmp_path / "file", 5) == b"12345"
    with pytest.raises(OSError, match="larger than"):
        read_regular(tmp_path / "file", 4)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    for odd in (tmp_path / "pipe", tmp_path / "loop", tmp_path, Path("/dev/zero")):
        with pytest.raises(OSError):
            read_regular(odd, 5)


@pytest.mark.skipif(os.name != "posix", reason="makes links")
@pytest.mark.parametrize("name", [*RUN_FOLDERS, *RUN_FILES, "cases/x.json", "complexes/.x.pdb.0123abcd", "reference/y"])
def test_a_link_out_of_the_folder_is_refused_before_anything_is_touched(name: str, tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / ".mine.json.0123abcd").write_text("not a leaving")
    (folder / name).parent.mkdir(parents=True)
    (folder / name).symlink_to(elsewhere if name in RUN_FOLDERS else elsewhere / ".mine.json.0123abcd")
    before = sorted(folder.rglob("*"))
    with pytest.raises(InputError, match=r"is a link to .*elsewhere.*nothing is written"):
        run_and_load(PLAN, folder, run=fake_pipeline.run_well, workers=0)
    assert sorted(folder.rglob("*")) == before
    assert [path.name for path in elsewhere.iterdir()] == [".mine.json.0123abcd"]
    assert (elsewhere / ".mine.json.0123abcd").read_text() == "not a leaving"


@pytest.mark.skipif(os.name != "posix", reason="makes links")
def test_links_that_stay_inside_or_that_the_user_chose_are_followed(tmp_path: Path) -> None:
    real, chosen = tmp_path / "real", tmp_path / "chosen"
    (real / "room").mkdir(parents=True)
    (real / "complexes").symlink_to("room")
    (real / "data").symlink_to(tmp_path)  # never written
    chosen.symlink_to(real)
    results = run_and_load(PLAN, chosen, run=fake_pipeline.run_well, workers=0)
    assert [case.status for case in results.cases] == ["ok", "ok"]
    assert len([*(real / "room").glob("*.pdb")]) == 4


@pytest.mark.skipif(os.name != "posix", reason="makes links")
def test_a_folder_that_links_to_itself_is_said(tmp_path: Path) -> None:
    (tmp_path / "cases").symlink_to("cases")
    with pytest.raises(InputError, match=r"Cannot write to .*Choose another folder"):
        run_and_load(PLAN, tmp_path, run=fake_pipeline.run_well, workers=0)


def test_digests_are_those_of_the_files(undisturbed: Path) -> None:
    stored = json.loads(next((undisturbed / "cases").glob("*G595R*")).read_text())
    found = {name: hashlib.sha256((undisturbed / name).read_bytes()).hexdigest() for name in stored["file_digests"]}
    assert stored["file_digests"] == found and len(found) == 3
