"""``-q`` and ``-v``, before a command or behind it: how much goes to stderr."""

import logging
from typing import Any, Final

import click

from trkstruct.cli.terminal import QUIET_KEY

VERBOSE_KEY: Final = "trkstruct.verbose"
LOGGERS: Final = ("trkstruct", "py.warnings")


def _set_quiet(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    _set(ctx, QUIET_KEY, logging.ERROR, given=value)


def _set_verbose(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    _set(ctx, VERBOSE_KEY, logging.INFO, given=value)


def _set(ctx: click.Context, key: str, level: int, *, given: bool) -> None:
    if not given:
        return
    ctx.meta[key] = True
    if ctx.meta.get(QUIET_KEY) and ctx.meta.get(VERBOSE_KEY):
        raise click.UsageError("-q and -v ask for two different things; give one of them.")
    for name in LOGGERS:
        logging.getLogger(name).setLevel(level)


def forget_verbosity() -> None:
    """Log as before the first ``-q`` or ``-v`` of this process."""
    for name in LOGGERS:
        logging.getLogger(name).setLevel(logging.NOTSET)


def verbosity_options() -> tuple[click.Option, click.Option]:
    """The two options, which pass nothing on."""
    shared: dict[str, Any] = {"is_flag": True, "expose_value": False}
    quiet, verbose = "Only errors on stderr: no progress, no notes.", "Say too what is read, chosen and stored."
    return (
        click.Option(["-q", "--quiet"], callback=_set_quiet, help=quiet, **shared),
        click.Option(["-v", "--verbose"], callback=_set_verbose, help=verbose, **shared),
    )


def with_verbosity(command: click.Command) -> click.Command:
    """The command with ``-q`` and ``-v``, and those of a group likewise; once, however often it is asked for."""
    if not any("--quiet" in each.opts for each in command.params):
        command.params += verbosity_options()
    if isinstance(command, click.Group):
        for each in command.commands.values():
            with_verbosity(each)
    return command
