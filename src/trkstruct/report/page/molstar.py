"""What the 3D view of a case shows, as MolViewSpec scenes: data for Mol*, drawn in the browser.

MolViewSpec: Bittrich 2025, 10.1093/nar/gkaf370; Mol*: Sehnal 2021, 10.1093/nar/gkab314.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Final

import molviewspec as mvs
import numpy as np

from trkstruct.case_parts import Clash, HydrogenBond
from trkstruct.report.page.scene_labels import scene_labels
from trkstruct.report.scene.atom_lines import AtomLine
from trkstruct.report.scene.colours import (
    BACKBONE_COLOUR,
    BOND_COLOUR,
    ELEMENT_COLOURS,
    LIGAND_COLOUR,
    NEIGHBOUR_COLOUR,
    SEVERITY_COLOURS,
    SITE_COLOURS,
    SURFACE_COLOUR,
)
from trkstruct.report.scene.label_layout import PlacedLabel
from trkstruct.report.scene.snapshots import Snapshot, disc_radius, label_positions, worst_first
from trkstruct.report.scene.viewpoint import Viewpoint
from trkstruct.residues import ResidueId
from trkstruct.units import FloatArray

DISC_THICKNESS_ANGSTROM: Final = 0.1
LEADER_ANGSTROM: Final = 0.7  # a label further from its disc than this has a line to it
LEADER_RADIUS_ANGSTROM: Final = 0.03
LABEL_OFFSET: Final = 0.35  # of the way to the eye, whatever the point of view: little hides a label, none is clipped
X_H_BOND_ANGSTROM: Final = 1.4  # a hydrogen is no further from what it is bonded to; S-H is 1.34 Å


def snapshot_scene(
    snapshot: Snapshot,
    sites: Sequence[ResidueId],
    viewpoint: Viewpoint,
    *,
    landmarks: Mapping[ResidueId, str],
    ghosts: Sequence[str] = (),
) -> str:
    """The scene of a snapshot as MolViewSpec JSON; its urls are the keys of ``snapshot_texts`` and ``complex``.

    Parameters
    ----------
    snapshot : Snapshot
    sites : sequence of ResidueId
        The mutated residues.
    viewpoint : Viewpoint
    landmarks : mapping of ResidueId to str
        Residues to be named with their region, where they are drawn.
    ghosts : sequence of str
        Other snapshots whose residues at the sites are shown as well, translucent.
    """
    builder = mvs.create_builder()
    builder.canvas(background_color="#ffffff")
    backbone = _structure(builder, "complex").component(selector="polymer").representation(type="cartoon")
    backbone.color(color=BACKBONE_COLOUR).opacity(opacity=0.25)
    pocket = _structure(builder, f"{snapshot.name}-pocket")
    _sticks(pocket, NEIGHBOUR_COLOUR, size=0.35)
    _thick_atoms(pocket, _clashing_atoms(snapshot, sites))
    _sticks(_structure(builder, f"{snapshot.name}-ligand"), LIGAND_COLOUR, size=0.7)
    if sites:
        _sticks(_structure(builder, f"{snapshot.name}-site"), SITE_COLOURS[snapshot.name], size=0.7)
        for ghost in ghosts:
            _sticks(_structure(builder, f"{ghost}-site"), SITE_COLOURS[ghost], size=0.6).opacity(opacity=0.5)
    marks = builder.primitives()
    where = label_positions(snapshot.atoms)
    _draw_clashes(marks, snapshot.clashes, where)
    _draw_bonds(marks, snapshot.bonds, where)
    for label in scene_labels(snapshot, sites, viewpoint, landmarks):
        _draw_label(marks, label)
    at, camera, up = (tuple(vector) for vector in (viewpoint.target, viewpoint.position, viewpoint.up))
    builder.camera(target=at, position=camera, up=up)
    return _json_of(builder)


def surface_node() -> str:
    """The molecular surface that the page adds to the pocket's structure when the reader asks for it."""
    builder = mvs.create_builder()
    surface = _structure(builder, "pocket").component(selector="all").representation(type="surface")
    surface.color(color=SURFACE_COLOUR).opacity(opacity=0.45)
    structure = json.loads(_json_of(builder))["root"]["children"][0]["children"][0]["children"][0]
    component = structure["children"][0]
    for node in component["children"]:
        node["params"].pop("surface_type", None)  # newer than the Mol* of ipymolstar; molecular is its only kind
    return json.dumps(component, separators=(",", ":"))


