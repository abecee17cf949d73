"""``compare``: a table, CSV, JSON and a scatter of two folders, and clear words for what is in one of them only."""

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from support.made_records import make_case, make_results
from trkstruct.cli import main
from trkstruct.executor.output_folder import write_results
from trkstruct.records import Case


def run(*words: object) -> Result:
    return CliRunner().invoke(main, ["compare", *map(str, words)])


def folder(path: Path, *cases: Case) -> Path:
    path.mkdir(parents=True)
    write_results(path, make_results(*cases))
    return path


@pytest.fixture
def runs(tmp_path: Path) -> tuple[Path, Path]:
    steady, only = make_case(ligand="steady"), make_case(mutation="G667C")
    moved = make_case(ddg_kcal_mol=-4.0, verdict="sensitive")
    return (
        folder(tmp_path / "a", make_case(mutation="WT"), make_case(), steady, only),
        folder(tmp_path / "b", make_case(mutation="WT"), moved, steady, make_case(ligand="new")),
    )


def test_the_table_has_what_changed_and_the_words_the_rest(runs: tuple[Path, Path]) -> None:
    text = run(*runs).stdout
    (row,) = [line for line in text.splitlines() if line.startswith("TRKA")]
    assert "+11.0 ± 3.2" in row and "-4.0 ± 3.2" in row and "-15.03 ± 4.54" in row
    assert "resistant -> sensitive" in row and "beyond the error, verdict" in row
    assert "3 cases are in both; 1 ΔΔG changed beyond the error, 1 another verdict." in text
    assert "2 mutants: mean |B - A| 7.51, largest 15.03 kcal/mol." in text
    assert "Only in A: 1 case, TRKA G667C larotrectinib." in text
    assert "Only in B: 1 case, TRKA G595R new." in text
    assert sum(line.startswith("TRKA") for line in run(*runs, "--all").stdout.splitlines()) == 3


def test_csv_and_json_have_every_case_of_both(runs: tuple[Path, Path]) -> None:
    result = run(*runs, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [row["changed"] for row in rows] == ["", "beyond the error; verdict", ""]
    assert "Only in A" in result.stderr
    known = json.loads(run(*runs, "--format", "json").stdout)
    assert [case["ligand"] for case in known["only_b"]] == ["new"] and len(known["cases"]) == 3


def test_the_scatter_is_written_and_its_ending_checked_first(runs: tuple[Path, Path], tmp_path: Path) -> None:
    assert run(*runs, "-o", tmp_path / "s.svg").exit_code == 0
    assert b"<svg" in (tmp_path / "s.svg").read_bytes()
    refused = run(*runs, "-o", tmp_path / "s.docx")
    assert refused.exit_code == 2 and "no known ending" in refused.stderr


def test_the_same_run_has_no_changes(runs: tuple[Path, Path]) -> None:
    text = run(runs[0], runs[0]).stdout
    assert "A and B have the same version" in text and "none changed beyond the error" in text


def test_what_cannot_be_compared_is_refused(runs: tuple[Path, Path], tmp_path: Path) -> None:
    other = folder(tmp_path / "c", make_case(kinase="TRKC", mutation="G623R"))
    for words, said in (((runs[0], other), "no case in common"), ((runs[0], tmp_path), "Cannot read")):
        result = run(*words)
        assert result.exit_code == 2 and said in result.stderr and result.stdout == ""
