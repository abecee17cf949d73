"""Which kinase a protein chain is, and the clinical number of each of its residues."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import Final

import numpy as np

from trkstruct.errors import StructureError
from trkstruct.kinase.kinases import Kinase
from trkstruct.kinase.recognition import identify_kinase
from trkstruct.residues import MAIN_CHAIN_ATOMS, ResidueId
from trkstruct.structure.bonds import PEPTIDE_BOND_LIMIT_ANGSTROM
from trkstruct.structure.complex import Complex, protein_sequence, residue_id
from trkstruct.structure.dfg import DfgConformation, measure_conformation
from trkstruct.structure.topology import as_it_is, rebuilt
from trkstruct.units import FloatArray

DEFAULT_CHAIN: Final = "A"

NEIGHBOURS_ANGSTROM: Final = 4.5  # CA-CA of neighbours is 3.8 Å, 2.9 around a cis peptide; N-N 3.7 at most
JOINED: Final = (
    ("C", "N", PEPTIDE_BOND_LIMIT_ANGSTROM),
    ("CA", "CA", NEIGHBOURS_ANGSTROM),
    ("N", "N", NEIGHBOURS_ANGSTROM),
)
"""Atoms of a residue and the next, and how far apart they are at most where a peptide bond joins the two."""

PeptideEnds = Mapping[str, FloatArray]
"""Where N, CA and C of a residue lie, Å, as far as they are there."""


@dataclass(frozen=True)
class ChainMatch:
    """Which kinase a protein chain is: found once, where a file is read, and carried to whoever asks.

    Attributes
    ----------
    kinase : Kinase
    numbers : mapping of ResidueId to int
        Clinical number of each residue that has one: tags, and what lies outside the known domain, have none.
    """

    kinase: Kinase
    numbers: Mapping[ResidueId, int]


def recognise_kinase(complex_: Complex, chain: str | None = None) -> ChainMatch | None:
    """Which kinase the protein is, with the clinical numbers of its residues; None when it is not known here.

    Aligns the sequence with that of every kinase: for where a file enters. What is made of the file carries the match.
    With a chain, of several, only that one is looked at.
    """
    letters = {each: letter for each, letter in protein_sequence(complex_).items() if chain in (None, each.chain)}
    return match_letters(letters, _peptide_ends(complex_))


def match_letters(
    letters: Mapping[ResidueId, str], ends: Mapping[ResidueId, PeptideEnds] | None = None
) -> ChainMatch | None:
    """As `recognise_kinase`, from the one-letter codes of a chain in order; ``X`` stands for anything unusual.

    Where the backbone lies (Å) tells where the chain is broken, whatever its numbers say.
    """
    residues = list(letters)
    found = identify_kinase("".join(letters.values()), _counted(residues), _breaks(residues, ends or {}))
    if found is None:
        return None
    pairs = zip(letters, found.numbers, strict=True)
    return ChainMatch(found.kinase, {identity: number for identity, number in pairs if number is not None})


def _peptide_ends(complex_: Complex) -> dict[ResidueId, PeptideEnds]:
    """Where the backbone of every residue lies."""
    return {
        residue_id(residue): {
            a.name: complex_.positions[a.index] for a in residue.atoms() if a.name in MAIN_CHAIN_ATOMS
        }
        for residue in complex_.topology.residues()
    }


def _counted(residues: Sequence[ResidueId]) -> list[int]:
    """The numbers of a chain, one more after each residue that shares its number with the one before it."""
    inserted = accumulate((before.number == here.number for before, here in pairwise(residues)), initial=0)
    return [identity.number + more for identity, more in zip(residues, inserted, strict=False)]


def _breaks(residues: Sequence[ResidueId], ends: Mapping[ResidueId, PeptideEnds]) -> frozenset[int]:
    """Indices of residues that no peptide bond joins to the one before."""
    pairs = enumerate(pairwise(residues), start=1)
    return frozenset(at for at, (before, here) in pairs if _parted(ends.get(before, {}), ends.get(here, {})))


def _parted(before: PeptideEnds, here: PeptideEnds) -> bool:
    """Whether N lies apart from the carbonyl carbon before it, or what there is where one of them is missing."""
    for last, first, limit in JOINED:
        if last in before and first in here:
            return float(np.linalg.norm(before[last] - here[first])) > limit
    return False


def clinical_match(complex_: Complex, kinase: Kinase) -> ChainMatch:
    """The match of a chain known to be a kinase in clinical numbering, as shipped models are; nothing is aligned."""
    return ChainMatch(kinase, {identity: identity.number for identity in protein_sequence(complex_)})


def chain_of(complex_: Complex) -> str:
    """Identifier of the protein's first chain."""
    return str(next(iter(complex_.topology.chains())).id)


def under_one_letter(complex_: Complex, match: ChainMatch | None) -> tuple[Complex, ChainMatch | None]:
    """One protein chain under a name that every program's PDB files hold: its own, or ``A`` in place of a longer one.

    The match is carried along.
    """
    own = chain_of(complex_)
    if len(own) == 1 and own.strip():
        return complex_, match
    topology = rebuilt(complex_.topology, residue=lambda old: replace(as_it_is(old), chain=DEFAULT_CHAIN))
    renamed = replace(complex_, topology=topology)
    if match is None:
        return renamed, None
    numbers = {replace(identity, chain=DEFAULT_CHAIN): number for identity, number in match.numbers.items()}
    return renamed, ChainMatch(match.kinase, numbers)


def is_clinical(complex_: Complex, match: ChainMatch) -> bool:
    """Whether the file numbers its residues as trkstruct does (outside tags)."""
    return all(
        match.numbers.get(identity, identity.number) == identity.number for identity in protein_sequence(complex_)
    )


def with_built(match: ChainMatch, complex_: Complex, built: Collection[ResidueId]) -> ChainMatch:
    """The match with residues that were built since, each counted on from the one before it."""
    numbers = dict(match.numbers)
    for before, identity in pairwise(protein_sequence(complex_)):
        if identity not in numbers and identity in built and before in numbers:
            numbers[identity] = numbers[before] + identity.number - before.number
    return replace(match, numbers=numbers)


def conformation_of(complex_: Complex, match: ChainMatch | None) -> DfgConformation | None:
    """State of the DFG motif, whatever the numbering; None for no known kinase, or when an atom it needs is missing."""
    if match is None:
        return None
    own = [identity for identity in protein_sequence(complex_) if identity in match.numbers]
    residues = {match.numbers[identity]: identity for identity in own}
    try:
        return measure_conformation(complex_, match.kinase, residues=residues)
    except StructureError:
        return None
