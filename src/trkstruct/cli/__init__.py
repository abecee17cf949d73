"""The command line. Results go to stdout, progress and messages to stderr; commands are loaded when they are called.

Exit codes: 0 done; 1 clashes at or above ``--fail-on``; 2 bad input or usage; 3 some cases failed; 4 a run could not go
on and can be continued; 70 a fault of trkstruct; 130 interrupted; 141 nobody reads stdout; 143 terminated.
"""

import io
import logging
import sys
import traceback
from contextlib import suppress
from difflib import get_close_matches
from importlib import import_module
from typing import Any, Final

import click

from trkstruct.cli.endings import (
    BAD_INPUT,
    FAULT,
    INTERRUPTED,
    STOPPED,
    fault_message,
    flushed_code,
    interrupted_code,
    leave_output,
    lost_output_code,
    open_closed_streams,
    tell,
    terminated_as_interrupted,
)
from trkstruct.cli.screen.verbosity import forget_verbosity, verbosity_options, with_verbosity
from trkstruct.cli.terminal import PrintableFormatter
from trkstruct.errors import RunError, TrkstructError, is_out_of_memory, reason_of
from trkstruct.report.console import printable
from trkstruct.versions import VERSION

COMMANDS: Final = {
    "scan": ("scan", "Run mutations against ligands: clashes, binding impact, verdict."),
    "report": ("report", "Write the HTML report of a finished scan."),
    "compare": ("compare", "Compare two finished scans: what changed beyond the error."),
    "plot": ("plot", "Draw a finished scan or validation as PNG, SVG or PDF."),
    "prepare": ("prepare", "Make a structure file ready: loops, side chains, hydrogens, numbers."),
    "fetch": ("fetch", "Download entries of the PDB archive."),
    "clashes": ("clashes", "List the clashes between a ligand and the protein of one file."),
    "mutate": ("mutate", "Build a mutation into a structure file."),
    "relax": ("relax", "Minimise a structure around its ligand."),
    "show": ("show", "What is known of a mutation: equivalents, region, published potency."),
    "validate": ("validate", "Compare predictions with experiment and with other methods."),
    "potency": ("potency", "Fit measured dose-response data."),
    "kinase": ("library.kinase", "Keep a kinase of your own, described in a file."),
    "ligand": ("library.ligand", "Add a ligand of your own from a SMILES, or remove it."),
    "pose": ("pose", "Place a ligand that has no pose, and rank the poses."),
    "list": ("catalogue", "List kinases, structures, ligands, regions or mutations."),
}
"""Name of a command, its module (a module ``list`` would hide the builtin) and its line in the help."""


class BadInput(click.ClickException):
    """A message for the user, on stderr, without a traceback."""

    exit_code = BAD_INPUT

    def format_message(self) -> str:
        """The message, which may quote a file."""
        return printable(self.message)


class StoppedRun(BadInput):
    """A run that could not go on; what it finished is kept."""

    exit_code = STOPPED


class Fault(BadInput):
    """An error that nobody foresaw."""

    exit_code = FAULT


class CommandGroup(click.Group):
    """The commands; their modules are imported when they run, and errors meant for the user end here."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of a command; None when there is no such command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"trkstruct.cli.{COMMANDS[cmd_name][0]}").command
        return with_verbosity(command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is asked for.

        Raises
        ------
        click.UsageError
            When there is none of that name, with the names like it.
        """
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            like = get_close_matches(args[0].lower(), COMMANDS, n=2, cutoff=0.5)
            meant = f"Did you mean {' or '.join(like)}?" if like else f"There are {', '.join(COMMANDS)}."
            raise click.UsageError(f"No such command {printable(args[0])!r}. {meant}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the command line and exit; click's own endings know 1 alone for all that goes wrong, which is a clash."""
        if not kwargs.get("standalone_mode", True):
            return super().main(*args, **kwargs)
        open_closed_streams()
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="replace")  # an ASCII terminal shows "?" for "Å"; data is UTF-8 everywhere
        with terminated_as_interrupted():
            code = self._ended(*args, **kwargs)
        sys.exit(flushed_code(code))

    def _ended(self, *args: Any, **kwargs: Any) -> int:
        """The exit code of a command line that was run, its message written."""
        try:
            result: Any = super().main(*args, **kwargs | {"standalone_mode": False})
        except click.ClickException as error:
            with suppress(OSError):  # no stderr to show it on
                error.show()
            return error.exit_code
        except click.Abort as abort:
            stop = abort.__cause__
            return interrupted_code(stop) if isinstance(stop, KeyboardInterrupt) else INTERRUPTED
        return result if isinstance(result, int) else 0

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Understand the words before the command; the help, which is written here, may find its reader gone."""
        forget_verbosity()
        try:
            return super().make_context(*args, **kwargs)
        except OSError as error:
            leave_output(error)
            raise click.exceptions.Exit(lost_output_code(error) or STOPPED) from error

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; an error becomes one message and its exit code, and with ``--debug`` its traceback."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except KeyboardInterrupt as stop:
            tell("\nStopped.")
            ctx.exit(interrupted_code(stop))
        except Exception as error:
            if isinstance(error, OSError) and (code := lost_output_code(error)) is not None:
                leave_output(error)
                ctx.exit(code)
            kind = _kind_of(error)
            if ctx.params["debug"]:
                tell(traceback.format_exc().rstrip())
                ctx.exit(kind.exit_code)
            raise kind(fault_message(error) if kind is Fault else reason_of(error, _options(ctx))) from error


def _kind_of(error: Exception) -> type[BadInput]:
    if isinstance(error, TrkstructError):
        return StoppedRun if isinstance(error, RunError) else BadInput
    return StoppedRun if is_out_of_memory(error) else Fault


def _options(ctx: click.Context) -> frozenset[str]:
    """Names of the options of the command that ran."""
    command = main.get_command(ctx, ctx.invoked_subcommand or "")
    return frozenset(option for each in command.params for option in each.opts) if command else frozenset()


@click.group(cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(VERSION, prog_name="trkstruct")
@click.option("--debug", is_flag=True, help="Show tracebacks and all log messages.")
def main(debug: bool) -> None:
    """When a TRK kinase mutates, which inhibitor still fits, and why not? Answers from structure.

    Not clinical advice.
    """
    logging.captureWarnings(True)
    handler = logging.StreamHandler()
    handler.setFormatter(PrintableFormatter("%(levelname)s: %(message)s"))
    logging.basicConfig(level=logging.DEBUG if debug else logging.WARNING, handlers=[handler])


main.params += verbosity_options()
