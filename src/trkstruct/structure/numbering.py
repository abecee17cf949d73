"""Residues of a protein chain under clinical numbers, tags left out, where the kinase is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from openmm import app

from trkstruct.errors import StructureError
from trkstruct.kinase.kinases import Kinase, residue_at
from trkstruct.kinase.recognition import identify_kinase
from trkstruct.residues import ResidueId
from trkstruct.structure.atom_names import heavy_atom_names
from trkstruct.structure.bonds import with_bonds
from trkstruct.structure.complex import Complex, protein_sequence, residue_id
from trkstruct.structure.dfg import DfgConformation, measure_conformation
from trkstruct.structure.topology import bond_indices

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
    """Identifier of the protein's first chain; ``A`` in place of one that a PDB file cannot hold."""
    first = next(iter(complex_.topology.chains()))
    return first.id if len(first.id) == 1 and first.id.strip() else DEFAULT_CHAIN


def is_clinical(complex_: Complex, match: ChainMatch) -> bool:
    """Whether the file numbers its residues as trkstruct does (outside tags)."""
    return all(
        match.numbers.get(identity, identity.number) == identity.number for identity in protein_sequence(complex_)
    )


def conformation_of(complex_: Complex) -> DfgConformation | None:
    """State of the DFG motif, whatever the numbering; None for no known kinase, or when an atom it needs is missing."""
    match = recognise_kinase(complex_)
    if match is None:
        return None
    residues = {
        match.numbers[identity]: identity for identity in protein_sequence(complex_) if identity in match.numbers
    }
    try:
        return measure_conformation(complex_, match.kinase, residues=residues)
    except StructureError:
        return None


def number_clinically(complex_: Complex) -> tuple[Complex, Kinase, tuple[str, ...]]:
    """The TRK kinase's own residues as one chain in clinical numbering, tags and caps dropped; the kinase; and notes.

    Raises
    ------
    StructureError
        When the sequence is no TRK kinase domain.
    """
    sequence = protein_sequence(complex_)
    match = recognise_kinase(complex_)
    if match is None or not match.kinase.is_trk:
        found = "no known kinase" if match is None else match.kinase.name
        raise StructureError(f"The chain in {complex_.source} is {found}, not TRKA, TRKB or TRKC.")
    numbers = _without_tags(match.kinase, list(sequence.values()), [match.numbers.get(each) for each in sequence])
    number_of = dict(zip(sequence, numbers, strict=True))
    notes = _numbering_notes(match.kinase, sequence, number_of)
    topology, keep = app.Topology(), []
    chain = topology.addChain(chain_of(complex_))
    for residue in complex_.topology.residues():
        number = number_of.get(residue_id(residue))
        if number is None:
            continue
        new = topology.addResidue(residue.name, chain, str(number))
        for atom in residue.atoms():
            if atom.name in heavy_atom_names(residue.name):
                topology.addAtom(atom.name, atom.element, new)
                keep.append(atom.index)
    positions = complex_.positions[np.array(keep)]
    numbered = Complex(with_bonds(topology, positions), positions, None, complex_.source, complex_.notes)
    return numbered, match.kinase, notes


def number_by_shift(complex_: Complex, match: ChainMatch) -> tuple[Complex, tuple[str, ...]]:
    """The same atoms with every residue number moved by the one shift that takes the pocket to clinical numbers.

    For kinases known by their pocket only. Without one common shift the numbers stay, and a note says so.
    """
    numbered = [identity for identity in protein_sequence(complex_) if identity in match.numbers]
    shifts = {match.numbers[identity] - identity.number for identity in numbered}
    if shifts == {0}:
        return complex_, ()
    if len(shifts) != 1:
        return complex_, (
            f"The residue numbers are not those of {match.kinase.name} by one shift: they stay, and regions are left "
            "out.",
        )
    shift = shifts.pop()
    topology = app.Topology()
    for chain in complex_.topology.chains():
        new_chain = topology.addChain(chain.id)
        for residue in chain.residues():
            new = topology.addResidue(residue.name, new_chain, str(int(residue.id) + shift), residue.insertionCode)
            for atom in residue.atoms():
                topology.addAtom(atom.name, atom.element, new)
    atoms = list(topology.atoms())
    for first, second in bond_indices(complex_.topology):
        topology.addBond(atoms[first], atoms[second])
    note = f"Residues were renumbered to those of {match.kinase.name} (UniProt {match.kinase.uniprot}; shift {shift})."
    return replace(complex_, topology=topology), (note,)


def _without_tags(kinase: Kinase, letters: Sequence[str], numbers: Sequence[int | None]) -> list[int | None]:
    """Numbers, None for what lies before the first or after the last run of five that agree with the kinase."""
    agree = [
        number is not None and residue_at(kinase, number) == letter
        for letter, number in zip(letters, numbers, strict=True)
    ]
    runs = [i for i in range(len(agree) - TAG_RUN + 1) if all(agree[i : i + TAG_RUN])]
    inside = range(runs[0], runs[-1] + TAG_RUN)
    return [number if index in inside else None for index, number in enumerate(numbers)]


def _numbering_notes(
    kinase: Kinase, sequence: Mapping[ResidueId, str], number_of: Mapping[ResidueId, int | None]
) -> tuple[str, ...]:
    shifts = {number - identity.number for identity, number in number_of.items() if number is not None}
    tags = [f"{letter}{identity.number}" for identity, letter in sequence.items() if number_of[identity] is None]
    mutations = [
        f"{residue_at(kinase, number)}{number}{sequence[identity]}"
        for identity, number in number_of.items()
        if number is not None and residue_at(kinase, number) != sequence[identity]
    ]
    notes = []
    if shifts != {0}:
        notes.append(f"Residues were renumbered to clinical {kinase.name} numbers (shift {sorted(shifts)}).")
    if tags:
        notes.append(f"Tag residues were dropped: {' '.join(tags)}.")
    if mutations:
        notes.append(f"Differs from the {kinase.name} sequence: {', '.join(mutations)}.")
    return tuple(notes)
