"""Whatever an unknown protein's residues are numbered, preparation moves nothing and the numbers stay."""

from collections.abc import Callable
from dataclasses import replace
from string import ascii_uppercase

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.crystal import Edit, chain_lines, text_of
from support.peptides import build_peptide
from trkstruct.errors import StructureError
from trkstruct.preparation.counted import MOST, count_residues
from trkstruct.preparation.protein import Preparation, complete_protein
from trkstruct.preparation.protonation import find_titrations
from trkstruct.residues import ONE_TO_THREE, ResidueId
from trkstruct.structure.complex import Complex, protein_sequence, residue_id
from trkstruct.structure.reading import load_complex
from trkstruct.structure.topology import as_it_is, rebuilt

FIRST, LAST = 564, 582
MISSING = frozenset({572, 573})
PLAIN = Edit(span=(FIRST, LAST), stripped={566: ("N", "CA", "C", "O", "CB")})


def renamed(complex_: Complex, new: Callable[[int], tuple[int, str]]) -> Complex:
    def residue(old):  # type: ignore[no-untyped-def]
        number, code = new(int(old.id))
        return replace(as_it_is(old), number=str(number), insertion_code=code)

    return replace(complex_, topology=rebuilt(complex_.topology, residue=residue))


def read(tmp_path_factory: pytest.TempPathFactory, edit: Edit) -> Complex:
    path = tmp_path_factory.mktemp("counted") / "file.pdb"
    path.write_text(text_of(chain_lines(edit)))
    return load_complex(path)


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Complex:
    return read(tmp_path_factory, replace(PLAIN, without=MISSING))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Complex:
    return read(tmp_path_factory, PLAIN)


@pytest.fixture(scope="module")
def sequence(whole: Complex) -> tuple[str, ...]:
    return tuple(ONE_TO_THREE[letter] for letter in protein_sequence(whole).values())


@pytest.fixture(scope="module")
def expected(broken: Complex, sequence: tuple[str, ...]) -> Preparation:
    return complete_protein(broken, None, sequence=sequence)


@pytest.mark.parametrize("shift", [20_000, 9_999 - 573, -1_573, -FIRST])
def test_numbers_that_pdb_text_cannot_hold_change_nothing_but_themselves(
    broken: Complex, sequence: tuple[str, ...], expected: Preparation, shift: int
) -> None:
    found = complete_protein(renamed(broken, lambda n: (n + shift, "")), None, sequence=sequence)
    assert np.array_equal(found.complex.positions, expected.complex.positions)
    assert [each.number - shift for each in protein_sequence(found.complex)] == list(range(FIRST, LAST + 1))
    assert {(each.number - shift, name) for each, name in found.given} == {
        (each.number, name) for each, name in expected.given
    }
    assert [loop.first - shift for loop in found.loops] == [loop.first for loop in expected.loops] == [572]
    assert [built.residue.number - shift for built in found.side_chains] == [566]
    assert [(t.residue.number - shift, t.pka) for t in found.titrations] == [
        (t.residue.number, t.pka) for t in expected.titrations
    ]


def test_residues_that_differ_in_their_insertion_code_alone_stay_apart(whole: Complex) -> None:
    expected = complete_protein(whole, None)
    found = complete_protein(renamed(whole, lambda n: (100, ascii_uppercase[n - FIRST])), None)
    assert list(protein_sequence(found.complex)) == [
        ResidueId("A", 100, ascii_uppercase[n - FIRST]) for n in range(FIRST, LAST + 1)
    ]
    assert np.array_equal(found.complex.positions, expected.complex.positions)
    assert [t.pka for t in find_titrations(found.complex, 7.4)] == [
        t.pka for t in find_titrations(expected.complex, 7.4)
    ]


@given(st.lists(st.integers(-30_000, 30_000), min_size=5, max_size=5, unique=True).map(sorted))
def test_counted_residues_get_their_numbers_back(numbers: list[int]) -> None:
    peptide = build_peptide()
    own = dict(zip((int(r.id) for r in peptide.topology.residues()), numbers, strict=True))
    given_ = renamed(peptide, lambda n: (own[n], ""))
    counted = count_residues(given_)
    counting = renamed(peptide, lambda n: (1 + list(own).index(n), ""))
    restored = counted.restored(counting.topology)
    assert [residue_id(r) for r in restored.residues()] == [residue_id(r) for r in given_.topology.residues()]


def test_more_residues_than_can_be_counted_are_refused() -> None:
    peptide = build_peptide()
    last = residue_id(list(peptide.topology.residues())[-1])
    with pytest.raises(StructureError, match="has 5 residues; up to 9999"):
        count_residues(peptide, {last: MOST})
