"""How well side chains are built: rebuilt in their own crystal, and as mutations between crystals of related kinases.

``native``: a residue is cut off and built again, everything else in place; the easy bound. ``development`` and
``held-out``: wherever two TRK kinases differ, the residue of one is built into the crystal of the other and compared
with its own crystal, superposed on the backbone within 10 Å; what a real mutation needs, and harder, because other
residues differ too. The development pairs decided the settings, the held-out pairs nothing. Disordered side chains are
left out by their B factors; ``unfiltered`` is the same against a file without B factors, loose side chains included.

    python scripts/benchmark/rebuild.py --sources DIR [--set held-out]... [--limit N] [--csv FILE]
"""

import argparse
import csv
import io
import random
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Final

import numpy as np
from openmm import unit
from openmm.app import PDBFile
from pdbfixer import PDBFixer

from rebuild_cases import PAIRS, Case, mutation_cases, native_cases
from trkstruct.sidechain.build import build_mutation
from trkstruct.sidechain.packing import apply_placement
from trkstruct.sidechain.relaxed_rotamers import BuildSettings
from trkstruct.sidechain.rotamers import chi_periods, rotamers_of
from trkstruct.sidechain.screening import screen_rotamers
from trkstruct.sidechain.substitute import measure_chis, place_rotamers, substitute
from trkstruct.sidechain.surroundings import take_surroundings
from trkstruct.structure.complex import Complex, protein_residue
from trkstruct.structure.geometry import difference_degrees
from trkstruct.units import FloatArray

SAME_CHI_DEGREES: Final = 40.0  # as in SCWRL4, 10.1002/prot.22488
SYMMETRIC: Final = {
    "PHE": {"CD1": "CD2", "CE1": "CE2"},
    "TYR": {"CD1": "CD2", "CE1": "CE2"},
    "ASP": {"OD1": "OD2"},
    "GLU": {"OE1": "OE2"},
    "ARG": {"NH1": "NH2"},
}
METHODS: Final = ("frequent", "pdbfixer", "screened", "built")


@dataclass(frozen=True)
class Result:
    """Side-chain RMSD (Å) of each method, and whether the built chi1, and chi1 and chi2, are right."""

    group: str
    template: str
    residue: str
    change: str
    frequent: float
    pdbfixer: float
    screened: float
    built: float
    chi1: bool
    chi12: bool
    cpu_seconds: float


