"""Where a file counts on over a missing loop, the break in space tells on which side of it a residue lies."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from openmm.app import Element, Topology

from trkstruct.kinase.kinases import kinase_named, residue_at
from trkstruct.residues import ONE_TO_THREE, ResidueId
from trkstruct.structure.complex import Complex
from trkstruct.structure.numbering import JOINED, PeptideEnds, _breaks, match_letters, recognise_kinase

TRKA = kinase_named("TRKA")
AT = {"N": 0.0, "CA": 1.0, "C": 2.0}  # with residues 4 Å apart every peptide bond is 2 Å long: the longest that joins
SPACING_ANGSTROM = 4.0
WHOLE = tuple(AT)


def counted_on(present: Sequence[int], atoms: Mapping[int, Sequence[str]]) -> Complex:
    """Residues of TRKA numbered from 1, in a line that has room for those that are missing."""
    topology, positions = Topology(), []
    chain = topology.addChain("A")
    for own, number in enumerate(present, start=1):
        residue = topology.addResidue(ONE_TO_THREE[residue_at(TRKA, number)], chain, str(own))
        for name in atoms.get(number, WHOLE):
            topology.addAtom(name, Element.getBySymbol(name[0]), residue)
            positions.append((SPACING_ANGSTROM * number + AT[name], 0.0, 0.0))
    return Complex(topology, np.array(positions), None, "made.pdb")


@pytest.mark.parametrize("missing", [range(683, 687), range(682, 686)], ids=["R682 stays", "R686 stays"])
def test_of_two_like_residues_beside_a_loop_the_break_tells_which_is_there(missing: range) -> None:
    assert residue_at(TRKA, 682) == residue_at(TRKA, 686) == "R"
    present = [number for number in range(TRKA.first_number, TRKA.last_number + 1) if number not in missing]
    match = recognise_kinase(counted_on(present, {530: ("N", "CA"), 560: ("CA", "C"), 590: ("CA",)}))
    assert match is not None
    assert list(match.numbers.values()) == present


@pytest.mark.parametrize(("last", "first", "limit"), JOINED)
def test_residues_are_joined_up_to_the_limit_of_the_atoms_that_are_there(last: str, first: str, limit: float) -> None:
    one, two, three = (ResidueId("A", number) for number in (1, 2, 3))
    ends: dict[ResidueId, PeptideEnds] = {one: {last: np.zeros(3)}, two: {first: np.array([limit, 0, 0])}}
    assert _breaks([one, two, three], ends) == frozenset()
    ends[two] = {first: np.array([limit + 0.01, 0, 0])}
    assert _breaks([one, two, three], ends) == {1}


def test_a_residue_of_which_nothing_is_known_is_joined_to_both_beside_it() -> None:
    one, two, three = (ResidueId("A", number) for number in (1, 2, 3))
    whole: PeptideEnds = {name: np.array([at, 0, 0]) for name, at in AT.items()}
    assert _breaks([one, two, three], {one: whole, three: whole}) == frozenset()
    assert _breaks([one, two], {one: {"N": np.zeros(3)}, two: {"C": np.full(3, 90.0)}}) == frozenset()


def test_a_chain_without_residues_is_no_kinase() -> None:
    assert match_letters({}) is None
