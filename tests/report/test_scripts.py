"""Scripts for PyMOL and ChimeraX, and complexes that other programs read."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mdtraj
import numpy as np
import pytest

from support.built_scan import build_scan
from trkstruct.errors import InputError
from trkstruct.records import Case
from trkstruct.report.results import Results
from trkstruct.report.scene.atom_lines import read_atom_lines
from trkstruct.report.scene.case_scene import drawn_clashes, serial_numbers
from trkstruct.report.scene.chimerax import chimerax_camera
from trkstruct.report.scene.pymol import pymol_view
from trkstruct.report.scene.scripts import load_case_scene, write_sessions
from trkstruct.report.scene.snapshots import DRAWN_CLASHES, LABELLED_CLASHES
from trkstruct.report.scene.viewpoint import VIEW_DISTANCE, Viewpoint
from trkstruct.residues import ResidueId

SERIAL = re.compile(r"@@serial_number=(\d+)")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scan")


@pytest.fixture(scope="module")
def results(folder: Path) -> Results:
    return build_scan(folder)


@pytest.fixture(scope="module")
def mutant(results: Results) -> Case:
    return results.find_case("G595R", "larotrectinib")


@pytest.fixture(scope="module")
def scripts(results: Results, folder: Path) -> tuple[Path, ...]:
    return write_sessions(results, folder)


def script_of(scripts: tuple[Path, ...], mutation: str, suffix: str) -> Path:
    return next(path for path in scripts if mutation in path.name and path.suffix == suffix)


def test_every_case_gets_two_scripts_beside_its_complex(
    scripts: tuple[Path, ...], results: Results, folder: Path
) -> None:
    stems = [folder / case.files.complex for case in results.cases if case.files.complex]
    assert list(scripts) == [stem.with_suffix(suffix) for stem in stems for suffix in (".pml", ".cxc")]


def test_the_same_results_give_the_same_scripts(scripts: tuple[Path, ...], results: Results, folder: Path) -> None:
    before = [path.read_bytes() for path in scripts]
    assert [path.read_bytes() for path in write_sessions(results, folder)] == before


def test_files_that_a_script_opens_lie_beside_it(scripts: tuple[Path, ...]) -> None:
    for path in scripts:
        opened = re.findall(r"""["']([^"']+\.pdb)["']""", path.read_text())
        assert opened and all((path.parent / name).is_file() for name in opened)


def test_a_name_of_the_user_never_becomes_a_command(results: Results, folder: Path, mutant: Case) -> None:
    hostile = mutant.model_copy(update={"ligand": "x\nsystem rm -rf ~;'\"", "kinase": "#\n/quit"})
    scene = load_case_scene(hostile, results.cases[0], folder)
    plain = load_case_scene(mutant, results.cases[0], folder)
    assert re.fullmatch(r"[\w.+-]+", scene.title)
    assert scene.files == plain.files


def test_clashes_are_drawn_between_their_own_atoms(results: Results, folder: Path, mutant: Case) -> None:
    snapshot = load_case_scene(mutant, results.cases[0], folder).snapshots["before"]
    where = {atom.serial: np.array(atom.position) for atom in snapshot.atoms}
    drawn = drawn_clashes(snapshot)
    assert len(drawn) == min(DRAWN_CLASHES, len(mutant.clashes_before))
    for each in drawn:
        distance = np.linalg.norm(where[each.protein_serial] - where[each.ligand_serial])
        assert distance == pytest.approx(each.clash.distance_angstrom, abs=0.002)
    assert 1 <= sum(bool(each.label) for each in drawn) <= LABELLED_CLASHES


def test_the_chimerax_script_names_the_atoms_of_the_clashes(
    scripts: tuple[Path, ...], results: Results, folder: Path, mutant: Case
) -> None:
    text = script_of(scripts, "G595R", ".cxc").read_text()
    snapshot = load_case_scene(mutant, results.cases[0], folder).snapshots["before"]
    bonds = [line for line in text.splitlines() if line.startswith("pbond #2") and line.endswith("name clashes")]
    expected = [(each.protein_serial, each.ligand_serial) for each in drawn_clashes(snapshot)]
    assert [tuple(map(int, SERIAL.findall(line))) for line in bonds] == expected
    assert all("dashes 6" in line for line in bonds)
    assert text.count('open "') == 3
    colour = next(line for line in text.splitlines() if line.startswith("color (#2@@"))
    lines = [line for line in snapshot.atoms if line.residue == ResidueId("A", 595)]
    first, last = (int(number) for number in re.findall(r"[<>]=(\d+)", colour))
    assert (first, last) == (lines[0].serial, lines[-1].serial) and last - first + 1 == len(lines) == 24
    assert f'text "overlap {mutant.clashes_before[0].overlap_angstrom:.1f} Å"' in text


def test_both_cameras_look_at_the_target_from_where_the_viewpoint_is() -> None:
    towards, up = np.array([0.6, 0.0, 0.8]), np.array([0.0, 2.0, 0.0])
    viewpoint = Viewpoint(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 3.0]) + VIEW_DISTANCE * 5 * towards, up)
    matrix = np.array([float(word) for word in chimerax_camera(viewpoint).split(",")]).reshape(3, 4)
    axes, position = matrix[:, :3], matrix[:, 3]
    assert np.allclose(axes.T @ axes, np.eye(3), atol=1e-3) and np.linalg.det(axes) == pytest.approx(1, abs=1e-3)
    assert np.allclose(np.cross(position - viewpoint.target, towards), 0, atol=1e-3)
    view = pymol_view(viewpoint)
    rotation = view[:9].reshape(3, 3).T
    assert np.allclose(rotation @ towards, [0, 0, 1]) and np.allclose(rotation @ up, [0, 2, 0])
    assert np.allclose(view[12:15], viewpoint.target) and view[11] < 0


def test_a_missing_complex_is_named(results: Results, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"results\.json names it"):
        write_sessions(results, tmp_path)


def test_complexes_load_in_mdtraj(results: Results, folder: Path, mutant: Case) -> None:
    paths = [folder / name for name in (mutant.files.before, mutant.files.complex) if name]
    frames = mdtraj.load([str(path) for path in paths])
    lines = read_atom_lines(paths[0].read_text())
    assert frames.n_frames == 2 and frames.n_atoms == len(lines)
    assert np.allclose(frames.xyz[0] * 10, [line.position for line in lines], atol=1e-3)
    ligand = frames.topology.select("resname LIG")
    assert len(ligand) == sum(line.is_ligand for line in lines)
    assert {frames.topology.atom(index).element.symbol for index in ligand} == {"C", "N", "O", "F", "H"}
    heavy_bonds = [bond for bond in frames.topology.bonds if {a.residue.name for a in bond} == {"LIG"}]
    assert len(heavy_bonds) >= len(ligand) - 1  # connected
    assert frames.topology.select("resname ARG and residue 595").size == 24


@pytest.fixture
def pymol() -> Iterator[Any]:
    pymol2 = pytest.importorskip("pymol2", reason="PyMOL is not installed (pip install pymol-open-source)")
    with pymol2.PyMOL() as session:
        yield session.cmd


def test_pymol_runs_the_script_from_any_folder(
    pymol: Any, scripts: tuple[Path, ...], mutant: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    pymol.do(f"@{script_of(scripts, 'G595R', '.pml')}", echo=0)
    pymol.sync()
    assert pymol.get_scene_list() == ["wild_type", "before", "relaxed"]
    assert {"wild_type", "before", "relaxed", "before_clashes_severe"} <= set(
        pymol.get_names("objects", enabled_only=0)
    )
    shown = set(pymol.get_names("objects", enabled_only=1))
    assert {"wild_type", "before"} <= shown and "relaxed" not in shown
    worst = mutant.clashes_before[0]
    serials = serial_numbers(read_atom_lines(Path(script_of(scripts, "G595R", ".pml").with_suffix(".pdb")).read_text()))
    ends = [f"before and id {serials[label]}" for label in (worst.protein_atom, worst.ligand_atom)]
    assert pymol.get_distance(*ends) == pytest.approx(worst.distance_angstrom, abs=0.002)
    pymol.png(str(tmp_path / "pocket.png"), width=160, height=120, ray=1)
    pymol.sync()
    image = mpl_image(tmp_path / "pocket.png")
    assert image.std() > 0.05  # something is drawn


def mpl_image(path: Path) -> Any:
    from matplotlib.image import imread

    return imread(path)[..., :3]
