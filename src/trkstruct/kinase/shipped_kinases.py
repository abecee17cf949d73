"""The kinases that ship: names, kinase-domain sequences, pocket (KLIFS) numbers and numbering schemes of each."""

import csv
import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from trkstruct.files.shipped import data_path


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
        Clinical number of the last residue of the activation loop; 0 where it is not known.
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
def shipped_kinases() -> tuple[Kinase, ...]:
    """TRKA, TRKB, TRKC, then the others in the order of ``data/kinases.toml``."""
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


def name_key(text: str) -> str:
    """A name as it is compared: whatever its case, spaces and dashes."""
    return re.sub(r"[\s_-]", "", text).upper()


@cache
def names_of(kinase: Kinase) -> frozenset[str]:
    """Every name of a kinase, as names are compared: its own, its gene, its accession and its aliases."""
    names = (kinase.name, kinase.gene, kinase.uniprot, *kinase.aliases)
    return frozenset(name_key(name) for name in names if name)