def main(arguments: list[str]) -> int:
    """Run the benchmark and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=Path, required=True, help="folder with the source coordinates")
    parser.add_argument("--set", action="append", choices=["native", *PAIRS], help="default: all")
    parser.add_argument("--limit", type=int, default=1000, help="cases of each set, a random sample")
    parser.add_argument("--csv", type=Path, help="write every case")
    options = parser.parse_args(arguments)
    results = []
    for group in options.set or ["native", *PAIRS]:
        cases = list(native_cases(options.sources) if group == "native" else mutation_cases(options.sources, group))
        sample = cases if len(cases) <= options.limit else random.Random(0).sample(cases, options.limit)
        for case in sample:
            results.append(run_case(case))
            print(results[-1], file=sys.stderr, flush=True)
        print_summary(group, [result for result in results if result.group == group])
    if options.csv:
        with options.csv.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, [field.name for field in fields(Result)])
            writer.writeheader()
            writer.writerows(asdict(result) for result in results)
    return 0


def print_summary(group: str, results: list[Result]) -> None:
    """Mean and median side-chain RMSD of each method, and the share of right chis."""
    print(f"{group}: {len(results)} side chains")
    for method in METHODS:
        values = np.array([getattr(result, method) for result in results])
        print(f"  {method:9} mean {np.nanmean(values):.2f} Å, median {np.nanmedian(values):.2f} Å")
    chi1, chi12 = (100 * np.mean([getattr(r, key) for r in results]) for key in ("chi1", "chi12"))
    seconds = [result.cpu_seconds for result in results]
    print(f"  built: chi1 right {chi1:.0f} %, chi1 and chi2 {chi12:.0f} %;", end=" ")
    print(f"CPU seconds mean {np.mean(seconds):.1f}, worst {max(seconds):.1f}")


def run_case(case: Case) -> Result:
    """Build the residue by every method."""
    cut = substitute(case.complex, case.residue, "GLY")
    frequent = substitute(cut, case.residue, case.name)
    reach = place_rotamers(frequent, case.residue, rotamers_of(case.name))[0].reshape(-1, 3)
    changes = {case.residue: case.name}
    surroundings = take_surroundings(cut, changes, reach, BuildSettings().kept_radius_angstrom)
    screened = screen_rotamers(surroundings, [case.residue], 1)
    placed = apply_placement(screened.sites, screened.placements[0], surroundings.protein.positions)
    started = time.process_time()
    built = build_mutation(cut, changes, platform="CPU")
    seconds = time.process_time() - started
    right = chis_right(case, measure_chis(built, case.residue))
    return Result(
        group=case.group,
        template=case.template,
        residue=str(case.residue),
        change=f"{case.wild_type}->{case.name}",
        frequent=side_chain_rmsd(case, frequent, frequent.positions),
        pdbfixer=pdbfixer_rmsd(case),
        screened=side_chain_rmsd(case, surroundings.protein, placed),
        built=side_chain_rmsd(case, built, built.positions),
        chi1=right[0],
        chi12=all(right[:2]),
        cpu_seconds=seconds,
    )


def chis_right(case: Case, chis: tuple[float, ...]) -> list[bool]:
    """Which torsions are within 40° of the truth."""
    deviations = np.abs(difference_degrees(chis, case.chis, chi_periods(case.name)))
    return [bool(deviation <= SAME_CHI_DEGREES) for deviation in deviations]


def side_chain_rmsd(case: Case, complex_: Complex, positions: FloatArray) -> float:
    """RMSD (Å) of CB and beyond without superposition, the better of the two ways round for symmetric ends."""
    return _rmsd(case, {a.name: positions[a.index] for a in protein_residue(complex_, case.residue).atoms()})


def pdbfixer_rmsd(case: Case) -> float:
    """RMSD (Å) of the side chain that PDBFixer's applyMutations and addMissingAtoms build."""
    text = io.StringIO()
    PDBFile.writeFile(case.complex.topology, case.complex.positions, text, keepIds=True)
    fixer = PDBFixer(pdbfile=io.StringIO(text.getvalue()))
    name = "ALA" if case.wild_type == case.name else case.wild_type
    if name != case.wild_type:
        fixer.applyMutations([f"{case.wild_type}-{case.residue.number}-GLY"], case.residue.chain)
        name = "GLY"
    fixer.applyMutations([f"{name}-{case.residue.number}-{case.name}"], case.residue.chain)
    fixer.missingResidues = {}
    fixer.findMissingAtoms()
    fixer.missingTerminals = {}
    fixer.addMissingAtoms(seed=1)
    positions = np.array(fixer.positions.value_in_unit(unit.angstrom))
    number = str(case.residue.number)
    found = next(
        r for r in fixer.topology.residues() if (r.chain.id, r.id, r.name) == (case.residue.chain, number, case.name)
    )
    return _rmsd(case, {atom.name: positions[atom.index] for atom in found.atoms()})


def _rmsd(case: Case, atoms: Mapping[str, FloatArray]) -> float:
    swapped = SYMMETRIC.get(case.name, {})
    swapped = {**swapped, **{second: first for first, second in swapped.items()}}
    names = sorted(case.truth)
    truth = np.array([case.truth[name] for name in names])
    ways = [np.array([atoms[way.get(name, name)] for name in names]) for way in ({}, swapped)]
    return min(float(np.sqrt(np.mean(np.sum((way - truth) ** 2, axis=1)))) for way in ways)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
