"""Every substitution at chosen positions of a kinase, or only those that one changed nucleotide makes."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from trkstruct.errors import InputError
from trkstruct.kinase.codons import codon_of, single_nucleotide_changes
from trkstruct.kinase.kinases import REGIONS, Kinase, PocketResidue, kinase_named, residue_at
from trkstruct.residues import ONE_TO_THREE

POCKET: Final = "pocket"
WHERE: Final = "pocket, a region (solvent front, gatekeeper, xDFG, hinge, P-loop, ...) or residues (G595,589)"
_RESIDUE = re.compile(r"(?P<letter>[A-Za-z]?)(?P<number>\d{1,5})")


def saturation_mutations(
    kinase: str, where: str, *, snv: bool = False, coding_sequence: str | Path | None = None
) -> tuple[str, ...]:
    """Mutations such as ``NTRK1:G595A``: all nineteen at each position, or those one nucleotide away.

    Parameters
    ----------
    kinase : str
        A name or gene: ``TRKA``.
    where : str
        ``pocket`` (the 85 KLIFS residues), a region, residues, or several of these joined by commas.
    snv : bool
        Only what one nucleotide change in the human codon gives.
    coding_sequence : str or Path, optional
        FASTA for ``snv``; NTRK1's ships, ``trkstruct fetch`` gets the others.

    Raises
    ------
    InputError
        When ``where`` names nothing of the kinase, or its codons are not known.
    """
    chosen = kinase_named(kinase)
    changes = _changes(chosen, saturated_positions(chosen, where), snv, coding_sequence)
    return tuple(f"{chosen.gene}:{change}" for change in changes)


def saturated_positions(kinase: Kinase, where: str) -> tuple[tuple[str, int], ...]:
    """Letter and clinical number of each position that a text names, in the order of the sequence.

    Raises
    ------
    InputError
        When a part names no region, and no residue of the kinase.
    """
    parts = [part.strip() for part in where.split(",")]
    found = {position for part in parts for position in _positions(kinase, part)}
    return tuple(sorted(found, key=lambda position: position[1]))


def saturate_structure(
    path: str | Path,
    where: str,
    *,
    chain: str | None = None,
    ligand_residue: str | None = None,
    snv: bool = False,
    coding_sequence: str | Path | None = None,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """As `saturation_mutations`, for the kinase or other protein of a file, and notes on what it has not.

    The protein is the chain that a scan with the same ``chain`` and ``ligand_residue`` takes. Positions of a known
    kinase that the file does not model are left out, with a note. Of a protein that is not known here only residues
    can be named.

    Raises
    ------
    InputError
        When ``where`` names nothing of the protein, or its codons are not known.
    StructureError
        When the file cannot be used, or holds no such chain or ligand.
    """
    from trkstruct.cases.user_file import read_parts
    from trkstruct.structure.complex import protein_sequence

    parts = read_parts(str(path), chain, ligand_residue)
    complex_, match, letters = parts.complex, parts.match, protein_sequence(parts.complex)
    if match is None:
        letter_at = {identity.number: letter for identity, letter in letters.items()}
        found = {_residue(part.strip(), letter_at.__getitem__, complex_.source) for part in where.split(",")}
        if snv:
            raise InputError(f"The codons of {complex_.source} are not known: --snv needs a TRK kinase.")
        ordered = sorted(found, key=lambda position: position[1])
        return tuple(f"{letter}{n}{other}" for letter, n in ordered for other in ONE_TO_THREE if other != letter), ()
    positions = saturated_positions(match.kinase, where)
    modelled = {number: letters.get(identity) for identity, number in match.numbers.items()}
    there = [position for position in positions if modelled.get(position[1]) == position[0]]
    left_out = [f"{letter}{number}" for letter, number in positions if (letter, number) not in there]
    notes = (
        (f"Not as in the wild type, or not modelled, in {complex_.source}: {', '.join(left_out)}.",) if left_out else ()
    )
    return _changes(match.kinase, there, snv, coding_sequence), notes


def _changes(
    kinase: Kinase, positions: Sequence[tuple[str, int]], snv: bool, coding_sequence: str | Path | None
) -> tuple[str, ...]:
    """``G595A``: what each position may become."""
    transcripts = None if coding_sequence is None else Path(coding_sequence)
    return tuple(
        f"{letter}{number}{mutant}"
        for letter, number in positions
        for mutant in _mutants(kinase, letter, number, snv, transcripts)
    )


def _mutants(kinase: Kinase, letter: str, number: int, snv: bool, transcripts: Path | None) -> tuple[str, ...]:
    allowed = single_nucleotide_changes(codon_of(kinase, number, transcripts)) if snv else frozenset(ONE_TO_THREE)
    return tuple(mutant for mutant in ONE_TO_THREE if mutant != letter and mutant in allowed)


def _positions(kinase: Kinase, part: str) -> tuple[tuple[str, int], ...]:
    klifs = {name.casefold(): numbers for name, numbers in REGIONS.items()}
    if part.casefold() == POCKET:
        residues: Sequence[PocketResidue] = kinase.pocket
    elif part.casefold() in klifs:
        residues = [kinase.pocket[number - 1] for number in klifs[part.casefold()]]
    else:
        return (_residue(part, lambda number: residue_at(kinase, number), kinase.name),)
    return tuple(residue for residue in residues if residue.letter in ONE_TO_THREE)


def _residue(part: str, letter_at: Callable[[int], str], source: str) -> tuple[str, int]:
    match = _RESIDUE.fullmatch(part)
    if match is None:
        raise InputError(f"{part!r} is no position to saturate; write {WHERE}.")
    number = int(match["number"])
    try:
        letter = letter_at(number)
    except KeyError:
        raise InputError(f"{source} has no residue {number}; is it another chain, or not modelled?") from None
    if match["letter"] and match["letter"].upper() != letter:
        raise InputError(f"{source} has {letter} at {number}, not {match['letter'].upper()} ({part}).")
    return letter, number
