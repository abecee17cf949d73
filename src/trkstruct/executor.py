"""From a plan of cases to results: finished cases are kept, lost ones reported, the results written at the end."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from trkstruct.cases import CaseSpec, failed_case, plan_cases
from trkstruct.errors import InputError
from trkstruct.records import Case
from trkstruct.results import Results
from trkstruct.settings import Settings
from trkstruct.store import finished_cases, open_folder, save_case, write_results
from trkstruct.versions import VERSION, installed_versions
from trkstruct.workers import ATTEMPTS_PER_CASE, Run, run_here, run_in_workers

Done = Callable[[Case, bool], None]

LOCK_NAME: Final = ".trkstruct.lock"


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
        Gets ``results.json``, ``results.csv``, ``report.html`` and the complexes. Finished cases found there under
        the same inputs are not computed again.
    workers : int
        Processes; 0 runs in this one. A script that asks for more needs ``if __name__ == "__main__":`` around its main
        part, as every use of ``multiprocessing`` does.

    Raises
    ------
    InputError
        Before anything is written, when an argument cannot be used.
    """
    from trkstruct.pipeline import run_case
    from trkstruct.report import write_report

    specs = plan_cases(
        tuple(kinases),
        tuple(mutations),
        tuple(ligands),
        settings or Settings(),
        structure=None if structure is None else str(structure),
        chain=chain,
        ligand_residue=ligand_residue,
    )
    results = run_cases(specs, Path(out_dir), run=run_case, workers=workers)
    write_report(results, Path(out_dir))
    return results


def run_cases(
    specs: Sequence[CaseSpec],
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
    RelaxationError
        When the platform asked for is not there; nothing is written then.
    """
    plan = {spec.key(): spec for spec in specs}
    if not plan:
        raise InputError("There is no case to run; name a kinase, a mutation and a ligand.")
    settings = next(iter(plan.values())).settings
    platform = _platform_name(settings)
    open_folder(out_dir)
    with _only_run_in(out_dir):
        cases = finished_cases(out_dir, {key: spec.label for key, spec in plan.items()})
        for case in cases.values():
            if on_done:
                on_done(case, True)
        todo = {key: spec for key, spec in plan.items() if key not in cases}
        outcomes = run_here(todo, out_dir, run) if workers == 0 else run_in_workers(todo, out_dir, run, workers)
        for key, result in outcomes:
            label = plan[key].label
            if result is None:
                cases[key] = save_case(out_dir, label, key, _lost_case(plan[key]))
            else:
                cases[key] = save_case(
                    out_dir, label, key, result.case, result.complex_pdb, result.apo_pdb, result.before_pdb
                )
            if on_done:
                on_done(cases[key], False)
        results = Results(
            trkstruct_version=VERSION,
            settings=settings,
            versions=installed_versions(),
            platform=platform,
            cases=tuple(cases[key] for key in plan),
        )
        write_results(out_dir, results)
    return results


def _platform_name(settings: Settings) -> str:
    from trkstruct.forcefield import choose_platform

    return str(choose_platform(settings.platform).getName())


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


def _lost_case(spec: CaseSpec) -> Case:
    message = f"the process died {ATTEMPTS_PER_CASE} times on this case (out of memory, or a crash in a library)"
    return failed_case(spec, stage="worker", error_type="BrokenProcessPool", message=message)
