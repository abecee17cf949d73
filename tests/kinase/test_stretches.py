"""Loops that are missing, wherever they are, change no number: a stretch of the chain keeps to one shift."""

import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trkstruct.kinase.kinases import Kinase, kinases, residue_at
from trkstruct.kinase.recognition import identify_kinase
from trkstruct.kinase.stretches import Chain, Costs, Reference, by_stretches, stretches

COSTS = Costs(5.0, -4.0, -12.0)


def numbered(aligned: Sequence[int | None], letters: str, own: Sequence[int], breaks: Sequence[int] = ()) -> list:
    reference = Reference(1, "ACDEFGHIKLMNPQRSTVWY")
    return list(by_stretches(aligned, Chain(letters, own), reference, breaks, COSTS))


def test_a_stretch_ends_where_the_numbers_or_the_chain_do() -> None:
    assert stretches([5, 6, 7, 9, 10]) == (range(3), range(3, 5))
    assert stretches([5, 6, 7, 8], breaks=[2]) == (range(2), range(2, 4))
    assert stretches([5, 5, 4]) == (range(1), range(1, 2), range(2, 3))


def test_a_residue_on_the_wrong_side_of_a_loop_goes_back() -> None:
    """ACDE, then KLM: the E at 4 fits at 8 as well, and an alignment may put it there."""
    repeated = Reference(1, "ACDEFGHEKLM")
    for shift in (0, 100):
        own = [number + shift for number in (1, 2, 3, 4, 9, 10, 11)]
        chain = Chain("ACDEKLM", own)
        assert by_stretches([1, 2, 3, 8, 9, 10, 11], chain, repeated, (), COSTS) == (1, 2, 3, 4, 9, 10, 11)
    counted_on = Chain("ACDEKLM", range(1, 8))  # only the break tells
    assert by_stretches([1, 2, 3, 8, 9, 10, 11], counted_on, repeated, [4], COSTS) == (1, 2, 3, 4, 9, 10, 11)
    assert by_stretches([1, 2, 3, 4, 9, 10, 11], counted_on, repeated, [3], COSTS) == (1, 2, 3, 8, 9, 10, 11)
    unknown = [1, 2, 3, 4, 5, 12, 13]  # an unknown residue fits anywhere
    assert numbered(unknown, "ACXXXXM", [1, 2, 9, 10, 11, 12, 13]) == [1, 2, 9, 10, 11, 12, 13]


def test_a_mutated_residue_beside_a_loop_stays_with_its_stretch() -> None:
    """E4L, where 5-9 are missing and L stands at 10: one residue is not worth a gap in a chain that goes on."""
    assert numbered([1, 2, 3, 10, 11, 12], "ACDLMN", [1, 2, 3, 4, 11, 12]) == [1, 2, 3, 4, 11, 12]


def test_an_inserted_stretch_keeps_its_alignment() -> None:
    aligned = [1, 2, 3, 4, None, None, None, None, 5, 6, 7, 8]
    assert numbered(aligned, "ACDEWWWWFGHI", range(1, 13)) == aligned


def test_what_the_alignment_left_out_at_an_end_needs_every_residue_to_agree() -> None:
    assert numbered([None, None, 8, 9, 10], "ACIKL", [1, 2, 8, 9, 10]) == [1, 2, 8, 9, 10]
    assert numbered([None, None, 8, 9, 10], "AGIKL", [1, 2, 8, 9, 10]) == [None, None, 8, 9, 10]


def test_unknown_residues_left_out_at_an_end_are_no_evidence_of_where_they_belong() -> None:
    pocket = Reference(1, "XXDEFGHIKL")
    chain = Chain("XXHIK", [1, 2, 7, 8, 9])
    assert by_stretches([None, None, 7, 8, 9], chain, pocket, (), COSTS) == (None, None, 7, 8, 9)


