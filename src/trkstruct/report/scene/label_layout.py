"""Where labels stand: beside what they name, as seen from the first point of view, none upon another."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from trkstruct.report.scene.viewpoint import ASPECT, HALF_FIELD, Viewpoint
from trkstruct.units import FloatArray

LETTER_WIDTH: Final = 0.55  # of the height of a line; letters of the sans-serif font of Mol*
LINE_HEIGHT: Final = 1.1
RINGS_ANGSTROM: Final = (0.1, 0.8, 1.6, 2.6, 3.8)  # gaps between a label and what it names
ANGLES: Final = 24
COVER_COST_ANGSTROM: Final = 2.5  # a label goes so much further before it covers a clash
ATOM_COST_ANGSTROM: Final = 0.8  # or an atom of the ligand or the mutated residues


@dataclass(frozen=True)
class Label:
    """A text to place: what it names, its size and colour, and the radius around its anchor that it leaves free."""

    text: str
    anchor: FloatArray
    size_angstrom: float
    colour: str
    clear_angstrom: float = 0.0


@dataclass(frozen=True)
class PlacedLabel:
    """A label, the centre of its text, its nearest point to what it names, and its size where it stands.

    Letters are seen as large as those at the point looked at, however far behind it they stand; the eye is so far from
    the plane they stand in.
    """

    label: Label
    centre: FloatArray
    near_end: FloatArray
    size_angstrom: float
    eye_distance_angstrom: float


def place_labels(
    labels: Sequence[Label], discs: Sequence[tuple[FloatArray, float]], atoms: FloatArray, viewpoint: Viewpoint
) -> tuple[PlacedLabel, ...]:
    """Place the labels in their order, each at the cheapest place; one that finds none free is left out.

    Parameters
    ----------
    labels : sequence of Label
        The most important first.
    discs : sequence of (centre, radius)
        What no label should cover, in Å.
    atoms : array, shape (n, 3)
        What labels cover only where it saves way.
    viewpoint : Viewpoint
    """
    screen = _Screen(viewpoint)
    circles = [(*screen.flat(centre), radius) for centre, radius in discs]
    points = np.array([screen.flat(each) for each in atoms]).reshape(-1, 2)
    boxes: list[FloatArray] = []
    placed = []
    for label in labels:
        found = _cheapest(label, screen, boxes, circles, points)
        if found is not None:
            box, way = found
            boxes.append(box)
            placed.append(_placed(label, screen, box, way))
    return tuple(placed)


class _Screen:
    """The picture's plane through the point looked at: places in Å, as the perspective shows them there."""

    def __init__(self, viewpoint: Viewpoint) -> None:
        self.axes = viewpoint.axes
        self.target = viewpoint.target
        self.distance = viewpoint.distance
        self.half_height = viewpoint.distance * HALF_FIELD
        self.half_width = self.half_height * ASPECT

    def scale(self, point: FloatArray) -> float:
        """How much larger than in the plane something at this depth is seen."""
        depth = float((point - self.target) @ self.axes[2])
        return self.distance / max(self.distance - depth, 0.1 * self.distance)

    def flat(self, point: FloatArray) -> tuple[float, float]:
        """Right and up, in Å of the plane."""
        right, up, _ = self.axes @ (point - self.target) * self.scale(point)
        return float(right), float(up)

    def at_depth_of(self, anchor: FloatArray, flat: FloatArray) -> FloatArray:
        """The point that is seen at ``flat`` and is as far from the eye's plane as the anchor."""
        depth = float((anchor - self.target) @ self.axes[2])
        right, up = flat / self.scale(anchor)
        point: FloatArray = self.target + np.array([right, up, depth]) @ self.axes
        return point


def _cheapest(
    label: Label,
    screen: _Screen,
    boxes: Sequence[FloatArray],
    circles: Sequence[tuple[float, float, float]],
    points: FloatArray,
) -> tuple[FloatArray, FloatArray] | None:
    """The box (left, bottom, right, top) of the label's best place and the direction to it; None when none is free."""
    anchor, scale = np.array(screen.flat(label.anchor)), screen.scale(label.anchor)
    half = 0.5 * label.size_angstrom * np.array([LETTER_WIDTH * len(label.text), LINE_HEIGHT])
    turns = np.linspace(0, 2 * np.pi, ANGLES, endpoint=False)
    ways = np.column_stack([np.cos(turns), np.sin(turns)])
    best, least = None, np.inf
    for gap in RINGS_ANGSTROM:
        for way in ways:
            centre = anchor + (label.clear_angstrom * scale + gap + float(np.abs(way) @ half)) * way
            box = np.concatenate([centre - half, centre + half])
            if gap >= least or any(_meet(box, other) for other in boxes):
                continue
            cost = gap + _cover_cost(box, circles, points) + _outside(box, screen)
            if cost < least:
                best, least = (box, way), cost
    return best


def _cover_cost(box: FloatArray, circles: Sequence[tuple[float, float, float]], points: FloatArray) -> float:
    covered = sum(
        np.hypot(x - np.clip(x, box[0], box[2]), y - np.clip(y, box[1], box[3])) < radius for x, y, radius in circles
    )
    inside = np.all((points > box[:2]) & (points < box[2:]), axis=1).sum() if len(points) else 0
    return COVER_COST_ANGSTROM * float(covered) + ATOM_COST_ANGSTROM * float(inside)


def _outside(box: FloatArray, screen: _Screen) -> float:
    """How far the box stands out of the picture, dear enough to be the last resort."""
    limits = np.array([screen.half_width, screen.half_height])
    over = np.maximum(np.abs(box).reshape(2, 2) - limits, 0.0)
    return 10.0 * float(over.sum())


def _meet(one: FloatArray, other: FloatArray) -> bool:
    return bool(one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3])


def _placed(label: Label, screen: _Screen, box: FloatArray, way: FloatArray) -> PlacedLabel:
    anchor = np.array(screen.flat(label.anchor))
    near = np.clip(anchor, box[:2], box[2:])
    centre, end = (screen.at_depth_of(label.anchor, each) for each in ((box[:2] + box[2:]) / 2, near))
    scale = screen.scale(label.anchor)
    return PlacedLabel(label, centre, end, label.size_angstrom / scale, screen.distance / scale)
