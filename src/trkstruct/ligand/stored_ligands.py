"""Where a user's own ligands are kept: one JSON file each, in the user's data folder, written whole or not at all."""

import json
import os
import re
from pathlib import Path
from typing import Final

import platformdirs
from filelock import FileLock

from trkstruct.errors import LigandError
from trkstruct.files.regular_file import read_regular
from trkstruct.files.whole_file import PRIVATE, write_whole

SCHEMA: Final = 1
STORED_SUFFIX: Final = ".json"
LARGEST_BYTES: Final = 10_000_000  # a drug with its parameters has 0.1 MB
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def store_folder() -> Path:
    """Folder of the stored ligands; ``TRKSTRUCT_DATA`` overrides the platform's folder for user data."""
    override = os.environ.get("TRKSTRUCT_DATA")
    return (Path(override) if override else Path(platformdirs.user_data_dir("trkstruct"))) / "ligands"


def stored_names() -> tuple[str, ...]:
    """Names of the stored ligands, in alphabetical order."""
    return tuple(sorted(path.stem for path in store_folder().glob("*.json") if _NAME.fullmatch(path.stem)))


def stored_path(name: str) -> Path | None:
    """File of a stored ligand, whatever the case of its name; None when there is none."""
    found = next((each for each in stored_names() if each.casefold() == name.strip().casefold()), None)
    return None if found is None else store_folder() / f"{found}.json"


def read_stored(path: Path) -> dict[str, object]:
    """What is stored in a file.

    Raises
    ------
    LigandError
        When it was edited or comes from another version.
    """
    try:
        entry = json.loads(read_regular(path, LARGEST_BYTES).decode("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise LigandError(f"The stored ligand {path} cannot be read: {error}. {_again(path)}") from error
    if not isinstance(entry, dict) or entry.pop("schema", None) != SCHEMA:
        raise LigandError(f"The stored ligand {path} was written by another version of trkstruct. {_again(path)}")
    return entry


def check_stored_name(name: str) -> None:
    """Raise unless a ligand can be stored under a name.

    Raises
    ------
    LigandError
        When the name cannot be a file's.
    """
    if not _NAME.fullmatch(name):
        raise LigandError(f"{name!r} cannot name a ligand: use up to 64 letters, digits, '-' and '_', no sign first.")


def stored_text(entry: dict[str, object]) -> str:
    """The contents of the file of a stored ligand."""
    return json.dumps({"schema": SCHEMA, **entry}, indent=1)


def write_stored(name: str, entry: dict[str, object], *, replace: bool = False) -> Path:
    """Store a ligand under a name; of processes that do so at once, each writes a whole file.

    Raises
    ------
    LigandError
        When the name cannot be a file's, or another ligand has it and ``replace`` is False.
    """
    check_stored_name(name)
    folder = store_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".lock"):
            taken = stored_path(name)
            if taken is not None and not replace and read_stored(taken).get("smiles") != entry["smiles"]:
                raise LigandError(
                    f"{taken.stem} is stored already, as {read_stored(taken).get('smiles')}; use --replace."
                )
            path = taken or folder / f"{name}.json"
            write_whole(path, stored_text(entry), PRIVATE)
    except OSError as error:
        raise LigandError(f"Cannot store {name} in {folder}: {error}. TRKSTRUCT_DATA names another folder.") from error
    return path


def remove_stored(name: str) -> None:
    """Forget a stored ligand.

    Raises
    ------
    LigandError
        When there is none of that name.
    """
    path = stored_path(name)
    if path is None:
        raise LigandError(f"No ligand {name!r} is stored; stored are: {', '.join(stored_names()) or 'none'}.")
    path.unlink(missing_ok=True)


def _again(path: Path) -> str:
    return f"Delete the file and add it again: trkstruct ligand add {path.stem} SMILES."
