"""What is written for a user or a run, with the error that says what to do."""

import errno
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from trkstruct.errors import InputError, RunError, StructureError
from trkstruct.files.whole_file import write_whole

LABEL_CHARACTERS: Final = 80  # with key and suffix far below the 255 bytes of common file systems
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_UNSAFE = re.compile(r"[^A-Za-z0-9.+_-]+")


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file of the user's whole or not at all (``whole_file.write_whole``).

    A link is followed. What is no file (``/dev/null``, ``/dev/stdout``, a pipe of the shell's) is written into.

    Raises
    ------
    StructureError
        When that cannot be done.
    """
    if not path.parent.is_dir():
        raise StructureError(f"Cannot write {path}: the folder {path.parent} does not exist.")
    try:
        if path.exists() and not path.is_file() and not path.is_block_device():
            path.write_bytes(content)
        else:
            write_whole(path.resolve() if path.is_symlink() else path, content)
    except OSError as error:
        raise StructureError(f"Cannot write {path}: {error.strerror}. Choose another place.") from error


def safe_label(label: str) -> str:
    """A label as part of a file name: letters, digits and ``+_-.`` only, never hidden, never a path.

    >>> safe_label("TRKA F589L+G595R ../../etc")
    'TRKA-F589L+G595R-..-..-etc'
    """
    return _UNSAFE.sub("-", label).strip("-.")[:LABEL_CHARACTERS] or "case"


def write_atomic(path: Path, content: str | bytes | Iterable[str]) -> None:
    """Write a file of a run whole or not at all (``whole_file.write_whole``).

    Raises
    ------
    InputError
        When the folder cannot be written.
    RunError
        When the disk is full.
    """
    try:
        write_whole(path, content)
    except OSError as error:
        raise write_error(path, error) from error


def write_error(path: Path, error: OSError) -> InputError | RunError:
    """The error to raise when a file of a run could not be written."""
    if error.errno in _NO_ROOM:
        return RunError(
            f"There is no room for {path}: {error.strerror}. Finished cases are kept; make room and repeat the command "
            "to continue."
        )
    return InputError(
        f"Cannot write {path}: {error.strerror}. Finished cases are kept; repeat the command to continue."
    )
