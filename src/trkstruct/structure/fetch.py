"""What trkstruct downloads, PDB entries as mmCIF and the TRK genes' transcripts: checked, cached, written whole."""

import hashlib
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from trkstruct.errors import DownloadError, InputError, StructureError
from trkstruct.files.cache import cache_folder, read_checked, write_checked
from trkstruct.files.download import Server, check_address, download
from trkstruct.files.outputs import write_bytes
from trkstruct.files.regular_file import LARGEST_TEXT_BYTES
from trkstruct.kinase.codons import read_transcripts, transcript_codons, transcript_path
from trkstruct.kinase.kinases import Kinase, kinase_named

PDB_URL: Final = "https://files.rcsb.org/download"
REFSEQ_URL: Final = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils"  # E-utilities, NCBI Bookshelf NBK25499
PART_BYTES: Final = 1_000_000
_ENTRY: Final = re.compile(r"(?:pdb_0000)?(?P<code>[1-9][a-z0-9]{3})", re.IGNORECASE)


@dataclass(frozen=True)
class Fetched:
    """A downloaded file: its name in its archive, where it is, its SHA-256, and whether it came from the cache."""

    name: str
    path: Path
    sha256: str
    from_cache: bool


@dataclass(frozen=True)
class Remote:
    """What can be fetched.

    Attributes
    ----------
    name : str
        In its archive: ``7VKO``, ``NM_006180``.
    base_url, address : str
        Of the archive, and of the file in it.
    kept : Path
        In the cache; it goes under this name to the user's folder.
    check : callable
        Raises `DownloadError` when the bytes are not what they should be.
    otherwise : str
        What to do with the file when somebody fetches it elsewhere.
    """

    name: str
    base_url: str
    address: str
    kept: Path
    check: Callable[[bytes], None]
    otherwise: str


def remote_named(text: str) -> Remote:
    """The PDB entry, or the transcript of a TRK gene, that a user names: ``7VKO``, ``NTRK2``, ``TRKB``.

    Raises
    ------
    InputError
        When it is neither.
    """
    match = _ENTRY.fullmatch(text.strip())
    if match:
        return _entry(match["code"].upper())
    try:
        kinase = kinase_named(text.strip())
    except InputError:
        kinase = None
    if kinase is None or not kinase.transcript:
        raise InputError(
            f"{text!r} is neither a PDB id (a digit and three letters or digits, such as 7VKO) nor a gene whose "
            "transcript is known here (NTRK1, NTRK2, NTRK3)."
        )
    return _transcript(kinase)


def fetch(
    name: str,
    folder: str | Path = ".",
    *,
    sha256: str | None = None,
    refresh: bool = False,
    server: Server | None = None,
) -> Fetched:
    """Write ``7VKO.cif.gz`` or ``NM_006180.fasta`` to a folder, from the cache or from its archive.

    What comes in is checked: its length and gzip checksum, that it is the mmCIF file of that entry or codes for the
    kinase domain, and the SHA-256 when one is given. In the cache the SHA-256 stands beside each file and is compared
    whenever the file is used.

    Parameters
    ----------
    name : str
        A PDB id, or a TRK gene or kinase.
    folder : str or Path
        Made when it does not exist.
    sha256 : str, optional
        What the file must have; `Fetched.sha256` of an earlier download.
    refresh : bool
        Download even when the cache has the file.
    server : Server, optional
        Another archive, other limits.

    Raises
    ------
    InputError
        When the name or the address cannot be used.
    DownloadError
        When the file cannot be had, is too large, or is not what it should be.
    StructureError
        When it cannot be written to the folder.
    """
    remote, server = remote_named(name), server or Server()
    base_url = server.base_url or remote.base_url
    check_address(base_url)
    content = None if refresh else read_checked(remote.kept)
    from_cache = content is not None
    if content is None:
        address = f"{base_url.rstrip('/')}/{remote.address}"
        content = download(address, remote.name, server, otherwise=remote.otherwise)
        remote.check(content)
    digest = hashlib.sha256(content).hexdigest()
    if sha256 is not None and digest != sha256.strip().lower():
        raise DownloadError(
            f"{remote.name} has SHA-256 {digest}, expected {sha256}. Was it revised? Fetch it again, and compare."
        )
    if not from_cache:
        _keep(remote, content)
    path = Path(folder) / remote.kept.name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StructureError(f"Cannot make the folder {folder}: {error.strerror}. Choose another place.") from error
    write_bytes(path, content)
    return Fetched(remote.name, path, digest, from_cache)


def _keep(remote: Remote, content: bytes) -> None:
    try:
        write_checked(remote.kept, content)
    except OSError as error:
        raise DownloadError(
            f"Cannot keep {remote.name} as {remote.kept}: {error.strerror}. TRKSTRUCT_CACHE names another folder."
        ) from error


def _entry(code: str) -> Remote:
    """A PDB entry."""
    return Remote(
        name=code,
        base_url=PDB_URL,
        address=f"{code}.cif.gz",
        kept=cache_folder() / "pdb" / f"{code}.cif.gz",
        check=lambda content: _check_entry(content, code),
        otherwise="give the file to --structure",
    )


def _transcript(kinase: Kinase) -> Remote:
    """The RefSeq transcript of a kinase, its newest version."""
    return Remote(
        name=kinase.transcript,
        base_url=REFSEQ_URL,
        address=f"efetch.fcgi?db=nuccore&id={kinase.transcript}&rettype=fasta&retmode=text",
        kept=transcript_path(kinase),
        check=lambda content: _check_transcript(content, kinase),
        otherwise="give the file to --coding-sequence",
    )


def _check_entry(content: bytes, code: str) -> None:
    """Raise unless the bytes are the gzip-compressed mmCIF file of the entry, whole."""
    try:
        start, whole = _unpacked(content)
    except zlib.error as error:
        raise DownloadError(f"What came for {code} is not gzip or damaged ({error}); fetch it again.") from error
    if not whole:
        raise DownloadError(f"What came for {code} is cut off or too large; fetch it again.")
    named = re.search(rb"^data_(\S+)", start, re.MULTILINE)
    if named is None or named[1].decode("ascii", "replace").upper() not in (code, f"PDB_0000{code}"):
        found = named[0].decode("ascii", "replace") if named else "no data block"
        raise DownloadError(f"What came for {code} is not its mmCIF file (found {found}); is --base-url the archive's?")


def _unpacked(content: bytes) -> tuple[bytes, bool]:
    """The first megabyte of what a gzip file holds, and whether the file is whole; a bomb takes time, but no memory."""
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    start = unpacker.decompress(content, PART_BYTES)
    size = len(start)
    while not unpacker.eof and unpacker.unconsumed_tail and size <= LARGEST_TEXT_BYTES:
        size += len(unpacker.decompress(unpacker.unconsumed_tail, PART_BYTES))
    return start, unpacker.eof


def _check_transcript(content: bytes, kinase: Kinase) -> None:
    """Raise unless the bytes are a FASTA file that codes for the kinase domain."""
    name = kinase.transcript
    try:
        codons = transcript_codons(kinase, read_transcripts(content.decode("utf-8", "replace"), name))
    except InputError as error:
        raise DownloadError(f"What came is no transcript: {error} Fetch it again.") from error
    if codons is None:
        raise DownloadError(
            f"What came for {name} does not code for the kinase domain of {kinase.name} ({kinase.gene})."
        )
