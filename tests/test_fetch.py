"""Downloads from an archive on this machine: what is checked, tried again, refused, and kept."""

import gzip
import hashlib
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from trkstruct.cli import main
from trkstruct.errors import InputError, StructureError
from trkstruct.fetch import Archive, check_address, entry_id, fetch_entry

ENTRY = gzip.compress(b"data_7VKO\n#\n_entry.id 7VKO\n", mtime=0)
DIGEST = hashlib.sha256(ENTRY).hexdigest()
NOISE = os.urandom(300_000)


@dataclass
class Server:
    """Answers of the archive, in turn; the last one stays. And how often it was asked."""

    url: str = ""
    answers: list[tuple[int, bytes, dict[str, str]]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    delay_seconds: float = 0.0
    trickles: bool = False

    def will_answer(self, *answers: tuple[int, bytes]) -> None:
        self.answers = [(status, body, {}) for status, body in answers]

    def archive(self, **changes: float) -> Archive:
        return Archive(self.url, timeout_seconds=60.0, pause_seconds=0.0, **changes)  # type: ignore[arg-type]


@pytest.fixture
def server() -> Iterator[Server]:
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.paths.append(self.path)
            status, body, headers = state.answers[min(len(state.paths), len(state.answers)) - 1]
            step = 1 if state.trickles else max(len(body), 1)
            time.sleep(state.delay_seconds)
            try:
                self.send_response(status)
                for name, value in ({"Content-Length": str(len(body))} | headers).items():
                    self.send_header(name, value)
                self.end_headers()
                for start in range(0, len(body), step):
                    self.wfile.write(body[start : start + step])
                    time.sleep(0.02 if state.trickles else 0)
            except (BrokenPipeError, ConnectionResetError):
                pass  # the client gave up, as it should

        def log_message(self, *_: object) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    state.url = f"http://127.0.0.1:{listening.server_port}"
    state.will_answer((200, ENTRY))
    yield state
    listening.shutdown()
    listening.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRKSTRUCT_CACHE", str(tmp_path / "cache"))


def test_an_entry_comes_once_and_then_from_the_cache(server: Server, tmp_path: Path) -> None:
    first = fetch_entry("7vko", tmp_path, archive=server.archive())
    assert (first.path.read_bytes(), first.sha256, first.from_cache) == (ENTRY, DIGEST, False)
    assert server.paths == ["/7VKO.cif.gz"]
    second = fetch_entry("7VKO", tmp_path, archive=server.archive())
    assert (second.path.read_bytes(), second.from_cache) == (ENTRY, True)
    assert len(server.paths) == 1
    assert not fetch_entry("7VKO", tmp_path, refresh=True, archive=server.archive()).from_cache
    assert len(server.paths) == 2


def test_a_damaged_cache_is_not_used(server: Server, tmp_path: Path) -> None:
    fetch_entry("7VKO", tmp_path, archive=server.archive())
    kept = next((tmp_path / "cache").rglob("7VKO.cif.gz"))
    kept.write_bytes(ENTRY[:-3])
    again = fetch_entry("7VKO", tmp_path, archive=server.archive())
    assert (again.from_cache, again.path.read_bytes(), kept.read_bytes()) == (False, ENTRY, ENTRY)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_server_is_asked_again(server: Server, tmp_path: Path, status: int) -> None:
    server.will_answer((status, b""), (status, b""), (200, ENTRY))
    assert fetch_entry("7VKO", tmp_path, archive=server.archive()).sha256 == DIGEST
    assert len(server.paths) == 3


def test_tries_end(server: Server, tmp_path: Path) -> None:
    server.will_answer((503, b""))
    with pytest.raises(StructureError, match=r"4 tries; HTTP 503.*offline.*--structure"):
        fetch_entry("7VKO", tmp_path, archive=server.archive(attempts=4))
    assert len(server.paths) == 4
    assert not list(tmp_path.glob("*.gz"))


def test_a_connection_cut_in_the_middle_is_tried_again(server: Server, tmp_path: Path) -> None:
    server.answers = [(200, ENTRY[:10], {"Content-Length": str(len(ENTRY))}), (200, ENTRY, {})]
    assert fetch_entry("7VKO", tmp_path, archive=server.archive()).sha256 == DIGEST


def test_a_silent_server_is_left(server: Server, tmp_path: Path) -> None:
    server.delay_seconds = 1.0
    archive = Archive(server.url, timeout_seconds=0.1, attempts=2, pause_seconds=0.0)
    with pytest.raises(StructureError, match="Timeout"):
        fetch_entry("7VKO", tmp_path, archive=archive)


def test_a_server_that_trickles_is_left(server: Server, tmp_path: Path) -> None:
    server.trickles = True
    server.will_answer((200, NOISE))
    with pytest.raises(StructureError, match=r"did not come within 0\.3 s \(\d+ bytes did\)"):
        fetch_entry("7VKO", tmp_path, archive=server.archive(longest_seconds=0.3))


def test_offline_says_so(tmp_path: Path) -> None:
    archive = Archive("http://127.0.0.1:9", attempts=1, timeout_seconds=1.0)  # the discard port: nobody listens
    with pytest.raises(StructureError, match=r"Connect.*offline"):
        fetch_entry("7VKO", tmp_path, archive=archive)


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (404, b"", "no entry 7VKO"),
        (403, b"", "HTTP 403"),
        (301, b"", "HTTP 301"),
        (200, b"<html>Welcome to the hotel's network</html>", "not gzip"),
        (200, ENTRY[:-4], "cut off"),
        (200, gzip.compress(b"data_1ABC\n", mtime=0), r"not its mmCIF file \(found data_1ABC\)"),
        (200, gzip.compress(b"nothing", mtime=0), "no data block"),
    ],
)
def test_what_is_not_the_entry_is_refused_at_once(
    server: Server, tmp_path: Path, status: int, body: bytes, says: str
) -> None:
    server.will_answer((status, body))
    with pytest.raises(StructureError, match=says):
        fetch_entry("7VKO", tmp_path, archive=server.archive())
    assert len(server.paths) == 1
    assert not list(tmp_path.rglob("*.gz"))


