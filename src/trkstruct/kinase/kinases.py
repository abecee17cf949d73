"""Kinases: names, kinase-domain sequences, pocket (KLIFS) numbers, regions and equivalent residues across the family.

Residue numbers are clinical ones: TRKA as in UniProt P04629-1, TRKB as in the 838-aa isoform (G639; UniProt's canonical
Q16620-1 calls it 623), TRKC as in Q16288-1. KLIFS numbers 1-85 name the pocket positions of every kinase
(van Linden 2014, 10.1021/jm400378w).
"""

import csv
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Final, NamedTuple

from trkstruct.errors import InputError
from trkstruct.files.shipped import data_path

OUTSIDE_POCKET: Final = "outside pocket"
ACTIVATION_LOOP: Final = "activation loop"

REGIONS: Final[Mapping[str, tuple[int, ...]]] = MappingProxyType({
    "beta1 strand": (1, 2),
    "P-loop": tuple(range(3, 12)),  # GxGxxG (4-9) and its flanks 3 and 11, which lie on the adenine (TRKA L516, V524)
    "beta2 strand": (12, 13),
    "beta3 strand": tuple(range(14, 20)),  # 17 is the catalytic lysine (TRKA K544)
    "aC helix": tuple(range(20, 31)),  # 24 is its glutamate (TRKA E560)
    "aC-b4 loop": (31, 32, 33, 34, 35, 37),
    "back pocket": (36, 38, 43),  # shell Sh1, spine RS4, shell Sh2: Meharena 2013, 10.1371/journal.pbio.1001680
    "beta4 strand": (39, 40, 41),
    "beta5 strand": (42, 44),
    "gatekeeper": (45,),
    "hinge": (46, 47, 48),
    "solvent front": (49, 50, 51, 52),  # KLIFS "linker"; 51 is TRKA G595, ALK G1202, ROS1 G2032
    "aD helix": tuple(range(53, 60)),
    "aE helix": tuple(range(60, 65)),
    "beta6 strand": (65, 66, 67),
    "catalytic loop": tuple(range(68, 76)),
    "beta7 strand": (76, 77, 78),  # 77 is the floor of the adenine site (TRKA L657)
    "beta8 strand": (79,),
    "xDFG": (80,),
    "DFG": (81, 82, 83),
    ACTIVATION_LOOP: (84, 85),  # and on to the Glu of the APE motif
})  # fmt: skip
"""Names of the pocket regions and the KLIFS numbers of each; strands, helices and loops as in KLIFS."""

_REGION_OF_KLIFS: Final = {klifs: name for name, numbers in REGIONS.items() for klifs in numbers}


@dataclass(frozen=True)
class Numbering:
    """Another numbering scheme of a kinase: number there + ``shift`` = clinical number (in the kinase domain)."""

    name: str
    shift: int


class PocketResidue(NamedTuple):
    """A residue of a kinase's pocket: one-letter code and clinical number; ``str()`` gives ``G595``."""

    letter: str
    number: int

    def __str__(self) -> str:
        """``G595``."""
        return f"{self.letter}{self.number}"

    @classmethod
    def parse(cls, text: str) -> "PocketResidue":
        """Read ``G595``; ValueError where the rest is no number."""
        return cls(text[0], int(text[1:]))


@dataclass(frozen=True)
class Kinase:
    """A kinase as trkstruct knows it; ``str()`` gives its name.

    Attributes
    ----------
    name, gene, uniprot : str
        ``TRKA``, ``NTRK1``, ``P04629``.
    transcript : str
        RefSeq accession of the mRNA that codes for the protein in clinical numbering; empty where it is not known.
    sequence : str
        Kinase domain with flanks, one-letter codes.
    first_number : int
        Clinical number of ``sequence[0]``.
    pocket : tuple of PocketResidue, length 85
        Pocket residues in KLIFS order, e.g. G595 as ``pocket[50]`` of TRKA.
    activation_loop_end : int
        Clinical number of the last residue of the activation loop, the Glu of the APE motif.
    numberings : tuple of Numbering
        Other schemes in use for this kinase.
    """

    name: str
    gene: str
    uniprot: str
    aliases: tuple[str, ...] = field(default=(), repr=False)
    transcript: str = field(default="", repr=False)
    sequence: str = field(default="", repr=False)
    first_number: int = field(default=0, repr=False)
    pocket: tuple[PocketResidue, ...] = field(default=(), repr=False)
    activation_loop_end: int = field(default=0, repr=False)
    numberings: tuple[Numbering, ...] = field(default=(), repr=False)

    def __str__(self) -> str:
        """``TRKA``."""
        return self.name

    @property
    def is_trk(self) -> bool:
        """True for TRKA, TRKB and TRKC: those that models, a panel and transcripts are about."""
        return self.gene.startswith("NTRK")

    @property
    def last_number(self) -> int:
        """Clinical number of the last residue of ``sequence``."""
        return self.first_number + len(self.sequence) - 1


