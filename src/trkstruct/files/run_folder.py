"""What lies in the output folder of a run, and that no link there leads out of it."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from trkstruct.errors import InputError

CASES: Final = "cases"
COMPLEXES: Final = "complexes"
WILD_TYPES: Final = "reference"  # relaxed
RUN_FOLDERS: Final = (CASES, COMPLEXES, WILD_TYPES)

JSON_NAME: Final = "results.json"
CSV_NAME: Final = "results.csv"
SETTINGS_NAME: Final = "run.toml"
LOCK_NAME: Final = ".trkstruct.lock"
RUN_FILES: Final = (
    JSON_NAME,
    CSV_NAME,
    LOCK_NAME,
    SETTINGS_NAME,
    "report.html",
    "ranking.csv",
    "rows.csv",  # this one and the next of a validation
    "metrics.json",
    "scatter.png",
    "scatter.svg",
)

LARGEST_CASE_BYTES: Final = 20_000_000  # of the JSON of a case; one with a thousand clashes has 0.3 MB
LARGEST_COMPLEX_BYTES: Final = 50_000_000  # a kinase with its ligand has 0.4 MB


def refuse_links_out(folder: Path) -> None:
    """Raise when a link leads out of an output folder: through it, a run would write and delete what is not its own.

    The folder itself may be a link, as its name is what the user chose, and so may what trkstruct never writes.

    Raises
    ------
    InputError
        With the link and where it leads.
    """
    try:
        home = os.path.realpath(folder)
        for link in _links(folder):
            target = Path(os.path.realpath(link))  # a link to itself stays one, which nothing is written through
            if not target.is_relative_to(home):
                raise InputError(
                    f"{link} is a link to {target}, outside {folder}: nothing is written or deleted through it. "
                    "Remove the link, or choose another folder."
                )
    except OSError as error:
        raise InputError(f"{folder} cannot be looked through ({error}). Choose another folder.") from error


def _links(folder: Path) -> Iterator[Path]:
    for name in (*RUN_FOLDERS, *RUN_FILES):
        if (folder / name).is_symlink():
            yield folder / name
    for name in RUN_FOLDERS:
        if (folder / name).is_dir():
            with os.scandir(folder / name) as entries:  # one at a time: there may be a million
                yield from (Path(entry.path) for entry in entries if entry.is_symlink())
