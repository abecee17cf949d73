"""Streams that are closed or full: 1 means a clash, so no other ending has it, and none is a traceback."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from trkstruct.cli import main

COMMAND = f"{sys.executable} -m trkstruct"
NO_FILE = "clashes nosuch --ligand-residue X"

pytestmark = pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")


def in_shell(words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["sh", "-c", f"{COMMAND} {words}"], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("list kinases >&-", 4),
        ("list kinases >&- 2>&-", 4),
        ("list kinases >&- 2>/dev/full", 4),
        ("list kinases >/dev/full 2>/dev/full", 4),
        ("clashes trka_5kvt_entrectinib --ligand-residue LIG --format json >&-", 4),
        ("list kinases <&-", 0),
        ("list kinases 2>&-", 0),
        ("list kinases 2>/dev/full", 0),
        ("list kinases <&- >&- 2>&-", 4),
        ("--help >/dev/full", 4),
        ("--help >&-", 4),
        ("show --help >/dev/full", 4),
        ("--version >/dev/full", 4),
        (f"{NO_FILE} 2>/dev/full", 2),
        (f"{NO_FILE} >&- 2>&-", 2),
        (f"{NO_FILE} >/dev/full 2>/dev/full", 2),
        ("nosuch 2>/dev/full", 2),
        ("nosuch >&- 2>&-", 2),
        ("show 2>/dev/full", 2),
        ("--debug show 'KRAS G12D' 2>/dev/full", 2),
    ],
)
def test_a_closed_or_full_stream_ends_with_a_code_of_its_own(words: str, code: int) -> None:
    done = in_shell(words)
    assert done.returncode == code, done
    assert "Traceback" not in done.stderr and "Exception ignored" not in done.stderr


def test_help_whose_reader_goes_away_is_no_clash() -> None:
    command = subprocess.Popen([*COMMAND.split(), "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert command.stdout is not None and command.stderr is not None
    command.stdout.close()
    assert command.stderr.read() == b""
    assert command.wait() == 141


def test_what_goes_to_a_closed_stdout_lands_in_no_file(tmp_path: Path) -> None:
    """The first file that is opened would get its number."""
    out = tmp_path / "5kvt.pdb"
    assert in_shell(f"mutate trka_5kvt A:G595R -o {out} >&- 2>&-").returncode in (0, 4)
    assert not out.exists() or out.read_text().startswith(("REMARK", "ATOM", "HETATM"))


def test_a_traceback_does_not_steer_the_terminal() -> None:
    shown = CliRunner().invoke(main, ["--debug", "show", "G595R\x1b]0;owned\x07"])
    assert shown.exit_code == 2
    assert "Traceback" in shown.stderr and "\x1b" not in shown.stderr and "\x07" not in shown.stderr


def test_advice_on_memory_speaks_of_options_that_the_command_has(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("trkstruct.cli.clashes.command.callback", fail)
    shown = CliRunner().invoke(main, ["clashes", "trka_5kvt", "--ligand-residue", "LIG"])
    assert shown.exit_code == 4
    assert "Memory ran out" in shown.stderr and "--" not in shown.stderr
