"""Where cases run: one process per worker, every finished case kept, a lost worker costs one retry.

Each worker is a pool of one process, so when a process dies it is known which case it was working on. Nothing here
loads OpenMM: workers get the number of threads through their environment, which OpenMM reads when it is loaded.
"""

import heapq
import os
import shlex
import signal
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import TYPE_CHECKING, Final

from filelock import FileLock, Timeout

import trkstruct
from trkstruct.errors import InputError
from trkstruct.kinase import kinase_named
from trkstruct.records import Case, CaseError
from trkstruct.results import Results
from trkstruct.settings import Settings
from trkstruct.store import finished_cases, open_folder, save_case, write_results
from trkstruct.versions import installed_versions

if TYPE_CHECKING:
    from trkstruct.pipeline import CaseResult, CaseSpec

Run = Callable[["CaseSpec", Path], "CaseResult"]
Done = Callable[[Case, bool], None]

WILD_TYPE: Final = "WT"
LOCK_NAME: Final = ".trkstruct.lock"
THREADS_VARIABLE: Final = "OPENMM_CPU_THREADS"
ATTEMPTS_PER_CASE: Final = 2  # a case whose worker died is tried once more; dying twice is its own doing


def available_cores() -> int:
    """Cores that this process may use (affinity and container limits included where the system tells)."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def scan(
    kinases: Sequence[str] = (),
    mutations: Sequence[str] = (),
    ligands: Sequence[str] = (),
    *,
    settings: Settings | None = None,
    structure: str | Path | None = None,
    chain: str | None = None,
    ligand_residue: str | None = None,
    out_dir: str | Path = "trkstruct-out",
    workers: int = 0,
) -> Results:
    """Run mutations against ligands; without any argument, the whole panel.

    Parameters
    ----------
    kinases, mutations, ligands : sequence of str
        As on the command line: ``TRKA``; ``G595R`` or ``F589L+G595R``; a shipped name, SMILES, NAME=SMILES or a file.
    settings : Settings, optional
        By default the standard preset.
    structure, chain, ligand_residue : optional
        A structure of one's own instead of the shipped ones.
    out_dir : str or Path
        Finished cases found there under the same inputs are not computed again.
    workers : int
        Processes; 0 runs in this one. A script that asks for more needs ``if __name__ == "__main__":`` around its main
        part, as every use of ``multiprocessing`` does.

    Raises
    ------
    InputError
        Before anything is written, when an argument cannot be used.
    """
    from trkstruct.pipeline import plan_cases, run_case

    specs = plan_cases(
        tuple(kinases),
        tuple(mutations),
        tuple(ligands),
        settings or Settings(),
        structure=None if structure is None else str(structure),
        chain=chain,
        ligand_residue=ligand_residue,
    )
    return run_cases(specs, Path(out_dir), run=run_case, workers=workers)


def run_cases(
    specs: "Sequence[CaseSpec]",
    out_dir: Path,
    *,
    run: Run,
    workers: int | None = None,
    on_done: Done | None = None,
) -> Results:
    """Run cases and write ``results.json`` and ``results.csv`` in the order of the plan, whatever finished first.

    Parameters
    ----------
    specs : sequence of CaseSpec
        The plan; the wild type of a kinase and ligand runs before its mutants, which start from its relaxed states.
    out_dir : Path
        Cases finished there earlier under the same content key are taken as they are.
    run : callable
        ``pipeline.run_case``; must be importable by a worker process.
    workers : int, optional
        Processes, by default one per available core; 0 runs in this process.
    on_done : callable, optional
        Called in this process with each case and whether it was taken from an earlier run.

    Raises
    ------
    InputError
        When there is nothing to run, the folder cannot be written, or another run is using it.
    """
    plan = tuple({spec.key(): spec for spec in specs}.values())
    if not plan:
        raise InputError("There is no case to run; name a kinase, a mutation and a ligand.")
    open_folder(out_dir)
    with _only_run_in(out_dir):
        cases = finished_cases(out_dir, plan)
        for case in cases.values():
            if on_done:
                on_done(case, True)
        todo = [spec for spec in plan if spec.key() not in cases]
        here = workers == 0
        outcomes = _run_here(todo, out_dir, run) if here else _run_in_workers(todo, out_dir, run, workers)
        for spec, result in outcomes:
            if result is None:
                case = save_case(out_dir, spec, _lost_case(spec))
            else:
                case = save_case(out_dir, spec, result.case, result.complex_pdb, result.apo_pdb)
            cases[spec.key()] = case
            if on_done:
                on_done(case, False)
        results = Results(
            trkstruct_version=trkstruct.__version__,
            settings=plan[0].settings,
            versions=installed_versions(),
            platform=plan[0].settings.platform,
            cases=tuple(cases[spec.key()] for spec in plan),
        )
        write_results(out_dir, results)
    return results


@contextmanager
def _only_run_in(out_dir: Path) -> Iterator[None]:
    lock = FileLock(out_dir / LOCK_NAME)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise InputError(
            f"Another trkstruct run is writing to {out_dir}. Wait for it, or choose another folder with -o."
        ) from error
    try:
        yield
    finally:
        lock.release()


def _reference(spec: "CaseSpec") -> tuple[str | None, ...]:
    return (spec.kinase, spec.ligand, spec.structure, spec.chain, spec.ligand_residue)


def _hold_mutants(specs: "Sequence[CaseSpec]") -> tuple[list[int], dict[tuple[str | None, ...], list[int]]]:
    """Indices that may start now (a heap), and those that wait for the wild type they start from."""
    wild_types = {_reference(spec) for spec in specs if spec.mutation == WILD_TYPE}
    ready: list[int] = []
    held: dict[tuple[str | None, ...], list[int]] = defaultdict(list)
    for index, spec in enumerate(specs):
        waits = spec.mutation != WILD_TYPE and _reference(spec) in wild_types
        (held[_reference(spec)] if waits else ready).append(index)
    return ready, held


def _run_here(specs: "Sequence[CaseSpec]", out_dir: Path, run: Run) -> "Iterator[tuple[CaseSpec, CaseResult | None]]":
    for spec in sorted(specs, key=lambda spec: spec.mutation != WILD_TYPE):
        yield spec, run(spec, out_dir)


@dataclass(frozen=True)
class _Worker:
    """A pool of one process, and that process's id once it has started."""

    pool: ProcessPoolExecutor
    pid: "Future[int]"


