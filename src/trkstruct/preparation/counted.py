"""A protein as PDB text whose residues are counted from 1, for the programs that know no other way in.

PDBFixer and PROPKA read columns: a number above 9999 or below -999 moves what stands beside it, PDBFixer gives what it
builds numbers modulo 10,000, and neither need know what an insertion code is. So they never see a file's numbers.
"""

import io
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from openmm import app
from openmm.app import Residue, Topology

from trkstruct.errors import StructureError
from trkstruct.residues import ResidueId
from trkstruct.structure.complex import Complex, residue_id
from trkstruct.structure.topology import NewResidue, as_it_is, rebuilt

MOST: Final = 9999  # columns of a residue number: wwPDB format 3.3
NO_ROOM: Final[Mapping[ResidueId, int]] = MappingProxyType({})


@dataclass(frozen=True)
class Counted:
    """PDB text of a protein, and what its numbers stand for.

    Attributes
    ----------
    text : str
    identities : mapping of int to ResidueId
        Of each number in the text, ascending.
    """

    text: str
    identities: Mapping[int, ResidueId]

    def identity_of(self, number: int) -> ResidueId:
        """The residue of a number; one that was built since counts back from the residue that follows it."""
        numbers = list(self.identities)
        following = numbers[bisect_left(numbers, number)]
        identity = self.identities[following]
        return identity if following == number else ResidueId(identity.chain, identity.number - following + number)

    def restored(self, topology: Topology) -> Topology:
        """A topology that came of the text, under the protein's own numbers."""

        def renamed(residue: Residue) -> NewResidue:
            own = self.identity_of(int(residue.id))
            return replace(as_it_is(residue), number=str(own.number), insertion_code=own.insertion_code)

        return rebuilt(topology, residue=renamed)


def count_residues(complex_: Complex, room: Mapping[ResidueId, int] = NO_ROOM) -> Counted:
    """The protein as PDB text, counted from 1.

    Parameters
    ----------
    complex_ : Complex
        Each residue under an identity of its own, chains of one letter.
    room : mapping of ResidueId to int
        How many numbers are left free before a residue, for those that will be built there.

    Raises
    ------
    StructureError
        When it has more residues than PDB text can count.
    """
    identities: dict[int, ResidueId] = {}
    last = 0
    for residue in complex_.topology.residues():
        last += 1 + room.get(residue_id(residue), 0)
        identities[last] = residue_id(residue)
    if last > MOST:
        raise StructureError(
            f"The protein chain in {complex_.source} has {len(identities)} residues; up to {MOST} can be prepared. "
            "Cut the kinase domain out."
        )
    number_of = iter(identities)

    def counted(residue: Residue) -> NewResidue:
        return replace(as_it_is(residue), number=str(next(number_of)), insertion_code="")

    text = io.StringIO()
    app.PDBFile.writeFile(rebuilt(complex_.topology, residue=counted), complex_.positions, text, keepIds=True)
    return Counted(text.getvalue(), identities)