def _json_of(builder: mvs.builder.Root) -> str:
    state = builder.get_state().model_dump(mode="json", exclude_none=True)
    state["metadata"]["timestamp"] = ""  # the same case gives the same scene, whenever it is drawn
    return json.dumps(state, separators=(",", ":"))


def _structure(builder: mvs.builder.Root, key: str) -> mvs.builder.Structure:
    return builder.download(url=key).parse(format="pdb").model_structure()


def _sticks(
    structure: mvs.builder.Structure,
    carbon: str,
    size: float,
    selector: str | list[mvs.ComponentExpression] = "all",
) -> mvs.builder.Representation:
    sticks = structure.component(selector=selector).representation(type="ball_and_stick", size_factor=size)
    sticks.color(color=carbon)
    for element, colour in ELEMENT_COLOURS.items():
        sticks.color(color=colour, selector=mvs.ComponentExpression(type_symbol=element.upper()))
    return sticks


def _clashing_atoms(snapshot: Snapshot, sites: Sequence[ResidueId]) -> list[AtomLine]:
    """Atoms of the pocket that clash, and what their hydrogens are bonded to: the hinge's NH among them."""
    labels = {clash.protein_atom for clash in worst_first(snapshot.clashes)}
    clashing = [atom for atom in snapshot.atoms if atom.label in labels and atom.residue not in sites]
    residues = {atom.residue for atom in clashing}
    beside = [atom for atom in snapshot.atoms if atom.residue in residues and not atom.is_ligand]
    hydrogens = [np.array(atom.position) for atom in clashing if atom.element == "H"]
    carriers = [
        atom
        for atom in beside
        if any(float(np.linalg.norm(np.array(atom.position) - each)) < X_H_BOND_ANGSTROM for each in hydrogens)
    ]
    return list({atom.label: atom for atom in [*clashing, *carriers]}.values())


def _thick_atoms(structure: mvs.builder.Structure, atoms: Sequence[AtomLine]) -> None:
    """The atoms again, as large as the ligand's, so that a hydrogen that clashes is seen."""
    if atoms:
        selector = [
            mvs.ComponentExpression(
                auth_asym_id=atom.residue.chain or None,
                auth_seq_id=atom.residue.number,
                pdbx_PDB_ins_code=atom.residue.insertion_code or None,
                auth_atom_id=atom.atom,
            )
            for atom in atoms
        ]
        _sticks(structure, NEIGHBOUR_COLOUR, size=0.7, selector=selector)


def _draw_label(marks: mvs.builder.Primitives, placed: PlacedLabel) -> None:
    label = placed.label
    marks.label(
        position=tuple(placed.centre),
        text=label.text,
        label_size=placed.size_angstrom,
        label_color=label.colour,
        label_offset=LABEL_OFFSET * placed.eye_distance_angstrom,
    )
    gap = float(np.linalg.norm(placed.near_end - label.anchor)) - label.clear_angstrom
    if gap > LEADER_ANGSTROM:
        ends = tuple(label.anchor), tuple(placed.near_end)
        marks.tube(start=ends[0], end=ends[1], radius=LEADER_RADIUS_ANGSTROM, color=label.colour, tooltip=label.text)


def _draw_clashes(marks: mvs.builder.Primitives, clashes: Sequence[Clash], where: Mapping[str, FloatArray]) -> None:
    for clash in worst_first(clashes):
        start, end = where[clash.protein_atom], where[clash.ligand_atom]
        middle, direction = (start + end) / 2, (end - start) / max(float(np.linalg.norm(end - start)), 1e-6)
        half = 0.5 * DISC_THICKNESS_ANGSTROM * direction
        marks.tube(
            start=tuple(middle - half),
            end=tuple(middle + half),
            radius=disc_radius(clash),
            color=SEVERITY_COLOURS[clash.severity],
            tooltip=(
                f"{clash.protein_atom} – {clash.ligand_atom}: overlap {clash.overlap_angstrom:.2f} Å ({clash.severity})"
            ),
        )


def _draw_bonds(marks: mvs.builder.Primitives, bonds: Sequence[HydrogenBond], where: Mapping[str, FloatArray]) -> None:
    for bond in bonds:
        length = bond.hydrogen_acceptor_angstrom or bond.donor_acceptor_angstrom
        marks.tube(
            start=tuple(where[bond.hydrogen or bond.donor]),
            end=tuple(where[bond.acceptor]),
            radius=0.07,
            dash_length=0.18,
            color=BOND_COLOUR,
            tooltip=f"hydrogen bond {bond.donor} – {bond.acceptor}: {length:.1f} Å",
        )
