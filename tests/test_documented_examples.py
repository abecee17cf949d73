"""Every example of the documentation runs, or is listed here with the reason why it does not.

A page is a folder of its own, in which its examples run from top to bottom. Settings are those of a quick test.
Scans are planned to the end (``--dry-run``): structures, ligands and mutations are read and checked, energies are not
computed; the tests of the tour, of the example scripts and of the tutorial compute.
"""

import re
import shlex
import shutil
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

import trkstruct
from support.built_scan import build_scan
from support.documented import PAGES, ROOT, Block, blocks_of, commands_of
from support.own_kinase import csf1r_text
from support.quick import QUICKEST
from trkstruct.cli import main
from trkstruct.energy.minimizer import minimize
from trkstruct.ligand.ligand import place_ligand
from trkstruct.ligand.reading import load_ligand
from trkstruct.settings import PRESETS
from trkstruct.structure.complex import ligand_atoms
from trkstruct.structure.formats.writing import write_pdb
from trkstruct.structure.reading import load_complex
from trkstruct.structure.shipped_models import find_entry, load_shipped

NOT_RUN = {
    # begins with this: why it is not run here
    "bash scripts/": "minutes: installs an environment, or runs every test; CI runs test.sh and each release demo.sh",
    "python3 -m venv": "installs the package; tests/test_packaging.py builds and installs the wheel",
    ".venv/bin/python -m pip": "as above",
    ". .venv/bin/activate": "as above",
    "pip install": "installs",
    "python -m openmm": "OpenMM's own test",
    "python -m pytest": "these tests",
    "git clone": "the address is a placeholder",
    "cd trkstruct": "as above",
    "docker ": "needs Docker",
    "rattler-build": "needs rattler-build; tests/scripts/test_release.py reads the recipe",
    "jupyter lab": "opens a browser; tests/test_tour.py runs the notebook",
    "dask ": "serves until it is stopped; tests/executor run a cluster",
    "OPENMM_CPU_THREADS=1 dask": "as above",
    "tls=": "the shell of the cluster",
    "export DASK": "as above",
    "trkstruct fetch": "the network; tests/structure/test_fetch.py has a server of its own",
    "trkstruct scan --scheduler": "needs a cluster; tests/executor run one",
    "trkstruct scan --platform CUDA": "needs a GPU",
    "trkstruct validate --set": "minutes; tests/validation",
    "trkstruct pose mine": "half a minute each; tests/pose",
    "trkstruct pose merestinib": "docks; tests/pose",
    "trkstruct ligand add merestinib": "MMFF94 and GAFF2 need AmberTools; tests/ligand",
    "trkstruct scan --structure merestinib.pdb": "of a docked pose that is not here",
    "trkstruct scan --structure mine.pdb": "of a pose that is not here; tests/pose",
    "trkstruct scan --structure 7vko.cif": "a crystal entry, which the repository does not carry",
    "trkstruct scan --structure 5kvt.cif.gz": "as above",
    "trkstruct prepare 5kvt.cif.gz": "as above",
    "trkstruct scan --structure 3g0e.cif": "as above",
    "trkstruct scan --structure 2xp2.pdb": "as above",
    "trkstruct scan --structure 4R7H": "as above; NAME=SMILES stands for a ligand",
    "trkstruct scan --structure abl1.pdb": "as above",
    "trkstruct scan --structure model.pdb --ligand-residue L:1": "of an ABL1 complex of the reader's",
    "trkstruct scan --kinase TRKB --saturate": "after fetch: the network",
}
LEFT_OUT_PYTHON = {"poses": "seeks the pose of a new ligand: half a minute; tests/pose", "type-ii": "docks; tests/pose"}
ENDS_WITH = {"trkstruct clashes complex.pdb --ligand-residue LIG --mutation A:G595R --fail-on severe": 1}
STEPS = 5
MINE = "O=C(Nc1cnn2ccc(N3CCC[C@@H]3c3cc(F)ccc3F)nc12)N1CCCC1"
DOSES = (0.1, 1, 3, 10, 30, 100, 300, 1000, 10000)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that the pages name, by stand-ins: models that ship, and folders of a small scan."""
    folder = tmp_path_factory.mktemp("files")
    model = find_entry("TRKA", "entrectinib").path.read_text(encoding="utf-8")
    for name in ("complex.pdb", "pose.pdb", "model.pdb"):
        (folder / name).write_text(model, encoding="utf-8")
    for name in ("model.cif", "deposited.cif.gz"):
        write_pdb(load_complex(folder / "complex.pdb", ligand_residue="LIG"), folder / name)
    other = find_entry("TRKA", "larotrectinib").path.read_text(encoding="utf-8").replace("LIG L   1", "LIG A 801")
    (folder / "other.pdb").write_text(other, encoding="utf-8")
    write_pdb(load_complex(folder / "other.pdb", ligand_residue="A:801"), folder / "complex.cif.gz")
    posed, ligand = load_shipped("TRKA", "repotrectinib"), load_ligand("repotrectinib", with_parameters=False)
    write_pdb(posed, folder / "where-the-pose-is.cif")
    for name in ("pose.sdf", "mine.sdf"):
        placed = place_ligand(ligand, posed.positions[ligand_atoms(posed)])
        (folder / name).write_text(f"{placed.molblock}$$$$\n", encoding="utf-8")
    for name in ("out", "trkstruct-out", "out-fast", "out-standard", "fast", "careful", "mine"):
        build_scan(folder / name)
        (folder / name / "run.toml").write_text('kinase = ["TRKA"]\nligand = ["larotrectinib"]\n', encoding="utf-8")
    (folder / "mine" / "7xyz.pdb").write_text(model.replace("LIG", "YMX"), encoding="utf-8")
    (folder / "csf1r.toml").write_text(csf1r_text(), encoding="utf-8")
    (folder / "cases.csv").write_text(documented_table(), encoding="utf-8")
    (folder / "assay.csv").write_text(dose_responses(), encoding="utf-8")
    return folder


def documented_table() -> str:
    """The table of docs/how-to/batch.md, as it stands there."""
    return next(
        block.text for block in blocks_of(ROOT / "docs" / "how-to" / "batch.md") if block.text.startswith("structure,")
    )


def dose_responses() -> str:
    curves = {"WT": 10, "G595R": 300}
    rows = [f"drug,{name},{dose},{100 / (1 + dose / ic50):.1f}" for name, ic50 in curves.items() for dose in DOSES]
    return "\n".join(["compound,variant,concentration_nm,response", *rows]) + "\n"


@pytest.fixture
def desk(files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An own copy of the files to work in, with quick settings in every preset and a library of one's own."""
    folder = tmp_path / "desk"
    shutil.copytree(files, folder)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("TRKSTRUCT_DATA", str(tmp_path / "data"))
    for name in PRESETS:
        monkeypatch.setitem(PRESETS, name, QUICKEST)
    monkeypatch.setattr("trkstruct.cli.options.make_settings", lambda *_: QUICKEST)
    monkeypatch.setattr("trkstruct.cases.score.Settings", lambda: QUICKEST)
    monkeypatch.setattr("trkstruct.energy.relax.minimize", lambda energy, places, _: minimize(energy, places, STEPS))
    return folder


