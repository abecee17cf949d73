"""Where a user's own kinases are kept: one TOML file each, in the user's data folder, written whole or not at all."""

import os
from functools import lru_cache
from pathlib import Path
from typing import Final

import platformdirs
from filelock import FileLock

from trkstruct.errors import InputError
from trkstruct.files.whole_file import PRIVATE, write_whole
from trkstruct.kinase.kinase_file import kinase_text, read_kinase_file
from trkstruct.kinase.own_kinase import OwnKinase

SUFFIX: Final = ".toml"


def kinase_folder() -> Path:
    """Folder of the kept kinases; ``TRKSTRUCT_DATA`` overrides the platform's folder for user data."""
    override = os.environ.get("TRKSTRUCT_DATA")
    return (Path(override) if override else Path(platformdirs.user_data_dir("trkstruct"))) / "kinases"


def kept_names() -> tuple[str, ...]:
    """Names of the kept kinases, in alphabetical order, whether their files can be read or not."""
    return tuple(path.stem for path in _files())


def kept_kinases() -> tuple[OwnKinase, ...]:
    """The kept kinases, in alphabetical order; files are read again when they have changed.

    Raises
    ------
    InputError
        When one of them cannot be used, with what to do.
    """
    return tuple(_read(path, status.st_mtime_ns, status.st_size) for path in _files() for status in (path.stat(),))


def keep_kinase(own: OwnKinase) -> Path:
    """Keep a kinase under its name, in the place of one of that name.

    Raises
    ------
    InputError
        When the folder cannot take it.
    """
    folder = kinase_folder()
    path = _path_of(own.name) or folder / f"{own.name}{SUFFIX}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".lock"):
            write_whole(path, kinase_text(own), PRIVATE)
    except OSError as error:
        raise InputError(
            f"Cannot keep {own.name} in {folder}: {error}. TRKSTRUCT_DATA names another folder."
        ) from error
    return path


def remove_kinase(name: str) -> None:
    """Forget a kept kinase.

    Raises
    ------
    InputError
        When none of that name is kept, or its file cannot be removed.
    """
    path = _path_of(name)
    if path is None:
        raise InputError(f"No kinase {name!r} is kept; kept are: {', '.join(kept_names()) or 'none'}.")
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"Cannot remove {path}: {error.strerror}.") from error


def _files() -> list[Path]:
    return sorted(kinase_folder().glob(f"[A-Za-z]*{SUFFIX}"))


def _path_of(name: str) -> Path | None:
    """The file of a kept kinase, whatever the case of its name."""
    return next((path for path in _files() if path.stem.casefold() == name.strip().casefold()), None)


@lru_cache(maxsize=256)
def _read(path: Path, _changed: int, _size: int) -> OwnKinase:
    again = f"Mend the file, or forget it: trkstruct kinase remove {path.stem}."
    try:
        described = read_kinase_file(path)
    except InputError as error:
        raise InputError(f"A kept kinase cannot be used. {error}\n{again}") from error
    if described.like or described.own.name.casefold() != path.stem.casefold():
        raise InputError(f"{path} is not what trkstruct kinase add wrote. {again}")
    return described.own
