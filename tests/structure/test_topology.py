"""Topologies rebuilt: what stays keeps its order, names, numbers and bonds; what goes takes its bonds along."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openmm.app import Element, Topology
from openmm.app.topology import Double

from trkstruct.structure.topology import (
    NewAtom,
    NewResidue,
    as_it_is,
    assembled,
    bond_indices,
    rebuilt,
    sorted_bonds,
    source_indices,
)

ELEMENTS = [Element.getBySymbol(symbol) for symbol in ("C", "N", "O", "S")]
RESIDUES = st.tuples(
    st.sampled_from(["ALA", "GLY", "LIG", "HOH"]),
    st.integers(-20, 2000).map(str),
    st.sampled_from(["", "A", "B"]),
    st.lists(st.sampled_from(ELEMENTS), min_size=1, max_size=5),
)
CHAINS = st.lists(st.tuples(st.sampled_from(["A", "B", "L"]), st.lists(RESIDUES, min_size=1, max_size=4)), max_size=4)


@st.composite
def topologies(draw: st.DrawFn) -> Topology:
    topology = Topology()
    for name, residues in draw(CHAINS):
        chain = topology.addChain(name)
        for residue, number, code, elements in residues:
            new = topology.addResidue(residue, chain, number, code)
            for index, element in enumerate(elements):
                topology.addAtom(f"{element.symbol}{index}", element, new)
    atoms = list(topology.atoms())
    if len(atoms) > 1:
        ends = st.lists(st.sampled_from(range(len(atoms))), min_size=2, max_size=2, unique=True).map(tuple)
        for first, second in draw(st.lists(ends, max_size=8, unique_by=lambda pair: frozenset(pair))):
            topology.addBond(atoms[first], atoms[second], *draw(st.sampled_from([(), (Double, 2)])))
    return topology


def described(topology: Topology) -> list[tuple[object, ...]]:
    """Every atom with all that is said of it, in order."""
    return [
        (a.index, a.name, a.element, a.residue.name, a.residue.id, a.residue.insertionCode, r.index, c.id, c.index)
        for c in topology.chains()
        for r in c.residues()
        for a in r.atoms()
    ]


def bonds_of(topology: Topology) -> list[tuple[int, int, object, object]]:
    return [(bond[0].index, bond[1].index, bond.type, bond.order) for bond in topology.bonds()]


@given(topologies())
def test_a_rebuilt_topology_is_equal_and_another(topology: Topology) -> None:
    before, bonds = described(topology), bonds_of(topology)
    new = rebuilt(topology)
    assert described(new) == before
    assert {frozenset(b[:2]): b[2:] for b in bonds_of(new)} == {frozenset(b[:2]): b[2:] for b in bonds}
    assert [b[:2] for b in bonds_of(new)] == bond_indices(topology)
    assert not {id(a) for a in new.atoms()} & {id(a) for a in topology.atoms()}
    assert (described(topology), bonds_of(topology)) == (before, bonds)


@given(topologies(), st.data())
def test_atoms_that_stay_keep_order_and_bonds(topology: Topology, data: st.DataObject) -> None:
    kept = [i for i in range(topology.getNumAtoms()) if data.draw(st.booleans())]
    new, place = rebuilt(topology, keep=kept), {old: index for index, old in enumerate(kept)}
    rows = described(topology)
    assert [row[1:6] for row in described(new)] == [rows[index][1:6] for index in kept]
    assert bond_indices(new) == [(place[i], place[j]) for i, j in bond_indices(topology) if {i, j} <= place.keys()]
    assert all(list(residue.atoms()) for residue in new.residues())


@given(topologies(), st.data())
def test_a_left_out_residue_drops_its_bonds_and_others_get_their_names(topology: Topology, data: st.DataObject) -> None:
    gone = {residue.index for residue in topology.residues() if data.draw(st.booleans())}
    new = rebuilt(
        topology,
        residue=lambda old: (
            None if old.index in gone else replace(as_it_is(old), name="NEW", chain="Z", number=f"{int(old.id) + 7}")
        ),
    )
    stays = [row for row in described(topology) if row[6] not in gone]
    place = {row[0]: index for index, row in enumerate(stays)}
    assert [row[1:3] for row in described(new)] == [row[1:3] for row in stays]
    assert [(row[3], int(row[4]), row[5], row[7]) for row in described(new)] == [
        ("NEW", int(str(row[4])) + 7, row[5], "Z") for row in stays
    ]
    assert bond_indices(new) == [(place[i], place[j]) for i, j in bond_indices(topology) if {i, j} <= place.keys()]


@given(topologies())
def test_given_bonds_take_the_place_of_the_own(topology: Topology) -> None:
    assert bond_indices(rebuilt(topology, bonds=())) == []
    reverse = bond_indices(topology)[::-1]
    assert [b[:2] for b in bonds_of(rebuilt(topology, bonds=reverse))] == reverse


@given(topologies(), topologies())
def test_two_topologies_are_joined_with_the_bonds_of_both(one: Topology, other: Topology) -> None:
    moved = [replace(as_it_is(residue), segment=-1) for residue in other.residues()]
    whole = assembled([*map(as_it_is, one.residues()), *moved], [*sorted_bonds(one), *sorted_bonds(other)])
    size = one.getNumAtoms()
    assert [row[1:6] for row in described(whole)] == [row[1:6] for row in (*described(one), *described(other))]
    assert bond_indices(whole) == [*bond_indices(one), *((i + size, j + size) for i, j in bond_indices(other))]
    assert source_indices(moved) == list(range(other.getNumAtoms()))


@pytest.mark.parametrize(("segments", "chains"), [((0, 0), 1), ((0, 1), 2)])
def test_a_new_segment_begins_a_chain_of_the_same_name(segments: tuple[int, int], chains: int) -> None:
    atoms = (NewAtom("CA", ELEMENTS[0]),)
    new = assembled(NewResidue("GLY", "A", str(n), "", atoms, segment) for n, segment in enumerate(segments))
    assert [chain.id for chain in new.chains()] == ["A"] * chains
