"""A server that never comes to the point is left when time is up, and a bomb takes no memory."""

import contextlib
import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from support.machine.memory_ceiling import run_below_ceiling
from trkstruct.cli import main
from trkstruct.errors import DownloadError, StructureError
from trkstruct.files.download import Server, download
from trkstruct.structure.fetch import fetch

ENTRY = gzip.compress(b"data_7VKO\n#\n_entry.id 7VKO\n", mtime=0)
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(ENTRY) + ENTRY

Talk = Callable[[socket.socket], None]


@pytest.fixture
def talking() -> Iterator[Callable[[Talk], str]]:
    """Address of a server that sends what a function writes to the socket."""
    listening = socket.create_server(("127.0.0.1", 0))
    talks: list[Talk] = []

    def serve() -> None:
        while True:
            try:
                client, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(client,), daemon=True).start()

    def answer(client: socket.socket) -> None:
        with client:
            client.recv(10_000)
            with contextlib.suppress(OSError):  # the client gives up, as it should
                talks[-1](client)

    def start(talk: Talk) -> str:
        talks.append(talk)
        return f"http://127.0.0.1:{listening.getsockname()[1]}"

    threading.Thread(target=serve, daemon=True).start()
    yield start
    listening.close()


def endless_hints(client: socket.socket) -> None:
    while True:
        client.sendall(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")
        time.sleep(0.01)


def trickled_header(client: socket.socket) -> None:
    client.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while True:
        client.sendall(b"x")
        time.sleep(0.01)


def trickled_body(client: socket.socket) -> None:
    client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    while True:
        client.sendall(b"x")
        time.sleep(0.01)


@pytest.mark.parametrize("talk", [endless_hints, trickled_header, trickled_body])
def test_a_file_takes_no_longer_than_it_may(talk: Talk, talking: Callable[[Talk], str]) -> None:
    address = talking(talk)
    start = time.monotonic()
    with pytest.raises(DownloadError, match="did not come within 1 s"):
        download(f"{address}/x", "x", Server(timeout_seconds=30, longest_seconds=1.0), otherwise="y")
    assert time.monotonic() - start < 5


@pytest.mark.parametrize("talk", [endless_hints, trickled_header])
def test_a_header_takes_no_longer_than_it_may(talk: Talk, talking: Callable[[Talk], str]) -> None:
    address = talking(talk)
    start = time.monotonic()
    with pytest.raises(DownloadError, match="no whole header within 1 s"):
        download(f"{address}/x", "x", Server(timeout_seconds=0.5, attempts=2, pause_seconds=0), otherwise="y")
    assert time.monotonic() - start < 10


def test_a_folder_that_does_not_exist_is_made(
    talking: Callable[[Talk], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRKSTRUCT_CACHE", str(tmp_path / "cache"))
    address = talking(lambda client: client.sendall(WHOLE))
    folder = tmp_path / "new" / "deeper"
    result = CliRunner().invoke(main, ["fetch", "7VKO", "-o", str(folder), "--base-url", address])
    assert result.exit_code == 0, result.output
    assert (folder / "7VKO.cif.gz").read_bytes() == ENTRY
    (tmp_path / "file").write_text("")
    with pytest.raises(StructureError, match="Cannot make the folder"):
        fetch("7VKO", tmp_path / "file" / "x", server=Server(address))


def test_a_gzip_bomb_takes_no_memory() -> None:
    code = """
import zlib
from trkstruct.structure.fetch import _check_entry
from trkstruct.errors import DownloadError
packer = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
zeros = bytes(10_000_000)
bomb = packer.compress(b"data_7VKO\\n") + b"".join(packer.compress(zeros) for _ in range(110)) + packer.flush()
resource.setrlimit(resource.RLIMIT_DATA, (400_000_000,) * 2)
try:
    _check_entry(bomb, "7VKO")
except DownloadError as error:
    print(error)
"""
    assert "too large" in run_below_ceiling(code)
