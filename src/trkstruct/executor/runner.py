"""Those who run the cases: this process, worker processes, or the workers of a Dask scheduler."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from trkstruct.executor.case_queue import Task
from trkstruct.executor.outcomes import Outcomes, Run
from trkstruct.executor.run_options import RunOptions
from trkstruct.executor.workers import run_here, run_in_workers
from trkstruct.settings import Settings


@dataclass(frozen=True)
class Runner:
    """Somebody who runs cases.

    Attributes
    ----------
    platform : str
        OpenMM platform that computes there.
    run : callable
        Given tasks, yields each with its result as it comes; closing what it gives ends everything that is under way.
    """

    platform: str
    run: Callable[[Iterable[Task]], Outcomes]


@contextmanager
def open_runner(run: Run, out_dir: Path, settings: Settings, options: RunOptions) -> Iterator[Runner]:
    """Reach those who shall run the cases, and see that they have the platform of the settings; nothing is written.

    Raises
    ------
    InputError
        When the scheduler cannot be reached, or its workers are of no use.
    RelaxationError
        When the platform is not there.
    """
    limit_seconds = options.case_limit_seconds
    if options.scheduler is not None:
        from trkstruct.executor.dask_cluster import run_on_cluster
        from trkstruct.executor.dask_scheduler import open_cluster

        with open_cluster(options.scheduler, settings.platform) as cluster:
            there = partial(run_on_cluster, out_dir=out_dir, run=run, cluster=cluster, limit_seconds=limit_seconds)
            yield Runner(cluster.platform, there)
        return
    from trkstruct.energy.forcefield import choose_platform

    platform = str(choose_platform(settings.platform).getName())
    if options.workers == 0:
        yield Runner(platform, partial(run_here, out_dir=out_dir, run=run))
    else:
        workers = options.workers
        here = partial(run_in_workers, out_dir=out_dir, run=run, workers=workers, limit_seconds=limit_seconds)
        yield Runner(platform, here)
