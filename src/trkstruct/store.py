"""The output folder: one JSON per finished case, complexes, and the final results; nothing half-written ever counts."""

import logging
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from trkstruct.errors import InputError
from trkstruct.records import Case, CaseFiles, Record, Results
from trkstruct.rows import csv_text

CASES: Final = "cases"
COMPLEXES: Final = "complexes"
KEY_CHARACTERS: Final = 8  # of the sha256 in a file name; the whole key is inside the file and compared
LABEL_CHARACTERS: Final = 80  # with key and suffix far below the 255 bytes of common file systems

_log = logging.getLogger(__name__)
_UNSAFE = re.compile(r"[^A-Za-z0-9.+_-]+")


class StoredCase(Record):
    """A finished case and the whole content key it was computed under."""

    key: str
    case: Case


def safe_label(label: str) -> str:
    """A label as part of a file name: letters, digits and ``+_-.`` only, never hidden, never a path.

    >>> safe_label("TRKA F589L+G595R ../../etc")
    'TRKA-F589L+G595R-..-..-etc'
    """
    return _UNSAFE.sub("-", label).strip("-.")[:LABEL_CHARACTERS] or "case"


def case_stem(label: str, key: str) -> str:
    """File name of a case without its suffix: readable label and the start of its content key."""
    return f"{safe_label(label)}-{key[:KEY_CHARACTERS]}"


def open_folder(out_dir: Path) -> None:
    """Make the output folder and its subfolders.

    Raises
    ------
    InputError
        When that cannot be done.
    """
    try:
        for folder in (CASES, COMPLEXES):
            (out_dir / folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"Cannot write to {out_dir}: {error.strerror}. Choose another folder with -o.") from error


def write_atomic(path: Path, text: str) -> None:
    """Write text so that ``path`` holds either all of it or what it held before, even when the machine stops.

    Raises
    ------
    InputError
        When the disk is full or the folder cannot be written.
    """
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        temporary = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            temporary.chmod(0o644)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(
            f"Cannot write {path}: {error.strerror}. Finished cases are kept; repeat the command to continue."
        ) from error


def save_case(
    out_dir: Path,
    label: str,
    key: str,
    case: Case,
    complex_pdb: str | None = None,
    apo_pdb: str | None = None,
    before_pdb: str | None = None,
) -> Case:
    """Write the complexes of a case (PDB text) and then its JSON, so that a case with a JSON is whole.

    Returns
    -------
    Case
        The same case with the names of its files, relative to ``out_dir``.
    """
    stem = case_stem(label, key)
    files = CaseFiles(
        complex=None if complex_pdb is None else f"{COMPLEXES}/{stem}.pdb",
        apo=None if apo_pdb is None else f"{COMPLEXES}/{stem}-apo.pdb",
        before=None if before_pdb is None else f"{COMPLEXES}/{stem}-before.pdb",
    )
    for name, text in ((files.complex, complex_pdb), (files.apo, apo_pdb), (files.before, before_pdb)):
        if name is not None and text is not None:
            write_atomic(out_dir / name, text)
    case = case.model_copy(update={"files": files})
    write_atomic(out_dir / CASES / f"{stem}.json", StoredCase(key=key, case=case).model_dump_json(indent=1) + "\n")
    return case


def finished_cases(out_dir: Path, labels: Mapping[str, str]) -> dict[str, Case]:
    """Cases that need not be computed again, by content key: those that ended well and whose files are all there.

    ``labels`` gives the label of each content key that is asked for.
    Failed cases are left out: repeating the command tries them again.
    """
    finished = {}
    for key, label in labels.items():
        path = out_dir / CASES / f"{case_stem(label, key)}.json"
        try:
            stored = StoredCase.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            continue
        except ValidationError:
            _log.warning("%s cannot be read and is computed again.", path)
            continue
        files = [name for _, name in stored.case.files if name is not None]
        whole = all((out_dir / name).is_file() for name in files)
        if stored.key == key and stored.case.status == "ok" and whole:
            finished[stored.key] = stored.case
    return finished


def write_results(out_dir: Path, results: Results) -> None:
    """Write ``results.json`` and ``results.csv``."""
    write_atomic(out_dir / "results.json", results.model_dump_json(indent=1) + "\n")
    write_atomic(out_dir / "results.csv", csv_text(results.cases))
