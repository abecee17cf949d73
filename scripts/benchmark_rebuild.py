"""How well side chains are built: rebuilt in their own crystal, and as mutations between crystals of related kinases.

``native``: a residue is cut off and built again, everything else in place; the easy bound. ``development`` and
``held-out``: wherever two TRK kinases differ, the residue of one is built into the crystal of the other and compared
with its own crystal, superposed on the backbone within 10 Å; what a real mutation needs, and harder, because other
residues differ too. The development pairs decided the settings, the held-out pairs nothing. Disordered side chains are
left out by their B factors; ``unfiltered`` is the same against a file without B factors, loose side chains included.

    python scripts/benchmark_rebuild.py --sources DIR [--set held-out]... [--limit N] [--csv FILE]
"""

import argparse
import csv
import io
import random
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from Bio.Align import PairwiseAligner, substitution_matrices
from Bio.SVDSuperimposer import SVDSuperimposer
from openmm import unit
from openmm.app import PDBFile
from pdbfixer import PDBFixer

from structure_sources import CRYSTALS, DFG_OUT
from trkstruct.residues import ONE_TO_THREE, ResidueId
from trkstruct.sidechain.build import build_mutation
from trkstruct.sidechain.packing import apply_placement
from trkstruct.sidechain.relaxed_rotamers import BuildSettings
from trkstruct.sidechain.rotamers import chi_periods, rotamers_of
from trkstruct.sidechain.screening import screen_rotamers
from trkstruct.sidechain.substitute import measure_chis, place_rotamers, substitute
from trkstruct.sidechain.surroundings import take_surroundings
from trkstruct.structure.atom_names import heavy_atom_names
from trkstruct.structure.complex import Complex, protein_residue, protein_sequence, residue_id
from trkstruct.structure.geometry import difference_degrees
from trkstruct.structure.hydrogens import remove_hydrogens
from trkstruct.structure.pdb_and_mmcif import load_structure_file
from trkstruct.structure.reading import load_assembly
from trkstruct.units import FloatArray

FILES: Final = {crystal.pdb_id: crystal.path for crystal in (*CRYSTALS.values(), *DFG_OUT.values())} | {
    "2GQG": "openkinome_abl/ABL1_2gqg_chainA_altlocA_dasatinib_complex.pdb"
}
PAIRS: Final = {
    "development": (("4YNE", "4AT3"), ("4AT3", "4YNE")),
    "held-out": (("4ASZ", "6KZD"), ("4YNE", "6KZD"), ("4AT3", "6KZD")),
    "unfiltered": (("6KZD", "4ASZ"),),
}
NATIVE: Final = ("4AT3", "4ASZ", "2GQG")
NATIVE_TYPES: Final = frozenset("RILMVFCKEHTS")  # what resistance mutations bring
NATIVE_SAMPLE: Final = 20  # of each crystal
SUPERPOSED_ANGSTROM: Final = 10.0
SAME_BACKBONE_ANGSTROM: Final = 1.0  # beyond, the two crystals differ in more than the side chain
ORDERED: Final = 1.2  # times the median B factor of the crystal's heavy atoms
SAME_CHI_DEGREES: Final = 40.0  # as in SCWRL4, 10.1002/prot.22488
SYMMETRIC: Final = {
    "PHE": {"CD1": "CD2", "CE1": "CE2"},
    "TYR": {"CD1": "CD2", "CE1": "CE2"},
    "ASP": {"OD1": "OD2"},
    "GLU": {"OE1": "OE2"},
    "ARG": {"NH1": "NH2"},
}
BACKBONE: Final = ("N", "CA", "C")
METHODS: Final = ("frequent", "pdbfixer", "screened", "built")


@dataclass(frozen=True)
class Case:
    """A residue to build into a structure, and where its atoms and chis are in truth."""

    group: str
    template: str
    complex: Complex
    residue: ResidueId
    wild_type: str
    name: str
    truth: Mapping[str, FloatArray]
    chis: tuple[float, ...]


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


def native_cases(sources: Path) -> Iterator[Case]:
    """Complete, ordered residues of the types that resistance mutations bring, a random sample of each crystal."""
    for key in NATIVE:
        complex_ = load(sources, key)
        found = [i for i, letter in protein_sequence(complex_).items() if letter in NATIVE_TYPES]
        found = [identity for identity in found if is_ordered(sources, key, complex_, identity)]
        for identity in random.Random(0).sample(found, NATIVE_SAMPLE):
            name = protein_residue(complex_, identity).name
            truth, chis = side_chain(complex_, identity), measure_chis(complex_, identity)
            yield Case("native", key, complex_, identity, name, name, truth, chis)


