"""A scan on a SLURM cluster: batch jobs are the workers, this script is the coordinator (a login node will do).

Needs ``pip install 'trkstruct[dask]' dask-jobqueue`` here, and the same environment on the nodes. Change queue, memory
and times to those of your cluster; with ``--gpu`` each job has one GPU and one worker.
"""

import argparse
from typing import Final

from dask_jobqueue import SLURMCluster

import trkstruct

WALLTIME: Final = "04:00:00"
LIFETIME: Final = ("--lifetime", "225m", "--lifetime-stagger", "5m")  # workers leave before SLURM would kill them

SCHEDULER: Final = {"dashboard_address": "127.0.0.1:0"}  # a dashboard for this machine only


def cpu_cluster(queue: str, interface: str | None = None) -> SLURMCluster:
    """Jobs with 32 cores and one worker process per core."""
    return SLURMCluster(
        queue=queue,
        cores=32,
        processes=32,
        memory="64GB",
        walltime=WALLTIME,
        interface=interface,
        job_script_prologue=["export OPENMM_CPU_THREADS=1"],
        worker_extra_args=list(LIFETIME),
        scheduler_options=SCHEDULER,
    )


def gpu_cluster(queue: str, interface: str | None = None) -> SLURMCluster:
    """Jobs with one GPU and one worker, which says so to the scheduler."""
    return SLURMCluster(
        queue=queue,
        cores=1,
        processes=1,
        job_cpu=4,
        memory="8GB",
        walltime=WALLTIME,
        interface=interface,
        job_extra_directives=["--gres=gpu:1"],
        job_script_prologue=["export OPENMM_CPU_THREADS=1"],
        worker_extra_args=["--resources", "GPU=1", *LIFETIME],
        scheduler_options=SCHEDULER,
    )


def main() -> None:
    """Scan the panel; when this is stopped, the same command continues."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--queue", required=True)
    parser.add_argument("--interface", help="network interface that the nodes share, such as ib0")
    parser.add_argument("--gpu", action="store_true")
    parser.add_argument("--jobs", type=int, default=10, help="at most")
    parser.add_argument("-o", "--output", default="trkstruct-out")
    options = parser.parse_args()
    make_cluster = gpu_cluster if options.gpu else cpu_cluster
    settings = trkstruct.Settings(platform="CUDA" if options.gpu else "CPU")
    with make_cluster(options.queue, options.interface) as cluster:
        cluster.adapt(minimum_jobs=1, maximum_jobs=options.jobs)
        print(trkstruct.scan(settings=settings, out_dir=options.output, scheduler=cluster.scheduler_address))


if __name__ == "__main__":
    main()
