"""Codons of the kinases' genes, and which amino acids one changed nucleotide gives.

The transcript of NTRK1 ships (RefSeq NM_002529.3, known by its GA4GH refget digest). For another gene, or another
transcript, give a FASTA file.
"""

from functools import cache
from pathlib import Path
from typing import Final

from Bio import SeqIO
from Bio.Data import CodonTable
from Bio.Seq import Seq

from trkstruct.errors import InputError
from trkstruct.kinase import Kinase
from trkstruct.shipped import data_path

NUCLEOTIDES: Final = "ACGT"
_STANDARD: Final = CodonTable.unambiguous_dna_by_name["Standard"].forward_table


def single_nucleotide_changes(codon: str) -> frozenset[str]:
    """One-letter codes of the other amino acids that a codon gives when one of its nucleotides changes.

    >>> sorted(single_nucleotide_changes("GGG"))
    ['A', 'E', 'R', 'V', 'W']
    """
    neighbours = {codon[:place] + letter + codon[place + 1 :] for place in range(3) for letter in NUCLEOTIDES}
    return frozenset(_STANDARD[each] for each in neighbours if each in _STANDARD) - {_STANDARD[codon]}


def codon_of(kinase: Kinase, number: int, transcripts: Path | None = None) -> str:
    """The codon of a residue in clinical numbering.

    Parameters
    ----------
    kinase : Kinase
        TRKA, TRKB or TRKC.
    number : int
    transcripts : Path, optional
        FASTA with the gene's coding sequence or transcript; by default the one that ships.

    Raises
    ------
    InputError
        When no sequence there codes for the kinase domain, or the residue is outside it.
    """
    if not kinase.is_trk:
        raise InputError(f"The codons of {kinase.gene} are not known here; of the kinases, only those of TRK are.")
    if not kinase.first_number <= number <= kinase.last_number:
        raise InputError(f"Residue {number} is outside the part of {kinase.name} that is known here.")
    codons = _codons(kinase, transcripts)
    return codons[number - kinase.first_number]


@cache
def _codons(kinase: Kinase, transcripts: Path | None) -> tuple[str, ...]:
    """Codons of ``kinase.sequence``, from the first transcript that codes for it in any frame."""
    path = transcripts or data_path("coding_sequences.fasta")
    for sequence in _read(path):
        for frame in range(3):
            whole = sequence[frame : len(sequence) - (len(sequence) - frame) % 3]
            at = str(Seq(whole).translate()).find(kinase.sequence) if kinase.sequence else -1
            if at >= 0:
                return tuple(whole[3 * (at + i) : 3 * (at + i) + 3] for i in range(len(kinase.sequence)))
    if transcripts is None:
        raise InputError(
            f"Only NTRK1's coding sequence ships with trkstruct. For {kinase.gene} give a FASTA file with its coding "
            "sequence or transcript (RefSeq or Ensembl) with --coding-sequence."
        )
    raise InputError(f"No sequence in {path} codes for the kinase domain of {kinase.name} ({kinase.gene}).")


def _read(path: Path) -> tuple[str, ...]:
    try:
        with path.open(encoding="utf-8") as stream:
            found = tuple(str(record.seq).upper().replace("U", "T") for record in SeqIO.parse(stream, "fasta"))
    except (OSError, ValueError) as error:
        raise InputError(f"Cannot read sequences from {path}: {error}.") from error
    if not found or any(set(sequence) - set("ACGTN") for sequence in found):
        raise InputError(f"{path} is no FASTA file of nucleotide sequences (letters A, C, G, T).")
    return found
