"""The output folder: names that cannot escape, files that are whole or not there, results that read back."""

import csv
import io
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.fake_pipeline import PDB
from trkstruct.case_parts import CaseError, Clash
from trkstruct.errors import InputError
from trkstruct.executor.output_folder import (
    Tally,
    case_stem,
    finished_case,
    open_folder,
    save_case,
    sweep,
    write_results,
)
from trkstruct.files.outputs import safe_label, write_atomic
from trkstruct.files.shipped import data_path
from trkstruct.records import Case, Results
from trkstruct.report.case_rows import csv_text, flat_row
from trkstruct.report.results import load_results
from trkstruct.settings import Settings

LABEL, KEY = "TRKA G595R larotrectinib", "0123456789abcdef" * 4


def make_case(**changes: object) -> Case:
    values: dict[str, object] = {
        "kinase": "TRKA",
        "gene": "NTRK1",
        "mutation": "G595R",
        "ligand": "larotrectinib",
        "structure": "fake",
        "status": "ok",
    }
    return Case.model_validate(values | changes)


def make_results(*cases: Case) -> Results:
    return Results(trkstruct_version="1", settings=Settings(), versions={"openmm": "8"}, platform="CPU", cases=cases)


@given(st.text(max_size=300))
def test_a_label_is_one_harmless_file_name(label: str) -> None:
    name = safe_label(label)
    assert 1 <= len(name.encode()) <= 80
    assert Path("folder", name).resolve().parent == Path("folder").resolve()
    assert not name.startswith((".", "-"))


def test_labels_that_look_alike_get_files_of_their_own() -> None:
    assert case_stem("TRKA a/b", "0" * 64) != case_stem("TRKA a-b", "1" * 64)


def test_a_saved_case_is_found_again_with_its_files(tmp_path: Path) -> None:
    open_folder(tmp_path)
    saved = save_case(tmp_path, LABEL, KEY, make_case(), PDB, PDB, PDB)
    names = [name for _, name in saved.files if name is not None]
    assert len(set(names)) == 3
    assert [(tmp_path / name).read_text() for name in names] == [PDB] * 3
    assert finished_case(tmp_path, LABEL, KEY) == saved


def test_a_case_without_its_complex_or_cut_off_does_not_count(tmp_path: Path) -> None:
    open_folder(tmp_path)
    saved = save_case(tmp_path, LABEL, KEY, make_case(), PDB, None)
    assert saved.files.complex is not None
    (tmp_path / saved.files.complex).unlink()
    assert finished_case(tmp_path, LABEL, KEY) is None
    save_case(tmp_path, LABEL, KEY, make_case())
    path = next((tmp_path / "cases").glob("*.json"))
    whole = path.read_bytes()
    for length in range(0, len(whole) - 2, 40):
        path.write_bytes(whole[:length])
        assert finished_case(tmp_path, LABEL, KEY) is None


def test_the_whole_key_is_compared_not_its_start(tmp_path: Path) -> None:
    open_folder(tmp_path)
    save_case(tmp_path, LABEL, KEY, make_case())
    path = next((tmp_path / "cases").glob("*.json"))
    stored = json.loads(path.read_text())
    stored["key"] = KEY[:16] + "0" * 48
    path.write_text(json.dumps(stored))
    assert finished_case(tmp_path, LABEL, KEY) is None


