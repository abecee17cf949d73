"""The text of a structure file: of limited size, from a regular file, its line ends and its first mark put right."""

import gzip
import io
import re
import zlib
from pathlib import Path
from typing import Final

from trkstruct.errors import StructureError
from trkstruct.files.regular_file import LARGEST_TEXT_BYTES, read_regular

STANDARD_INPUT: Final = frozenset({"/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"})

_RECORDS: Final = re.compile(rb"(?m)^(ATOM  |HETATM)|_atom_site\.", re.IGNORECASE)


def read_text(path: Path) -> str:
    """Text of a PDB or mmCIF file, gzip-compressed or not, with line feeds at its line ends.

    Raises
    ------
    StructureError
        When there is no such file, it is no regular file, too large, cut off, or no text.
    """
    try:
        content = _content(path)
        if content[:2] == b"\x1f\x8b":
            content = _decompressed(content, path)
    except FileNotFoundError as error:
        raise StructureError(f"No file {path}; give the path of a PDB or mmCIF file.") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise StructureError(f"{path} is cut off or not gzip ({error}); fetch it again.") from error
    except OSError as error:
        raise StructureError(f"{path} cannot be read ({error.strerror}); give a PDB or mmCIF file.") from error
    return _decoded(content, path).replace("\r\n", "\n").replace("\r", "\n")


def _content(path: Path) -> bytes:
    if str(path) in STANDARD_INPUT:
        with path.open("rb") as file:
            return file.read(LARGEST_TEXT_BYTES)
    return read_regular(path, LARGEST_TEXT_BYTES)


def _decompressed(content: bytes, path: Path) -> bytes:
    with gzip.open(io.BytesIO(content)) as file:
        text = file.read(LARGEST_TEXT_BYTES + 1)
    if len(text) > LARGEST_TEXT_BYTES:
        raise StructureError(
            f"{path} ({len(content)} bytes) holds more than {LARGEST_TEXT_BYTES // 2**20} MB when it is decompressed, "
            "more than any structure; is it one?"
        )
    return text


def _decoded(content: bytes, path: Path) -> str:
    """UTF-8, with or without its mark; a remark in another encoding does not make a structure unreadable."""
    if b"\0" in content:
        raise StructureError(f"{path} is not text; expected a PDB or mmCIF file.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if not _RECORDS.search(content):
            raise StructureError(f"{path} is not text; expected a PDB or mmCIF file.") from error
        return content.decode("latin-1")
