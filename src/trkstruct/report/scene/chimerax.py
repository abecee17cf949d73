"""A case as a ChimeraX command file. ChimeraX runs it in its own folder, so that the complexes are found."""

from typing import Final

import numpy as np

from trkstruct.report.scene.case_scene import (
    DASH_RADIUS_ANGSTROM,
    OBJECT_NAMES,
    CaseScene,
    drawn_clashes,
    serial_numbers,
    site_spans,
)
from trkstruct.report.scene.colours import (
    BACKBONE_COLOUR,
    BOND_COLOUR,
    LABEL_COLOUR,
    LIGAND_COLOUR,
    NEIGHBOUR_COLOUR,
    SEVERITY_COLOURS,
    SITE_COLOURS,
    SITE_LABEL_COLOURS,
)
from trkstruct.report.scene.viewpoint import NEIGHBOUR_ANGSTROM, VIEW_DISTANCE, Viewpoint
from trkstruct.residues import LIGAND_NAME

FIELD_OF_VIEW_DEGREES: Final = 30.0  # ChimeraX's own
DASHES: Final = 6


def chimerax_script(scene: CaseScene) -> str:
    """ChimeraX commands that close what is open, open the complexes as models 1, 2, 3 and show them."""
    models = {name: f"#{number}" for number, name in enumerate(scene.snapshots, start=1)}
    lines = [
        f"# {scene.title}: written by trkstruct for ChimeraX, to be opened beside its complexes",
        "close",
        *(f'open "{scene.files[name]}" name {OBJECT_NAMES[name]}' for name in scene.snapshots),
        "set bgColor white",
        "hide atoms",
        "hide cartoons",
        "style stick",
    ]
    for name, model in models.items():
        lines += _model(scene, name, model)
    lines += [f"view matrix camera {chimerax_camera(scene.viewpoint)}", "lighting soft"]
    hidden = models["after"] if "before" in models else None
    return "\n".join([*lines, *([f"hide {hidden} models"] if hidden else []), ""])


def chimerax_camera(viewpoint: Viewpoint) -> str:
    """The camera's place as twelve numbers, the rows of a 3 x 4 matrix: its axes as columns, then its position."""
    away = viewpoint.towards
    up = viewpoint.up / np.linalg.norm(viewpoint.up)
    radius = float(np.linalg.norm(viewpoint.position - viewpoint.target)) / VIEW_DISTANCE
    position = viewpoint.target + radius / np.sin(np.radians(FIELD_OF_VIEW_DEGREES / 2)) * away
    matrix = np.column_stack([np.cross(up, away), up, away, position])
    return ",".join(f"{value:.4f}" for value in matrix.ravel())


def _model(scene: CaseScene, name: str, model: str) -> list[str]:
    snapshot = scene.snapshots[name]
    ligand = f"{model}:{LIGAND_NAME}"
    spans = site_spans(snapshot, scene.sites)
    sites = [f"({model}@@serial_number>={first} & {model}@@serial_number<={last})" for first, last in spans]
    lines = [
        f"cartoon {model}",
        f"color {model} {BACKBONE_COLOUR} target c",
        f"transparency {model} 75 target c",
        f"color {model} {NEIGHBOUR_COLOUR} target a",
        f"color {ligand} {LIGAND_COLOUR} target a",
        *(f"color {site} {SITE_COLOURS[name]} target a" for site in sites),
        f"color {model} byhetero target a",
        *(f"show ({centre} :<{NEIGHBOUR_ANGSTROM}) & {model} atoms" for centre in (ligand, *sites)),
        f"hide {model} & HC atoms",
        f"size {model} stickRadius 0.08",
        *(f"size {each} stickRadius 0.16" for each in (ligand, *sites)),
    ]
    serials = serial_numbers(snapshot.atoms)
    for each in drawn_clashes(snapshot):
        ends = [f"{model}@@serial_number={serial}" for serial in (each.protein_serial, each.ligand_serial)]
        lines.append(_dashes(ends, SEVERITY_COLOURS[each.clash.severity], "clashes"))
        if each.label:
            lines.append(f'label {ends[0]} atoms text "overlap {each.label}" height 0.5 color {LABEL_COLOUR}')
    for bond in snapshot.bonds:
        ends = [f"{model}@@serial_number={serials[end]}" for end in (bond.hydrogen or bond.donor, bond.acceptor)]
        lines.append(_dashes(ends, BOND_COLOUR, "hinge_bonds"))
    for site in sites:
        lines.append(
            f'label {site} residues text "{{0.name}} {{0.number}}" height 0.8 color {SITE_LABEL_COLOURS[name]}'
        )
    return lines


def _dashes(ends: list[str], colour: str, name: str) -> str:
    style = f"radius {DASH_RADIUS_ANGSTROM} dashes {DASHES}"
    return f"pbond {' '.join(ends)} reveal true color {colour} {style} name {name}"
