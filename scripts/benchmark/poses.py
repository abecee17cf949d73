"""Poses without the template of the ligand: into its own entry (redocking) and another (cross-docking).

    python scripts/benchmark/poses.py --sources DIR -o poses.csv [--cross] [--seconds 600]

Every ligand of the library of known poses whose entry lies beneath DIR, in the state of the DFG motif that it is known
in: of the entries in that state, with another ligand and the same gatekeeper, the one with the most similar ligand, of
the same kinase or else of the nearest. The receptor is prepared as a user's file is, without its ligand; known poses of
the same ligand are left out, those of others are used. RMSD (Å, heavy atoms, in place) is from the known pose in the
common frame. Rows are written as they come; what is in the file is not run again, so that a run that was stopped goes
on.
"""

import argparse
import csv
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
from rdkit import Chem, DataStructs
from rdkit.Chem import rdFingerprintGenerator

sys.path.insert(0, str(Path(__file__).parents[1] / "shipped"))
from pose_sources import ENTRIES, SMILES, PoseSource
from trkstruct.errors import TrkstructError
from trkstruct.kinase.kinases import Kinase, kinase_named
from trkstruct.ligand.reading import load_ligand
from trkstruct.pose.binding_type import skeleton_key
from trkstruct.pose.known.library import KnownPose, known_poses
from trkstruct.pose.known.templates import placed_template
from trkstruct.pose.placing.starting import Search
from trkstruct.pose.posed_ligand import PosedLigand
from trkstruct.pose.search import find_posed_ligands
from trkstruct.pose.superposition import pose_rmsd
from trkstruct.preparation.chain_and_ligand import NO_LIGAND
from trkstruct.preparation.prepared_file import prepare

SUCCESS_ANGSTROM: Final = 2.0  # the usual limit; Gohlke 2000, 10.1006/jmbi.1999.3371
NO_NUMBER: Final = float("nan")
GATEKEEPER: Final = 45 - 1  # KLIFS
GATEKEEPER_MUTANTS: Final = ("4TWP",)  # T315I, which most inhibitors of ABL1 do not bind


@dataclass(frozen=True)
class Pair:
    """A ligand as one entry shows it, and the entry that it is put into."""

    known: KnownPose
    source: PoseSource
    receptor: str


@dataclass(frozen=True)
class Row:
    """What came out of a pair; rank 1 is what a user gets, and a failure has no numbers."""

    ligand: str
    kinase: str
    pdb_id: str
    receptor: str
    poses: int = 0
    best_rmsd_angstrom: float = NO_NUMBER
    best_of_three_rmsd_angstrom: float = NO_NUMBER
    nearest_rmsd_angstrom: float = NO_NUMBER
    nearest_rank: int = 0
    hinge_bonds: int = 0
    known_hinge_bonds: int = 0
    likeness: float = NO_NUMBER
    gap_kcal_mol: float = NO_NUMBER
    pose_class: str = ""
    origin: str = ""
    wall_seconds: float = NO_NUMBER
    failure: str = ""


def main(arguments: list[str] | None = None) -> int:
    """Run the pairs that the file lacks, then say how all came out."""
    options = read_options(arguments)
    rows = read_rows(options.output)
    done = {(row["ligand"], row["pdb_id"], row["receptor"]) for row in rows}
    started = time.perf_counter()
    for pair in pairs(options.sources, cross=options.cross):
        key = (pair.source.ligand, pair.source.pdb_id, pair.receptor)
        if key not in done and time.perf_counter() - started < options.seconds:
            append_row(options.output, run_pair(pair, options.sources))
    print(summary(read_rows(options.output)), file=sys.stderr)
    return 0


def read_options(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Redocking and cross-docking within the library of known poses.")
    found = os.environ.get("TRKSTRUCT_SOURCES")
    parser.add_argument("--sources", type=Path, required=found is None, default=found and Path(found), metavar="DIR")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="CSV")
    parser.add_argument("--cross", action="store_true", help="into another entry, not its own")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="start no pair after so long")
    return parser.parse_args(arguments)


def pairs(sources: Path, *, cross: bool) -> Iterator[Pair]:
    """Each entry that is there with itself, or with another that could bind its ligand."""
    there = {(known.ligand.name, known.pdb_id): known for known in known_poses()}
    usable = [
        each
        for each in ENTRIES
        if path_of(each.pdb_id, sources) and (each.ligand, each.pdb_id) in there and is_known(each.kinase)
    ]
    for source in usable:
        known = there[source.ligand, source.pdb_id]
        state = known.dfg_state
        alike = [each for each in usable if there[each.ligand, each.pdb_id].dfg_state == state]
        receptor = other_receptor(source, alike) if cross else source.pdb_id
        if receptor is not None:
            yield Pair(known, source, receptor)


def other_receptor(source: PoseSource, alike: Sequence[PoseSource]) -> str | None:
    """Of entries in the same DFG state, with another ligand and the gatekeeper of the kinase: the one whose ligand is
    most similar, as for the models that ship; of the nearest kinase by its pocket where its own has none.

    A receptor whose gatekeeper is mutated, or another residue, may exclude the ligand: the pair would ask for what
    does not exist.
    """
    own = kinase_named(source.kinase)
    others = [
        each
        for each in alike
        if each.ligand != source.ligand
        and each.pdb_id not in GATEKEEPER_MUTANTS
        and kinase_named(each.kinase).pocket[GATEKEEPER].letter == own.pocket[GATEKEEPER].letter
    ]
    nearest = max((pocket_identity(own, kinase_named(each.kinase)) for each in others), default=0.0)
    near = [each for each in others if pocket_identity(own, kinase_named(each.kinase)) == nearest]
    return max(near, key=lambda each: similarity(source, each)).pdb_id if near else None


