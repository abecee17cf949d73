"""Files that a run kept, or that came from others: read only where they are regular files of a sensible size."""

import errno
import os
import stat
from pathlib import Path
from typing import Final

LARGEST_TEXT_BYTES: Final = 2**29  # of a structure, decompressed; the largest entry of the PDB archive has some 300 MB

_NONBLOCK: Final = getattr(os, "O_NONBLOCK", 0)  # opening a pipe would wait for somebody who writes


def read_regular(path: Path, largest_bytes: int) -> bytes:
    """Contents of a regular file; a pipe, a device and what is larger than the limit are not read.

    Raises
    ------
    OSError
        When there is no such file, it is no regular file, or it is too large; ``strerror`` says which.
    """
    with open(path, "rb", opener=_open) as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        content = file.read(largest_bytes + 1) if status.st_size <= largest_bytes else b""
        if max(len(content), status.st_size) > largest_bytes:
            raise OSError(errno.EFBIG, f"larger than {largest_bytes / 1e6:g} MB", str(path))
        return content


def _open(path: str, flags: int) -> int:
    return os.open(path, flags | _NONBLOCK)
