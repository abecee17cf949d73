"""Names of residues and atoms as other programs write them become those of the wwPDB."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trkstruct.residues import THREE_TO_ONE
from trkstruct.structure.atom_names import heavy_atom_names, is_water, standard_atom_name, standard_residue_name

HEAVY_ATOMS = {"GLY": 4, "ALA": 5, "SER": 6, "CYS": 6, "VAL": 7, "THR": 7, "PRO": 7, "ASP": 8, "ASN": 8, "LEU": 8,
               "ILE": 8, "MET": 8, "GLU": 9, "GLN": 9, "LYS": 9, "HIS": 10, "PHE": 11, "ARG": 11, "TYR": 12,
               "TRP": 14}  # fmt: skip


@pytest.mark.parametrize(
    ("written", "standard"),
    [("HIE", "HIS"), ("HSD", "HIS"), ("HIP", "HIS"), ("CYX", "CYS"), ("ASH", "ASP"), ("GLH", "GLU"), ("LYN", "LYS"),
     ("WAT", "HOH"), ("SOL", "HOH"), (" HIE", "HIS"), ("LIG", "LIG"), ("TPO", "TPO")],
)  # fmt: skip
def test_residues(written: str, standard: str) -> None:
    assert standard_residue_name(written) == standard


@pytest.mark.parametrize(
    ("residue", "written", "standard"),
    [("ILE", "CD", "CD1"), ("ALA", "HN", "H"), ("LEU", "1HD1", "HD11"), ("SER", "OG", "OG"), ("LIG", "CD", "CD")],
)
def test_atoms(residue: str, written: str, standard: str) -> None:
    assert standard_atom_name(residue, written) == standard


def test_every_name_of_water_is_one() -> None:
    assert all(map(is_water, ("HOH", "WAT", "H2O", "SOL"))) and not is_water("LIG")


def test_heavy_atoms_of_a_residue_in_a_chain() -> None:
    assert {name: len(heavy_atom_names(name)) for name in HEAVY_ATOMS} == HEAVY_ATOMS
    assert HEAVY_ATOMS.keys() == THREE_TO_ONE.keys()
    assert heavy_atom_names("SER") == {"N", "CA", "C", "O", "CB", "OG"}
    assert heavy_atom_names("LIG") == frozenset()


@given(residue=st.sampled_from(sorted(THREE_TO_ONE)), data=st.data())
def test_a_standard_name_stays(residue: str, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(heavy_atom_names(residue))))
    assert standard_residue_name(residue) == residue and standard_atom_name(residue, name) == name
