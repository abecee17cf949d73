"""Residues of a protein chain under clinical numbers, tags left out, where the kinase is known."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
from openmm.app import Residue

from trkstruct.errors import StructureError
from trkstruct.kinase.kinases import Kinase, residue_at
from trkstruct.kinase.recognition import identify_kinase
from trkstruct.residues import ResidueId
from trkstruct.structure.atom_names import heavy_atom_names
from trkstruct.structure.bonds import with_bonds
from trkstruct.structure.complex import Complex, protein_sequence, residue_id
from trkstruct.structure.dfg import DfgConformation, measure_conformation
from trkstruct.structure.topology import NewAtom, NewResidue, as_it_is, assembled, rebuilt, source_indices

TAG_RUN: Final = 5  # residues in a row that must match the sequence before a terminus counts as kinase and not as tag
DEFAULT_CHAIN: Final = "A"


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
    letters = protein_sequence(complex_)
    return match_letters({each: letter for each, letter in letters.items() if chain in (None, each.chain)})


def match_letters(letters: Mapping[ResidueId, str]) -> ChainMatch | None:
    """As `recognise_kinase`, from the one-letter codes of a chain in order; ``X`` stands for anything unusual."""
    found = identify_kinase("".join(letters.values()), [identity.number for identity in letters])
    if found is None:
        return None
    pairs = zip(letters, found.numbers, strict=True)
    return ChainMatch(found.kinase, {identity: number for identity, number in pairs if number is not None})


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


@dataclass(frozen=True)
class Renumbered:
    """A chain under the numbers of its kinase, and what that changed.

    Attributes
    ----------
    complex : Complex
    match : ChainMatch or None
        Of that complex; None for no known kinase.
    shifts : tuple of int
        What takes the file's numbers to the clinical ones, each once; of several, only a TRK kinase is renumbered.
    tags : tuple of str
        Residues left out, such as ``G497`` in the file's number.
    differences : tuple of str
        Where a TRK kinase is not the wild type, such as ``G595R``.
    """

    complex: Complex
    match: ChainMatch | None
    shifts: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()


def number_clinically(complex_: Complex, match: ChainMatch | None) -> Renumbered:
    """The TRK kinase's own residues as one chain in clinical numbering, tags and caps dropped.

    Raises
    ------
    StructureError
        When the sequence is no TRK kinase domain.
    """
    sequence = protein_sequence(complex_)
    if match is None or not match.kinase.is_trk:
        found = "no known kinase" if match is None else match.kinase.name
        raise StructureError(f"The chain in {complex_.source} is {found}, not TRKA, TRKB or TRKC.")
    kinase = match.kinase
    numbers = _without_tags(kinase, list(sequence.values()), [match.numbers.get(each) for each in sequence])
    number_of = {identity: number for identity, number in zip(sequence, numbers, strict=True) if number is not None}
    made = [
        NewResidue(residue.name, chain_of(complex_), str(number), "", _heavy_atoms(residue))
        for residue in complex_.topology.residues()
        if (number := number_of.get(residue_id(residue))) is not None
    ]
    positions = complex_.positions[np.array(source_indices(made))]
    numbered = Complex(with_bonds(assembled(made), positions), positions, None, complex_.source, complex_.notes)
    return Renumbered(
        numbered,
        clinical_match(numbered, kinase),
        _shifts(number_of),
        tuple(f"{letter}{identity.number}" for identity, letter in sequence.items() if identity not in number_of),
        tuple(
            f"{residue_at(kinase, number)}{number}{sequence[identity]}"
            for identity, number in number_of.items()
            if residue_at(kinase, number) != sequence[identity]
        ),
    )


def number_by_shift(complex_: Complex, match: ChainMatch) -> Renumbered:
    """The same atoms with every residue number moved by the one shift that takes the pocket to clinical numbers.

    For kinases known by their pocket only. Without one common shift the numbers stay.
    """
    own = [identity for identity in protein_sequence(complex_) if identity in match.numbers]
    shifts = _shifts({identity: match.numbers[identity] for identity in own})
    if len(shifts) != 1 or shifts == (0,):
        return Renumbered(complex_, match, shifts)

    def moved(residue: Residue) -> NewResidue:
        return replace(as_it_is(residue), number=str(int(residue.id) + shifts[0]))

    topology = rebuilt(complex_.topology, residue=moved)
    numbers = {replace(each, number=each.number + shifts[0]): number for each, number in match.numbers.items()}
    return Renumbered(replace(complex_, topology=topology), replace(match, numbers=numbers), shifts)


def _shifts(numbers: Mapping[ResidueId, int]) -> tuple[int, ...]:
    """Clinical numbers less the file's, each difference once, sorted."""
    return tuple(sorted({number - identity.number for identity, number in numbers.items()}))


def _heavy_atoms(residue: Residue) -> tuple[NewAtom, ...]:
    return tuple(atom for atom in as_it_is(residue).atoms if atom.name in heavy_atom_names(residue.name))


def _without_tags(kinase: Kinase, letters: Sequence[str], numbers: Sequence[int | None]) -> list[int | None]:
    """Numbers, None for what lies before the first or after the last run of five that agree with the kinase."""
    agree = [
        number is not None and residue_at(kinase, number) == letter
        for letter, number in zip(letters, numbers, strict=True)
    ]
    runs = [i for i in range(len(agree) - TAG_RUN + 1) if all(agree[i : i + TAG_RUN])]
    inside = range(runs[0], runs[-1] + TAG_RUN)
    return [number if index in inside else None for index, number in enumerate(numbers)]
