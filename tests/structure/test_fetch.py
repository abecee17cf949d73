"""Downloads from an archive on this machine: what is checked, tried again, refused, and kept."""

import gzip
import hashlib
import os
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from Bio.Data import CodonTable
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from trkstruct.cases.saturation import saturation_mutations
from trkstruct.cli import main
from trkstruct.errors import DownloadError, InputError
from trkstruct.files.download import Server, check_address
from trkstruct.kinase.codons import codon_of, single_nucleotide_changes
from trkstruct.kinase.kinases import Kinase, kinase_named
from trkstruct.structure.fetch import fetch, remote_named

ENTRY = gzip.compress(b"data_7VKO\n#\n_entry.id 7VKO\n", mtime=0)
DIGEST = hashlib.sha256(ENTRY).hexdigest()
NOISE = os.urandom(300_000)


@dataclass
class Answers:
    """Answers of the archive, in turn; the last one stays. And how often it was asked."""

    url: str = ""
    answers: list[tuple[int, bytes, dict[str, str]]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    delay_seconds: float = 0.0
    trickles: bool = False

    def will_answer(self, *answers: tuple[int, bytes]) -> None:
        self.answers = [(status, body, {}) for status, body in answers]

    def with_limits(self, **changes: float) -> Server:
        return Server(self.url, timeout_seconds=60.0, pause_seconds=0.0, **changes)  # type: ignore[arg-type]


@pytest.fixture
def server() -> Iterator[Answers]:
    state = Answers()

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


def test_an_entry_comes_once_and_then_from_the_cache(server: Answers, tmp_path: Path) -> None:
    first = fetch("7vko", tmp_path, server=server.with_limits())
    assert (first.path.read_bytes(), first.sha256, first.from_cache) == (ENTRY, DIGEST, False)
    assert server.paths == ["/7VKO.cif.gz"]
    second = fetch("7VKO", tmp_path, server=server.with_limits())
    assert (second.path.read_bytes(), second.from_cache) == (ENTRY, True)
    assert len(server.paths) == 1
    assert not fetch("7VKO", tmp_path, refresh=True, server=server.with_limits()).from_cache
    assert len(server.paths) == 2


def test_a_damaged_cache_is_not_used(server: Answers, tmp_path: Path) -> None:
    fetch("7VKO", tmp_path, server=server.with_limits())
    kept = next((tmp_path / "cache").rglob("7VKO.cif.gz"))
    kept.write_bytes(ENTRY[:-3])
    again = fetch("7VKO", tmp_path, server=server.with_limits())
    assert (again.from_cache, again.path.read_bytes(), kept.read_bytes()) == (False, ENTRY, ENTRY)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_server_is_asked_again(server: Answers, tmp_path: Path, status: int) -> None:
    server.will_answer((status, b""), (status, b""), (200, ENTRY))
    assert fetch("7VKO", tmp_path, server=server.with_limits()).sha256 == DIGEST
    assert len(server.paths) == 3


def test_tries_end(server: Answers, tmp_path: Path) -> None:
    server.will_answer((503, b""))
    with pytest.raises(DownloadError, match=r"4 tries; HTTP 503.*offline.*--structure"):
        fetch("7VKO", tmp_path, server=server.with_limits(attempts=4))
    assert len(server.paths) == 4
    assert not list(tmp_path.glob("*.gz"))


def test_a_connection_cut_in_the_middle_is_tried_again(server: Answers, tmp_path: Path) -> None:
    server.answers = [(200, ENTRY[:10], {"Content-Length": str(len(ENTRY))}), (200, ENTRY, {})]
    assert fetch("7VKO", tmp_path, server=server.with_limits()).sha256 == DIGEST


def test_a_silent_server_is_left(server: Answers, tmp_path: Path) -> None:
    server.delay_seconds = 1.0
    limits = Server(server.url, timeout_seconds=0.1, attempts=2, pause_seconds=0.0)
    with pytest.raises(DownloadError, match="Timeout"):
        fetch("7VKO", tmp_path, server=limits)


def test_a_server_that_trickles_is_left(server: Answers, tmp_path: Path) -> None:
    server.trickles = True
    server.will_answer((200, NOISE))
    with pytest.raises(DownloadError, match=r"did not come within 0\.3 s \(\d+ bytes did\)"):
        fetch("7VKO", tmp_path, server=server.with_limits(longest_seconds=0.3))


def test_offline_says_so(tmp_path: Path) -> None:
    limits = Server("http://127.0.0.1:9", attempts=1, timeout_seconds=1.0)  # the discard port: nobody listens
    with pytest.raises(DownloadError, match=r"Connect.*offline"):
        fetch("7VKO", tmp_path, server=limits)


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (404, b"", "There is no 7VKO"),
        (403, b"", "HTTP 403"),
        (301, b"", "HTTP 301"),
        (200, b"<html>Welcome to the hotel's network</html>", "not gzip"),
        (200, ENTRY[:-4], "cut off"),
        (200, gzip.compress(b"data_1ABC\n", mtime=0), r"not its mmCIF file \(found data_1ABC\)"),
        (200, gzip.compress(b"nothing", mtime=0), "no data block"),
    ],
)
def test_what_is_not_the_entry_is_refused_at_once(
    server: Answers, tmp_path: Path, status: int, body: bytes, says: str
) -> None:
    server.will_answer((status, body))
    with pytest.raises(DownloadError, match=says):
        fetch("7VKO", tmp_path, server=server.with_limits())
    assert len(server.paths) == 1
    assert not list(tmp_path.rglob("*.gz"))


