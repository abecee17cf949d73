"""From a mutation to the residues of a structure that it replaces, whatever numbers the file has."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from trkstruct.errors import InputError, MutationError, OffTargetError, StructureError
from trkstruct.kinase.kinases import Kinase, residue_at
from trkstruct.kinase.mutation import Mutation, parse_mutation
from trkstruct.kinase.substitution import Substitution
from trkstruct.residues import ONE_TO_THREE, ResidueId
from trkstruct.structure.complex import Complex, protein_sequence
from trkstruct.structure.numbering import ChainMatch

NUMBERING_OFFSETS: Final = (16, -16, 6, -6, 19, -19)
"""TRKB Q16620-1 against its 838-residue isoform; TrkA-I against P04629-1; ABL1 isoform IB against IA (P00519)."""


@dataclass(frozen=True)
class Change:
    """One residue and the amino acid (three letters) it becomes."""

    residue: ResidueId
    to: str


def changes_in(
    complex_: Complex, mutation: Mutation, match: ChainMatch | None, chain: str | None = None
) -> tuple[Change, ...]:
    """The residues of a structure that a mutation replaces, in the order of its substitutions.

    Numbers are clinical ones where the kinase was recognised. The file's own count where it was not, and where the
    clinical ones do not lead to the wild type's amino acids but the file's do. A mutation is never read half in one
    numbering and half in another.

    Parameters
    ----------
    complex_ : Complex
    mutation : Mutation
        Its own chain, where it names one, goes before ``chain``.
    match : ChainMatch or None
        Of ``recognise_kinase``.
    chain : str, optional
        Protein chain; by default any.

    Raises
    ------
    MutationError
        When another amino acid is there; the message names places where other numberings would find the right one.
    StructureError
        When there is no such chain or residue.
    """
    letters = protein_sequence(complex_)
    own = _own_numbers(complex_, letters, mutation.chain or chain)
    clinical = _clinical_numbers(own, match)
    for residues in (clinical, own):
        places = [residues.get(each.number) for each in mutation.substitutions]
        pairs = list(zip(places, mutation.substitutions, strict=True))
        if all(place is not None and letters[place] == each.wild_type for place, each in pairs):
            return tuple(Change(place, each.mutant_name) for place, each in pairs if place is not None)
    raise _misfit(complex_, letters, clinical, mutation, match)


def read_mutation(
    text: str,
    complex_: Complex,
    match: ChainMatch | None,
    *,
    chain: str | None = None,
    kinase: Kinase | None = None,
) -> tuple[Mutation, tuple[Change, ...]]:
    """A mutation as it was written for a structure, in clinical numbers where its kinase is known, and its residues.

    Parameters
    ----------
    text : str
        As for ``parse_mutation``.
    complex_, match, chain
        As for ``changes_in``.
    kinase : Kinase, optional
        What the protein is said to be, where it was not recognised.

    Raises
    ------
    MutationError
        When the text is no substitution, or the structure has another amino acid there.
    StructureError
        When there is no such chain or residue.
    """
    kinase = match.kinase if match else kinase
    try:
        mutation = parse_mutation(text, kinase, generic=True)
    except OffTargetError:
        raise
    except MutationError as misfit:
        written = parse_mutation(text, generic=True)
        if written.kinase is not None:
            raise
        return _read_in_structure(written, complex_, match, chain, misfit)
    return _in_clinical_numbers(mutation, complex_, match, changes_in(complex_, mutation, match, chain))


def place_notes(
    complex_: Complex, mutation: Mutation, match: ChainMatch | None, changes: tuple[Change, ...]
) -> tuple[str, ...]:
    """``T315I is A:THR334 in abl.pdb (ABL1, shift 19).`` for each residue that the file numbers otherwise.

    Where the file's own number leads to such an amino acid too, that other residue is named with its clinical number.
    """
    if match is None or not changes:
        return ()
    letters = protein_sequence(complex_)
    own = _own_numbers(complex_, letters, changes[0].residue.chain)
    number_of = {identity: number for number, identity in _clinical_numbers(own, match).items()}
    notes = []
    for each, change in zip(mutation.substitutions, changes, strict=True):
        rival = own.get(each.number)
        if rival == change.residue:
            continue
        place = f"{each} is {_label(change.residue, each.wild_type)} in {complex_.source}"
        beside = ""
        if rival is not None and letters[rival] == each.wild_type:
            clinical = f"clinical {letters[rival]}{number_of[rival]}" if rival in number_of else "no residue of it"
            beside = f" ({_label(rival, letters[rival])} of the file is {clinical})"
        notes.append(f"{place} ({match.kinase.name}, shift {change.residue.number - each.number}){beside}.")
    return tuple(notes)


def _label(residue: ResidueId, letter: str) -> str:
    """``A:THR334``."""
    return f"{residue.chain}:{ONE_TO_THREE[letter]}{residue.number}{residue.insertion_code}"


def _read_in_structure(
    written: Mutation, complex_: Complex, match: ChainMatch | None, chain: str | None, misfit: MutationError
) -> tuple[Mutation, tuple[Change, ...]]:
    """A mutation that its kinase's sequence does not have: a mutant's crystal may, or the file's own numbers."""
    try:
        changes = changes_in(complex_, written, match, chain)
    except InputError as error:
        raise type(error)(f"{error} {misfit}") from None
    return _in_clinical_numbers(written, complex_, match, changes)


