"""A file appears whole or not at all, whatever goes wrong while it is written."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

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