def test_too_much_is_not_read(server: Answers, tmp_path: Path) -> None:
    server.will_answer((200, NOISE))
    with pytest.raises(DownloadError, match=r"more than 0\.1 MB"):
        fetch("7VKO", tmp_path, server=server.with_limits(largest_bytes=100_000))


def test_the_checksum_asked_for_counts(server: Answers, tmp_path: Path) -> None:
    assert fetch("7VKO", tmp_path, sha256=DIGEST.upper(), server=server.with_limits()).path.is_file()
    with pytest.raises(DownloadError, match=f"has SHA-256 {DIGEST}, expected 00"):
        fetch("7VKO", tmp_path, sha256="00", server=server.with_limits())


@pytest.mark.parametrize("text", ["7VKO", "7vko", " 7vko ", "pdb_00007vko", "PDB_00007VKO"])
def test_ids_are_understood(text: str) -> None:
    assert remote_named(text).name == "7VKO"


@given(st.text(max_size=12))
def test_anything_else_is_refused_or_a_plain_file_name(text: str) -> None:
    try:
        remote = remote_named(text)
    except InputError as error:
        assert "neither a PDB id" in str(error)
        return
    assert re.fullmatch(r"[0-9A-Z]{4}|NM_[0-9]+", remote.name)


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


def test_the_command(server: Answers, tmp_path: Path) -> None:
    words = ["fetch", "7vko", "7VKO", "-o", str(tmp_path), "--base-url", server.url]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.stderr
    assert done.stdout == f"{tmp_path / '7VKO.cif.gz'}  sha256 {DIGEST}\n"
    server.will_answer((404, b""))
    missing = CliRunner().invoke(main, ["fetch", "5KVT", "7VKO", "-o", str(tmp_path), "--base-url", server.url])
    assert missing.exit_code == 2
    assert "There is no 5KVT" in missing.stderr
    assert "(cache)" in missing.stdout, "the others are still fetched"
    refused = CliRunner().invoke(main, ["fetch", "../7VKO"])
    assert refused.exit_code == 2
    assert "neither a PDB id" in refused.stderr


BASES = {
    amino_acid: codon for codon, amino_acid in CodonTable.unambiguous_dna_by_name["Standard"].forward_table.items()
}


def transcript(kinase: Kinase) -> bytes:
    """A FASTA file that codes for the kinase domain: not the human gene's, which the archive has."""
    coding = "GC" + "".join(BASES[letter] for letter in kinase.sequence) + "TGA"
    lines = [coding[start : start + 70] for start in range(0, len(coding), 70)]
    return "\n".join([f">{kinase.transcript}.9 Homo sapiens", *lines, ""]).encode()


TRKB = kinase_named("TRKB")


def test_a_transcript_is_fetched_for_the_codons(server: Answers, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"\(RefSeq NM_006180\) with: trkstruct fetch NTRK2; or"):
        codon_of(TRKB, 639)
    server.will_answer((200, transcript(TRKB).replace(b"Homo sapiens", b"Homo sapi\xe9ns")))  # read all the same
    done = CliRunner().invoke(main, ["fetch", "NTRK2", "TRKB", "-o", str(tmp_path), "--base-url", server.url])
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith(f"{tmp_path / 'NM_006180.fasta'}  sha256 ")
    assert server.paths == ["/efetch.fcgi?db=nuccore&id=NM_006180&rettype=fasta&retmode=text"]
    assert codon_of(TRKB, 639) == BASES["G"] == codon_of(TRKB, 639, tmp_path / "NM_006180.fasta")
    expected = {f"NTRK2:G639{letter}" for letter in single_nucleotide_changes(BASES["G"])}
    assert set(saturation_mutations("TRKB", "G639", snv=True)) == expected


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"<html>Welcome to the hotel's network</html>", "is no transcript"),
        (transcript(kinase_named("TRKC")), "does not code for the kinase domain of TRKB"),
        (transcript(TRKB)[:900], "does not code for the kinase domain of TRKB"),
        (b">NM_006180.9\nMSSWIRWHGPAMARLWGFCWLVVGFWRAAFACPTSC\n", "is no transcript"),
        (b"\x1f\x8b\x08\x00\xff", "is no transcript"),
    ],
)
def test_what_is_no_transcript_of_the_gene_is_refused(server: Answers, tmp_path: Path, body: bytes, says: str) -> None:
    server.will_answer((200, body))
    with pytest.raises(DownloadError, match=says):
        fetch("NTRK2", tmp_path, server=server.with_limits())
    assert not list(tmp_path.rglob("*.fasta"))
    with pytest.raises(InputError, match="trkstruct fetch NTRK2"):
        codon_of(TRKB, 639)


def test_a_damaged_transcript_in_the_cache_is_not_read(server: Answers, tmp_path: Path) -> None:
    server.will_answer((200, transcript(TRKB)))
    fetch("TRKB", tmp_path, server=server.with_limits())
    next((tmp_path / "cache").rglob("NM_006180.fasta")).write_bytes(transcript(TRKB).replace(b"A", b"C"))
    with pytest.raises(InputError, match="trkstruct fetch NTRK2"):
        codon_of(TRKB, 600)


def test_a_cache_that_cannot_be_written_is_named(
    server: Answers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("TRKSTRUCT_CACHE", str(tmp_path / "file"))
    with pytest.raises(DownloadError, match=r"Cannot keep 7VKO.*TRKSTRUCT_CACHE"):
        fetch("7VKO", tmp_path, server=server.with_limits())


def test_a_kinase_without_a_known_transcript_is_refused() -> None:
    with pytest.raises(InputError, match=r"'ABL1' is neither.*NTRK1, NTRK2, NTRK3"):
        remote_named("ABL1")
