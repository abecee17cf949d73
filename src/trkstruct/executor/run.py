"""From a plan of cases to results: finished cases are kept, lost ones reported, the results written at the end."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from filelock import FileLock, Timeout

from trkstruct.cases.spec import CasePlan, CaseSpec, failed_case
from trkstruct.errors import InputError
from trkstruct.executor.case_queue import Task
from trkstruct.executor.open_files import reserve_open_files
from trkstruct.executor.outcomes import LostCase, Run
from trkstruct.executor.output_folder import (
    Tally,
    finished_case,
    open_folder,
    save_case,
    stored_case,
    sweep,
    write_results,
)
from trkstruct.executor.run_options import RunOptions
from trkstruct.executor.runner import open_runner
from trkstruct.executor.workers import available_cores
from trkstruct.files.outputs import write_atomic, write_error
from trkstruct.files.run_folder import LOCK_NAME, SETTINGS_NAME
from trkstruct.kinase.mutation import WILD_TYPE
from trkstruct.records import Case, Results
from trkstruct.versions import VERSION, installed_versions

if TYPE_CHECKING:
    from trkstruct.cases.run_case import CaseResult

_log = logging.getLogger(__name__)

Done = Callable[[Case, bool], None]

REPORTED_CASES: Final = 5000  # a page or a table of more is read by nobody, and they would have to fit into memory


def run_plan(
    specs: Sequence[CaseSpec],
    out_dir: Path,
    run: Run,
    options: RunOptions | None = None,
    on_done: Done | None = None,
) -> Tally:
    """Run cases and write ``results.json`` and ``results.csv`` in the order of the plan, whatever finished first.

    Each case is written when it is finished, by this process, and not kept in memory; ``load_results`` reads them.

    Parameters
    ----------
    specs : sequence of CaseSpec
        The plan; the wild type of a kinase and ligand runs before its mutants, which start from its relaxed states.
    out_dir : Path
        Cases finished there earlier under the same content key are taken as they are.
    run : callable
        ``run_case``; must be importable by a worker process.
    options : RunOptions, optional
        By default one worker process per available core.
    on_done : callable, optional
        Called in this process with each case and whether it was taken from an earlier run.

    Returns
    -------
    Tally
        How many cases there are, and how many of them failed.

    Raises
    ------
    InputError
        When there is nothing to run, the folder cannot be written, another run is using it, or there are too many
        workers for the system's limit on open files.
    RelaxationError
        When the platform asked for is not there; nothing is written then.
    RunError
        When the disk is full, or the scheduler went away; finished cases are kept.
    """
    plan = specs if isinstance(specs, CasePlan) else tuple({spec.key(): spec for spec in specs}.values())
    if not plan:
        raise InputError("There is no case to run; name a kinase, a mutation and a ligand.")
    settings, options = plan[0].settings, options or RunOptions()
    if options.scheduler is None:
        reserve_open_files(min(available_cores() if options.workers is None else options.workers, len(plan)))
    with (
        open_runner(run, out_dir, settings, options) as runner,
        _only_run_in(out_dir),
        closing(runner.run(_unfinished(plan, out_dir, on_done))) as outcomes,
    ):
        if options.settings_text:
            write_atomic(out_dir / SETTINGS_NAME, options.settings_text)
        _log.info(f"{len(plan)} cases on {runner.platform}; each that is finished is kept in {out_dir}.")
        for task, result in outcomes:
            case = _save(out_dir, task, result, options.keep_complexes)
            _log.info(f"{task.spec.label}: {case.status} after {case.wall_seconds:.1f} s, kept.")
            if on_done:
                on_done(case, False)
        header = Results(
            trkstruct_version=VERSION,
            settings=settings,
            versions=installed_versions(),
            platform=runner.platform,
            cases=(),
        )
        return write_results(out_dir, header, (_stored(out_dir, spec) for spec in plan))


def _unfinished(plan: Sequence[CaseSpec], out_dir: Path, on_done: Done | None) -> Iterator[Task]:
    """Tasks that an earlier run has not finished: all wild types, then all mutants."""
    for wild_types in (True, False):
        for spec in plan.by_ligand() if isinstance(plan, CasePlan) else plan:
            if (spec.mutation == WILD_TYPE) is not wild_types:
                continue
            key = spec.key()
            case = finished_case(out_dir, spec.label, key)
            if case is None:
                yield Task(key, spec)
            elif on_done:
                on_done(case, True)


def _save(out_dir: Path, task: Task, result: "CaseResult | LostCase", keep_complexes: bool) -> Case:
    if isinstance(result, LostCase):
        case = failed_case(task.spec, stage="worker", error_type=result.error_type, message=result.message)
        return save_case(out_dir, task.spec.label, task.key, case)
    kept = (result.complex_pdb, result.apo_pdb, result.before_pdb, result.diagram_svg)
    texts = kept if keep_complexes else ()
    return save_case(out_dir, task.spec.label, task.key, result.case, *texts)


def _stored(out_dir: Path, spec: CaseSpec) -> Case:
    """A case that this run has seen stored, for the results."""
    case = stored_case(out_dir, spec.label, spec.key())
    if case is not None:
        return case
    message = "its stored result was removed or changed during the run, or holds what cannot be read back"
    return failed_case(spec, stage="storing the result", error_type="InputError", message=message)


@contextmanager
def _only_run_in(out_dir: Path) -> Iterator[None]:
    """Make the output folder and have it to oneself."""
    open_folder(out_dir)
    lock = FileLock(out_dir / LOCK_NAME)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise InputError(
            f"Another trkstruct run is writing to {out_dir}. Wait for it, or choose another folder with -o."
        ) from error
    except OSError as error:
        raise write_error(out_dir / LOCK_NAME, error) from error
    try:
        sweep(out_dir)
        yield
    finally:
        lock.release()
