"""Where recognition begins and ends: how much must agree, what unknown residues cost, which numbers win."""

import pytest

from trkstruct.kinase.kinases import Kinase, residue_at, trk_kinases
from trkstruct.kinase.recognition import MIN_COMPARED, MIN_IDENTITY, identify_kinase

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
