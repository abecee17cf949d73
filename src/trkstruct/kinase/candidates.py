"""Which kinases are worth aligning with a chain: those that share most short words with it."""

from collections.abc import Collection
from functools import lru_cache
from typing import Final

from trkstruct.kinase.kinases import Kinase

ALIGNED: Final = 4  # the kinase itself and its closest relatives; an alignment takes 5 ms, counting all words 0.2 ms
_WORD: Final = 3  # letters: of 40 residues with four changes at least 26 words are left, of unrelated ones two or three


def likely_kinases(letters: str, known: Collection[Kinase]) -> tuple[Kinase, ...]:
    """The kinases that a chain may be, in the order given: at least four, with all that share as many words.

    A chain of a kinase shares more three-letter words with it than with any other, whatever loops are missing.

    Parameters
    ----------
    letters : str
        The chain, one-letter codes.
    known : collection of Kinase
    """
    words = _words(letters)
    shared = {kinase: len(words & _words(kinase.sequence)) for kinase in known}
    least = sorted(shared.values(), reverse=True)[:ALIGNED][-1]
    return tuple(kinase for kinase in known if shared[kinase] >= least)


@lru_cache(maxsize=256)
def _words(letters: str) -> frozenset[str]:
    found = (letters[at : at + _WORD] for at in range(len(letters) - _WORD + 1))
    return frozenset(word for word in found if "X" not in word)
