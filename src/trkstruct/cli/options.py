"""Options that several commands share."""

import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, Final, get_args

import click

from trkstruct.executor.run_options import CASE_LIMIT_SECONDS, RunOptions
from trkstruct.settings import PRESETS, PlatformName, Preset, Settings

INPUT_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)


class StructureOrName(click.Path):
    """A structure file, or the name of a model that ships, which becomes its file."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path, which exists.

        Raises
        ------
        click.BadParameter
            When there is neither such a model nor such a file.
        """
        from trkstruct.structure.shipped_models import structure_path

        return super().convert(structure_path(value), param, ctx)


STRUCTURE_OR_NAME: Final = StructureOrName(exists=True, dir_okay=False, path_type=Path)
OUTPUT_FILE: Final = click.Path(dir_okay=False, writable=True, path_type=Path)
FIGURE_FORMATS: Final = (".png", ".svg", ".pdf")
RESULTS_FOLDER: Final = click.Path(exists=True, file_okay=False, path_type=Path)

platform_option: Final = click.option(
    "--platform",
    type=click.Choice(get_args(PlatformName), case_sensitive=False),
    default="auto",
    show_default=True,
    help="OpenMM platform.",
)

preset_option: Final = click.option(
    "--preset", type=click.Choice(get_args(Preset)), default="standard", show_default=True, help="Time against noise."
)
seed_option: Final = click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Same seed, same numbers."
)


def check_folder(_ctx: click.Context, _param: click.Parameter, output: Path | None) -> Path | None:
    """Refuse an output file whose folder cannot take it, before anything is computed."""
    if output is not None and not os.access(output.parent, os.W_OK | os.X_OK):
        state = "cannot be written" if output.parent.is_dir() else "is not a folder"
        raise click.BadParameter(f"Cannot write {output}: the folder {output.parent} {state}.")
    return output


def check_figure(ctx: click.Context, param: click.Parameter, output: Path | None) -> Path | None:
    """Refuse a figure whose ending says no format, or whose folder cannot take it."""
    if output is not None and output.suffix.lower() not in FIGURE_FORMATS:
        raise click.BadParameter(f"{output} has no known ending; choose one of {', '.join(FIGURE_FORMATS)}.")
    return check_folder(ctx, param, output)


output_option: Final = click.option(
    "-o",
    "--output",
    type=OUTPUT_FILE,
    callback=check_folder,
    help="PDB or mmCIF file to write. [default: PDB on stdout]",
)
chain_option: Final = click.option("--chain", metavar="A", help="Protein chain; by default the one at the ligand.")
ligand_residue_option: Final = click.option(
    "--ligand-residue",
    metavar="LIG",
    help="Residue name of the ligand in the file, or chain:number; none leaves it out and seeks a pose.",
)


def know_kinases(ctx: click.Context, _param: click.Parameter, files: tuple[Path, ...]) -> tuple[Path, ...]:
    """Let the command know the kinases of files beside those that ship and are kept."""
    if files:
        from trkstruct.kinase.described_kinase import knowing_files

        ctx.with_resource(knowing_files(files))
    return files


def kinase_files_option(*, expose_value: bool) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """``--kinase-file``, as the argument ``kinase_files`` where a command wants to know."""
    return click.option(
        "--kinase-file",
        "kinase_files",
        multiple=True,
        type=INPUT_FILE,
        metavar="TOML",
        callback=know_kinases,
        expose_value=expose_value,
        help="A kinase of your own (docs/how-to/own-kinase.md); repeat for more. trkstruct kinase add keeps one.",
    )


kinase_file_option: Final = kinase_files_option(expose_value=False)
build_ligand_option: Final = click.option(
    "--build-ligand/--no-build-ligand",
    default=True,
    help="Build heavy atoms of the ligand that the file lacks, or refuse it. [default: build]",
)
workers_option: Final = click.option(
    "--workers", type=click.IntRange(min=0), help="Processes; 0 runs in this one. [default: one per available core]"
)
scheduler_option: Final = click.option(
    "--scheduler",
    metavar="tcp://HOST:8786",
    help="Send the cases to the workers of this Dask scheduler instead (docs/how-to/scaling.md).",
)
case_limit_option: Final = click.option(
    "--case-limit",
    type=click.FloatRange(min=0, min_open=True),
    default=CASE_LIMIT_SECONDS,
    show_default=True,
    metavar="SECONDS",
    help="A case that takes longer is cut off and fails (not with --workers 0).",
)


def settings_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command --platform, --preset and --seed, as the one argument ``settings``."""

    @platform_option
    @preset_option
    @seed_option
    @wraps(command)
    def with_settings(*args: Any, platform: PlatformName, preset: Preset, seed: int, **others: Any) -> None:
        command(*args, settings=make_settings(preset, platform, seed), **others)

    return with_settings


def run_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command --workers, --scheduler and --case-limit, as the one argument ``options``."""

    @workers_option
    @scheduler_option
    @case_limit_option
    @wraps(command)
    def with_options(*args: Any, workers: int | None, scheduler: str | None, case_limit: float, **others: Any) -> None:
        if workers is not None and scheduler is not None:
            raise click.UsageError("--workers counts processes of this machine; leave it out with --scheduler.")
        command(*args, options=RunOptions(workers, scheduler, case_limit), **others)

    return with_options


def make_settings(preset: Preset, platform: PlatformName, seed: int) -> Settings:
    """Settings of a preset with the platform and seed of this run."""
    return PRESETS[preset].model_copy(update={"platform": platform, "seed": seed})
