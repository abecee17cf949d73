"""Kill a run again and again, at random times, and compare what it ends with to an undisturbed run.

Real processes: a coordinator with two workers and 40 short cases. A kill is a SIGKILL of the coordinator, after which
the same command is repeated, or the end of one worker, by SIGKILL, a segmentation fault, or ``sys.exit`` inside its
case, or a SIGSTOP, after which it does nothing more until the coordinator cuts its case off and the same command is
repeated; with --dask also of the scheduler, and what was killed there is started again, as a batch system would.
Counted are cases lost (not in the results), duplicated (twice in them) and computed again although they were finished.
"""

import argparse
import json
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import psutil

TESTS: Final = Path(__file__).parents[2] / "tests"
sys.path.insert(0, str(TESTS))

from support.ending_runs import LEAVE, RunThatIsAskedToLeave, ask_to_leave  # noqa: E402
from support.fake_pipeline import FakeSpec, called  # noqa: E402
from support.machine.dask_site import Site, start_site  # noqa: E402
from trkstruct.executor.run import run_plan  # noqa: E402
from trkstruct.executor.run_options import RunOptions  # noqa: E402
from trkstruct.files.run_folder import LOCK_NAME  # noqa: E402

WORKERS: Final = 2
LIGANDS: Final = ("larotrectinib", "entrectinib", "selitrectinib", "repotrectinib")
MUTATIONS: Final = ("WT", "G595R", "G595S", "F589L", "F589V", "G667C", "G667S", "V573M", "A608D", "V564I")
LONGEST_WAIT_SECONDS: Final = 3.0  # before a kill; starting a coordinator and its workers takes one to two
STARTS_HIT: Final = 0.3  # of the kills, which do not wait for a case
WORKERS_HIT: Final = 0.6  # of the kills
CASE_SECONDS: Final = 0.2  # what a case takes
DEADLINE_SECONDS: Final = 300.0  # of one run that is left alone
CASE_LIMIT_SECONDS: Final = 10.0  # so long is a stopped worker waited for
MOST_REPEATS: Final = 20  # of the command, besides one after each kill


@dataclass(frozen=True)
class Toll:
    """What happened in one folder."""

    coordinator_kills: int = 0
    worker_kills: int = 0
    scheduler_kills: int = 0
    lost: int = 0
    duplicated: int = 0
    recomputed: int = 0
    identical: bool = True

    def __add__(self, other: "Toll") -> "Toll":
        """Both together."""
        return Toll(
            self.coordinator_kills + other.coordinator_kills,
            self.worker_kills + other.worker_kills,
            self.scheduler_kills + other.scheduler_kills,
            self.lost + other.lost,
            self.duplicated + other.duplicated,
            self.recomputed + other.recomputed,
            self.identical and other.identical,
        )

    @property
    def kills(self) -> int:
        """Of either kind."""
        return self.coordinator_kills + self.worker_kills + self.scheduler_kills


def plan(n_cases: int) -> list[FakeSpec]:
    """The first cases of ten mutations and four ligands."""
    return [FakeSpec(mutation, ligand) for ligand in LIGANDS for mutation in MUTATIONS][:n_cases]


def coordinate(folder: Path, n_cases: int, scheduler: str | None) -> None:
    """What the process that gets killed does."""
    options = RunOptions(
        workers=None if scheduler else WORKERS, scheduler=scheduler, case_limit_seconds=CASE_LIMIT_SECONDS
    )
    run_plan(plan(n_cases), folder, RunThatIsAskedToLeave(), options)


def kill_until_finished(
    folder: Path, undisturbed: Path, n_cases: int, most_kills: int, rng: random.Random, site: Site | None = None
) -> Toll:
    """Run in a folder, killing up to a number of times, until the results are there; compare with another folder."""
    folder.mkdir(parents=True)
    kills = {"coordinator": 0, "worker": 0, "scheduler": 0}
    command = [sys.executable, __file__, "--coordinate", str(folder), str(n_cases), *([site.address] if site else [])]
    for _ in range(most_kills + MOST_REPEATS):
        if _all_well(folder):
            break
        process = subprocess.Popen(command)
        while process.poll() is None:
            left = most_kills - sum(kills.values())
            try:
                process.wait(_patience(process, folder, left, left == most_kills, rng))
            except subprocess.TimeoutExpired:
                if not left:
                    process.kill()
                    raise
                kills[_kill_one(process, folder, rng) if site is None else _kill_one_of_site(process, site, rng)] += 1
    return _compare(folder, undisturbed, n_cases, kills)


def _patience(process: "subprocess.Popen[bytes]", folder: Path, left: int, first: bool, rng: random.Random) -> float:
    """Seconds until the next kill: on any machine some hit the start of a run, and some, as the first, its work.

    The latter come with a case or soon after it.
    """
    if not left:
        return DEADLINE_SECONDS
    if not first and rng.random() < STARTS_HIT:
        return rng.uniform(0.1, LONGEST_WAIT_SECONDS)
    before, until = _cases_seen(folder), time.monotonic() + DEADLINE_SECONDS
    while _cases_seen(folder) == before and process.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    return 0.0 if first else rng.uniform(0.0, CASE_SECONDS)


