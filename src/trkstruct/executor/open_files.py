"""Open files: how many a run needs, and that it may have them before it starts."""

from contextlib import suppress
from pathlib import Path
from typing import Final

from trkstruct.errors import InputError

FILES_PER_WORKER: Final = 3  # its end of the pipe, and two by which multiprocessing knows that it lives
FILES_OF_A_RUN: Final = 32  # lock, results as they are written, libraries as they are loaded, one start
OPEN_FOLDERS: Final = ("/proc/self/fd", "/dev/fd")  # Linux, macOS
OPEN_AT_LEAST: Final = 16  # where the system does not tell


def reserve_open_files(workers: int) -> None:
    """Raise this process's limit on open files to what so many workers need, where the system lets it.

    Raises
    ------
    InputError
        When it does not, with the number needed.
    """
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    needed = _open_now() + FILES_OF_A_RUN + FILES_PER_WORKER * workers
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return
    if hard != resource.RLIM_INFINITY and hard < needed:
        raise InputError(_too_few(workers, needed, hard))
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
    except (OSError, ValueError) as error:  # macOS allows less than it says
        raise InputError(_too_few(workers, needed, soft)) from error


def _open_now() -> int:
    for folder in OPEN_FOLDERS:
        with suppress(OSError):
            return sum(1 for _ in Path(folder).iterdir())
    return OPEN_AT_LEAST


def _too_few(workers: int, needed: int, limit: int) -> str:
    most = workers - -(-(needed - limit) // FILES_PER_WORKER)
    fewer = f" or use --workers {most}" if most > 0 else ""
    return (
        f"A run with {workers} worker processes needs {needed} open files, and this system allows {limit}. Raise its "
        f"limit (ulimit -n {needed}){fewer}."
    )
