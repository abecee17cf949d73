"""``trkstruct validate``: predictions against measurements."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from trkstruct.cli.endings import SOME_FAILED
from trkstruct.cli.options import INPUT_FILE, run_options, settings_options
from trkstruct.cli.terminal import say
from trkstruct.executor.run_options import RunOptions
from trkstruct.settings import Settings

if TYPE_CHECKING:
    from trkstruct.validation.sets import Benchmark


@click.command("validate")
@click.option("--set", "set_name", type=click.Choice(("abl", "trk")), help="Benchmark set.")
@click.option("--data", type=INPUT_FILE, help="A CSV table of one's own instead; its columns are named above.")
@click.option(
    "--sources",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="TRKSTRUCT_SOURCES",
    help="Folder with the ABL1 inputs of Hauser 2018, for --set abl. [default: $TRKSTRUCT_SOURCES]",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write; finished cases found there are kept. [default: trkstruct-validate-<set>]",
)
@settings_options
@run_options
@click.pass_context
def command(
    ctx: click.Context,
    set_name: str | None,
    data: Path | None,
    sources: Path | None,
    output: Path | None,
    settings: Settings,
    options: RunOptions,
) -> None:
    """Run a benchmark and compare with experiment and with other methods.

    --set trk: published TRK fold changes, on the shipped structures. --set abl: 68 clinical ABL1 mutations with
    axitinib, dasatinib and imatinib; their coordinates are named with --sources.

    --data: a table with the columns structure, chain, ligand (name, SMILES or SDF file), ligand_residue, mutation and
    ddg_kcal_mol, or ic50_wt_nm and ic50_mutant_nm, or kd_wt_nm and kd_mutant_nm. Paths are relative to the table.

    Writes rows.csv, metrics.json, scatter.png and scatter.svg beside what a scan writes. A run that was stopped
    continues when the same command is repeated.
    """
    if (set_name is None) == (data is None):
        raise click.UsageError("Name one of --set and --data.")
    benchmark = load_benchmark(set_name, data, sources)
    folder = output or Path(f"trkstruct-validate-{benchmark.name}")

    from trkstruct.cases.run_case import run_case
    from trkstruct.cli.output import print_rich
    from trkstruct.cli.screen.progress import watched_run
    from trkstruct.validation.accuracy_table import accuracy_report
    from trkstruct.validation.validate import failures, plan_benchmark, run_benchmark, write_accuracy

    planned = plan_benchmark(benchmark, settings)
    with watched_run(ctx, len(planned.specs), folder) as on_done:
        outcomes = run_benchmark(planned, folder, run_case, options, on_done)
    accuracy = write_accuracy(planned, outcomes, folder, settings.seed)
    failed = failures(outcomes)
    print_rich(accuracy_report(accuracy, failed))
    say(f"Wrote rows.csv, metrics.json and the scatter plot to {folder}.", err=True)
    if failed:
        ctx.exit(SOME_FAILED)


def load_benchmark(set_name: str | None, data: Path | None, sources: Path | None) -> "Benchmark":
    """The benchmark that the options name.

    Raises
    ------
    click.UsageError
        When ``--set abl`` has no ``--sources``.
    """
    from trkstruct.validation.sets import ABL_REPOSITORY, load_abl_benchmark, load_trk_benchmark
    from trkstruct.validation.user_set import load_benchmark_file

    if data is not None:
        return load_benchmark_file(data)
    if set_name == "trk":
        return load_trk_benchmark()
    if sources is None:
        raise click.UsageError(
            "--set abl needs --sources: a folder with renumbered/*.pdb and ligands/*.sdf of Hauser 2018, "
            f"which do not ship with trkstruct ({ABL_REPOSITORY}, folder hauser-abl-benchmark)."
        )
    return load_abl_benchmark(sources)
