"""The command line: what goes to stdout and to stderr, exit codes, and messages instead of tracebacks."""

import csv
import io
import json
import re
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from support import fake_pipeline
from support.made_records import make_case, make_clash, make_results
from trkstruct.case_parts import CaseError
from trkstruct.cli import COMMANDS, main
from trkstruct.cli.clashes import is_at_least, print_clashes
from trkstruct.cli.scan import FORMATS, read_mutations
from trkstruct.cli.screen.progress import watched_run
from trkstruct.cli.screen.scan_report import print_results
from trkstruct.errors import InputError
from trkstruct.executor.progress import show_progress
from trkstruct.kinase.kinases import REGIONS
from trkstruct.ligand.naming.inhibitors import known_inhibitors
from trkstruct.ligand.shipped_ligands import ligand_table
from trkstruct.records import Case
from trkstruct.report.case_rows import csv_text
from trkstruct.report.table import results_markdown


def run(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)
    assert "Traceback" not in result.output
    return result


def refused(*arguments: str | Path) -> str:
    """The message of a command that is refused: exit code 2, nothing on stdout, one message."""
    result = run(*arguments)
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    return result.stderr


@pytest.mark.parametrize("format_", ["table", "json", "csv"])
def test_of_very_many_cases_only_the_files_are_written(
    format_: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trkstruct.executor.run.REPORTED_CASES", 1)
    monkeypatch.setattr("trkstruct.cases.run_case.run_case", fake_pipeline.run_well)
    words = ("scan", "--kinase", "TRKA", "--mutation", "G595R", "--ligand", "larotrectinib", "--workers", "0")
    result = run(*words, "--no-complexes", "--format", format_, "-o", tmp_path)
    assert result.exit_code == 0
    file = tmp_path / f"results.{format_}"
    assert result.stdout == (file.read_text() if file.exists() else "2 cases, 0 failed.\n")
    assert not [*tmp_path.rglob("*.pdb"), *tmp_path.glob("*.html")]


@pytest.mark.parametrize("command", [("scan",), ("validate", "--set", "trk")])
def test_processes_here_and_a_scheduler_cannot_both_be_asked_for(command: tuple[str, ...], tmp_path: Path) -> None:
    said = refused(*command, "--workers", 2, "--scheduler", "tcp://127.0.0.1:9", "-o", tmp_path / "out")
    assert "leave it out with --scheduler" in said
    assert not (tmp_path / "out").exists()


def test_help_answers_at_once() -> None:
    command = [sys.executable, "-m", "trkstruct", "--help"]
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 0.5


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_for_every_option(command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    options = re.findall(r"^  (-\S.*)$", result.stdout, flags=re.MULTILINE)
    assert all(re.search(r"\S  +\S", line) or len(line) > 25 for line in options), options


def test_the_help_lists_the_commands() -> None:
    text = run("--help").stdout
    for command, (_, line) in COMMANDS.items():
        assert command in text
        assert line.split()[0] in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("frobnicate",), "No such command"),
        (("scan", "--preset", "sloppy"), "Invalid value for '--preset'"),
        (("scan", "--workers", "-1"), "Invalid value for '--workers'"),
        (("scan", "--structure", "missing.pdb"), "does not exist"),
        (("scan", "--mutations-file", "missing.txt"), "does not exist"),
        (("scan", "--chain", "A"), "belong to --structure"),
        (("scan", "--format", "html"), "Invalid value for '--format'"),
        (("scan", "--json", "--format", "csv"), "--json and --format csv"),
        (("clashes", "missing.pdb", "--ligand-residue", "LIG"), "does not exist"),
        (("mutate", "missing.pdb", "A:G595R"), "does not exist"),
        (("relax", "missing.pdb"), "does not exist"),
        (("relax", str(Path(__file__)), "--ligand-residue", "LIG"), "with --ligand"),
        (("list", "planets"), "Invalid value"),
        (("show", "G594"), "G594"),
        (("show", "KRAS G12D"), "bypass mechanism"),
        (("show", "NRAS Q61K"), "bypass mechanism"),
        (("show", "NTRK2 G595R"), "G639R"),
        (("show", "A595R", "--kinase", "TRKA"), "NTRK1 has G"),
        (("show", "G595R", "--kinase", "TRKQ"), "not a kinase"),
    ],
)
def test_bad_input_is_answered_with_code_2(arguments: tuple[str, ...], message: str) -> None:
    assert message in refused(*arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--mutation", "A595R", "--kinase", "TRKA"), "NTRK1 has G"),
        (("--mutation", "KRAS G12D"), "bypass mechanism"),
        (("--mutation", "G595R", "--ligand", "larotrectinob"), "larotrectinib"),
        (("--mutation", "G595R", "--ligand", "x=C1CC(N"), "SMILES"),
        (("--mutation", "G595R", "--ligand", "missing.sdf"), "missing.sdf"),
        (("--kinase", "TRKQ"), "not a kinase"),
    ],
)
def test_a_refused_scan_writes_nothing(tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    out = tmp_path / "out"
    assert message in refused("scan", *arguments, "-o", out)
    assert not out.exists()


def test_debug_shows_the_error_itself() -> None:
    result = CliRunner().invoke(main, ["--debug", "show", "KRAS G12D"])
    assert result.exit_code == 2 and result.stdout == ""
    assert "Traceback" in result.stderr and "OffTargetError" in result.stderr and "bypass mechanism" in result.stderr


def test_show_gives_region_equivalents_and_citations() -> None:
    text = run("show", "--all", "G595R").stdout
    assert "solvent front, KLIFS 51" in text
    for residue in ("G639", "G623", "G1202", "G2032"):
        assert residue in text
    assert re.search(r"larotrectinib +.*77-fold.*10\.1158/2159-8290\.CD-17-0507", text)


def test_show_says_when_nothing_was_measured_and_where_it_was() -> None:
    text = run("show", "F633L", "--kinase", "NTRK2").stdout
    assert "No published potency or clinical call for F633L" in text
    assert "NTRK1 F589L" in text


def test_uniprot_numbering_is_accepted_with_a_note() -> None:
    result = run("show", "NTRK2 G623R")
    assert "G639R" in result.stdout
    assert result.stderr


def test_list_ligands_prints_whole_smiles_and_which_ship_with_a_pose() -> None:
    lines = run("list", "ligands").stdout.splitlines()
    assert len(lines) == 1 + len(known_inhibitors())
    for row, line in zip(ligand_table(), lines[1:], strict=False):
        assert line.split()[:3] == [row["name"], row["generation"], row["formal_charge"]]
        assert line.split()[-2:] == ["ships", row["smiles"]]
    for known, line in zip(known_inhibitors(), lines[1:], strict=True):
        assert line.split()[-2:] == ["ships" if known.ships else "computed", known.smiles]


@pytest.mark.parametrize(
    ("what", "n_lines", "content"),
    [
        ("kinases", 21, "NTRK2"),
        ("regions", 1 + len(REGIONS), "G667"),
        ("mutations", 11, "F617I"),
        ("structures", None, "7VKO"),
    ],
)
def test_lists_have_a_line_each(what: str, n_lines: int | None, content: str) -> None:
    lines = run("list", what).stdout.splitlines()
    assert any(content in line for line in lines)
    assert n_lines is None or len(lines) == n_lines


def test_mutations_file_takes_comments_and_blank_lines(tmp_path: Path) -> None:
    path = tmp_path / "mutations.txt"
    path.write_text("# panel\nG595R  # solvent front\n\n  F589L+G595R\n")
    assert read_mutations(path) == ("G595R", "F589L+G595R")
    path.write_text("# nothing\n")
    with pytest.raises(InputError, match="holds no mutation"):
        read_mutations(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="Cannot read"):
        read_mutations(path)


@pytest.mark.parametrize(
    ("severity", "limit", "reached"),
    [
        ("severe", "severe", True),
        ("severe", "moderate", True),
        ("moderate", "severe", False),
        ("moderate", "moderate", True),
        ("minor", "moderate", False),
        ("severe", "none", False),
    ],
)
def test_fail_on_compares_severities(severity: str, limit: str, reached: bool) -> None:
    assert is_at_least(severity, limit) is reached  # type: ignore[arg-type]


def test_results_print_in_each_format(capsys: pytest.CaptureFixture[str]) -> None:
    results = make_results(make_case())
    printed = {}
    for format_ in FORMATS:
        print_results(results, format_)
        printed[format_] = capsys.readouterr().out
    assert json.loads(printed["json"]) == json.loads(results.model_dump_json())
    assert printed["csv"] == csv_text(results.cases)
    assert printed["table"].split() == str(results).split()
    assert printed["markdown"] == results_markdown(results)


def test_clashes_print_as_table_json_and_csv(capsys: pytest.CaptureFixture[str]) -> None:
    clashes = (make_clash(0.5, "moderate"), make_clash(1.5, "severe"))
    print_clashes(clashes, "json")
    assert json.loads(capsys.readouterr().out) == [clash.model_dump() for clash in clashes]
    print_clashes(clashes, "csv")
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["severity"] for row in rows] == ["moderate", "severe"]
    print_clashes(clashes, "table")
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[-1] for line in lines[1:]] == ["1.50", "0.50"]
    print_clashes((), "table")
    assert capsys.readouterr().out == "No clash.\n"