def _run_in_workers(
    specs: "Sequence[CaseSpec]", out_dir: Path, run: Run, workers: int | None
) -> "Iterator[tuple[CaseSpec, CaseResult | None]]":
    """Yield results as they come, None for a case that killed its worker twice.

    Mutants start once their wild type is done; leaving early kills the workers.
    """
    ready, held = _hold_mutants(specs)
    attempts = [0] * len(specs)
    busy: dict[Future[CaseResult], tuple[_Worker, int]] = {}
    with _one_thread_each():
        idle = [_start_worker() for _ in range(min(workers or available_cores(), len(specs)))]
        try:
            while ready or busy:
                while ready and idle:
                    worker, index = idle.pop(), heapq.heappop(ready)
                    attempts[index] += 1
                    busy[worker.pool.submit(run, specs[index], out_dir)] = (worker, index)
                for future in wait(busy, return_when=FIRST_COMPLETED).done:
                    worker, index = busy.pop(future)
                    result: CaseResult | None
                    try:
                        result = future.result()
                    except BrokenProcessPool:
                        worker.pool.shutdown()
                        idle.append(_start_worker())
                        if attempts[index] < ATTEMPTS_PER_CASE:
                            heapq.heappush(ready, index)
                            continue
                        result = None
                    else:
                        idle.append(worker)
                    if specs[index].mutation == WILD_TYPE:
                        for released in held.pop(_reference(specs[index]), ()):
                            heapq.heappush(ready, released)
                    yield specs[index], result
        finally:
            for worker in (*idle, *(worker for worker, _ in busy.values())):
                _stop_worker(worker)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Workers inherit one OpenMM thread each: cases are what runs in parallel, and one thread adds up in one order."""
    before = os.environ.get(THREADS_VARIABLE)
    os.environ[THREADS_VARIABLE] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[THREADS_VARIABLE]
        else:
            os.environ[THREADS_VARIABLE] = before


def _start_worker() -> _Worker:
    pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_prepare_worker)
    return _Worker(pool, pool.submit(os.getpid))


def _stop_worker(worker: _Worker) -> None:
    worker.pool.shutdown(wait=False, cancel_futures=True)
    if worker.pid.done() and not worker.pid.cancelled() and worker.pid.exception() is None:
        try:
            os.kill(worker.pid.result(), signal.SIGTERM)
        except ProcessLookupError:
            return


def _prepare_worker() -> None:
    """Ctrl-C is the coordinator's to handle, and a worker ends when the coordinator does, however that ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _lost_case(spec: "CaseSpec") -> Case:
    return Case(
        kinase=spec.kinase or "",
        gene=kinase_named(spec.kinase).gene if spec.kinase else "",
        mutation=spec.mutation,
        ligand=spec.ligand,
        structure=spec.structure or "",
        status="failed",
        error=CaseError(
            stage="worker",
            error_type=BrokenProcessPool.__name__,
            message=f"the process died {ATTEMPTS_PER_CASE} times on this case (out of memory, or a crash in a library)",
            repeat_command=repeat_command(spec),
        ),
    )


def repeat_command(spec: "CaseSpec") -> str:
    """The command line that runs only this case."""
    options = {
        "--kinase": spec.kinase,
        "--mutation": spec.mutation,
        "--ligand": spec.ligand,
        "--structure": spec.structure,
        "--chain": spec.chain,
        "--ligand-residue": spec.ligand_residue,
        "--preset": spec.settings.preset,
        "--platform": spec.settings.platform,
        "--seed": str(spec.settings.seed),
    }
    words = [word for name, value in options.items() if value is not None for word in (name, value)]
    return shlex.join(["trkstruct", "scan", *words])