def pocket_identity(one: Kinase, other: Kinase) -> float:
    """Share of the 85 pocket residues that are alike."""
    return float(np.mean([mine.letter == yours.letter for mine, yours in zip(one.pocket, other.pocket, strict=True)]))


def similarity(one: PoseSource, other: PoseSource) -> float:
    """Tanimoto coefficient of the ligands' Morgan fingerprints."""
    generator = rdFingerprintGenerator.GetMorganGenerator(radius=2)
    prints = [generator.GetFingerprint(Chem.MolFromSmiles(SMILES[each.ligand])) for each in (one, other)]
    return float(DataStructs.TanimotoSimilarity(*prints))


def is_known(name: str) -> bool:
    """Whether a kinase has a description here."""
    try:
        kinase_named(name)
    except TrkstructError:
        return False
    return True


def path_of(pdb_id: str, sources: Path) -> Path | None:
    """The entry's file, in whatever folder."""
    return next(iter(sorted(sources.rglob(f"{pdb_id}.pdb"))), None)


def run_pair(pair: Pair, sources: Path) -> Row:
    """One ligand in one receptor, its own known poses left out."""
    started = time.perf_counter()
    where = (pair.source.ligand, pair.source.kinase, pair.source.pdb_id, pair.receptor)
    path = path_of(pair.receptor, sources)
    try:
        preparation = prepare(path, ligand_residue=NO_LIGAND).preparation  # type: ignore[arg-type]
        if preparation.kinase is None:
            return Row(*where, failure="the kinase is not known here")
        ligand = load_ligand(f"{pair.source.ligand}={SMILES[pair.source.ligand]}")
        search = Search(leave_out=(skeleton_key(ligand),))
        poses = find_posed_ligands(preparation.complex, preparation.kinase, ligand, None, search)
        known = placed_template(preparation.complex, preparation.kinase, pair.known).ligand.molblock
    except TrkstructError as error:
        return Row(*where, failure=str(error).replace("\n", " "))
    rmsds = [pose_rmsd(each.ligand, known) for each in poses]
    nearest = int(np.argmin(rmsds))
    assessment = poses[0].assessment
    return Row(
        *where,
        poses=len(poses),
        best_rmsd_angstrom=round(rmsds[0], 2),
        best_of_three_rmsd_angstrom=round(min(rmsds[:3]), 2),
        nearest_rmsd_angstrom=round(rmsds[nearest], 2),
        nearest_rank=nearest + 1,
        hinge_bonds=len(poses[0].hinge_bonds),
        known_hinge_bonds=len(pair.known.hinge_bonds),
        likeness=round(poses[0].likeness, 2),
        gap_kcal_mol=round(energy_gap(poses), 1),
        pose_class=assessment.pose_class if assessment else "",
        origin=poses[0].origin,
        wall_seconds=round(time.perf_counter() - started),
    )


def energy_gap(poses: Sequence[PosedLigand]) -> float:
    """Energy (kcal/mol) of the lowest pose that is another, above the first's."""
    others = [
        each.energy_kcal_mol
        for each in poses[1:]
        if pose_rmsd(each.ligand, poses[0].ligand.molblock) > SUCCESS_ANGSTROM
    ]
    return min(others) - poses[0].energy_kcal_mol if others else NO_NUMBER


def read_rows(path: Path) -> list[dict[str, str]]:
    """What is in the file; nothing where it is not there."""
    if not path.is_file():
        return []
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def append_row(path: Path, row: Row) -> None:
    """One row, written at once."""
    new = not path.is_file()
    with path.open("a", newline="", encoding="utf-8") as stream:
        table = csv.DictWriter(stream, fieldnames=list(Row.__dataclass_fields__), lineterminator="\n")
        if new:
            table.writeheader()
        table.writerow(asdict(row))


def summary(rows: list[dict[str, str]]) -> str:
    """How the pairs came out: best pose and best of three within 2 Å, hinge bond, and what each class was worth."""
    ran = [row for row in rows if not row["failure"]]
    if not ran:
        return f"{len(rows)} pairs, none of which ran"
    best = [float(row["best_rmsd_angstrom"]) <= SUCCESS_ANGSTROM for row in ran]
    three = [float(row["best_of_three_rmsd_angstrom"]) <= SUCCESS_ANGSTROM for row in ran]
    hinge = [int(row["hinge_bonds"]) > 0 for row in ran]
    lines = [
        f"{len(ran)} of {len(rows)} pairs ran; best pose within 2 Å: {sum(best)}; of the first three: {sum(three)}; "
        f"with a hinge bond: {sum(hinge)}."
    ]
    for name in ("plausible", "doubtful"):
        right = [good for row, good in zip(ran, best, strict=True) if row["pose_class"] == name]
        lines.append(f"{name}: {len(right)} pairs, {sum(right)} of them within 2 Å.")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
