"""Chains under clinical numbers: tags left out, shifts and differences told, everything else as it was."""

from collections.abc import Sequence
from dataclasses import replace
from string import ascii_uppercase

import numpy as np
import pytest
from openmm.app import Element, Topology

from trkstruct.errors import StructureError
from trkstruct.kinase.kinases import Kinase, kinase_named, kinases, trk_kinases
from trkstruct.residues import ONE_TO_THREE, ResidueId
from trkstruct.structure.complex import Complex, protein_sequence
from trkstruct.structure.dfg import measure_conformation
from trkstruct.structure.numbering import (
    ChainMatch,
    chain_of,
    clinical_match,
    conformation_of,
    is_clinical,
    match_letters,
    recognise_kinase,
    under_one_letter,
    with_built,
)
from trkstruct.structure.reading import load_complex
from trkstruct.structure.renumbered import Renumbered, number_by_match, number_clinically
from trkstruct.structure.shipped_models import manifest

TRKA, TRKB, TRKC = trk_kinases()
ABL1 = kinase_named("ABL1")
BACKBONE = {"N": (0.0, 0.0, 0.0), "CA": (1.46, 0.0, 0.0), "C": (2.0, 1.42, 0.0)}


def chain(letters: Sequence[str], numbers: Sequence[int], name: str = "A", extra: Sequence[str] = ()) -> Complex:
    """Backbone atoms of a chain, its residues in a row, each with the extra atoms given."""
    topology, positions = Topology(), []
    made = topology.addChain(name)
    for place, (letter, number) in enumerate(zip(letters, numbers, strict=True)):
        residue = topology.addResidue(ONE_TO_THREE[letter], made, str(number))
        for atom in (*BACKBONE, *extra):
            topology.addAtom(atom, Element.getBySymbol(atom[0]), residue)
            positions.append(np.add(BACKBONE.get(atom, (0.5, 0.5, 1.0)), (3.33 * place, 0, 0)))
    return Complex(topology, np.array(positions), None, "made.pdb", ("read",))


def domain(kinase: Kinase) -> tuple[str, range]:
    return kinase.sequence, range(kinase.first_number, kinase.last_number + 1)


def numbers_of(complex_: Complex) -> list[int]:
    return [int(residue.id) for residue in complex_.topology.residues()]


def renumbered(complex_: Complex) -> Renumbered:
    return number_clinically(complex_, recognise_kinase(complex_))


def test_tags_are_dropped_mutations_told_and_numbers_made_clinical() -> None:
    letters, numbers = domain(TRKB)
    gatekeeper, front = 633 - TRKB.first_number, 639 - TRKB.first_number
    mutated = letters[:gatekeeper] + "L" + letters[gatekeeper + 1 : front] + "R" + letters[front + 1 :]
    own = [number - 16 for number in numbers]
    tagged = chain("GSHM" + mutated + "LE", [*range(own[0] - 4, own[0]), *own, own[-1] + 1, own[-1] + 2], "Q")
    found = renumbered(tagged)
    assert numbers_of(found.complex) == list(numbers)
    assert [chain.id for chain in found.complex.topology.chains()] == ["Q"]
    names = [residue.name for residue in found.complex.topology.residues()]
    assert names == [ONE_TO_THREE[letter] for letter in mutated]
    np.testing.assert_array_equal(found.complex.positions, tagged.positions[12:-6])
    assert (found.complex.source, found.complex.notes, found.complex.ligand) == ("made.pdb", ("read",), None)
    assert found.match is not None
    assert (found.match.kinase, found.shifts, found.differences) == (TRKB, (16,), ("F633L", "G639R"))
    assert found.match.numbers == {ResidueId("Q", number): number for number in numbers}
    first, last = own[0] - 4, own[-1] + 2
    assert found.tags == (
        f"G{first}", f"S{first + 1}", f"H{first + 2}", f"M{first + 3}", f"L{last - 1}", f"E{last}",
    )  # fmt: skip


def test_a_clinical_chain_stays() -> None:
    complex_ = chain(*domain(TRKA))
    found = renumbered(complex_)
    assert (found.shifts, found.tags, found.differences) == ((0,), (), ())
    assert numbers_of(found.complex) == numbers_of(complex_)
    bonded = {frozenset((a.index, b.index)) for a, b in found.complex.topology.bonds()}
    assert {frozenset((0, 1)), frozenset((1, 2)), frozenset((2, 3))} <= bonded  # N-CA, CA-C and the peptide bond


def test_hydrogens_and_end_atoms_are_left_out_and_two_shifts_told() -> None:
    letters, numbers = domain(TRKC)
    own = [number + (30 if place >= 150 else 0) for place, number in enumerate(numbers)]
    found = renumbered(chain(letters, own, extra=("H", "OXT")))
    assert {(atom.name, atom.element.symbol) for atom in found.complex.topology.atoms()} == {
        ("N", "N"), ("CA", "C"), ("C", "C"),
    }  # fmt: skip
    assert found.shifts == (-30, 0)
    np.testing.assert_array_equal(found.complex.positions[3], [3.33, 0, 0])


