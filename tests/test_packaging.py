"""The wheel, the version, and the two commands of the README."""

import os
import re
import subprocess
import sys
import tomllib
import venv
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

import trkstruct

ROOT = Path(__file__).parents[1]
SCRIPTS = ("demo.sh", "test.sh", "python_venv.sh")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if find_spec("hatchling") is None or find_spec("build") is None:
        pytest.skip("building a wheel without a package index needs hatchling and build in this environment")
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=300)
    return next(folder.glob("*.whl"))


def test_the_wheel_carries_structures_ligands_and_tables(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("structures", "ligands"):
        tracked = {path.relative_to(ROOT) for path in (ROOT / folder).rglob("*") if path.is_file()}
        assert tracked, f"{folder}/ is empty"
        assert {f"trkstruct/_shipped/{path.as_posix()}" for path in tracked} <= names
    data = {f"trkstruct/data/{path.name}" for path in (ROOT / "src" / "trkstruct" / "data").iterdir()}
    assert data <= names
    assert "trkstruct/py.typed" in names
    assert not [name for name in names if name.startswith("tests")]
    assert any(name.endswith("licenses/NOTICE") for name in names)


@pytest.mark.slow
def test_the_wheel_runs_where_it_is_installed(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=True, system_site_packages=False)
    python = tmp_path / "venv" / "bin" / "python"
    site = next((tmp_path / "venv" / "lib").glob("python*/site-packages"))
    libraries = [path for path in sys.path if path.endswith("site-packages")]
    (site / "libraries.pth").write_text("\n".join(libraries))  # dependencies of this environment, not downloaded again
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--force-reinstall", wheel], check=True
    )
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    where = subprocess.run(
        [python, "-c", "import trkstruct; print(trkstruct.__file__)"],
        cwd=elsewhere, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert where.stdout.startswith(str(tmp_path / "venv"))
    listing = subprocess.run(
        [tmp_path / "venv" / "bin" / "trkstruct", "list", "ligands"],
        cwd=elsewhere, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "larotrectinib" in listing.stdout


def test_the_version_is_said_once() -> None:
    with (ROOT / "pyproject.toml").open("rb") as stream:
        assert tomllib.load(stream)["project"]["version"] == trkstruct.__version__
    assert f"version: {trkstruct.__version__}\n" in (ROOT / "CITATION.cff").read_text()


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_are_valid_bash(name: str) -> None:
    subprocess.run(["bash", "-n", ROOT / "scripts" / name], check=True)


def test_the_scripts_say_what_to_install_when_there_is_no_python(tmp_path: Path) -> None:
    copy = tmp_path / "scripts"
    copy.mkdir()
    for name in SCRIPTS:
        (copy / name).write_text((ROOT / "scripts" / name).read_text())
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in ("bash", "dirname", "cat", "rm"):
        found = subprocess.run(["which", tool], capture_output=True, text=True, check=True).stdout.strip()
        (tools / tool).symlink_to(found)
    finished = subprocess.run(
        ["bash", copy / "demo.sh"], env={"PATH": str(tools)}, capture_output=True, text=True, check=False
    )
    assert finished.returncode != 0
    assert "needs Python 3.11 or newer" in finished.stderr
    assert not (tmp_path / ".trkstruct-venv").exists()


def test_the_readme_names_every_command_and_its_two_commands_exist() -> None:
    from trkstruct.cli import COMMANDS

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in COMMANDS:
        assert f"trkstruct {command}" in readme
    for script in re.findall(r"bash (scripts/\w+\.sh)", readme):
        assert (ROOT / script).is_file()
    assert {"scripts/demo.sh", "scripts/test.sh"} <= set(re.findall(r"bash (scripts/\w+\.sh)", readme))