def test_failed_cases_are_saved_but_not_finished(tmp_path: Path) -> None:
    open_folder(tmp_path)
    save_case(tmp_path, LABEL, KEY, make_case(status="failed"))
    assert len(list((tmp_path / "cases").iterdir())) == 1
    assert finished_case(tmp_path, LABEL, KEY) is None


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    write_atomic(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_atomic(path, "new \ud800")
    assert path.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["results.json"]


def test_leavings_of_cut_off_writes_are_swept_away_and_nothing_else(tmp_path: Path) -> None:
    open_folder(tmp_path)
    saved = save_case(tmp_path, LABEL, KEY, make_case(), PDB)
    kept = [tmp_path / ".trkstruct.lock", tmp_path / "cases" / ".hidden", tmp_path / "notes.json"]
    for path in kept:
        path.touch()
    (tmp_path / "cases" / ".TRKA-G595R.json.a1b2c3_4").write_text("{")
    (tmp_path / "complexes" / ".TRKA-G595R.pdb.abcdefgh").touch()
    (tmp_path / ".results.csv.abcdefgh").touch()
    sweep(tmp_path)
    assert all(path.exists() for path in kept)
    assert finished_case(tmp_path, LABEL, KEY) == saved
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == len(kept) + 2


def test_a_folder_that_cannot_be_written_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match="Choose another folder"):
        open_folder(tmp_path / "file")
    with pytest.raises(InputError, match="Cannot write"):
        write_atomic(tmp_path / "missing" / "results.json", "text")


def test_results_follow_the_shipped_schema_and_read_back(tmp_path: Path) -> None:
    clash = Clash(
        protein_atom="A:ARG595:CZ",
        ligand_atom="C1",
        distance_angstrom=2.0,
        overlap_angstrom=1.4,
        severity="severe",
        region="solvent front",
    )
    results = make_results(make_case(clashes_before=(clash,), occlusion=0.5, regions=("solvent front",), klifs=(51,)))
    write_results(tmp_path, results)
    schema = json.loads(data_path("results.schema.json").read_text(encoding="utf-8"))
    document = json.loads((tmp_path / "results.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(document, schema)
    document["cases"][0]["occlusion"] = 1.5
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, schema)
    assert load_results(tmp_path).cases == results.cases
    assert load_results(tmp_path / "results.json").settings == results.settings


def test_the_tally_counts_what_was_written(tmp_path: Path) -> None:
    error = CaseError(stage="relaxing", error_type="X", message="it exploded", repeat_command="trkstruct scan")
    cases = (make_case(), make_case(status="failed", error=error), make_case(mutation="F589L"))
    assert write_results(tmp_path, make_results(), iter(cases)) == Tally(cases=3, failed=1)
    assert write_results(tmp_path, make_results(*cases[:1])) == Tally(cases=1, failed=0)


@given(st.lists(st.text(), max_size=3))
def test_results_written_case_by_case_are_the_whole_written_at_once(ligands: list[str]) -> None:
    cases = [make_case(ligand=ligand, ddg_kcal_mol=0.1 * index) for index, ligand in enumerate(ligands)]
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_results(folder, make_results(), iter(cases))
        with (folder / "results.json").open(encoding="utf-8", newline="") as file:
            assert file.read() == make_results(*cases).model_dump_json(indent=1) + "\n"
        with (folder / "results.csv").open(encoding="utf-8", newline="") as file:
            assert file.read() == csv_text(cases)


def test_the_shipped_schema_is_up_to_date() -> None:
    shipped = json.loads(data_path("results.schema.json").read_text(encoding="utf-8"))
    assert shipped == Results.model_json_schema(mode="serialization"), "run scripts/shipped/write_schema.py"


def test_results_of_another_kind_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Cannot read"):
        load_results(tmp_path)
    (tmp_path / "results.json").write_text('{"cases": []}')
    with pytest.raises(InputError, match="not a results file"):
        load_results(tmp_path)


@given(st.text(min_size=1).filter(lambda text: "\r" not in text and "\x00" not in text))
def test_csv_gives_back_what_went_in(ligand: str) -> None:
    rows = list(csv.DictReader(io.StringIO(csv_text([make_case(ligand=ligand)]), newline="")))
    assert [row["ligand"].removeprefix("'") for row in rows] == [ligand.removeprefix("'")]


def test_every_case_has_the_same_columns() -> None:
    case = make_case(ddg_kcal_mol=1.0)
    assert list(flat_row(case)) == list(flat_row(make_case(status="failed")))
    assert flat_row(case)["ddg_kcal_mol"] == 1.0
