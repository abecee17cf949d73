"""Results in Python: they have a length, give their cases, show a heat map, and hand complexes to other programs."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import mdtraj
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import trkstruct
from support.built_scan import build_scan
from support.made_records import make_case, make_results
from trkstruct.case_parts import CaseError, Evidence
from trkstruct.errors import InputError
from trkstruct.records import Case
from trkstruct.report.results import Results, load_results

ATOM_LINE = re.compile(r"^(?:ATOM  |HETATM).{24}(.{8})(.{8})(.{8})", re.MULTILINE)
FAILED = make_case(
    status="failed", error=CaseError(stage="packing", error_type="E", message="no <room>", repeat_command="")
)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    folder = tmp_path_factory.mktemp("scan")
    build_scan(folder)
    return load_results(folder)


def test_results_are_their_cases() -> None:
    results = make_results(make_case(mutation="WT"), make_case())
    assert len(results) == 2
    assert [case.mutation for case in results] == ["WT", "G595R"] == [case.mutation for case in results.cases]
    assert results == Results.model_validate_json(results.model_dump_json())
    assert len(make_results()) == 0 and list(make_results()) == []


def test_results_of_before_there_were_backbones_are_read() -> None:
    """They say how many starts there were on the crystal's backbone, and that setting has gone."""
    earlier = json.loads(make_results(make_case()).model_dump_json())
    del earlier["settings"]["backbones"]
    earlier["settings"]["replicates"] = 3
    assert Results.model_validate_json(json.dumps(earlier)).settings.backbones == 1


def test_a_column_of_numbers_is_one_where_no_case_has_a_value() -> None:
    frame = make_results(make_case(ddg_parts=None)).to_dataframe()
    assert frame["ddg_backbone_error_kcal_mol"].isna().all()
    assert frame["ddg_backbone_error_kcal_mol"].dtype == frame["ddg_kcal_mol"].dtype == np.float64
    assert len(make_results().to_dataframe()) == 0


def test_a_repr_is_a_line() -> None:
    case = make_case()
    assert repr(case) == "<Case TRKA G595R larotrectinib: resistant, ΔΔG +11.0 ± 3.2 kcal/mol>"
    assert repr(FAILED) == "<Case TRKA G595R larotrectinib: failed while packing>"
    wild = make_case(mutation="WT", verdict=None, ddg_kcal_mol=None)
    assert repr(wild) == "<Case TRKA WT larotrectinib: ok>"
    assert repr(make_results(case)) == "<Results: 1 case, TRKA, 1 mutation, 1 ligand>"


class Cells(HTMLParser):
    """Texts of the cells of every table, row by row, and the tags that are open at the end."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.tags: list[str] = []
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("td", "th"):
            self.rows[-1][-1] += data


def test_a_notebook_shows_the_heat_map() -> None:
    fold = Evidence(
        kind="fold_change", gene="", mutation="", ligand="", text="", citation="", fold_change=76.7
    )  # fmt: skip
    shown = Cells(
        make_results(
            make_case(mutation="WT"),
            make_case(evidence=(fold,)),
            make_case(ligand="selitrectinib", ddg_kcal_mol=-0.4, verdict="sensitive"),
            make_case(kinase="TRKC", mutation="G623R", ddg_kcal_mol=None, verdict=None),
        )._repr_html_()
    )
    assert shown.rows == [
        ["TRKA", "larotrectinib", "selitrectinib"],
        ["G595R", "+11.0 ± 3.2 ▲ (77×)", "-0.4 ± 3.2 ●"],
        ["TRKC", "larotrectinib"],
        ["G623R", "ok"],
    ]
    assert shown.open == []
    assert "No mutant" in make_results(make_case(mutation="WT"))._repr_html_()


@given(st.text(max_size=30), st.text(min_size=1, max_size=30))
def test_no_name_becomes_markup(mutation: str, ligand: str) -> None:
    html = make_results(
        make_case(mutation=f"<b>{mutation}", ligand=f'"><script>{ligand}', summary=ligand)
    )._repr_html_()
    shown = Cells(html)
    assert set(shown.tags) <= {"div", "p", "table", "thead", "tbody", "tr", "th", "td", "small"}
    assert not shown.open


def test_a_failed_case_is_said_to_have_failed() -> None:
    assert Cells(make_results(make_case(ligand="x"), FAILED)._repr_html_()).rows[-1] == [
        "G595R",
        "+11.0 ± 3.2 ▲",
        "failed",
    ]


def test_a_case_knows_the_folder_it_was_read_from(results: Results, tmp_path: Path) -> None:
    mutant = results.find_case("g595r")
    assert mutant.folder is not None and (mutant.folder / str(mutant.files.complex)).is_file()
    moved = mutant.lying_in(tmp_path)
    assert moved == mutant and hash(moved) == hash(mutant) and moved.folder == tmp_path
    assert "folder" not in mutant.model_dump_json()
    assert Case.model_validate_json(mutant.model_dump_json()).folder is None


def test_the_view_of_a_case_finds_its_files_wherever_one_stands(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert trkstruct.view(results.find_case("G595R")) is not None


def test_mdtraj_gets_the_same_atoms(results: Results) -> None:
    every = results.to_mdtraj()
    assert list(every) == ["TRKA WT larotrectinib", "TRKA G595R larotrectinib"]
    mutant = results.find_case("G595R")
    one = mutant.to_mdtraj()
    assert isinstance(one, mdtraj.Trajectory) and one.n_frames == 1
    wanted = np.array([[float(part) for part in row] for row in ATOM_LINE.findall(mutant.pdb_text())])
    assert one.n_atoms == len(wanted) == every["TRKA G595R larotrectinib"].n_atoms
    assert np.allclose(10 * one.xyz[0], wanted, atol=1e-3)  # nm
    assert {residue.name for residue in one.topology.residues} >= {"LIG", "ARG"}
    assert [residue.name for residue in one.topology.residues if residue.resSeq == 595] == ["ARG"]
    assert list(results.to_mdtraj("before")) == ["TRKA G595R larotrectinib"]  # of a wild type there is none


def test_what_a_case_has_not_is_said(results: Results, tmp_path: Path) -> None:
    mutant = results.find_case("G595R")
    with pytest.raises(InputError, match="has no complex 'apo'; it has after, before"):
        mutant.pdb_text("apo")
    with pytest.raises(InputError, match="'later' is no moment of a case; there are after, before, apo"):
        mutant.to_mdtraj("later")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="is no moment"):
        results.to_mdtraj("later")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="does not know the folder of its files"):
        Case.model_validate_json(mutant.model_dump_json()).pdb_text()
    with pytest.raises(InputError, match=r"results\.json names it"):
        mutant.lying_in(tmp_path).to_mdtraj()
    with pytest.raises(InputError, match="none: it failed, or none was kept"):
        FAILED.pdb_text()
