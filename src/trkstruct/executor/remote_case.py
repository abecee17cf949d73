"""A case as it travels to a worker that shares no file system: what it needs goes with it, what it makes comes back.

What travels is text, numbers and bytes. What ships with trkstruct does not travel: the worker has the same version.
"""

import faulthandler
import hashlib
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from trkstruct.cases.relaxed_wild_type import wild_type_path
from trkstruct.errors import InputError
from trkstruct.files.cache import read_kept, write_checked
from trkstruct.files.outputs import write_atomic, write_error
from trkstruct.kinase.mutation import WILD_TYPE
from trkstruct.ligand.reading import load_ligand
from trkstruct.ligand.shipped_ligands import is_shipped
from trkstruct.ligand.stored_ligands import STORED_SUFFIX, stored_text
from trkstruct.versions import installed_versions

SYSTEM: Final = "system"  # recorded, but workers of another kind of machine are welcome
INPUTS: Final = "trkstruct-inputs"  # folder of a worker with the files that came with its cases

_one_at_a_time = threading.Lock()

if TYPE_CHECKING:
    from trkstruct.cases.run_case import CaseResult
    from trkstruct.cases.spec import CaseSpec
    from trkstruct.executor.outcomes import Run


@dataclass(frozen=True)
class RemoteCase:
    """A case with its inputs.

    Attributes
    ----------
    spec : CaseSpec
    structure : tuple of str and bytes, or None
        Name and contents of the user's structure file.
    ligand : tuple of str and bytes, or None
        Name and stored form of a ligand that does not ship, with its parameters.
    wild_types : mapping of int to bytes
        Relaxed wild types by the number of the repetition, as files; empty when they are still to be made.
    versions : mapping
        What the coordinator has installed; a worker with anything else would compute other numbers.
    """

    spec: "CaseSpec"
    structure: tuple[str, bytes] | None
    ligand: tuple[str, bytes] | None
    wild_types: Mapping[int, bytes]
    versions: Mapping[str, str]


@dataclass(frozen=True)
class RemoteResult:
    """What a worker sends back: the result, and the relaxed wild types that it made."""

    result: "CaseResult"
    wild_types: Mapping[int, bytes]


def pack(spec: "CaseSpec", out_dir: Path) -> RemoteCase:
    """Put a case's inputs together, with the relaxed wild types that lie in the output folder.

    Raises
    ------
    InputError
        When an input file can no longer be read.
    """
    return RemoteCase(
        spec=spec,
        structure=None if spec.structure is None else (Path(spec.structure).name, _contents(spec.structure)),
        ligand=None if is_shipped(spec.ligand) else _ligand_file(spec.ligand, spec.settings.ph),
        wild_types={} if spec.mutation == WILD_TYPE else _wild_types(spec, out_dir),
        versions=installed_versions(),
    )


def run_on_worker(packed: RemoteCase, run: "Run", limit_seconds: float, topic: str, key: str) -> RemoteResult:
    """Run a case in this Dask worker, one at a time however many threads it has, in a folder that goes afterwards.

    Parameters
    ----------
    packed : RemoteCase
    run : callable
    limit_seconds : float
        After which this process ends itself, whatever hangs in it.
    topic, key : str
        Under which the coordinator is told that the case, of this Dask key, begins.
    """
    from distributed import get_worker

    worker = get_worker()
    place = Path(worker.local_directory)
    with _one_at_a_time, TemporaryDirectory(dir=place) as folder, time_limit(limit_seconds):
        worker.log_event(topic, (key, worker.address))
        return run_packed(packed, run, Path(folder), place / INPUTS)


@contextmanager
def time_limit(limit_seconds: float) -> Iterator[None]:
    """End this whole process when the block takes longer, even if it hangs inside a compiled library."""
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123 - a file descriptor for the stack that is written on expiry
        faulthandler.dump_traceback_later(limit_seconds, exit=True, file=nowhere)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()


def run_packed(packed: RemoteCase, run: "Run", folder: Path, inputs: Path) -> RemoteResult:
    """Unpack a case in an empty folder of the worker's, run it there and pack the result.

    Parameters
    ----------
    packed : RemoteCase
    run : callable
    folder : Path
        Where the case keeps its relaxed wild types.
    inputs : Path
        Where the input files go and stay: a structure that many cases share is written, read and prepared once.

    Raises
    ------
    InputError
        When this worker has other versions than the coordinator.
    """
    check_versions(packed.versions)
    spec = _unpack(packed, inputs)
    for number, content in packed.wild_types.items():
        write_checked(wild_type_path(folder, spec, number), content)
    result = run(spec, folder)
    made = {number: content for number, content in _wild_types(spec, folder).items() if number not in packed.wild_types}
    return RemoteResult(result, made)


def keep_wild_types(received: RemoteResult, spec: "CaseSpec", out_dir: Path) -> None:
    """Write the relaxed wild types that came back to the output folder, for the mutants that start from them.

    Raises
    ------
    InputError, RunError
        When they cannot be written.
    """
    for number, content in received.wild_types.items():
        path = wild_type_path(out_dir, spec, number)
        try:
            write_checked(path, content)
        except OSError as error:
            raise write_error(path, error) from error


def check_versions(expected: Mapping[str, str]) -> None:
    """Raise unless this machine computes the same numbers as the one whose versions are given.

    Raises
    ------
    InputError
        With what differs.
    """
    here = installed_versions()
    differing = [name for name in expected if name != SYSTEM and here.get(name) != expected[name]]
    if differing:
        said = ", ".join(f"{name} {here.get(name, 'none')} (coordinator: {expected[name]})" for name in differing)
        raise InputError(f"This worker has {said}. Install the same versions there.")


def _unpack(packed: RemoteCase, inputs: Path) -> "CaseSpec":
    """Write the input files of a case; the case that names them there."""
    files = {"structure": packed.structure, "ligand": packed.ligand}
    moved = {name: _unpacked(inputs, *file) for name, file in files.items() if file is not None}
    return packed.spec.model_copy(update=moved) if moved else packed.spec


def _unpacked(inputs: Path, name: str, content: bytes) -> str:
    """A file under its name in a folder for its content; left alone when it is there."""
    path = inputs / hashlib.sha256(content).hexdigest() / Path(name).name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, content)
    return str(path)


def _wild_types(spec: "CaseSpec", folder: Path) -> dict[int, bytes]:
    paths = {number: wild_type_path(folder, spec, number) for number in range(spec.settings.backbones)}
    kept = {number: read_kept(path) for number, path in paths.items()}
    return {number: content for number, content in kept.items() if content is not None}


@lru_cache(maxsize=16)
def _ligand_file(text: str, ph: float) -> tuple[str, bytes]:
    ligand = load_ligand(text, ph=ph)
    return ligand.name + STORED_SUFFIX, stored_text(asdict(ligand)).encode()


@lru_cache(maxsize=4)
def _contents(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"Cannot read {path}: {error.strerror}. It was there when the run was planned.") from error
