"""A file appears whole or not at all, whatever goes wrong while it is written."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from trkstruct.errors import StructureError
from trkstruct.files.outputs import write_bytes
from trkstruct.files.whole_file import PRIVATE, write_whole


@pytest.mark.parametrize("content", ["Å and all", "Å and all".encode(), iter(["Å and", " all"])])
def test_text_bytes_and_parts_are_written(content: str | bytes | Iterator[str], tmp_path: Path) -> None:
    write_whole(tmp_path / "file", content)
    assert (tmp_path / "file").read_text(encoding="utf-8") == "Å and all"


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o002, 0o664), (0o077, 0o600)])
def test_the_users_umask_decides_who_reads_a_file(umask: int, mode: int, tmp_path: Path) -> None:
    before = os.umask(umask)
    try:
        write_whole(tmp_path / "file", "")
        write_whole(tmp_path / "secret", "", PRIVATE)
    finally:
        os.umask(before)
    assert (tmp_path / "file").stat().st_mode & 0o777 == mode
    assert (tmp_path / "secret").stat().st_mode & 0o777 == PRIVATE


def test_what_was_there_stays_when_writing_fails(tmp_path: Path) -> None:
    def broken() -> Iterator[str]:
        yield "new"
        assert len([*tmp_path.iterdir()]) == 2, "the new file is not beside the old one"
        raise RuntimeError

    write_whole(tmp_path / "file", "old", PRIVATE)
    with pytest.raises(RuntimeError):
        write_whole(tmp_path / "file", broken())
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text() == "old"
    assert (tmp_path / "file").stat().st_mode & 0o777 == PRIVATE


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_whole(tmp_path / "missing" / "file", "")


def test_a_device_is_no_file_to_be_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may rename a file over ``/dev/null``, after which nothing on the machine has one."""
    device = tmp_path / "null"
    device.write_text("as it was")
    for kind in ("is_char_device", "is_block_device"):
        with monkeypatch.context() as patch, pytest.raises(OSError, match="a device, not a file"):
            patch.setattr(Path, kind, lambda path: path == device)
            write_whole(device, "new")
    assert device.read_text() == "as it was"


def test_what_a_user_names_and_is_no_file_is_written_into(tmp_path: Path) -> None:
    """A link to ``/dev/null`` stays one, a link to a file is followed, a folder is refused."""
    null, link, target = tmp_path / "null.pdb", tmp_path / "link.pdb", tmp_path / "target.pdb"
    null.symlink_to(os.devnull)
    target.write_text("old")
    link.symlink_to(target)
    write_bytes(null, b"new")
    write_bytes(link, b"new")
    assert null.is_symlink() and null.is_char_device()
    assert link.is_symlink() and target.read_text() == "new"
    with pytest.raises(StructureError, match="Cannot write"):
        write_bytes(tmp_path, b"new")


def test_a_pipe_that_a_user_names_gets_the_bytes(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.pdb"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_bytes(pipe, b"ATOM")
        assert os.read(reader, 10) == b"ATOM"
    finally:
        os.close(reader)
    assert pipe.is_fifo()
