"""The file of a user's own kinase: what may be left out, and which number is the last."""

from pathlib import Path

import pytest

from support.own_kinase import CSF1R_POCKET, csf1r_values, write_csf1r
from trkstruct.errors import InputError
from trkstruct.kinase.described_kinase import load_own_kinase
from trkstruct.kinase.kinase_file import kinase_text, read_kinase_file

FIRST, LAST = 540, 922
SEQUENCE = "".join(csf1r_values()["sequence"].split())


def test_a_file_that_does_not_say_its_first_number_counts_from_one(tmp_path: Path) -> None:
    pocket = [number - FIRST + 1 for number in CSF1R_POCKET]
    own = load_own_kinase(write_csf1r(tmp_path, like=None, pocket=pocket, first_number=None))
    assert (own.first_number, own.last_number, own.pocket) == (1, LAST - FIRST + 1, tuple(pocket))
    named = [f"{SEQUENCE[number - 1]}{number}" for number in pocket]
    assert load_own_kinase(write_csf1r(tmp_path, like=None, pocket=named, first_number=None)).pocket == own.pocket


def test_a_pocket_may_reach_to_the_last_residue_and_not_beyond(tmp_path: Path) -> None:
    ends = {"like": None, "sequence": SEQUENCE[: CSF1R_POCKET[-1] - FIRST + 1]}
    assert load_own_kinase(write_csf1r(tmp_path, **ends, pocket=list(CSF1R_POCKET))).last_number == 800
    beyond = [*CSF1R_POCKET[:-1], 801]
    with pytest.raises(InputError, match="pocket: 801 lies outside the sequence, 540 to 800; is first_number right"):
        load_own_kinase(write_csf1r(tmp_path, **ends, pocket=beyond))


def test_where_the_pocket_is_from_is_said_or_that_it_was_given(tmp_path: Path) -> None:
    path = write_csf1r(tmp_path, like=None, pocket=list(CSF1R_POCKET))
    given = read_kinase_file(path).own
    assert (given.pocket_source, given.file) == ("as given", str(path))
    path = write_csf1r(tmp_path, like=None, pocket=list(CSF1R_POCKET), pocket_source="KLIFS, 4R7H")
    assert read_kinase_file(path).own.pocket_source == "KLIFS, 4R7H"
    assert read_kinase_file(write_csf1r(tmp_path)).own.pocket_source == ""


def test_a_file_that_is_written_says_how_it_is_used(tmp_path: Path) -> None:
    text = kinase_text(load_own_kinase(write_csf1r(tmp_path)))
    first, second = text.splitlines()[:2]
    assert first == "# CSF1R for trkstruct: trkstruct kinase add FILE, or --kinase-file FILE"
    assert second == 'name = "CSF1R"'
