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
from trkstruct.files.cache import write_checked
from trkstruct.files.shipped import data_path
from trkstruct.kinase.codons import codon_of, read_transcripts, single_nucleotide_changes, transcript_path
from trkstruct.kinase.kinases import kinase_named
from trkstruct.kinase.mutation import panel_mutations

TRKA, TRKB = kinase_named("TRKA"), kinase_named("TRKB")
TABLE = CodonTable.unambiguous_dna_by_name["Standard"].forward_table
CODONS = sorted(TABLE)
BACK = {amino_acid: codon for codon, amino_acid in TABLE.items()}
TRKB_CODING = "".join(BACK[x] for x in TRKB.sequence)


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
    path = tmp_path / "ntrk2.fasta"
    path.write_text(">other\nACGTACGT\n>NTRK2\nGC" + TRKB_CODING + "A\n", encoding="utf-8")
    assert codon_of(TRKB, 639, path) == BACK["G"]
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


def test_a_fetched_transcript_is_read_from_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRKSTRUCT_CACHE", str(tmp_path))
    assert transcript_path(TRKB) == tmp_path / "refseq" / f"{TRKB.transcript}.fasta"
    write_checked(transcript_path(TRKB), b">caf\xe9, not UTF-8\nC" + TRKB_CODING.encode() + b"\n")
    assert codon_of(TRKB, 639) == BACK["G"]
    assert codon_of(TRKB, TRKB.last_number) == TRKB_CODING[-3:]


def test_a_fetched_file_hides_nothing_and_is_named_when_it_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRKSTRUCT_CACHE", str(tmp_path))
    shipped = codon_of(TRKA, 595)
    write_checked(transcript_path(TRKA), b">another gene\nACGTACGT\n")
    assert codon_of(TRKA, 595) == shipped == "GGG"  # c.1783G>A makes it AGG
    write_checked(transcript_path(TRKA), b"hello\n")
    with pytest.raises(InputError, match=transcript_path(TRKA).name):
        codon_of(TRKA, 595)


def test_rna_small_letters_gaps_in_the_sequence_and_odd_headers_are_read(tmp_path: Path) -> None:
    assert read_transcripts(">x\nacgun\n>y\nGGG\n", "here") == ("ACGTN", "GGG")
    path = tmp_path / "rna.fasta"
    path.write_bytes(b">Garc\xeda\nNN" + TRKB_CODING.replace("T", "U").lower().encode() + b"\n")
    assert codon_of(TRKB, 639, path) == BACK["G"]


@pytest.mark.parametrize("text", [">x\nACGX\n", ">x\nACGT\n>protein\nMKLV\n", "", "hello\n"])
def test_what_is_no_sequence_is_refused_by_its_name(text: str, tmp_path: Path) -> None:
    path = tmp_path / "wrong.fasta"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"wrong\.fasta is no FASTA|Cannot read sequences from .*wrong\.fasta"):
        codon_of(TRKB, 639, path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"Cannot read sequences from .*absent\.fasta"):
        codon_of(TRKB, 639, tmp_path / "absent.fasta")
