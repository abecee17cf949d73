"""Figures: predicted against measured, and dose-response curves. Nothing is shown; files are written."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure

from trkstruct.errors import InputError
from trkstruct.settings import RESISTANCE_THRESHOLD_KCAL_MOL
from trkstruct.units import FloatArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from trkstruct.potency.dose_response import CurveFit, DoseResponse

COLOURS: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Distinct for colour-blind readers: Okabe and Ito; Wong 2011, 10.1038/nmeth.1618."""
MARKERS: Final = "os^Dv<>P"
UNDATED: Final[dict[str, dict[str, None]]] = {
    ".png": {"Software": None},
    ".svg": {"Date": None, "Creator": None},
    ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
"""Formats that can be written, without what would make the same figure differ from day to day."""
DOTS_PER_INCH: Final = 200
SCREEN_DOTS_PER_INCH: Final = 100
LABELLED_ERROR_KCAL_MOL: Final = RESISTANCE_THRESHOLD_KCAL_MOL  # points further off carry their mutation's name
PANELS_PER_ROW: Final = 3


class ShownFigure(Figure):  # type: ignore[misc]  # matplotlib is not looked into here
    """A figure that a notebook draws as it is, without pyplot and its global state."""

    def _repr_png_(self) -> bytes:
        buffer = BytesIO()
        self.savefig(buffer, format="png", dpi=SCREEN_DOTS_PER_INCH, metadata=UNDATED[".png"])
        return buffer.getvalue()


def save_figure(figure: Figure, stem: Path) -> tuple[Path, Path]:
    """Write ``stem.png`` and ``stem.svg``.

    Raises
    ------
    InputError
        When the files cannot be written.
    """
    return write_figure(figure, stem.with_suffix(".png")), write_figure(figure, stem.with_suffix(".svg"))


def write_figure(figure: Figure, path: Path) -> Path:
    """Write a figure as PNG, SVG or PDF, as the ending says; the same figure gives the same bytes.

    Raises
    ------
    InputError
        When the file cannot be written.
    """
    try:
        with rc_context({"svg.hashsalt": "trkstruct", "svg.fonttype": "none", "pdf.fonttype": 42}):
            figure.savefig(path, dpi=DOTS_PER_INCH, metadata=UNDATED[path.suffix.lower()])
    except OSError as error:
        raise InputError(f"Cannot write {path}: {error.strerror}.") from error
    return path


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


def _limits(measured: FloatArray, predicted: FloatArray) -> tuple[float, float]:
    values = np.concatenate([measured, predicted[np.isfinite(predicted)], [0.0, RESISTANCE_THRESHOLD_KCAL_MOL]])
    return float(np.floor(values.min() - 0.3)), float(np.ceil(values.max() + 0.3))
