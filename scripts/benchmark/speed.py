"""How fast a case is, measured beside what one would write without trkstruct, and what its cost grows with.

    python scripts/benchmark/speed.py [--cores 2] [--part ratio|stages|growth]... [--gpu CUDA] [--json FILE]

``ratio``: (a) one mutant by PDBFixer, the whole kinase domain with its ligand minimised in ``implicit/obc2.xml`` (100
iterations, CPU platform on all cores), single-trajectory MM-GBSA; (b) the same mutants as cases of ``trkstruct scan``,
one process per core. Both run in turns in one run on this machine, wild types aside; the ratio is what counts.
``stages``: where the time of a case goes. ``growth``: one setting changed at a time. ``--gpu``: the same cases on the
CPU, one per core, and on that platform with one, two, four and eight of them in flight.
"""

import argparse
import cProfile
import json
import platform
import pstats
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

import numpy as np
from rich.console import Console
from rich.table import Table

from trkstruct.cases.plan import plan_and_check
from trkstruct.cases.spec import CaseSpec
from trkstruct.errors import RelaxationError
from trkstruct.settings import Settings
from whole_domain_mm_gbsa import run_baseline

KINASE: Final = "TRKA"
BASELINE_MUTATIONS: Final = ("G595R", "F589L")
MUTATIONS: Final = ("G595R", "F589L", "G667C", "G667S")
LIGANDS: Final = ("larotrectinib", "selitrectinib")
STAGES: Final = {  # functions that follow one another in a case, and what they do
    ("relaxed_wild_type.py", "load_relaxed_wild_type"): "relaxed wild type (shared by the mutants of a ligand)",
    ("ddg.py", "choose_region"): "rotamers screened, pocket chosen",
    ("ddg.py", "_relax_region"): "wild type relaxed in the pocket",
    ("ddg.py", "build_mutant"): "mutant built",
    ("search.py", "search_minima"): "rotamers, crossing, transplants",
    ("search.py", "at_solute_dielectric"): "minima with the other dielectric constant",
    ("terms.py", "relax_free_ligand"): "free ligand",
    ("terms.py", "binding_terms"): "energy terms",
    ("clashes.py", "find_clashes"): "clashes",
    ("measurements.py", "_occlusion"): "occlusion",
}
IN_FLIGHT: Final = (1, 2, 4, 8)  # cases that share a GPU
EVALUATION: Final = ("pocket_energy.py", "evaluate")
GROWTH: Final = {
    "as it is": {},
    "1 rotamer": {"rotamers_minimized": 1},
    "6 rotamers": {"rotamers_minimized": 6},
    "pocket of 6 Å": {"kept_radius_angstrom": 6.0},
    "pocket of 10 Å": {"kept_radius_angstrom": 10.0},
    "pocket of 12 Å": {"kept_radius_angstrom": 12.0},
}


@dataclass(frozen=True)
class Measured:
    """What a function returned, its wall-clock and processor seconds and the peak memory of its process."""

    result: Any
    wall_seconds: float
    cpu_seconds: float
    peak_mib: float


def measure(function: Callable[..., Any], *arguments: Any) -> Measured:
    """Run a function in a fresh process of its own."""
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_measured, function, arguments).result()


def _measured(function: Callable[..., Any], arguments: Sequence[Any]) -> Measured:
    wall, cpu = time.perf_counter(), _cpu_seconds()
    result = function(*arguments)
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    per_mib = 2**20 if sys.platform == "darwin" else 2**10
    return Measured(result, time.perf_counter() - wall, _cpu_seconds() - cpu, peak / per_mib)


def _cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def run_scan(specs: Sequence[CaseSpec], cores: int) -> list[dict[str, Any]]:
    """Cases as ``trkstruct scan`` runs them, in a folder that is thrown away."""
    from trkstruct.cases.run_case import run_case
    from trkstruct.executor.run import run_plan
    from trkstruct.executor.run_options import RunOptions
    from trkstruct.report.results import load_results

    with tempfile.TemporaryDirectory() as folder:
        run_plan(specs, Path(folder), run_case, RunOptions(workers=cores if cores > 1 else 0))
        results = load_results(folder)
    return [{"mutation": c.mutation, "ligand": c.ligand, "seconds": c.wall_seconds} for c in results.cases]


