"""The output folder: one JSON per finished case, complexes, and the final results; nothing half-written ever counts."""

import hashlib
import json
import logging
import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from pydantic import ValidationError

from trkstruct.case_parts import CaseFiles, Record
from trkstruct.cases.spec import KEY_CHARACTERS
from trkstruct.errors import InputError
from trkstruct.files.csv_text import table_text
from trkstruct.files.outputs import safe_label, write_atomic, write_error
from trkstruct.files.regular_file import read_regular
from trkstruct.files.run_folder import (
    CASES,
    COMPLEXES,
    CSV_NAME,
    JSON_NAME,
    LARGEST_CASE_BYTES,
    LARGEST_COMPLEX_BYTES,
    RUN_FOLDERS,
    refuse_links_out,
)
from trkstruct.records import Case, Results
from trkstruct.report.case_rows import flat_row

COPIED_CHARACTERS: Final = 1 << 20

_log = logging.getLogger(__name__)
_PARTIAL = re.compile(
    r"\..+\.(json|pdb|csv|toml|html|npz|pml|cxc|png|svg|sha256)\.[a-z0-9_]{8}"
)  # as ``write_whole`` names them


@dataclass(frozen=True)
class Tally:
    """How many cases a run has, and how many of them failed."""

    cases: int
    failed: int


class StoredCase(Record):
    """A finished case, the whole content key it was computed under, and what tells whether any of it was changed.

    ``file_digests`` are the SHA-256 of its files by name, ``digest`` that of key, file digests and case.
    """

    key: str
    file_digests: dict[str, str]
    digest: str
    case: Case


def case_stem(label: str, key: str) -> str:
    """File name of a case without its suffix: readable label and the start of its content key."""
    return f"{safe_label(label)}-{key[:KEY_CHARACTERS]}"


def open_folder(out_dir: Path) -> None:
    """Make the output folder and its subfolders.

    Raises
    ------
    InputError
        When that cannot be done, or a link in it leads elsewhere.
    """
    refuse_links_out(out_dir)
    try:
        for folder in (CASES, COMPLEXES):
            (out_dir / folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"Cannot write to {out_dir}: {error.strerror}. Choose another folder with -o.") from error


def sweep(out_dir: Path) -> None:
    """Remove what writes that were cut off have left behind; for the one run that has the folder."""
    for folder in (out_dir, *(out_dir / name for name in RUN_FOLDERS)):
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
    diagram_svg: str | None = None,
) -> Case:
    """Write the complexes (PDB) and the drawing (SVG) of a case and then its JSON, so that a case with a JSON is whole.

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
        diagram=None if diagram_svg is None else f"{COMPLEXES}/{stem}.svg",
    )
    digests = {}
    texts = (complex_pdb, apo_pdb, before_pdb, diagram_svg)
    for name, text in zip((files.complex, files.apo, files.before, files.diagram), texts, strict=True):
        if name is not None and text is not None:
            write_atomic(out_dir / name, text)
            digests[name] = hashlib.sha256(text.encode()).hexdigest()
    case = case.model_copy(update={"files": files})
    stored = StoredCase(key=key, file_digests=digests, digest=_digest(key, digests, case), case=case)
    write_atomic(out_dir / CASES / f"{stem}.json", stored.model_dump_json(indent=1) + "\n")
    return case


def stored_case(out_dir: Path, label: str, key: str) -> Case | None:
    """What is stored of a case, finished or failed; None when nothing is, or not under this key, or it was changed."""
    stored = _stored(out_dir / CASES / f"{case_stem(label, key)}.json", key)
    return None if stored is None else stored.case


def finished_case(out_dir: Path, label: str, key: str) -> Case | None:
    """A case that need not be computed again: it ended well, and its files are all there and as they were written.

    Failed cases are left out: repeating the command tries them again.
    """
    stored = _stored(out_dir / CASES / f"{case_stem(label, key)}.json", key)
    if stored is None or stored.case.status != "ok":
        return None
    for name in (name for _, name in stored.case.files if name is not None):
        try:
            content = read_regular(out_dir / name, LARGEST_COMPLEX_BYTES)
        except OSError as error:
            _say_computed_again(out_dir / name, f"cannot be read ({error.strerror})")
            return None
        if hashlib.sha256(content).hexdigest() != stored.file_digests.get(name):
            _say_computed_again(out_dir / name, "is not what was written there")
            return None
    return stored.case


def _stored(path: Path, key: str) -> StoredCase | None:
    """A file that `save_case` wrote under this key; None without one, and a word where it was changed."""
    try:
        stored = StoredCase.model_validate_json(read_regular(path, LARGEST_CASE_BYTES))
    except FileNotFoundError:
        return None
    except OSError as error:
        _say_computed_again(path, f"cannot be read ({error.strerror})")
        return None
    except ValidationError:
        _say_computed_again(path, "holds no case")
        return None
    if stored.digest != _digest(stored.key, stored.file_digests, stored.case):
        _say_computed_again(path, "is not what was written there")
        return None
    if stored.key != key:
        _say_computed_again(path, "holds another case")
        return None
    return stored


def _digest(key: str, file_digests: Mapping[str, str], case: Case) -> str:
    text = json.dumps([key, sorted(file_digests.items()), case.model_dump_json()])
    return hashlib.sha256(text.encode()).hexdigest()


def _say_computed_again(path: Path, why: str) -> None:
    _log.warning("%s %s; its case is computed again.", path, why)


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
