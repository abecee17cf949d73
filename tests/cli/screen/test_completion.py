"""The Tab key: what bash, zsh and fish are given, through the mechanism that a shell uses."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

from trkstruct.cli import main

SHELLS: tuple[type[ShellComplete], ...] = (BashComplete, FishComplete, ZshComplete)
HEAVY = "{'rdkit', 'openmm', 'numpy', 'scipy', 'mdtraj'}"


def offered(*words: str, shell: type[ShellComplete] = BashComplete) -> list[str]:
    *before, incomplete = words
    completer = shell(main, {}, "trkstruct", "_TRKSTRUCT_COMPLETE")
    return [item.value for item in completer.get_completions(list(before), incomplete)]


@pytest.mark.parametrize("shell", SHELLS)
def test_names_are_offered_in_every_shell(shell: type[ShellComplete]) -> None:
    assert offered("sc", shell=shell) == ["scan"]
    assert offered("scan", "--kinase", "trk", shell=shell) == ["TRKA", "TRKB", "TRKC"]
    assert offered("scan", "--kinase", "NTRK", shell=shell) == ["NTRK1", "NTRK2", "NTRK3"]
    assert offered("scan", "--ligand", "LAR", shell=shell) == ["larotrectinib"]
    assert offered("scan", "--saturate", "sol", shell=shell) == ["solvent front"]
    assert offered("show", "G59", shell=shell) == ["G595R"]
    assert offered("list", "li", shell=shell) == ["ligands"]
    assert "--kinase" in offered("scan", "--ki", shell=shell)


def test_mutations_are_those_of_the_kinase_that_the_line_names() -> None:
    assert {"G595R", "G639R", "G623R", "WT"} <= set(offered("scan", "--mutation", ""))
    assert "G639R" in offered("scan", "--kinase", "TRKB", "--mutation", "")
    assert "G595R" not in offered("scan", "--kinase", "TRKB", "--mutation", "")
    assert "G595R" in offered("scan", "--kinase", "nonsense", "--mutation", "G595")


def test_what_is_no_name_may_be_a_file() -> None:
    completer = BashComplete(main, {}, "trkstruct", "_TRKSTRUCT_COMPLETE")
    (item,) = completer.get_completions(["scan", "--ligand"], "my/lig")
    assert (item.type, item.value) == ("file", "my/lig")


def test_stored_ligands_are_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRKSTRUCT_DATA", str(tmp_path))
    (tmp_path / "ligands").mkdir()
    (tmp_path / "ligands" / "mydrug.json").write_text("{}")
    assert offered("scan", "--ligand", "my") == ["mydrug"]


def test_nothing_heavy_is_loaded_for_it() -> None:
    code = (
        "import sys; from click.shell_completion import BashComplete; from trkstruct.cli import main\n"
        "shell = BashComplete(main, {}, 'trkstruct', 'x')\n"
        "for option in ('--kinase', '--ligand', '--mutation'): shell.get_completions(['scan', option], '')\n"
        f"print({HEAVY} & set(sys.modules))"
    )
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert finished.stdout.strip() == "set()"


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
def test_bash_completes_with_the_script_of_the_manual(tmp_path: Path) -> None:
    program = tmp_path / "trkstruct"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m trkstruct "$@"\n')
    program.write_text(
        f"#!{sys.executable}\nimport sys\nsys.argv[0] = 'trkstruct'\nfrom trkstruct.cli import main\nmain()\n"
    )
    program.chmod(0o755)
    script = (
        'eval "$(_TRKSTRUCT_COMPLETE=bash_source trkstruct)"\n'
        "COMP_WORDS=(trkstruct scan --kinase TRK); COMP_CWORD=3; COMPREPLY=()\n"
        '_trkstruct_completion trkstruct TRK --kinase; echo "${COMPREPLY[@]}"'
    )
    environment = {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    finished = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, env=environment, timeout=120, check=False
    )
    assert finished.stdout.split() == ["TRKA", "TRKB", "TRKC"], finished.stderr
