"""The HTML report as text: what it holds, what it escapes, how complexes are told by their differences."""

import base64
import gzip
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from support.made_records import make_case, make_clash
from support.report_folder import HOSTILE, make_folder
from trkstruct.cases.run_case import CaseResult
from trkstruct.cases.spec import CaseSpec
from trkstruct.cli import main
from trkstruct.errors import InputError, StructureError
from trkstruct.executor.scan import scan
from trkstruct.report.heat_map import colour_limit, heat_colours, heat_maps, signed
from trkstruct.report.interaction_words import atoms_text
from trkstruct.report.page.deltas import decode_lines, encode_lines
from trkstruct.report.page.page import case_anchors, clashes_by_region, report_html, write_report
from trkstruct.report.results import Results
from trkstruct.report.scene.atom_lines import read_atom_lines, residues_near
from trkstruct.report.scene.viewpoint import choose_viewpoint
from trkstruct.residues import ResidueId

pytestmark = pytest.mark.xdist_group("report")
ATOM_LINE = "ATOM  {:5d}  CA  GLY A{:4d}    {:8.3f}{:8.3f}{:8.3f}  1.00  0.00           C  "
PDB_LINES = st.lists(
    st.builds(ATOM_LINE.format, st.integers(1, 99999), st.integers(-99, 999), *[st.floats(-99, 99)] * 3)
    | st.sampled_from(["TER   4711      GLY A 785", "END", "", "CONECT 4730 4709", "REMARK  99 ATOM     1"]),
    max_size=30,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scan")


@pytest.fixture(scope="module")
def results(folder: Path) -> Results:
    return make_folder(folder)


@pytest.fixture(scope="module")
def page(results: Results, folder: Path) -> str:
    return report_html(results, folder)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)


def unpacked(page: str, element: str) -> str:
    packed = re.search(rf'id="{re.escape(element)}">([^<]*)<', page)
    assert packed is not None
    return gzip.decompress(base64.b64decode(packed[1])).decode()


