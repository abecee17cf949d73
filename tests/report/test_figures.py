"""Figures of a scan: they draw what the records say, in each format, the same each time."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from support.made_records import make_case, make_clash, make_results
from trkstruct.case_parts import EnergyTerms, Evidence
from trkstruct.cli import main
from trkstruct.errors import InputError
from trkstruct.executor.output_folder import write_results
from trkstruct.records import Case
from trkstruct.report.figures import clashes_figure, heatmap_figure, terms_figure
from trkstruct.validation.validate import accuracy_figure

TERMS = EnergyTerms(
    van_der_waals=-1.0,
    electrostatics=-30.0,
    solvation=31.0,
    protein_strain=2.0,
    ligand_strain=0.5,
    lost_rotamers=0.0,
    total=2.5,
)
FOLD = Evidence(
    kind="fold_change",
    gene="NTRK1",
    mutation="G595R",
    ligand="larotrectinib",
    text="",
    fold_change=76.7,
    apparent_ddg_kcal_mol=2.6,
    citation="",
)
ROWS = "mutation,ligand,measured_ddg_kcal_mol,ddg_kcal_mol,ddg_error_kcal_mol\nG595R,a,2.6,1.4,1.2\nG667C,a,2.3,,\n"


def scanned() -> tuple[Case, ...]:
    found: dict[str, object] = {
        "ddg_kcal_mol": 1.4,
        "ddg_error_kcal_mol": 1.2,
        "ddg_terms": TERMS,
        "verdict": "uncertain",
        "regions": ("solvent front",),
        "occlusion": 0.92,
        "clashes_before": (make_clash(1.5, "severe"), make_clash(2.0, "severe", "hinge")),
        "clashes_after": (make_clash(0.3, "minor"),),
        "evidence": (FOLD,),
    }
    hostile = {"ligand": "<b>$mine$</b>", "verdict": "resistant", "ddg_kcal_mol": 2.9, "evidence": ()}
    return (
        make_case(mutation="WT", ddg_kcal_mol=0.0),
        make_case(**found),
        make_case(**found | hostile),
        make_case(mutation="F589L", status="failed", ddg_kcal_mol=None),
    )


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_results(tmp_path, make_results(*scanned()))
    (tmp_path / "rows.csv").write_text(ROWS)
    return tmp_path


def test_the_heat_map_says_error_verdict_and_published_ratio_of_each_cell() -> None:
    axes = heatmap_figure(scanned()).axes[0]
    words = [text.get_text() for text in axes.texts]
    assert {"+1.4 ± 1.2", "? uncertain", "published 77×", "+2.9 ± 1.2", "▲ resistant"} <= set(words)
    assert {"failed", "not run"} <= set(words)
    assert [label.get_text() for label in axes.get_yticklabels()] == ["G595R", "F589L"]
    assert sum(bool(patch.get_hatch()) for patch in axes.patches) == 1


def test_the_bars_of_a_case_end_at_the_sum_of_its_terms() -> None:
    (axes,) = terms_figure(scanned()).axes
    widths = [bar.get_width() for bar in axes.patches]
    assert sum(widths) == pytest.approx(2 * TERMS.total)
    assert max(abs(width) for width in widths) == pytest.approx(2.0)  # electrostatics and solvation count together


def test_the_clash_plot_shows_the_worst_of_the_mutated_region() -> None:
    axes = clashes_figure(scanned()).axes[0]
    before, after = (line for line in axes.lines if line.get_marker() == "o")
    assert list(before.get_xdata()) == [1.5, 1.5]
    assert list(after.get_xdata()) == [0.3, 0.3]


@pytest.mark.parametrize("kind", ["heatmap", "terms", "clashes", "validate"])
def test_each_plot_is_written_in_each_format_and_the_same_each_time(kind: str, folder: Path) -> None:
    for ending, start in ((".png", b"\x89PNG"), (".svg", b"<?xml"), (".pdf", b"%PDF")):
        path = folder / f"plot{ending}"
        assert run("plot", kind, folder, "-o", path).exit_code == 0
        first = path.read_bytes()
        assert first.startswith(start)
        run("plot", kind, folder, "-o", path)
        assert path.read_bytes() == first


def test_names_of_the_user_are_text_in_a_plot_and_never_markup(folder: Path) -> None:
    run("plot", "terms", folder, "-o", folder / "plot.svg")
    drawn = (folder / "plot.svg").read_text(encoding="utf-8")
    assert "&lt;b&gt;$mine$&lt;/b&gt;</text>" in drawn and "<b>" not in drawn


def test_what_cannot_be_drawn_is_refused(folder: Path) -> None:
    wild = [make_case(mutation="WT")]
    for draw in (heatmap_figure, terms_figure, clashes_figure):
        with pytest.raises(InputError, match=r"no mutant|No case|no computed mutant"):
            draw(wild)
    for arguments, word in (
        (("plot", "heatmap", folder, "-o", folder / "plot.gif"), "no known ending"),
        (("plot", "heatmap", folder, "-o", folder / "nowhere" / "plot.png"), "not a folder"),
        (("plot", "validate", folder / "..", "-o", folder / "plot.png"), "rows.csv"),
    ):
        refused = run(*arguments)
        assert refused.exit_code == 2 and word in refused.stderr
    (folder / "rows.csv").write_text("mutation,ligand\nG595R,a\n")
    with pytest.raises(InputError, match="not a table"):
        accuracy_figure(folder)
