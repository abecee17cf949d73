"""What was decided while a file was read is told by the commands that print no report of it."""

import subprocess
import sys
from pathlib import Path

import pytest

from support.crystal import Edit, Line, chain_lines, ligand_lines, text_of

SPAN = (590, 600)


def in_two_places(lines: list[Line], number: int) -> list[Line]:
    """A residue in two conformers, the second a tenth of an ångström away."""
    own = [line for line in lines if int(line[22:26]) == number]
    moved = [f"{line[:16]}B{line[17:30]}{float(line[30:38]) + 0.1:8.3f}{line[38:54]}  0.40{line[60:]}" for line in own]
    first = [f"{line[:16]}A{line[17:54]}  0.60{line[60:]}" for line in own]
    place = lines.index(own[0])
    return [*lines[:place], *first, *moved, *lines[place + len(own) :]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    protein = in_two_places(chain_lines(Edit(span=SPAN, chain=" ")), 592)
    file = tmp_path / "file.pdb"
    file.write_text(text_of(protein, ligand_lines(residue="  592")))
    return file


@pytest.mark.parametrize("command", [("clashes", "--ligand-residue", "7GI"), ("relax", "-o", "relaxed.pdb")])
def test_alternates_and_names_that_changed_are_told_of(path: Path, command: tuple[str, ...]) -> None:
    name, *words = command
    done = subprocess.run(
        [sys.executable, "-m", "trkstruct", name, str(path), *words],
        cwd=path.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    assert "A chain without a name is called A here." in done.stderr
    assert "Alternate conformations: the one with the highest occupancy was taken at A:592" in done.stderr
    assert "Numbers that another residue has: 7GI A:592 is A:" in done.stderr
