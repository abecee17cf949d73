"""The ligand drawn flat, and beside it, joined by lines, the residues whose interactions a mutation takes or gives."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from rdkit import Chem
from rdkit.Chem import rdDepictor
from rdkit.Chem.Draw import rdMolDraw2D

from trkstruct.case_parts import Interaction
from trkstruct.report.interaction_words import residue_words

if TYPE_CHECKING:
    from trkstruct.ligand.ligand import Ligand

MOLECULE_PIXELS: Final = (400, 320)
COLUMN_PIXELS: Final = 196  # on either side, for the labels
LABEL_PIXELS: Final = (188, 24)
STEP_PIXELS: Final = 30  # from one label to the next
Point = tuple[float, float]
LOST: Final = "#d55e00"  # vermilion and blue of Okabe & Ito, which every eye tells apart
GAINED: Final = "#0072b2"
KEPT: Final = "#5a6675"
_NEEDLESS: Final = re.compile(  # what RDKit writes at every bond and letter: names of it, and defaults of SVG
    r" class='[^']*'|fill-rule:evenodd;|stroke-linecap:butt;|stroke-linejoin:miter;|;?stroke-opacity:1|"
    r"font-style:normal;|font-weight:normal;|fill-opacity:1;|stroke:none;"
)
SIGNS: Final[Mapping[str, str]] = {LOST: "− ", GAINED: "+ ", KEPT: ""}
SHORT: Final[Mapping[str, str]] = {"pi stacking": "π stacking", "cation-pi": "cation–π"}


@dataclass(frozen=True)
class _Label:
    """What stands beside the drawing, its colour, and the point of the ligand that it belongs to."""

    text: str
    colour: str
    anchor: Point


def draw_changes(ligand: "Ligand", lost: Sequence[Interaction], gained: Sequence[Interaction]) -> str:
    """SVG of the ligand: what a mutant lost in vermilion with a minus, what it gained in blue with a plus.

    Parameters
    ----------
    ligand : Ligand
    lost, gained : sequence of Interaction
        Under the ligand's atom names.
    """
    return _drawn(ligand, [*((LOST, each) for each in lost), *((GAINED, each) for each in gained)])


def draw_interactions(ligand: "Ligand", present: Iterable[Interaction]) -> str:
    """SVG of the ligand with all its interactions."""
    return _drawn(ligand, [(KEPT, each) for each in present])


def _drawn(ligand: "Ligand", told: Sequence[tuple[str, Interaction]]) -> str:
    molecule, place = _flat(ligand)
    width, height = MOLECULE_PIXELS[0], max(MOLECULE_PIXELS[1], (len(told) // 2 + 2) * STEP_PIXELS)
    canvas = rdMolDraw2D.MolDraw2DSVG(width + 2 * COLUMN_PIXELS, height, width, height, True)  # letters stay text
    canvas.SetOffset(COLUMN_PIXELS, 0)
    canvas.drawOptions().clearBackground = False
    canvas.DrawMolecule(rdMolDraw2D.PrepareMolForDrawing(molecule, kekulize=True, addChiralHs=False))
    canvas.FinishDrawing()
    at = [canvas.GetDrawCoords(index) for index in range(molecule.GetNumAtoms())]
    labels = [_label(colour, each, [(at[i].x, at[i].y) for i in _places(each, place)]) for colour, each in told]
    marks = "".join(_column(side, x, height) for side, x in _sides(labels, width, height // STEP_PIXELS))
    white = f'<rect width="{width + 2 * COLUMN_PIXELS}" height="{height}" fill="#fff"/>\n'
    head, end, rest = str(canvas.GetDrawingText()).partition("<!-- END OF HEADER -->")
    drawing = _NEEDLESS.sub("", rest.strip().removesuffix("</svg>"))
    return f"{head.replace('iso-8859-1', 'UTF-8')}{end}\n{white}{drawing}{marks}</svg>\n"


def _flat(ligand: "Ligand") -> tuple[Chem.Mol, dict[str, int]]:
    """The molecule in the plane, with only the hydrogens that its formula shows, and the index of each atom by name."""
    from trkstruct.ligand.ligand import to_molecule

    whole = to_molecule(ligand)
    for atom, name in zip(whole.GetAtoms(), ligand.atom_names, strict=True):
        atom.SetProp("_trkstruct_name", name)
    flat = Chem.RemoveHs(whole)
    flat.RemoveAllConformers()
    rdDepictor.Compute2DCoords(flat)
    rdDepictor.StraightenDepiction(flat)
    return flat, {atom.GetProp("_trkstruct_name"): atom.GetIdx() for atom in flat.GetAtoms()}


def _places(interaction: Interaction, place: Mapping[str, int]) -> list[int]:
    return [place[name] for name in interaction.ligand_atoms]


def _label(colour: str, interaction: Interaction, points: Sequence[Point]) -> _Label:
    kind = SHORT.get(interaction.kind, interaction.kind.removesuffix(" contact"))
    centre = (sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points))
    return _Label(f"{SIGNS[colour]}{residue_words(interaction)} {kind}", colour, centre)


def _sides(labels: Sequence[_Label], width: int, most: int) -> tuple[tuple[list[_Label], float], ...]:
    """The labels of the left and of the right column, each on its anchor's side, and where the columns begin."""
    ordered = sorted(labels, key=lambda label: (label.anchor, label.text))
    left = sum(label.anchor[0] < COLUMN_PIXELS + width / 2 for label in ordered)
    left = min(max(left, len(ordered) - most), most)
    gap = (COLUMN_PIXELS - LABEL_PIXELS[0]) / 2
    return (ordered[:left], gap), (ordered[left:], COLUMN_PIXELS + width + gap)


def _column(labels: Sequence[_Label], left: float, height: int) -> str:
    """The labels of one column from top to bottom as their anchors are, none on another, each with its line."""
    ordered = sorted(labels, key=lambda label: (label.anchor[1], label.text))
    tops = _spread([label.anchor[1] for label in ordered], height)
    return "".join(_mark(label, left, top) for label, top in zip(ordered, tops, strict=True))


def _spread(wanted: Sequence[float], height: int) -> list[float]:
    """Heights in the given order, near those wanted, a step apart, inside the drawing."""
    half, tops = STEP_PIXELS / 2, list[float]()
    for y in wanted:
        tops.append(max(y, tops[-1] + STEP_PIXELS if tops else half))
    for index in reversed(range(len(tops))):
        below = tops[index + 1] - STEP_PIXELS if index + 1 < len(tops) else height - half
        tops[index] = min(tops[index], below)
    return tops


def _mark(label: _Label, left: float, middle: float) -> str:
    width, height = LABEL_PIXELS
    edge = left + width if label.anchor[0] > left else left
    x, y = label.anchor
    return (
        f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{edge:.1f}" y2="{middle:.1f}" stroke="{label.colour}" stroke-width="1.3" '
        f'stroke-dasharray="4 3"/><circle cx="{x:.1f}" cy="{y:.1f}" r="7" fill="{label.colour}" fill-opacity="0.3"/>'
        f'<rect x="{left:.1f}" y="{middle - height / 2:.1f}" width="{width}" height="{height}" rx="5" fill="#fff" '
        f'stroke="{label.colour}"/><text x="{left + width / 2:.1f}" y="{middle + 5:.1f}" text-anchor="middle" '
        f'font-family="sans-serif" font-size="14" fill="{label.colour}">{escape(label.text)}</text>\n'
    )