def test_too_much_is_not_read(server: Server, tmp_path: Path) -> None:
    server.will_answer((200, NOISE))
    with pytest.raises(StructureError, match=r"more than 0\.1 MB"):
        fetch_entry("7VKO", tmp_path, archive=server.archive(largest_bytes=100_000))


def test_the_checksum_asked_for_counts(server: Server, tmp_path: Path) -> None:
    assert fetch_entry("7VKO", tmp_path, sha256=DIGEST.upper(), archive=server.archive()).path.is_file()
    with pytest.raises(StructureError, match=f"has SHA-256 {DIGEST}, expected 00"):
        fetch_entry("7VKO", tmp_path, sha256="00", archive=server.archive())


@pytest.mark.parametrize("text", ["7VKO", "7vko", " 7vko ", "pdb_00007vko", "PDB_00007VKO"])
def test_ids_are_understood(text: str) -> None:
    assert entry_id(text) == "7VKO"


@given(st.text(max_size=12))
def test_anything_else_is_no_id(text: str) -> None:
    try:
        code = entry_id(text)
    except InputError:
        return
    assert len(code) == 4
    assert code.isascii()
    assert code.isalnum()


@pytest.mark.parametrize(
    "url", ["http://files.rcsb.org", "ftp://files.rcsb.org", "file:///etc", "127.0.0.1", "http://127.0.0.1.evil.org"]
)
def test_only_https_or_this_machine(url: str) -> None:
    with pytest.raises(InputError, match="https"):
        check_address(url)


@pytest.mark.parametrize(
    "url", ["https://files.rcsb.org/download", "http://localhost:80", "http://[::1]:80", "http://127.0.0.2"]
)
def test_usable_addresses(url: str) -> None:
    check_address(url)


def test_the_command(server: Server, tmp_path: Path) -> None:
    words = ["fetch", "7vko", "7VKO", "-o", str(tmp_path), "--base-url", server.url]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.stderr
    assert done.stdout == f"{tmp_path / '7VKO.cif.gz'}  sha256 {DIGEST}\n"
    server.will_answer((404, b""))
    missing = CliRunner().invoke(main, ["fetch", "5KVT", "7VKO", "-o", str(tmp_path), "--base-url", server.url])
    assert missing.exit_code == 2
    assert "no entry 5KVT" in missing.stderr
    assert "(cache)" in missing.stdout, "the others are still fetched"
    refused = CliRunner().invoke(main, ["fetch", "../7VKO"])
    assert refused.exit_code == 2
    assert "not a PDB id" in refused.stderr
