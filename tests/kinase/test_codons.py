"""The shipped transcript is RefSeq's, its codons are those of published DNA changes, and others come from a file."""

import base64
import hashlib
from itertools import product
from pathlib import Path

import pytest
from Bio import SeqIO
from Bio.Data import CodonTable
from hypothesis import given
from hypothesis import strategies as st

from trkstruct.errors import InputError
from trkstruct.files.shipped import data_path
from trkstruct.kinase.codons import codon_of, single_nucleotide_changes
from trkstruct.kinase.kinases import kinase_named
from trkstruct.kinase.mutation import panel_mutations

TRKA, TRKB = kinase_named("TRKA"), kinase_named("TRKB")
TABLE = CodonTable.unambiguous_dna_by_name["Standard"].forward_table
CODONS = sorted(TABLE)


def test_the_shipped_transcript_has_the_digest_of_its_refseq_accession() -> None:
    (record,) = SeqIO.parse(data_path("coding_sequences.fasta"), "fasta")
    digest = base64.urlsafe_b64encode(hashlib.sha512(str(record.seq).encode()).digest()[:24]).decode()
    assert "NM_002529.3" in record.description
    # GA4GH refget's sha512t24u of refseq:NM_002529.3
    assert digest == "RSkww1aYmsMiWbNdNnOTnVDAM3ZWp1uA" and digest in record.description


def test_codons_translate_to_the_kinase_domain() -> None:
    numbers = range(TRKA.first_number, TRKA.last_number + 1)
    assert "".join(TABLE[codon_of(TRKA, number)] for number in numbers) == TRKA.sequence


@pytest.mark.parametrize(
    ("number", "coding_position", "wild_type", "mutant", "amino_acid"),
    [
        (595, 1783, "G", "A", "R"),  # p.G595R: Russo 2016, 10.1158/2159-8290.CD-15-0940
        (667, 1999, "G", "T", "C"),  # p.G667C, ibid.
    ],
)
def test_published_changes_of_the_dna(
    number: int, coding_position: int, wild_type: str, mutant: str, amino_acid: str
) -> None:
    codon, place = codon_of(TRKA, number), (coding_position - 1) % 3
    assert (coding_position - 1) // 3 + 1 == number and codon[place] == wild_type
    changed = codon[:place] + mutant + codon[place + 1 :]
    assert TABLE[changed] == amino_acid and amino_acid in single_nucleotide_changes(codon)


def test_every_acquired_mutation_of_trka_is_one_nucleotide_away() -> None:
    acquired = [each.substitutions[0] for each in panel_mutations() if each.kinase == TRKA]
    assert len(acquired) == 4
    for substitution in acquired:
        assert substitution.mutant in single_nucleotide_changes(codon_of(TRKA, substitution.number))


@given(st.sampled_from(CODONS))
def test_changes_are_what_enumerating_all_codons_gives(codon: str) -> None:
    others = ["".join(letters) for letters in product("ACGT", repeat=3)]
    near = {o for o in others if sum(a != b for a, b in zip(o, codon, strict=True)) == 1 and o in TABLE}
    assert single_nucleotide_changes(codon) == {TABLE[o] for o in near} - {TABLE[codon]}


def test_another_gene_comes_from_a_file_in_any_frame(tmp_path: Path) -> None:
    back = {amino_acid: codon for codon, amino_acid in TABLE.items()}
    path = tmp_path / "ntrk2.fasta"
    path.write_text(">other\nACGTACGT\n>NTRK2\nGC" + "".join(back[x] for x in TRKB.sequence) + "A\n", encoding="utf-8")
    assert codon_of(TRKB, 639, path) == back["G"]
    with pytest.raises(InputError, match="codes for the kinase domain of TRKA"):
        codon_of(TRKA, 595, path)


def test_what_cannot_be_looked_up_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="or give a FASTA file"):
        codon_of(TRKB, 639)
    with pytest.raises(InputError, match="not known here"):
        codon_of(kinase_named("ABL1"), 315)
    with pytest.raises(InputError, match="outside"):
        codon_of(TRKA, 12)
    for name, text in (("empty.fa", ""), ("protein.fa", ">x\nMKLV\n"), ("text.fa", "hello\n")):
        (tmp_path / name).write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match=r"no FASTA|Cannot read"):
            codon_of(TRKA, 595, tmp_path / name)
