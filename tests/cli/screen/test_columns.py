"""A table in a terminal: no word is broken, no line too long that need not be, and nothing is lost."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from support.made_records import make_case, make_clash, make_results
from trkstruct.cli import catalogue
from trkstruct.cli.screen.columns import laid_out, wrapped
from trkstruct.ligand.shipped_ligands import shipped_ligands
from trkstruct.report.table import results_report

WORDS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), min_size=1, max_size=30)
CELLS = st.lists(WORDS, max_size=6).map(" ".join)
TABLES = st.integers(1, 5).flatmap(lambda n: st.lists(st.lists(CELLS, min_size=n, max_size=n), min_size=1, max_size=5))


@given(TABLES, st.integers(10, 120))
def test_every_word_is_whole_and_only_a_longer_one_goes_beyond(table: list[list[str]], width: int) -> None:
    columns, rows = [f"c{number}" for number in range(len(table[0]))], table
    lines = laid_out(columns, rows, width)
    wanted = [word for row in rows for cell in row for word in cell.split()]
    shown = [word for line in lines for word in line.split()]
    assert all(wanted.count(word) <= shown.count(word) for word in wanted)
    longest = max(map(cell_len, wanted), default=0)
    assert all(cell_len(line) <= max(width, longest + 2) for line in lines)


@given(CELLS, st.integers(1, 60))
def test_wrapping_keeps_the_words_in_order(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert " ".join(lines).split() == text.split()
    assert all(cell_len(line) <= width or " " not in line for line in lines)


def test_where_there_is_room_each_row_is_one_line() -> None:
    assert laid_out(["a", "b"], [["1", "two words"], ["three", ""]], 80) == ["a      b", "1      two words", "three"]
    assert laid_out(["a", "b"], [], 80) == ["a  b"]


@pytest.mark.parametrize("what", catalogue.LISTINGS)
def test_no_list_breaks_a_word_in_80_columns(what: str) -> None:
    listing = catalogue.LISTINGS[what]()
    rows = [["" if value is None else str(value) for value in row] for row in listing.rows]
    lines = laid_out(listing.columns, rows, 80)
    shown = set(" ".join(lines).split())
    assert {word for row in rows for cell in row for word in cell.split()} <= shown
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize("region", ["solvent front", "activation loop", "outside pocket"])
@pytest.mark.parametrize("mutation", ["WT", "G595R", "F589L+G595R"])
def test_the_table_of_a_scan_fits_80_columns(mutation: str, region: str) -> None:
    clash = make_clash(1.54, "severe", region)
    cases = [
        make_case(mutation=mutation, ligand=ligand, clashes_before=(clash,), clashes_after=(clash,))
        for ligand in shipped_ligands()
    ]
    console = Console(width=80, color_system=None)
    with console.capture() as capture:
        console.print(results_report(make_results(*cases), 80))
    lines = capture.get().splitlines()
    rows = [line for line in lines if line.startswith("TRKA") and re.search(r"1\.54\*\*", line)]
    assert len(rows) == len(cases)
    for row, case in zip(rows, cases, strict=True):
        assert row.split()[:3] == ["TRKA", mutation, case.ligand]
        assert "resistant" in row.split() and len(row) <= 80
        assert "+11.0 ± 3.2" in row or mutation == "WT"