def _in_clinical_numbers(
    mutation: Mutation, complex_: Complex, match: ChainMatch | None, changes: tuple[Change, ...]
) -> tuple[Mutation, tuple[Change, ...]]:
    """The mutation named by the clinical numbers of the residues that it was found to replace."""
    if match is None or not changes:
        return mutation, changes
    own = _own_numbers(complex_, protein_sequence(complex_), changes[0].residue.chain)
    number_of = {identity: number for number, identity in _clinical_numbers(own, match).items()}
    pairs = zip(mutation.substitutions, changes, strict=True)
    substitutions = tuple(replace(s, number=number_of.get(c.residue, s.number)) for s, c in pairs)
    if substitutions == mutation.substitutions:
        return replace(mutation, kinase=match.kinase), changes
    clinical = replace(mutation, kinase=match.kinase, substitutions=substitutions)
    note = f"{mutation} is read in the file's own numbers; in clinical numbers of {match.kinase.name} it is {clinical}."
    return replace(clinical, notes=(note,)), changes


def _own_numbers(complex_: Complex, letters: Mapping[ResidueId, str], chain: str | None) -> dict[int, ResidueId]:
    """Residues by the file's numbers; of those that differ in the insertion code only, the one without.

    Raises
    ------
    StructureError
        When there is no such chain.
    """
    found = [identity for identity in letters if chain in (None, identity.chain)]
    if not found:
        chains = ", ".join(dict.fromkeys(identity.chain for identity in letters))
        raise StructureError(f"{complex_.source} has no protein chain {chain!r}; it has {chains or 'no protein'}.")
    residues: dict[int, ResidueId] = {}
    for identity in sorted(found, key=lambda each: each.insertion_code):
        residues.setdefault(identity.number, identity)
    return residues


def _clinical_numbers(own: Mapping[int, ResidueId], match: ChainMatch | None) -> dict[int, ResidueId]:
    """Residues by clinical numbers; beyond the known part of a kinase its one shift is carried on."""
    if match is None:
        return dict(own)
    chains = {identity.chain for identity in own.values()}
    known = {number: each for each, number in match.numbers.items() if each.chain in chains}
    shifts = {number - identity.number for number, identity in known.items()}
    shift = shifts.pop() if len(shifts) == 1 else 0
    beyond = {number + shift: each for number, each in own.items() if each not in match.numbers}
    return {**beyond, **known}


def _misfit(
    complex_: Complex,
    letters: Mapping[ResidueId, str],
    residues: Mapping[int, ResidueId],
    mutation: Mutation,
    match: ChainMatch | None,
) -> InputError:
    """What is where the first misfitting substitution should be, and what to do."""
    each = next(
        each
        for each in mutation.substitutions
        if each.number not in residues or letters[residues[each.number]] != each.wild_type
    )
    hint = _other_places(each, letters, residues)
    if each.number not in residues:
        return StructureError(
            f"{complex_.source} has no residue {each.number}, which {each} replaces ("
            f"{f'in {match.kinase.name} numbers ' if match else ''}{_around(each, letters, residues)}). "
            f"{hint or 'Not modelled in the structure, another chain, or another numbering?'}"
        )
    place = residues[each.number]
    found, of_kinase = letters[place], f" (residue {each.number} of {match.kinase.name})" if match else ""
    if found == each.mutant and not _is_wild_type(match, each.number, found):
        hint = "The structure carries this mutation already."
    return MutationError(
        f"{place}{of_kinase if place.number != each.number else ''} is {ONE_TO_THREE[found]} in {complex_.source}, "
        f"expected {each.wild_type_name} ({each}). "
        f"{hint or 'Check the kinase and its numbering; or does the structure carry a mutation?'}"
    )


def _is_wild_type(match: ChainMatch | None, number: int, letter: str) -> bool:
    """Whether the kinase is known to have that amino acid there: what has it carries no mutation."""
    try:
        return match is not None and residue_at(match.kinase, number) == letter
    except InputError:
        return False


def _around(substitution: Substitution, letters: Mapping[ResidueId, str], residues: Mapping[int, ResidueId]) -> str:
    """``it has 501-790, nearest modelled: GLY594 and ASP596``."""
    numbers = sorted(residues)
    near = [n for n in numbers if n < substitution.number][-1:] + [n for n in numbers if n > substitution.number][:1]
    names = " and ".join(f"{ONE_TO_THREE[letters[residues[n]]]}{n}" for n in near)
    return f"it has {numbers[0]}-{numbers[-1]}, nearest modelled: {names}"


def _other_places(
    substitution: Substitution, letters: Mapping[ResidueId, str], residues: Mapping[int, ResidueId]
) -> str:
    shifted = [substitution.number + offset for offset in NUMBERING_OFFSETS]
    fits = [n for n in shifted if n in residues and letters[residues[n]] == substitution.wild_type]
    where = " and ".join(f"{substitution.wild_type}{number}" for number in fits)
    return f"Another isoform's numbering? This structure has {where}." if fits else ""
