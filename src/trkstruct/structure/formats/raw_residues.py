"""What a parser found, residue by residue: in parts that belong together, each atom once, under the file's own names.

A file need not hold a residue's atoms, or a chain's residues, one after the other: alternates come after TER, models
and chains take turns. Parts of one name that do not contradict each other are one chain; a residue of the same name,
number and other atoms is the same residue.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import gemmi
import numpy as np
from scipy.spatial import cKDTree

from trkstruct.errors import StructureError
from trkstruct.residues import THREE_TO_ONE
from trkstruct.structure.atom_names import is_water, standard_residue_name
from trkstruct.units import FloatArray

NO_LABEL: Final = "\0"
SAME_NAME_AT_MOST: Final = 60  # subunits of the smallest icosahedral capsid; no file repeats one chain name more often
ALTERNATE_ANGSTROM: Final = 2.5  # two CA of one chain are 3.8 Å apart (2.9 around a cis peptide), alternates nearer
ONE_SITE: Final = 1.015  # occupancies of one site add up to 1, give or take their second decimal
THROUGH_ANGSTROM: Final = 1.0  # no bond between heavy atoms is as short: C-O of carbon monoxide is 1.13
WATER_ANGSTROM: Final = 2.0  # two waters are 2.4 Å apart at least
WATER_MODELS: Final = ("TIP", "SPC")
WATER_DIGITS: Final = "345E"  # TIP3, TIP4, TIP5, SPCE: the fourth letter stands where a chain's first does


@dataclass(frozen=True, eq=False)
class RawResidue:
    """A residue as the file has it: ``chain`` and ``seqid`` are the file's own, ``atoms`` those of all conformers."""

    name: str
    chain: str
    seqid: str
    number: int
    code: str
    hetero: bool
    segment: str
    atoms: tuple[gemmi.Atom, ...]

    @property
    def is_amino_acid(self) -> bool:
        """Whether it has the name of one of the twenty."""
        return standard_residue_name(self.name) in THREE_TO_ONE

    @property
    def is_water(self) -> bool:
        """Whether it has a name of water."""
        return is_water(self.name)

    @property
    def labels(self) -> frozenset[str]:
        """Labels of its alternates, without the blank."""
        return frozenset(atom.altloc for atom in self.atoms) - {NO_LABEL}

    @property
    def is_one_site(self) -> bool:
        """Whether occupancies of the atoms of one name add up to one at most, as those of alternates do."""
        total: dict[str, float] = defaultdict(float)
        counts = Counter(atom.name for atom in self.atoms)
        for atom in self.atoms:
            total[atom.name] += atom.occ
        return all(0.0 < total[name] <= ONE_SITE for name, count in counts.items() if count > 1)

    @property
    def is_doubled(self) -> bool:
        """Whether it has atoms of one name and label that are alternates: of part occupancy, and through each other."""
        if self.is_amino_acid:
            return True
        heavy = [atom for atom in self.atoms if not atom.is_hydrogen()]
        limit = WATER_ANGSTROM if self.is_water else THROUGH_ANGSTROM
        return self.is_one_site and bool(cKDTree(points_of(heavy)).query_pairs(limit))

    def __str__(self) -> str:
        """``STI A:600``."""
        return f"{self.name} {self.chain.strip()}:{self.seqid.strip()}"


@dataclass(eq=False)
class RawPart:
    """Residues that belong to one chain; ``name`` is the file's, and may be blank."""

    name: str
    residues: list[RawResidue] = field(default_factory=list)
    at: dict[str, list[int]] = field(default_factory=dict)

    def add(self, residue: RawResidue) -> None:
        """Append a residue, or its atoms to the residue that it is part of."""
        known = self.at.setdefault(residue.seqid, [])
        for place in known if residue.is_amino_acid else known[-1:]:
            if _is_part_of(residue, self.residues[place]):
                whole = self.residues[place]
                self.residues[place] = replace(whole, atoms=(*whole.atoms, *residue.atoms))
                return
        known.append(len(self.residues))
        self.residues.append(residue)

    def fits(self, residues: Iterable[RawResidue]) -> bool:
        """Whether no amino acid among residues contradicts one that is here."""
        for residue in residues:
            known = [self.residues[place] for place in self.at.get(residue.seqid, ())]
            known = [each for each in known if each.is_amino_acid]
            if not known or not residue.is_amino_acid:
                continue
            if not any(_is_part_of(residue, each) for each in known) and not are_alternates([*known, residue]):
                return False
        return True

    def has_all(self, residues: Iterable[RawResidue]) -> bool:
        """Whether each of residues has a number that is here."""
        return all(residue.seqid in self.at for residue in residues)


