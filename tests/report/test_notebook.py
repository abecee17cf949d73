"""What a notebook shows: the pocket in 3D, the heat map, the table; and the names that the package offers."""

import re
import sys
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread
from scipy.spatial.transform import Rotation

import trkstruct
from support.built_scan import build_scan
from trkstruct.errors import InputError, MutationError
from trkstruct.records import Case
from trkstruct.report.results import Results
from trkstruct.report.scene.notebook import CAMERA_Z, _camera
from trkstruct.report.scene.snapshots import DRAWN_CLASHES
from trkstruct.report.scene.viewpoint import Viewpoint

pytest.importorskip("py3Dmol", reason="py3Dmol is not installed (pip install 'trkstruct[notebook]')")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scan")


@pytest.fixture(scope="module")
def results(folder: Path) -> Results:
    return build_scan(folder)


@pytest.fixture(scope="module")
def mutant(results: Results) -> Case:
    return results.find_case("G595R", "larotrectinib")


def html_of(drawing: object) -> str:
    return drawing._make_html()  # type: ignore[attr-defined, no-any-return]


def test_the_view_draws_every_part_clash_and_hydrogen_bond(mutant: Case, folder: Path) -> None:
    html = html_of(trkstruct.view(mutant, folder))
    assert html.count(".addModel(") == 4
    assert html.count(".addCylinder(") == min(DRAWN_CLASHES, len(mutant.clashes_before))
    after = html_of(trkstruct.view(mutant, folder, moment="after"))
    assert after.count(".addCylinder(") == html.count(".addCylinder(") + len(mutant.hinge_hydrogen_bonds)
    labels = re.findall(r'\.addLabel\("([^"]*)"', html)
    assert f"{mutant.clashes_before[0].overlap_angstrom:.1f} \\u00c5" in labels and "Arg595" in labels


def test_dashes_end_at_the_atoms_of_the_clash(mutant: Case, folder: Path) -> None:
    html = html_of(trkstruct.view(mutant, folder))
    ends = re.findall(r'"(?:start|end)": \{"x": (\S+), "y": (\S+), "z": (\S+)\}', html)
    points = np.array(ends, dtype=float).reshape(-1, 2, 3)
    lengths = sorted(np.linalg.norm(points[:, 0] - points[:, 1], axis=1))
    worst = sorted(mutant.clashes_before, key=lambda clash: -clash.overlap_angstrom)[:DRAWN_CLASHES]
    assert np.allclose(lengths, sorted(clash.distance_angstrom for clash in worst), atol=0.003)


def test_the_camera_stands_where_the_viewpoint_is() -> None:
    towards = np.array([0.6, 0.0, 0.8])
    target = np.array([1.0, 2.0, 3.0])
    numbers = _camera(Viewpoint(target, target + 9 * towards, np.array([0.0, 1.0, 0.0])))
    assert np.allclose(numbers[:3], -target) and numbers[3] < CAMERA_Z
    assert np.allclose(Rotation.from_quat(numbers[4:]).apply(towards), [0, 0, 1])


def test_a_wild_type_is_shown_as_it_was_relaxed(results: Results, folder: Path) -> None:
    wild = results.find_case("WT", "larotrectinib")
    assert ".addModel(" in html_of(trkstruct.view(wild, folder))
    with pytest.raises(InputError, match="no complex before relaxation"):
        trkstruct.view(wild, folder, moment="before")


def test_what_is_missing_is_said(mutant: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match=r"results\.json names it"):
        trkstruct.view(mutant, tmp_path)
    monkeypatch.setitem(sys.modules, "py3Dmol", None)
    with pytest.raises(InputError, match=r"trkstruct\[notebook\]"):
        trkstruct.view(mutant, tmp_path)


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
