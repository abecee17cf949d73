"""A pipeline that takes no time and obeys: what the executor is tested with, in real worker processes."""

import ctypes
import hashlib
import os
import signal
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from trkstruct.case_parts import CaseError
from trkstruct.executor.output_folder import finished_case
from trkstruct.files.cache import write_checked
from trkstruct.kinase.own_kinase import OwnKinase
from trkstruct.records import Case
from trkstruct.settings import Settings

PDB = "REMARK  99 nothing but a remark\nEND\n"
SAID_SECONDS = 1.0  # after which a cluster surely knows that a case has begun


@dataclass(frozen=True)
class FakeSpec:
    """The attributes of ``CaseSpec`` that the executor uses."""

    mutation: str
    ligand: str = "larotrectinib"
    kinase: str | None = "TRKA"
    structure: str | None = None
    chain: str | None = None
    ligand_residue: str | None = None
    build_ligand: bool = True
    own_kinases: tuple[OwnKinase, ...] = ()
    gene: str = "NTRK1"
    settings: Settings = field(default_factory=Settings)

    def key(self) -> str:
        """Content key."""
        return hashlib.sha256(repr(self).encode()).hexdigest()

    def wild_type_key(self) -> str:
        """Key of the wild type."""
        return replace(self, mutation="WT").key()

    def model_copy(self, update: dict[str, str]) -> "FakeSpec":
        """As pydantic's."""
        return replace(self, **update)

    @property
    def label(self) -> str:
        """Readable name."""
        return f"{self.kinase} {self.mutation} {self.ligand}"


@dataclass(frozen=True)
class FakeResult:
    """The attributes of ``CaseResult``."""

    case: Case
    complex_pdb: str | None
    apo_pdb: str | None
    before_pdb: str | None = None
    diagram_svg: str | None = None


def run_well(spec: FakeSpec, work_dir: Path) -> FakeResult:
    """Succeed; leave a line in ``work_dir/calls`` so that a test can count and order the calls."""
    _record_call(spec, work_dir)
    threads = os.environ.get("OPENMM_CPU_THREADS", "unset")
    return FakeResult(_case(spec, notes=(f"threads {threads}",)), PDB, PDB)


def run_to_own_files(spec: FakeSpec, work_dir: Path) -> FakeResult:
    """Succeed with three complexes that no other case has; nothing depends on the machine."""
    _record_call(spec, work_dir)
    bound, apo, before = (f"REMARK  99 {spec.mutation} {state}\nEND\n" for state in ("bound", "apo", "before"))
    return FakeResult(_case(spec), bound, apo, before)


def run_with_failure(spec: FakeSpec, work_dir: Path) -> FakeResult:
    """Fail as the real pipeline does (a value, not an exception) for G595R."""
    _record_call(spec, work_dir)
    if spec.mutation != "G595R":
        return FakeResult(_case(spec), PDB, PDB)
    error = CaseError(
        stage="relax", error_type="RelaxationError", message="it exploded", repeat_command="trkstruct scan"
    )
    return FakeResult(_case(spec, status="failed", error=error), None, None)


def run_with_one_crash(spec: FakeSpec, work_dir: Path) -> FakeResult:
    """Kill the worker the first time that G595R runs."""
    if spec.mutation == "G595R" and "G595R" not in called(work_dir):
        _record_call(spec, work_dir)
        os.kill(os.getpid(), signal.SIGKILL)
    return run_well(spec, work_dir)


def run_with_crashes(spec: FakeSpec, work_dir: Path) -> FakeResult:
    """Kill the worker whenever G595R has run for a while."""
    result = run_well(spec, work_dir)
    if spec.mutation == "G595R":
        time.sleep(SAID_SECONDS)
        os.kill(os.getpid(), signal.SIGKILL)
    return result


def run_slowly(spec: FakeSpec, work_dir: Path) -> FakeResult:
    """Take two minutes for everything but the wild type."""
    result = run_well(spec, work_dir)
    if spec.mutation != "WT":
        time.sleep(120)
    return result


def run_a_little(spec: FakeSpec, work_dir: Path) -> FakeResult:
    """Take a tenth of a second or two and give large files, so that a kill can hit a run anywhere.

    The name in ``work_dir/calls`` gets a ``!`` when the case had been finished before.
    """
    again = "!" if finished_case(work_dir, spec.label, spec.key()) else ""  # one that failed is tried again
    _record_call(spec, work_dir, f"{spec.ligand}{again}")
    number = int(spec.key()[:8], 16)
    time.sleep(0.05 + number % 100 / 1000)
    text = f"REMARK  99 {spec.key()}\n" * 5000
    return FakeResult(_case(spec, ddg_kcal_mol=number / 1e9), text, text)


def run_with_a_hang(spec: FakeSpec, work_dir: Path) -> FakeResult:
    """Hang in G595R as a compiled library can: Python's lock is held, so no other thread and no signal handler runs."""
    result = run_well(spec, work_dir)
    if spec.mutation == "G595R":
        time.sleep(SAID_SECONDS)
        ctypes.PyDLL(None).sleep(60)
    return result


def run_and_say_where(spec: FakeSpec, work_dir: Path) -> FakeResult:
    """Note the process."""
    return replace(run_well(spec, work_dir), case=_case(spec, notes=(str(os.getpid()),)))


def run_from_files(spec: FakeSpec, work_dir: Path) -> FakeResult:
    """Note what the structure file holds; keep a relaxed wild type, and note what is found there."""
    from trkstruct.cases.relaxed_wild_type import wild_type_path  # with OpenMM and RDKit, which start no worker quickly

    assert spec.structure is not None
    path = wild_type_path(work_dir, spec, 0)
    if spec.mutation == "WT":
        write_checked(path, b"relaxed wild type")
    notes = (Path(spec.structure).name, Path(spec.structure).read_text(), path.read_text())
    return FakeResult(_case(spec, notes=notes), PDB, PDB)


def run_to_a_large_file(spec: FakeSpec, work_dir: Path) -> FakeResult:
    """Give a megabyte for G595R, and little for the others."""
    result = run_well(spec, work_dir)
    return replace(result, complex_pdb=PDB * 25_000) if spec.mutation == "G595R" else result


def called(work_dir: Path) -> list[str]:
    """Mutations in the order in which they were run."""
    log = work_dir / "calls"
    return log.read_text().split() if log.exists() else []


def _record_call(spec: FakeSpec, work_dir: Path, more: str = "") -> None:
    with (work_dir / "calls").open("a") as log:
        log.write(f"{spec.mutation}{more}\n")


def _case(spec: FakeSpec, **changes: object) -> Case:
    values: dict[str, object] = {
        "kinase": "TRKA",
        "gene": "NTRK1",
        "mutation": spec.mutation,
        "ligand": spec.ligand,
        "structure": "fake",
        "status": "ok",
        "ddg_kcal_mol": len(spec.mutation) / 10,
    }
    return Case.model_validate(values | changes)
