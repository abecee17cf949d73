"""What a notebook shows: the pocket in 3D, the heat map, the table; and the names that the package offers."""

import base64
import gzip
import json
import re
from html import unescape
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread

import trkstruct
from support.built_scan import build_scan
from trkstruct.case_parts import CaseFiles
from trkstruct.errors import InputError, MutationError
from trkstruct.records import Case
from trkstruct.report.results import Results
from trkstruct.report.scene.snapshots import DRAWN_CLASHES


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scan")


@pytest.fixture(scope="module")
def results(folder: Path) -> Results:
    return build_scan(folder)


@pytest.fixture(scope="module")
def mutant(results: Results) -> Case:
    return results.find_case("G595R", "larotrectinib")


def carried(page: str, name: str) -> str:
    match = re.search(rf'<script type="text/plain" id="{name}">([^<]+)</script>', page)
    assert match is not None, name
    return gzip.decompress(base64.b64decode(match[1])).decode()


def test_the_view_carries_all_it_needs_and_names_no_address(mutant: Case, folder: Path) -> None:
    drawing = trkstruct.view(mutant, folder)
    model = json.loads(carried(drawing.html, "model-pocket"))
    assert set(model["scenes"]) == {"wild", "before", "after", "both"}
    assert model["complex"].keys() == {"text"}  # no other page lends it its lines
    assert "wild-type residue, translucent" in drawing.html
    assert "Viewer" in carried(drawing.html, "packed-molstar")
    assert not re.search(r'(?:src|href)="https?:', drawing.html) and "default-src 'none'" in drawing.html
    tubes = [each for each in model["scenes"]["before"].split('"kind":"tube"') if "overlap" in each]
    assert len(tubes) == min(DRAWN_CLASHES, len(mutant.clashes_before))
    assert 'showModel(article, "before")' in drawing.html
    assert 'showModel(article, "after")' in trkstruct.view(mutant, folder, moment="after").html


def test_a_saved_notebook_keeps_the_whole_view(mutant: Case, folder: Path) -> None:
    drawing = trkstruct.view(mutant, folder, width=640, height=480)
    frame = drawing._repr_html_()
    match = re.fullmatch(r'<iframe .*width="640" height="480".* srcdoc="([^"]*)"></iframe>', frame, re.DOTALL)
    assert match is not None and unescape(match[1]) == drawing.html
    assert "G595R" in repr(drawing) and len(repr(drawing)) < 200


def test_a_view_is_a_page_of_its_own_when_it_is_saved(mutant: Case, folder: Path, tmp_path: Path) -> None:
    drawing = trkstruct.view(mutant, folder)
    assert drawing.write_html(tmp_path / "pocket.html").read_text(encoding="utf-8") == drawing.html


def test_a_name_of_a_user_is_text_in_the_view(mutant: Case, folder: Path) -> None:
    hostile = mutant.model_copy(update={"ligand": "<img src=x onerror=hacked()>"})
    assert "<img src=x" not in trkstruct.view(hostile, folder).html


def test_without_its_wild_type_a_mutant_is_shown_alone(mutant: Case, folder: Path, tmp_path: Path) -> None:
    names = [name for name in (mutant.files.complex, mutant.files.before) if name]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    for results in (False, True):
        if results:
            (tmp_path / "results.json").write_bytes((folder / "results.json").read_bytes())
        model = json.loads(carried(trkstruct.view(mutant, tmp_path).html, "model-pocket"))
        assert set(model["scenes"]) == {"before", "after", "both"}


def test_a_wild_type_is_shown_as_it_was_relaxed(results: Results, folder: Path) -> None:
    wild = results.find_case("WT", "larotrectinib")
    assert 'showModel(article, "after")' in trkstruct.view(wild, folder).html
    with pytest.raises(InputError, match="no complex before relaxation"):
        trkstruct.view(wild, folder, moment="before")


def test_what_is_missing_is_said(mutant: Case, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"results\.json names it"):
        trkstruct.view(mutant, tmp_path)
    with pytest.raises(InputError, match="no complex"):
        trkstruct.view(mutant.model_copy(update={"files": CaseFiles()}), tmp_path)


def test_the_heat_map_of_results_draws_itself(results: Results, tmp_path: Path) -> None:
    figure = results.heatmap()
    (tmp_path / "map.png").write_bytes(figure._repr_png_())  # type: ignore[attr-defined]
    assert imread(tmp_path / "map.png").std() > 0.05


def test_the_steps_of_the_main_job_are_public_functions() -> None:
    """Load, mutate, look for clashes, relax: each returns a new value and leaves what it was given."""
    wild, drug = trkstruct.load_shipped("TRKA", "larotrectinib"), trkstruct.load_ligand("larotrectinib")
    before = wild.positions.copy()
    mutant = trkstruct.mutate(wild, "G667C", platform="CPU")
    assert np.array_equal(wild.positions, before)
    clashes = trkstruct.find_clashes(mutant, drug)
    assert any(clash.protein_atom.startswith("A:CYS667") for clash in clashes)
    assert "difluorophenyl" in {clash.ligand_part for clash in clashes}
    relaxed, minimum = trkstruct.relax(mutant, drug.parameters_xml, iterations=5, platform="CPU")
    assert minimum.energy_kcal_mol < minimum.energy_before_kcal_mol
    assert relaxed.positions.shape == mutant.positions.shape
    with pytest.raises(MutationError, match="expected"):
        trkstruct.mutate(wild, "F595R")
