"""A chain of several shifts takes the numbers of its kinase one by one, and says what is no wild type in it."""

from collections.abc import Sequence
from dataclasses import replace
from string import ascii_uppercase

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openmm.app import Element, Topology

from support.numbered_chain import pocket_trace
from trkstruct.kinase.kinases import Kinase, kinase_named, kinases, region_of, residue_at
from trkstruct.residues import ONE_TO_THREE, ResidueId
from trkstruct.structure.complex import Complex, protein_sequence
from trkstruct.structure.numbering import ChainMatch, is_clinical, recognise_kinase
from trkstruct.structure.renumbered import Renumbered, differences, number_by_match

ABL1, EGFR, ALK, TRKA, ROS1 = (kinase_named(name) for name in ("ABL1", "EGFR", "ALK", "TRKA", "ROS1"))
WHOLE = kinases()


def chain(letters: Sequence[str], own: Sequence[int | str]) -> Complex:
    """Alpha carbons, numbered as in ``770`` or ``770A``."""
    topology = Topology()
    made = topology.addChain("A")
    for letter, number in zip(letters, own, strict=True):
        digits = str(number).rstrip(ascii_uppercase)
        residue = topology.addResidue(ONE_TO_THREE[letter], made, digits, str(number).removeprefix(digits))
        topology.addAtom("CA", Element.getBySymbol("C"), residue)
    return Complex(topology, np.zeros((len(letters), 3)), None, "made.pdb")


def renumbered(complex_: Complex) -> Renumbered:
    match = recognise_kinase(complex_)
    assert match is not None
    return number_by_match(complex_, match)


def labels(complex_: Complex) -> list[str]:
    return [f"{identity.number}{identity.insertion_code}" for identity in protein_sequence(complex_)]


@settings(max_examples=25, deadline=None)
@given(
    kinase=st.sampled_from(WHOLE),
    where=st.integers(40, 200),
    by=st.integers(-30, 60).filter(bool),
    gap=st.integers(31, 50),
    shift=st.integers(-200, 500),
)
def test_two_stretches_with_two_shifts_become_clinical(
    kinase: Kinase, where: int, by: int, gap: int, shift: int
) -> None:
    numbers = range(kinase.first_number, kinase.last_number + 1)
    left = [*numbers[:where], *numbers[where + gap :]]
    own = [number + shift + (by if number > numbers[where] else 0) for number in left]
    found = renumbered(chain([residue_at(kinase, number) for number in left], own))
    assert labels(found.complex) == [str(number) for number in left]
    assert found.match is not None
    assert found.match.kinase == kinase
    assert found.shifts == tuple(sorted({-shift, -shift - by}))
    assert is_clinical(found.complex, found.match)
    regions = [region_of(kinase, found.match.numbers[identity]) for identity in protein_sequence(found.complex)]
    assert regions == [region_of(kinase, number) for number in left]


def test_an_inserted_loop_bears_insertion_codes() -> None:
    """EGFR D770_N771insNPG as a file that counts on numbers it: the rest is three too high."""
    letters = [residue_at(EGFR, number) for number in range(700, 1001)]
    inserted = [*letters[:71], *"NPG", *letters[71:]]
    found = renumbered(chain(inserted, range(700, 700 + len(inserted))))
    assert labels(found.complex)[69:76] == ["769", "770", "770A", "770B", "770C", "771", "772"]
    assert (found.inserted, found.shifts, found.differences) == (("770A", "770B", "770C"), (-3, 0), ())
    assert found.match is not None
    assert ResidueId("A", 770, "A") not in found.match.numbers


@pytest.mark.parametrize("kinase", [ABL1, EGFR, ALK], ids=str)
def test_a_residue_that_fits_in_several_places_takes_the_number_of_none(kinase: Kinase) -> None:
    """One residue between two gaps that the file counts over: its own number plus a shift is another residue's."""
    numbers = range(kinase.first_number, kinase.last_number + 1)
    for start in range(30, 200, 10):
        left = [*numbers[:start], numbers[start + 6], *numbers[start + 13 :]]
        complex_ = chain([residue_at(kinase, number) for number in left], range(1, len(left) + 1))
        own = list(protein_sequence(complex_))
        known = {identity: number for identity, number in zip(own, left, strict=True) if number != left[start]}
        found = number_by_match(complex_, ChainMatch(kinase, known))
        assert found.inserted == (f"{left[start - 1]}A",)
        assert labels(found.complex) == [*map(str, left[:start]), f"{left[start - 1]}A", *map(str, left[start + 1 :])]


def test_too_long_an_insertion_leaves_the_numbers_of_the_file() -> None:
    letters = [residue_at(EGFR, number) for number in range(700, 1001)]
    fused = chain([*letters[:71], *"GS" * 14, *letters[71:]], range(1, 302 + 28))
    assert renumbered(fused).complex is fused