def test_of_two_places_for_an_end_the_one_by_the_shift_of_most_residues_is_taken() -> None:
    """AC fits at 1 by the shift of two residues, and at 3 by that of five."""
    repeated = Reference(1, "ACACDEFGHIKLMNPQR")
    chain = Chain("ACFGMNPQR", [3, 4, 9, 10, *range(13, 18)])
    aligned = [None, None, 7, 8, *range(13, 18)]
    assert by_stretches(aligned, chain, repeated, (), COSTS) == (3, 4, 7, 8, *range(13, 18))


def test_the_shift_that_fits_best_is_taken_and_of_equals_that_of_most_residues() -> None:
    own = [1, 2, 3, 4, 9, 10, 11]
    worse_higher_up = Reference(1, "ACDEACWEKLM")  # W at 7, where ACDE has D
    chain = Chain("ACDEKLM", own)
    assert by_stretches([1, 2, 3, 8, 9, 10, 11], chain, worse_higher_up, (), COSTS) == tuple(own)
    alike = Reference(1, "ACDEACDEKLMNWPQR")
    three = Chain("ACDELMPQ", [1, 2, 3, 4, 6, 7, 14, 15])  # of the shifts 4 and 0 the first has six residues
    aligned = [5, 6, 7, 8, 10, 11, 14, 15]
    assert by_stretches(aligned, three, alike, (), COSTS) == tuple(aligned)
    longer = Chain("ACDEKLMNP", [*own, 12, 13])  # five of shift 0, four of shift 4
    aligned = [5, 6, 7, 8, *range(9, 14)]
    assert by_stretches(aligned, longer, Reference(1, "ACDEACDEKLMNP"), (), COSTS) == (*own, 12, 13)


def test_what_fits_in_two_places_and_has_no_number_to_tell_gets_none() -> None:
    alike = Reference(1, "ACDEACDEKLM")
    assert by_stretches([5, 6, 7, 8, 9, 10, 11], Chain("ACDEKLM", [1, 2, 3, 4, 9, 10, 11]), alike, (), COSTS) == (
        *[None] * 4,
        *(9, 10, 11),
    )


def test_a_shift_that_would_put_a_stretch_out_of_order_is_not_taken() -> None:
    """ACD fits at 1 as well, by the shift of most residues, but follows what stands at 6 to 10."""
    twice = Reference(1, "ACDWWHIKLMACDNPQRSTV")
    chain = Chain("HIKLMACDNPQRSTV", [*range(16, 21), 1, 2, 3, *range(14, 21)])
    assert by_stretches(range(6, 21), chain, twice, (), COSTS) == tuple(range(6, 21))


def test_without_any_aligned_residue_there_is_nothing_to_follow() -> None:
    assert numbered([None, None], "AC", [1, 2]) == [None, None]


@st.composite
def broken_chains(draw: st.DrawFn) -> tuple[Kinase, list[int], list[int], list[int]]:
    """A kinase, the clinical numbers that are left of it, the file's own for them, and the breaks."""
    kinase = draw(st.sampled_from(kinases()))
    numbers = list(range(kinase.first_number, kinase.last_number + 1))
    spans = draw(st.lists(st.tuples(st.integers(0, len(numbers) - 1), st.integers(1, 20)), max_size=6))
    missing = {numbers[k] for start, length in spans for k in range(start, min(start + length, len(numbers)))}
    left = [number for number in numbers if number not in missing]
    shift = draw(st.integers(-600, 300))
    inside = [
        n for at, n in enumerate(left) if left[max(at - 5, 0)] == n - 5 and left[min(at + 5, len(left) - 1)] == n + 5
    ]
    if inside and draw(st.booleans()):  # two stretches with two shifts; a residue with its own could be any like it
        where, by = draw(st.sampled_from(inside)), draw(st.integers(1, 40))
        own = [number + shift + (by if number >= where else 0) for number in left]
    else:
        own = [number + shift for number in left]
    breaks = [at for at in range(1, len(left)) if left[at] - left[at - 1] != 1]
    return kinase, left, own, breaks


