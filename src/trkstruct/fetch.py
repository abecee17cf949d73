"""Entries of the PDB archive, downloaded as mmCIF: over https, checked, cached, written whole or not at all."""

import hashlib
import ipaddress
import re
import time
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from trkstruct.errors import InputError, StructureError
from trkstruct.parameter_methods import cache_folder
from trkstruct.structure_file import write_bytes
from trkstruct.versions import VERSION

ARCHIVE_URL: Final = "https://files.rcsb.org/download"
LARGEST_BYTES: Final = 100_000_000  # compressed; the largest ribosomes and capsids have 60 MB, a kinase 0.2 MB
LARGEST_TEXT_BYTES: Final = 1_000_000_000  # unpacked; a gzip bomb stops here
RETRIED_STATUS: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_ENTRY: Final = re.compile(r"(?:pdb_0000)?(?P<code>[1-9][a-z0-9]{3})", re.IGNORECASE)


@dataclass(frozen=True)
class Archive:
    """Where entries come from, and how long and how often it is tried.

    Attributes
    ----------
    base_url : str
        Address that ``/7VKO.cif.gz`` is added to. Only https, or http on this machine itself.
    timeout_seconds : float
        For connecting, and for each part that is read.
    longest_seconds : float
        For the whole of a file; a server that trickles is left.
    attempts : int
        Tries of a download that a timeout, a broken connection or a busy server ends.
    pause_seconds : float
        Before the second try; doubled before each further one.
    largest_bytes : int
        Of the compressed file.
    """

    base_url: str = ARCHIVE_URL
    timeout_seconds: float = 30.0
    longest_seconds: float = 600.0
    attempts: int = 3
    pause_seconds: float = 1.0
    largest_bytes: int = LARGEST_BYTES


@dataclass(frozen=True)
class Fetched:
    """A downloaded entry: its PDB id, its file (gzip-compressed mmCIF), SHA-256, and whether it came from the cache."""

    pdb_id: str
    path: Path
    sha256: str
    from_cache: bool


def entry_id(text: str) -> str:
    """PDB id in capitals: ``7vko`` and ``pdb_00007vko`` give ``7VKO``.

    Raises
    ------
    InputError
        When the text is no PDB id.
    """
    match = _ENTRY.fullmatch(text.strip())
    if match is None:
        raise InputError(f"{text!r} is not a PDB id: a digit and three letters or digits are expected, such as 7VKO.")
    return match["code"].upper()


def fetch_entry(
    pdb_id: str,
    folder: str | Path = ".",
    *,
    sha256: str | None = None,
    refresh: bool = False,
    archive: Archive | None = None,
) -> Fetched:
    """Write ``7VKO.cif.gz`` to a folder, from the cache or from the archive.

    What comes in is checked: its length, the gzip checksum, that it is the mmCIF file of that entry, and the SHA-256
    when one is given. In the cache the SHA-256 stands beside each file and is compared whenever the file is used.

    Parameters
    ----------
    pdb_id : str
    folder : str or Path
        Must exist.
    sha256 : str, optional
        What the file must have; `Fetched.sha256` of an earlier download.
    refresh : bool
        Download even when the cache has the entry.
    archive : Archive, optional

    Raises
    ------
    InputError
        When the id or the address cannot be used.
    StructureError
        When the entry cannot be had, is too large, or is not what it should be.
    """
    archive = archive or Archive()
    code = entry_id(pdb_id)
    check_address(archive.base_url)
    kept = cache_folder() / "pdb" / f"{code}.cif.gz"
    content = None if refresh else _from_cache(kept)
    from_cache = content is not None
    if content is None:
        content = download(code, archive)
        _check_entry(content, code)
    digest = hashlib.sha256(content).hexdigest()
    if sha256 is not None and digest != sha256.strip().lower():
        raise StructureError(
            f"{code} has SHA-256 {digest}, expected {sha256}. Was the entry revised? Fetch it again, and compare."
        )
    if not from_cache:
        kept.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(kept, content)
        write_bytes(_digest_path(kept), f"{digest}\n".encode())
    path = Path(folder) / kept.name
    write_bytes(path, content)
    return Fetched(code, path, digest, from_cache)


