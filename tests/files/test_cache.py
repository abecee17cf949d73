"""What the cache keeps is what comes back, or nothing does."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trkstruct.files.cache import cache_folder, cache_root, private_folder, read_checked, write_checked


def test_the_variable_names_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRKSTRUCT_CACHE", str(tmp_path))
    assert cache_root() == cache_folder() == tmp_path
    monkeypatch.setenv("TRKSTRUCT_CACHE", "")
    assert cache_folder() == cache_root() / "parameters" and cache_root().name == "trkstruct"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(content=st.binary(max_size=200), place=st.integers(0, 199), bit=st.integers(0, 7))
def test_a_changed_bit_is_not_taken(content: bytes, place: int, bit: int, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "kept"
    write_checked(path, content)
    assert read_checked(path) == content
    if content:
        changed = bytearray(content)
        changed[place % len(content)] ^= 1 << bit
        path.write_bytes(changed)
        assert read_checked(path) is None
    path.write_bytes(content + b"\0")
    assert read_checked(path) is None


@pytest.mark.parametrize("digest", [None, b"", b"\xff\xfe", b"0" * 64, b"0" * 10_000])
def test_without_its_own_digest_a_file_is_not_taken(tmp_path: Path, digest: bytes | None) -> None:
    path = tmp_path / "kept"
    write_checked(path, b"content")
    beside = tmp_path / "kept.sha256"
    beside.unlink()
    if digest is not None:
        beside.write_bytes(digest)
    assert read_checked(path) is None
    assert read_checked(tmp_path / "never written") is None


def test_a_pipe_is_not_read(tmp_path: Path) -> None:
    write_checked(tmp_path / "kept", b"content")
    (tmp_path / "kept").unlink()
    os.mkfifo(tmp_path / "kept")
    assert read_checked(tmp_path / "kept") is None  # and does not wait for a writer


def test_a_private_folder_is_the_user_s_alone(tmp_path: Path) -> None:
    made = private_folder(tmp_path / "a" / "b")
    assert made.stat().st_mode & 0o777 == 0o700 and private_folder(made) == made
    for mode in (0o770, 0o707, 0o777):
        made.chmod(mode)
        with pytest.raises(PermissionError, match="others can write"):
            private_folder(made)
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        private_folder(tmp_path / "file")
