"""Mutations as people write them: what is understood, what is refused, and what the refusal says."""

import pickle

import pytest

from trkstruct.errors import MutationError, OffTargetError
from trkstruct.kinase.kinases import Kinase, equivalents, kinase_named, trk_kinases
from trkstruct.kinase.mutation import PANEL, Mutation, panel_mutations, parse_mutation
from trkstruct.kinase.substitution import Substitution
from trkstruct.residues import ResidueId

TRKA, TRKB, TRKC = trk_kinases()
ABL1, EGFR, MET = (kinase_named(name) for name in ("ABL1", "EGFR", "MET"))

G595R = Mutation(TRKA, (Substitution("G", 595, "R"),))


@pytest.mark.parametrize(
    "text",
    [
        *("G595R", "g595r", " G595R ", "p.G595R", "p.Gly595Arg", "P.GLY595ARG", "p.(Gly595Arg)", "Gly595Arg"),
        *(
            "NTRK1:G595R",
            "ntrk1:g595r",
            "NTRK1: G595R",
            "TRKA G595R",
            "TrkA G595R",
            "NTRK1 p.G595R",
            "NTRK1:p.Gly595Arg",
        ),
        *("P04629 G595R", "NTRK1_G595R", "NTRK1-G595R"),
    ],
)
def test_one_mutation_in_many_spellings(text: str) -> None:
    mutation = parse_mutation(text)
    assert mutation == G595R
    assert (str(mutation), mutation.regions, mutation.klifs) == ("G595R", ("solvent front",), (51,))
    assert mutation.notes == ()


@pytest.mark.parametrize(
    ("text", "chain"), [("A:G595R", "A"), ("a:g595r", "a"), ("NTRK1 B:G595R", "B"), ("AAA:G595R", "AAA")]
)
def test_a_chain_is_kept(text: str, chain: str) -> None:
    mutation = parse_mutation(text)
    assert (mutation.kinase, mutation.chain, str(mutation)) == (TRKA, chain, "G595R")
    assert mutation.residues("Z") == (ResidueId(chain, 595),)
    assert G595R.residues("Z") == (ResidueId("Z", 595),)


@pytest.mark.parametrize(
    "text",
    ["F589L+G595R", "G595R+F589L", "F589L/G595R", "f589l + g595r", "NTRK1:F589L+NTRK1:G595R", "NTRK1:F589L+G595R"],
)
def test_compound_mutations_are_ordered_by_number(text: str) -> None:
    mutation = parse_mutation(text)
    assert (mutation.kinase, str(mutation)) == (TRKA, "F589L+G595R")
    assert mutation.regions == ("gatekeeper", "solvent front")


@pytest.mark.parametrize("text", ["WT", "wt", "wild type", "Wild-Type", "wildtype"])
def test_the_wild_type_of_whatever_kinase(text: str) -> None:
    assert parse_mutation(text) == Mutation(None)
    assert parse_mutation(text, TRKB) == Mutation(TRKB)
    assert parse_mutation(f"NTRK3 {text}") == Mutation(TRKC)
    assert parse_mutation(text).is_wild_type
    assert str(parse_mutation(text)) == "WT"


@pytest.mark.parametrize(
    ("text", "kinase"),
    [
        *(("F589L", TRKA), ("G667C", TRKA), ("V573M", TRKA), ("G639R", TRKB), ("F633L", TRKB), ("G709C", TRKB)),
        *(("F617L", TRKC), ("G623R", TRKC), ("G623E", TRKC), ("G696A", TRKC)),
    ],
)
def test_without_a_kinase_the_wild_type_residue_tells(text: str, kinase: Kinase) -> None:
    mutation = parse_mutation(text)
    assert (mutation.kinase, str(mutation)) == (kinase, text)


def test_a_number_that_fits_two_kinases_is_read_clinically_and_in_the_pocket() -> None:
    assert parse_mutation("F617L").notes == (
        "F617L is read as NTRK3 F617L; it could also mean NTRK2 F633L (UniProt Q16620-1 numbering).",
    )
    (note,) = parse_mutation("G623R").notes
    assert "read as NTRK3 G623R" in note
    assert "NTRK1 G623R (outside its pocket)" in note
    assert "NTRK2 G639R (UniProt Q16620-1 numbering)" in note


