"""Any mutation, however it is written: what is written reads back, and any text is a mutation or an error."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trkstruct.errors import MutationError
from trkstruct.kinase.kinases import kinase_named, residue_at, trk_kinases
from trkstruct.kinase.mutation import Mutation, parse_mutation
from trkstruct.kinase.substitution import Substitution
from trkstruct.residues import ONE_TO_THREE

TRKA, TRKB, TRKC = trk_kinases()
ABL1, EGFR, MET = (kinase_named(name) for name in ("ABL1", "EGFR", "MET"))

G595R = Mutation(TRKA, (Substitution("G", 595, "R"),))


@st.composite
def mutations(draw: st.DrawFn) -> Mutation:
    """Any one to three substitutions of a TRK kinase."""
    kinase = draw(st.sampled_from(trk_kinases()))
    span = st.integers(kinase.first_number, kinase.last_number)
    substitutions = []
    for number in sorted(draw(st.sets(span, min_size=1, max_size=3))):
        wild_type = residue_at(kinase, number)
        mutant = draw(st.sampled_from([letter for letter in ONE_TO_THREE if letter != wild_type]))
        substitutions.append(Substitution(wild_type, number, mutant))
    return Mutation(kinase, tuple(substitutions))


@given(mutation=mutations())
def test_what_is_written_reads_back_as_the_same(mutation: Mutation) -> None:
    assert mutation.kinase is not None
    assert parse_mutation(str(mutation), mutation.kinase) == mutation
    assert parse_mutation(f"{mutation.kinase.gene}:{mutation}") == mutation
    hgvs = "+".join(f"p.{s.wild_type_name.title()}{s.number}{s.mutant_name.title()}" for s in mutation.substitutions)
    assert parse_mutation(hgvs, mutation.kinase) == mutation


@given(mutation=mutations())
def test_without_a_kinase_it_is_the_same_or_another_reading_or_refused(mutation: Mutation) -> None:
    try:
        read = parse_mutation(str(mutation))
    except MutationError as error:
        assert "fits NTRK" in str(error)  # it does fit its own kinase, so only ambiguity can refuse it
    else:
        assert str(read) == str(mutation)
        assert read.kinase == mutation.kinase or read.notes


@given(mutation=mutations())
def test_every_other_spelling_of_trkb_residues_is_the_same_residue(mutation: Mutation) -> None:
    """Wherever UniProt's number does not also fit clinically, it is read as the clinical residue 16 further on."""
    if mutation.kinase != TRKB or any(s.number - 16 < TRKB.first_number for s in mutation.substitutions):
        return
    if all(residue_at(TRKB, s.number - 16) == s.wild_type for s in mutation.substitutions):
        return
    uniprot = "+".join(str(each.shifted(-16)) for each in mutation.substitutions)
    read = parse_mutation(f"NTRK2:{uniprot}")
    assert read == mutation
    assert "UniProt Q16620-1 numbering" in read.notes[0]


@given(text=st.text() | st.text(alphabet=string.ascii_letters + string.digits + " :+/.-_*()", max_size=16))
@pytest.mark.parametrize("generic", [False, True])
def test_any_text_is_a_mutation_or_a_mutation_error(text: str, generic: bool) -> None:
    for kinase in (None, TRKA, ABL1):
        try:
            mutation = parse_mutation(text, kinase, generic=generic)
        except MutationError as error:
            assert str(error)
        else:
            assert parse_mutation(str(mutation), mutation.kinase, generic=generic) == Mutation(
                mutation.kinase, mutation.substitutions
            )
