"""Named arrays as the content of a ``.npz`` file: written, and read back without trust in what the file holds."""

import io
import tokenize
import zipfile
import zlib
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

ARRAY_FAULTS: Final = (
    OSError,
    EOFError,
    ValueError,
    KeyError,
    RuntimeError,  # an encrypted part; NotImplementedError, an unknown compression, is one too
    SyntaxError,
    MemoryError,
    tokenize.TokenError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What NumPy and zipfile raise for archives that are none, besides their own exceptions."""


def arrays_content(**arrays: ArrayLike) -> bytes:
    """What a ``.npz`` file of arrays holds."""
    buffer, named = io.BytesIO(), dict[str, Any](arrays)
    np.savez(buffer, **named)
    return buffer.getvalue()


def arrays_of(content: bytes, *names: str) -> tuple[NDArray[Any], ...] | None:
    """The arrays of these names in a ``.npz`` file; None when it is none or lacks one. Nothing is unpickled."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as kept:
            return tuple(kept[name] for name in names)
    except ARRAY_FAULTS:
        return None


def are_positions(array: NDArray[Any], n_atoms: int) -> bool:
    """Whether an array holds finite positions of so many atoms: shape (n_atoms, 3), float64."""
    return array.shape == (n_atoms, 3) and array.dtype == np.float64 and bool(np.isfinite(array).all())
