"""Results of others, odd in ways that the schema allows: shown, or refused with a word, and never a traceback."""

import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.made_records import make_case, make_clash, make_results
from support.odd_results import CASES, RESULTS, with_complex
from trkstruct.errors import InputError, StructureError, TrkstructError
from trkstruct.records import Case
from trkstruct.report import figures, results
from trkstruct.report.case_rows import csv_text
from trkstruct.report.console import open_console
from trkstruct.report.figure_files import write_figure
from trkstruct.report.page.page import report_html, write_report
from trkstruct.report.ranking import rank_by_resistance, ranking_csv, ranking_report
from trkstruct.report.results import Results, load_results
from trkstruct.report.scene.scripts import write_sessions
from trkstruct.report.table import results_markdown, results_report


def through_a_file(found: Results, folder: Path) -> Results:
    (folder / "results.json").write_text(found.model_dump_json(), encoding="utf-8")
    return load_results(folder)


@settings(max_examples=10, suppress_health_check=list(HealthCheck))
@given(RESULTS)
def test_table_markdown_csv_and_page_show_whatever_the_schema_allows(found: Results) -> None:
    with TemporaryDirectory() as name:
        read = through_a_file(found, Path(name))
        assert str(read) and results_markdown(read).isprintable() is False
        console = open_console()
        with console.capture():
            console.print(results_report(read))
            console.print(ranking_report(rank_by_resistance(read.cases), read.cases))
        assert ranking_csv(rank_by_resistance(read.cases))
        assert csv_text(read.cases).count("\n") >= len(read.cases)
        read.to_dataframe()
        assert len([str(case) for case in read.cases]) == len(found.cases)
        assert "</html>" in report_html(read, Path(name))


@settings(max_examples=5, suppress_health_check=list(HealthCheck))
@given(st.lists(CASES, max_size=3), st.sampled_from([".png", ".svg", ".pdf"]))
@pytest.mark.filterwarnings("ignore")  # letters that no font has, axes that have no room
def test_figures_show_whatever_the_schema_allows(cases: list[Case], ending: str) -> None:
    with TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patched:
        patched.setattr("trkstruct.report.figure_files.DOTS_PER_INCH", 50)
        read = through_a_file(Results.model_validate(make_results(*cases).model_dump()), Path(name))
        for draw in (figures.heatmap_figure, figures.terms_figure, figures.clashes_figure):
            try:
                write_figure(draw(read.cases), Path(name, f"figure{ending}"))
            except InputError as error:
                assert "o case" in str(error) or "holds no" in str(error) or "too large" in str(error)


@settings(max_examples=10, suppress_health_check=list(HealthCheck))
@given(CASES, st.booleans())
def test_pages_and_sessions_of_odd_cases_with_complexes(case: Case, drawable: bool) -> None:
    if drawable:
        clash = {"protein_atom": "A:ARG595:CZ", "ligand_atom": "C1"}
        clashes = tuple(each.model_copy(update=clash) for each in case.clashes_before)
        more = {"clashes_before": clashes, "clashes_after": clashes, "hinge_hydrogen_bonds": ()}
        case = case.model_copy(update=more)
    with TemporaryDirectory() as name:
        read = through_a_file(make_results(with_complex(case, Path(name))), Path(name))
        try:
            write_report(read, Path(name))
            assert len(write_sessions(read, Path(name))) == 2
        except InputError as error:
            assert "holds no atom" in str(error) and not drawable


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(st.recursive(st.none() | st.floats() | st.integers() | st.text(max_size=5), st.lists), st.data())
def test_any_value_anywhere_is_read_or_refused(value: object, data: st.DataObject) -> None:
    document = json.loads(make_results(make_case(), make_case(mutation="WT")).model_dump_json())
    inside = document["cases"][0] if data.draw(st.booleans()) else document
    inside[data.draw(st.sampled_from(sorted(inside)))] = value
    with TemporaryDirectory() as name:
        try:
            Path(name, "results.json").write_text(json.dumps(document), encoding="utf-8")
            read = load_results(name)
        except (InputError, UnicodeEncodeError):
            return
        assert str(read)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"ddg_kcal_mol": float("nan")}, r"cases\.0\.ddg_kcal_mol is nan"),
        ({"ddg_kcal_mol": float("inf")}, r"cases\.0\.ddg_kcal_mol is inf"),
        ({"ddg_error_kcal_mol": -1.0}, r"cases\.0\.ddg_error_kcal_mol is -1, and no error is negative"),
        ({"wall_seconds": 1e300}, r"cases\.0\.wall_seconds is 1e\+300"),
        ({"contacts_lost": 10**40}, r"cases\.0\.contacts_lost"),
        ({"sites": ["595"]}, r"cases\.0, '595' is not a residue"),
        ({"clashes_after": [make_clash(1.0, "severe").model_dump() | {"protein_atom": "CZ"}]}, "'CZ' is not an atom"),
    ],
)
def test_what_no_scan_finds_is_refused_with_its_place(change: dict[str, object], said: str, tmp_path: Path) -> None:
    document = json.loads(make_results(make_case()).model_dump_json())
    document["cases"][0] |= change
    (tmp_path / "results.json").write_text(json.dumps(document))
    with pytest.raises(InputError, match=said):
        load_results(tmp_path)


