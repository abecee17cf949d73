"""Poses without the template of the ligand: into its own entry (redocking) and another of its kinase (cross-docking).

    python scripts/benchmark_poses.py --sources DIR -o poses.csv [--cross] [--seconds 600]

Every ligand of the library of known poses whose entry lies beneath DIR, in the state of the DFG motif that it is known
in. The receptor is prepared as a user's file is, without its ligand; known poses of the same ligand are left out, those
of others are used. RMSD (Å, heavy atoms, in place) is from the known pose in the common frame. Rows are written as they
come; what is in the file is not run again, so that a run that was stopped goes on.
"""

import argparse
import csv
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np

from pose_sources import ENTRIES, SMILES, PoseSource
from trkstruct.errors import TrkstructError
from trkstruct.ligand.reading import load_ligand
from trkstruct.pose.binding_type import skeleton_key
from trkstruct.pose.known.library import KnownPose, known_poses
from trkstruct.pose.known.templates import placed_template
from trkstruct.pose.search import Search, find_posed_ligands
from trkstruct.pose.superposition import pose_rmsd
from trkstruct.preparation.chain_and_ligand import NO_LIGAND
from trkstruct.preparation.prepared_file import prepare

SUCCESS_ANGSTROM: Final = 2.0  # the usual limit; Gohlke 2000, 10.1006/jmbi.1999.3371
NO_NUMBER: Final = float("nan")


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
    parser.add_argument("--cross", action="store_true", help="into another entry of the kinase, not its own")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="start no pair after so long")
    return parser.parse_args(arguments)


def pairs(sources: Path, *, cross: bool) -> Iterator[Pair]:
    """Each entry that is there with itself, or with the next one of its kinase and DFG state."""
    there = {(known.ligand.name, known.pdb_id): known for known in known_poses()}
    usable = [each for each in ENTRIES if path_of(each.pdb_id, sources) and (each.ligand, each.pdb_id) in there]
    for source in usable:
        known = there[source.ligand, source.pdb_id]
        alike = [
            other.pdb_id
            for other in usable
            if other.kinase == source.kinase and there[other.ligand, other.pdb_id].dfg_state == known.dfg_state
        ]
        receptor = alike[(alike.index(source.pdb_id) + 1) % len(alike)] if cross else source.pdb_id
        if not cross or receptor != source.pdb_id:
            yield Pair(known, source, receptor)


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
        pose_class=assessment.pose_class if assessment else "",
        origin=poses[0].origin,
        wall_seconds=round(time.perf_counter() - started),
    )


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