class Elements(HTMLParser):
    """Start tags of a page, and what the page would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@given(PDB_LINES, PDB_LINES)
def test_a_complex_told_by_its_wild_type_comes_back_unchanged(lines: list[str], others: list[str]) -> None:
    text, base = "\n".join(lines + others), "\n".join(others + lines)
    assert decode_lines(encode_lines(text, base), base) == text


def test_a_mutant_is_told_in_a_fraction_of_its_lines(results: Results, folder: Path) -> None:
    base, text = ((folder / (case.files.complex or "")).read_text() for case in results.cases[:2])
    steps = encode_lines(text, base)
    assert decode_lines(steps, base) == text
    assert len(json.dumps(steps)) < 0.5 * len(text)


def test_the_page_fetches_nothing(page: str) -> None:
    parser = Elements()
    parser.feed(page)
    fetching = ("link", "iframe", "object", "embed")
    assert [(tag, values) for tag, values in parser.tags if tag in fetching] == []
    sources = [(tag, values["src"] or "") for tag, values in parser.tags if "src" in values]
    assert [tag for tag, source in sources if not source.startswith("data:image/svg+xml;base64,")] == []
    assert {tag for tag, _ in sources} == {"img"}, "a drawing of interactions, in which no script can run"
    policies = [tag["content"] for _, tag in parser.tags if tag.get("http-equiv") == "Content-Security-Policy"]
    policy = policies[0]
    assert policy is not None and policy.startswith("default-src 'none';")
    assert "http" not in policy


def test_what_the_user_names_is_escaped_everywhere(page: str) -> None:
    assert HOSTILE not in page
    assert "&lt;img src=x onerror=&#39;window.hacked=1&#39;&gt;&#34;&amp;{{7*7}}" in page
    assert "it &lt;b&gt;exploded&lt;/b&gt;" in page and "<b>exploded" not in page
    parser = Elements()
    parser.feed(page)
    assert not [values for tag, values in parser.tags if values.get("src") == "x" or "onerror" in values]


def test_every_case_is_told_in_full(page: str, results: Results) -> None:
    mutant = results.cases[1]
    for clash in mutant.clashes_before:
        assert f"<td>{clash.protein_atom}</td><td>{clash.ligand_atom}</td>" in page
    for each in mutant.interactions:
        assert f"<td>{atoms_text(each)}</td>" in page
    drawing = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', page)
    assert drawing is not None and base64.b64decode(drawing[1]).startswith(b"<?xml")
    for rotamer in mutant.rotamers:
        assert f'<th scope="row">{rotamer.name}</th>' in page
    for evidence in mutant.evidence:
        assert evidence.citation in page
    assert "https://doi.org/10.1158/2159-8290.CD-17-0507" in page
    assert "Failed while relaxing." in page
    assert page.count("<article") == len(results.cases)


def test_the_downloads_are_the_results(page: str, results: Results) -> None:
    assert json.loads(unpacked(page, "packed-json")) == results.model_dump(mode="json")
    assert unpacked(page, "packed-csv").splitlines()[0].startswith("kinase,gene,mutation,ligand")


def test_the_same_results_give_the_same_page(page: str, results: Results, folder: Path) -> None:
    assert report_html(results, folder) == page


def model_of(page: str, anchor: str) -> dict[str, Any]:
    model: dict[str, Any] = json.loads(unpacked(page, f"model-{anchor}"))
    return model


def nodes(tree: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    own = [tree["params"]] if tree["kind"] == kind else []
    return own + [found for child in tree.get("children", []) for found in nodes(child, kind)]


def test_the_scene_before_relaxation_marks_each_clash_between_its_two_atoms(page: str, results: Results) -> None:
    model = model_of(page, "TRKA-G595R-larotrectinib")
    scene = json.loads(model["scenes"]["before"])["root"]
    discs = [each for each in nodes(scene, "primitive") if each["kind"] == "tube" and "overlap" in each["tooltip"]]
    clashes = {f"{clash.protein_atom} – {clash.ligand_atom}": clash for clash in results.cases[1].clashes_before}
    assert 0 < len(discs) <= len(clashes)
    for disc in discs:
        clash = clashes[disc["tooltip"].partition(": overlap")[0]]
        assert f"{clash.overlap_angstrom:.2f} Å" in disc["tooltip"]
        middle = (np.array(disc["start"]) + disc["end"]) / 2
        atoms = read_atom_lines("".join(text for name, text in model["texts"].items() if name.startswith("before-")))
        near = [a for a in atoms if np.linalg.norm(np.array(a.position) - middle) < clash.distance_angstrom / 2 + 0.01]
        assert {clash.protein_atom, clash.ligand_atom} <= {a.atom if a.is_ligand else a.label for a in near}


def test_a_scene_names_only_texts_that_the_page_carries(page: str) -> None:
    for anchor in ("TRKA-WT-larotrectinib", "TRKA-G595R-larotrectinib"):
        model = model_of(page, anchor)
        for scene in model["scenes"].values():
            urls = {each["url"] for each in nodes(json.loads(scene)["root"], "download")}
            assert urls <= {"complex", *model["texts"]}
    assert set(model["scenes"]) == {"wild", "before", "after", "both"}
    assert "ARG A 595" in model["texts"]["after-site"] and "GLY A 595" in model["texts"]["wild-site"]


def test_the_mutated_residue_is_not_behind_the_ligand(results: Results, folder: Path) -> None:
    atoms = read_atom_lines((folder / (results.cases[1].files.complex or "")).read_text())
    view = choose_viewpoint(atoms, [ResidueId("A", 595)])
    ligand, site = (np.mean([a.position for a in group], axis=0) for group in (
        [a for a in atoms if a.is_ligand], [a for a in atoms if a.residue == ResidueId("A", 595)],
    ))  # fmt: skip
    aside = site - ligand
    assert abs(aside @ view.towards) < 0.6 * np.linalg.norm(aside)
    assert abs(view.up @ view.towards) < 1e-6


def test_residues_near_a_point_are_found_by_distance() -> None:
    atoms = read_atom_lines("\n".join(ATOM_LINE.format(n, n, 3.0 * n, 0.0, 0.0) for n in range(1, 6)))
    assert residues_near(atoms, atoms[:1], 6.1) == {ResidueId("A", number) for number in (1, 2, 3)}
    with pytest.raises(StructureError, match="cannot be read"):
        read_atom_lines("ATOM      1  CA  GLY A   1    nonsense")


def test_colours_are_white_at_zero_and_opposite_on_both_sides() -> None:
    assert heat_colours(0.0, 3.0)[0] in ("#f7f6f6", "#f7f7f7", "#f6f7f7")
    red, blue = (int(heat_colours(2.0, 3.0)[0][start : start + 2], 16) for start in (1, 5))
    assert red > blue
    assert heat_colours(9.0, 3.0) == heat_colours(3.0, 3.0)
    assert heat_colours(3.0, 3.0)[1] == heat_colours(-3.0, 3.0)[1] == "#ffffff"
    assert colour_limit([make_case(ddg_kcal_mol=0.3)]) == 3.0
    assert colour_limit([make_case(ddg_kcal_mol=-4.2)]) == 5.0


def test_a_heat_map_has_a_place_for_what_was_not_run() -> None:
    run = (("WT", "a"), ("G595R", "a"), ("G595R", "b"), ("F589L", "b"))
    cases = [make_case(mutation=mutation, ligand=ligand) for mutation, ligand in run]
    (found,) = heat_maps(cases)
    assert (found.mutations, found.ligands) == (("G595R", "F589L"), ("a", "b"))
    assert found.cells[1][0] is None and found.cells[1][1] is cases[3]


def test_anchors_are_readable_and_each_there_once() -> None:
    cases = [make_case(ligand=ligand) for ligand in ("a b", "a/b", "larotrectinib")]
    assert case_anchors(cases) == ["TRKA-G595R-a-b", "TRKA-G595R-a-b~2", "TRKA-G595R-larotrectinib"]


def test_the_clash_table_starts_with_the_mutated_region() -> None:
    found = ((0.5, "solvent front"), (1.5, "hinge"), (0.7, "solvent front"))
    clashes = tuple(make_clash(overlap, "moderate", region) for overlap, region in found)
    rows = clashes_by_region(make_case(regions=("solvent front",), clashes_before=clashes, clashes_after=clashes[:1]))
    assert [(row.region, row.before, row.after) for row in rows] == [("solvent front", 2, 1), ("hinge", 1, 0)]
    assert rows[0].worst_before is clashes[2]


def test_the_command_writes_the_report_where_it_is_told(results: Results, folder: Path, tmp_path: Path) -> None:
    done = run("report", folder, "-o", tmp_path / "mine.html")
    assert (done.exit_code, done.stdout) == (0, "")
    assert (tmp_path / "mine.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert run("report", folder).exit_code == 0 and (folder / "report.html").is_file()


def test_a_scan_leaves_its_report_in_the_output_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run_at_once(spec: CaseSpec, _work_dir: Path) -> CaseResult:
        return CaseResult(make_case(mutation=spec.mutation, ligand=spec.ligand), None, None)

    monkeypatch.setattr("trkstruct.cases.run_case.run_case", run_at_once)
    scan(["TRKA"], ["G595R"], ["larotrectinib"], out_dir=tmp_path / "api")
    assert (tmp_path / "api" / "report.html").is_file()
    asked = ("--kinase", "TRKA", "--mutation", "G595R", "--ligand", "larotrectinib", "--workers", "0")
    done = run("scan", *asked, "-o", tmp_path / "out")
    assert done.exit_code == 0, done.output
    assert f"Wrote {tmp_path / 'out' / 'report.html'}" in done.stderr
    assert 'id="TRKA-G595R-larotrectinib"' in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_a_folder_without_results_or_complexes_is_refused(results: Results, folder: Path, tmp_path: Path) -> None:
    refused = run("report", tmp_path)
    assert refused.exit_code == 2 and "results.json" in refused.stderr
    gone = results.model_copy(update={"cases": results.cases[:1]})
    with pytest.raises(InputError, match=r"complexes/.*No such file"):
        write_report(gone, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("value", "text"), [(1.44, "+1.4"), (-0.26, "-0.3"), (-0.04, "+0.0"), (0.0, "+0.0")])
def test_numbers_carry_their_sign_but_zero_is_never_negative(value: float, text: str) -> None:
    assert signed(value) == text


def test_the_report_says_how_far_it_is(results: Results, folder: Path) -> None:
    told: list[tuple[int, int]] = []
    report_html(results, folder, lambda done, total: told.append((done, total)))
    assert told == [(n, len(results.cases)) for n in range(1, len(results.cases) + 1)]
