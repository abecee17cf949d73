"""Names of residues and atoms, read and written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trkstruct.errors import InputError
from trkstruct.residues import THREE_TO_ONE, AtomLabel, ResidueId

NUMBERS = st.integers(-99, 9999)
CODES = st.sampled_from(["", "A", "B"])


@given(st.sampled_from(["A", "B", ""]), NUMBERS, CODES)
def test_a_residue_reads_as_it_is_written(chain: str, number: int, code: str) -> None:
    residue = ResidueId(chain, number, code)
    assert ResidueId.parse(str(residue)) == residue


@given(
    st.sampled_from([*THREE_TO_ONE, "LIG", "MSE", "0NV", "1N1"]), NUMBERS, CODES, st.sampled_from(["CZ", "HD11", "N"])
)
def test_an_atom_reads_as_it_is_written(name: str, number: int, code: str, atom: str) -> None:
    label = AtomLabel(ResidueId("A", number, code), name, atom)
    assert AtomLabel.parse(str(label)) == label


@pytest.mark.parametrize(
    ("text", "residue", "name"),
    [
        ("A:ARG595:CZ", "A:595", "ARG"),
        ("L:LIG1:N3", "L:1", "LIG"),
        ("B:SER52A:OG", "B:52A", "SER"),
        (":GLY-1:N", ":-1", "GLY"),
    ],
)
def test_labels_as_clashes_have_them(text: str, residue: str, name: str) -> None:
    label = AtomLabel.parse(text)
    assert (str(label.residue), label.residue_name, str(label)) == (residue, name, text)


@pytest.mark.parametrize("text", ["", "A:ARG595", "ARG595:CZ", "A:ARG:CZ", "A:ARG595:CZ:N"])
def test_what_is_no_atom_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="is not an atom"):
        AtomLabel.parse(text)
