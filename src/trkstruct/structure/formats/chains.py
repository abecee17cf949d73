"""From the atoms that a parser found to chains in which each residue has a name of its own, and no atom is lost.

Files use one name twice: two copies of a protein called A, a ligand under the number of an amino acid, a ligand whose
atoms are all called C. A residue is known here by chain, number and insertion code, and an atom by its name, so the
second of a name gets another, and a note says so.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain as joined
from itertools import product
from typing import Final

import gemmi

from trkstruct.residues import CHAIN_LETTERS, ResidueId
from trkstruct.structure.atom_names import is_water
from trkstruct.structure.formats.conformers import choose_conformer
from trkstruct.structure.formats.places import Place, arrange
from trkstruct.structure.formats.raw_residues import RawResidue, read_raw_parts
from trkstruct.structure.formats.records import FileAtom, FileChain, FileResidue

NAMED_AT_MOST: Final = 5  # residues that one note names

Address = tuple[str, str, str]
"""Chain, number with insertion code, and atom name, as the file has them."""


@dataclass
class ReadChains:
    """Chains under construction, what the file calls each, and where each of its atoms went.

    ``highest`` is the highest number of each chain, of what is still to be read too; ``waters`` how many were
    renumbered in each.
    """

    chains: dict[str, list[FileResidue]] = field(default_factory=dict)
    renamed: list[str] = field(default_factory=list)
    renumbered: list[str] = field(default_factory=list)
    named: dict[str, str] = field(default_factory=dict)
    taken: dict[str, set[ResidueId]] = field(default_factory=dict)
    highest: dict[str, int] = field(default_factory=dict)
    waters: dict[str, int] = field(default_factory=dict)
    of_serial: dict[int, int] = field(default_factory=dict)
    of_address: dict[Address, int] = field(default_factory=dict)
    n_atoms: int = 0

    def finish(self) -> tuple[tuple[FileChain, ...], tuple[str, ...]]:
        """The chains, and notes on what was renamed."""
        chains = tuple(FileChain(name, tuple(residues)) for name, residues in self.chains.items())
        more = len(self.renumbered) - NAMED_AT_MOST
        listed = [*self.renumbered[:NAMED_AT_MOST], *([f"{more} more"] if more > 0 else [])]
        numbers = (f"Numbers that another residue has: {'; '.join(listed)}.",) if listed else ()
        waters = tuple(
            f"Waters of chain {name} repeat numbers: {count} of them have numbers beyond all others of the chain here."
            for name, count in self.waters.items()
        )
        return chains, (*dict.fromkeys(self.renamed), *numbers, *waters)


def read_chains(model: gemmi.Model, source: str = "The file") -> ReadChains:
    """All residues of a model, each under an identity of its own, in the conformer that is taken.

    Parameters
    ----------
    model : gemmi.Model
        Chains split where the file ends one (TER).
    source : str
        Name of the file, for messages.

    Raises
    ------
    StructureError
        When atoms of one name cannot be told apart.
    """
    read = ReadChains()
    parts = read_raw_parts(model, source)
    names = {part.name for part in parts if part.name.strip()}
    for part in parts:
        for number in (residue.number for residue in part.residues):
            read.highest[part.name] = max(read.highest.get(part.name, 0), number)
    for part in parts:
        for places in arrange(part, source):
            _add_part(read, part.name, places, names)
    return read


def _add_part(read: ReadChains, name: str, places: Sequence[Place], names: Iterable[str]) -> None:
    """Add a part of a chain: to the chain of its name, or under another name when its amino acids are there already."""
    own = name.strip() or _free_name({*names, *read.chains})
    if not name.strip():
        read.renamed.append(f"A chain without a name is called {own} here.")
    read.named.setdefault(own, name)
    taken = read.taken.setdefault(own, set())
    polymer = [place for place in places if place[0].is_amino_acid]
    if name.strip() and any(_identity(own, place[0]) in taken for place in polymer):
        other = _free_name({*names, *read.chains})
        read.renamed.append(f"Several chains are called {own}: one of them is called {other} here.")
        own = other
        read.named[own] = name
        taken = read.taken.setdefault(own, set())
    read.highest[own] = max(read.highest.get(own, 0), read.highest[name])
    for place in sorted(places, key=lambda place: not place[0].is_amino_acid) if polymer and taken else places:
        residue = _read_residue(read, own, name, place)
        if residue.identity in taken:
            residue = _renumber(read, residue)
        taken.add(residue.identity)
        read.chains.setdefault(own, []).append(residue)


def _renumber(read: ReadChains, residue: FileResidue) -> FileResidue:
    """The residue under a number beyond all of its chain in the file, so that it takes no other residue's."""
    chain = residue.identity.chain
    read.highest[chain] += 1
    free = replace(residue.identity, number=read.highest[chain], insertion_code="")
    if is_water(residue.name):
        read.waters[chain] = read.waters.get(chain, 0) + 1
    else:
        read.renumbered.append(f"{residue} is {free} here")
    return replace(residue, identity=free)


def _identity(chain: str, residue: RawResidue) -> ResidueId:
    return ResidueId(chain, residue.number, residue.code)


def _free_name(taken: Iterable[str]) -> str:
    names = joined(CHAIN_LETTERS, map("".join, product(CHAIN_LETTERS, repeat=2)))
    return next(name for name in names if name not in set(taken))


def _read_residue(read: ReadChains, chain: str, name: str, place: Place) -> FileResidue:
    residue, chosen, alternates = choose_conformer(place)
    atoms = []
    for atom, unique in zip(chosen, _unique_names(chosen), strict=True):
        element = "H" if atom.element.name == "D" else atom.element.name
        x, y, z = atom.pos.tolist()
        atoms.append(FileAtom(read.n_atoms, unique, element, (x, y, z), atom.occ, atom.b_iso))
        read.of_serial.setdefault(atom.serial, read.n_atoms)
        read.of_address.setdefault((name, residue.seqid, atom.name), read.n_atoms)
        read.n_atoms += 1
    return FileResidue(_identity(chain, residue), residue.name, residue.hetero, tuple(atoms), alternates)


def _unique_names(atoms: Sequence[gemmi.Atom]) -> list[str]:
    """The atoms' names, numbered where the file gives one name to several (a ligand all of C, N and O)."""
    counts = Counter(atom.name for atom in atoms)
    taken, last, names = set(counts), Counter[str](), list[str]()
    for atom in atoms:
        name = atom.name
        while counts[atom.name] > 1 and name in taken:
            last[atom.name] += 1
            name = f"{atom.name}{last[atom.name]}"
        taken.add(name)
        names.append(name)
    return names