def test_energies_of_overlapping_atoms_are_read(tmp_path: Path) -> None:
    assert through_a_file(make_results(make_case(ddg_raw_kcal_mol=1e25)), tmp_path).cases[0].ddg_raw_kcal_mol == 1e25


@pytest.mark.skipif(os.name != "posix", reason="makes pipes and links")
def test_results_that_are_no_file_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "results.json"
    os.mkfifo(path)
    with pytest.raises(InputError, match="not a regular file"):
        load_results(tmp_path)
    for target in ("/dev/zero", path.name):
        path.unlink()
        path.symlink_to(target)
        with pytest.raises(InputError, match="Cannot read"):
            load_results(tmp_path)
    path.unlink()
    path.write_text(make_results(make_case()).model_dump_json())
    monkeypatch.setattr(results, "LARGEST_RESULTS_BYTES", 1000)
    with pytest.raises(InputError, match="larger than"):
        load_results(tmp_path)


COMPLEX = "complexes/x.pdb"


@pytest.mark.parametrize(
    "content",
    [b"", b"END\n", b"\xff\xfe", b"ATOM      1  CA  GLY A   1         nan     0.0     0.0\n", b"ATOM  x" * 20],
)
def test_a_complex_that_is_none_is_said(content: bytes, tmp_path: Path) -> None:
    found = make_results(with_complex(make_case(clashes_before=(), clashes_after=()), tmp_path))
    (tmp_path / COMPLEX).write_bytes(content)
    for show in (write_report, write_sessions):
        with pytest.raises((InputError, StructureError)):
            show(found, tmp_path)
    assert not (tmp_path / "report.html").exists()


@pytest.mark.skipif(os.name != "posix", reason="makes pipes and links")
def test_reports_do_not_follow_links_out_of_the_folder(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    folder.mkdir()
    found = make_results(with_complex(make_case(clashes_before=(), clashes_after=()), folder))
    (folder / "complexes").rename(elsewhere)
    (folder / "complexes").symlink_to(elsewhere)
    for show in (write_report, write_sessions):
        with pytest.raises(InputError, match="is a link to"):
            show(found, folder)
    assert [path.name for path in elsewhere.iterdir()] == ["x.pdb"]
    (folder / "complexes").unlink()
    (folder / "complexes").mkdir()
    os.mkfifo(folder / COMPLEX)
    with pytest.raises(TrkstructError, match="not a regular file"):
        write_report(found, folder)


def test_a_figure_of_many_ligands_is_coarser_and_one_of_too_many_refused(tmp_path: Path) -> None:
    def heat_map(ligands: int) -> Path:
        cases = [make_case(ligand=f"ligand {number}") for number in range(ligands)]
        return write_figure(figures.heatmap_figure(cases), tmp_path / "figure.png")

    assert heat_map(1).stat().st_size > 0
    figure = figures.Figure(figsize=(500, 2))
    assert write_figure(figure, tmp_path / "wide.png").stat().st_size > 0
    with pytest.raises(InputError, match=r"2000 x 2 inches is too large for wide.png; write .svg or .pdf"):
        write_figure(figures.Figure(figsize=(2000, 2)), tmp_path / "wide.png")