@settings(max_examples=60, deadline=None)
@given(broken_chains())
def test_loops_removed_at_random_keep_kinase_and_numbers(
    broken: tuple[Kinase, list[int], list[int], list[int]],
) -> None:
    kinase, left, own, breaks = broken
    match = identify_kinase("".join(residue_at(kinase, number) for number in left), own, breaks)
    assert match is not None
    assert match.kinase == kinase
    assert [found for found in match.numbers if found is not None] == [
        number for number, found in zip(left, match.numbers, strict=True) if found is not None
    ]
    lost = [at for at, found in enumerate(match.numbers) if found is None]
    core = [at for at, found in enumerate(match.numbers) if found is not None]
    assert all(at < core[0] or at > core[-1] for at in lost), "only a piece at an end of the chain may go unnumbered"
    assert len(lost) <= 6


@pytest.mark.parametrize("kinase", kinases(), ids=str)
def test_numbers_that_go_on_over_a_missing_loop_are_decided_by_the_break(kinase: Kinase) -> None:
    """A file counted from 1 without room for what is missing: only the break in space tells the side of a residue."""
    numbers = list(range(kinase.first_number, kinase.last_number + 1))
    for start in range(40, len(numbers) - 60, 7):
        left = numbers[:start] + numbers[start + 9 :]
        letters = "".join(residue_at(kinase, number) for number in left)
        match = identify_kinase(letters, list(range(1, len(left) + 1)), [start])
        assert match is not None
        assert (match.kinase, match.numbers) == (kinase, tuple(left))


def test_no_number_is_given_twice_where_two_stretches_meet() -> None:
    """DEF fits at 3 by the shift that most of its residues have, but D stands there already."""
    assert numbered([1, 2, 3, None, 4, 5], "ACDDEF", [1, 2, 3, 13, 14, 15]) == [1, 2, 3, None, 4, 5]
    assert numbered([1, 2, None, 3, 4, 5, 6], "ACDDEFG", [11, 12, 13, 3, 4, 5, 6]) == [1, 2, None, 3, 4, 5, 6]


def test_of_two_unusual_shifts_that_fit_alike_the_rest_of_the_chain_decides() -> None:
    """CDNP fits at 10, where it was aligned, and at 20, by the shift of the three residues after it."""
    reference = Reference(1, "AEFGHIKLMCDNPQRSTVWCDNPYFGH")
    chain = Chain("AEFGHICDNPFGH", [*range(1, 7), *range(50, 54), *range(55, 58)])
    aligned = [*range(1, 7), *range(10, 14), *range(25, 28)]
    assert by_stretches(aligned, chain, reference, (), COSTS) == (*range(1, 7), *range(20, 24), *range(25, 28))


def test_a_stretch_that_no_other_shift_confirms_gets_no_number_where_it_fits_twice() -> None:
    """CD fits at 10 and at 20, and its own numbers lead to neither by the shift of another stretch."""
    reference = Reference(1, "AEFGHIKLMCDNPQRSTVWCDYAEFGH")
    chain = Chain("AEFGHICDFGH", [*range(1, 7), 50, 51, 60, 61, 62])
    aligned = [*range(1, 7), 10, 11, 25, 26, 27]
    assert by_stretches(aligned, chain, reference, (), COSTS) == (*range(1, 7), None, None, 25, 26, 27)


def test_what_follows_a_stretch_that_is_told_is_still_asked() -> None:
    """AEF and HI have one shift; CD behind them fits twice, and CD at the end of the chain too."""
    reference = Reference(1, "AEFGHIKLMCDNPQRSTVWCDYAEFGH")
    chain = Chain("AEFHICDFGH", [1, 2, 3, 5, 6, 50, 51, 60, 61, 62])
    aligned = [1, 2, 3, 5, 6, 10, 11, 25, 26, 27]
    assert by_stretches(aligned, chain, reference, (), COSTS) == (1, 2, 3, 5, 6, None, None, 25, 26, 27)
    at_the_end = Chain("AEFGHICD", [*range(1, 7), 50, 51])
    aligned = [*range(1, 7), 10, 11]
    assert by_stretches(aligned, at_the_end, reference, (), COSTS) == (*range(1, 7), None, None)


