"""What a scan prints and writes when it is over."""

from pathlib import Path
from typing import TYPE_CHECKING

from trkstruct.cli.terminal import say, write_data, write_file

if TYPE_CHECKING:
    from trkstruct.executor.output_folder import Tally
    from trkstruct.records import Results


def report(output: Path, format_: str, *, ranked: bool) -> None:
    """Print the results of a folder, and write its page, its scripts and for a saturation scan the ranking."""
    from trkstruct.cli.screen.report_progress import report_progress
    from trkstruct.report.page.page import write_report
    from trkstruct.report.results import load_results
    from trkstruct.report.scene.scripts import write_sessions

    results = load_results(output)
    page = write_report(results, output, progress=report_progress())  # files first: printing may fail
    write_sessions(results, output)
    if ranked and format_ == "table":
        write_ranking(results, output)
    else:
        print_results(results, format_)
    files = f"{page}, {output / 'results.json'}, {output / 'results.csv'}"
    say(f"Wrote {files} and the complexes with their PyMOL and ChimeraX scripts.", err=True)


def print_many(tally: "Tally", output: Path, format_: str) -> None:
    """Say how a run ended that has too many cases for a table, or copy the file asked for, without reading it whole."""
    if format_ in ("json", "csv"):
        write_file(output / f"results.{format_}")
    else:
        say(f"{tally.cases} cases, {tally.failed} failed.")
    files = f"{output / 'results.json'} and {output / 'results.csv'}"
    say(f"Wrote {files}; of so many cases there is no table, no report and no ranking.", err=True)


def write_ranking(results: "Results", output: Path) -> None:
    """Print the mutants by predicted resistance, and write all of them to ``ranking.csv``."""
    from trkstruct.cli.output import print_rich, terminal_columns
    from trkstruct.files.outputs import write_atomic
    from trkstruct.report.ranking import rank_by_resistance, ranking_csv, ranking_report

    ranked = rank_by_resistance(results.cases)
    write_atomic(output / "ranking.csv", ranking_csv(ranked))
    print_rich(ranking_report(ranked, results.cases, terminal_columns()))
    say(f"Wrote {output / 'ranking.csv'}.", err=True)


def print_results(results: "Results", format_: str) -> None:
    """Write results to stdout as a table, Markdown, or the text of ``results.csv`` or ``results.json``."""
    from trkstruct.cli.output import print_rich, terminal_columns
    from trkstruct.report.case_rows import csv_text
    from trkstruct.report.table import results_markdown, results_report

    if format_ == "json":
        write_data(results.model_dump_json(indent=1) + "\n")
    elif format_ == "csv":
        write_data(csv_text(results.cases))
    elif format_ == "markdown":
        write_data(results_markdown(results))
    else:
        print_rich(results_report(results, terminal_columns()))
