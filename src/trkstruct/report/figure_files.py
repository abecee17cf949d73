"""Figures as files, the same figure always as the same bytes, and the colours and markers that all of them share."""

from io import BytesIO
from pathlib import Path
from typing import Final

from matplotlib import rc_context
from matplotlib.figure import Figure

from trkstruct.errors import InputError

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
