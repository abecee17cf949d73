"""One CSV writer, which no spreadsheet can be made to run."""

import ast
import csv
import io
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.made_records import make_case, make_clash
from trkstruct.cli.clashes import print_clashes
from trkstruct.files.csv_text import table_text
from trkstruct.report.ranking import rank_by_resistance, ranking_csv

FORMULA = "=HYPERLINK(1)"
WRITERS = {"writer", "DictWriter", "to_csv", "savetxt"}
SOURCE = Path(str(files("trkstruct")))


def csv_writers(source: str) -> list[str]:
    """Names of the calls in a program text that write CSV by themselves, sorted."""
    called = [node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    names = [func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "") for func in called]
    return sorted(name for name in names if name in WRITERS)


def test_a_program_that_writes_csv_by_itself_is_found() -> None:
    assert csv_writers("import csv\ncsv.DictWriter(f, 'ab').writerows(r)\nframe.to_csv(f)") == ["DictWriter", "to_csv"]


def test_csv_is_written_in_one_place() -> None:
    writers = [
        str(path.relative_to(SOURCE))
        for path in sorted(SOURCE.rglob("*.py"))
        if csv_writers(path.read_text(encoding="utf-8"))
    ]
    assert writers == [str(Path("files", "csv_text.py"))], "write CSV with trkstruct.files.csv_text.table_text"


@given(
    st.text("\t\r\n \x00\x0b\x1f\ufeff\u200b\xa0", max_size=4),
    st.sampled_from([FORMULA, "+1", "-1", "@SUM(A1)", "＝1+1", "＋1", "－1", "＠SUM(A1)"]),
)
def test_text_that_a_spreadsheet_would_run_is_quoted(before: str, text: str) -> None:
    written = table_text([{"name": before + text}])
    assert next(csv.DictReader(io.StringIO(written, newline=""))) == {"name": f"'{before}{text}"}


@given(st.text())
def test_other_text_is_read_back_as_it_is(text: str) -> None:
    (row,) = csv.DictReader(io.StringIO(table_text([{"name": text, "more": 1}]), newline=""))
    assert row["name"].removeprefix("'") == text.removeprefix("'")


def test_numbers_stay_numbers() -> None:
    assert table_text([{"a": -1.5, "b": None}]) == "a,b\n-1.5,\n"


def test_named_columns_head_a_table_without_rows() -> None:
    assert table_text([], columns=["a", "b"]) == "a,b\n"
    assert table_text([]) == ""
    assert table_text([{"a": 1}], columns=["a", "b"], header=False) == "1,\n"


def test_a_ranking_is_guarded() -> None:
    ranked = rank_by_resistance([make_case(ligand=FORMULA, ddg_kcal_mol=1.0)])
    assert next(csv.DictReader(io.StringIO(ranking_csv(ranked))))["ligand"] == f"'{FORMULA}"
    assert ranking_csv(()) == "rank\n"


def test_printed_clashes_are_guarded(capsys: pytest.CaptureFixture[str]) -> None:
    print_clashes([make_clash(0.5, "moderate").model_copy(update={"ligand_atom": FORMULA})], "csv")
    assert next(csv.DictReader(io.StringIO(capsys.readouterr().out)))["ligand_atom"] == f"'{FORMULA}"
    print_clashes([], "csv")
    assert capsys.readouterr().out.startswith("protein_atom,ligand_atom,")