def check_address(url: str) -> None:
    """Raise unless the address is https, or http to this machine itself.

    Raises
    ------
    InputError
        With what was found.
    """
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise InputError(f"{url!r} is not an address: {error}.") from error
    if parsed.scheme != "https" and not (parsed.scheme == "http" and _is_loopback(parsed.host)):
        raise InputError(f"{url!r} is not https; structures are fetched over an encrypted connection only.")


def download(code: str, archive: Archive) -> bytes:
    """The compressed file of an entry; tried again after timeouts, broken connections and busy servers.

    Raises
    ------
    StructureError
        When there is no such entry, it is too large, or the archive does not answer.
    """
    url = f"{archive.base_url.rstrip('/')}/{code}.cif.gz"
    local = _is_loopback(httpx.URL(url).host)
    problem = ""
    with httpx.Client(
        timeout=archive.timeout_seconds,
        follow_redirects=False,  # a redirect could leave https
        trust_env=not local,  # a proxy cannot reach this machine's own server
        headers={"User-Agent": f"trkstruct/{VERSION}", "Accept-Encoding": "identity"},
    ) as client:
        for attempt in range(archive.attempts):
            if attempt:
                time.sleep(archive.pause_seconds * 2 ** (attempt - 1))
            try:
                return _read(client, url, code, archive)
            except _BusyError as busy:
                problem = str(busy)
            except httpx.TransportError as error:
                problem = f"{type(error).__name__}: {error}".rstrip(": ")
    raise StructureError(
        f"Cannot fetch {code} from {httpx.URL(url).host} ({archive.attempts} tries; {problem}). Is this machine "
        f"offline? Download {url} elsewhere and give the file to --structure."
    )


class _BusyError(Exception):
    """The server asks to come again later."""


def _read(client: httpx.Client, url: str, code: str, archive: Archive) -> bytes:
    until = time.monotonic() + archive.longest_seconds
    with client.stream("GET", url) as response:
        if response.status_code in RETRIED_STATUS:
            raise _BusyError(f"HTTP {response.status_code}")
        if response.status_code == httpx.codes.NOT_FOUND:
            raise StructureError(f"The PDB has no entry {code}, or not as mmCIF (HTTP 404 for {url}).")
        if response.status_code != httpx.codes.OK:
            raise StructureError(
                f"{url} answers HTTP {response.status_code} instead of the entry; look at it in a browser."
            )
        parts, size = [], 0
        for part in response.iter_raw():
            size += len(part)
            if size > archive.largest_bytes:
                raise StructureError(
                    f"{code} has more than {archive.largest_bytes / 1e6:g} MB: no kinase; it was not fetched."
                )
            if time.monotonic() > until:
                raise StructureError(
                    f"{code} did not come within {archive.longest_seconds:g} s ({size} bytes did); try again later."
                )
            parts.append(part)
    return b"".join(parts)


def _check_entry(content: bytes, code: str) -> None:
    """Raise unless the bytes are the gzip-compressed mmCIF file of the entry, whole."""
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        text = unpacker.decompress(content, LARGEST_TEXT_BYTES)
    except zlib.error as error:
        raise StructureError(f"What came for {code} is not gzip or damaged ({error}); fetch it again.") from error
    if not unpacker.eof:
        why = "too large" if unpacker.unconsumed_tail else "cut off"
        raise StructureError(f"What came for {code} is {why}; fetch it again.")
    named = re.search(rb"^data_(\S+)", text, re.MULTILINE)
    if named is None or named[1].decode("ascii", "replace").upper() not in (code, f"PDB_0000{code}"):
        found = named[0].decode("ascii", "replace") if named else "no data block"
        raise StructureError(
            f"What came for {code} is not its mmCIF file (found {found}); is --base-url the archive's?"
        )


def _from_cache(kept: Path) -> bytes | None:
    """The entry in the cache, unless it is not there or not what was written."""
    try:
        content, digest = kept.read_bytes(), _digest_path(kept).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return content if hashlib.sha256(content).hexdigest() == digest else None


def _digest_path(kept: Path) -> Path:
    return kept.with_name(f"{kept.name}.sha256")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