def why_not(command: str) -> str | None:
    return next((reason for start, reason in NOT_RUN.items() if command.startswith(start)), None)


def is_typed(block: Block) -> bool:
    """Whether a block holds what is typed, and not a table or what a program printed."""
    return not re.match(r"\d+ runs of|rank  kcal|kinase mutation ligand|structure,chain", block.text)


def typed(page: Path) -> list[str]:
    return [command for block in blocks_of(page) if is_typed(block) for command in commands_of(block)]


def run(command: str) -> None:
    """Run a command as it stands; a scan is planned and checked to the end, which is where computing begins."""
    shown = command.split(" > ")[0].split(" || ")[0]
    words = shlex.split(shown)
    assert words[0] == "trkstruct", f"{command}: no command of trkstruct, and not in NOT_RUN"
    planned = ["--dry-run"] if words[1] == "scan" else []
    result = CliRunner().invoke(main, [*words[1:], *planned], catch_exceptions=False)
    assert result.exit_code == ENDS_WITH.get(shown, 0), f"{command}\n{result.output}"


WITH_COMMANDS = [page for page in PAGES if typed(page)]
WITH_PYTHON = [page for page in PAGES if any(block.language == "python" for block in blocks_of(page))]


@pytest.mark.slow
@pytest.mark.parametrize("page", WITH_COMMANDS, ids=lambda page: page.stem)
def test_the_commands_of_a_page_run(page: Path, desk: Path) -> None:
    if page.stem == "ligand-from-file":
        shutil.copy("where-the-pose-is.cif", "model.cif")
    if page.stem == "poses":
        run(f"trkstruct ligand add mine '{MINE}'")  # as on the page before
    for command in typed(page):
        if why_not(command) is None:
            run(command)


@pytest.mark.slow
@pytest.mark.parametrize("page", WITH_PYTHON, ids=lambda page: page.stem)
def test_the_python_of_a_page_runs(page: Path, desk: Path) -> None:
    if page.stem in LEFT_OUT_PYTHON:
        pytest.skip(LEFT_OUT_PYTHON[page.stem])
    names: dict[str, Any] = {"trkstruct": trkstruct}
    for block in blocks_of(page):
        if block.language == "python":
            exec(compile("\n" * block.line + block.text, block.page, "exec"), names)


def test_what_is_left_out_is_still_in_the_documentation() -> None:
    commands = [command for page in WITH_COMMANDS for command in typed(page)]
    assert [start for start in NOT_RUN if not any(each.startswith(start) for each in commands)] == []
    assert set(LEFT_OUT_PYTHON) <= {page.stem for page in WITH_PYTHON}
    named = re.findall(r"tests/[\w/.]+", " ".join([*NOT_RUN.values(), *LEFT_OUT_PYTHON.values()]))
    assert named and all((ROOT / each).exists() for each in named)


def test_no_block_has_a_language_that_nobody_looks_at() -> None:
    languages = {block.language for page in PAGES for block in blocks_of(page)}
    assert languages == {"", "console", "mermaid", "python", "toml"}


@pytest.mark.parametrize("page", WITH_COMMANDS, ids=lambda page: page.stem)
def test_options_exist_also_of_commands_that_are_not_run(page: Path) -> None:
    """What needs a network, a cluster or minutes is spelled as the command line has it."""
    for command in typed(page):
        words = shlex.split(command)
        if words[0] == "trkstruct":
            options = {word for word in words if re.match(r"--?[a-zA-Z]", word)}
            assert options <= known_options(words[1:]), command


def known_options(words: list[str]) -> set[str]:
    """The options of the command that the words begin with."""
    command: click.Command | None = main
    for word in words:
        if not isinstance(command, click.Group):
            break
        command = command.get_command(click.Context(command), word)
    assert command is not None, words
    return {option for each in command.params for option in (*each.opts, *each.secondary_opts)}


def test_the_settings_file_of_the_page_names_options() -> None:
    blocks = [block for page in PAGES for block in blocks_of(page) if block.language == "toml"]
    assert {block.page for block in blocks} == {"docs/how-to/batch.md", "docs/how-to/own-kinase.md"}
    settings = next(tomllib.loads(block.text) for block in blocks if block.page == "docs/how-to/batch.md")
    assert {f"--{name}" for name in settings} <= known_options(["scan"])
