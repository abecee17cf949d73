"""The file of a user's own kinase: what may be left out, and which number is the last."""

from pathlib import Path
from typing import Any

import pytest

from support.own_kinase import CSF1R_POCKET, csf1r_values, write_csf1r
from trkstruct.errors import InputError
from trkstruct.kinase.described_kinase import load_own_kinase
from trkstruct.kinase.kinase_file import kinase_text, read_kinase_file
from trkstruct.kinase.own_kinase import OwnKinase

FIRST, LAST = 540, 922
SEQUENCE = "".join(csf1r_values()["sequence"].split())
POCKET_LETTERS = "".join(SEQUENCE[number - FIRST] for number in CSF1R_POCKET)
KNOWN = (
    "name, gene, sequence, uniprot, aliases, first_number, pocket, pocket_source, like, activation_loop_end, replaces"
)


def said_of(folder: Path, **changes: Any) -> list[str]:
    """The problems, one a line."""
    path = write_csf1r(folder, **changes)
    with pytest.raises(InputError) as refused:
        read_kinase_file(path)
    first, *problems = str(refused.value).split("\n")
    assert first == f"{path} does not describe a kinase:"
    return [problem.removeprefix("  ") for problem in problems]


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


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        read_kinase_file(tmp_path / "none.toml")
    assert str(refused.value) == f"Cannot read {tmp_path / 'none.toml'}: No such file or directory."


def test_a_file_with_its_own_pocket_is_like_nobody(tmp_path: Path) -> None:
    assert read_kinase_file(write_csf1r(tmp_path, like=None, pocket=list(CSF1R_POCKET))).like == ""


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        (
            {"zzz": 1, "name": 5, "aliases": [""], "seqence": "A"},
            [
                "name: takes a text, not 5.",
                f"zzz: no such key. Known are {KNOWN}.",
                f"seqence: no such key; did you mean sequence? Known are {KNOWN}.",
                "aliases: takes a list of texts.",
            ],
        ),
        (
            {"like": None},
            ['pocket: give either the numbers of the 85 KLIFS residues, or like = "ALK" to take them from a relative.'],
        ),
        (
            {"name": "A B", "gene": "x!", "aliases": ["FMS", "C FMS"], "sequence": ">sp|P07333\nACD"},
            [
                "name: 'A B' cannot name a kinase; use letters and digits, a letter first, such as CSF1R.",
                "gene: 'x!' cannot name a kinase; use letters, digits and dashes, a letter first, such as CSF1R.",
                "aliases: 'C FMS' cannot name a kinase; use letters, digits and dashes, a letter first, such as CSF1R.",
                "sequence: holds a FASTA header; leave out the line that begins with >.",
            ],
        ),
    ],
)
def test_all_that_is_wrong_is_said_to_the_word(tmp_path: Path, changes: dict[str, Any], problems: list[str]) -> None:
    assert sorted(said_of(tmp_path, **changes)) == sorted(problems)


def test_a_name_whose_letters_are_no_amino_acids_reads_as_no_mutation(tmp_path: Path) -> None:
    assert read_kinase_file(write_csf1r(tmp_path, aliases=["B38A", "JAK2", "T38B"])).own.aliases == (
        *("B38A", "JAK2", "T38B"),
    )
    (problem,) = said_of(tmp_path, aliases=["T38A"])
    assert problem.startswith("aliases: 'T38A' reads as a residue or a mutation")


@pytest.mark.parametrize(
    ("wrong", "listed"),
    [
        (1, "'J' at 1"),
        (5, "'J' at 1, 'J' at 2, 'J' at 3, 'J' at 4, 'J' at 5"),
        (6, "'J' at 1, 'J' at 2, 'J' at 3, 'J' at 4, 'J' at 5 and 1 more"),
        (8, "'J' at 1, 'J' at 2, 'J' at 3, 'J' at 4, 'J' at 5 and 3 more"),
    ],
)
def test_of_letters_that_are_no_amino_acids_five_are_named(tmp_path: Path, wrong: int, listed: str) -> None:
    assert said_of(tmp_path, sequence="J" * wrong + SEQUENCE[wrong:]) == [
        f"sequence: {listed}; it takes one-letter codes of the twenty amino acids only."
    ]