def run_profiled(spec: CaseSpec) -> dict[str, Any]:
    """One case under the profiler, from its wild type on: seconds by stage and evaluations."""
    from trkstruct.cases.run_case import run_case

    with tempfile.TemporaryDirectory() as folder:
        run_case(spec, Path(folder))  # compiles, opens the platform
        (Path(folder) / "fresh").mkdir()
        profile = cProfile.Profile()
        began = time.perf_counter()
        profile.runcall(run_case, spec, Path(folder) / "fresh")
        total = time.perf_counter() - began
    found: dict[tuple[str, str], tuple[int, float]] = {}
    for (file, _, name), (_, calls, _, cumulative, _) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        key = (Path(file).name, name)
        if key in STAGES or key == EVALUATION:
            found[key] = (calls, cumulative)
    evaluations, in_evaluations = found[EVALUATION]
    return {
        "stages": {STAGES[key]: found[key][1] for key in STAGES if key in found},
        "total_seconds": total,
        "evaluations": evaluations,
        "evaluation_seconds": in_evaluations,
    }


def compare_with_baseline(cores: int, console: Console) -> dict[str, Any]:
    """Part ``ratio``."""
    specs = plan_and_check((KINASE,), MUTATIONS, LIGANDS, Settings())
    baseline, scans = [], []
    for mutation in BASELINE_MUTATIONS:  # in turns, for a machine may be slower for some minutes
        baseline.append(measure(run_baseline, KINASE, mutation, LIGANDS[0], cores))
        scans.append(measure(run_scan, specs, cores))
    seconds = [sum(value for name, value in m.result.items() if name.endswith("seconds")) for m in baseline]
    alone = [case["seconds"] for scanned in scans for case in scanned.result if case["mutation"] != "WT"]
    references = len(LIGANDS)
    per_case = sum(scanned.wall_seconds for scanned in scans) / len(alone)
    ratio = float(np.mean(seconds)) / per_case
    table = Table("", "wall s per mutant", "peak MiB", box=None, title=f"Side by side, {cores} cores")
    table.add_row("PDBFixer, whole kinase in OBC2, MM-GBSA", f"{np.mean(seconds):.0f}", f"{baseline[0].peak_mib:.0f}")
    table.add_row(
        f"trkstruct, all of a scan of {len(specs)} cases, {references} references and start-up included",
        f"{per_case:.1f}",
        f"{scans[0].peak_mib:.0f} each process",
    )
    table.add_row("  median of the single cases, one process each", f"{np.median(alone):.1f}", "")
    console.print(table)
    console.print(f"ratio {ratio:.0f}")
    return {
        "baseline": [asdict(m) for m in baseline],
        "scans": [asdict(m) for m in scans],
        "seconds_per_case": per_case,
        "median_case_seconds": float(np.median(alone)),
        "ratio": ratio,
    }


def show_stages(console: Console) -> dict[str, Any]:
    """Part ``stages``."""
    spec = plan_and_check((KINASE,), (MUTATIONS[0],), LIGANDS[:1], Settings())[-1]
    measured = measure(run_profiled, spec)
    found = measured.result
    table = Table("stage", "s", "share", box=None, title=f"{spec.label}, one process, first of its ligand")
    rest = found["total_seconds"] - sum(found["stages"].values())
    for name, seconds in [*found["stages"].items(), ("files, evidence and the rest", rest)]:
        table.add_row(name, f"{seconds:.2f}", f"{seconds / found['total_seconds']:.0%}")
    table.add_row("all", f"{found['total_seconds']:.2f}", "", end_section=True)
    console.print(table)
    per_evaluation = 1000 * found["evaluation_seconds"] / found["evaluations"]
    console.print(
        f"{found['evaluations']} evaluations of energy and forces, {per_evaluation:.1f} ms each, "
        f"{found['evaluation_seconds'] / found['total_seconds']:.0%} of the time; peak {measured.peak_mib:.0f} MiB"
    )
    return {**found, "peak_mib": measured.peak_mib}


