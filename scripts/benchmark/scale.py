"""What a run costs besides its cases: time and memory of the coordinator for 10^5 or 10^6 cases that compute nothing.

Everything is as in a real run (plan, content keys, one file per case written to the disk, results put together at the
end) but the case itself, which gives a ready answer at once. With --dask the cases go through a real scheduler and two
real workers on this machine.
"""

import argparse
import resource
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import psutil

TESTS: Final = Path(__file__).parents[2] / "tests"
sys.path.insert(0, str(TESTS))

from support.machine.dask_site import start_site  # noqa: E402
from trkstruct.case_parts import Clash, EnergyTerms  # noqa: E402
from trkstruct.cases.run_case import CaseResult  # noqa: E402
from trkstruct.cases.spec import CasePlan, CaseSpec  # noqa: E402
from trkstruct.executor.run import run_plan  # noqa: E402
from trkstruct.executor.run_options import RunOptions  # noqa: E402
from trkstruct.records import Case  # noqa: E402
from trkstruct.settings import Settings  # noqa: E402

MUTATIONS: Final = 400  # as a saturation scan of 21 positions has
SAMPLES: Final = 10
MEGABYTE: Final = 1 << 20


@dataclass(frozen=True)
class Sample:
    """How many cases were done after how long (s), with how much resident memory, and what had been written (MB)."""

    done: int
    seconds: float
    memory: float
    written: float


@dataclass
class Watch:
    """Looks at this process when a tenth, two tenths, ... of the cases are done."""

    total: int
    started: float = field(default_factory=time.perf_counter)
    done: int = 0
    samples: list[Sample] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with a look at it."""
        self.sample()

    def __call__(self, case: Case, kept: bool) -> None:
        """Count a case."""
        self.done += 1
        if self.done % (self.total // SAMPLES) == 0:
            self.sample()

    def sample(self) -> None:
        """Look at the clock, the memory and the bytes written."""
        process = psutil.Process()
        memory, written = process.memory_info().rss / MEGABYTE, process.io_counters().write_chars / MEGABYTE
        sample = Sample(self.done, time.perf_counter() - self.started, memory, written)
        self.samples.append(sample)
        print(f"{sample.done:>9} cases {sample.seconds:8.1f} s {memory:7.1f} MB", file=sys.stderr, flush=True)

    def written_kb_per_case(self, tenth: int) -> float:
        """What was written during a tenth of the cases: the same in the first and the last if files are only added."""
        before, after = self.samples[tenth], self.samples[tenth + 1]
        return 1024 * (after.written - before.written) / (after.done - before.done)


def plan(n_cases: int) -> CasePlan:
    """So many cases: 400 mutations, and as many ligands as it takes."""
    mutations = (("TRKA", "WT", None), *(("TRKA", f"X{number}A", None) for number in range(1, MUTATIONS)))
    ligands = tuple(f"ligand_{number}" for number in range(max(1, n_cases // MUTATIONS)))
    return CasePlan(mutations, ligands, CaseSpec(kinase="TRKA", mutation="WT", ligand="", settings=Settings()))


def answer_at_once(spec: CaseSpec, work_dir: Path) -> CaseResult:
    """A case with the parts that a real one has, and no complexes."""
    clash = Clash(
        protein_atom="A:ARG595:CZ",
        ligand_atom="C1",
        distance_angstrom=2.0,
        overlap_angstrom=1.4,
        severity="severe",
        region="solvent front",
    )
    terms = EnergyTerms(**dict.fromkeys(EnergyTerms.model_fields, 0.125))
    case = Case(
        kinase="TRKA",
        gene="NTRK1",
        mutation=spec.mutation,
        ligand=spec.ligand,
        structure="fake",
        status="ok",
        clashes_before=(clash,) * 5,
        clashes_after=(clash,),
        ddg_kcal_mol=1.0,
        ddg_terms=terms,
        binding_terms=terms,
    )
    return CaseResult(case, None, None)


def measure(n_cases: int, dask: bool) -> None:
    """Run, run again (every case is then kept), and print what both cost."""
    specs = plan(n_cases)
    with TemporaryDirectory() as name:
        folder = Path(name)
        site = start_site(folder / "site") if dask else None
        try:
            options = RunOptions(scheduler=site.address) if site else RunOptions(workers=0)
            for what in ("computed", "kept"):
                watch, before = Watch(len(specs)), resource.getrusage(resource.RUSAGE_SELF)
                run_plan(specs, folder / "out", answer_at_once, options, watch)
                said = f"{len(specs)} cases {what}{' through Dask' if dask else ''}: {_said(watch, before, folder)}"
                print(said, flush=True)
        finally:
            if site:
                site.stop()


def _said(watch: Watch, before: resource.struct_rusage, folder: Path) -> str:
    """What a run that is over has cost."""
    first, last, after = watch.samples[1], watch.samples[-1], resource.getrusage(resource.RUSAGE_SELF)
    results_seconds = time.perf_counter() - watch.started - last.seconds
    cpu_seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    results_mb = (folder / "out" / "results.json").stat().st_size / MEGABYTE
    return (
        f"{last.seconds:.0f} s ({last.done / last.seconds:.0f} per second), then results.json ({results_mb:.0f} MB) "
        f"and .csv in {results_seconds:.0f} s; {1000 * cpu_seconds / last.done:.2f} CPU-ms per case; memory "
        f"{first.memory:.0f} MB after a tenth, {last.memory:.0f} MB after all, peak {after.ru_maxrss / 1024:.0f} MB; "
        f"written per case {watch.written_kb_per_case(0):.1f} KB in the first tenth, "
        f"{watch.written_kb_per_case(SAMPLES - 1):.1f} KB in the last"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--dask", action="store_true")
    options = parser.parse_args()
    measure(options.cases, options.dask)