def test_a_sequence_has_from_85_to_10000_residues(tmp_path: Path) -> None:
    pocket = list(range(1, 86))
    shortest = write_csf1r(tmp_path, like=None, sequence=POCKET_LETTERS, first_number=1, pocket=pocket)
    assert read_kinase_file(shortest).own.pocket == tuple(pocket)
    longest = SEQUENCE + "G" * (10_000 - len(SEQUENCE))
    assert read_kinase_file(write_csf1r(tmp_path, sequence=longest)).own.last_number == FIRST + 9_999
    for sequence in (POCKET_LETTERS[:-1], longest + "G"):
        assert said_of(tmp_path, sequence=sequence) == [
            f"sequence: has {len(sequence)} residues; give the kinase domain with its flanks, 85 to 10000."
        ]


def test_the_first_number_leaves_room_for_the_last(tmp_path: Path) -> None:
    greatest = 99_999 - len(SEQUENCE)
    assert read_kinase_file(write_csf1r(tmp_path, first_number=greatest)).own.first_number == greatest
    assert said_of(tmp_path, first_number=greatest + 1) == [
        f"first_number: {greatest + 1} is no number of a residue; it is 1 for a whole UniProt sequence."
    ]


def test_a_pocket_may_begin_with_the_first_residue_and_has_no_zero(tmp_path: Path) -> None:
    values = {"like": None, "sequence": SEQUENCE[CSF1R_POCKET[0] - FIRST :], "first_number": CSF1R_POCKET[0]}
    assert read_kinase_file(write_csf1r(tmp_path, **values, pocket=list(CSF1R_POCKET))).own.pocket == CSF1R_POCKET
    for sequence, first in ((SEQUENCE, FIRST), (SEQUENCE, 1)):
        values = {"like": None, "sequence": sequence, "first_number": first}
        assert said_of(tmp_path, **values, pocket=[0, *CSF1R_POCKET[1:85]])[0] == (
            f"pocket: 0 lies outside the sequence, {first} to {first + len(SEQUENCE) - 1}; is first_number right?"
        )


def test_numbers_out_of_order_twice_the_same_and_outside_are_all_said(tmp_path: Path) -> None:
    twice = [586, 586, *CSF1R_POCKET[2:-1], 1400]
    assert said_of(tmp_path, like=None, pocket=twice) == [
        "pocket: 586 comes after 586; KLIFS numbers follow the sequence, so they ascend.",
        "pocket: 1400 lies outside the sequence, 540 to 922; is first_number right?",
    ]


def test_the_activation_loop_ends_in_the_sequence_behind_the_pocket_that_is_given(tmp_path: Path) -> None:
    given = {"like": None, "pocket": list(CSF1R_POCKET)}
    for end in (CSF1R_POCKET[-1] + 1, LAST):
        assert read_kinase_file(write_csf1r(tmp_path, **given, activation_loop_end=end)).own.activation_loop_end == end
    for end in (CSF1R_POCKET[-1], LAST + 1):
        said = f"activation_loop_end: {end} lies not behind the pocket and in the sequence, which ends at {LAST}."
        assert said_of(tmp_path, **given, activation_loop_end=end) == [said]
        other = ["A586", *CSF1R_POCKET[1:]]
        assert said_of(tmp_path, like=None, pocket=other, activation_loop_end=end) == [
            "pocket: A586 is K586 in the sequence; is first_number right?",
            said,
        ]


def test_a_residue_outside_the_sequence_has_no_letter() -> None:
    own = OwnKinase(name="MINE", gene="MINE", sequence="ACD", first_number=7)
    assert [own.letter_at(number) for number in (0, 6, 7, 8, 9, 10, 700)] == ["", "", "A", "C", "D", "", ""]
