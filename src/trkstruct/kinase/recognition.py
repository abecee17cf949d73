"""Which kinase a protein sequence is, and what its residues are called in clinical numbering."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from trkstruct.kinase.candidates import likely_kinases
from trkstruct.kinase.kinases import Kinase, kinases
from trkstruct.kinase.relatives import relatives
from trkstruct.kinase.shipped_kinases import shipped_kinases
from trkstruct.kinase.stretches import Chain, Costs, Reference, by_stretches

MIN_IDENTITY: Final = 0.90  # SRC and YES1, the closest pair, share just less; of two that both fit the better is taken
MIN_COMPARED: Final = 40  # fewer residues than half the KLIFS pocket (85) do not tell one TRK kinase from another

# Alphabet-free scores: an unknown residue (X) neither gains nor loses; a gap costs as much as three mismatches.
_MATCH, _MISMATCH, _UNKNOWN, _OPEN_GAP, _EXTEND_GAP = 5.0, -4.0, 0.0, -12.0, -0.2
_COSTS: Final = Costs(_MATCH, _MISMATCH, _OPEN_GAP)
_LETTERS: Final = "ARNDCQEGHILKMFPSTWYVX"


@dataclass(frozen=True)
class KinaseMatch:
    """A sequence recognised as a kinase.

    Attributes
    ----------
    kinase : Kinase
    numbers : tuple of int or None
        Clinical number of each residue of the sequence; None for tags and outside the known kinase domain.
    identity : float
        Share of the compared residues that agree, 0..1.
    compared : int
        Number of residues that could be compared.
    """

    kinase: Kinase
    numbers: tuple[int | None, ...]
    identity: float
    compared: int


def identify_kinase(
    sequence: str, numbers: Sequence[int] | None = None, breaks: Collection[int] = ()
) -> KinaseMatch | None:
    """The kinase that a chain holds, recognised by aligning its sequence; None when it is none of the known ones.

    Mutants are recognised (a few differences do not matter), as are chains with missing loops, tags or further domains.
    A close relative that nothing is known of here (as ABL2 of ABL1) is none, and neither is a part that fits two alike.

    Parameters
    ----------
    sequence : str
        One-letter codes of the residues present, ``X`` for anything unusual; gaps are simply left out.
    numbers : sequence of int, optional
        The chain's own residue numbers. They decide on which side of a missing loop a residue belongs.
    breaks : collection of int
        Indices of residues that no peptide bond joins to the one before; they decide it too.

    Raises
    ------
    ValueError
        When ``numbers`` and ``sequence`` differ in length.
    """
    best = _best(sequence, numbers, breaks)
    return best if best is not None and best.kinase not in relatives() else None


def identify_relative(sequence: str) -> Kinase | None:
    """The close relative of a kinase known here that a chain holds, itself not known here; None for anything else."""
    best = _best(sequence, None, ())
    return best.kinase if best is not None and best.kinase in relatives() else None


def _best(sequence: str, numbers: Sequence[int] | None, breaks: Collection[int]) -> KinaseMatch | None:
    """What fits a chain best, a kinase known here or a relative; None where nothing fits, or two as well."""
    if numbers is not None and len(numbers) != len(sequence):
        raise ValueError(f"{len(numbers)} residue numbers were given for {len(sequence)} residues.")
    cleaned = "".join(letter if letter in _LETTERS else "X" for letter in sequence.upper())
    if len(cleaned) < MIN_COMPARED:
        return None
    chain = Chain(cleaned, range(len(cleaned)) if numbers is None else numbers)
    likely = likely_kinases(cleaned, (*kinases(), *relatives()))
    matches = [_match(kinase, chain, None if numbers is None and not breaks else breaks) for kinase in likely]
    fitting = [match for match in matches if match.compared >= MIN_COMPARED and match.identity >= MIN_IDENTITY]
    best = [one for one in fitting if all(_fits_better(one, other, cleaned) for other in fitting if other is not one)]
    return best[0] if best else None


def _fits_better(one: KinaseMatch, other: KinaseMatch, letters: str) -> bool:
    """Whether more residues agree where both are aligned: what one sequence has more at its ends decides nothing."""
    both = [at for at in range(len(letters)) if one.numbers[at] is not None and other.numbers[at] is not None]
    where = both if len(both) >= MIN_COMPARED else range(len(letters))
    more = _agreeing(one, letters, where) - _agreeing(other, letters, where)
    described = other.kinase in relatives() and one.kinase not in (*shipped_kinases(), *relatives())
    return more > 0 or (more == 0 and described)  # a user may describe what is here only a relative


def _agreeing(match: KinaseMatch, letters: str, where: Iterable[int]) -> int:
    known = Reference(match.kinase.first_number, match.kinase.sequence)
    numbers = ((at, match.numbers[at]) for at in where)
    return sum(number is not None and known.letter_at(number) == letters[at] for at, number in numbers)


def compare_with(kinase: Kinase, sequence: str) -> KinaseMatch:
    """A sequence, one-letter codes, aligned with one kinase, whether it is that kinase or not."""
    return _match(kinase, Chain(sequence, range(len(sequence))), None)


def _match(kinase: Kinase, chain: Chain, breaks: Collection[int] | None) -> KinaseMatch:
    """The chain aligned with one kinase; with breaks, even none of them, its stretches decide on the ends of loops."""
    reference = Reference(kinase.first_number, kinase.sequence)
    aligned: list[int | None] = [None] * len(chain.letters)
    for start, query_start, length in _align(reference.letters, chain.letters):
        begin = reference.first + start
        aligned[query_start : query_start + length] = range(begin, begin + length)
    numbers = tuple(aligned) if breaks is None else by_stretches(aligned, chain, reference, breaks, _COSTS)
    pairs = [(reference.letter_at(n), chain.letters[at]) for at, n in enumerate(numbers) if n is not None]
    compared = [expected == found for expected, found in pairs if expected not in ("", "X")]
    return KinaseMatch(kinase, numbers, sum(compared) / max(len(compared), 1), len(compared))


def _align(reference: str, sequence: str) -> list[tuple[int, int, int]]:
    """Ungapped blocks of the best local alignment: start in the reference, start in the sequence, length."""
    import numpy as np
    from Bio.Align import PairwiseAligner
    from Bio.Align.substitution_matrices import Array

    size = len(_LETTERS)
    scores = np.full((size, size), _MISMATCH)
    np.fill_diagonal(scores, _MATCH)
    scores[-1, :] = scores[:, -1] = _UNKNOWN
    aligner = PairwiseAligner(mode="local", open_gap_score=_OPEN_GAP, extend_gap_score=_EXTEND_GAP)
    aligner.substitution_matrix = Array(_LETTERS, dims=2, data=scores)
    best = next(iter(aligner.align(reference, sequence)), None)  # none at all when nothing matches
    blocks = zip(*best.aligned, strict=True) if best is not None else ()
    return [(int(start), int(query_start), int(end - start)) for (start, end), (query_start, _) in blocks]
