"""The user's cache: parameters and poses of ligands, and downloaded files, each of these beside its SHA-256."""

import hashlib
import logging
import os
import stat
from pathlib import Path
from typing import Final

import platformdirs

from trkstruct.files.regular_file import read_regular
from trkstruct.files.whole_file import write_whole

_log = logging.getLogger(__name__)

LARGEST_BYTES: Final = 200_000_000  # twice what is downloaded at most
DIGEST_BYTES: Final = 100  # 64 hexadecimal digits and an end of line


def cache_root() -> Path:
    """The platform's cache folder, or the one that ``TRKSTRUCT_CACHE`` names."""
    override = os.environ.get("TRKSTRUCT_CACHE")
    return Path(override) if override else Path(platformdirs.user_cache_dir("trkstruct"))


def cache_folder() -> Path:
    """Where parameters, poses and downloads are kept."""
    return cache_root() if os.environ.get("TRKSTRUCT_CACHE") else cache_root() / "parameters"


def private_folder(path: Path) -> Path:
    """Make a folder that only the user can write, or find it so.

    Raises
    ------
    OSError
        When it cannot be made or written, or others can write there too.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if hasattr(os, "getuid"):
        status = path.stat()
        if status.st_uid != os.getuid() or status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise PermissionError(f"others can write to {path}")
    if not os.access(path, os.W_OK | os.X_OK):
        raise PermissionError(f"{path} cannot be written")
    return path


def read_checked(path: Path) -> bytes | None:
    """What `write_checked` wrote, unless it is not there or no longer what was written."""
    try:
        content = read_regular(path, LARGEST_BYTES)
        digest = read_regular(_digest_path(path), DIGEST_BYTES).decode("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return content if hashlib.sha256(content).hexdigest() == digest else None


def read_kept(path: Path) -> bytes | None:
    """As `read_checked`; that something else lies there, and is therefore made again, is logged."""
    content = read_checked(path)
    if content is None and os.path.lexists(path):
        say_made_again(path)
    return content


def say_made_again(path: Path) -> None:
    """Log that a kept file is not what was kept there."""
    _log.warning("%s is not what was kept there and is computed again.", path)


def write_checked(path: Path, content: bytes) -> None:
    """Write a file and its SHA-256 beside it, each whole, making their folder.

    Raises
    ------
    OSError
        When they cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, content)
    write_whole(_digest_path(path), f"{hashlib.sha256(content).hexdigest()}\n")


def _digest_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")
