"""Files that are whole or not there: written beside their place, put on the disk, and only then given their name."""

import errno
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Final

SHARED: Final = 0o666  # what a new file gets everywhere; the user's umask takes from it
PRIVATE: Final = 0o600


def write_whole(path: Path, content: str | bytes | Iterable[str], mode: int = SHARED) -> None:
    """Write a file so that ``path`` holds either all of it or what it held before, even when the machine stops.

    Parameters
    ----------
    path : Path
    content : str, bytes or iterable of str
        Parts are written as they come; text as UTF-8. An unfinished file is called ``.NAME.`` and eight characters.
    mode : int
        Permissions, of which the user's umask takes away.

    Raises
    ------
    OSError
        When it cannot be written; the unfinished file is removed.
    """
    if not path.is_symlink() and (path.is_char_device() or path.is_block_device()):
        raise OSError(errno.EINVAL, "it is a device, not a file")  # whoever may replace /dev/null breaks the machine
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    try:
        parts = [content] if isinstance(content, str | bytes) else content
        with os.fdopen(handle, "wb") as file:
            file.writelines(part.encode() if isinstance(part, str) else part for part in parts)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
