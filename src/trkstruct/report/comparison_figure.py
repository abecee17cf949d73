"""Two runs drawn: the ΔΔG of one against that of the other."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from trkstruct.errors import InputError
from trkstruct.report.comparison import ComparedCase
from trkstruct.report.figure_files import COLOURS, MARKERS, ShownFigure
from trkstruct.settings import RESISTANCE_THRESHOLD_KCAL_MOL


def comparison_figure(common: Sequence[ComparedCase], names: tuple[str, str]) -> Figure:
    """ΔΔG (kcal/mol) of the second run against the first, with errors; what changed beyond them is filled and named.

    Raises
    ------
    InputError
        When no mutant has a ΔΔG in both.
    """
    drawn = [each for each in common if each.difference_kcal_mol is not None]
    if not drawn:
        raise InputError("No mutant has a ΔΔG in both runs, so there is nothing to draw.")
    figure = ShownFigure(figsize=(5.5, 5.5), layout="constrained")
    axes = figure.subplots()
    cases = [case for each in drawn for case in (each.first, each.second)]
    ends = [(case.ddg_kcal_mol or 0.0) + side * (case.ddg_error_kcal_mol or 0.0) for case in cases for side in (-1, 1)]
    low, high = min(*ends, 0.0) - 0.3, max(*ends, RESISTANCE_THRESHOLD_KCAL_MOL) + 0.3
    axes.plot([low, high], [low, high], color="0.4", linewidth=1, zorder=1)
    for limit in (axes.axhline, axes.axvline):
        limit(RESISTANCE_THRESHOLD_KCAL_MOL, color="0.7", linewidth=0.8, linestyle="--", zorder=1)
    ligands = list(dict.fromkeys(each.first.ligand for each in drawn))
    for each in drawn:
        place = ligands.index(each.first.ligand)
        changed = "beyond the error" in each.changes
        axes.errorbar(
            each.first.ddg_kcal_mol,
            each.second.ddg_kcal_mol,
            xerr=each.first.ddg_error_kcal_mol,
            yerr=each.second.ddg_error_kcal_mol,
            fmt=MARKERS[place % len(MARKERS)],
            color=COLOURS[place % len(COLOURS)],
            markerfacecolor=COLOURS[place % len(COLOURS)] if changed else "white",
            markersize=5,
            elinewidth=0.6,
            label=each.first.ligand,
        )
        if each.changes:
            point = (each.first.ddg_kcal_mol, each.second.ddg_kcal_mol)
            label = f"{each.first.kinase} {each.first.mutation}"
            axes.annotate(label, point, xytext=(4, 3), textcoords="offset points", fontsize=7, parse_math=False)
    axes.set(xlim=(low, high), ylim=(low, high), aspect="equal")
    axes.set_xlabel(f"ΔΔG of {names[0]} (kcal/mol)", parse_math=False)
    axes.set_ylabel(f"ΔΔG of {names[1]} (kcal/mol)", parse_math=False)
    handles = dict(zip(*reversed(axes.get_legend_handles_labels()), strict=True))
    for text in axes.legend(handles.values(), handles.keys(), fontsize=8, frameon=False).get_texts():
        text.set_parse_math(False)
    return figure
