"""A kinase that a user describes: refused in words, its pocket taken from a relative, known where it is said."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.own_kinase import CSF1R_POCKET, csf1r_text, kinase_toml
from trkstruct.errors import InputError
from trkstruct.kinase.described_kinase import LEAST_POCKET_IDENTITY, load_own_kinase, load_own_kinases, pocket_like
from trkstruct.kinase.evidence import evidence_for
from trkstruct.kinase.kept_kinases import keep_kinase, kept_kinases, remove_kinase
from trkstruct.kinase.kinase_file import kinase_text, read_kinase_file
from trkstruct.kinase.kinases import equivalents, kinase_named, kinases, knowing, region_of
from trkstruct.kinase.mutation import parse_mutation
from trkstruct.kinase.own_kinase import OwnKinase
from trkstruct.kinase.recognition import identify_kinase
from trkstruct.kinase.shipped_kinases import shipped_kinases

WHOLE = [kinase for kinase in shipped_kinases() if kinase.sequence]
Writer = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Writer:
    def written(text: str | None = None, **changes: Any) -> Path:
        path = tmp_path / "own.toml"
        path.write_text(csf1r_text(**changes) if text is None else text, encoding="utf-8")
        return path

    return written


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRKSTRUCT_DATA", str(tmp_path / "data"))
    return tmp_path / "data" / "kinases"


def test_the_pocket_of_csf1r_by_kit_is_the_one_that_klifs_has(write: Writer) -> None:
    own = load_own_kinase(write())
    assert own.pocket == CSF1R_POCKET
    assert "KIT" in own.pocket_source and "92%" in own.pocket_source


def test_numbers_by_alignment_are_right_for_every_pair_that_is_near_enough() -> None:
    near = 0
    for relative in WHOLE:
        for kinase in WHOLE:
            own = OwnKinase(
                name=kinase.name, gene=kinase.gene, sequence=kinase.sequence, first_number=kinase.first_number
            )
            numbers, identity = pocket_like(own, relative)
            if kinase != relative and identity > LEAST_POCKET_IDENTITY:
                near += 1
                assert numbers == tuple(residue.number for residue in kinase.pocket), (relative, kinase)
    assert near >= 34


def test_a_relative_that_is_not_near_lends_nothing(write: Writer) -> None:
    with pytest.raises(InputError, match=r"of the pocket residues of BRAF .* above 65%.*KIT \(92%\).*pocket = "):
        load_own_kinase(write(like="BRAF"))
    with pytest.raises(InputError, match="53% of the pocket residues of ROS1 are the same"):
        load_own_kinase(write(like="ROS1"))
    with pytest.raises(InputError, match="'JAK9' is no kinase that ships"):
        load_own_kinase(write(like="JAK9"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"like": None}, "give either the numbers of the 85 KLIFS residues, or like"),
        ({"pocket": list(CSF1R_POCKET)}, "give either"),
        ({"sequence": None}, "sequence: is missing"),
        ({"name": ""}, "name: is empty"),
        ({"name": 5}, "name: takes a text, not 5"),
        ({"first_number": True}, "first_number: takes a whole number"),
        ({"first_number": 0}, "first_number: 0 is no number"),
        ({"seqence": "AC"}, "seqence: no such key; did you mean sequence"),
        ({"name": "A B"}, "'A B' cannot name a kinase"),
        ({"name": "P38A"}, "'P38A' reads as a residue or a mutation"),
        ({"aliases": ["T315"]}, "'T315' reads as"),
        ({"aliases": [1]}, "aliases: takes a list of texts"),
        ({"gene": "NTRK4"}, "NTRK4 is a TRK kinase"),
        ({"name": "KIT"}, "KIT is KIT, which ships"),
        ({"gene": "FLT3"}, "FLT3 is FLT3, which ships"),
        ({"aliases": ["her1"]}, "HER1 is EGFR, which ships"),
        ({"sequence": ">sp|P07333\nACD"}, "FASTA header"),
        ({"sequence": "ACDB*"}, r"'B' at 4, '\*' at 5"),
        ({"sequence": "ACD"}, "has 3 residues"),
        ({"like": None, "pocket": list(CSF1R_POCKET[:-1])}, "holds 84 numbers, and a pocket has 85"),
        ({"like": None, "pocket": [587, 586, *CSF1R_POCKET[2:]]}, "586 comes after 587"),
        ({"like": None, "pocket": [*CSF1R_POCKET[:-1], 1400]}, "1400 lies outside the sequence, 540 to"),
        ({"like": None, "pocket": [1.5, *CSF1R_POCKET[1:]]}, "1.5 is no residue"),
        ({"like": None, "pocket": ["A586", *map(str, CSF1R_POCKET[1:])]}, "'587' is no residue"),
        ({"like": None, "pocket": ["A586", *CSF1R_POCKET[1:]]}, "A586 is K586 in the sequence"),
        ({"like": None, "pocket": [number + 1 for number in CSF1R_POCKET]}, "not the pocket residues of a kinase"),
        ({"like": None, "pocket": list(CSF1R_POCKET), "first_number": 541}, "not the pocket residues of a kinase"),
        ({"activation_loop_end": 700}, "activation_loop_end 700 lies not behind"),
        ({"replaces": "KIT"}, "the gene of KIT is KIT, not CSF1R"),
        ({"replaces": "TRKA"}, "TRKA cannot be replaced"),
    ],
)
def test_a_file_that_cannot_be_right_is_refused_in_words(write: Writer, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        load_own_kinase(write(**changes))


def test_everything_that_is_wrong_is_said_at_once(write: Writer) -> None:
    with pytest.raises(InputError, match=r"(?s)name: 'A B'.*gene: 'x!'.*'1' at 3"):
        load_own_kinase(write(name="A B", gene="x!", sequence="AC1" * 40))


@pytest.mark.parametrize("text", ["name = ", 'name = "A"\nname = "B"', "[[[", "\x00", "a = " + "[" * 3000])
def test_what_is_no_toml_is_refused(write: Writer, text: str) -> None:
    with pytest.raises(InputError, match="is no TOML"):
        load_own_kinase(write(text))


@given(
    st.dictionaries(
        st.sampled_from(["name", "gene", "sequence", "pocket", "like", "aliases", "first_number", "replaces", "x"]),
        st.one_of(st.text(max_size=5), st.integers(), st.booleans(), st.lists(st.integers(0, 1000), max_size=90)),
    )
)
@settings(max_examples=60)
def test_whatever_a_file_says_ends_in_a_kinase_or_in_words(
    tmp_path_factory: pytest.TempPathFactory, changes: dict[str, Any]
) -> None:
    path = tmp_path_factory.mktemp("own") / "own.toml"
    path.write_text(csf1r_text(**changes), encoding="utf-8")
    try:
        own = load_own_kinase(path)
    except InputError:
        return
    assert len(own.pocket) == 85 and all(own.letter_at(number) for number in own.pocket)


@pytest.mark.parametrize("kinase", WHOLE, ids=str)
def test_a_kinase_that_ships_under_another_name_is_refused(write: Writer, kinase: Any) -> None:
    pocket = [residue.number for residue in kinase.pocket]
    values = {"name": "Mine", "gene": "MINE", "sequence": kinase.sequence, "first_number": kinase.first_number}
    with pytest.raises(InputError, match=f"Mine is 100% the same as {kinase.name}; "):
        load_own_kinase(write(kinase_toml(**values, pocket=pocket)))


def test_one_that_replaces_has_the_same_numbers_and_keeps_the_other_names(write: Writer) -> None:
    flt3 = kinase_named("FLT3")
    values = {"name": "FLT3long", "gene": "FLT3", "sequence": flt3.sequence, "replaces": "flt3"}
    pocket = [residue.number for residue in flt3.pocket]
    own = load_own_kinase(write(kinase_toml(**values, first_number=flt3.first_number, pocket=pocket)))
    with knowing([own]):
        assert kinase_named("FLT3").name == "FLT3long" == kinase_named(flt3.uniprot).name
        assert len(kinases()) == len(shipped_kinases())
        assert evidence_for(kinase_named("FLT3").gene, "WT") == evidence_for("FLT3", "WT")
    other = [number + 1 for number in pocket]
    with pytest.raises(InputError, match="85 pocket residues are not those of FLT3"):
        load_own_kinase(write(kinase_toml(**values, first_number=flt3.first_number + 1, pocket=other)))


def test_it_is_known_within_the_block_and_nowhere_else(write: Writer) -> None:
    own = load_own_kinase(write())
    assert identify_kinase(own.sequence) is None
    with knowing([own]):
        fms = kinase_named("fms")
        match = identify_kinase(own.sequence[20:])
        assert match is not None and match.kinase == fms and match.numbers[0] == own.first_number + 20
        assert region_of(fms, 663) == "gatekeeper"
        assert str(equivalents(kinase_named("KIT"), 670)[fms]) == "T663"
        assert str(parse_mutation("CSF1R:T663I", fms)) == "T663I"
        with knowing([]), pytest.raises(InputError, match="not a kinase known here"):
            kinase_named("fms")
    with pytest.raises(InputError, match="not a kinase known here"):
        kinase_named("fms")


def test_a_kept_kinase_says_the_same_when_it_is_read_again(write: Writer, data: Path) -> None:
    own = load_own_kinase(write())
    assert read_kinase_file(write(kinase_text(own))).own.content == own.content
    path = keep_kinase(own)
    assert path == data / "CSF1R.toml" and [each.content for each in kept_kinases()] == [own.content]
    assert kinase_named("FMS").name == "CSF1R"
    path.write_text("name = 1", encoding="utf-8")
    with pytest.raises(InputError, match=r"(?s)A kept kinase cannot be used.*trkstruct kinase remove CSF1R"):
        kinases()
    remove_kinase("csf1r")
    assert kept_kinases() == () and kinase_named("KIT").name == "KIT"
    with pytest.raises(InputError, match="No kinase 'csf1r' is kept; kept are: none"):
        remove_kinase("csf1r")


def test_two_of_ones_own_that_are_the_same_are_refused(write: Writer, tmp_path: Path) -> None:
    own = load_own_kinase(write())
    other = tmp_path / "other.toml"
    other.write_text(csf1r_text(name="FMSX", gene="FMSX", aliases=None), encoding="utf-8")
    with pytest.raises(InputError, match="CSF1R is 100% the same as FMSX; leave one"):
        load_own_kinases([other], [own])
    with pytest.raises(InputError, match="describes CSF1R too"):
        load_own_kinases([write(), write()])
    assert load_own_kinases([write()], [own.model_copy(update={"aliases": ()})])[0].aliases == ("FMS",)
