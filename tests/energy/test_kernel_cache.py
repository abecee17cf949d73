"""Kept machine code: whole or compiled again, in a folder of the user's own, to the same numbers."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from trkstruct.files.cache import private_folder

COMPUTE = """
import logging; logging.basicConfig(format="%(message)s")
import numpy as np
from trkstruct.energy.compiled import kernel
import loop
print(repr(float(kernel(loop.total)(np.arange(1000.0)))))
"""
LOOP = "def total(values):\n    s = 0.0\n    for i in range(len(values)):\n        s += values[i] ** 2\n    return s\n"
ANSWER = "332833500.0"


def compute(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    (folder / "loop.py").exists() or (folder / "loop.py").write_text(LOOP)
    places = os.pathsep.join((str(folder), os.environ.get("PYTHONPATH", "")))
    chosen = os.environ | {"PYTHONPATH": places, "TRKSTRUCT_CACHE": str(folder / "cache")} | environment
    chosen.pop("NUMBA_CACHE_DIR", None)
    return subprocess.run([sys.executable, "-c", COMPUTE], env=chosen, capture_output=True, text=True, check=True)


def kept_files(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "cache" / "kernels").rglob("*.nb*") if "total" in path.name)


def test_a_kernel_is_kept_and_read_again(tmp_path: Path) -> None:
    first = compute(tmp_path)
    written = {path: path.stat().st_mtime_ns for path in kept_files(tmp_path)}
    second = compute(tmp_path)
    assert (first.stdout.strip(), second.stdout.strip()) == (ANSWER, ANSWER)
    assert not first.stderr and not second.stderr
    assert {path.suffix for path in written} == {".nbi", ".nbc"}
    assert {path: path.stat().st_mtime_ns for path in kept_files(tmp_path)} == written, "it was compiled again"
    assert (tmp_path / "cache" / "kernels").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("suffix", [".nbi", ".nbc"])
@pytest.mark.parametrize("damage", ["empty", "cut", "one byte", "text"])
def test_a_damaged_file_is_compiled_again_and_told_of(damage: str, suffix: str, tmp_path: Path) -> None:
    compute(tmp_path)
    (path,) = (each for each in kept_files(tmp_path) if each.suffix == suffix)
    content = bytearray(path.read_bytes())
    at = random.Random(0).randrange(len(content))
    content[at] ^= 0x10
    damaged = {"empty": b"", "cut": bytes(content[:-7]), "one byte": bytes(content), "text": b"not a pickle"}
    path.write_bytes(damaged[damage])
    again = compute(tmp_path)
    assert again.stdout.strip() == ANSWER
    assert f"{path} is damaged; it is compiled again." in again.stderr
    assert not compute(tmp_path).stderr, "the new file is whole"


@pytest.mark.parametrize(
    "environment",
    [{"TRKSTRUCT_CACHE": "/dev/null/cache"}, {"TRKSTRUCT_CACHE": "", "HOME": "/dev/null", "XDG_CACHE_HOME": ""}],
)
def test_where_nothing_can_be_kept_each_process_compiles_and_says_so(
    environment: dict[str, str], tmp_path: Path
) -> None:
    done = compute(tmp_path, **environment)
    assert done.stdout.strip() == ANSWER
    assert "Compiled code is not kept" in done.stderr and "TRKSTRUCT_CACHE" in done.stderr


def test_a_folder_that_others_can_write_is_not_used(tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o777)
    with pytest.raises(PermissionError, match="others can write"):
        private_folder(folder)
    folder.chmod(0o755)
    assert private_folder(folder) == folder
