"""Figures of a finished scan for papers and slides: heat map, energy terms, clashes before and after relaxation."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib import colormaps, rc_context
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from trkstruct.case_parts import Clash
from trkstruct.contacts.clashes import MODERATE_OVERLAP_ANGSTROM, SEVERE_OVERLAP_ANGSTROM
from trkstruct.errors import InputError
from trkstruct.kinase.mutation import WILD_TYPE
from trkstruct.records import Case
from trkstruct.report.case_rows import worst_clash
from trkstruct.report.case_sentence import TERM_WORDS
from trkstruct.report.figure_files import COLOURS, ShownFigure
from trkstruct.report.heat_map import (
    COLOUR_MAP,
    VERDICT_MARKS,
    HeatMap,
    colour_limit,
    heat_colours,
    heat_maps,
    signed,
)
from trkstruct.report.published import published_words
from trkstruct.settings import RESISTANCE_THRESHOLD_KCAL_MOL

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Draw = Callable[[Sequence[Case]], Figure]

CELL_INCHES: Final = (1.25, 0.7)
BAR_INCHES: Final = 2.6
ROW_INCHES: Final = 0.26
LABEL_POINTS: Final = 8
SCREENED: Final = ("electrostatics", "solvation")
SCREENED_WORDS: Final = "electrostatics + solvation"
DIAMONDS: Final[dict[str, Any]] = {
    "fmt": "D", "color": "black", "markerfacecolor": "white", "markersize": 4, "elinewidth": 0.8,
}  # fmt: skip
UNCERTAIN_HATCH: Final = "////"


def _names_as_text(draw: Draw) -> Draw:
    """Names of ligands are text in the figure, whatever dollar signs they hold."""

    @wraps(draw)
    def drawn(cases: Sequence[Case]) -> Figure:
        with rc_context({"text.parse_math": False}):
            return draw(cases)

    return drawn


@_names_as_text
def heatmap_figure(cases: Sequence[Case]) -> Figure:
    """ddG by mutation and ligand, a panel per kinase; uncertain cells are hatched, published ratios stand below.

    Raises
    ------
    InputError
        When the scan holds no mutant.
    """
    maps = heat_maps(cases)
    if not maps:
        raise InputError("The scan holds no mutant, so there is no change of binding to draw.")
    limit = colour_limit(cases)
    columns, rows = max(len(each.ligands) for each in maps), [len(each.mutations) for each in maps]
    size = (columns * CELL_INCHES[0] + 2.2, (sum(rows) + 0.8 * len(rows)) * CELL_INCHES[1] + 0.5)
    figure = ShownFigure(figsize=size, layout="constrained")
    panels = figure.subplots(len(maps), 1, squeeze=False, gridspec_kw={"height_ratios": rows}).ravel()
    for axes, heat_map in zip(panels, maps, strict=True):
        _draw_heat_map(axes, heat_map, limit, columns)
    scale = ScalarMappable(Normalize(-limit, limit), colormaps[COLOUR_MAP])
    part = min(0.9, BAR_INCHES / size[1])
    bar = figure.colorbar(scale, ax=list(panels), shrink=part, aspect=20, pad=0.02, anchor=(0.0, 1.0))
    bar.set_label("computed ΔΔG\n(kcal/mol)", fontsize=LABEL_POINTS + 1)
    bar.ax.tick_params(labelsize=LABEL_POINTS)
    return figure


@_names_as_text
def terms_figure(cases: Sequence[Case]) -> Figure:
    """Energy terms of each mutant stacked to both sides of zero, their sum, and the ddG with its error.

    Raises
    ------
    InputError
        When no case has energy terms.
    """
    drawn = [case for case in cases if case.ddg_terms is not None]
    if not drawn:
        raise InputError("No case of the scan has energy terms; wild types and failed cases have none.")
    figure, axes, heights = _rows_figure(drawn, 6.5)
    parts = {name: np.array([_parts(case)[name] for case in drawn]) for name in _parts(drawn[0])}
    for sign in (1, -1):
        left = np.zeros(len(drawn))
        for colour, (name, values) in zip(COLOURS, parts.items(), strict=False):
            part = np.where(np.sign(values) == sign, values, 0.0)
            style = {"color": colour, "edgecolor": "white", "linewidth": 0.4, "height": 0.6}
            axes.barh(heights, part, left=left, label=name if sign == 1 else None, **style)
            left += part
    totals = [case.ddg_terms.total for case in drawn if case.ddg_terms]
    axes.plot(totals, heights, "|", color="black", markersize=9, markeredgewidth=1.6, label="sum")
    axes.errorbar(
        [np.nan if case.ddg_kcal_mol is None else case.ddg_kcal_mol for case in drawn],
        heights,
        xerr=[case.ddg_error_kcal_mol or 0.0 for case in drawn],
        label="ΔΔG",
        **DIAMONDS,
    )
    axes.axvline(0, color="black", linewidth=0.8)
    axes.axvline(RESISTANCE_THRESHOLD_KCAL_MOL, color="0.5", linewidth=0.8, linestyle="--")
    axes.set_xlabel("mutant − wild type (kcal/mol); positive: weaker binding")
    _legend_above(axes, columns=4)
    return figure


@_names_as_text
def clashes_figure(cases: Sequence[Case]) -> Figure:
    """Largest overlap with the ligand before and after relaxation, and the occlusion, of each mutant.

    Raises
    ------
    InputError
        When the scan holds no mutant that was computed.
    """
    drawn = [case for case in cases if case.mutation != WILD_TYPE and case.status == "ok"]
    if not drawn:
        raise InputError("The scan holds no computed mutant, so there are no clashes to draw.")
    figure, axes, heights = _rows_figure(drawn, 6.5)
    before = [_worst_overlap(case, case.clashes_before) for case in drawn]
    after = [_worst_overlap(case, case.clashes_after) for case in drawn]
    axes.hlines(heights, after, before, color="0.6", linewidth=1.5, zorder=1)
    axes.plot(before, heights, "o", color=COLOURS[1], label="before relaxation")
    axes.plot(after, heights, "o", color=COLOURS[2], markerfacecolor="white", label="after relaxation")
    for limit, word in ((MODERATE_OVERLAP_ANGSTROM, "moderate"), (SEVERE_OVERLAP_ANGSTROM, "severe")):
        axes.axvline(limit, color="0.5", linewidth=0.8, linestyle="--", zorder=0)
        axes.text(limit, len(drawn) - 0.45, f" {word}", fontsize=LABEL_POINTS - 1, color="0.35", va="bottom")
    right = axes.secondary_yaxis("right")
    right.set_yticks(heights, ["" if case.occlusion is None else f"{case.occlusion:.0%}" for case in drawn])
    right.tick_params(length=0, labelsize=LABEL_POINTS)
    right.spines["right"].set_visible(False)
    right.set_ylabel("occlusion", fontsize=LABEL_POINTS + 1)
    axes.set_xlabel("largest overlap with the ligand (Å)")
    axes.set_xlim(left=-0.05)
    _legend_above(axes, columns=2)
    return figure


def _draw_heat_map(axes: "Axes", heat_map: HeatMap, limit: float, columns: int) -> None:
    for row, cells in enumerate(heat_map.cells):
        for column, case in enumerate(cells):
            _draw_cell(axes, column, row, case, limit)
    axes.set_xticks(range(len(heat_map.ligands)), heat_map.ligands, fontsize=LABEL_POINTS + 1)
    axes.set_yticks(range(len(heat_map.mutations)), heat_map.mutations, fontsize=LABEL_POINTS + 1)
    axes.set_xlim(-0.5, columns - 0.5)  # cells of one size in every panel
    axes.set_ylim(len(heat_map.mutations) - 0.5, -0.5)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    if heat_map.kinase:
        axes.set_title(heat_map.kinase, loc="left", fontsize=LABEL_POINTS + 2, fontweight="bold")


def _draw_cell(axes: "Axes", column: int, row: int, case: Case | None, limit: float) -> None:
    number = None if case is None else case.ddg_kcal_mol
    fill, ink = ("#eeeeee", "#555555") if number is None else heat_colours(number, limit)
    uncertain = case is not None and case.verdict == "uncertain"
    corner = (column - 0.48, row - 0.46)
    axes.add_patch(Rectangle(corner, 0.96, 0.92, facecolor=fill, edgecolor="0.75", linewidth=0.5))
    if uncertain:
        hatch = {"hatch": UNCERTAIN_HATCH, "edgecolor": "0.35", "alpha": 0.25, "linewidth": 0}
        axes.add_patch(Rectangle(corner, 0.96, 0.92, fill=False, **hatch))
    if case is None or number is None:
        text = "not run" if case is None else "pose\nunreliable" if case.verdict == "pose unreliable" else case.status
        axes.text(column, row, text, ha="center", va="center", fontsize=LABEL_POINTS, color=ink)
        return
    error = "" if case.ddg_error_kcal_mol is None else f" ± {case.ddg_error_kcal_mol:.1f}"
    published = published_words(case)
    verdict = f"{VERDICT_MARKS[case.verdict]} {case.verdict}" if case.verdict else ""
    middle = {"ha": "center", "va": "center", "color": ink}
    axes.text(column, row - 0.22, f"{signed(number)}{error}", fontsize=LABEL_POINTS + 2, **middle)
    axes.text(column, row + 0.08, verdict, fontsize=LABEL_POINTS - 1, **middle)
    axes.text(column, row + 0.31, published, fontsize=LABEL_POINTS - 1.5, **middle)


def _parts(case: Case) -> dict[str, float]:
    """The terms to draw; electrostatics and solvation as one, for they are large and cancel."""
    terms = case.ddg_terms
    assert terms is not None, "only cases with terms are drawn"
    parts = {words: getattr(terms, name) for name, words in TERM_WORDS.items() if name not in SCREENED}
    return {SCREENED_WORDS: terms.electrostatics + terms.solvation, **parts}


def _worst_overlap(case: Case, clashes: Sequence[Clash]) -> float:
    worst = worst_clash(clashes, case.regions)
    return worst.overlap_angstrom if worst else 0.0


def _rows_figure(cases: Sequence[Case], width: float) -> tuple[Figure, "Axes", list[int]]:
    """A figure with one labelled row per case, the first on top."""
    figure = ShownFigure(figsize=(width, 1.4 + ROW_INCHES * len(cases)), layout="constrained")
    axes = figure.subplots()
    heights = list(range(len(cases) - 1, -1, -1))
    names = [f"{case.kinase} {case.mutation} {case.ligand}".strip() for case in cases]
    axes.set_yticks(heights, names, fontsize=LABEL_POINTS)
    axes.set_ylim(-0.6, len(cases) - 0.4)
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", labelsize=LABEL_POINTS)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.xaxis.grid(True, color="0.9", linewidth=0.6)
    axes.set_axisbelow(True)
    return figure, axes, heights


def _legend_above(axes: "Axes", columns: int) -> None:
    style = {"fontsize": LABEL_POINTS - 1, "frameon": False, "handlelength": 1.2}
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.03), ncols=columns, **style)
