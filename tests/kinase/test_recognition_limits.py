"""Where recognition begins and ends: how much must agree, what unknown residues cost, which numbers win."""

from dataclasses import replace

import pytest

from trkstruct.kinase.kinases import Kinase, kinase_named, residue_at, trk_kinases
from trkstruct.kinase.own_kinase import OwnKinase, as_kinase
from trkstruct.kinase.recognition import (
    MIN_COMPARED,
    MIN_IDENTITY,
    KinaseMatch,
    _fits_better,
    compare_with,
    identify_kinase,
)
from trkstruct.kinase.relatives import relatives

TRKA, TRKB, TRKC = trk_kinases()
OTHER_LETTER = {"W": "A"}


def spoilt(letters: str, *places: int) -> str:
    """Tryptophan in the given places, alanine where there was one."""
    changed = list(letters)
    for place in places:
        changed[place] = OTHER_LETTER.get(letters[place], "W")
    return "".join(changed)


def test_forty_residues_are_enough_and_thirty_nine_are_not() -> None:
    forty = TRKA.sequence[100 : 100 + MIN_COMPARED]
    match = identify_kinase(forty)
    assert match is not None
    assert (match.kinase, match.identity, match.compared) == (TRKA, 1.0, 40)
    assert match.numbers == tuple(range(TRKA.first_number + 100, TRKA.first_number + 140))
    assert identify_kinase(forty[:-1]) is None


def test_nine_of_ten_must_agree() -> None:
    letters = TRKA.sequence[100:200]
    places = range(5, 95, 9)
    ninety = spoilt(letters, *places)  # ten differences in a hundred
    match = identify_kinase(ninety)
    assert match is not None
    assert (match.kinase, match.identity, match.compared) == (TRKA, MIN_IDENTITY, 100)
    assert identify_kinase(spoilt(letters, *places, 54)) is None


def test_the_share_and_the_number_compared_are_told() -> None:
    letters = spoilt(TRKC.sequence, 60, 130)
    match = identify_kinase(f"GSHM{letters}")
    assert match is not None
    assert match.numbers[:4] == (None,) * 4
    assert match.compared == len(letters)
    assert match.identity == pytest.approx(1 - 2 / len(letters))


def test_small_letters_and_odd_ones_are_read() -> None:
    odd = TRKB.sequence[:50] + "*" + TRKB.sequence[51:80] + "B" + TRKB.sequence[81:]
    match = identify_kinase(odd.lower())
    assert match is not None
    assert match.numbers == tuple(range(TRKB.first_number, TRKB.last_number + 1))
    assert match.identity == pytest.approx(1 - 2 / len(odd))


def test_an_unknown_residue_costs_less_than_a_wrong_one_at_an_end() -> None:
    """X at the end of an alignment neither gains nor loses; a wrong residue there is cut off."""
    letters = TRKA.sequence[100:200]
    wrong = identify_kinase(spoilt(letters, 0))
    assert wrong is not None
    assert wrong.numbers[0] is None
    assert wrong.compared == 99
    whole = TRKA.sequence
    inside = identify_kinase(whole[:140] + "X" * 12 + whole[152:])
    assert inside is not None
    assert inside.numbers == tuple(range(TRKA.first_number, TRKA.last_number + 1))


def test_a_long_gap_costs_hardly_more_than_a_short_one() -> None:
    for length in (1, 5, 30):
        letters = TRKA.sequence[:120] + TRKA.sequence[120 + length :]
        match = identify_kinase(letters)
        assert match is not None
        assert match.identity == 1.0
        assert match.compared == len(letters)
        assert match.numbers[0] == TRKA.first_number
        assert match.numbers[-1] == TRKA.last_number


def test_a_short_piece_between_two_gaps_is_placed_and_a_scrap_far_behind_is_not() -> None:
    """Six residues gain 30, two gaps cost 24 and a little; five residues gain 25, a gap of 150 costs 42."""
    first, letters = TRKA.first_number, TRKA.sequence
    piece = identify_kinase(letters[:150] + letters[165:171] + letters[186:])
    assert piece is not None
    assert piece.numbers == tuple(first + place for place in (*range(150), *range(165, 171), *range(186, len(letters))))
    tail = identify_kinase(letters[:150] + letters[210:220])  # gains 50, the gap of 60 costs 24
    assert tail is not None
    assert tail.numbers == tuple(first + place for place in (*range(150), *range(210, 220)))
    scrap = identify_kinase(letters[:150] + letters[-5:])
    assert scrap is not None
    assert scrap.numbers == (*range(first, first + 150), None, None, None, None, None)


def test_inserted_residues_have_no_number() -> None:
    letters = TRKA.sequence[:150] + "GSGSGSGS" + TRKA.sequence[150:]
    match = identify_kinase(letters)
    assert match is not None
    assert sum(number is None for number in match.numbers) == 8
    assert match.identity == 1.0


@pytest.mark.parametrize("offset", [0, -77])
def test_the_chains_own_numbers_decide_the_sides_of_a_loop(offset: int) -> None:
    """Every loop whose last residue also fits before its end: the residue stays where its own number has it."""
    ambiguous = 0
    for kinase in trk_kinases():
        for start in range(kinase.first_number + 60, kinase.last_number - 70, 13):
            numbers = [n for n in range(kinase.first_number, kinase.last_number + 1) if not start <= n < start + 5]
            letters = "".join(residue_at(kinase, number) for number in numbers)
            match = identify_kinase(letters, [number + offset for number in numbers])
            assert match is not None
            assert match.numbers == tuple(numbers)
            ambiguous += residue_at(kinase, start - 1) == residue_at(kinase, start + 4)
    assert ambiguous > 0


