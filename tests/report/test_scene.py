"""What a 3D view shows first: from where it is looked at, where its labels stand, what its legend lists."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.built_scan import build_scan
from trkstruct.report.heat_map import HeatMap, pieces_of
from trkstruct.report.page.embed import LABEL_OUTLINE, _package_file
from trkstruct.report.page.legend import legend_of
from trkstruct.report.page.molstar import _clashing_atoms, surface_node
from trkstruct.report.page.scene_labels import scene_labels
from trkstruct.report.scene.atom_lines import AtomLine
from trkstruct.report.scene.key_residues import key_residues
from trkstruct.report.scene.label_layout import LETTER_WIDTH, LINE_HEIGHT, Label, place_labels
from trkstruct.report.scene.snapshots import Snapshot, load_snapshots
from trkstruct.report.scene.viewpoint import Viewpoint, choose_viewpoint
from trkstruct.residues import ResidueId

SITE = ResidueId("A", 595)


@pytest.fixture(scope="module")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Snapshot]:
    folder: Path = tmp_path_factory.mktemp("scan")
    wild, mutant = build_scan(folder).cases
    return load_snapshots(mutant, wild, folder)


def atom(name: str, position: tuple[float, float, float], residue: ResidueId, residue_name: str) -> AtomLine:
    return AtomLine("", name, residue_name, residue, "C", position)


def pocket(lid: float) -> list[AtomLine]:
    """A flat ligand in the plane z = 0, a mutated residue beside it, and a lid of atoms over both at height ``lid``."""
    ligand = [atom(f"C{i}{j}", (1.4 * i, 1.4 * j, 0.0), ResidueId("B", 1), "LIG") for i in range(6) for j in range(3)]
    site = [atom(f"C{name}", (10.0 + n, 1.0, 0.0), SITE, "ARG") for n, name in enumerate(("B", "G", "D"))]
    cover = [
        atom(f"C{i}{j}", (float(i), float(j), lid), ResidueId("A", 100 + i), "LEU")
        for i in range(-2, 15)
        for j in range(-2, 6)
    ]
    return [*ligand, *site, *cover]


@pytest.mark.parametrize("lid", [3.0, -3.0])
def test_the_camera_looks_at_the_ligands_face_from_the_side_that_is_open(lid: float) -> None:
    view = choose_viewpoint(pocket(lid), [SITE])
    assert view.towards[2] * -np.sign(lid) > 0.75
    assert abs(view.axes[0] @ [1.0, 0.0, 0.0]) > 0.9  # the ligand's length lies across
    assert np.allclose(view.axes @ view.axes.T, np.eye(3))


def test_all_of_the_ligand_and_the_site_is_in_the_picture(snapshots: dict[str, Snapshot]) -> None:
    atoms = snapshots["after"].atoms
    view = choose_viewpoint(atoms, [SITE])
    shown = np.array([a.position for a in atoms if (a.is_ligand or a.residue == SITE) and a.element != "H"])
    right, up, depth = view.axes @ (shown - view.target).T
    tangent = np.tan(np.radians(22.5))
    assert np.all(np.abs(up) < tangent * (view.distance - depth))
    assert np.all(np.abs(right) < 1.4 * tangent * (view.distance - depth))


TOP_DOWN = Viewpoint(np.zeros(3), np.array([0.0, 0.0, 30.0]), np.array([0.0, 1.0, 0.0]))
PLACES = st.lists(st.tuples(*[st.floats(-6.0, 6.0)] * 3), min_size=1, max_size=12)


@given(PLACES)
def test_no_label_lies_upon_another_or_on_its_own_disc(places: list[tuple[float, float, float]]) -> None:
    labels = [Label(f"{n}.0 Å", np.array(each), 1.1, "#000000", 0.5) for n, each in enumerate(places)]
    placed = place_labels(labels, [(np.array(each), 0.5) for each in places], np.zeros((0, 3)), TOP_DOWN)
    assert placed and placed[0].label is labels[0]
    boxes = []
    for each in placed:
        seen = 30.0 / (30.0 - each.centre[2])
        half = 0.5 * 1.1 * np.array([LETTER_WIDTH * len(each.label.text), LINE_HEIGHT])
        middle = each.centre[:2] * seen
        anchor = each.label.anchor[:2] * seen
        assert np.hypot(*(anchor - np.clip(anchor, middle - half, middle + half))) >= 0.5 * seen - 1e-6
        boxes.append((middle - half, middle + half))
    for n, (low, high) in enumerate(boxes):
        assert not any(np.all(low < other[1] - 1e-6) and np.all(other[0] < high - 1e-6) for other in boxes[:n])


def test_every_label_is_there_once_and_landmarks_have_their_names(snapshots: dict[str, Snapshot]) -> None:
    after = snapshots["after"]
    landmarks = key_residues("TRKA", after.atoms)
    assert {str(residue): name for residue, name in landmarks.items()} == {
        "A:589": "gatekeeper", "A:592": "hinge", "A:595": "solvent front", "A:667": "xDFG"
    }  # fmt: skip
    view = choose_viewpoint(after.atoms, [SITE])
    texts = [each.label.text for each in scene_labels(after, [SITE], view, landmarks)]
    assert "Arg595 solvent front" in texts and "Phe589 gatekeeper" in texts and "Met592 hinge" in texts
    assert len(texts) == len(set(texts)) or all(text.endswith("Å") for text in texts if texts.count(text) > 1)


def test_landmarks_of_another_numbering_or_kinase_are_not_named(snapshots: dict[str, Snapshot]) -> None:
    assert key_residues("no kinase", snapshots["after"].atoms) == {}
    assert key_residues("", snapshots["after"].atoms) == {}
    assert key_residues("ALK", snapshots["after"].atoms) == {}


def test_a_hydrogen_that_clashes_is_drawn_with_what_holds_it(snapshots: dict[str, Snapshot]) -> None:
    thick = _clashing_atoms(snapshots["before"], [])
    hydrogens = [a for a in thick if a.element == "H"]
    assert hydrogens
    for each in hydrogens:
        assert any(
            other.element != "H" and np.linalg.norm(np.subtract(each.position, other.position)) < 1.4
            for other in thick
            if other.residue == each.residue
        )


def test_the_legend_lists_what_is_drawn_and_nothing_else(snapshots: dict[str, Snapshot]) -> None:
    quiet = Snapshot("after", snapshots["after"].atoms)
    legend = legend_of({"wild": snapshots["wild"], "after": quiet}, {"after": ("wild",)}, mutated=True)
    texts = {entry.text: entry for entry in legend}
    assert texts["wild-type residue, translucent"].views == ("after",)
    assert "new side chain before" not in texts
    assert all("after" not in entry.views for text, entry in texts.items() if text.endswith("clash"))
    assert "severe clash" not in {entry.text for entry in legend_of({"after": quiet}, {}, mutated=False)}


def test_the_label_outline_of_the_installed_mol_star_is_found() -> None:
    assert len(LABEL_OUTLINE.findall(_package_file("ipymolstar", "static/molviewspec.js"))) == 1


def test_the_surface_says_nothing_that_the_installed_mol_star_does_not_know() -> None:
    assert "surface_type" not in surface_node()
    assert '"type":"surface"' in surface_node()


def test_a_wide_heat_map_is_cut_into_pieces_that_hold_every_cell() -> None:
    names = tuple(f"l{n}" for n in range(45))
    whole = HeatMap("TRKA", ("G595R", "F589L"), names, ((None,) * 45, (None,) * 45))
    pieces = pieces_of(whole, 20)
    assert [len(piece.ligands) for piece in pieces] == [20, 20, 5]
    assert sum((piece.ligands for piece in pieces), ()) == names
    assert all(len(row) == len(piece.ligands) for piece in pieces for row in piece.cells)
