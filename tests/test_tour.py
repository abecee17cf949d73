"""The notebook runs as it is stored, and what it stores is what it says."""

import runpy
from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed (the extra test brings it)")
pytest.importorskip("nbclient", reason="nbclient is not installed (the extra test brings it)")
pytest.importorskip("ipykernel", reason="ipykernel is not installed (pip install 'trkstruct[notebook]')")

ROOT = Path(__file__).parents[1]
TOUR = ROOT / "notebooks" / "tour.ipynb"


def code_cells(notebook):  # type: ignore[no-untyped-def]
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def printed(notebook) -> str:  # type: ignore[no-untyped-def]
    outputs = [output for cell in code_cells(notebook) for output in cell.outputs]
    return "\n".join(output.get("text", "") for output in outputs if output.output_type == "stream")


def kinds(cell) -> list[str]:  # type: ignore[no-untyped-def]
    return [kind for output in cell.outputs for kind in sorted(output.get("data", {"text": ""}))]


@pytest.fixture(scope="module")
def stored():  # type: ignore[no-untyped-def]
    return nbformat.read(TOUR, as_version=4)


def test_every_code_cell_is_stored_with_its_output(stored) -> None:  # type: ignore[no-untyped-def]
    assert all(cell.outputs for cell in code_cells(stored))
    assert not [output for cell in code_cells(stored) for output in cell.outputs if output.output_type == "error"]
    assert 8 <= len(code_cells(stored)) <= 12


def test_it_can_be_read_where_no_script_runs(stored) -> None:  # type: ignore[no-untyped-def]
    """Pictures of the 3D views are attached, and each is named in its cell."""
    attached = [(cell.source, name) for cell in stored.cells for name in cell.get("attachments", {})]
    assert [name for _, name in attached] == ["larotrectinib.png", "selitrectinib.png"]
    assert all(f"(attachment:{name})" in source for source, name in attached)
    assert "image/png" in [kind for cell in code_cells(stored) for kind in kinds(cell)]


def test_nothing_of_the_machine_it_ran_on_is_stored() -> None:
    text = TOUR.read_text(encoding="utf-8")
    assert " at 0x" not in text and str(Path.home()) + "/" not in text.replace("~", "") and "/tmp/" not in text


@pytest.mark.slow
def test_it_runs_and_tells_the_same_story(stored, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    ran = runpy.run_path(str(ROOT / "scripts" / "publish" / "run_tour.py"))["run_notebook"](TOUR, tmp_path)
    assert [kinds(cell) for cell in code_cells(ran)] == [kinds(cell) for cell in code_cells(stored)]
    for text in (printed(stored), printed(ran)):
        words = " ".join(text.split())
        assert "fills the place of larotrectinib's hydroxypyrrolidine" in words
        assert "selitrectinib (ΔΔG" in words and "keeps its fit" in words
        assert "77-fold" in words
    assert (tmp_path / "tour-out" / "report.html").is_file()
