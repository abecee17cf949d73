"""Connecting to a Dask scheduler: is it there, and can its workers run cases?"""

import logging
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from trkstruct.errors import InputError, RunError
from trkstruct.executor.remote_case import check_versions
from trkstruct.executor.workers import THREADS_VARIABLE
from trkstruct.versions import installed_versions

if TYPE_CHECKING:
    from distributed import Client, Worker

GPU_PLATFORMS: Final = ("CUDA", "HIP", "OpenCL")
GPU_RESOURCE: Final = "GPU"
CONNECT_SECONDS: Final = 30.0  # also what a scheduler that went away has to come back
CLOSE_SECONDS: Final = 2.0
POLL_SECONDS: Final = 0.1  # between looks at a connection that was lost
ASKED_AT_MOST: Final = 5  # times, when every worker is lost before it has answered

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Cluster:
    """A scheduler that was connected to, its address, and the OpenMM platform of its workers."""

    client: "Client"
    address: str
    platform: str


@contextmanager
def open_cluster(address: str, platform: str) -> Iterator[Cluster]:
    """Connect to a Dask scheduler whose workers can run cases on an OpenMM platform.

    Parameters
    ----------
    address : str
        ``tcp://host:8786``, or ``tls://host:8786`` with the certificates of Dask's configuration.
    platform : str
        Name, or ``auto`` for the one that all workers would choose.

    Raises
    ------
    InputError
        When Dask is not installed, nothing answers there, or a worker has other versions or platforms than are needed.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise InputError("--scheduler needs Dask: pip install 'trkstruct[dask]'.") from error
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:  # TypeError: tls:// without certificates
        reason = str(error).partition("\n")[0]
        raise InputError(
            f"No Dask scheduler can be reached at {address} ({reason}). Is it running ('dask scheduler'), and is the "
            "address right?"
        ) from error
    try:
        try:
            found = _common_platform(client, address, platform)
        except OSError as error:
            raise scheduler_gone(address) from error
        yield Cluster(client, address, found)
    finally:
        client.close(timeout=CLOSE_SECONDS)


def scheduler_gone(address: str) -> RunError:
    """What is raised when the connection to a scheduler was lost for good."""
    return RunError(
        f"The Dask scheduler at {address} is gone. Finished cases are kept; start it and repeat the "
        "command to continue."
    )


def describe_worker(platform: str, versions: Mapping[str, str]) -> str:
    """The OpenMM platform that this worker takes.

    Raises
    ------
    InputError, RelaxationError
        When it has other versions, or not that platform.
    """
    from trkstruct.energy.forcefield import choose_platform

    check_versions(versions)
    return str(choose_platform(platform).getName())


def declares_gpu(dask_worker: "Worker") -> bool:
    """Whether this worker was started with a GPU to give to cases; Dask hands it in under this name."""
    return GPU_RESOURCE in dask_worker.state.total_resources


def prepare(client: "Client", address: str) -> None:
    """Wait for a first worker, and let OpenMM use one thread in all of them, those that join later included."""
    from distributed import WorkerPlugin

    class OneThread(WorkerPlugin):  # type: ignore[misc]
        """Set before OpenMM is loaded, which is when it reads it."""

        def setup(self, worker: object) -> None:
            os.environ.setdefault(THREADS_VARIABLE, "1")

    client.register_plugin(OneThread(), name="trkstruct-one-thread")
    if not client.nthreads():
        _log.warning("No worker has joined the scheduler at %s yet; waiting for one.", address)
        client.wait_for_workers(1)


def await_return(cluster: Cluster) -> None:
    """Wait until a scheduler that went away is there again, and ready for cases.

    Raises
    ------
    RunError
        When it does not come back.
    """
    client, address = cluster.client, cluster.address
    while True:
        while client.status == "connecting":
            time.sleep(POLL_SECONDS)
        if client.status != "running":
            raise scheduler_gone(address)
        try:
            prepare(client, address)
        except OSError:  # gone again
            time.sleep(POLL_SECONDS)
        else:
            return


def _common_platform(client: "Client", address: str, asked: str) -> str:
    """The platform of the workers that would get the cases."""
    with_gpu = [worker for worker, has_one in _ask(client, address, declares_gpu).items() if has_one is True]
    asked_ones = with_gpu if asked in GPU_PLATFORMS else []
    answers = _ask(client, address, describe_worker, asked, installed_versions(), workers=asked_ones or None)
    for worker, answer in answers.items():
        if isinstance(answer, BaseException):
            raise InputError(f"Worker {worker} of {address} cannot run cases: {answer}") from answer
    found = sorted({str(answer) for answer in answers.values()})
    if len(found) > 1:
        raise InputError(
            f"The workers of {address} have different platforms: {', '.join(found)}; choose with --platform."
        )
    if found[0] in GPU_PLATFORMS and not with_gpu:
        raise InputError(
            f"No worker of {address} declares a GPU, so none would get a case on {found[0]}. Start one per GPU: "
            f"dask worker {address} --nthreads 1 --resources {GPU_RESOURCE}=1"
        )
    return found[0]


def _ask(
    client: "Client", address: str, question: Callable[..., object], *words: object, workers: list[str] | None = None
) -> dict[str, object]:
    """What workers (by default all) return or raise; those that are lost meanwhile have no say if others are there.

    Raises
    ------
    OSError
        When the scheduler is gone.
    """
    answers: dict[str, object] = {}
    for _ in range(ASKED_AT_MOST):
        prepare(client, address)
        answers = client.run(question, *words, workers=workers, on_error="return")
        heard = {worker: answer for worker, answer in answers.items() if not isinstance(answer, OSError)}
        if heard:
            return heard
        workers = None
    return answers
