"""From the atoms that a parser found to chains in which each residue has a name of its own, and no atom is lost.

Files use one name twice: two copies of a protein called A, a ligand under the number of an amino acid, a ligand whose
atoms are all called C. A residue is known here by chain, number and insertion code, and an atom by its name, so the
second of a name gets another, and a note says so.
"""

import string
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain as joined
from itertools import product
from typing import Final

import gemmi

from trkstruct.residues import THREE_TO_ONE, ResidueId
from trkstruct.structure.atom_names import is_water, standard_residue_name
from trkstruct.structure.formats.conformers import NO_LABEL, choose_conformer
from trkstruct.structure.formats.records import FileAtom, FileChain, FileResidue

CHAIN_LETTERS: Final = string.ascii_uppercase + string.digits + string.ascii_lowercase
NAMED_AT_MOST: Final = 5  # residues that one note names

Address = tuple[str, str, str]
"""Chain, number with insertion code, and atom name, as the file has them."""


@dataclass
class ReadChains:
    """Chains under construction, what the file calls each, and where each of its atoms went."""

    chains: dict[str, list[FileResidue]] = field(default_factory=dict)
    renamed: list[str] = field(default_factory=list)
    renumbered: list[str] = field(default_factory=list)
    named: dict[str, str] = field(default_factory=dict)
    of_serial: dict[int, int] = field(default_factory=dict)
    of_address: dict[Address, int] = field(default_factory=dict)
    n_atoms: int = 0

    def finish(self) -> tuple[tuple[FileChain, ...], tuple[str, ...]]:
        """The chains, and notes on what was renamed."""
        chains = tuple(FileChain(name, tuple(residues)) for name, residues in self.chains.items())
        more = len(self.renumbered) - NAMED_AT_MOST
        listed = [*self.renumbered[:NAMED_AT_MOST], *([f"{more} more"] if more > 0 else [])]
        numbers = (f"Numbers that another residue has: {'; '.join(listed)}.",) if listed else ()
        return chains, (*dict.fromkeys(self.renamed), *numbers)


def read_chains(model: gemmi.Model) -> ReadChains:
    """All residues of a model, each under an identity of its own, in the conformer that is taken.

    Parameters
    ----------
    model : gemmi.Model
        Chains split where the file ends one (TER); parts of a chain that follow each other belong together.
    """
    read = ReadChains()
    names = {part.name for part in model if part.name.strip()}
    for part in model:
        for copy in _copies(_places(part)):
            _add_part(read, part.name, copy, names)
    return read


def _places(part: gemmi.Chain) -> list[list[gemmi.Residue]]:
    """Residues by their place: those that the crystal holds side by side are one place."""
    places: list[list[gemmi.Residue]] = []
    at: dict[str, int] = {}
    for residue in _each(part):
        known = at.get(str(residue.seqid))
        if known is not None and _are_alternates([*places[known], residue]):
            places[known].append(residue)
        else:
            at[str(residue.seqid)] = len(places)
            places.append([residue])
    return places


def _each(part: gemmi.Chain) -> Iterator[gemmi.Residue]:
    """The residues, waters one by one: a program that ran out of numbers gives one number to many."""
    for residue in part:
        if is_water(residue.name):
            yield from (_nth(residue, number) for number in range(_n_copies(residue)))
        else:
            yield residue


def _are_alternates(residues: Sequence[gemmi.Residue]) -> bool:
    """Whether residues of one number exclude each other: all labelled, each with labels of its own."""
    labels = [{atom.altloc for atom in residue} - {NO_LABEL} for residue in residues]
    return all(labels) and sum(map(len, labels)) == len(set().union(*labels))


def _copies(places: Sequence[Sequence[gemmi.Residue]]) -> Iterator[list[list[gemmi.Residue]]]:
    """The places, taken apart where each amino acid is there several times: chains of one name without TER between."""
    n_copies = max((_n_copies(place[0]) for place in places if _is_amino_acid(place[0])), default=1)
    if n_copies == 1:
        yield [list(place) for place in places]
        return
    for number in range(n_copies):
        copy = [[_nth(residue, number) for residue in place if _n_copies(residue) > number] for place in places]
        yield [place for place in copy if place]


def _n_copies(residue: gemmi.Residue) -> int:
    counts = Counter((atom.name, atom.altloc) for atom in residue)
    return min(counts.values(), default=0) if len(set(counts.values())) == 1 else 1


def _nth(residue: gemmi.Residue, number: int) -> gemmi.Residue:
    """The residue with the atom that comes as the nth of each name; as it is when names do not repeat evenly."""
    if _n_copies(residue) == 1:
        return residue
    one, seen = residue.clone(), Counter[tuple[str, str]]()
    wanted = []
    for index, atom in enumerate(residue):
        if seen[atom.name, atom.altloc] == number:
            wanted.append(index)
        seen[atom.name, atom.altloc] += 1
    for index in reversed(range(len(one))):
        if index not in wanted:
            del one[index]
    return one


def _is_amino_acid(residue: gemmi.Residue) -> bool:
    return standard_residue_name(residue.name) in THREE_TO_ONE


def _add_part(read: ReadChains, name: str, places: Sequence[Sequence[gemmi.Residue]], names: Iterable[str]) -> None:
    """Add a part of a chain: to the chain of its name, or under another name when its amino acids are there already."""
    own = name.strip() or _free_name({*names, *read.chains})
    if not name.strip():
        read.renamed.append(f"A chain without a name is called {own} here.")
    read.named.setdefault(own, name)
    taken = {residue.identity for residue in read.chains.get(own, ())}
    polymer = [place for place in places if _is_amino_acid(place[0])]
    if any(_identity(own, place[0]) in taken for place in polymer):
        other = _free_name({*names, *read.chains})
        read.renamed.append(f"Several chains are called {own}: one of them is called {other} here.")
        own, taken = other, set()
        read.named[own] = name
    for place in sorted(places, key=lambda place: not _is_amino_acid(place[0])) if taken else places:
        residue = _read_residue(read, own, name, place)
        if residue.identity in taken:
            free = replace(residue.identity, number=_free_number(taken), insertion_code="")
            read.renumbered.append(f"{residue} is {free} here")
            residue = replace(residue, identity=free)
        taken.add(residue.identity)
        read.chains.setdefault(own, []).append(residue)


def _identity(chain: str, residue: gemmi.Residue) -> ResidueId:
    return ResidueId(chain, residue.seqid.num or 0, residue.seqid.icode.strip())


def _free_name(taken: Iterable[str]) -> str:
    names = joined(CHAIN_LETTERS, map("".join, product(CHAIN_LETTERS, repeat=2)))
    return next(name for name in names if name not in set(taken))


def _free_number(taken: Iterable[ResidueId]) -> int:
    return max(identity.number for identity in taken) + 1


def _read_residue(read: ReadChains, chain: str, name: str, place: Sequence[gemmi.Residue]) -> FileResidue:
    residue, chosen, alternates = choose_conformer(place)
    atoms = []
    for atom, unique in zip(chosen, _unique_names(chosen), strict=True):
        element = "H" if atom.element.name == "D" else atom.element.name
        x, y, z = atom.pos.tolist()
        atoms.append(FileAtom(read.n_atoms, unique, element, (x, y, z), atom.occ, atom.b_iso))
        read.of_serial.setdefault(atom.serial, read.n_atoms)
        read.of_address.setdefault((name, str(residue.seqid), atom.name), read.n_atoms)
        read.n_atoms += 1
    hetero = residue.het_flag == "H"
    return FileResidue(_identity(chain, residue), residue.name, hetero, tuple(atoms), alternates)


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
