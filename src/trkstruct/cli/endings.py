"""How a command ends: exit codes, and what happens when it is interrupted, terminated, unread, out of room or faulty.

What is not simply done (0) exits with one of these codes; docs/reference/commands.md explains each to users.
"""

import errno
import os
import platform
import shlex
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Final, TextIO

from trkstruct.cli.terminal import say
from trkstruct.versions import VERSION

CLASHES_FOUND: Final = 1
BAD_INPUT: Final = 2  # as click has it for wrong usage
SOME_FAILED: Final = 3
STOPPED: Final = 4
FAULT: Final = 70  # EX_SOFTWARE of sysexits.h
INTERRUPTED: Final = 130  # 128 + SIGINT, as shells report it
UNREAD: Final = 141  # 128 + SIGPIPE: whoever read stdout went away
TERMINATED: Final = 143  # 128 + SIGTERM

LOST_OUTPUT: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF)
STREAMS: Final = {"stdin": ("r", os.O_RDONLY), "stdout": ("w", os.O_RDONLY), "stderr": ("w", os.O_WRONLY)}
"""How a stream that was closed before the program began is opened again, on nothing: stdout so that writing fails."""


class TerminatedError(KeyboardInterrupt):
    """SIGTERM: as Ctrl-C, so that workers are ended and finished cases kept."""


@contextmanager
def terminated_as_interrupted() -> Iterator[None]:
    """Let SIGTERM raise `TerminatedError` in the main thread, and restore what it did before."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _terminate(_number: int, _frame: FrameType | None) -> None:
    raise TerminatedError


def interrupted_code(stop: KeyboardInterrupt) -> int:
    """Exit code of a command that Ctrl-C or SIGTERM ended."""
    return TERMINATED if isinstance(stop, TerminatedError) else INTERRUPTED


def lost_output_code(error: OSError) -> int | None:
    """Exit code when stdout or stderr can no longer be written; None for an error of any other file."""
    if error.filename is None and error.errno == errno.EPIPE:
        return UNREAD
    return STOPPED if error.filename is None and error.errno in LOST_OUTPUT else None


def open_closed_streams() -> None:
    """Put a stream where the caller closed one (``>&-``): output that is lost is then told of, as on a full disk.

    Its number is taken with it; the next file that is opened, a result perhaps, would get what is written to stdout.
    """
    for name, (mode, flags) in STREAMS.items():
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, flags), mode, encoding="utf-8", errors="replace"))


def leave_output(error: OSError) -> None:
    """Say why output is lost, where something still can be said, and write no more of it."""
    if error.errno != errno.EPIPE:
        tell(f"Error: the output cannot be written: {error.strerror}. Files that were announced are whole.")
    _silence(sys.stdout)


def tell(message: str) -> None:
    """Write to stderr what has its exit code too, and so may be lost where stderr is full or gone."""
    with suppress(OSError):
        say(message, err=True, always=True)


def _silence(stream: TextIO) -> None:
    """What the stream still holds goes nowhere; at exit Python would try it again and end with a code of its own."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    with suppress(OSError, ValueError):  # a stream without a file, in tests
        os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def flushed_code(code: int) -> int:
    """The exit code of a command, or that of output that only now turned out to be lost."""
    try:
        sys.stdout.flush()
    except OSError as error:
        leave_output(error)
        code = lost_output_code(error) or STOPPED
    try:
        sys.stderr.flush()
    except OSError:
        _silence(sys.stderr)
    return code


def fault_message(error: Exception) -> str:
    """One line about an error that nobody foresaw, and where its trace was kept."""
    what = f"{type(error).__name__}: {error}".removesuffix(": ").splitlines()[0]
    return (
        f"Unexpected {what}. This is a fault of trkstruct {VERSION}, not yours; please report it with {_keep(error)}."
    )


def _keep(error: Exception) -> str:
    lines = [
        f"trkstruct {VERSION}, Python {platform.python_version()}, {platform.platform()}\n",
        f"{shlex.join(sys.argv)}\n\n",
        *traceback.format_exception(error),
    ]
    try:
        handle, name = tempfile.mkstemp(prefix="trkstruct-fault-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
            file.writelines(lines)
    except OSError:
        return "what `trkstruct --debug` shows (no trace could be kept)"
    return str(Path(name))
