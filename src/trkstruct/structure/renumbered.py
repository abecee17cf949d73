"""Residues of a protein chain under clinical numbers, where the kinase is known: by one shift, or one by one."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from string import ascii_uppercase
from typing import Final

import numpy as np
from openmm.app import Residue, Topology

from trkstruct.errors import InputError, StructureError
from trkstruct.kinase.kinases import Kinase, residue_at
from trkstruct.residues import ResidueId
from trkstruct.structure.atom_names import heavy_atom_names
from trkstruct.structure.bonds import with_bonds
from trkstruct.structure.complex import Complex, protein_sequence, residue_id
from trkstruct.structure.numbering import ChainMatch, chain_of, clinical_match
from trkstruct.structure.topology import NewAtom, NewResidue, as_it_is, assembled, rebuilt, source_indices

TAG_RUN: Final = 5  # residues in a row that must match the sequence before a terminus counts as kinase and not as tag


@dataclass(frozen=True)
class Renumbered:
    """A chain under the numbers of its kinase, and what that changed.

    Attributes
    ----------
    complex : Complex
    match : ChainMatch or None
        Of that complex; None for no known kinase.
    shifts : tuple of int
        What takes the file's numbers to the clinical ones, each once; with several, each residue took its own.
    tags : tuple of str
        Residues left out at the ends, such as ``G497`` in the file's number.
    unplaced : tuple of str
        Residues left out between others, which the kinase has not or which fit it in several places.
    inserted : tuple of str
        Residues that the kinase has not, or whose place in it nothing tells, such as ``770A``, under an insertion code
        after the one before them.
    differences : tuple of str
        Where the chain is not the wild type, such as ``G595R``.
    """

    complex: Complex
    match: ChainMatch | None
    shifts: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    unplaced: tuple[str, ...] = ()
    inserted: tuple[str, ...] = ()
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
    mutated = differences(complex_, ChainMatch(kinase, number_of))
    tags, unplaced = _left_out(sequence, number_of)
    match = clinical_match(numbered, kinase)
    return Renumbered(numbered, match, _shifts(number_of), tags, unplaced, differences=mutated)


def number_by_match(complex_: Complex, match: ChainMatch) -> Renumbered:
    """The same atoms under clinical numbers, with whatever the kinase does not have beside them.

    Where one shift takes every number to the clinical one, all residues are moved by it, tags and further domains too.
    Otherwise each residue gets the number that it has by alignment. One that has none gets an insertion code after the
    residue before it: a number would be that of another residue, unless one shift holds on both sides. At the end of a
    chain it counts on. A stretch of more than 26 of those keeps the whole chain under the file's numbers.
    """
    own = [identity for identity in protein_sequence(complex_) if identity in match.numbers]
    shifts = _shifts({identity: match.numbers[identity] for identity in own})
    found = differences(complex_, match)
    new = _moved(complex_, shifts[0]) if len(shifts) == 1 else _counted(complex_, match)
    if new is None or shifts == (0,):
        return Renumbered(complex_, match, shifts, differences=found)
    numbered = replace(complex_, topology=_with_identities(complex_, new))
    numbers = {new[each]: number for each, number in match.numbers.items() if each in new}
    codes = (new[each] for each in protein_sequence(complex_) if new[each].insertion_code != each.insertion_code)
    inserted = tuple(f"{each.number}{each.insertion_code}" for each in codes if each.insertion_code)
    return Renumbered(numbered, replace(match, numbers=numbers), shifts, inserted=inserted, differences=found)


def differences(complex_: Complex, match: ChainMatch) -> tuple[str, ...]:
    """``T315I``: where a chain is not its kinase's wild type, in clinical numbers; tags and what is not known aside."""
    sequence = protein_sequence(complex_)
    letters = [sequence[identity] for identity in sequence]
    numbers = [match.numbers.get(identity) for identity in sequence]
    numbers = _without_tags(match.kinase, letters, numbers)
    pairs = [(number, letter) for number, letter in zip(numbers, letters, strict=True) if number is not None]
    known = {number: _wild_type(match.kinase, number) for number, _ in pairs}
    return tuple(f"{known[n]}{n}{letter}" for n, letter in pairs if known[n] not in ("", letter) and letter != "X")


