"""How a command ends when its output is lost, when it is stopped, and when something nobody foresaw happens."""

import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from support.made_records import make_case, make_results
from trkstruct.case_parts import CaseError
from trkstruct.cli import main
from trkstruct.executor.progress import show_progress
from trkstruct.report.console import open_console, printable

COMMAND = [sys.executable, "-m", "trkstruct"]
SOURCE = Path(__file__).parents[1] / "src" / "trkstruct"
ESCAPES = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202e\r"
OBEYED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f\u202a-\u202e]|\x1b(?!\\[[0-9;?]*[A-Za-z])|\x1b]|\x1b\\[2J"
)


def in_terminal(*words: str, columns: int = 200) -> str:
    """What a terminal receives from the command line, stdout and stderr together."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ["COLUMNS"] = str(columns)
        os.execv(sys.executable, [*COMMAND, *words])
    received = b""
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:  # Linux says so when the other side is closed
            break
        if not part:
            break
        received += part
    os.waitpid(pid, 0)
    os.close(terminal)
    return received.decode(errors="surrogateescape").replace("\r\n", "\n")


@pytest.mark.parametrize(
    "words",
    [
        ("show", f"G595R{ESCAPES}"),
        ("scan", "--kinase", "TRKA", "--ligand", f"larotrectinib{ESCAPES}", "--mutation", "G595R"),
        ("list", f"planets{ESCAPES}"),
        ("clashes", f"no{ESCAPES}.pdb", "--ligand-residue", "LIG"),
    ],
)
def test_no_message_steers_the_terminal(words: tuple[str, ...]) -> None:
    shown = in_terminal(*words)
    assert "owned" in shown and not OBEYED.search(shown), repr(shown)


@pytest.mark.parametrize("name", ["L\x1bG", "\x9b1m", "\x07LI"])
def test_no_name_in_a_file_steers_the_terminal(name: str, tmp_path: Path) -> None:
    atom = "HETATM    1  C1  {name} A   1       0.000   0.000   0.000  1.00  0.00           C\n"
    path = tmp_path / "file.pdb"
    path.write_text(atom.format(name=name))
    shown = in_terminal("clashes", str(path), "--ligand-residue", "LIG")
    assert "Error: " in shown and not OBEYED.search(shown), repr(shown)


def test_results_of_others_do_not_steer_the_terminal(tmp_path: Path) -> None:
    error = CaseError(stage=ESCAPES, error_type="E", message=f"so{ESCAPES}", repeat_command=ESCAPES)
    cases = make_case(ligand=f"x{ESCAPES}"), make_case(ligand="y", status="failed", error=error)
    console = open_console()
    with console.capture() as capture:
        from trkstruct.report.table import results_report

        console.print(results_report(make_results(*cases)))
    assert not OBEYED.search(capture.get())


def test_progress_does_not_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with show_progress(1) as on_done:
        on_done(make_case(ligand=f"x{ESCAPES}"), False)
    shown = capsys.readouterr().err
    assert "x" in shown and not OBEYED.search(shown)


@given(st.text())
def test_printable_text_is_as_long_and_holds_no_control(text: str) -> None:
    shown = printable(text)
    assert len(shown) == len(text)
    assert all(ord(sign) >= 0x20 or sign in "\n\t" for sign in shown)
    assert not OBEYED.search(shown) and printable(shown) == shown


def test_commands_write_through_one_module() -> None:
    """`click.echo`, `print` and consoles of their own would pass it by."""
    others = [path for path in (SOURCE / "cli").glob("*.py") if path.name != "terminal.py"]
    found = [
        path.name
        for path in others
        if re.search(r"click\.s?echo\(|(?<!\.)\bprint\(|(?<!_)\bConsole\(", path.read_text())
    ]
    assert others and not found


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("words", [("list", "kinases"), ("show", "G595R"), ("list", "mutations")])
def test_a_full_disk_behind_stdout_is_told_of(words: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([*COMMAND, *words], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 4
    assert (
        done.stderr
        == "Error: the output cannot be written: No space left on device. Files that were announced are whole.\n"
    )


def test_a_reader_that_goes_away_is_no_clash() -> None:
    command = subprocess.Popen([*COMMAND, "list", "mutations"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert command.stdout is not None and command.stderr is not None
    command.stdout.close()
    assert command.stderr.read() == b""
    assert command.wait() == 141


def test_an_ascii_terminal_gets_the_table() -> None:
    ascii_only = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"}
    done = subprocess.run([*COMMAND, "show", "G595R"], env=ascii_only, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert b"larotrectinib" in done.stdout and done.stdout.isascii()


def test_a_fault_is_one_line_with_its_own_exit_code(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setattr("trkstruct.kinase.evidence.evidence_for", None)
    monkeypatch.setattr("trkstruct.cli.show.command.callback", lambda **_: {}["deep"])
    result = CliRunner().invoke(main, ["show", "G595R"])
    assert result.exit_code == 70
    (trace,) = tmp_path.glob("trkstruct-fault-*.txt")
    assert result.stderr.count("\n") == 1
    assert "KeyError: 'deep'" in result.stderr and str(trace) in result.stderr
    assert "Traceback" in trace.read_text() and "test_endings.py" in trace.read_text()
    shown = CliRunner().invoke(main, ["--debug", "show", "G595R"])
    assert shown.exit_code == 70
    assert "Traceback" in shown.stderr and shown.stderr.endswith("KeyError: 'deep'\n")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_stopped_run_keeps_what_it_has_and_warns_of_nothing(
    number: signal.Signals, code: int, tmp_path: Path
) -> None:
    words = ("scan", "--kinase", "TRKA", "--ligand", "larotrectinib", "--workers", "2", "-o", str(tmp_path / "out"))
    process = subprocess.Popen(
        [sys.executable, "-c", _UNIGNORED, *words], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 60
    while not [*(tmp_path / "out" / "reference").glob("*.lock")]:  # a worker has begun
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.05)
    process.send_signal(number)
    _, shown = process.communicate(timeout=60)
    assert process.returncode == code, shown
    assert "repeat the same command to continue" in shown
    assert "semaphore" not in shown and "Traceback" not in shown and "resource_tracker" not in shown


_UNIGNORED = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in a background job
if __name__ == "__main__":
    from trkstruct.cli import main
    main()
"""