@pytest.mark.parametrize("offset", [0, 40])
def test_no_number_is_given_twice(offset: int) -> None:
    """The last eighty residues are numbered one too low: a pair like LL fits one place back, which is taken."""
    numbers = range(TRKA.first_number, TRKA.last_number + 1)
    assert any(a == b for a, b in zip(TRKA.sequence[-80:], TRKA.sequence[-79:], strict=False))
    own = [number + offset - (place >= len(numbers) - 80) for place, number in enumerate(numbers)]
    match = identify_kinase(TRKA.sequence, own)
    assert match is not None
    assert match.numbers == tuple(numbers)


def test_two_kinases_that_agree_equally_are_none() -> None:
    """TRKB 584-643 and TRKC 568-627 differ in eight places; a chain with four of them from each is either."""
    trkb, trkc = ([residue_at(kinase, first + k) for k in range(60)] for kinase, first in ((TRKB, 584), (TRKC, 568)))
    different = [k for k in range(60) if trkb[k] != trkc[k]]
    assert len(different) == 8
    mixed = [trkc[k] if k in different[::2] else trkb[k] for k in range(60)]
    assert identify_kinase("".join(mixed)) is None
    mixed[different[0]] = trkb[different[0]]
    match = identify_kinase("".join(mixed))
    assert match is not None
    assert (match.kinase, match.identity) == (TRKB, pytest.approx(57 / 60))


def domain_of(kinase: Kinase) -> str:
    return kinase.sequence[20:220]


@pytest.mark.parametrize("kinase", trk_kinases(), ids=str)
def test_a_kinase_of_the_family_is_not_taken_for_another(kinase: Kinase) -> None:
    match = identify_kinase(domain_of(kinase))
    assert match is not None
    assert (match.kinase, match.identity) == (kinase, 1.0)


@pytest.mark.parametrize(("of_egfr", "of_abl1", "name"), [(100, 60, "EGFR"), (60, 100, "ABL1")])
def test_of_two_domains_in_one_chain_the_one_with_more_residues_is_taken(of_egfr: int, of_abl1: int, name: str) -> None:
    egfr, abl1 = kinase_named("EGFR"), kinase_named("ABL1")
    match = identify_kinase(egfr.sequence[50 : 50 + of_egfr] + abl1.sequence[50 : 50 + of_abl1])
    assert match is not None
    assert match.kinase.name == name


def as_if(kinase: Kinase, agree: range, differ: range, size: int) -> KinaseMatch:
    """A chain of TRKA's first residues aligned with a kinase, to agree with it in some places and not in others."""
    number_of = {letter: kinase.first_number + at for at, letter in enumerate(kinase.sequence)}
    numbers: list[int | None] = [None] * size
    for at in (*agree, *differ):
        letter = TRKA.sequence[at]
        numbers[at] = number_of[letter if at in agree else "G" if letter != "G" else "A"]
    return KinaseMatch(kinase, tuple(numbers), 1.0, len(agree) + len(differ))


def test_of_two_that_share_forty_residues_these_decide_and_of_fewer_all_do() -> None:
    """EGFR agrees in one more where both are aligned, ABL1 in twenty where it alone is."""
    egfr, abl1, letters = kinase_named("EGFR"), kinase_named("ABL1"), TRKA.sequence[:60]
    for shared, better in ((40, True), (39, False)):
        one = as_if(egfr, range(shared), range(0), 60)
        other = as_if(abl1, range(1, 60), range(1), 60)
        other = replace(
            other, numbers=tuple(n if at not in range(shared, 40) else None for at, n in enumerate(other.numbers))
        )
        assert _fits_better(one, other, letters) is better
        assert _fits_better(other, one, letters) is not better


def test_a_described_kinase_alone_goes_before_a_relative_that_fits_as_well() -> None:
    described = as_kinase(OwnKinase(name="MINE", gene="MINE", sequence=TRKA.sequence))
    shipped, relative = kinase_named("EGFR"), relatives()[0]
    mine, known, near = (KinaseMatch(each, (None,) * 50, 1.0, 50) for each in (described, shipped, relative))
    letters = TRKA.sequence[:50]
    assert _fits_better(mine, near, letters)
    assert not any(_fits_better(*pair, letters) for pair in ((near, mine), (known, near), (near, known)))
    assert not any(_fits_better(*pair, letters) for pair in ((mine, known), (known, mine)))


def test_breaks_decide_the_sides_of_a_loop_where_a_chain_has_no_numbers() -> None:
    """A residue that is the same as the last one of the missing loop stands before it or behind it."""
    first, letters = TRKA.first_number, TRKA.sequence
    alike = [at for at in range(60, len(letters) - 70) if letters[at - 1] == letters[at + 4]]
    assert alike
    for start in alike:
        for side in (start, start - 1):
            match = identify_kinase(letters[:start] + letters[start + 5 :], None, [side])
            assert match is not None
            assert match.numbers == tuple(first + at for at in range(len(letters)) if not side <= at < side + 5)


def test_without_numbers_and_breaks_the_alignment_stands() -> None:
    """W between TRKA's 572 and 573: VRF agree behind it, and no number of the chain says that it goes on."""
    inserted = TRKA.sequence[6:83] + "W" + TRKA.sequence[83:86]
    match = identify_kinase(inserted)
    assert match is not None
    assert match.numbers[-6:] == (571, 572, None, 573, 574, 575)


def test_unknown_residues_of_a_kinase_are_compared_with_nothing() -> None:
    unknown = replace(TRKA, sequence=TRKA.sequence[:50] + "X" * 10 + TRKA.sequence[60:])
    match = compare_with(unknown, TRKA.sequence)
    assert (match.identity, match.compared) == (1.0, len(TRKA.sequence) - 10)
    assert None not in match.numbers
