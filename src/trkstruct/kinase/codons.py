"""Codons of the kinases' genes, and which amino acids one changed nucleotide gives.

The transcript of NTRK1 ships (RefSeq NM_002529.3, known by its GA4GH refget digest); ``trkstruct fetch`` gets those of
NTRK2 and NTRK3. For another transcript, give a FASTA file.
"""

import io
from functools import cache
from pathlib import Path
from typing import Final

from Bio import SeqIO
from Bio.Data import CodonTable
from Bio.Seq import Seq

from trkstruct.errors import InputError
from trkstruct.files.cache import cache_folder, read_checked
from trkstruct.files.shipped import data_path
from trkstruct.kinase.kinases import Kinase

NUCLEOTIDES: Final = "ACGT"
_STANDARD: Final = CodonTable.unambiguous_dna_by_name["Standard"].forward_table


def single_nucleotide_changes(codon: str) -> frozenset[str]:
    """One-letter codes of the other amino acids that a codon gives when one of its nucleotides changes.

    >>> sorted(single_nucleotide_changes("GGG"))
    ['A', 'E', 'R', 'V', 'W']
    """
    neighbours = {codon[:place] + letter + codon[place + 1 :] for place in range(3) for letter in NUCLEOTIDES}
    return frozenset(_STANDARD[each] for each in neighbours if each in _STANDARD) - {_STANDARD[codon]}


def codon_of(kinase: Kinase, number: int, fasta: Path | None = None) -> str:
    """The codon of a residue in clinical numbering.

    Parameters
    ----------
    kinase : Kinase
        TRKA, TRKB or TRKC.
    number : int
    fasta : Path, optional
        File with the gene's coding sequence or transcript; by default the one that ships, or was fetched.

    Raises
    ------
    InputError
        When no sequence there codes for the kinase domain, or the residue is outside it.
    """
    if not kinase.is_trk:
        raise InputError(f"The codons of {kinase.gene} are not known here; of the kinases, only those of TRK are.")
    if not kinase.first_number <= number <= kinase.last_number:
        raise InputError(f"Residue {number} is outside the part of {kinase.name} that is known here.")
    return _codons(kinase, fasta)[number - kinase.first_number]


def transcript_path(kinase: Kinase) -> Path:
    """Where a fetched transcript is kept."""
    return cache_folder() / "refseq" / f"{kinase.transcript}.fasta"


def read_transcripts(text: str, source: str | Path) -> tuple[str, ...]:
    """Nucleotide sequences of a FASTA file, in capitals, T for U.

    Raises
    ------
    InputError
        When it is no such file.
    """
    try:
        found = tuple(str(record.seq).upper().replace("U", "T") for record in SeqIO.parse(io.StringIO(text), "fasta"))
    except ValueError as error:
        raise InputError(f"Cannot read sequences from {source}: {error}.") from error
    if not found or any(set(sequence) - set("ACGTN") for sequence in found):
        raise InputError(f"{source} is no FASTA file of nucleotide sequences (letters A, C, G, T).")
    return found


@cache
def transcript_codons(kinase: Kinase, transcripts: tuple[str, ...]) -> tuple[str, ...] | None:
    """Codons of ``kinase.sequence``, from the first sequence that codes for it in any frame; None when none does."""
    for sequence in transcripts:
        for frame in range(3):
            whole = sequence[frame : len(sequence) - (len(sequence) - frame) % 3]
            at = str(Seq(whole).translate()).find(kinase.sequence)
            if at >= 0:
                return tuple(whole[3 * (at + i) : 3 * (at + i) + 3] for i in range(len(kinase.sequence)))
    return None


def _codons(kinase: Kinase, fasta: Path | None) -> tuple[str, ...]:
    if fasta is not None:
        codons = transcript_codons(kinase, read_transcripts(_read(fasta), fasta))
        if codons is None:
            raise InputError(f"No sequence in {fasta} codes for the kinase domain of {kinase.name} ({kinase.gene}).")
        return codons
    shipped = data_path("coding_sequences.fasta")
    known = read_transcripts(_read(shipped), shipped)
    kept = transcript_path(kinase)
    fetched = read_checked(kept)
    if fetched is not None:
        known += read_transcripts(fetched.decode("utf-8", "replace"), kept)
    codons = transcript_codons(kinase, known)
    if codons is None:
        raise InputError(
            f"Only NTRK1's transcript ships with trkstruct. Get {kinase.gene}'s (RefSeq {kinase.transcript}) with: "
            f"trkstruct fetch {kinase.gene}; or give a FASTA file with its coding sequence or transcript with "
            "--coding-sequence."
        )
    return codons


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")  # headers may be anything, sequences are checked
    except OSError as error:
        raise InputError(f"Cannot read sequences from {path}: {error}.") from error
