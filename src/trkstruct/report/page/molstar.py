"""What the 3D view of a case shows, as MolViewSpec scenes: data for Mol*, drawn in the browser.

MolViewSpec: Bittrich 2025, 10.1093/nar/gkaf370; Mol*: Sehnal 2021, 10.1093/nar/gkab314.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Final

import molviewspec as mvs
import numpy as np

from trkstruct.records import Clash, HydrogenBond
from trkstruct.report.scene.colours import (
    BACKBONE_COLOUR,
    BOND_COLOUR,
    ELEMENT_COLOURS,
    LABEL_COLOUR,
    LIGAND_COLOUR,
    NEIGHBOUR_COLOUR,
    SEVERITY_COLOURS,
    SITE_COLOURS,
    SITE_LABEL_COLOURS,
)
from trkstruct.report.scene.snapshots import Snapshot, label_positions, labelled_clashes, worst_first
from trkstruct.report.scene.viewpoint import Viewpoint
from trkstruct.residues import AtomLabel, ResidueId
from trkstruct.units import FloatArray

DISC_THICKNESS_ANGSTROM: Final = 0.1
DISC_RADIUS_ANGSTROM: Final = 0.3  # plus a share of the overlap, so that the eye finds the worst
DISC_RADIUS_PER_OVERLAP: Final = 0.3
LABEL_LIFT_ANGSTROM: Final = 3.0  # labels stand this far in front of what they name, towards the first point of view


def snapshot_scene(
    snapshot: Snapshot, sites: Sequence[ResidueId], viewpoint: Viewpoint, ghost: str | None = None
) -> str:
    """The scene of a snapshot as MolViewSpec JSON; its urls are the keys of ``snapshot_texts`` and ``complex``.

    Parameters
    ----------
    snapshot : Snapshot
    sites : sequence of ResidueId
        The mutated residues.
    viewpoint : Viewpoint
    ghost : str, optional
        Another snapshot whose mutated residues are shown as well, translucent.
    """
    builder = mvs.create_builder()
    builder.canvas(background_color="#ffffff")
    backbone = _structure(builder, "complex").component(selector="polymer").representation(type="cartoon")
    backbone.color(color=BACKBONE_COLOUR).opacity(opacity=0.25)
    _sticks(_structure(builder, f"{snapshot.name}-pocket"), NEIGHBOUR_COLOUR, size=0.35)
    _sticks(_structure(builder, f"{snapshot.name}-ligand"), LIGAND_COLOUR, size=0.7)
    if sites:
        _sticks(_structure(builder, f"{snapshot.name}-site"), SITE_COLOURS[snapshot.name], size=0.7)
    if ghost is not None and sites:
        _sticks(_structure(builder, f"{ghost}-site"), SITE_COLOURS[ghost], size=0.6).opacity(opacity=0.55)
    marks = builder.primitives()
    where, lift = label_positions(snapshot.atoms), LABEL_LIFT_ANGSTROM * viewpoint.towards
    _draw_clashes(marks, snapshot.clashes, where, lift)
    _draw_bonds(marks, snapshot.bonds, where)
    _label_residues(marks, snapshot, sites, lift)
    at, camera, up = (tuple(vector) for vector in (viewpoint.target, viewpoint.position, viewpoint.up))
    builder.camera(target=at, position=camera, up=up)
    state = builder.get_state().model_dump(mode="json", exclude_none=True)
    state["metadata"]["timestamp"] = ""  # the same case gives the same scene, whenever it is drawn
    return json.dumps(state, separators=(",", ":"))


def _structure(builder: mvs.builder.Root, key: str) -> mvs.builder.Structure:
    return builder.download(url=key).parse(format="pdb").model_structure()


def _sticks(structure: mvs.builder.Structure, carbon: str, size: float) -> mvs.builder.Representation:
    sticks = structure.component(selector="all").representation(type="ball_and_stick", size_factor=size)
    sticks.color(color=carbon)
    for element, colour in ELEMENT_COLOURS.items():
        sticks.color(color=colour, selector=mvs.ComponentExpression(type_symbol=element.upper()))
    return sticks


def _draw_clashes(
    marks: mvs.builder.Primitives, clashes: Sequence[Clash], where: Mapping[str, FloatArray], lift: FloatArray
) -> None:
    labelled = labelled_clashes(clashes, where)
    for clash in worst_first(clashes):
        start, end = where[clash.protein_atom], where[clash.ligand_atom]
        middle, direction = (start + end) / 2, (end - start) / max(float(np.linalg.norm(end - start)), 1e-6)
        half = 0.5 * DISC_THICKNESS_ANGSTROM * direction
        marks.tube(
            start=tuple(middle - half),
            end=tuple(middle + half),
            radius=DISC_RADIUS_ANGSTROM + DISC_RADIUS_PER_OVERLAP * clash.overlap_angstrom,
            color=SEVERITY_COLOURS[clash.severity],
            tooltip=(
                f"{clash.protein_atom} – {clash.ligand_atom}: overlap {clash.overlap_angstrom:.2f} Å ({clash.severity})"
            ),
        )
        if clash in labelled:
            text = f"{clash.overlap_angstrom:.1f} Å"
            marks.label(position=tuple(middle + lift), text=text, label_size=1.1, label_color=LABEL_COLOUR)


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


def _label_residues(
    marks: mvs.builder.Primitives, snapshot: Snapshot, sites: Sequence[ResidueId], lift: FloatArray
) -> None:
    ends = {AtomLabel.parse(end).residue for bond in snapshot.bonds for end in (bond.donor, bond.acceptor)}
    for atom in snapshot.atoms:
        bonded = atom.residue in ends and not atom.is_ligand
        if atom.atom == "CA" and (atom.residue in sites or bonded):
            colour = SITE_LABEL_COLOURS[snapshot.name] if atom.residue in sites else BOND_COLOUR
            text = atom.residue_text
            marks.label(position=tuple(np.array(atom.position) + lift), text=text, label_size=1.3, label_color=colour)
