"""Chains are recognised and renumbered, whatever their numbering, tags, gaps and mutations."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trkstruct.kinase.kinases import Kinase, kinase_named, kinases, residue_at, trk_kinases
from trkstruct.kinase.recognition import MIN_COMPARED, _match, identify_kinase
from trkstruct.kinase.stretches import Chain
from trkstruct.residues import one_letter

TRKA, TRKB, TRKC = trk_kinases()


def chain_of(path: Path) -> tuple[str, list[int]]:
    """Sequence and numbers of the residues that have a CA atom, read without any library."""
    seen = {
        line[21:27]: (line[17:20].strip(), int(line[22:26]))
        for line in path.read_text().splitlines()
        if line.startswith("ATOM") and line[12:16].strip() == "CA"
    }
    return "".join(one_letter(name) for name, _ in seen.values()), [number for _, number in seen.values()]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "name", "shift"),
    [
        ("uni_fep_ntrk1_7vko/protein.pdb", "TRKA", 0),
        ("openkinome_ntrk/docking_4YNE_protein.pdb", "TRKA", 0),
        ("openkinome_ntrk/docking_4AT3_protein.pdb", "TRKB", 0),
        ("openkinome_ntrk/NTRK2_selitrectinib_protein.pdb", "TRKB", 16),  # numbered by UniProt's canonical isoform
        ("klifs_kissim_app/4asz_chainA_pocket.pdb", "TRKB", 0),
        ("openkinome_ntrk/docking_6KZD_protein.pdb", "TRKC", 0),
        ("openkinome_abl/ABL1_2gqg_chainA_altlocA_dasatinib_complex.pdb", "ABL1", 0),
    ],
)
def test_crystal_structures(sources: Path, file: str, name: str, shift: int) -> None:
    sequence, numbers = chain_of(sources / file)
    match = identify_kinase(sequence, numbers)
    assert match is not None
    assert match.kinase.name == name
    assert match.identity == 1.0
    shifts = {clinical - own for clinical, own in zip(match.numbers, numbers, strict=True) if clinical is not None}
    assert shifts == {shift}


@pytest.mark.parametrize("kinase", kinases(), ids=str)
def test_a_whole_domain_is_itself(kinase: Kinase) -> None:
    match = identify_kinase(kinase.sequence)
    assert match is not None
    assert match.kinase == kinase
    assert match.numbers == tuple(range(kinase.first_number, kinase.last_number + 1))


@settings(max_examples=20, deadline=None)
@given(
    kinase=st.sampled_from(trk_kinases()),
    tag=st.sampled_from(["", "GS", "GSGIR", "MHHHHHHENLYFQG"]),
    offset=st.integers(-500, 500),
    start=st.integers(60, 200),
    length=st.integers(0, 12),
    mutated=st.integers(20, 55),
)
def test_tags_gaps_offsets_and_mutations_do_not_change_the_numbers(
    kinase: Kinase, tag: str, offset: int, start: int, length: int, mutated: int
) -> None:
    letters = [(number, residue_at(kinase, number)) for number in range(kinase.first_number, kinase.last_number + 1)]
    letters[mutated] = (letters[mutated][0], "R" if letters[mutated][1] != "R" else "A")
    present = letters[:start] + letters[start + length :]
    sequence = tag + "".join(letter for _, letter in present)
    own = [kinase.first_number - len(tag) + at + offset for at in range(len(tag))]
    own += [number + offset for number, _ in present]
    match = identify_kinase(sequence, own)
    assert match is not None
    assert match.kinase == kinase
    assert match.numbers[len(tag) :] == tuple(number for number, _ in present)


def test_a_missing_loop_is_decided_by_the_own_numbers() -> None:
    """4YNE lacks 683-686: R682 fits 686 as well, and only the chain's own numbers tell."""
    numbers = [number for number in range(TRKA.first_number, TRKA.last_number + 1) if not 683 <= number <= 686]
    sequence = "".join(residue_at(TRKA, number) for number in numbers)
    match = identify_kinase(sequence, numbers)
    assert match is not None
    assert match.numbers == tuple(numbers)
    by_sequence_alone = identify_kinase(sequence)
    assert by_sequence_alone is not None
    assert by_sequence_alone.numbers[numbers.index(682)] in (682, 686)


def test_other_proteins_short_pieces_and_nonsense_are_no_kinase() -> None:
    lysozyme = (  # hen egg white, P00698
        "KVFGRCELAAAMKRHGLDNYRGYSLGNWVCAAKFESNFNTQATNRNTDGSTDYGILQINSRWWCN"
        "DGRTPGSRNLCNIPCSALLSSDITASVNCAKKIVSDGNGMNAWVAWRNRCKGTDVQAWIRGCRL"
    )
    assert identify_kinase(lysozyme) is None
    assert identify_kinase(TRKA.sequence[: MIN_COMPARED - 1]) is None
    assert identify_kinase("") is None
    assert identify_kinase("X" * 300) is None
    assert identify_kinase("?*-" * 100) is None


def test_trkb_and_trkc_are_told_apart_by_their_whole_domain() -> None:
    agree = sum(a == b for a, b in zip(TRKB.pocket, TRKC.pocket, strict=True) if a.letter == b.letter)
    assert agree == 0  # no number is shared between equivalent residues: numbers cannot tell them apart, sequence can
    for kinase in (TRKB, TRKC):
        match = identify_kinase(kinase.sequence[20:200])
        assert match is not None
        assert match.kinase == kinase


def test_numbers_must_match_the_sequence() -> None:
    with pytest.raises(ValueError, match="2 residue numbers were given for 3 residues"):
        identify_kinase("AAA", [1, 2])


def test_kinase_named_and_match_share_one_value() -> None:
    match = identify_kinase(TRKA.sequence)
    assert match is not None
    assert match.kinase is kinase_named("TRKA")


def test_a_residue_before_the_known_sequence_agrees_with_none_and_differs_from_none() -> None:
    """By the shift of its chain the first M has number 0; the second is M1, and 2 is missing."""
    kinase = Kinase("X", "X", "X", sequence="MAAKDEFGHIKL", first_number=1)
    match = _match(kinase, Chain("MMAKDEFGHIKL", [10, 11, *range(13, 23)]), ())
    assert match.numbers == (0, 1, *range(3, 13))
    assert (match.identity, match.compared) == (1.0, 11)
