"""A case as a PyMOL script. Each snapshot is an object and a scene: PgUp and PgDn go through them."""

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
from trkstruct.units import FloatArray

FIELD_OF_VIEW_DEGREES: Final = 20.0  # PyMOL's own
SLAB_ANGSTROM: Final = 14.0  # in front of the ligand and behind it; the rest of the protein is cut away
LABEL_POINTS: Final = 18


def pymol_script(scene: CaseScene) -> str:
    """PyMOL commands that load the complexes from the script's own folder and show them."""
    names = [OBJECT_NAMES[name] for name in scene.snapshots]
    lines = [
        f"# {scene.title}: written by trkstruct for PyMOL, to be opened beside its complexes",
        "python",
        "import os",
        "folder = os.path.dirname(os.path.abspath(__script__))",
        *(f"cmd.delete({name + '*'!r})" for name in names),
        *(f"cmd.load(os.path.join(folder, {scene.files[name]!r}), {OBJECT_NAMES[name]!r})" for name in scene.snapshots),
        "python end",
        "bg_color white",
        "set ray_opaque_background, 1",
        "set depth_cue, 0",
        "set valence, 0",
        "set dash_gap, 0.2",
        "set dash_length, 0.2",
        f"set label_size, {LABEL_POINTS}",
        "set label_font_id, 7",
        "set label_position, [0, 0, 10]",
        f"set_view ({', '.join(f'{value:.4f}' for value in pymol_view(scene.viewpoint))})",
    ]
    for name in scene.snapshots:
        lines += _object(scene, name)
    for name in scene.snapshots:
        lines += ["disable all", f"enable {OBJECT_NAMES[name]}*"]
        if name != "wild" and "wild" in scene.snapshots:  # the mutant on its wild type; the pocket once is enough
            lines += [f"enable {OBJECT_NAMES['wild']}", f"hide lines, {OBJECT_NAMES['wild']}"]
        lines += [f"scene {OBJECT_NAMES[name]}, store"]
    opening = "before" if "before" in scene.snapshots else "after"
    return "\n".join([*lines, f"scene {OBJECT_NAMES[opening]}, recall, animate=0", ""])


def pymol_view(viewpoint: Viewpoint) -> FloatArray:
    """The 18 numbers of ``set_view``: rotation, shift of the camera, centre, clipping planes, field of view."""
    away = viewpoint.towards
    up = viewpoint.up / np.linalg.norm(viewpoint.up)
    rotation = np.array([np.cross(up, away), up, away])
    radius = float(np.linalg.norm(viewpoint.position - viewpoint.target)) / VIEW_DISTANCE
    distance = radius / np.sin(np.radians(FIELD_OF_VIEW_DEGREES / 2))
    planes = [distance - SLAB_ANGSTROM, distance + SLAB_ANGSTROM, -FIELD_OF_VIEW_DEGREES]
    view: FloatArray = np.concatenate([rotation.T.ravel(), [0.0, 0.0, -distance], viewpoint.target, planes])
    return view


def _object(scene: CaseScene, name: str) -> list[str]:
    """Representations of one snapshot: cartoon, pocket, ligand and mutated residues, clashes, hydrogen bonds."""
    mine, snapshot = OBJECT_NAMES[name], scene.snapshots[name]
    ligand = f"({mine} and resn {LIGAND_NAME})"
    site = f"({mine} and ({_ids(site_spans(snapshot, scene.sites))}))" if scene.sites else "none"
    pocket = f"(byres (({mine} and polymer) within {NEIGHBOUR_ANGSTROM} of ({ligand} or {site}))) and {mine}"
    lines = [
        f"hide everything, {mine}",
        f"select {mine}_pocket, {pocket} and not {site}",
        f"show cartoon, {mine} and polymer",
        f"set cartoon_transparency, 0.75, {mine}",
        _colour(BACKBONE_COLOUR, mine),
        _colour(NEIGHBOUR_COLOUR, f"{mine}_pocket and elem C"),
        _colour(LIGAND_COLOUR, f"{ligand} and elem C"),
        _colour(SITE_COLOURS[name], f"{site} and elem C"),
        f"color atomic, {mine} and not elem C",
        f"show lines, {mine}_pocket",
        f"show sticks, {ligand} or {site}",
        f"set stick_radius, {0.1 if name == 'wild' else 0.18}, {mine}",
        f"hide (hydro and neighbor elem C) and {mine}",
        f"delete {mine}_pocket",
        *_clashes(scene, name),
        *_hydrogen_bonds(scene, name),
    ]
    if scene.sites:
        lines += [f"label ({site}) and name CA, '%s%s' % (resn.capitalize(), resi)"]
        lines += [f"set label_color, {_hex(SITE_LABEL_COLOURS[name])}, {mine}"]
        lines += [f"set label_position, [0, -2, 10], {mine}"] if name == "wild" else []  # beneath the mutant's
    return lines


def _clashes(scene: CaseScene, name: str) -> list[str]:
    mine, lines = OBJECT_NAMES[name], []
    where = {atom.serial: np.array(atom.position) for atom in scene.snapshots[name].atoms}
    drawn = drawn_clashes(scene.snapshots[name])
    for number, each in enumerate(drawn, start=1):
        dashes = f"{mine}_clashes_{each.clash.severity}"
        ends = (each.protein_serial, each.ligand_serial)
        lines += [f"distance {dashes}, {mine} and id {ends[0]}, {mine} and id {ends[1]}"]
        lines += [f"show sticks, {mine} and id {ends[0]}+{ends[1]}"]
        if each.label:
            middle = ", ".join(f"{value:.3f}" for value in (where[ends[0]] + where[ends[1]]) / 2)
            lines += [f"pseudoatom {mine}_overlap_{number}, pos=[{middle}], label={each.label}"]
            lines += [f"hide nonbonded, {mine}_overlap_{number}"]
            lines += [f"set label_color, {_hex(LABEL_COLOUR)}, {mine}_overlap_{number}"]
    for severity in dict.fromkeys(each.clash.severity for each in drawn):
        dashes = f"{mine}_clashes_{severity}"
        lines += [f"hide labels, {dashes}", _colour(SEVERITY_COLOURS[severity], dashes)]
        lines += [f"set dash_radius, {DASH_RADIUS_ANGSTROM}, {dashes}"]
    return lines


def _hydrogen_bonds(scene: CaseScene, name: str) -> list[str]:
    mine, snapshot = OBJECT_NAMES[name], scene.snapshots[name]
    serials, dashes = serial_numbers(snapshot.atoms), f"{mine}_hinge_bonds"
    ends = [(serials[bond.hydrogen or bond.donor], serials[bond.acceptor]) for bond in snapshot.bonds]
    lines = [f"distance {dashes}, {mine} and id {first}, {mine} and id {last}" for first, last in ends]
    return [*lines, f"hide labels, {dashes}", _colour(BOND_COLOUR, dashes)] if lines else []


def _ids(spans: tuple[tuple[int, int], ...]) -> str:
    return " or ".join(f"id {first}-{last}" for first, last in spans)


def _colour(colour: str, selection: str) -> str:
    return f"color {_hex(colour)}, {selection}"


def _hex(colour: str) -> str:
    return colour.replace("#", "0x")
