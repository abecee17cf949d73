"""The one place that uses the network: a file over https, limited in size and time, tried again where that may help."""

import ipaddress
import threading
import time
from dataclasses import dataclass
from typing import Final

import httpx

from trkstruct.errors import DownloadError, InputError
from trkstruct.versions import VERSION

RETRIED_STATUS: Final = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True)
class Server:
    """How long and how often a server is tried, and how much is taken from it.

    Attributes
    ----------
    base_url : str
        Start of the address of its files; only https, or http on this machine itself. By default that of the archive
        that a file belongs to.
    timeout_seconds : float
        For connecting, for the whole header of an answer, and for each part that is read.
    longest_seconds : float
        For a file with all tries; a server that trickles is left.
    attempts : int
        Tries of a download that a timeout, a broken connection or a busy server ends.
    pause_seconds : float
        Before the second try; doubled before each further one.
    largest_bytes : int
        Of the file as it is sent. The largest ribosomes and capsids have 60 MB, a kinase 0.2 MB.
    """

    base_url: str = ""
    timeout_seconds: float = 30.0
    longest_seconds: float = 600.0
    attempts: int = 3
    pause_seconds: float = 1.0
    largest_bytes: int = 100_000_000


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
        raise InputError(f"{url!r} is not https; files are fetched over an encrypted connection only.")


def download(url: str, name: str, server: Server, *, otherwise: str) -> bytes:
    """The bytes at an address; tried again after timeouts, broken connections and busy servers.

    Parameters
    ----------
    url : str
    name : str
        Of what is fetched, for messages.
    server : Server
    otherwise : str
        What to do with the file when somebody fetches it elsewhere.

    Raises
    ------
    InputError
        When the address is not https.
    DownloadError
        When there is no such file, it is too large, or the server does not answer.
    """
    check_address(url)
    host = httpx.URL(url).host
    until = time.monotonic() + server.longest_seconds
    problem = ""
    with httpx.Client(
        timeout=server.timeout_seconds,
        follow_redirects=False,  # a redirect could leave https
        trust_env=not _is_loopback(host),  # a proxy cannot reach this machine's own server
        headers={"User-Agent": f"trkstruct/{VERSION}", "Accept-Encoding": "identity"},
    ) as client:
        for attempt in range(server.attempts):
            if attempt:
                time.sleep(min(server.pause_seconds * 2 ** (attempt - 1), max(0.0, until - time.monotonic())))
            try:
                return _read(client, url, name, server, until)
            except _BusyError as busy:
                problem = str(busy)
            except httpx.TransportError as error:
                problem = f"{type(error).__name__}: {error}".rstrip(": ")
    raise DownloadError(
        f"Cannot fetch {name} from {host} ({server.attempts} tries; {problem}). Is this machine offline? "
        f"Download {url} elsewhere and {otherwise}."
    )


class _BusyError(Exception):
    """The server asks to come again later."""


class _Answer:
    """What a thread has received so far: whether the header is there, and the content or the error at the end."""

    def __init__(self) -> None:
        self.has_header = threading.Event()
        self.is_whole = threading.Event()
        self.size = 0
        self.content = b""
        self.error: Exception | None = None


def _read(client: httpx.Client, url: str, name: str, server: Server, until: float) -> bytes:
    """The bytes at an address, read in a thread that is left to its fate when time is up.

    httpx limits each read from the socket, not their sum: a header that comes letter by letter, or 103 answers without
    end, would hold it for ever.
    """
    answer = _Answer()
    threading.Thread(target=_receive_into, args=(answer, client, url, name, server), daemon=True).start()
    header_until = time.monotonic() + 2 * server.timeout_seconds  # connecting, then the header
    if not answer.has_header.wait(max(0.0, min(header_until, until) - time.monotonic())) and header_until < until:
        raise _BusyError(f"no whole header within {2 * server.timeout_seconds:g} s")
    if not answer.is_whole.wait(max(0.0, until - time.monotonic())):
        raise DownloadError(
            f"{name} did not come within {server.longest_seconds:g} s ({answer.size} bytes did); try again later."
        )
    if answer.error is not None:
        raise answer.error
    return answer.content


def _receive_into(answer: _Answer, client: httpx.Client, url: str, name: str, server: Server) -> None:
    try:
        answer.content = _receive(answer, client, url, name, server)
    except (DownloadError, _BusyError, httpx.HTTPError, OSError, RuntimeError) as error:
        answer.error = error  # raised again by the thread that waits
    finally:
        answer.has_header.set()
        answer.is_whole.set()


def _receive(answer: _Answer, client: httpx.Client, url: str, name: str, server: Server) -> bytes:
    with client.stream("GET", url) as response:
        answer.has_header.set()
        if response.status_code in RETRIED_STATUS:
            raise _BusyError(f"HTTP {response.status_code}")
        if response.status_code == httpx.codes.NOT_FOUND:
            raise DownloadError(f"There is no {name} (HTTP 404 for {url}).")
        if response.status_code != httpx.codes.OK:
            raise DownloadError(
                f"{url} answers HTTP {response.status_code} instead of {name}; look at it in a browser."
            )
        parts = []
        for part in response.iter_raw():
            answer.size += len(part)
            if answer.size > server.largest_bytes:
                raise DownloadError(
                    f"{name} has more than {server.largest_bytes / 1e6:g} MB: no kinase; it was not fetched."
                )
            parts.append(part)
    return b"".join(parts)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
