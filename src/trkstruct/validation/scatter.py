"""Computed against measured, drawn."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from matplotlib.figure import Figure

from trkstruct.report.figure_files import COLOURS, MARKERS
from trkstruct.settings import RESISTANCE_THRESHOLD_KCAL_MOL
from trkstruct.units import FloatArray

if TYPE_CHECKING:
    pass


LABELLED_ERROR_KCAL_MOL: Final = RESISTANCE_THRESHOLD_KCAL_MOL  # points further off carry their mutation's name


def scatter_figure(
    measured: FloatArray,
    predicted: FloatArray,
    errors: FloatArray | None = None,
    *,
    labels: Sequence[str],
    groups: Sequence[str],
    title: str = "",
) -> Figure:
    """Predicted against measured ddG (kcal/mol) with error bars of one standard deviation.

    Rows without a prediction (NaN) are counted in the legend. Points more than 10-fold off are labelled.

    Parameters
    ----------
    measured, predicted : numpy.ndarray, shape (n_rows,)
        kcal/mol.
    errors : numpy.ndarray, shape (n_rows,), optional
        One standard deviation of each prediction, kcal/mol.
    labels, groups : sequence of str, length n_rows
        What a point is called, and which colour and marker it shares.
    title : str
    """
    figure = Figure(figsize=(5.5, 5.5), layout="constrained")
    axes = figure.subplots()
    low, high = _limits(measured, predicted)
    axes.plot([low, high], [low, high], color="0.4", linewidth=1, zorder=1)
    for limit in (axes.axhline, axes.axvline):
        limit(RESISTANCE_THRESHOLD_KCAL_MOL, color="0.7", linewidth=0.8, linestyle="--", zorder=1)
    there = np.isfinite(predicted)
    for index, group in enumerate(dict.fromkeys(groups)):
        of_group = np.array([each == group for each in groups])
        rows = of_group & there
        missing = int(np.count_nonzero(of_group & ~there))
        axes.errorbar(
            measured[rows],
            predicted[rows],
            yerr=None if errors is None else np.nan_to_num(errors[rows]),
            fmt=MARKERS[index % len(MARKERS)],
            color=COLOURS[index % len(COLOURS)],
            markersize=5,
            elinewidth=0.8,
            alpha=0.8,
            label=f"{group} ({missing} failed)" if missing else group,
        )
    for row in np.flatnonzero(there & (np.abs(predicted - measured) > LABELLED_ERROR_KCAL_MOL)).tolist():
        point = (measured[row], predicted[row])
        axes.annotate(labels[row], point, xytext=(4, 3), textcoords="offset points", fontsize=7)
    axes.set(xlim=(low, high), ylim=(low, high), aspect="equal", title=title)
    axes.set(xlabel="measured ΔΔG (kcal/mol)", ylabel="predicted ΔΔG (kcal/mol)")
    axes.legend(fontsize=8, frameon=False)
    return figure


def _limits(measured: FloatArray, predicted: FloatArray) -> tuple[float, float]:
    values = np.concatenate([measured, predicted[np.isfinite(predicted)], [0.0, RESISTANCE_THRESHOLD_KCAL_MOL]])
    return float(np.floor(values.min() - 0.3)), float(np.ceil(values.max() + 0.3))