def test_an_interrupted_run_says_what_is_kept() -> None:
    @click.command()
    @click.pass_context
    def command(ctx: click.Context) -> None:
        with watched_run(ctx, 3, Path("out")):
            raise KeyboardInterrupt

    result = CliRunner().invoke(command, [])
    assert result.exit_code == 130
    assert "Finished cases are kept in out; repeat the same command" in result.stderr


def test_progress_is_plain_lines_away_from_a_terminal() -> None:
    text = io.StringIO()
    with show_progress(3, Console(file=text, width=80)) as on_done:
        on_done(make_case(wall_seconds=3.0), True)
        on_done(make_case(ligand="[nH]", wall_seconds=4.0), False)
        on_done(failed_case(), False)
    lines = text.getvalue().splitlines()
    assert lines[0] == "[1/3] TRKA G595R larotrectinib: resistant (3.0 s), kept from an earlier run"
    assert re.fullmatch(r"\[2/3\] TRKA G595R \[nH\]: resistant \(4.0 s\); [\d.]+/min, \d+ s left", lines[1])
    assert re.fullmatch(r"\[3/3\] .*: failed in relax: it exploded; 1 failed, [\d.]+/min, 0 s left", lines[2])


def test_progress_of_a_long_run_is_failures_and_an_occasional_sum() -> None:
    text = io.StringIO()
    with show_progress(1000, Console(file=text, width=80)) as on_done:
        for _ in range(999):
            on_done(make_case(), False)
        on_done(failed_case(), False)
    lines = text.getvalue().splitlines()
    assert len(lines) == 1
    assert re.fullmatch(r"\[1000/1000\] .*: failed in relax: it exploded; 1 failed, [\d.]+/min, 0 s left", lines[0])


def test_progress_on_a_terminal_is_a_bar_with_the_time_left() -> None:
    text = io.StringIO()
    with show_progress(4, Console(file=text, width=120, force_terminal=True)) as on_done:
        on_done(make_case(), True)
        on_done(failed_case(), False)
        on_done(make_case(ligand="[nH]"), False)
    assert "3/4" in text.getvalue()
    assert re.search(r"1 failed, [\d.]+/min, \d+ s left", text.getvalue())
    assert "[nH]" in text.getvalue()
    assert "it exploded" in text.getvalue()


def failed_case() -> Case:
    error = CaseError(stage="relax", error_type="X", message="it exploded", repeat_command="trkstruct scan")
    return make_case(status="failed", error=error)
