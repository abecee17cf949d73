"""A residue without a change: what people write, and which kinase it belongs to."""

import pytest

from trkstruct.errors import InputError, MutationError
from trkstruct.kinase.kinases import kinase_named
from trkstruct.kinase.mutation import kinase_meant
from trkstruct.kinase.position import is_position, parse_position

TRKA, EGFR = kinase_named("TRKA"), kinase_named("EGFR")


@pytest.mark.parametrize("text", ["G595", "g595", "Gly595", "NTRK1 G595", "NTRK1:G595", "TRKA p.Gly595", "TRKA 595"])
def test_the_same_residue_however_it_is_written(text: str) -> None:
    assert is_position(text)
    position = parse_position(text)
    assert (position.kinase, str(position), position.residue.number) == (TRKA, "G595", 595)


def test_the_kinase_can_be_given_beside_it() -> None:
    assert str(parse_position("595", TRKA)) == "G595"
    assert str(parse_position("790", EGFR)) == "T790"
    assert str(parse_position("T766", EGFR)) == "T790"  # as mature EGFR counts
    (note,) = parse_position("T766", EGFR).notes
    assert note == "EGFR T766 is mature EGFR numbering; in clinical numbering it is T790."
    assert str(parse_position("NTRK2 G623")) == "G639"


def test_what_else_a_residue_could_mean_is_said_where_no_kinase_is_named() -> None:
    assert parse_position("F617").notes == (
        "F617 is read as NTRK3 F617; it could also mean NTRK2 F633 (UniProt Q16620-1 numbering).",
    )


@pytest.mark.parametrize("text", ["G595R", "NTRK1:G595R", "KRAS G12", "NTRK1", "WT", "F589+G595", "", "595R"])
def test_what_is_no_residue(text: str) -> None:
    assert not is_position(text)


def test_refusals_say_what_is_there() -> None:
    with pytest.raises(MutationError, match="'595' is a number alone: name the kinase, as in NTRK1:595"):
        parse_position("595")
    with pytest.raises(MutationError, match=r"NTRK1 has G \(GLY\) at 595, not A \(A595\)"):
        parse_position("A595", TRKA)
    with pytest.raises(MutationError, match="is a residue of EGFR, but TRKA"):
        parse_position("EGFR T790", TRKA)
    with pytest.raises(MutationError, match="'B' in 'B595' is not one of the twenty"):
        parse_position("B595", TRKA)
    with pytest.raises(InputError, match="Residue 12 of TRKA is not known here"):
        parse_position("12", TRKA)
    with pytest.raises(MutationError, match=r"G595R.* is not a residue"):
        parse_position("G595R")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("EGFR:T790M", "EGFR"), ("EGFR T790M+L858R", "EGFR"), ("c-MET D1228N", "MET"), ("ALK p.Gly1202Arg", "ALK"),
        ("EGFR WT", "EGFR"), ("NTRK1:G595R", "TRKA"), ("T790M", None), ("KRAS G12D", None), ("NRAS Q61K", None),
        ("c-Met amplification", None), ("EGFR exon 19 deletion", None), ("EGFR", None),
    ],
)  # fmt: skip
def test_a_known_kinase_named_with_a_change_is_meant(text: str, name: str | None) -> None:
    assert kinase_meant(text) == (kinase_named(name) if name else None)
