"""Stretches of a chain, joined and counted on: where an alignment could go either way, each keeps to one shift."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

Numbers = tuple[int | None, ...]


class Reference(NamedTuple):
    """The sequence that a chain is numbered by: number of its first residue, and its letters, X for unknown ones."""

    first: int
    letters: str

    def letter_at(self, number: int) -> str:
        """The letter of a number; empty outside the sequence."""
        index = number - self.first
        return self.letters[index] if 0 <= index < len(self.letters) else ""


class Costs(NamedTuple):
    """What residues that agree and differ count, and what a change of the shift inside a stretch does."""

    match: float
    mismatch: float
    open_gap: float


class Chain(NamedTuple):
    """Letters of the residues present, and the numbers that the chain gives them."""

    letters: str
    own: Sequence[int]


def stretches(own: Sequence[int], breaks: Collection[int] = ()) -> tuple[range, ...]:
    """Runs of residues that a chain counts on and does not break between.

    Parameters
    ----------
    own : sequence of int
        The chain's own numbers.
    breaks : collection of int
        Indices of residues that no peptide bond joins to the one before.
    """
    starts = [at for at in range(1, len(own)) if own[at] - own[at - 1] != 1 or at in breaks]
    return tuple(range(*ends) for ends in pairwise([0, *starts, len(own)]))


def by_stretches(
    aligned: Sequence[int | None], chain: Chain, reference: Reference, breaks: Collection[int], costs: Costs
) -> Numbers:
    """The numbers of an alignment, each stretch moved to one shift where that fits it as well.

    Beside a missing loop a residue often fits on either side of it; the
    alignment takes any. A chain that goes on, in space and in its numbers, goes on in its kinase's too. The longest
    stretches come first, and nothing gets a number out of order. A stretch whose place nothing tells, and that
    fits elsewhere between its neighbours as well, gets no numbers.

    Parameters
    ----------
    aligned : sequence of int or None
        Number of each residue by the alignment; None where it has none.
    chain, reference : Chain, Reference
        What was aligned.
    breaks : collection of int
        As for `stretches`.
    costs : Costs
        Those of the alignment.
    """
    votes = Counter(n - own for n, own in zip(aligned, chain.own, strict=True) if n is not None)
    if not votes:
        return tuple(aligned)
    placed = [at for at, number in enumerate(aligned) if number is not None]
    numbered = list(aligned)
    for stretch in sorted(stretches(chain.own, breaks), key=len, reverse=True):
        inside = range(max(stretch.start, placed[0]), min(stretch.stop, placed[-1] + 1))
        place = inside or stretch
        for numbers in _ways(aligned, place, chain, reference, votes, costs):
            if _in_order(numbered, place, numbers):
                numbered[place.start : place.stop] = numbers
                break
    return _without_guesses(numbered, chain, reference, stretches(chain.own, breaks))


def _without_guesses(
    numbered: Sequence[int | None], chain: Chain, reference: Reference, parts: Sequence[range]
) -> Numbers:
    """Without the numbers of a part that fits elsewhere as well, unless the file says where it is.

    It says so where it leaves numbers out for a loop and the shift is the same on the other side. A file that counts on
    over its gaps says nothing.
    """
    kept = list(numbered)
    counted = stretches(chain.own)
    shifts_of = [{n - chain.own[at] for at in run if (n := numbered[at]) is not None} for run in counted]
    for part in parts:
        placed = [(at, number) for at in part if (number := numbered[at]) is not None]
        here = {number - chain.own[at] for at, number in placed}
        elsewhere = (shifts for run, shifts in zip(counted, shifts_of, strict=True) if part.start not in run)
        if len(here) != 1 or any(here & shifts for shifts in elsewhere):
            continue
        low = max((n for n in numbered[: part.start] if n is not None), default=reference.first - 1) + 1
        past = min(
            (n for n in numbered[part.stop :] if n is not None), default=reference.first + len(reference.letters)
        )
        letters = "".join(chain.letters[at] for at, _ in placed)
        if _n_places(letters, range(low, past - len(letters) + 1), placed[0][1], reference) > 1:
            for at, _ in placed:
                kept[at] = None
    return tuple(kept)


def _n_places(letters: str, firsts: Collection[int], chosen: int, reference: Reference) -> int:
    """How many numbers the first of some residues may have, each fitting as well as the chosen one."""

    def misfits(first: int) -> int:
        return sum(letter != reference.letter_at(first + at) for at, letter in enumerate(letters))

    allowed = misfits(chosen)
    return sum(misfits(first) <= allowed for first in firsts)


def _ways(
    aligned: Sequence[int | None],
    place: range,
    chain: Chain,
    reference: Reference,
    votes: Counter[int],
    costs: Costs,
) -> Iterator[Numbers]:
    """Ways to number a stretch, the best first: by one of the shifts that the chain has, or as it was aligned."""
    own = Counter(number - chain.own[at] for at in place if (number := aligned[at]) is not None)
    usual = votes.most_common(1)[0][0]
    letters = chain.letters[place.start : place.stop]
    shifted = {shift: tuple(chain.own[at] + shift for at in place) for shift in votes}
    if not own:  # what the alignment left out at an end is a tag unless every residue agrees
        fitting = [n for n in shifted.values() if all(map(_agrees, letters, map(reference.letter_at, n)))]
        yield from sorted(fitting, key=lambda n: n != shifted[usual])
        return
    scores = {numbers: _score(letters, numbers, reference, costs) for numbers in shifted.values()}
    elsewhere = votes - own
    ranked = sorted(shifted, key=lambda s: (scores[shifted[s]], s == usual, elsewhere[s], own[s]), reverse=True)
    given = tuple(aligned[place.start : place.stop])
    floor = _score(letters, given, reference, costs) + costs.open_gap * _changes(given)
    yield from (shifted[shift] for shift in ranked if scores[shifted[shift]] >= floor)
    yield given


def _agrees(letter: str, known: str) -> bool:
    return letter == known != "X"


def _score(letters: str, numbers: Numbers, reference: Reference, costs: Costs) -> float:
    """What the alignment would give for these pairs, gaps aside."""
    total = 0.0
    for letter, number in zip(letters, numbers, strict=True):
        known = "X" if number is None else reference.letter_at(number)
        if "X" not in (letter, known):
            total += costs.match if letter == known else costs.mismatch
    return total


def _changes(numbers: Numbers) -> int:
    """How often numbers do not follow each other."""
    return sum(
        (before is None) != (after is None) or (before is not None and after is not None and after - before != 1)
        for before, after in pairwise(numbers)
    )


def _in_order(numbered: Sequence[int | None], place: range, numbers: Numbers) -> bool:
    """Whether numbers put into a place leave those around them ascending."""
    own = [number for number in numbers if number is not None]
    if not own:
        return True
    before = max((n for n in numbered[: place.start] if n is not None), default=own[0] - 1)
    after = min((n for n in numbered[place.stop :] if n is not None), default=own[-1] + 1)
    return before < own[0] and own[-1] < after and all(a < b for a, b in pairwise(own))
