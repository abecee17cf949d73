"""Every ligand of a table from its SMILES to a pose: protonated, parametrized, placed in a shipped receptor, checked.

    python scripts/benchmark/ligands.py ligands.csv [--kinase TRKA] [--parameters mmff94] [--poses 2] -o posed.csv

The table has the columns ``compound`` and ``smiles_isomeric``. Each ligand is taken as if it did not ship. Rows are
printed as they are done; a ligand that fails is a row with its message.
"""

import argparse
import csv
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from trkstruct.errors import TrkstructError
from trkstruct.kinase.kinases import kinase_named
from trkstruct.ligand.reading import build_ligand
from trkstruct.pose.placing.starting import Search
from trkstruct.pose.posed_ligand import name_checks
from trkstruct.pose.search import place_in_shipped


@dataclass(frozen=True)
class Row:
    """One ligand: what it became, and its best pose."""

    compound: str
    charge: int | None = None
    parameters: str = ""
    origin: str = ""
    poses: int = 0
    hinge_bonds: int = 0
    posebusters: str = ""
    cpu_seconds: int = 0
    error: str = ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the table; 1 when a ligand failed."""
    parser = argparse.ArgumentParser(description="Ligands from SMILES to pose.")
    parser.add_argument("table", type=Path)
    parser.add_argument("--kinase", default="TRKA")
    parser.add_argument("--parameters", choices=("auto", "openff", "am1-bcc", "mmff94"), default="openff")
    parser.add_argument("--poses", type=int, default=2)
    parser.add_argument("--exhaustiveness", type=int, default=8)
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args(arguments)

    failed = 0
    with options.table.open(encoding="utf-8", newline="") as table, options.output.open("w", encoding="utf-8") as out:
        writer = csv.DictWriter(out, [field.name for field in fields(Row)], lineterminator="\n")
        writer.writeheader()
        for line in csv.DictReader(table):
            row = pose_one(line["compound"], line["smiles_isomeric"], options)
            failed += bool(row.error)
            writer.writerow(asdict(row))
            out.flush()
            print(row, file=sys.stderr, flush=True)
    return int(failed > 0)


def pose_one(compound: str, smiles: str, options: argparse.Namespace) -> Row:
    """One ligand; what goes wrong with it is its row."""
    started = time.process_time()
    search = Search(n_poses=options.poses, exhaustiveness=options.exhaustiveness)
    try:
        ligand = build_ligand(smiles, compound, parameters=options.parameters)
        placements = place_in_shipped(kinase_named(options.kinase), ligand, search)
    except TrkstructError as error:
        return Row(compound, error=str(error), cpu_seconds=round(time.process_time() - started))
    best = placements[0]
    return Row(
        compound=compound,
        charge=ligand.formal_charge,
        parameters=ligand.parameter_source,
        origin=best.origin,
        poses=len(placements),
        hinge_bonds=len(best.hinge_bonds),
        posebusters=name_checks(best),
        cpu_seconds=round(time.process_time() - started),
    )


if __name__ == "__main__":
    sys.exit(main())
