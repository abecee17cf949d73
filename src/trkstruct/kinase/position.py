"""One residue of a kinase, without a change: ``G595``, ``NTRK1 G595``, ``595`` of a kinase that is named."""

import re
from dataclasses import dataclass, field

from trkstruct.errors import MutationError
from trkstruct.kinase.kinases import Kinase, PocketResidue, residue_at
from trkstruct.kinase.mutation import amino_acid, split_kinase
from trkstruct.kinase.substitution import Substitution, find_kinase, in_clinical_numbering

_RESIDUE = re.compile(
    r"(?:p\.)?(?P<letter>[a-z]{3}|[a-z])?(?P<number>[0-9]{1,5})",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True)
class Position:
    """A residue of a kinase; ``str()`` gives ``G595``.

    Attributes
    ----------
    kinase : Kinase
    residue : PocketResidue
        Its amino acid and clinical number, in the pocket or not.
    notes : tuple of str
        What was read in another numbering scheme, could mean something else or was not checked.
    """

    kinase: Kinase
    residue: PocketResidue
    notes: tuple[str, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        """``G595``."""
        return str(self.residue)


def is_position(text: str) -> bool:
    """Whether a text names a residue and no change: ``G595``, ``NTRK1 Gly595``, ``595``."""
    return _RESIDUE.fullmatch(split_kinase(text)[1]) is not None


def parse_position(text: str, kinase: Kinase | None = None) -> Position:
    """Read a residue, whose kinase the text names, or the argument, or the amino acid decides, as for a mutation.

    Raises
    ------
    MutationError
        When it is no residue, or not one of that kinase, or of no one kinase.
    InputError
        When a number without an amino acid lies outside what is known of the kinase.
    """
    named, rest = split_kinase(text)
    match = _RESIDUE.fullmatch(rest)
    if match is None:
        raise MutationError(f"{text!r} is not a residue; write G595, NTRK1:G595, or 595 with the kinase named.")
    if named and kinase and named != kinase:
        raise MutationError(f"{text!r} is a residue of {named.gene}, but {kinase.name} ({kinase.gene}) was asked for.")
    target, number = named or kinase, int(match["number"])
    if match["letter"]:
        return _with_letter(target, Substitution(amino_acid(match["letter"], text), number, ""))
    if target is None:
        raise MutationError(f"{text!r} is a number alone: name the kinase, as in NTRK1:{number}.")
    return Position(target, PocketResidue(residue_at(target, number), number))


def _with_letter(kinase: Kinase | None, written: Substitution) -> Position:
    """A residue whose amino acid is given, checked against the kinase in each numbering, or found by it."""
    if kinase is None:
        found, notes = find_kinase([written])
        return Position(found, PocketResidue(written.wild_type, written.number), notes)
    (clinical,), notes = in_clinical_numbering(kinase, [written])
    return Position(kinase, PocketResidue(clinical.wild_type, clinical.number), notes)
