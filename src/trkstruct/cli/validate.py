"""``trkstruct validate``: predictions against measurements."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from trkstruct.cli.endings import SOME_FAILED
from trkstruct.cli.options import INPUT_FILE, kinase_file_option, run_options, settings_options
from trkstruct.cli.terminal import say
from trkstruct.executor.run_options import RunOptions
from trkstruct.settings import Settings

if TYPE_CHECKING:
    from trkstruct.validation.sets import Benchmark


SETS: Final = ("trk", "abl", "met", "egfr", "all")


@click.command("validate")
@click.option("--set", "set_name", type=click.Choice(SETS), help="Benchmark set.")
@click.option("--data", type=INPUT_FILE, help="A CSV table of one's own instead; its columns are named above.")
@click.option(
    "--sources",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="TRKSTRUCT_SOURCES",
    help="Folder with the structures of abl, met and egfr, which do not ship. [default: $TRKSTRUCT_SOURCES]",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write; finished cases found there are kept. [default: trkstruct-validate-<set>]",
)
@kinase_file_option
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

    --set trk: published TRK fold changes, on the shipped structures. --set abl: 89 clinical ABL1 mutations with
    axitinib, bosutinib, dasatinib and imatinib. --set met: 38 mutants with crizotinib, by growth. --set egfr: six with
    gefitinib. --set all: one after the other. The coordinates of the last three are named with --sources.

    --data: a table with the columns structure, chain, ligand (name, SMILES or SDF file), ligand_residue, mutation and
    ddg_kcal_mol, or ic50_wt_nm and ic50_mutant_nm, or kd_wt_nm and kd_mutant_nm. Paths are relative to the table.

    Writes rows.csv, metrics.json, scatter.png and scatter.svg beside what a scan writes. A run that was stopped
    continues when the same command is repeated.
    """
    if (set_name is None) == (data is None):
        raise click.UsageError("Name one of --set and --data.")
    names = SETS[:-1] if set_name == "all" else (set_name,)
    benchmarks = [load_benchmark(name, data, sources) for name in names]
    folder = output or Path(f"trkstruct-validate-{benchmarks[0].name if len(names) == 1 else set_name}")
    folders = [folder] if len(names) == 1 else [folder / each.name for each in benchmarks]
    failed = [_validate(ctx, *each, settings, options) for each in zip(benchmarks, folders, strict=True)]
    if any(failed):
        ctx.exit(SOME_FAILED)


def _validate(
    ctx: click.Context, benchmark: "Benchmark", folder: Path, settings: Settings, options: RunOptions
) -> bool:
    """Run one benchmark and print how it came out; whether a row failed."""
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
    written = (
        "rows.csv, metrics.json and the scatter plot" if benchmark.scale.is_energy else "rows.csv and metrics.json"
    )
    say(f"Wrote {written} to {folder}.", err=True)
    return bool(failed)


def load_benchmark(set_name: str | None, data: Path | None, sources: Path | None) -> "Benchmark":
    """The benchmark that the options name.

    Raises
    ------
    click.UsageError
        When a set whose structures do not ship has no ``--sources``.
    """
    from trkstruct.validation.entry_sets import ENTRY_SETS, load_entry_benchmark
    from trkstruct.validation.sets import ABL_REPOSITORY, load_abl_benchmark, load_trk_benchmark
    from trkstruct.validation.user_set import load_benchmark_file

    if data is not None:
        return load_benchmark_file(data)
    if set_name == "trk":
        return load_trk_benchmark()
    if sources is not None:
        return load_abl_benchmark(sources) if set_name not in ENTRY_SETS else load_entry_benchmark(set_name, sources)
    if set_name in ENTRY_SETS:
        places = " or ".join(ENTRY_SETS[set_name].places)
        raise click.UsageError(f"--set {set_name} needs --sources: a folder with {places}, which does not ship.")
    if set_name == "abl":
        raise click.UsageError(
            "--set abl needs --sources: a folder with renumbered/*.pdb and ligands/*.sdf of Hauser 2018, "
            f"which do not ship with trkstruct ({ABL_REPOSITORY}, folder hauser-abl-benchmark)."
        )
    raise click.UsageError("Name one of --set and --data.")
