"""A Dask scheduler and its workers as processes of their own on loopback, as a cluster would have them."""

import json
import os
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

TESTS = Path(__file__).parents[2]
START_SECONDS = 60.0


@dataclass
class Site:
    """Processes of a scheduler and of workers that share no folder with the coordinator."""

    folder: Path
    port: int
    options: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    protocol: str = "tcp"
    scheduler: "subprocess.Popen[bytes] | None" = None
    workers: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    @property
    def address(self) -> str:
        """What ``--scheduler`` is given."""
        return f"{self.protocol}://127.0.0.1:{self.port}"

    def start_scheduler(self) -> None:
        """Start it, and wait until it listens."""
        file = self.folder / "scheduler.json"
        file.unlink(missing_ok=True)
        words = ("--protocol", self.protocol, "--host", "127.0.0.1", "--port", str(self.port))
        words = (*words, "--no-dashboard", "--scheduler-file", str(file))
        self.scheduler = self._start("dask_scheduler", *words)
        deadline = time.monotonic() + START_SECONDS
        while True:
            with suppress(OSError, ValueError):
                self.port = int(json.loads(file.read_text())["address"].rpartition(":")[2])
                return
            assert self.scheduler.poll() is None, "the scheduler ended"
            assert time.monotonic() < deadline, "the scheduler does not start"
            time.sleep(0.05)

    def start_worker(self, nanny: bool = False) -> None:
        """Start one that runs one case at a time; a nanny starts it again when it dies."""
        local, nannies = self.folder / f"worker{len(self.workers)}", "--nanny" if nanny else "--no-nanny"
        words = ("--nthreads", "1", "--no-dashboard", nannies, "--local-directory", str(local), *self.options)
        self.workers.append(self._start("dask_worker", self.address, *words))

    def stop(self) -> None:
        """End all of it."""
        for process in (*self.workers, self.scheduler):
            if process is not None and process.poll() is None:
                process.kill()
                process.wait()

    def _start(self, module: str, *words: str) -> "subprocess.Popen[bytes]":
        path = os.pathsep.join((str(TESTS), os.environ.get("PYTHONPATH", "")))
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{module}", *words],
                cwd=self.folder, env={**os.environ, **self.environment, "PYTHONPATH": path}, stdout=log, stderr=log,
            )  # fmt: skip


def start_site(folder: Path, workers: int = 2, protocol: str = "tcp", **environment: str) -> Site:
    """A scheduler on a free port, and workers."""
    folder.mkdir(parents=True, exist_ok=True)
    site = Site(folder, port=0, environment=environment, protocol=protocol)
    site.start_scheduler()
    for _ in range(workers):
        site.start_worker()
    return site
