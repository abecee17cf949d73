"""The rotamer library against what Hintze 2016 (10.1002/prot.25039) says of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trkstruct.errors import InputError
from trkstruct.residues import ONE_TO_THREE
from trkstruct.sidechain.ideal_geometry import chi_atoms
from trkstruct.sidechain.rotamers import chi_periods, find_nearest, rotamers_of

AMINO_ACIDS = sorted(ONE_TO_THREE.values())
N_CHIS = {
    "ALA": 0, "GLY": 0, "CYS": 1, "SER": 1, "THR": 1, "VAL": 1, "ASN": 2, "ASP": 2, "HIS": 2, "ILE": 2, "LEU": 2,
    "PHE": 2, "TRP": 2, "TYR": 2, "GLN": 3, "GLU": 3, "MET": 3, "PRO": 3, "ARG": 4, "LYS": 4,
}  # fmt: skip


@pytest.mark.parametrize("residue", AMINO_ACIDS)
def test_every_amino_acid_has_its_chis_sorted_by_frequency_and_almost_all_residues_covered(residue: str) -> None:
    library = rotamers_of(residue, min_frequency_percent=0.0)
    frequencies = [rotamer.frequency_percent for rotamer in library]
    assert frequencies == sorted(frequencies, reverse=True)
    assert 99.5 < sum(frequencies) <= 100.0  # 0.3 % of the residues of the set are outliers
    assert {len(rotamer.chis_degrees) for rotamer in library} == {N_CHIS[residue]} == {len(chi_atoms(residue))}
    assert {len(rotamer.sds_degrees) for rotamer in library} == {N_CHIS[residue]}
    assert all(-180 <= chi <= 180 for rotamer in library for chi in rotamer.chis_degrees)
    assert all(sd > 0 for rotamer in library for sd in rotamer.sds_degrees)
    assert len({rotamer.name for rotamer in library}) == len(library)


@pytest.mark.parametrize(
    ("residue", "name", "chis"),
    [
        ("LEU", "mt", (-66, 174)),
        ("LEU", "tp", (-177, 63)),
        ("ILE", "mt", (-63, 169)),
        ("VAL", "t", (176,)),
        ("ARG", "mtt180", (-67, 180, -179, 177)),
        ("PHE", "m-80", (-67, -81)),
        ("PRO", "Cg_exo", (-25, 36, -32)),
    ],
)
def test_published_rotamers_are_in_the_library(residue: str, name: str, chis: tuple[float, ...]) -> None:
    assert {rotamer.name: rotamer.chis_degrees for rotamer in rotamers_of(residue)}[name] == chis


def test_rotamers_below_half_a_percent_are_left_out() -> None:
    assert all(rotamer.frequency_percent >= 0.5 for rotamer in rotamers_of("ARG"))
    assert {r.name for r in rotamers_of("LEU", 0.0)} - {r.name for r in rotamers_of("LEU")} == {"pp", "pt", "mm", "tm"}


def test_ring_flips_and_carboxylates_repeat_after_half_a_turn() -> None:
    assert {name for name in AMINO_ACIDS if 180.0 in chi_periods(name)} == {"ASP", "GLU", "PHE", "TYR"}
    assert chi_periods("GLU") == (360.0, 360.0, 180.0)


def test_protonation_states_share_the_rotamers_of_their_amino_acid() -> None:
    assert rotamers_of("HID") == rotamers_of("HIP") == rotamers_of("HIS")


@pytest.mark.parametrize("residue", AMINO_ACIDS)
@given(data=st.data())
def test_nearest_rotamer_of_a_rotamer_is_itself_whatever_the_turns(residue: str, data: st.DataObject) -> None:
    rotamer = data.draw(st.sampled_from(rotamers_of(residue, 0.0)))
    periods = chi_periods(residue)
    turns = data.draw(st.tuples(*(st.integers(-2, 2) for _ in periods)))
    chis = [chi + k * period for chi, k, period in zip(rotamer.chis_degrees, turns, periods, strict=True)]
    assert find_nearest(residue, chis) is rotamer


def test_unknown_residues_and_impossible_cutoffs_are_refused() -> None:
    with pytest.raises(InputError, match="'LIG' has no rotamers"):
        rotamers_of("LIG")
    with pytest.raises(InputError, match=r"No rotamer of LYS has a frequency of 90 %"):
        rotamers_of("LYS", 90.0)
    with pytest.raises(InputError, match="PHE has 2 chi torsions, 1 were given"):
        find_nearest("PHE", [60.0])
