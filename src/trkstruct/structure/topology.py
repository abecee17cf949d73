"""Topologies: copied, compared, rebuilt."""

from collections.abc import Iterable

from openmm.app import Topology


def copy_topology(
    topology: Topology, bonds: Iterable[tuple[int, int]] = (), keep: Iterable[int] | None = None
) -> Topology:
    """New topology with the atoms ``keep`` (indices; None for all) and those of ``bonds`` that join two of them."""
    kept = None if keep is None else frozenset(int(index) for index in keep)
    copy, new_atom = Topology(), {}
    for chain in topology.chains():
        new_chain = None
        for residue in chain.residues():
            atoms = [atom for atom in residue.atoms() if kept is None or atom.index in kept]
            if not atoms:
                continue
            new_chain = new_chain or copy.addChain(chain.id)
            new_residue = copy.addResidue(residue.name, new_chain, residue.id, residue.insertionCode)
            for atom in atoms:
                new_atom[atom.index] = copy.addAtom(atom.name, atom.element, new_residue)
    for first, second in bonds:
        if first in new_atom and second in new_atom:
            copy.addBond(new_atom[first], new_atom[second])
    return copy


def bond_indices(topology: Topology) -> list[tuple[int, int]]:
    """Atom indices of every bond, lower index first, sorted."""
    return sorted(ordered_pair(a.index, b.index) for a, b in topology.bonds())


def ordered_pair(first: int, second: int) -> tuple[int, int]:
    """The lower index first."""
    return (first, second) if first < second else (second, first)