@pytest.mark.parametrize(
    ("letters", "own", "aligned", "known"),
    [
        ("AEFGHC" + "C" + "KLM", [*range(1, 7), 50, 61, 62, 63], [*range(1, 7), 7, 10, 11, 12], "AEFGHCCDEKLM"),
        ("AEFG" + "CD" + "DKL", [*range(1, 5), 50, 51, 61, 62, 63], [*range(1, 5), 5, 6, 9, 10, 11], "AEFGCDNCDKL"),
        (
            "AEFG" + "CD" + "CDKL",
            [*range(1, 5), 50, 51, *range(61, 65)],
            [*range(1, 5), 5, 6, *range(8, 12)],
            "AEFGCDNCDKL",
        ),
        ("WA" + "KLM", [50, 51, 61, 62, 63], [1, 2, 4, 5, 6], "AANKLM"),
    ],
    ids=["on the last one before", "half on what follows", "on what follows", "half before the first residue"],
)
def test_what_fits_a_second_time_only_where_another_stands_keeps_its_number(
    letters: str, own: list[int], aligned: list[int], known: str
) -> None:
    assert by_stretches(aligned, Chain(letters, own), Reference(1, known), (), COSTS) == tuple(aligned)


def test_tags_that_go_on_with_the_chain_get_no_number() -> None:
    reference = Reference(1, "ACDEF")
    before = Chain("WWACDEF", range(1, 8))
    assert by_stretches([None, None, 1, 2, 3, 4, 5], before, reference, (), COSTS) == (None, None, 1, 2, 3, 4, 5)
    after = Chain("ACDEFWW", range(1, 8))
    assert by_stretches([1, 2, 3, 4, 5, None, None], after, reference, (), COSTS) == (1, 2, 3, 4, 5, None, None)


def test_the_last_residues_of_a_chain_go_with_their_stretch() -> None:
    assert by_stretches(
        [1, 2, 3, 4, 5, 11, 12], Chain("ACDEFGH", range(1, 8)), Reference(1, "ACDEFGHIKLGH"), (), COSTS
    ) == tuple(range(1, 8))


def test_the_longest_stretch_is_placed_first() -> None:
    """KL fits at 9 and at 16, and at 9 only when EF, which was aligned at 14, has gone back to 4."""
    chain = Chain("ACDEFKL", [1, 2, 3, 4, 5, 9, 10])
    reference = Reference(1, "ACDEFGHIKLMNPEFKL")
    assert by_stretches([1, 2, 3, 14, 15, 16, 17], chain, reference, (), COSTS) == (1, 2, 3, 4, 5, 9, 10)


@settings(max_examples=60, deadline=None)
@given(kinase=st.sampled_from(kinases()), seed=st.integers(0, 2**32 - 1))
def test_a_file_that_counts_on_over_its_gaps_gets_no_wrong_number(kinase: Kinase, seed: int) -> None:
    """A residue or two between two gaps fit in several places, and then have no number; eight in a row have theirs."""
    chosen = random.Random(seed)
    numbers = list(range(kinase.first_number, kinase.last_number + 1))
    missing: set[int] = set()
    for _ in range(chosen.randint(2, 5)):
        start = chosen.randrange(len(numbers) - 20)
        missing |= set(numbers[start : start + chosen.randint(1, 20)])
    left = [number for number in numbers if number not in missing]
    torn = [at for at in range(1, len(left)) if left[at] - left[at - 1] > 1]
    match = identify_kinase("".join(residue_at(kinase, each) for each in left), range(1, len(left) + 1), torn)
    assert match is not None
    assert match.kinase == kinase
    assert all(found in (None, right) for found, right in zip(match.numbers, left, strict=True))
    alone = {at for run in stretches(left) if len(run) < 8 for at in run}
    assert all(found is not None for at, found in enumerate(match.numbers) if at not in alone)