def test_five_residues_in_a_row_end_a_tag() -> None:
    """What agrees by chance within the first or last residues is a tag as long as no five in a row do."""
    letters, numbers = domain(TRKA)
    assert "W" not in letters[:6] + letters[-6:]
    spoilt = renumbered(chain(letters[:4] + "W" + letters[5:], numbers))
    assert numbers_of(spoilt.complex) == list(numbers[5:])
    assert len(spoilt.tags) == 5
    assert numbers_of(renumbered(chain(letters[:5] + "W" + letters[6:], numbers)).complex) == list(numbers)
    assert numbers_of(renumbered(chain(letters[:-5] + "W" + letters[-4:], numbers)).complex) == list(numbers[:-5])
    assert numbers_of(renumbered(chain(letters[:-6] + "W" + letters[-5:], numbers)).complex) == list(numbers)


def test_a_residue_between_gaps_that_fits_in_several_places_is_left_out_and_is_no_tag() -> None:
    """The file counts on over two gaps, so that nothing tells which of the residues between them is there."""
    letters, numbers = domain(TRKA)
    left = [*numbers[:100], numbers[106], *numbers[113:]]
    own = range(1, len(left) + 1)
    complex_ = chain("".join(letters[number - numbers[0]] for number in left), own)
    kept = dict(zip(protein_sequence(complex_), left, strict=True))
    del kept[ResidueId("A", 101)]
    lone = f"{letters[106]}101"
    found = number_clinically(complex_, ChainMatch(TRKA, kept))
    assert (found.tags, found.unplaced) == ((), (lone,))
    assert numbers_of(found.complex) == [*left[:100], *left[101:]]


@pytest.mark.parametrize(
    ("letters", "found"), [("ACDEFGHIKL" * 9, "no known kinase"), (domain(ABL1)[0], "ABL1")], ids=["none", "ABL1"]
)
def test_other_proteins_are_refused_by_name(letters: str, found: str) -> None:
    with pytest.raises(StructureError, match=rf"The chain in made\.pdb is {found}, not TRKA, TRKB or TRKC\."):
        renumbered(chain(letters, range(1, len(letters) + 1)))


@pytest.mark.parametrize(("name", "kept"), [("B", "B"), (" ", "A"), ("AAA", "A"), ("7", "7")])
def test_a_chain_keeps_its_name_where_every_pdb_file_can_hold_it(name: str, kept: str) -> None:
    complex_ = chain("AG", [1, 2], name)
    assert chain_of(complex_) == name
    match = ChainMatch(TRKA, {ResidueId(name, 1): 501})
    renamed, carried = under_one_letter(complex_, match)
    assert chain_of(renamed) == kept
    assert carried == ChainMatch(TRKA, {ResidueId(kept, 1): 501})
    assert [(residue.name, residue.id) for residue in renamed.topology.residues()] == [("ALA", "1"), ("GLY", "2")]
    assert renamed.positions is complex_.positions
    unknown, none = under_one_letter(complex_, None)
    assert (chain_of(unknown), none) == (kept, None)


@pytest.mark.parametrize("kinase", kinases(), ids=str)
def test_each_kinase_is_recognised_whatever_its_numbers(kinase: Kinase) -> None:
    letters, numbers = domain(kinase)
    complex_ = chain(letters, [number + 7 for number in numbers])
    match = recognise_kinase(complex_)
    assert match is not None
    assert match.kinase == kinase
    assert match.numbers == {ResidueId("A", number + 7): number for number in numbers}
    assert not is_clinical(complex_, match)
    assert is_clinical(chain(letters, numbers), clinical_match(chain(letters, numbers), kinase))


def test_the_files_own_numbers_decide_the_sides_of_a_loop() -> None:
    """Without 683-686 of TRKA, R682 fits 686 as well."""
    letters, numbers = domain(TRKA)
    present = [(letter, number) for letter, number in zip(letters, numbers, strict=True) if not 683 <= number <= 686]
    match = recognise_kinase(chain(*zip(*present, strict=True)))
    assert match is not None
    assert match.numbers == {ResidueId("A", number): number for _, number in present}


@pytest.mark.parametrize("seen", ["N", "CA", "N CA C"])
def test_a_residue_at_a_loop_stays_on_its_side_whatever_is_seen_of_it(seen: str) -> None:
    """R682 before the missing 683-686 of TRKA, in a file that counts on over them, with all or part of its backbone."""
    letters, numbers = domain(TRKA)
    present = [(letter, number) for letter, number in zip(letters, numbers, strict=True) if not 683 <= number <= 686]
    identities = [ResidueId("A", at) for at in range(1, len(present) + 1)]
    ends = {
        identity: {
            name: np.array([3.8 * number + more, 0.0, 0.0]) for name, more in (("N", 0), ("CA", 1.4), ("C", 2.5))
        }
        for identity, (_, number) in zip(identities, present, strict=True)
    }
    at_loop = identities[[number for _, number in present].index(682)]
    ends[at_loop] = {name: ends[at_loop][name] for name in seen.split()}
    match = match_letters(dict(zip(identities, (letter for letter, _ in present), strict=True)), ends)
    assert match is not None and match.numbers[at_loop] == 682


