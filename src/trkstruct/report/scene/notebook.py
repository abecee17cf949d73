"""A case in a notebook: its pocket in 3D, drawn by 3Dmol.js (Rego & Koes 2015, 10.1093/bioinformatics/btu829)."""

from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from scipy.spatial.transform import Rotation

from trkstruct.errors import InputError
from trkstruct.records import Case
from trkstruct.report.scene.atom_lines import pdb_excerpt
from trkstruct.report.scene.case_scene import DASH_RADIUS_ANGSTROM
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
from trkstruct.report.scene.pocket_text import snapshot_texts
from trkstruct.report.scene.snapshots import (
    Snapshot,
    label_positions,
    labelled_clashes,
    load_snapshots,
    mutated_residues,
    worst_first,
)
from trkstruct.report.scene.viewpoint import VIEW_DISTANCE, Viewpoint, choose_viewpoint
from trkstruct.residues import BACKBONE_HEAVY_ATOMS, ResidueId
from trkstruct.units import FloatArray

if TYPE_CHECKING:
    import py3Dmol

CAMERA_Z: Final = 150.0  # where 3Dmol.js has its camera
HALF_FIELD_OF_VIEW_DEGREES: Final = 10.0  # of 3Dmol.js
DASH_ANGSTROM: Final = 0.15


def view(
    case: Case,
    out_dir: str | Path | None = None,
    *,
    moment: Literal["before", "after"] | None = None,
    width: int = 800,
    height: int = 500,
) -> "py3Dmol.view":
    """Show the pocket of a case with its clashes; in a notebook the last line of a cell draws it.

    Clashes are dashed lines coloured by severity, the worst with their overlap in Å; hydrogen bonds to the hinge are
    blue dashes.

    Parameters
    ----------
    case : Case
        Of ``results.cases`` or ``results.find_case``.
    out_dir : str or Path, optional
        The folder of the scan, which holds the complexes; by default the one that the case was read from.
    moment : {"before", "after"}, optional
        Before relaxation (ligand as in the wild type, new side chain as without the ligand) or after; by default
        before, where there is one.
    width, height : int
        Pixels.

    Returns
    -------
    py3Dmol.view
        ``write_html(path)`` of it saves a page of its own.

    Raises
    ------
    InputError
        When py3Dmol is not installed, the case has no complex at that moment, or a file is missing.
    """
    try:
        import py3Dmol
    except ImportError as error:
        raise InputError("py3Dmol is not installed; it comes with pip install 'trkstruct[notebook]'.") from error
    snapshots, sites = load_snapshots(case, None, _folder(case, out_dir)), mutated_residues(case)
    name = moment or ("before" if "before" in snapshots else "after")
    if name not in snapshots:
        raise InputError(f"{case.kinase} {case.mutation} with {case.ligand} has no complex {name} relaxation.")
    shown = snapshots[name]
    drawing = py3Dmol.view(width=width, height=height)
    _draw_atoms(drawing, shown, sites)
    _draw_contacts(drawing, shown)
    _label_sites(drawing, shown, sites)
    drawing.setView(_camera(choose_viewpoint(shown.atoms, sites)).tolist())
    return drawing


def _folder(case: Case, out_dir: str | Path | None) -> Path:
    return Path(out_dir) if out_dir is not None else case.folder or Path("trkstruct-out")


def _draw_atoms(drawing: "py3Dmol.view", snapshot: Snapshot, sites: list[ResidueId]) -> None:
    trace = pdb_excerpt(snapshot.atoms, lambda atom: atom.atom in BACKBONE_HEAVY_ATOMS and not atom.is_ligand)
    drawing.addModel(trace, "pdb")
    drawing.setStyle({"model": 0}, {"cartoon": {"color": BACKBONE_COLOUR, "opacity": 0.5}})
    texts = snapshot_texts(snapshot, sites)
    parts = [
        ("pocket", NEIGHBOUR_COLOUR, 0.06),
        ("ligand", LIGAND_COLOUR, 0.16),
        ("site", SITE_COLOURS[snapshot.name], 0.16),
    ]
    for number, (part, carbon, radius) in enumerate(parts, start=1):
        drawing.addModel(texts[f"{snapshot.name}-{part}"], "pdb", {"keepH": True})
        colours = {"prop": "elem", "map": {**ELEMENT_COLOURS, "C": carbon}}
        drawing.setStyle({"model": number}, {"stick": {"radius": radius, "colorscheme": colours}})


def _draw_contacts(drawing: "py3Dmol.view", snapshot: Snapshot) -> None:
    where = label_positions(snapshot.atoms)
    labelled = labelled_clashes(snapshot.clashes, where)
    for clash in worst_first(snapshot.clashes):
        start, end = where[clash.protein_atom], where[clash.ligand_atom]
        _draw_dashes(drawing, start, end, SEVERITY_COLOURS[clash.severity])
        if clash in labelled:
            _draw_label(drawing, f"{clash.overlap_angstrom:.1f} Å", (start + end) / 2, LABEL_COLOUR)
    for bond in snapshot.bonds:
        _draw_dashes(drawing, where[bond.hydrogen or bond.donor], where[bond.acceptor], BOND_COLOUR)


def _label_sites(drawing: "py3Dmol.view", snapshot: Snapshot, sites: list[ResidueId]) -> None:
    for atom in snapshot.atoms:
        if atom.atom == "CA" and atom.residue in sites:
            _draw_label(drawing, atom.residue_text, np.array(atom.position), SITE_LABEL_COLOURS[snapshot.name])


def _draw_dashes(drawing: "py3Dmol.view", start: FloatArray, end: FloatArray, colour: str) -> None:
    style = {"radius": DASH_RADIUS_ANGSTROM, "color": colour, "dashed": True}
    lengths = {"dashLength": DASH_ANGSTROM, "gapLength": DASH_ANGSTROM}
    drawing.addCylinder({"start": _point(start), "end": _point(end), **style, **lengths})


def _draw_label(drawing: "py3Dmol.view", text: str, where: FloatArray, colour: str) -> None:
    style = {"fontColor": colour, "fontSize": 14, "backgroundColor": "white", "backgroundOpacity": 0.7, "inFront": True}
    drawing.addLabel(text, {"position": _point(where), **style})


def _point(position: FloatArray) -> dict[str, float]:
    return {axis: round(float(value), 3) for axis, value in zip("xyz", position, strict=True)}


def _camera(viewpoint: Viewpoint) -> FloatArray:
    """The eight numbers of ``setView``: shift of the centre, distance, and the rotation as a quaternion."""
    away, up = viewpoint.towards, viewpoint.up / np.linalg.norm(viewpoint.up)
    turn = Rotation.from_matrix(np.array([np.cross(up, away), up, away])).as_quat()
    radius = float(np.linalg.norm(viewpoint.position - viewpoint.target)) / VIEW_DISTANCE
    distance = CAMERA_Z - radius / np.sin(np.radians(HALF_FIELD_OF_VIEW_DEGREES))
    numbers: FloatArray = np.concatenate([-viewpoint.target, [distance], turn])
    return numbers
