"""What is said of an alteration in another gene than TRK, and of what cannot be read."""

import pytest

from trkstruct.errors import InputError, MutationError, OffTargetError
from trkstruct.kinase.kinases import kinase_named
from trkstruct.kinase.mutation import BYPASS_GENES, Mutation, parse_mutation
from trkstruct.kinase.substitution import Substitution


@pytest.mark.parametrize(
    ("text", "what", "own"),
    [
        ("EGFR T790M", "EGFR T790M", "EGFR itself, name EGFR as the kinase"),
        ("KRAS G12D", "KRAS G12D", "KRAS itself, give the change alone, without the gene"),
        ("c-Met amplification", "c-Met amplification", "MET itself, name MET as the kinase"),
        ("BRAF", "BRAF", "BRAF itself, name BRAF as the kinase"),
    ],
)
def test_a_bypass_mechanism_says_how_to_ask_for_the_protein_itself(text: str, what: str, own: str) -> None:
    with pytest.raises(OffTargetError) as caught:
        parse_mutation(text)
    assert str(caught.value) == (
        f"{what}: an alteration outside the TRK kinase domain is a bypass mechanism, not a matter of pocket fit,"
        f" so there is nothing to score here. (For a structure of {own}.)"
    )


@pytest.mark.parametrize("gene", sorted(BYPASS_GENES))
def test_every_bypass_gene_is_known_by_its_name_in_any_case(gene: str) -> None:
    for text in (f"{gene} A1V", f"{gene.lower()}:A1V", f"c-{gene} A1V", gene):
        with pytest.raises(OffTargetError):
            parse_mutation(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("NTRK1", "'NTRK1' names a kinase but no mutation"),
        ("NTRK1:F589L+NTRK2:G639R", "'NTRK1:F589L+NTRK2:G639R' names more than one kinase"),
        ("A:F589L+B:G595R", "'A:F589L+B:G595R' names more than one chain"),
        ("G595ins", "'G595ins' is an insertion"),
        ("G595dup", "'G595dup' is a duplication"),
    ],
)
def test_a_refusal_quotes_what_was_written(text: str, says: str) -> None:
    with pytest.raises(MutationError) as caught:
        parse_mutation(text)
    assert str(caught.value).startswith(says)


def test_an_unknown_kinase_is_told_every_known_one() -> None:
    with pytest.raises(InputError) as caught:
        kinase_named("JAK2")
    assert str(caught.value) == (
        "'JAK2' is not a kinase known here; known are TRKA (NTRK1), TRKB (NTRK2), TRKC (NTRK3), ALK, ROS1, RET, MET,"
        " EGFR, ABL1, KIT, FLT3, FGFR1, FGFR2, FGFR3, BTK, SRC, BRAF, KDR, PDGFRA, YES1."
    )


def test_the_wild_type_of_a_chain_and_a_change_of_any_protein() -> None:
    assert parse_mutation("A:WT") == Mutation(None, (), "A")
    assert parse_mutation("T315I", generic=True).notes == ()


def test_what_stands_before_the_change_is_named_as_no_kinase() -> None:
    with pytest.raises(MutationError, match=r"'patient' in 'patient TP53 R175H' is no kinase known here"):
        parse_mutation("patient TP53 R175H")


def test_regions_and_numbers_need_a_kinase() -> None:
    abl1 = kinase_named("ABL1")
    double = Mutation(abl1, (Substitution("T", 315, "I"), Substitution("M", 472, "I")), "B")
    assert double.regions == ("gatekeeper", "outside pocket")
    assert double.klifs == (45, None)
    assert [str(each.number) + each.chain for each in double.residues("A")] == ["315B", "472B"]
    assert (Mutation(None, double.substitutions).regions, Mutation(None, double.substitutions).klifs) == ((), ())
    assert str(double) == "T315I+M472I"
    assert Mutation(abl1).is_wild_type and not double.is_wild_type
