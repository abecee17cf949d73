"""The output folder: one JSON per finished case, complexes, and the final results; nothing half-written ever counts."""

import logging
import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from pydantic import ValidationError

from trkstruct.cases.spec import KEY_CHARACTERS, WILD_TYPES
from trkstruct.errors import InputError
from trkstruct.files.csv_text import table_text
from trkstruct.files.outputs import safe_label, write_atomic, write_error
from trkstruct.records import Case, CaseFiles, Record, Results
from trkstruct.report.case_rows import flat_row

CASES: Final = "cases"
COMPLEXES: Final = "complexes"
JSON_NAME: Final = "results.json"
CSV_NAME: Final = "results.csv"
COPIED_CHARACTERS: Final = 1 << 20

_log = logging.getLogger(__name__)
_PARTIAL = re.compile(r"\..+\.(json|pdb|csv|html|npz|pml|cxc)\.[a-z0-9_]{8}")  # as ``write_whole`` names them


@dataclass(frozen=True)
class Tally:
    """How many cases a run has, and how many of them failed."""

    cases: int
    failed: int


class StoredCase(Record):
    """A finished case and the whole content key it was computed under."""

    key: str
    case: Case


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


def sweep(out_dir: Path) -> None:
    """Remove what writes that were cut off have left behind; for the one run that has the folder."""
    for folder in (out_dir, out_dir / CASES, out_dir / COMPLEXES, out_dir / WILD_TYPES):
        if not folder.is_dir():
            continue
        with os.scandir(folder) as entries:  # one at a time: there may be a million
            for entry in entries:
                if _PARTIAL.fullmatch(entry.name):
                    Path(entry.path).unlink(missing_ok=True)


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


def stored_case(out_dir: Path, label: str, key: str) -> Case | None:
    """What is stored of a case, finished or failed; None when nothing is, or not under this key, or cut off."""
    path = out_dir / CASES / f"{case_stem(label, key)}.json"
    try:
        stored = StoredCase.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValidationError:
        _log.warning("%s cannot be read and is computed again.", path)
        return None
    return stored.case if stored.key == key else None


def finished_case(out_dir: Path, label: str, key: str) -> Case | None:
    """A case that need not be computed again: it ended well and its files are all there.

    Failed cases are left out: repeating the command tries them again.
    """
    case = stored_case(out_dir, label, key)
    if case is None or case.status != "ok":
        return None
    names = [name for _, name in case.files if name is not None]
    return case if all((out_dir / name).is_file() for name in names) else None


def write_results(out_dir: Path, results: Results, cases: Iterable[Case] | None = None) -> Tally:
    """Write ``results.json`` and ``results.csv``, and count the cases on the way.

    ``cases`` stand in for those of ``results``; they are taken one at a time, so they need not fit into memory.
    """
    table, counts = out_dir / CSV_NAME, Counter[str]()
    counted = _counted(results.cases if cases is None else cases, counts)
    try:
        with tempfile.TemporaryFile("w+", dir=out_dir, encoding="utf-8", newline="") as rows:
            write_atomic(out_dir / JSON_NAME, _json_parts(results, counted, rows))
            rows.seek(0)
            write_atomic(table, iter(lambda: rows.read(COPIED_CHARACTERS), ""))
    except OSError as error:
        raise write_error(table, error) from error
    return Tally(counts.total(), counts["failed"])


def _counted(cases: Iterable[Case], counts: Counter[str]) -> Iterator[Case]:
    """The same cases; each is counted under its status as it goes by."""
    for case in cases:
        counts[case.status] += 1
        yield case


def _json_parts(results: Results, cases: Iterable[Case], rows: TextIO) -> Iterator[str]:
    """``results.model_dump_json(indent=1)`` with other cases, in parts; each case also becomes a line of ``rows``."""
    text = results.model_copy(update={"cases": ()}).model_dump_json(indent=1)
    yield text.removesuffix("[]\n}") + "["
    first = True
    for case in cases:
        yield ("" if first else ",") + "\n  " + case.model_dump_json(indent=1).replace("\n", "\n  ")
        rows.write(table_text([flat_row(case)], header=first))
        first = False
    yield ("]" if first else "\n ]") + "\n}\n"