def mutation_cases(sources: Path, group: str) -> Iterator[Case]:
    """Positions where two kinases differ, seen in both crystals with the same backbone."""
    for key, other_key in PAIRS[group]:
        template, other = load(sources, key), load(sources, other_key)
        pairs = aligned_residues(template, other)
        sequence, other_sequence = protein_sequence(template), protein_sequence(other)
        for own, theirs in pairs.items():
            letter, target = sequence[own], other_sequence[theirs]
            if (
                letter == target
                or target in "GAP"
                or letter == "P"
                or not is_ordered(sources, other_key, other, theirs)
            ):
                continue
            rotation, shift = superpose(template, other, pairs, own)
            if backbone_rmsd(template, own, other, theirs, rotation, shift) > SAME_BACKBONE_ANGSTROM:
                continue
            truth = {name: xyz @ rotation + shift for name, xyz in side_chain(other, theirs).items()}
            names = ONE_TO_THREE[letter], ONE_TO_THREE[target]
            yield Case(group, key, template, own, *names, truth, measure_chis(other, theirs))


@cache
def load(sources: Path, key: str) -> Complex:
    """A crystal without hydrogens, as deposited ones are."""
    return remove_hydrogens(load_assembly(sources / FILES[key]))


def is_ordered(sources: Path, key: str, complex_: Complex, identity: ResidueId) -> bool:
    """Whether the side chain is complete and not much more mobile than the rest; B factors may be missing."""
    name = protein_residue(complex_, identity).name
    factors = b_factors(sources, key)
    own = [factors[identity, atom] for atom in side_chain(complex_, identity)]
    complete = heavy_atom_names(name) <= {atom.name for atom in protein_residue(complex_, identity).atoms()}
    return complete and float(np.mean(own)) <= ORDERED * float(np.median(list(factors.values())))


@cache
def b_factors(sources: Path, key: str) -> dict[tuple[ResidueId, str], float]:
    """B factor of each heavy atom of the amino acids, Å²."""
    return {
        (ResidueId(residue.get_parent().id, residue.id[1], residue.id[2].strip()), atom.get_name()): atom.get_bfactor()
        for residue in load_structure_file(sources / FILES[key]).model.get_residues()
        for atom in residue
        if residue.id[0] == " " and atom.element != "H"
    }


def side_chain(complex_: Complex, identity: ResidueId) -> dict[str, FloatArray]:
    """CB and beyond, Å."""
    atoms = [atom for atom in protein_residue(complex_, identity).atoms() if atom.element.symbol != "H"]
    return {a.name: complex_.positions[a.index] for a in atoms if a.name not in ("N", "CA", "C", "O", "OXT")}


def aligned_residues(first: Complex, second: Complex) -> dict[ResidueId, ResidueId]:
    """Equivalent residues by sequence (BLOSUM62)."""
    aligner = PairwiseAligner(mode="global", open_gap_score=-11.0, extend_gap_score=-1.0, end_gap_score=0.0)
    aligner.substitution_matrix = substitution_matrices.load("BLOSUM62")
    sequences = protein_sequence(first), protein_sequence(second)
    alignment = aligner.align("".join(sequences[0].values()), "".join(sequences[1].values()))[0]
    keys = list(sequences[0]), list(sequences[1])
    return {
        keys[0][a + step]: keys[1][b + step]
        for (a, end), (b, _) in zip(*alignment.aligned, strict=True)
        for step in range(end - a)
    }


def superpose(
    template: Complex, other: Complex, pairs: Mapping[ResidueId, ResidueId], site: ResidueId
) -> tuple[FloatArray, FloatArray]:
    """Rotation and shift that lay the other crystal on the template around a site."""
    own, theirs = backbone(template), backbone(other)
    near = [i for i in pairs if np.linalg.norm(own[i][1] - own[site][1]) < SUPERPOSED_ANGSTROM]
    superimposer = SVDSuperimposer()
    superimposer.set(np.concatenate([own[i] for i in near]), np.concatenate([theirs[pairs[i]] for i in near]))
    superimposer.run()
    rotation, shift = superimposer.get_rotran()
    return rotation, shift


def backbone_rmsd(
    template: Complex, own: ResidueId, other: Complex, theirs: ResidueId, rotation: FloatArray, shift: FloatArray
) -> float:
    """RMSD (Å) of N, CA and C of one residue after superposition."""
    moved = backbone(other)[theirs] @ rotation + shift
    return float(np.sqrt(np.mean(np.sum((moved - backbone(template)[own]) ** 2, axis=1))))


def backbone(complex_: Complex) -> dict[ResidueId, FloatArray]:
    """N, CA and C of each amino acid, shape (3, 3), Å."""
    sequence = protein_sequence(complex_)
    found: dict[ResidueId, FloatArray] = {}
    for residue in complex_.topology.residues():
        if residue_id(residue) in sequence:
            atoms = {atom.name: complex_.positions[atom.index] for atom in residue.atoms()}
            if all(name in atoms for name in BACKBONE):
                found.setdefault(residue_id(residue), np.array([atoms[name] for name in BACKBONE]))
    return found


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
