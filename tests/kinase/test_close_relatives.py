"""Close relatives are told apart: kinases known here from each other, and from those that are not known."""

import random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from trkstruct.kinase import recognition
from trkstruct.kinase.candidates import ALIGNED, likely_kinases
from trkstruct.kinase.kinases import Kinase, kinase_named, kinases, region_of
from trkstruct.kinase.mutation import parse_mutation
from trkstruct.kinase.recognition import MIN_COMPARED, identify_kinase, identify_relative
from trkstruct.kinase.relatives import relatives

FAMILIES = (
    *(("TRKA", "TRKB", "TRKC"), ("FGFR1", "FGFR2", "FGFR3"), ("KIT", "FLT3", "PDGFRA", "KDR")),
    *(("SRC", "YES1", "ABL1", "BTK"), ("ALK", "MET", "RET", "EGFR")),
)
KNOWN = kinases()


FLANKED_ABL2 = "NKPTVYGVSPIHDKWEMERTD{}MFHDSSISEEVAEELGRAASSSSVVPYLPRLPILPSKTRTLKKQVE"  # UniProt P42684


@pytest.mark.parametrize("relative", relatives(), ids=str)
def test_a_relative_that_is_not_known_passes_for_none_and_is_named(relative: Kinase) -> None:
    assert identify_kinase(relative.sequence) is None
    assert identify_relative(relative.sequence) == relative


def test_what_a_sequence_has_more_at_its_ends_decides_nothing() -> None:
    """With its flanks 263 residues of ABL2 agree with ABL1, which has flanks here: more than the 254 of its own."""
    (abl2,) = (each for each in relatives() if each.name == "ABL2")
    assert identify_kinase(FLANKED_ABL2.format(abl2.sequence)) is None
    assert identify_relative(FLANKED_ABL2.format(abl2.sequence)) == abl2


@given(st.sampled_from(relatives()), st.integers(0, 210), st.integers(MIN_COMPARED, 200), st.integers(0, 30))
@settings(max_examples=60, deadline=None)
def test_no_part_of_a_relative_passes_for_a_kinase(relative: Kinase, start: int, size: int, gap: int) -> None:
    """Any part of at least forty residues, a loop left out."""
    start = min(start, len(relative.sequence) - MIN_COMPARED)
    part = relative.sequence[start : start + size]
    assert identify_kinase(part) is None
    assert identify_kinase(part[: size // 2] + part[size // 2 + gap :]) is None


@given(st.sampled_from(KNOWN), st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_mutants_are_still_their_own_kinase(kinase: Kinase, seed: int) -> None:
    """Up to ten changes anywhere in a domain, as in a construct made soluble (4XV2 has eight)."""
    chosen = random.Random(seed)
    letters = list(kinase.sequence)
    for place in chosen.sample(range(len(letters)), chosen.randint(1, 10)):
        letters[place] = chosen.choice("ACDEFGHIKLMNPQRSTVWY")
    match = identify_kinase("".join(letters))
    assert match is not None
    assert match.kinase == kinase
    assert identify_relative("".join(letters)) is None


def test_relatives_are_none_of_the_kinases_known() -> None:
    assert len({each.uniprot for each in (*relatives(), *kinases())}) == len(relatives()) + len(kinases())
    assert all(set(each.sequence) <= set("ACDEFGHIKLMNPQRSTVWY") for each in relatives())


@given(
    st.sampled_from(FAMILIES).flatmap(st.sampled_from),
    st.integers(0, 100),
    st.integers(100, 200),
    st.lists(st.integers(0, 99), max_size=4, unique=True),
)
@settings(max_examples=30, deadline=None)
def test_a_part_with_four_changes_is_still_its_own_kinase(name: str, start: int, size: int, places: list[int]) -> None:
    kinase = kinase_named(name)
    letters = list(kinase.sequence[start : start + size])
    for place in places:
        letters[place] = "W" if letters[place] != "W" else "A"
    match = identify_kinase("".join(letters))
    assert match is not None
    assert match.kinase == kinase


@given(st.sampled_from(KNOWN), st.integers(0, 200), st.integers(40, 300), st.integers(0, 2**32 - 1))
@example(kinase_named("FGFR1"), 9, 222, 165)  # 49 residues of it, changed, are as near to MST1R
@settings(max_examples=25, deadline=None)
def test_aligning_the_likely_ones_finds_what_aligning_all_finds(
    kinase: Kinase, start: int, size: int, seed: int
) -> None:
    """Any part, a tenth of it changed, a loop left out; or its own kinase, where another fits a piece by chance."""
    letters = list(kinase.sequence[start : start + size])
    for at in range(seed % 10, len(letters), 10):
        letters[at] = "ACDEFGHIKLMNPQRSTVWY"[(seed >> at % 28) % 20]
    chain = "".join(letters[: len(letters) // 2] + letters[len(letters) // 2 + seed % 15 :])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recognition, "likely_kinases", lambda _letters, known: tuple(known))
        every = identify_kinase(chain)
    found = identify_kinase(chain)
    assert found == every or (every is None and found is not None and found.kinase == kinase)


def test_few_are_aligned_and_the_kinase_is_among_them() -> None:
    for kinase in KNOWN:
        likely = likely_kinases(kinase.sequence, kinases())
        assert kinase in likely
        assert ALIGNED <= len(likely) < 10


@pytest.mark.parametrize(
    ("kinase", "written", "clinical"),
    [
        ("SRC", "T338I", "T341I"),  # as counted in the chicken
        ("FGFR2", "V565I", "V564I"),  # isoform IIIb: Goyal 2017, 10.1158/2159-8290.CD-16-1000
        ("FGFR3", "V557M", "V555M"),
        ("BRAF", "V600E", "V600E"),
        ("BTK", "C481S", "C481S"),  # Woyach 2014, 10.1056/NEJMoa1400029
        ("FLT3", "F691L", "F691L"),
    ],
)
def test_the_numbers_that_papers_give_are_read(kinase: str, written: str, clinical: str) -> None:
    assert str(parse_mutation(written, kinase_named(kinase))) == clinical


@pytest.mark.parametrize("residue", ["KIT 816", "FLT3 835", "BRAF 600", "PDGFRA 842", "KDR 1054"])
def test_the_activation_loop_reaches_to_its_end(residue: str) -> None:
    name, number = residue.split()
    assert region_of(kinase_named(name), int(number)) == "activation loop"
