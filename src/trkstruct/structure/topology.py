"""Topologies: put together residue by residue, rebuilt from others, their bonds listed."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from openmm.app import Atom, Element, Residue, Topology
from openmm.app.topology import Bond

from trkstruct.residues import CHAIN_LETTERS


class NewAtom(NamedTuple):
    """An atom of a topology to be, and the one it was, whose bonds it takes over; None for an atom that is new."""

    name: str
    element: Element | None
    source: Atom | None = None


@dataclass(frozen=True)
class NewResidue:
    """A residue of a topology to be.

    Attributes
    ----------
    name, chain, number, insertion_code : str
    atoms : tuple of NewAtom
    segment : int
        Residues that follow each other share a chain when its name and this number are the same.
    """

    name: str
    chain: str
    number: str
    insertion_code: str
    atoms: tuple[NewAtom, ...]
    segment: int = 0


def free_chain(taken: Collection[str], usual: str) -> str:
    """The usual name of a chain, or the next letter that no other chain has; of two letters where none is left."""
    place = CHAIN_LETTERS.index(usual)
    letters = CHAIN_LETTERS[place:] + CHAIN_LETTERS[:place]
    names: tuple[str, ...] = (*letters, *(first + second for first in letters for second in letters))
    return next(name for name in names if name not in taken)


def as_it_is(residue: Residue) -> NewResidue:
    """The residue with the name, number, chain and atoms that it has; ``dataclasses.replace`` makes others of it."""
    atoms = tuple(NewAtom(atom.name, atom.element, atom) for atom in residue.atoms())
    chain = residue.chain
    return NewResidue(residue.name, chain.id, residue.id, residue.insertionCode, atoms, chain.index)


def source_indices(residues: Iterable[NewResidue]) -> list[int]:
    """Index of each atom in the topology it comes from, in the new order."""
    return [atom.source.index for residue in residues for atom in residue.atoms if atom.source is not None]


def assembled(residues: Iterable[NewResidue], bonds: Iterable[tuple[Atom, Atom]] = ()) -> Topology:
    """Topology of residues in their order, of one source or several.

    Parameters
    ----------
    residues : iterable of NewResidue
        Those without atoms are left out.
    bonds : iterable of pairs of Atom
        Between atoms of the sources, in order; those of which an atom stayed behind go. OpenMM's ``Bond`` keeps its
        type and order.
    """
    topology, new_atom = Topology(), {}
    chain = previous = None
    for residue in residues:
        if not residue.atoms:
            continue
        if previous is None or (residue.chain, residue.segment) != (previous.chain, previous.segment):
            chain = topology.addChain(residue.chain)
        new = topology.addResidue(residue.name, chain, residue.number, residue.insertion_code)
        for atom in residue.atoms:
            added = topology.addAtom(atom.name, atom.element, new)
            if atom.source is not None:
                new_atom[atom.source] = added
        previous = residue
    for bond in bonds:
        if bond[0] in new_atom and bond[1] in new_atom:
            kind = (bond.type, bond.order) if isinstance(bond, Bond) else ()
            topology.addBond(new_atom[bond[0]], new_atom[bond[1]], *kind)
    return topology


def rebuilt(
    topology: Topology,
    *,
    keep: Iterable[int] | None = None,
    residue: Callable[[Residue], NewResidue | None] = as_it_is,
    bonds: Iterable[tuple[int, int]] | None = None,
) -> Topology:
    """New topology made of another, whose order it keeps.

    Parameters
    ----------
    topology : openmm.app.Topology
    keep : iterable of int, optional
        Indices of the atoms that stay; by default all.
    residue : callable, optional
        What becomes of a residue: its new name, chain, number and atoms, or None to leave it out.
    bonds : iterable of (int, int), optional
        In the indices of ``topology``; by default its own, sorted, lower index first. Bonds of atoms that go are
        dropped.
    """
    kept = None if keep is None else frozenset(int(index) for index in keep)
    made = (new for old in topology.residues() if (new := residue(old)) is not None)
    residues = made if kept is None else (_of_atoms(new, kept) for new in made)
    new_topology = assembled(residues, sorted_bonds(topology) if bonds is None else _joined(topology, bonds))
    new_topology.setPeriodicBoxVectors(topology.getPeriodicBoxVectors())
    return new_topology


def _joined(topology: Topology, pairs: Iterable[tuple[int, int]]) -> list[Bond]:
    """Bonds between atoms of a topology, of the type and order that it has for them."""
    atoms = {atom.index: atom for atom in topology.atoms()}
    kinds = {ordered_pair(b[0].index, b[1].index): (b.type, b.order) for b in topology.bonds()}
    return [Bond(atoms[i], atoms[j], *kinds.get(ordered_pair(i, j), (None, None))) for i, j in pairs]


def _of_atoms(residue: NewResidue, kept: frozenset[int]) -> NewResidue:
    atoms = tuple(atom for atom in residue.atoms if atom.source is None or atom.source.index in kept)
    return replace(residue, atoms=atoms)


def sorted_bonds(topology: Topology) -> list[Bond]:
    """The bonds of a topology, each with the lower index first, sorted."""
    return _joined(topology, bond_indices(topology))


def bond_indices(topology: Topology) -> list[tuple[int, int]]:
    """Atom indices of every bond, lower index first, sorted."""
    return sorted(ordered_pair(a.index, b.index) for a, b in topology.bonds())


def ordered_pair(first: int, second: int) -> tuple[int, int]:
    """The lower index first."""
    return (first, second) if first < second else (second, first)