def _cases_seen(folder: Path) -> int:
    """How many cases were started here, or came back from elsewhere."""
    return len(called(folder)) + sum(1 for _ in (folder / "cases").glob("*.json"))


def _kill_one(process: "subprocess.Popen[bytes]", folder: Path, rng: random.Random) -> str:
    """Kill the coordinator, or end or stop one of its workers; which one it was."""
    family = psutil.Process(process.pid).children()
    workers = [child for child in family if "spawn_main" in " ".join(_words(child))]
    if workers and rng.random() < WORKERS_HIT:
        _end_worker(rng.choice(workers), folder, rng)
        return "worker"
    process.send_signal(signal.SIGKILL)
    process.wait()
    psutil.wait_procs(family, timeout=30)
    return "coordinator"


def _end_worker(worker: psutil.Process, folder: Path, rng: random.Random) -> None:
    """End or stop a worker, in one of the ways in which that happens."""
    way = rng.choice(("killed", "crashed", "left", "stopped"))
    print(f"  a worker is {way}", file=sys.stderr)
    try:
        if way == "killed":
            worker.kill()
        elif way == "crashed":
            worker.send_signal(signal.SIGSEGV)
        elif way == "left":
            ask_to_leave(folder, worker.pid)
        else:
            worker.suspend()
    except psutil.NoSuchProcess:  # it ended meanwhile
        pass


def _all_well(folder: Path) -> bool:
    """Whether a run ended, and each of its cases well; a case that was cut off is tried again by the next."""
    path = folder / "results.json"
    return path.exists() and all(case["status"] == "ok" for case in json.loads(path.read_text())["cases"])


def _words(process: psutil.Process) -> list[str]:
    """Command line of a process; nothing when it has ended meanwhile."""
    try:
        return process.cmdline()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return []


def _kill_one_of_site(process: "subprocess.Popen[bytes]", site: Site, rng: random.Random) -> str:
    """Kill the coordinator, the scheduler or a worker, and start the latter two again; which one it was."""
    victim = rng.choice(("coordinator", "scheduler", "worker"))
    if victim == "coordinator":
        process.kill()
        process.wait()
    elif victim == "worker":
        rng.choice([worker for worker in site.workers if worker.poll() is None]).kill()
        site.start_worker()
    elif site.scheduler is not None:
        site.scheduler.kill()
        site.scheduler.wait()
        site.start_scheduler()
        for _ in range(WORKERS):
            site.start_worker()
    return victim


def _compare(folder: Path, undisturbed: Path, n_cases: int, kills: dict[str, int]) -> Toll:
    cases = json.loads((folder / "results.json").read_text())["cases"]
    ended_well = {(case["mutation"], case["ligand"]) for case in cases if case["status"] == "ok"}
    return Toll(
        coordinator_kills=kills["coordinator"],
        worker_kills=kills["worker"],
        scheduler_kills=kills["scheduler"],
        lost=n_cases - len(ended_well),
        duplicated=len(cases) - len({(case["mutation"], case["ligand"]) for case in cases}),
        recomputed=sum(name.endswith("!") for name in called(folder)),  # locally; workers elsewhere leave no such trace
        identical=_files(folder) == _files(undisturbed),
    )


def _files(folder: Path) -> dict[str, bytes]:
    """Contents of every file but the log of calls and the lock."""
    left_out = (folder / "calls", folder / LOCK_NAME, folder / LEAVE)
    paths = (path for path in folder.rglob("*") if path.is_file() and path not in left_out)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def main(least_kills: int, seed: int, n_cases: int = 40, dask: bool = False) -> int:
    """Repeat runs with up to ten kills each until there were enough; 1 when anything was lost."""
    rng, total, runs = random.Random(seed), Toll(), 0
    with TemporaryDirectory() as name:
        folder = Path(name)
        site = start_site(folder / "site", WORKERS) if dask else None
        coordinate(folder / "undisturbed", n_cases, None)
        started = time.monotonic()
        try:
            while total.kills < least_kills:
                runs += 1
                total += kill_until_finished(folder / f"run{runs}", folder / "undisturbed", n_cases, 10, rng, site)
                print(f"run {runs}: {total}", file=sys.stderr)
        finally:
            if site:
                site.stop()
    print(
        f"{runs} runs of {n_cases} cases, {total.coordinator_kills} kills of the coordinator, {total.worker_kills} of "
        f"a worker, {total.scheduler_kills} of the scheduler, {time.monotonic() - started:.0f} s: {total.lost} lost, "
        f"{total.duplicated} duplicated, {total.recomputed} finished cases computed again, results "
        f"{'identical' if total.identical else 'DIFFERENT'}"
    )
    return int(bool(total.lost or total.duplicated or total.recomputed or not total.identical))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=24, help="at least this many")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--dask", action="store_true", help="through a Dask scheduler")
    parser.add_argument(
        "--coordinate", nargs="+", metavar="FOLDER CASES [SCHEDULER]", help="what the killed process is given"
    )
    return parser.parse_args()


if __name__ == "__main__":
    options = _options()
    if options.coordinate:
        into, cases, *address = options.coordinate
        coordinate(Path(into), int(cases), address[0] if address else None)
    else:
        sys.exit(main(options.kills, options.seed, dask=options.dask))
