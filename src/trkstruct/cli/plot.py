"""``trkstruct plot``: figures of a finished scan or validation."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from trkstruct.cli.options import OUTPUT_FILE, RESULTS_FOLDER, check_figure
from trkstruct.cli.terminal import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

VALIDATE: Final = "validate"
KINDS: Final = ("heatmap", "terms", "clashes", VALIDATE)


@click.command("plot")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("folder", metavar="DIR", type=RESULTS_FOLDER)
@click.option(
    "-o",
    "--output",
    required=True,
    type=OUTPUT_FILE,
    callback=check_figure,
    help="File to write; the ending .png, .svg or .pdf says which format.",
)
def command(kind: str, folder: Path, output: Path) -> None:
    """Draw what lies in DIR.

    \b
    heatmap   ddG by mutation and ligand, with error, verdict and published ratio
    terms     energy terms of each mutant, their sum and the ddG
    clashes   largest overlap before and after relaxation, and the occlusion
    validate  predicted against measured, of a folder that trkstruct validate wrote
    """
    from trkstruct.report.figure_files import write_figure

    write_figure(_figure(kind, folder), output)
    say(f"Wrote {output}.", err=True)


def _figure(kind: str, folder: Path) -> "Figure":
    if kind == VALIDATE:
        from trkstruct.validation.validate import accuracy_figure

        return accuracy_figure(folder)
    from trkstruct.report import figures
    from trkstruct.report.results import load_results

    cases = load_results(folder).cases
    draw = {
        "heatmap": figures.heatmap_figure,
        "terms": figures.terms_figure,
        "clashes": figures.clashes_figure,
    }
    return draw[kind](cases)
