"""``trkstruct potency fit``: what it prints, writes and returns; its figure."""

import csv
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from support.made_curves import DOSES, fits, write_table
from support.made_records import make_case
from trkstruct.cli import main
from trkstruct.cli.potency import read_km
from trkstruct.errors import InputError
from trkstruct.potency.dose_response import DoseResponse
from trkstruct.potency.figure import dose_response_figure


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["potency", "fit", *map(str, arguments)], catch_exceptions=False)


def test_km_is_read_by_variant() -> None:
    assert read_km(["20"]) == {"": 20}
    assert read_km(["WT=50", "G595R=20"]) == {"WT": 50, "G595R": 20}
    for texts in (["WT=x"], ["-1"], ["inf"], ["WT=1", "WT=2"]):
        with pytest.raises(InputError):
            read_km(texts)


def test_command_prints_and_writes_potencies(tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run(write_table(tmp_path), "--bottom", 0, "--top", 100, "-o", out)
    assert result.exit_code == 0, result.output
    assert "no response up to 10000 nM" in result.stdout
    with (out / "fold_changes.csv").open(newline="") as file:
        rows = {row["variant"]: row for row in csv.DictReader(file)}
    assert float(rows["G595R"]["low"]) < 69 / 0.9 < float(rows["G595R"]["high"])
    assert rows["G667C"]["qualifier"] == ">"
    assert float(rows["G667C"]["ddg_kcal_mol"]) > 5
    with (out / "curves.csv").open(newline="") as file:
        assert [row["status"] for row in csv.DictReader(file)] == ["ok", "ok", "no response"]
    assert (out / "dose_response.png").read_bytes().startswith(b"\x89PNG")
    assert "no response up to 10000 nM" in (out / "dose_response.svg").read_text()


def test_command_puts_assay_and_prediction_side_by_side(tmp_path: Path) -> None:
    from trkstruct.records import Results
    from trkstruct.settings import Settings

    results = Results(
        trkstruct_version="0",
        settings=Settings(),
        versions={},
        platform="CPU",
        cases=(make_case(), make_case(mutation="WT")),
    )
    (tmp_path / "results.json").write_text(results.model_dump_json())
    result = run(write_table(tmp_path), "--bottom", 0, "--top", 100, "--compare", tmp_path)
    lines = [line for line in result.stdout.splitlines() if "(IC50)" in line]
    assert "resistant" in lines[0]
    assert "not in the scan" in lines[1]


def test_command_exits_with_3_when_there_is_no_ic50_at_all(tmp_path: Path) -> None:
    path = tmp_path / "assay.csv"
    rows = [f"x,WT,{dose:g},{100 + (i % 3)}" for i, dose in enumerate(DOSES)]
    path.write_text("compound,mutation,concentration_nm,response\n" + "\n".join(rows) + "\n")
    result = run(path)
    assert result.exit_code == 3
    assert "no response up to 10000 nM" in result.stdout


def test_figure_has_a_panel_per_compound_and_the_ic50_in_its_legend() -> None:
    curves = fits(("WT", 1), ("G595R", 70))
    other = DoseResponse("second", "WT", "", DOSES, curves[0][0].response, np.ones(20))
    figure = dose_response_figure([*curves, (other, curves[0][1])])
    panels = [axes for axes in figure.axes if axes.axison]
    assert [axes.get_title() for axes in panels] == ["drug", "second"]
    labels = [text.get_text() for text in panels[0].get_legend().get_texts()]
    assert labels[0].startswith("WT: IC50 ")
    assert labels[1].startswith("G595R: IC50 ")


def test_command_says_what_a_user_should_know_of_a_fit(tmp_path: Path) -> None:
    path = tmp_path / "assay.csv"
    rows = [f"x,WT,{4.0**step:g},{response}" for step, response in enumerate((99, 97, 92, 80, 60, 33, 0))]
    path.write_text("compound,mutation,concentration_nm,response\n" + "\n".join(rows) + "\n")
    result = run(path, "-o", tmp_path / "out")
    assert result.exit_code == 3
    assert "x WT: no dose reaches the plateau at high doses" in result.stderr
    with (tmp_path / "out" / "curves.csv").open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["status"] == "no plateau" and "no dose reaches" in row["notes"] and row["ic50_low_nm"]


def test_no_name_from_the_table_steers_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "assay.csv"
    rows = [f"\x1b]0;owned\x07x\x9b31m,WT,{4.0**step:g},{r}" for step, r in enumerate((99, 97, 92, 80, 60, 33, 0))]
    path.write_text("compound,mutation,concentration_nm,response\n" + "\n".join(rows) + "\n", encoding="utf-8")
    result = run(path)
    assert "no dose reaches" in result.stderr
    assert not set("\x1b\x07\x9b") & set(result.stdout + result.stderr)
