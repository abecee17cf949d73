"""Does a process that computes hundreds of cases grow? 500 real cases, one after the other, in this process.

A case does everything that one of a scan does, on less: pockets and new side chains are small, iterations two, and the
inside of the protein has one dielectric constant, so it takes about a second; its numbers mean nothing.
"""

import argparse
import gc
import sys
import time
from itertools import cycle, islice, product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import psutil

from trkstruct.cases.run_case import run_case
from trkstruct.cases.spec import CaseSpec
from trkstruct.settings import Settings

QUICK: Final = Settings(
    backbones=1,
    preset="fast",
    platform="CPU",
    kept_radius_angstrom=4.0,
    mobile_radius_angstrom=2.0,
    iterations=2,
    rotamers_minimized=1,
    solute_dielectrics=(1.0,),
    reference_iterations=2,
    reference_kept_radius_angstrom=5.0,
    reference_mobile_radius_angstrom=2.5,
)
MUTATIONS: Final = ("G595A", "G595S", "G667A", "G667S", "A608S")
LIGANDS: Final = ("larotrectinib", "repotrectinib")
WARM: Final = 50  # cases after which everything that is loaded or cached once has been
LARGEST_GROWTH: Final = 0.05
MEGABYTE: Final = 1 << 20


def specs(n_cases: int) -> list[CaseSpec]:
    """So many cases, ten different ones over and over."""
    pairs = islice(cycle(product(MUTATIONS, LIGANDS)), n_cases)
    return [CaseSpec(kinase="TRKA", mutation=mutation, ligand=ligand, settings=QUICK) for mutation, ligand in pairs]


def memory_mb() -> float:
    """Resident memory of this process."""
    gc.collect()
    return psutil.Process().memory_info().rss / MEGABYTE


def soak(n_cases: int) -> int:
    """Run the cases; 1 when memory grew too much after the first ones, or a case failed."""
    started, failed, warm = time.perf_counter(), 0, 0.0
    with TemporaryDirectory() as folder:
        for number, spec in enumerate(specs(n_cases), start=1):
            failed += run_case(spec, Path(folder)).case.status == "failed"
            if number == WARM:
                warm = memory_mb()
            if number % WARM == 0:
                said = f"{number} cases, {time.perf_counter() - started:.0f} s, {memory_mb():.1f} MB, {failed} failed"
                print(said, file=sys.stderr, flush=True)
    final = memory_mb()
    growth = final / warm - 1
    print(
        f"{n_cases} cases in one process, {time.perf_counter() - started:.0f} s: {warm:.0f} MB after {WARM}, "
        f"{final:.0f} MB at the end, {100 * growth:+.1f} %; {failed} failed"
    )
    return int(growth > LARGEST_GROWTH or failed > 0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cases", type=int, default=500)
    sys.exit(soak(parser.parse_args().cases))