@pytest.mark.parametrize("gone", [range(683, 687), range(550, 560), range(600, 613), range(745, 751)])
def test_residues_that_share_a_number_are_one_stretch(gone: range) -> None:
    """26 residues under each number, told apart by insertion codes: as the same chain counted from 1."""
    letters = [letter for letter, number in zip(*domain(TRKA), strict=True) if number not in gone]
    by_code = match_letters({ResidueId("A", 1 + at // 26, ascii_uppercase[at % 26]): x for at, x in enumerate(letters)})
    counted = match_letters({ResidueId("A", 1 + at): letter for at, letter in enumerate(letters)})
    assert by_code is not None and counted is not None
    assert list(by_code.numbers.values()) == list(counted.numbers.values())


def test_what_is_not_in_the_match_does_not_make_a_file_clinical_or_not() -> None:
    letters, numbers = domain(TRKA)
    tagged = chain("GSHM" + letters, [1, 2, 3, 4, *numbers])
    match = recognise_kinase(tagged)
    assert match is not None
    assert ResidueId("A", 1) not in match.numbers
    assert is_clinical(tagged, match)
    assert match_letters({ResidueId("A", number): "X" for number in range(300)}) is None
    assert recognise_kinase(chain("ACDEFGHIKL" * 9, range(90))) is None


def test_a_domain_is_shifted_whole_with_its_insertion_codes_bonds_and_water() -> None:
    letters, numbers = domain(ABL1)
    complex_ = chain(letters, [number + 19 for number in numbers], "C")  # ABL1 1b: T334 for T315
    topology = complex_.topology
    water = topology.addResidue("HOH", topology.addChain("W"), "900", "B")
    topology.addAtom("O", Element.getBySymbol("O"), water)
    atoms = list(topology.atoms())
    topology.addBond(atoms[0], atoms[1])
    whole = replace(complex_, positions=np.vstack([complex_.positions, [[9.0, 9.0, 9.0]]]))
    match = recognise_kinase(complex_)
    assert match is not None
    found = number_by_match(whole, match)
    shifted = found.complex.topology
    assert numbers_of(found.complex) == [*numbers, 881]
    assert [chain.id for chain in shifted.chains()] == ["C", "W"]
    assert [residue.insertionCode for residue in shifted.residues()][-1] == "B"
    assert [(a.index, b.index) for a, b in shifted.bonds()] == [(0, 1)]
    assert [(a.name, a.element) for a in shifted.atoms()] == [(a.name, a.element) for a in topology.atoms()]
    assert found.complex.positions is whole.positions
    assert (found.shifts, found.tags, found.differences) == ((-19,), (), ())
    assert found.match == clinical_match(found.complex, ABL1)


def test_clinical_numbers_stay_and_of_several_shifts_each_residue_takes_its_own() -> None:
    letters, numbers = domain(ABL1)
    clinical = chain(letters, numbers)
    same = number_by_match(clinical, clinical_match(clinical, ABL1))
    assert same.complex is clinical
    assert (same.match, same.shifts) == (clinical_match(clinical, ABL1), (0,))
    apart = chain(letters, [number + (50 if number > 330 else 0) for number in numbers])
    match = recognise_kinase(apart)
    assert match is not None
    two = number_by_match(apart, match)
    assert numbers_of(two.complex) == list(numbers)
    assert (two.match, two.shifts) == (clinical_match(clinical, ABL1), (-50, 0))


def test_built_residues_count_on_from_the_one_before() -> None:
    """A loop of three residues is built; one that was not, and one after a tag, get no number."""
    match = ChainMatch(TRKA, {ResidueId("A", 10): 510, ResidueId("A", 14): 514})
    complex_ = chain("GGGGGGGG", [8, 9, 10, 11, 12, 13, 14, 17])
    loop = {ResidueId("A", number) for number in (9, 11, 12, 13, 17)}
    numbers = {identity.number: number for identity, number in with_built(match, complex_, loop).numbers.items()}
    assert numbers == {10: 510, 11: 511, 12: 512, 13: 513, 14: 514, 17: 517}
    assert with_built(match, complex_, ()).numbers == match.numbers


def test_the_state_of_the_motif_does_not_depend_on_the_numbers() -> None:
    entry = next(entry for entry in manifest() if entry.kinase == "TRKA" and not entry.ligand)
    shipped = load_complex(entry.path, chain="A")
    expected, match = measure_conformation(shipped, TRKA), clinical_match(shipped, TRKA)
    assert conformation_of(shipped, match) == expected
    moved = number_by_match(shipped, replace(match, numbers={key: n + 40 for key, n in match.numbers.items()})).complex
    assert numbers_of(moved)[0] == numbers_of(shipped)[0] + 40
    assert conformation_of(moved, recognise_kinase(moved)) == expected
    assert conformation_of(moved, None) is None
    bare = chain(*domain(TRKA))
    assert conformation_of(bare, clinical_match(bare, TRKA)) is None  # no CZ of the DFG phenylalanine
