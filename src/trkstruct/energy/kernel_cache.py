"""Compiled loops kept on disk: in a folder that only the user can write, each file checked before it is used.

Numba's cache holds pickles and machine code: whoever writes there decides what runs, and a damaged file is at best a
traceback. So the files lie in a folder of the user's own, carry their SHA-256, and what is not as it was written is
compiled again. Where nothing can be kept, kernels are compiled in each process, to the same numbers.
"""

import hashlib
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, Final

from numba import config
from numba.core.caching import FunctionCache, IndexDataCacheFile

from trkstruct.files.cache import cache_root, private_folder

DIGEST_BYTES: Final = hashlib.sha256().digest_size

_log = logging.getLogger(__name__)


class CheckedCacheFile(IndexDataCacheFile):  # type: ignore[misc]  # Numba has no types
    """Numba's index and data files, each with a digest at its end; a file without the right one counts as not there."""

    @contextmanager
    def _open_for_write(self, filepath: str) -> Iterator["_Digested"]:
        with super()._open_for_write(filepath) as file:
            digested = _Digested(file)
            yield digested
            file.write(digested.digest())  # Numba's readers stop before it

    def _load_index(self) -> dict[Any, str]:
        index: dict[Any, str] = super()._load_index() if _is_whole(self._index_path) else {}
        return index

    def _load_data(self, name: str) -> object:
        path = self._data_path(name)
        if not _is_whole(path):
            raise FileNotFoundError(path)  # which Numba answers by compiling
        return super()._load_data(name)


class KernelCache(FunctionCache):  # type: ignore[misc]
    """Numba's cache of one function, with checked files; a disk that takes nothing more stops no computation."""

    def __init__(self, function: Callable[..., Any]) -> None:
        """Find the place for the files of a function; Numba reads where they are to lie from its configuration."""
        super().__init__(function)
        self._cache_file = CheckedCacheFile(
            cache_path=self._cache_path,
            filename_base=self._impl.filename_base,
            source_stamp=self._impl.locator.get_source_stamp(),
        )

    def save_overload(self, sig: object, data: object) -> None:
        """Keep what was compiled, or say why not."""
        try:
            super().save_overload(sig, data)
        except OSError as error:
            _log.warning("Compiled code cannot be kept in %s: %s.", self.cache_path, error.strerror)


class _Digested:
    """A file being written, and the digest of what was written so far."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._sum = file, hashlib.sha256()

    def write(self, content: bytes) -> int:
        """Write, and add to the digest."""
        self._sum.update(content)
        return self._file.write(content)

    def digest(self) -> bytes:
        """SHA-256 of what was written so far."""
        return self._sum.digest()


def keep_on_disk(dispatcher: Any) -> None:
    """Give a compiled function its cache; without a folder for it, each process compiles anew."""
    folder = _kernel_folder()
    if folder is None:
        return
    before = config.CACHE_DIR
    config.CACHE_DIR = before or str(folder)  # NUMBA_CACHE_DIR, where the user chose one; Numba reads it now, once
    try:
        dispatcher._cache = KernelCache(dispatcher.py_func)
    finally:
        config.CACHE_DIR = before


@cache
def _kernel_folder() -> Path | None:
    try:
        return private_folder(cache_root() / "kernels")
    except OSError as error:
        _log.warning(
            "Compiled code is not kept and compiled anew in each process, which takes a minute: %s. Set "
            "TRKSTRUCT_CACHE to a folder that only you can write.",
            error,
        )
        return None


def _is_whole(path: str) -> bool:
    """Whether a file ends with the digest of all before it; one that is there and does not is told of."""
    try:
        content = Path(path).read_bytes()
    except OSError:
        return False
    whole = hashlib.sha256(content[:-DIGEST_BYTES]).digest() == content[-DIGEST_BYTES:]
    if not whole:
        _log.warning("%s is damaged; it is compiled again.", path)
    return whole
