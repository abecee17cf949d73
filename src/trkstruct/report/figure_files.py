"""Figures as files, the same figure always as the same bytes, and the colours and markers that all of them share."""

from io import BytesIO
from pathlib import Path
from typing import Final

from matplotlib import rc_context
from matplotlib.figure import Figure

from trkstruct.errors import InputError
from trkstruct.files.outputs import write_atomic

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
LEAST_DOTS_PER_INCH: Final = 50  # below it, the smallest letters cannot be read
LONGEST_DOTS: Final = 60_000  # Agg draws 65 536 in one direction
MOST_DOTS: Final = 100_000_000  # 0.4 GB as it is drawn


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
        When the file cannot be written, or would be a picture of more than 100 million dots.
    """
    buffer, ending = BytesIO(), path.suffix.lower()
    dots = DOTS_PER_INCH if ending != ".png" else _dots_per_inch(figure, path)
    with rc_context({"svg.hashsalt": "trkstruct", "svg.fonttype": "none", "pdf.fonttype": 42}):
        figure.savefig(buffer, format=ending[1:], dpi=dots, metadata=UNDATED[ending])
    write_atomic(path, buffer.getvalue())
    return path


def _dots_per_inch(figure: Figure, path: Path) -> float:
    """As fine as a picture of this size can be."""
    width, height = figure.get_size_inches()
    dots = min(DOTS_PER_INCH, LONGEST_DOTS / max(width, height), (MOST_DOTS / (width * height)) ** 0.5)
    if dots < LEAST_DOTS_PER_INCH:
        raise InputError(
            f"A figure of {width:.0f} x {height:.0f} inches is too large for {path.name}; write .svg or .pdf, or draw "
            "fewer cases."
        )
    return float(dots)