def _left_out(
    sequence: Mapping[ResidueId, str], kept: Collection[ResidueId]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """``G497``: residues that are not kept, those at the ends and those between others."""
    places = [place for place, identity in enumerate(sequence) if identity in kept]
    inside = range(places[0], places[-1])
    out = [(place, f"{sequence[each]}{each.number}") for place, each in enumerate(sequence) if each not in kept]
    return tuple(name for place, name in out if place not in inside), tuple(n for place, n in out if place in inside)


def _wild_type(kinase: Kinase, number: int) -> str:
    """The amino acid of a residue; empty where it is not known."""
    try:
        return residue_at(kinase, number)
    except InputError:
        return ""


def _moved(complex_: Complex, shift: int) -> dict[ResidueId, ResidueId]:
    """Every residue under its number plus a shift."""
    every = [residue_id(residue) for residue in complex_.topology.residues()]
    return {each: replace(each, number=each.number + shift) for each in every}


def _counted(complex_: Complex, match: ChainMatch) -> dict[ResidueId, ResidueId] | None:
    """Every residue under the number that its match has; None where insertion codes do not suffice."""
    new: dict[ResidueId, ResidueId] = {}
    for chain in complex_.topology.chains():
        residues = [residue_id(residue) for residue in chain.residues()]
        try:
            new |= dict(zip(residues, _chain_counted(residues, match.numbers), strict=True))
        except IndexError:  # the alphabet of insertion codes has an end
            return None
    return new


def _chain_counted(residues: Sequence[ResidueId], numbers: Mapping[ResidueId, int]) -> Iterator[ResidueId]:
    """New identities of a chain's residues, ascending; those of a chain that has no number stay."""
    placed = [at for at, identity in enumerate(residues) if identity in numbers]
    if not placed:
        yield from residues
        return
    yield from _before(residues[: placed[0]], residues[placed[0]], numbers)
    last, shift = residues[placed[0]], 0
    for at in range(placed[0], len(residues)):
        identity = residues[at]
        if identity in numbers:
            last, shift = ResidueId(identity.chain, numbers[identity]), numbers[identity] - identity.number
        else:
            following = next((residues[later] for later in placed if later > at), None)
            if following is None:
                last = ResidueId(last.chain, max(identity.number + shift, last.number + 1))
            else:
                holds = numbers[following] - following.number == shift
                last = _between(last, identity.number + shift if holds else None, numbers[following])
        yield last


def _before(residues: Sequence[ResidueId], first: ResidueId, numbers: Mapping[ResidueId, int]) -> tuple[ResidueId, ...]:
    """What precedes the first residue with a number: by its shift, or counted down where that is out of order."""
    shift = numbers[first] - first.number
    moved = tuple(replace(each, number=each.number + shift) for each in residues)
    if all(a < b for a, b in pairwise([*moved, ResidueId(first.chain, numbers[first])])):
        return moved
    return tuple(ResidueId(first.chain, numbers[first] - k) for k in range(len(residues), 0, -1))


def _between(before: ResidueId, number: int | None, following: int) -> ResidueId:
    """The residue of a number where there is one and it is free, else an insertion code."""
    if number is not None and before.number < number < following:
        return ResidueId(before.chain, number)
    used = before.insertion_code
    return replace(before, insertion_code=ascii_uppercase[ascii_uppercase.index(used) + 1 if used else 0])


def _with_identities(complex_: Complex, new: Mapping[ResidueId, ResidueId]) -> Topology:
    def renamed(residue: Residue) -> NewResidue:
        to = new[residue_id(residue)]
        return replace(as_it_is(residue), number=str(to.number), insertion_code=to.insertion_code)

    return rebuilt(complex_.topology, residue=renamed)


def _heavy_atoms(residue: Residue) -> tuple[NewAtom, ...]:
    return tuple(atom for atom in as_it_is(residue).atoms if atom.name in heavy_atom_names(residue.name))


def _shifts(numbers: Mapping[ResidueId, int]) -> tuple[int, ...]:
    """Clinical numbers less the file's, each difference once, sorted."""
    return tuple(sorted({number - identity.number for identity, number in numbers.items()}))


def _without_tags(kinase: Kinase, letters: Sequence[str], numbers: Sequence[int | None]) -> list[int | None]:
    """Numbers, None for what lies before the first or after the last run of five that agree with the kinase."""
    agree = [
        number is not None and _wild_type(kinase, number) == letter
        for letter, number in zip(letters, numbers, strict=True)
    ]
    runs = [i for i in range(len(agree) - TAG_RUN + 1) if all(agree[i : i + TAG_RUN])]
    inside = range(runs[0], runs[-1] + TAG_RUN) if runs else range(0)
    return [number if index in inside else None for index, number in enumerate(numbers)]
