"""Dose-response curves, drawn."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from matplotlib.figure import Figure

from trkstruct.report.figure_files import COLOURS, MARKERS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from trkstruct.potency.dose_response import CurveFit, DoseResponse


PANELS_PER_ROW: Final = 3


def dose_response_figure(curves: "Sequence[tuple[DoseResponse, CurveFit]]") -> Figure:
    """Measured responses and fitted curves, a panel per compound, with the IC50 where it could be determined."""
    compounds = list(dict.fromkeys(data.compound for data, _ in curves))
    n_columns = min(PANELS_PER_ROW, len(compounds))
    n_rows = -(-len(compounds) // n_columns)
    figure = Figure(figsize=(4.4 * n_columns, 3.6 * n_rows), layout="constrained")
    panels = figure.subplots(n_rows, n_columns, squeeze=False).ravel()
    for axes, compound in zip(panels, compounds, strict=False):
        _draw_compound(axes, [curve for curve in curves if curve[0].compound == compound])
        axes.set(title=compound, xlabel="concentration (nM)", ylabel="response", xscale="log")
        axes.legend(fontsize=7, frameon=False)
    for axes in panels[len(compounds) :]:
        axes.set_axis_off()
    return figure


def _draw_compound(axes: "Axes", curves: "Sequence[tuple[DoseResponse, CurveFit]]") -> None:
    from trkstruct.potency.dose_response import evaluate_curve

    for index, (data, fit) in enumerate(curves):
        colour = COLOURS[index % len(COLOURS)]
        dosed = data.concentration_nm > 0
        dose, response = data.concentration_nm[dosed], data.response[dosed]
        style = {"marker": MARKERS[index % len(MARKERS)], "color": colour, "s": 14, "alpha": 0.7}
        axes.scatter(dose, response, label=f"{data.variant}: {fit.ic50_text}", **style)
        grid = np.geomspace(dose.min() / 2, dose.max() * 2, 200)
        if fit.curve is not None:
            axes.plot(grid, evaluate_curve(fit.curve, grid), color=colour, linewidth=1.2)
        if fit.ic50_nm is not None:
            axes.axvline(fit.ic50_nm, color=colour, linewidth=0.7, linestyle=":")
