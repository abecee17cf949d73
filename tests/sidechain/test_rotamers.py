"""The rotamer library against what Hintze 2016 (10.1002/prot.25039) says of it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trkstruct.errors import InputError
from trkstruct.residues import ONE_TO_THREE
from trkstruct.sidechain.ideal_geometry import chi_atoms
from trkstruct.sidechain.rotamers import Rotamer, chi_periods, find_nearest, rotamers_of, sample_rotamer

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


@pytest.mark.parametrize("rotamer", rotamers_of("LEU"), ids=lambda rotamer: rotamer.name)
def test_samples_share_out_the_frequency(rotamer: Rotamer) -> None:
    samples = sample_rotamer(rotamer)
    assert len(samples) == len(set(samples)) == 9
    assert {sample.name for sample in samples} == {rotamer.name}
    assert sum(sample.frequency_percent for sample in samples) == pytest.approx(rotamer.frequency_percent)
    assert max(samples, key=lambda sample: sample.frequency_percent).chis_degrees == rotamer.chis_degrees
    offsets = np.array([sample.chis_degrees for sample in samples]) - rotamer.chis_degrees
    assert np.abs(offsets).max(axis=0) == pytest.approx(rotamer.sds_degrees)


def test_a_step_of_one_deviation_costs_half_rt() -> None:
    shares = {sample.chis_degrees: sample.frequency_percent for sample in sample_rotamer(rotamers_of("VAL")[0])}
    mean = rotamers_of("VAL")[0].chis_degrees
    assert [share / shares[mean] for chis, share in shares.items() if chis != mean] == pytest.approx([np.exp(-0.5)] * 2)


@pytest.mark.parametrize(("chis", "count"), [((), 1), ((1,), 3), ((1, 2), 9), ((4,), 3), ((5,), 1), (None, 81)])
def test_only_the_chosen_torsions_take_the_steps(chis: tuple[int, ...] | None, count: int) -> None:
    arginine = rotamers_of("ARG")[0]
    samples = sample_rotamer(arginine, chis)
    assert len(samples) == count
    varied = {
        k for sample in samples for k in (1, 2, 3, 4) if sample.chis_degrees[k - 1] != arginine.chis_degrees[k - 1]
    }
    assert varied == {k for k in (chis or (() if chis == () else (1, 2, 3, 4))) if k <= 4}


def test_steps_are_standard_deviations_and_alanine_has_none() -> None:
    valine = rotamers_of("VAL")[0]
    (sample,) = sample_rotamer(valine, steps=(2.0,))
    assert sample.chis_degrees == pytest.approx([valine.chis_degrees[0] + 2 * valine.sds_degrees[0]])
    assert sample.frequency_percent == pytest.approx(valine.frequency_percent)
    assert sample_rotamer(rotamers_of("ALA")[0]) == rotamers_of("ALA")