@cache
def kinases() -> tuple[Kinase, ...]:
    """Every kinase with a pocket map: TRKA, TRKB, TRKC, then seventeen others, from ALK to YES1."""
    with data_path("klifs.csv").open(newline="", encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    with data_path("kinases.toml").open("rb") as stream:
        entries = tomllib.load(stream)["kinase"]
    return tuple(
        Kinase(
            name=entry["name"],
            gene=entry["gene"],
            uniprot=entry["uniprot"],
            aliases=tuple(entry["aliases"]),
            transcript=entry.get("transcript", ""),
            sequence=entry["sequence"],
            first_number=entry["first_number"],
            pocket=tuple(PocketResidue.parse(row[entry["name"]]) for row in rows),
            activation_loop_end=entry["activation_loop_end"],
            numberings=tuple(Numbering(**numbering) for numbering in entry.get("numberings", ())),
        )
        for entry in entries
    )


def trk_kinases() -> tuple[Kinase, ...]:
    """TRKA, TRKB and TRKC."""
    return tuple(kinase for kinase in kinases() if kinase.is_trk)


def kinase_named(text: str) -> Kinase:
    """Kinase of a name, gene or UniProt accession, whatever the case: ``TrkA``, ``ntrk1``, ``P04629``, ``ABL1``.

    Raises
    ------
    InputError
        When no kinase has that name.
    """
    key = _name_key(text)
    for kinase in kinases():
        if key in {_name_key(name) for name in (kinase.name, kinase.gene, kinase.uniprot, *kinase.aliases)}:
            return kinase
    known = ", ".join(
        kinase.name if kinase.name == kinase.gene else f"{kinase.name} ({kinase.gene})" for kinase in kinases()
    )
    raise InputError(f"{text!r} is not a kinase known here; known are {known}.")


def _name_key(text: str) -> str:
    return re.sub(r"[\s_-]", "", text).upper()


def residue_at(kinase: Kinase, number: int) -> str:
    """One-letter code of a residue.

    Raises
    ------
    InputError
        When the number is outside the known sequence.
    """
    if kinase.first_number <= number <= kinase.last_number:
        return kinase.sequence[number - kinase.first_number]
    span = f"residues {kinase.first_number}-{kinase.last_number}"
    raise InputError(f"Residue {number} of {kinase.name} is not known here: only {span} are (clinical numbering).")


def klifs_number(kinase: Kinase, number: int) -> int | None:
    """KLIFS number (1-85) of a residue; None outside the pocket."""
    return _klifs_numbers(kinase).get(number)


@cache
def _klifs_numbers(kinase: Kinase) -> dict[int, int]:
    return {residue.number: klifs for klifs, residue in enumerate(kinase.pocket, start=1)}


def region_of(kinase: Kinase, number: int) -> str:
    """Name of the pocket region a residue belongs to (a key of ``REGIONS``), else ``outside pocket``."""
    klifs = klifs_number(kinase, number)
    if klifs is not None:
        return _REGION_OF_KLIFS[klifs]
    last_of_pocket = kinase.pocket[-1].number
    return ACTIVATION_LOOP if last_of_pocket < number <= kinase.activation_loop_end else OUTSIDE_POCKET


def equivalents(kinase: Kinase, number: int) -> dict[Kinase, PocketResidue]:
    """The residue at the same pocket position in every other kinase, e.g. TRKB -> G639 for TRKA 595.

    Empty outside the pocket: there the kinases are not aligned.
    """
    klifs = klifs_number(kinase, number)
    if klifs is None:
        return {}
    return {other: other.pocket[klifs - 1] for other in kinases() if other != kinase}
