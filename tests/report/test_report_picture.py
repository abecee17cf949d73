"""The README's picture shows the demo as it is now: its numbers are kept in the file and are computed again."""

import json
import re
import struct
from pathlib import Path

import pytest

import trkstruct
from trkstruct.report.heat_map import ddg_text

ROOT = Path(__file__).parents[2]
PICTURE = ROOT / "docs" / "report.png"
HALF_A_DIGIT = 0.15  # two roundings to a tenth, and threads that add up in another order
REPEAT = "run scripts/demo.sh and scripts/publish/report_picture.py again"


def texts_of(path: Path) -> dict[str, str]:
    """The tEXt chunks of a PNG: PNG specification 11.3.4.3."""
    data, place, found = path.read_bytes(), 8, {}
    while place < len(data):
        (length,), kind = struct.unpack(">I", data[place : place + 4]), data[place + 4 : place + 8]
        if kind == b"tEXt":
            key, _, text = data[place + 8 : place + 8 + length].partition(b"\0")
            found[key.decode("latin-1")] = text.decode("latin-1")
        place += 12 + length
    return found


@pytest.fixture(scope="module")
def shown() -> dict[str, str]:
    numbers: dict[str, str] = json.loads(texts_of(PICTURE)["trkstruct-numbers"])
    return numbers


def test_the_picture_shows_every_mutant_of_the_demo(shown: dict[str, str]) -> None:
    demo = (ROOT / "scripts" / "demo.sh").read_text(encoding="utf-8")
    mutations = [each for each in re.findall(r"--mutation (\S+)", demo) if each != "WT"]
    ligands = re.findall(r"--ligand (\S+)", demo)
    assert set(shown) == {f"{mutation} {ligand}" for mutation in mutations for ligand in ligands}, REPEAT


@pytest.mark.slow
@pytest.mark.parametrize(("mutation", "ligand"), [("G595R", "larotrectinib"), ("G667C", "selitrectinib")])
def test_the_numbers_of_the_picture_are_still_the_demos(shown: dict[str, str], mutation: str, ligand: str) -> None:
    case = trkstruct.score(mutation, ligand, kinase="TRKA")
    was, now = (float(text.split()[0]) for text in (shown[f"{mutation} {ligand}"], ddg_text(case)))
    assert abs(was - now) <= HALF_A_DIGIT, f"the picture says {was}, the demo {now}: {REPEAT}"
