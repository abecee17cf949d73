"""``-q`` leaves stderr to errors, ``-v`` says more; a mistyped name is answered with the one that was meant."""

import logging
import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from support.made_records import make_case
from trkstruct.cli import COMMANDS, main
from trkstruct.cli.screen.progress import watched_run
from trkstruct.cli.terminal import say


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


@pytest.mark.parametrize(
    "words", [("-q", "show", "EGFR:T790M"), ("show", "-q", "EGFR:T790M"), ("show", "EGFR:T790M", "--quiet")]
)
def test_quiet_has_no_notes_wherever_it_stands(words: tuple[str, ...]) -> None:
    loud, quiet = run("show", "EGFR:T790M"), run(*words)
    assert "bypass mechanism" in loud.stderr
    assert (quiet.exit_code, quiet.stderr, quiet.stdout) == (0, "", loud.stdout)


def test_quiet_still_has_errors() -> None:
    result = run("-q", "show", "KRAS G12D")
    assert result.exit_code == 2 and result.stderr.startswith("Error: KRAS G12D")


def test_quiet_shows_no_progress_but_says_where_a_stopped_run_is(tmp_path: Path) -> None:
    @click.command()
    @click.pass_context
    def command(ctx: click.Context) -> None:
        with watched_run(ctx, 1, tmp_path) as on_done:
            on_done(make_case(), False)
            say("a note", err=True)
            raise KeyboardInterrupt

    from trkstruct.cli.screen.verbosity import with_verbosity

    with_verbosity(command)
    loud, quiet = CliRunner().invoke(command, []), CliRunner().invoke(command, ["-q"])
    assert "[1/1] TRKA G595R" in loud.stderr and "a note" in loud.stderr
    kept = f"Finished cases are kept in {tmp_path}; repeat the same command to continue."
    assert quiet.stderr.strip() == f"Stopped. {kept}"
    assert quiet.exit_code == loud.exit_code == 130


def test_verbose_says_more_and_only_once(monkeypatch: pytest.MonkeyPatch) -> None:
    level = logging.getLogger("trkstruct").getEffectiveLevel
    heard = []
    monkeypatch.setattr("trkstruct.cli.show.say", lambda *_, **__: heard.append(level()))
    for words in (("-v", "show", "G595R"), ("show", "G595R", "-v"), ("show", "G595R"), ("-q", "show", "G595R")):
        heard.clear()
        assert run(*words).exit_code == 0
        wanted = logging.INFO if "-v" in words else logging.ERROR if "-q" in words else None
        assert set(heard) == {wanted} or (wanted is None and set(heard).isdisjoint({logging.INFO, logging.ERROR}))


def test_both_at_once_is_refused() -> None:
    result = run("-q", "show", "-v", "G595R")
    assert result.exit_code == 2 and "-q and -v ask for two different things" in result.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_takes_both(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    leaves = list(command.commands.values()) if isinstance(command, click.Group) else [command]
    for leaf in leaves:
        options = [option for each in leaf.params for option in each.opts]
        assert len(options) == len(set(options)) and {"-q", "-v", "--quiet", "--verbose"} <= set(options)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_mistyped_command_is_answered_with_the_one_that_was_meant(name: str) -> None:
    for typed in (name[0] + name[2] + name[1] + name[3:], name + "s", name.upper(), name[:-1]):
        result = run(typed)
        assert result.exit_code == 2 and f"No such command '{typed}'" in result.stderr
        assert re.search(rf"Did you mean .*\b{name}\b", result.stderr)


def test_what_is_like_nothing_gets_the_commands() -> None:
    result = run("qqqq\x1b[31m")
    assert "There are scan, report" in result.stderr and "\x1b" not in result.stderr
    assert "--kinase" in run("scan", "--kinsae", "TRKA").stderr
