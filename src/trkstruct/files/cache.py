"""The user's cache: parameters and poses of ligands, and downloaded files, each of these beside its SHA-256."""

import hashlib
import os
from pathlib import Path

import platformdirs

from trkstruct.files.whole_file import write_whole


def cache_folder() -> Path:
    """Where they are kept; ``TRKSTRUCT_CACHE`` overrides the platform's cache folder."""
    override = os.environ.get("TRKSTRUCT_CACHE")
    return Path(override) if override else Path(platformdirs.user_cache_dir("trkstruct")) / "parameters"


def read_checked(path: Path) -> bytes | None:
    """What `write_checked` wrote, unless it is not there or no longer what was written."""
    try:
        content, digest = path.read_bytes(), _digest_path(path).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return content if hashlib.sha256(content).hexdigest() == digest else None


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
