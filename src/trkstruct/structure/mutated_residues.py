"""From a mutation to the residues of a structure that it replaces."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from openmm.app import Residue

from trkstruct.errors import MutationError, StructureError
from trkstruct.kinase.substitution import Substitution
from trkstruct.residues import ONE_TO_THREE, ResidueId, parent_name
from trkstruct.structure.complex import Complex, is_protein, protein_residue, residue_id
from trkstruct.structure.numbering import ChainMatch

NUMBERING_OFFSETS: Final = (16, -16, 6, -6)  # TRKB Q16620-1 against its 838-residue isoform; TrkA-I against P04629


def check_wild_type(complex_: Complex, residue: ResidueId, wild_type: str, mutant: str = "") -> None:
    """Raise unless the residue is the amino acid that a mutation says it is.

    Parameters
    ----------
    complex_ : Complex
        The structure.
    residue : ResidueId
        Which residue.
    wild_type, mutant : str
        One-letter codes; the second only completes the message.

    Raises
    ------
    MutationError
        When it is another amino acid; the message names places where other numberings would find the right one.
    StructureError
        When there is no such residue.
    """
    found = protein_residue(complex_, residue)
    expected = ONE_TO_THREE[wild_type]
    if parent_name(found.name) == expected:
        return
    shifted = [residue.number + offset for offset in NUMBERING_OFFSETS]
    chain = {residue_id(other): other for other in complex_.topology.residues() if is_protein(other)}
    fits = [number for number in shifted if _is(chain.get(replace(residue, number=number)), expected)]
    where = " and ".join(f"{wild_type}{number}" for number in fits)
    hint = (
        f"Another isoform's numbering? This structure has {where}." if fits else "Check the kinase and its numbering."
    )
    raise MutationError(
        f"{residue} is {found.name} in {complex_.source}, expected {expected} "
        f"({wild_type}{residue.number}{mutant}). {hint}"
    )


def _is(residue: Residue | None, name: str) -> bool:
    return residue is not None and parent_name(residue.name) == name


@dataclass(frozen=True)
class Change:
    """One residue and the amino acid (three letters) it becomes."""

    residue: ResidueId
    to: str


def residue_of(
    complex_: Complex,
    letters: Mapping[ResidueId, str],
    match: ChainMatch | None,
    substitution: Substitution,
    chain: str | None = None,
) -> ResidueId:
    """The residue of a structure that a substitution in clinical numbering replaces.

    Raises
    ------
    StructureError
        When the residue is not in the structure.
    MutationError
        When another amino acid is there than the mutation's wild type.
    """
    numbers = match.numbers if match else {identity: identity.number for identity in letters}
    found = [
        identity
        for identity in letters
        if numbers.get(identity) == substitution.number and chain in (None, "", identity.chain)
    ]
    if match and not found:  # outside the known part of the kinase, the file's own numbers are all there is
        found = [identity for identity in letters if identity.number == substitution.number]
    if not found:
        span = sorted(identity.number for identity in letters)
        raise StructureError(
            f"{complex_.source} has no residue {substitution.number} (it has {span[0]}-{span[-1]}), which "
            f"{substitution} replaces. Not modelled in the structure, another chain, or another numbering?"
        )
    identity = found[0]
    if letters[identity] != substitution.wild_type:
        raise MutationError(
            f"{identity} of {complex_.source} is {letters[identity]}, not the {substitution.wild_type} of "
            f"{substitution}. Is the structure numbered differently, or does it carry a mutation?"
        )
    return identity
