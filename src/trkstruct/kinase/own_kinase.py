"""A kinase that a user describes: its definition as one value, which travels with a case, and the kinase that it is."""

from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ConfigDict

from trkstruct.kinase.shipped_kinases import Kinase, PocketResidue


class OwnKinase(BaseModel):
    """The definition of a user's own kinase.

    Attributes
    ----------
    name, gene, uniprot, aliases, sequence, first_number, activation_loop_end
        As of `trkstruct.kinase.kinases.Kinase`.
    pocket : tuple of int, length 85
        Numbers of the pocket residues in KLIFS order.
    pocket_source : str
        Where these are from.
    replaces : str
        Name of the kinase that ships in whose place this one stands; empty for one of its own.
    file : str
        What it was read from, for messages; it decides nothing.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    gene: str
    uniprot: str = ""
    aliases: tuple[str, ...] = ()
    sequence: str
    first_number: int = 1
    pocket: tuple[int, ...] = ()
    pocket_source: str = ""
    activation_loop_end: int = 0
    replaces: str = ""
    file: str = ""

    @property
    def where(self) -> str:
        """The file, as a message names it."""
        return self.file or f"The definition of {self.name}"

    @property
    def last_number(self) -> int:
        """Number of the last residue of ``sequence``."""
        return self.first_number + len(self.sequence) - 1

    @property
    def content(self) -> dict[str, Any]:
        """What decides a result: all but the name of the file."""
        return self.model_dump(mode="json", exclude={"file"})

    @property
    def note(self) -> str:
        """What is said of it beside a result."""
        return f"{self.name} ({self.gene}) is a kinase of your own; its 85 pocket residues: {self.pocket_source}."

    def letter_at(self, number: int) -> str:
        """One-letter code of a residue; empty outside the sequence."""
        index = number - self.first_number
        return self.sequence[index] if 0 <= index < len(self.sequence) else ""


@lru_cache(maxsize=256)
def as_kinase(own: OwnKinase, replaced: Kinase | None = None) -> Kinase:
    """The kinase of a definition; of one that it replaces it keeps the other names, numberings and transcript."""
    return Kinase(
        name=own.name,
        gene=own.gene,
        uniprot=own.uniprot or (replaced.uniprot if replaced else ""),
        aliases=tuple(dict.fromkeys([*own.aliases, *((replaced.name, *replaced.aliases) if replaced else ())])),
        transcript=replaced.transcript if replaced else "",
        sequence=own.sequence,
        first_number=own.first_number,
        pocket=tuple(PocketResidue(own.letter_at(number), number) for number in own.pocket),
        activation_loop_end=own.activation_loop_end or (replaced.activation_loop_end if replaced else 0),
        numberings=replaced.numberings if replaced else (),
    )
