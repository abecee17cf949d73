"""Close relatives are told apart: kinases known here from each other, and from those that are not known."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trkstruct.kinase import recognition
from trkstruct.kinase.candidates import ALIGNED, likely_kinases
from trkstruct.kinase.kinases import Kinase, kinase_named, kinases, region_of
from trkstruct.kinase.mutation import parse_mutation
from trkstruct.kinase.recognition import identify_kinase

FAMILIES = (
    *(("TRKA", "TRKB", "TRKC"), ("FGFR1", "FGFR2", "FGFR3"), ("KIT", "FLT3", "PDGFRA", "KDR")),
    *(("SRC", "YES1", "ABL1", "BTK"), ("ALK", "MET", "RET", "EGFR")),
)
STRANGERS = {  # UniProt: kinase domains of relatives that are not known here
    "FYN": "LQLIKRLGNGQFGEVWMGTWNGNTKVAIKTLKPGTMSPESFLEEAQIMKKLKHDKLVQLYAVVSEEPIYIVTEYMNKGSLLDFLKDGEGRALKLPNLVDMA"
    "AQVAAGMAYIERMNYIHRDLRSANILVGNGLICKIADFGLARLIEDNEYTARQGAKFPIKWTAPEAALYGRFTIKSDVWSFGILLTELVTKGRVPYPGMNNREVLE"
    "QVERGYRMPCPQDCPISLHELMIHCWKKDPEERPTFEYLQSFLED",
    "FGFR4": "LVLGKPLGEGCFGQVVRAEAFGMDPARPDQASTVAVKMLKDNASDKDLADLVSEMEVMKLIGRHKNIINLLGVCTQEGPLYVIVECAAKGNLREFLRARR"
    "PPGPDLSPDGPRSSEGPLSFPVLVSCAYQVARGMQYLESRKCIHRDLAARNVLVTEDNVMKIADFGLARGVHHIDYYKKTSNGRLPVKWMAPEALFDRVYTHQSDV"
    "WSFGILLWEIFTLGGSPYPGIPVEELFSLLREGHRMDRPPHCPPELYGLMRECWHAAPSQRPTFKQLVEALDK",
    "CSF1R": "LQFGKTLGAGAFGKVVEATAFGLGKEDAVLKVAVKMLKSTAHADEKEALMSELKIMSHLGQHENIVNLLGACTHGGPVLVITEYCCYGDLLNFLRRKAEA"
    "MLGPSLSPGQDPEGGVDYKNIHLEKKYVRRDSGFSSQGVDTYVEMRPVSTSSNDSFSEQDLDKEDGRPLELRDLLHFSSQVAQGMAFLASKNCIHRDVAARNVLLT"
    "NGHVAKIGDFGLARDIMNDSNYIVKGNARLPVKWMAPESIFDCVYTVQSDVWSYGILLWEIFSLGLNPYPGILVNSKFYKLVKDGYQMAQPAFAPKNIYSIMQACWA"
    "LEPTHRPTFQQICSFLQE",
    "RAF1": "VMLSTRIGSGSFGTVYKGKWHGDVAVKILKVVDPTPEQFQAFRNEVAVLRKTRHVNILLFMGYMTKDNLAIVTQWCEGSSLYKHLHVQETKFQMFQLIDIA"
    "RQTAQGMDYLHAKNIIHRDMKSNNIFLHEGLTVKIGDFGLATVKSRWSGSQQVEQPTGSVLWMAPEVIRMQDNNPFSFQSDVYSYGIVLYELMTGELPYSHINNRDQ"
    "IIFMVGRGYASPDLSKLYKNCPKAMKRLVADCVKKVKEERPLFPQILSSIEL",
}
KNOWN = [kinase for kinase in kinases() if kinase.sequence]


@pytest.mark.parametrize("name", STRANGERS)
def test_a_relative_that_is_not_known_passes_for_none(name: str) -> None:
    assert identify_kinase(STRANGERS[name]) is None


@given(
    st.sampled_from(FAMILIES).flatmap(st.sampled_from),
    st.integers(0, 100),
    st.integers(100, 200),
    st.lists(st.integers(0, 99), max_size=4, unique=True),
)
@settings(max_examples=30, deadline=None)
def test_a_part_with_four_changes_is_still_its_own_kinase(name: str, start: int, size: int, places: list[int]) -> None:
    kinase = kinase_named(name)
    letters = list(kinase.sequence[start : start + size])
    for place in places:
        letters[place] = "W" if letters[place] != "W" else "A"
    match = identify_kinase("".join(letters))
    assert match is not None
    assert match.kinase == kinase


@given(st.sampled_from(KNOWN), st.integers(0, 200), st.integers(40, 300), st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_aligning_the_likely_ones_finds_what_aligning_all_finds(
    kinase: Kinase, start: int, size: int, seed: int
) -> None:
    """Any part, a tenth of it changed and a loop left out."""
    letters = list(kinase.sequence[start : start + size])
    for at in range(seed % 10, len(letters), 10):
        letters[at] = "ACDEFGHIKLMNPQRSTVWY"[(seed >> at % 28) % 20]
    chain = "".join(letters[: len(letters) // 2] + letters[len(letters) // 2 + seed % 15 :])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recognition, "likely_kinases", lambda _letters, known: tuple(known))
        every = identify_kinase(chain)
    assert identify_kinase(chain) == every


def test_few_are_aligned_and_the_kinase_is_among_them() -> None:
    for kinase in KNOWN:
        likely = likely_kinases(kinase.sequence, kinases())
        assert kinase in likely
        assert ALIGNED <= len(likely) < 10


@pytest.mark.parametrize(
    ("kinase", "written", "clinical"),
    [
        ("SRC", "T338I", "T341I"),  # as counted in the chicken
        ("FGFR2", "V565I", "V564I"),  # isoform IIIb: Goyal 2017, 10.1158/2159-8290.CD-16-1000
        ("FGFR3", "V557M", "V555M"),
        ("BRAF", "V600E", "V600E"),
        ("BTK", "C481S", "C481S"),  # Woyach 2014, 10.1056/NEJMoa1400029
        ("FLT3", "F691L", "F691L"),
    ],
)
def test_the_numbers_that_papers_give_are_read(kinase: str, written: str, clinical: str) -> None:
    assert str(parse_mutation(written, kinase_named(kinase))) == clinical


@pytest.mark.parametrize("residue", ["KIT 816", "FLT3 835", "BRAF 600", "PDGFRA 842", "KDR 1054"])
def test_the_activation_loop_reaches_to_its_end(residue: str) -> None:
    name, number = residue.split()
    assert region_of(kinase_named(name), int(number)) == "activation loop"
