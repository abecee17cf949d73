"""Errors a user can act on. Each says what, where, what was found and what to do."""

import errno
import re
from collections.abc import Collection
from typing import Final

OUT_OF_MEMORY: Final = re.compile(
    r"out[ _]of[ _](?:\w+[ _])?(?:memory|resources)|unable to allocate|bad_alloc|allocate memory|allocation[ _]fail",
    re.IGNORECASE,
)
"""How OpenMM (CUDA, OpenCL, C++), NumPy, Numba and RDKit say it, in errors of no type of their own."""

MEMORY_ADVICE: Final = {
    "--workers": "fewer --workers",
    "": "a smaller file, other programs closed",
    "--platform": "--platform CPU where it is a GPU's memory",
}
"""What leaves more memory, by the option that it needs."""


class TrkstructError(Exception):
    """Root of every error that trkstruct raises on purpose; the command line prints it and exits with code 2."""


class InputError(TrkstructError, ValueError):
    """A value given by the user (SMILES, option, settings, table) cannot be used."""


class StructureError(InputError):
    """A structure file, chain, residue or atom is missing, broken or ambiguous."""


class MutationError(InputError):
    """A mutation cannot be parsed, does not fit the sequence or cannot be built."""


class OffTargetError(MutationError):
    """The alteration is a bypass mechanism outside the TRK kinase domain: not a matter of pocket fit."""


class LigandError(InputError):
    """A ligand is unknown, chemically invalid or has no parameters."""


class DownloadError(InputError):
    """A file cannot be fetched, or what came is not what it should be."""


class RelaxationError(TrkstructError, RuntimeError):
    """A minimisation exploded, gave NaN or did not finish."""


class RunError(TrkstructError, RuntimeError):
    """A run cannot go on (the disk is full, the scheduler is gone); finished cases are kept and it can be continued."""


def is_out_of_memory(error: BaseException) -> bool:
    """Whether memory ran out, the machine's or a GPU's; an error that trkstruct raised on purpose says what it is."""
    if isinstance(error, TrkstructError):
        return False
    if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == errno.ENOMEM):
        return True
    return isinstance(error, Exception) and OUT_OF_MEMORY.search(str(error)) is not None


def reason_of(error: BaseException, options: Collection[str] = MEMORY_ADVICE.keys()) -> str:
    """What an error says, never nothing: out of memory in words, with what to do; else its message, or its type.

    Parameters
    ----------
    error : BaseException
    options : collection of str
        Options that whoever reads it can give, such as ``--workers``; the advice speaks of no other.
    """
    said = str(error).strip()
    if is_out_of_memory(error):
        detail = f" ({said.splitlines()[0]})" if said else ""
        advice = [text for option, text in MEMORY_ADVICE.items() if option in options or not option]
        return f"Memory ran out{detail}. What helps: {', '.join(advice)}."
    return said or type(error).__name__
