"""The 3D part of a case: its complexes read from the output folder, the scenes, and all of it packed for the page."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from trkstruct.records import Case
from trkstruct.report.page.deltas import encode_lines
from trkstruct.report.page.embed import packed
from trkstruct.report.page.legend import LegendEntry, legend_of
from trkstruct.report.page.molstar import snapshot_scene, surface_node
from trkstruct.report.scene.atom_lines import whole_residues_near
from trkstruct.report.scene.key_residues import key_residues
from trkstruct.report.scene.pocket_text import snapshot_texts
from trkstruct.report.scene.snapshots import Snapshot, complex_text, load_snapshots, mutated_residues, named_atoms
from trkstruct.report.scene.viewpoint import NEIGHBOUR_ANGSTROM, choose_viewpoint
from trkstruct.residues import ResidueId

CLASH_REACH_ANGSTROM: Final = 2.0  # a clash reaches no further than two radii, which the neighbours' distance covers

VIEWS: Mapping[str, str] = {
    "wild": "Wild type",
    "before": "Before relaxation",
    "after": "After relaxation",
    "both": "Before and after",
}


@dataclass(frozen=True)
class Model:
    """What the page needs to draw a case: names of its views, their legend, and the packed texts and scenes."""

    views: tuple[str, ...]
    legend: tuple[LegendEntry, ...]
    data: str


def build_model(case: Case, wild: Case | None, folder: Path, wild_anchor: str) -> Model | None:
    """The 3D part of a case; None when it has no complex.

    Parameters
    ----------
    case : Case
    wild : Case or None
        Its wild type, which stands behind it and has a view of its own.
    folder : Path
        Of the results.
    wild_anchor : str
        Where the page holds the wild type's complex, from which this one is then told; empty where it does not.

    Raises
    ------
    InputError
        When a file that the results name is not there.
    """
    whole = complex_text(folder, case.files.complex)
    if whole is None:
        return None
    base = complex_text(folder, wild.files.complex) if wild is not None and wild is not case else None
    snapshots, sites = load_snapshots(case, wild, folder), mutated_residues(case)
    viewpoint = choose_viewpoint(snapshots["after"].atoms, sites)
    snapshots = {name: _around(snapshot, sites) for name, snapshot in snapshots.items()}
    texts = {name: text for snapshot in snapshots.values() for name, text in snapshot_texts(snapshot, sites).items()}
    landmarks = key_residues(case.kinase, snapshots["after"].atoms)
    draw = partial(snapshot_scene, sites=sites, viewpoint=viewpoint, landmarks=landmarks)
    views = _views_of(snapshots)
    ghosts = {view: _ghosts_of(view, snapshots) for view in views}
    scenes = {view: draw(snapshot, ghosts=ghosts[view]) for view, snapshot in views.items()}
    complex_: dict[str, object] = {"text": whole}
    if base is not None and wild_anchor:
        complex_ = {"steps": encode_lines(whole, base), "base": wild_anchor}
    data = {"complex": complex_, "texts": texts, "scenes": scenes, "surface": surface_node()}
    text = json.dumps(data, separators=(",", ":"))
    return Model(tuple(views), legend_of(views, ghosts, bool(sites)), packed(text))


def _views_of(snapshots: Mapping[str, Snapshot]) -> dict[str, Snapshot]:
    """The snapshot that each view shows, in the order of ``VIEWS``."""
    views = {name: snapshots[name] for name in VIEWS if name in snapshots}
    return views | ({"both": snapshots["after"]} if "before" in snapshots else {})


def _ghosts_of(view: str, snapshots: Mapping[str, Snapshot]) -> tuple[str, ...]:
    """The snapshots whose side chains stand translucent in a view: the one before, or the wild type."""
    if view == "both":
        return ("before",)
    return ("wild",) if view != "wild" and "wild" in snapshots else ()


def _around(snapshot: Snapshot, sites: list[ResidueId]) -> Snapshot:
    """The snapshot without what is too far away to be shown in atoms."""
    named = frozenset(named_atoms(snapshot))
    centres = [a for a in snapshot.atoms if a.is_ligand or a.residue in sites or a.label in named]
    return replace(
        snapshot, atoms=whole_residues_near(snapshot.atoms, centres, NEIGHBOUR_ANGSTROM + CLASH_REACH_ANGSTROM)
    )