def show_growth(console: Console) -> dict[str, float]:
    """Part ``growth``."""
    table = Table("setting", "s per mutant", "times", box=None, title="One setting changed at a time, one process")
    seconds: dict[str, float] = {}
    for name, change in GROWTH.items():
        specs = plan_and_check((KINASE,), MUTATIONS[:2], LIGANDS[:1], Settings().model_copy(update=change))
        cases = measure(run_scan, specs, 1).result
        seconds[name] = float(np.mean([case["seconds"] for case in cases if case["mutation"] != "WT"]))
        table.add_row(name, f"{seconds[name]:.1f}", f"{seconds[name] / seconds['as it is']:.1f}")
    for count in (2, 4, 8):
        specs = plan_and_check(
            (KINASE,), MUTATIONS[: max(2, count // 2)], LIGANDS[: 1 if count == 2 else 2], Settings()
        )
        measured = measure(run_scan, specs, 1)
        seconds[f"{len(specs)} cases"] = measured.wall_seconds
        table.add_row(f"{len(specs)} cases in one process, in all", f"{measured.wall_seconds:.0f}", "")
    console.print(table)
    return seconds


def compare_with_gpu(name: str, device: str, cores: int, console: Console) -> dict[str, Any]:
    """Cases per minute on the CPU and on a GPU, side by side."""
    plan = partial(plan_and_check, (KINASE,), MUTATIONS, LIGANDS)
    table = Table("", "in flight", "cases per minute", "times", box=None, title=f"CPU, and {name} on {device}")
    rates: dict[str, float] = {}
    for platform_name, workers in (("CPU", cores), *((name, count) for count in IN_FLIGHT)):
        scanned = measure(run_scan, plan(Settings(platform=platform_name)), workers)
        rate = 60 * len(scanned.result) / scanned.wall_seconds
        rates[f"{platform_name}, {workers}"] = rate
        table.add_row(platform_name, str(workers), f"{rate:.1f}", f"{rate / next(iter(rates.values())):.1f}")
    console.print(table)
    return {"device": device, "cases_per_minute": rates}


def name_device(name: str) -> str:
    """What OpenMM calls the first device of a platform."""
    import openmm

    from trkstruct.energy.forcefield import choose_platform

    system = openmm.System()
    system.addParticle(1.0)
    context = openmm.Context(system, openmm.VerletIntegrator(0.001), choose_platform(name))
    return str(context.getPlatform().getPropertyValue(context, "DeviceName"))


def main() -> None:
    """Run the parts and print their tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--part", action="append", choices=("ratio", "stages", "growth"))
    parser.add_argument("--gpu", choices=("CUDA", "HIP", "OpenCL"), help="compare the CPU with that platform")
    parser.add_argument("--json", type=Path, help="the numbers in full")
    options = parser.parse_args()
    try:
        device = measure(name_device, options.gpu).result if options.gpu else ""
    except RelaxationError as error:
        parser.error(str(error))
    parts = options.part or (() if options.gpu else ("ratio", "stages", "growth"))
    console = Console(width=120)
    found: dict[str, Any] = {"machine": f"{platform.machine()}, {options.cores} cores, Python {sys.version.split()[0]}"}
    if "ratio" in parts:
        found["ratio"] = compare_with_baseline(options.cores, console)
    if "stages" in parts:
        found["stages"] = show_stages(console)
    if "growth" in parts:
        found["growth"] = show_growth(console)
    if options.gpu:
        found["gpu"] = compare_with_gpu(options.gpu, device, options.cores, console)
    if options.json:
        options.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
