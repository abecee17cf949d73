"""The 3D part of a case: its complexes read from the output folder, the scenes, and all of it packed for the page."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from trkstruct.records import Case
from trkstruct.report.page.deltas import encode_lines
from trkstruct.report.page.embed import packed
from trkstruct.report.page.molstar import moment_scene
from trkstruct.report.scene.atom_lines import Place, whole_residues_near
from trkstruct.report.scene.pocket_text import NEIGHBOUR_ANGSTROM, moment_texts
from trkstruct.report.scene.snapshots import Snapshot, complex_text, load_moments, mutated_places
from trkstruct.report.scene.viewpoint import choose_viewpoint

CLASH_REACH_ANGSTROM: Final = 2.0  # a clash reaches no further than two radii, which the neighbours' distance covers

VIEWS: Mapping[str, str] = {
    "wild": "Wild type",
    "before": "Before relaxation",
    "after": "After relaxation",
    "both": "Before and after",
}


@dataclass(frozen=True)
class Model:
    """What the page needs to draw a case: names of its views, and the packed texts and scenes."""

    views: tuple[str, ...]
    data: str


def build_model(case: Case, wild: Case | None, folder: Path, wild_anchor: str) -> Model | None:
    """The 3D part of a case; None when it has no complex.

    Raises
    ------
    InputError
        When a file that the results name is not there.
    """
    whole = complex_text(folder, case.files.complex)
    if whole is None:
        return None
    base = complex_text(folder, wild.files.complex) if wild is not None and wild is not case else None
    moments, sites = load_moments(case, wild, folder), mutated_places(case)
    viewpoint = choose_viewpoint(moments["after"].atoms, sites)
    moments = {name: _around(moment, sites) for name, moment in moments.items()}
    texts = {name: text for moment in moments.values() for name, text in moment_texts(moment, sites).items()}
    scenes = {name: moment_scene(moment, sites, viewpoint) for name, moment in moments.items()}
    if "before" in moments:
        scenes["both"] = moment_scene(moments["after"], sites, viewpoint, ghost="before")
    complex_: dict[str, object] = (
        {"text": whole} if base is None else {"steps": encode_lines(whole, base), "base": wild_anchor}
    )
    data = {"complex": complex_, "texts": texts, "scenes": scenes}
    return Model(tuple(name for name in VIEWS if name in scenes), packed(json.dumps(data, separators=(",", ":"))))


def _around(moment: Snapshot, sites: list[Place]) -> Snapshot:
    """The moment without what is too far away to be shown in atoms."""
    centres = [atom for atom in moment.atoms if atom.is_ligand or atom.place in sites]
    return replace(moment, atoms=whole_residues_near(moment.atoms, centres, NEIGHBOUR_ANGSTROM + CLASH_REACH_ANGSTROM))