@pytest.mark.parametrize(
    ("text", "kinase", "clinical", "scheme"),
    [
        ("NTRK2 G623R", None, "G639R", "UniProt Q16620-1"),
        ("G623R", TRKB, "G639R", "UniProt Q16620-1"),
        ("TRKB:F617L", None, "F633L", "UniProt Q16620-1"),
        ("NTRK2:F617L+G623R", None, "F633L+G639R", "UniProt Q16620-1"),
        ("NTRK1 G589R", None, "G595R", "TrkA-I"),
    ],
)
def test_other_numbering_schemes_of_a_named_kinase_are_accepted_with_a_note(
    text: str, kinase: Kinase | None, clinical: str, scheme: str
) -> None:
    mutation = parse_mutation(text, kinase)
    assert str(mutation) == clinical
    (note,) = mutation.notes
    assert f"{scheme} numbering; in clinical numbering it is {clinical}" in note


def test_two_readings_in_one_kinase_are_told() -> None:
    """TRKA has Arg at 593 and, six further on (the TrkA-I shift), at 599."""
    assert "in TrkA-I numbering it would be R599K" in parse_mutation("NTRK1 R593K").notes[0]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("NTRK2 G595R", "NTRK2 has D (ASP) at 595, not G (G595R). G595 is in NTRK1 (solvent front, KLIFS 51); "),
        ("NTRK2 G595R", "the equivalents are G639R in NTRK2 and G623R in NTRK3."),
        ("NTRK3 G639R", "the equivalents are G595R in NTRK1 and G623R in NTRK3."),
        ("NTRK2 R593K", "the equivalents are K637 in NTRK2 and K621 in NTRK3."),
        ("NTRK1 A595R", "NTRK1 has G (GLY) at 595, not A (A595R)."),
        ("NTRK1 G100R", "Residue 100 (G100R) is outside the kinase domain of NTRK1, 490-796."),
        ("NTRK3 A608D", "NTRK1 has A there, outside the pocket."),
        ("G589R", "G589R fits no TRK kinase in clinical numbering (at 589: TRKA F, TRKB T, TRKC A)."),
        ("G589R", "It could mean NTRK1 G595R (TrkA-I numbering): name the kinase."),
        ("W595R", "Check the number."),
        ("G595G", "replaces GLY 595 by itself; for the unchanged kinase write WT"),
        ("G595R+G595L", "replaces the same residue twice"),
        ("G595*", "is a stop codon; only replacing one amino acid by another can be built"),
        ("p.Gly595Ter", "is a stop codon"),
        ("G595X", "is a stop codon"),
        ("p.Gly595ArgfsTer12", "is a frameshift"),
        ("G595del", "is a deletion;"),
        ("M592_G595delinsR", "is a deletion with an insertion"),
        ("G595_D596insA", "is an insertion"),
        ("G595dup", "is a duplication"),
        ("c.1783G>A", "is a change of the DNA"),
        ("ETV6-NTRK3 fusion", "is no change of one amino acid"),
        ("NTRK1 amplification", "is no change of one amino acid"),
        ("B595R", "'B' in 'B595R' is not one of the twenty amino acids"),
        ("Gly595Xyz", "'Xyz' in 'Gly595Xyz' is not one of the twenty amino acids"),
        ("F589L G595R", "holds 2 changes: write F589L+G595R for one protein that carries them"),
        ("F589L,G595R", "holds 2 changes: write F589L+G595R for one protein that carries them"),
        ("TP53 R175H", "'TP53' in 'TP53 R175H' is no kinase known here; the TRK kinases are NTRK1, NTRK2 and NTRK3"),
        ("NTRK1:F589L+NTRK2:G639R", "names more than one kinase"),
        ("A:F589L+B:G595R", "names more than one chain"),
        ("NTRK1", "names a kinase but no mutation; write G595R"),
        ("G595R+WT", "joins WT to something else"),
        ("", "is not a mutation that trkstruct understands; write G595R"),
        ("595R", "is not a mutation that trkstruct understands"),
        ("G595", "is not a mutation that trkstruct understands"),
        ("G595R+", "is not a mutation that trkstruct understands"),
    ],
)
def test_what_is_refused_says_why_and_what_to_do(text: str, says: str) -> None:
    with pytest.raises(MutationError) as caught:
        parse_mutation(text)
    assert says in str(caught.value)
    assert not isinstance(caught.value, OffTargetError)


