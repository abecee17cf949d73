"""Where a substitution fits: numbering schemes, kinases of the family, and what is said where it does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trkstruct.errors import MutationError
from trkstruct.kinase.kinases import kinase_named, residue_at, trk_kinases
from trkstruct.kinase.substitution import Substitution, find_kinase, in_clinical_numbering

TRKA, TRKB, TRKC = trk_kinases()
ABL1, ROS1 = kinase_named("ABL1"), kinase_named("ROS1")
G595R = Substitution("G", 595, "R")


def refusal(text: str, kinase: str) -> str:
    wild_type, number, mutant = text[0], int(text[1:-1]), text[-1]
    with pytest.raises(MutationError) as caught:
        in_clinical_numbering(kinase_named(kinase), [Substitution(wild_type, number, mutant)])
    return str(caught.value)


def test_a_substitution_has_names_and_can_be_shifted() -> None:
    assert (str(G595R), G595R.wild_type_name, G595R.mutant_name) == ("G595R", "GLY", "ARG")
    assert G595R.shifted(-6) == Substitution("G", 589, "R")


@pytest.mark.parametrize(
    ("text", "kinase", "whole"),
    [
        ("W595R", "TRKA", "NTRK1 has G (GLY) at 595, not W (W595R)."),
        (
            "F617L",
            "TRKA",
            "NTRK1 has V (VAL) at 617, not F (F617L)."
            " F617 is in NTRK2 in UniProt Q16620-1 numbering (clinical F633L) (gatekeeper, KLIFS 45);"
            " the equivalents are F589L in NTRK1 and F617L in NTRK3."
            " F617 is in NTRK3 (gatekeeper, KLIFS 45); the equivalents are F589L in NTRK1 and F633L in NTRK2.",
        ),
        (
            "G595R",
            "TRKC",
            "NTRK3 has L (LEU) at 595, not G (G595R)."
            " G595 is in NTRK1 (solvent front, KLIFS 51); the equivalents are G639R in NTRK2 and G623R in NTRK3.",
        ),
    ],
)
def test_a_misfit_says_what_is_there_and_where_the_residue_is(text: str, kinase: str, whole: str) -> None:
    assert refusal(text, kinase) == whole


def test_of_several_only_those_that_do_not_fit_are_told() -> None:
    with pytest.raises(MutationError) as caught:
        in_clinical_numbering(
            TRKA, [Substitution("F", 589, "L"), Substitution("W", 595, "R"), Substitution("W", 667, "C")]
        )
    assert str(caught.value) == "NTRK1 has G (GLY) at 595, not W (W595R). NTRK1 has G (GLY) at 667, not W (W667C)."


def test_outside_every_domain_is_said_of_each_kinase() -> None:
    with pytest.raises(MutationError) as caught:
        find_kinase([Substitution("W", 100, "R"), Substitution("W", 595, "R")])
    nowhere = ", ".join(f"{kinase.name} outside the kinase domain" for kinase in trk_kinases())
    there = ", ".join(f"{kinase.name} {residue_at(kinase, 595)}" for kinase in trk_kinases())
    assert str(caught.value) == (
        f"W100R+W595R fits no TRK kinase in clinical numbering (at 100: {nowhere}; at 595: {there}). Check the number."
    )


def test_readings_in_several_schemes_are_all_told() -> None:
    """Leu 591 is TRKC's; TrkA-I's 591 is 597 and UniProt's TRKB 591 is 607, both leucines of the pocket."""
    _, (note,) = find_kinase([Substitution("L", 591, "A")])
    assert note.endswith(
        "it could also mean NTRK1 L597A (TrkA-I numbering) or NTRK2 L607A (UniProt Q16620-1 numbering)."
    )
    with pytest.raises(MutationError) as caught:
        find_kinase([Substitution("L", 591, "A"), Substitution("G", 589, "R")])
    assert str(caught.value).endswith("It could mean NTRK1 L597A+G595R (TrkA-I numbering): name the kinase.")


def test_a_reading_outside_the_pocket_is_told() -> None:
    """G623 is the solvent front of TRKC; TRKA has a glycine there too, far from the ligand."""
    kinase, (note,) = find_kinase([Substitution("G", 623, "R")])
    assert kinase == TRKC
    assert note == (
        "G623R is read as NTRK3 G623R; it could also mean NTRK1 G623R (outside its pocket) or"
        " NTRK2 G639R (UniProt Q16620-1 numbering)."
    )


def test_a_substitution_without_another_reading_has_no_note() -> None:
    assert find_kinase([G595R]) == (TRKA, ())
    assert in_clinical_numbering(TRKA, [G595R]) == ((G595R,), ())


def test_another_reading_in_the_pocket_is_told_for_a_named_kinase() -> None:
    """Arg 593 of TRKA lies in the pocket, and so does Arg 599, which the TrkA-I count calls 593."""
    substitutions, notes = in_clinical_numbering(TRKA, [Substitution("R", 593, "K")])
    assert substitutions == (Substitution("R", 593, "K"),)
    assert notes == ("R593K is read in clinical numbering; in TrkA-I numbering it would be R599K of NTRK1.",)


def test_a_kinase_is_checked_where_it_is_known() -> None:
    assert in_clinical_numbering(ABL1, [Substitution("T", 315, "I")]) == ((Substitution("T", 315, "I"),), ())
    assert in_clinical_numbering(ABL1, [Substitution("M", 472, "I"), Substitution("T", 315, "I")])[1] == ()
    _, notes = in_clinical_numbering(ABL1, [Substitution("R", 171, "L"), Substitution("T", 315, "I")])
    assert notes == (
        "R171L lies outside residues 225-534 known of ABL1: its wild type is checked against the structure only.",
    )
    assert in_clinical_numbering(ROS1, [Substitution("D", 2113, "N")])[1] == ()  # Drilon 2016, outside the pocket
    assert refusal("A472I", "ABL1") == "ABL1 has M472, not A472 (A472I)."
    assert refusal("W315I", "ABL1") == "ABL1 has T315 (gatekeeper, KLIFS 45), not W315 (W315I)."


def test_each_that_does_not_fit_is_told() -> None:
    wrong = [Substitution("A", 472, "I"), Substitution("W", 315, "I")]
    with pytest.raises(MutationError) as caught:
        in_clinical_numbering(ABL1, wrong)
    assert str(caught.value) == f"{refusal('A472I', 'ABL1')} {refusal('W315I', 'ABL1')}"


@given(st.sampled_from([(TRKA, -6), (TRKB, -16)]), st.data())
def test_the_other_scheme_is_read_wherever_the_clinical_one_does_not_fit(scheme: tuple, data: st.DataObject) -> None:
    kinase, shift = scheme
    number = data.draw(st.integers(kinase.first_number - shift, kinase.last_number))
    letter = residue_at(kinase, number)
    if residue_at(kinase, number + shift) == letter:
        return
    mutant = "A" if letter != "A" else "G"
    found, notes = in_clinical_numbering(kinase, [Substitution(letter, number + shift, mutant)])
    assert found == (Substitution(letter, number, mutant),)
    assert len(notes) == 1
    assert f"in clinical numbering it is {letter}{number}{mutant}." in notes[0]