def test_tags_before_and_after_count_on_where_their_own_numbers_are_taken() -> None:
    letters = [residue_at(ABL1, number) for number in range(230, 501)]
    own = [*range(1, 101), *range(111, 282)]
    found = renumbered(chain(["G", "W", "W", *letters, "W", "H"], [300, 301, 302, *own, -6, -5]))
    assert labels(found.complex)[:4] == ["227", "228", "229", "230"]
    assert labels(found.complex)[-3:] == ["500", "501", "502"]


@pytest.mark.parametrize(
    ("own", "matched", "clinical"),
    [
        ("10 10A 11 20", {0: 110, 2: 111, 3: 220}, "110 110A 111 220"),
        ("10 11 12 20", {0: 110, 2: 112, 3: 220}, "110 111 112 220"),
        ("10 20 21 22", {0: 110, 1: 220}, "110 220 221 222"),
        ("10 20 25 5 26", {0: 110, 1: 220}, "110 220 225 226 227"),
        ("10 11 12 12A 20", {0: 110, 1: 112, 3: 113, 4: 220}, "110 112 112A 113 220"),
        ("10 20 5 6", {0: 110, 1: 220}, "110 220 221 222"),
        ("10 20 20A", {0: 110, 1: 220}, "110 220 221"),
        ("8 9 10 20", {2: 110, 3: 220}, "108 109 110 220"),
        ("9 9A 10 20", {2: 110, 3: 220}, "109 109A 110 220"),
        ("10 10A 20", {1: 110, 2: 220}, "109 110 220"),
        ("30 31 10 20", {2: 110, 3: 220}, "108 109 110 220"),
        ("30 10 10A 20", {1: 110, 3: 220}, "109 110 110A 220"),
    ],
)
def test_what_the_kinase_has_not_counts_on_from_the_residue_before(
    own: str, matched: dict[int, int], clinical: str
) -> None:
    complex_ = chain("G" * len(own.split()), own.split())
    identities = list(protein_sequence(complex_))
    match = ChainMatch(ABL1, {identities[at]: number for at, number in matched.items()})
    assert labels(number_by_match(complex_, match).complex) == clinical.split()


def test_other_chains_keep_their_numbers_where_several_shifts_are_taken() -> None:
    complex_ = chain("GGG", ["10", "11", "20"])
    water = complex_.topology.addResidue("HOH", complex_.topology.addChain("W"), "11", "B")
    complex_.topology.addAtom("O", Element.getBySymbol("O"), water)
    whole = replace(complex_, positions=np.zeros((4, 3)))
    match = ChainMatch(ABL1, {ResidueId("A", 10): 110, ResidueId("A", 11): 111, ResidueId("A", 20): 220})
    numbered = number_by_match(whole, match).complex
    assert [(each.id, each.insertionCode) for each in numbered.topology.residues()] == [
        ("110", ""), ("111", ""), ("220", ""), ("11", "B"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kinase", "mutations"),
    [(ABL1, "T315I"), (EGFR, "T790M+L858R"), (EGFR, "L861Q"), (ALK, "L1196M+S1281G"), (TRKA, "G595R")],
)
def test_mutations_that_a_chain_carries_are_named_in_every_kinase(kinase: Kinase, mutations: str) -> None:
    carried = {int(each[1:-1]): each[-1] for each in mutations.split("+")}
    numbers = range(kinase.first_number, kinase.last_number + 1)
    complex_ = chain([carried.get(number, residue_at(kinase, number)) for number in numbers], [n + 7 for n in numbers])
    assert renumbered(complex_).differences == tuple(mutations.split("+"))


def test_mutations_are_named_where_the_numbers_are_clinical_already() -> None:
    mutated = chain(["I" if n == 315 else residue_at(ABL1, n) for n in range(235, 501)], range(235, 501))
    assert renumbered(mutated).complex is mutated
    assert renumbered(mutated).differences == ("T315I",)


def test_nothing_is_a_mutation_where_the_wild_type_is_not_known_or_nothing_agrees() -> None:
    unknown = chain("N", [7])
    assert differences(unknown, ChainMatch(ROS1, {ResidueId("A", 7): 200})) == ()
    glycines = chain("G" * 6, range(315, 321))
    assert differences(glycines, ChainMatch(ABL1, {each: each.number for each in protein_sequence(glycines)})) == ()


def test_where_the_pocket_alone_is_there_mutations_in_it_are_named() -> None:
    assert renumbered(pocket_trace(ROS1, 3, mutated={2032: "R"})).differences == ("G2032R",)


def test_a_tag_that_agrees_by_chance_is_no_mutation() -> None:
    """GS before D233: the alignment may take S for the one at 229, and what lies between for mutations."""
    letters = [residue_at(ABL1, number) for number in range(234, 501)]
    tagged = chain([*"GSPNWW", *letters], [*range(228, 234), *range(234, 501)])
    match = recognise_kinase(tagged)
    assert match is not None
    assert differences(tagged, match) == ()