def read_raw_parts(model: gemmi.Model, source: str) -> list[RawPart]:
    """The chains of a model, those of one name joined where they can be one.

    Raises
    ------
    StructureError
        When one name would stand for more chains than any molecule has: records are out of order.
    """
    parts: list[RawPart] = []
    of_name: dict[str, list[RawPart]] = {}
    for name, residues in _stretches(model):
        known = of_name.setdefault(name, [])
        part = next((p for p in known if (name.strip() or p.has_all(residues)) and p.fits(residues)), None)
        if part is None:
            part = RawPart(name)
            known.append(part)
            parts.append(part)
        for residue in residues:
            part.add(residue)
        if len(known) > SAME_NAME_AT_MOST and name.strip():
            raise StructureError(
                f"{source} has more than {SAME_NAME_AT_MOST} chains called {name}, the last from {residues[0]} on; are "
                "its records out of order? Write each chain in one piece."
            )
    return parts


def are_alternates(residues: Sequence[RawResidue]) -> bool:
    """Whether residues of one number exclude each other: by labels of their own, or because they fill one place."""
    unlabelled = [residue for residue in residues if not residue.labels]
    distinct = sum(len(residue.labels) for residue in residues) == len(set().union(*(r.labels for r in residues)))
    if distinct and not unlabelled:
        return True
    first, *others = residues
    amino = all(residue.is_amino_acid for residue in residues)
    if len(unlabelled) > 1 and len({residue.name for residue in residues}) < len(residues):
        return False
    return amino and distinct and all(_is_near(first, other) for other in others)


def points_of(atoms: Sequence[gemmi.Atom]) -> FloatArray:
    """Positions in Å, shape (n_atoms, 3)."""
    return np.array([atom.pos.tolist() for atom in atoms], dtype=np.float64).reshape(-1, 3)


def _stretches(model: gemmi.Model) -> Iterator[tuple[str, list[RawResidue]]]:
    """Residues up to TER, to another chain name, or to the amino acids of another segment."""
    for chain in model:
        stretch: list[RawResidue] = []
        segment, name = "", chain.name
        for residue in map(_raw, [chain.name] * len(chain), chain):
            other = residue.is_amino_acid and bool(segment) and residue.segment not in ("", segment)
            if stretch and (other or residue.chain != name):
                yield name, stretch
                stretch = []
            name = residue.chain
            segment = residue.segment if residue.is_amino_acid else segment
            stretch.append(residue)
        if stretch:
            yield name, stretch


def _raw(chain: str, residue: gemmi.Residue) -> RawResidue:
    name = residue.name
    if name in WATER_MODELS and chain[:1] and chain[0] in WATER_DIGITS and len(chain) <= 2:
        name, chain = name + chain[0], chain[1:] or " "  # four letters where PDB has three, and the chain pushed on
    number, code = residue.seqid.num or 0, residue.seqid.icode.strip()
    hetero = residue.het_flag == "H"
    return RawResidue(name, chain, str(residue.seqid), number, code, hetero, residue.segment.strip(), tuple(residue))


def _is_part_of(some: RawResidue, residue: RawResidue) -> bool:
    """Whether atoms are missing members of a residue: of its name, and none of them there already."""
    if some.name != residue.name:
        return False
    keys = {(atom.name, atom.altloc) for atom in residue.atoms}
    if any((atom.name, atom.altloc) in keys for atom in some.atoms):
        return False
    names = {atom.name for atom in residue.atoms}
    return not any(atom.name in names for atom in some.atoms) or _is_near(some, residue)


def _is_near(first: RawResidue, second: RawResidue) -> bool:
    """Whether atoms of one name are near enough to be one atom in two places: CA, or the nearest where it is absent."""
    distances = [
        (a.name != "CA", float(np.linalg.norm(np.array(a.pos.tolist()) - b.pos.tolist())))
        for a in first.atoms
        for b in second.atoms
        if a.name == b.name
    ]
    return bool(distances) and min(distances)[1] < ALTERNATE_ANGSTROM