@pytest.mark.parametrize(("text", "genes"), [("E590K", ("NTRK1", "NTRK3")), ("E562K", ("NTRK1", "NTRK2"))])
def test_a_number_that_fits_the_pockets_of_two_kinases_needs_a_name(text: str, genes: tuple[str, str]) -> None:
    """Glu 590 is in TRKA's hinge and in TRKC's aC helix; Glu 562 in TRKA's aC helix and TRKB's P-loop."""
    with pytest.raises(
        MutationError, match=f"{text} fits {genes[0]} and {genes[1]}: name the kinase, for example NTRK1:"
    ):
        parse_mutation(text)
    regions = {parse_mutation(f"{gene}:{text}").regions for gene in genes}
    assert len(regions) == 2


def test_another_kinase_than_asked_for_is_refused() -> None:
    with pytest.raises(MutationError, match=r"is a mutation of NTRK1, but TRKB \(NTRK2\) was asked for"):
        parse_mutation("NTRK1:G595R", TRKB)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "KRAS G12D",
            "KRAS:G12A",
            "KRAS-G12V",
            "kras g12d",
            "BRAF V600E",
            "NRAS Q61K",
            "HRAS G13D",
            "MET amplification",
        ),
        *("c-MET amp", "MET", "MET exon 14 skipping", "IGF1R activation", "FGFR1 amplification", "PIK3CA E545K"),
        *("MAP2K1 P124S", "EGFR T790M", "ERBB2 amplification", "HER2 amplification", "ABL1 T315I", "G595R+KRAS G12D"),
    ],
)
@pytest.mark.parametrize("kinase", [None, TRKA], ids=["no kinase", "TRKA"])
def test_bypass_mechanisms_are_off_target(text: str, kinase: Kinase | None) -> None:
    with pytest.raises(OffTargetError, match="bypass mechanism, not a matter of pocket fit"):
        parse_mutation(text, kinase)


def test_other_kinases_are_targets_when_asked_for() -> None:
    assert parse_mutation("T315I", ABL1).regions == ("gatekeeper",)
    assert parse_mutation("EGFR T790M", EGFR).klifs == (45,)
    assert parse_mutation("MET:G1163R", MET).klifs == (51,)
    assert parse_mutation("ABL1:T315I", generic=True).kinase == ABL1
    with pytest.raises(MutationError, match=r"ABL1 has E316 \(hinge, KLIFS 46\), not T316"):
        parse_mutation("T316I", ABL1)
    assert parse_mutation("M472I", ABL1).notes == ()
    assert "R171L lies outside residues 225-534 known of ABL1" in parse_mutation("R171L", ABL1).notes[0]
    assert str(parse_mutation("T766M", EGFR)) == "T790M"  # as mature EGFR counts


def test_a_structure_of_any_protein_takes_the_change_as_it_stands() -> None:
    mutation = parse_mutation("B:T315I", generic=True)
    assert (mutation.kinase, mutation.chain, str(mutation)) == (None, "B", "T315I")
    assert (mutation.regions, mutation.klifs) == ((), ())
    assert str(parse_mutation("G-4R", generic=True)) == "G-4R"
    with pytest.raises(OffTargetError, match="For a structure of KRAS itself, give the change alone, without the gene"):
        parse_mutation("KRAS G12D", generic=True)


def test_the_panel_is_the_three_hot_spots_of_each_kinase() -> None:
    labels = [f"{mutation.kinase.gene} {mutation}" for mutation in panel_mutations() if mutation.kinase]
    assert labels == [f"{entry.gene} {entry.mutation}" for entry in PANEL]
    assert labels == [
        *("NTRK1 G595R", "NTRK1 F589L", "NTRK1 G667C", "NTRK1 G667S", "NTRK2 G639R", "NTRK2 F633L"),
        *("NTRK3 G623R", "NTRK3 F617L", "NTRK3 F617I", "NTRK3 G696A"),
    ]
    assert {mutation.klifs[0] for mutation in panel_mutations()} == {45, 51, 80}
    assert all(mutation.notes == () for mutation in panel_mutations())


def test_mutations_are_values() -> None:
    assert pickle.loads(pickle.dumps(G595R)) == G595R
    assert len({G595R, parse_mutation("TRKA p.Gly595Arg")}) == 1
    assert (G595R.substitutions[0].wild_type_name, G595R.substitutions[0].mutant_name) == ("GLY", "ARG")


def test_equivalents_of_the_panel_stay_in_the_panel_positions() -> None:
    for mutation in panel_mutations():
        assert mutation.kinase is not None
        (substitution,) = mutation.substitutions
        for kinase, residue in equivalents(mutation.kinase, substitution.number).items():
            if kinase.is_trk and residue.letter != substitution.mutant:
                assert parse_mutation(f"{residue}{substitution.mutant}", kinase).klifs == mutation.klifs
