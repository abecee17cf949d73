"""``trkstruct report``: the HTML report of a finished scan."""

from pathlib import Path

import click

from trkstruct.cli.options import OUTPUT_FILE, RESULTS_FOLDER, check_folder
from trkstruct.cli.terminal import say


@click.command("report")
@click.argument("folder", metavar="DIR", type=RESULTS_FOLDER)
@click.option(
    "-o",
    "--output",
    type=OUTPUT_FILE,
    callback=check_folder,
    help="HTML file to write. [default: report.html in DIR]",
)
def command(folder: Path, output: Path | None) -> None:
    """Write the report of a scan: one HTML file that needs no network, with the pocket of every case in 3D.

    DIR is the folder that ``trkstruct scan`` wrote; it holds results.json and the complexes. Without -o the scripts for
    PyMOL and ChimeraX beside the complexes are written again too.
    """
    from trkstruct.cli.screen.report_progress import report_progress
    from trkstruct.report.page.page import write_report
    from trkstruct.report.results import load_results
    from trkstruct.report.scene.scripts import write_sessions

    results = load_results(folder)
    report = write_report(results, folder, output, report_progress())
    if output is None:
        write_sessions(results, folder)
    say(f"Wrote {report}.", err=True)
