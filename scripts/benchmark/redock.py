"""Cross-docking: ligands of TRKA crystals placed in another crystal's receptor, compared with their crystal pose.

    python scripts/benchmark/redock.py --sources DIR [--case repotrectinib:5KVT]... [--method scaffold] [-o redock.csv]

DIR holds the crystal ligands 7GI (7VKO), YMX (5KVT) and 4EK (4YNE). Receptors are the models that ship, so they were
relaxed around their own ligand; the scaffold method sees that ligand and never the crystal pose that is asked for. The
crystal pose is carried into the receptor's frame by the CA atoms of the 85 pocket residues.
"""

import argparse
import csv
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from rdkit import Chem

sys.path.insert(0, str(Path(__file__).parents[1] / "shipped"))
from structure_sources import CRYSTALS, POSES
from trkstruct.kinase.kinases import kinase_named
from trkstruct.ligand.ligand import Ligand, place_ligand
from trkstruct.ligand.reading import load_ligand
from trkstruct.pose.known.library import known_poses
from trkstruct.pose.overlay import reference_from_pdb
from trkstruct.pose.placing.starting import Search
from trkstruct.pose.posed_ligand import PosedLigand
from trkstruct.pose.search import find_posed_ligands
from trkstruct.pose.superposition import carry_over, pose_rmsd
from trkstruct.structure.complex import Complex, ligand_atoms, without_ligand
from trkstruct.structure.shipped_models import load_shipped

SUCCESS_ANGSTROM: Final = 2.0  # the usual limit; Gohlke 2000, 10.1006/jmbi.1999.3371
KINASE: Final = kinase_named("TRKA")
CRYSTAL_POSES: Final = {"repotrectinib": POSES["7GI"], "entrectinib": POSES["YMX"], "4EK": POSES["4EK"]}
RECEPTORS: Final = {"7VKO": "repotrectinib", "5KVT": "entrectinib", "4YNE": "larotrectinib"}
"""PDB entry and the ligand of its shipped model; larotrectinib lies in 4YNE as 4EK does."""
LEFT_OUT: Final = tuple(sorted({each.skeleton for each in known_poses() if each.kinase == KINASE.name}))
"""Known poses of TRKA's own ligands are not used: what is asked for is among them, and what was modelled after it."""
CASES: Final = (
    ("repotrectinib", "7VKO"),
    ("repotrectinib", "5KVT"),
    ("repotrectinib", "4YNE"),
    ("entrectinib", "5KVT"),
    ("entrectinib", "7VKO"),
    ("entrectinib", "4YNE"),
    ("4EK", "7VKO"),
)


@dataclass(frozen=True)
class Row:
    """One case and method: RMSD (Å) from the crystal pose of the best-ranked pose and of the nearest one."""

    ligand: str
    receptor: str
    method: str
    poses: int
    best_rmsd_angstrom: float
    nearest_rmsd_angstrom: float
    nearest_rank: int
    nearest_energy_kcal_mol: float
    hinge_bonds: int
    failed_checks: str
    cpu_seconds: float


def main(arguments: list[str] | None = None) -> int:
    """Run the cases asked for and print a row for each."""
    options = read_options(arguments)
    rows = []
    for ligand, receptor in CASES:
        if options.case and f"{ligand}:{receptor}" not in options.case:
            continue
        for method in options.method or ("scaffold", "docking", "auto"):
            row = run_case(ligand, receptor, method, options.sources, options.poses)
            rows.append(row)
            print(row, file=sys.stderr, flush=True)
    write_rows(rows, options.output)
    return 0


def read_options(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Cross-docking of TRKA ligands.")
    parser.add_argument("--sources", type=Path, required=True, metavar="DIR")
    parser.add_argument("--case", action="append", metavar="LIGAND:PDB")
    parser.add_argument("--method", action="append", choices=("scaffold", "docking", "auto"))
    parser.add_argument("--poses", type=int, default=4)
    parser.add_argument("-o", "--output", type=Path)
    return parser.parse_args(arguments)


def run_case(name: str, pdb_id: str, method: str, sources: Path, n_poses: int) -> Row:
    """Place one ligand in one receptor."""
    bound = load_shipped(KINASE.name, RECEPTORS[pdb_id])
    smiles = CRYSTAL_POSES[name].smiles
    ligand = load_ligand(f"{name}={smiles}" if smiles else name)
    crystal = crystal_pose(name, sources, bound)
    reference = reference_ligand(bound, pdb_id)
    started = time.process_time()
    placements = find_posed_ligands(
        without_ligand(bound),
        KINASE,
        ligand,
        reference,
        Search(method, n_poses=n_poses, leave_out=LEFT_OUT),  # type: ignore[arg-type]
    )
    return summarize(name, pdb_id, method, placements, crystal, time.process_time() - started)


def summarize(
    name: str, pdb_id: str, method: str, placements: tuple[PosedLigand, ...], crystal: str, cpu_seconds: float
) -> Row:
    """The row of a case: rank 1 is what a user gets."""
    rmsds = [pose_rmsd(each.ligand, crystal) for each in placements]
    nearest = min(range(len(rmsds)), key=rmsds.__getitem__)
    best = placements[0]
    return Row(
        ligand=name,
        receptor=pdb_id,
        method=method,
        poses=len(rmsds),
        best_rmsd_angstrom=round(rmsds[0], 2),
        nearest_rmsd_angstrom=round(rmsds[nearest], 2),
        nearest_rank=nearest + 1,
        nearest_energy_kcal_mol=round(placements[nearest].energy_kcal_mol - best.energy_kcal_mol, 1),
        hinge_bonds=len(best.hinge_bonds),
        failed_checks=" ".join(best.failed_checks or ()),
        cpu_seconds=round(cpu_seconds),
    )


def crystal_pose(name: str, sources: Path, receptor: Complex) -> str:
    """Molblock of the crystal pose in the frame of a receptor."""
    pose = CRYSTAL_POSES[name]
    path = sources / pose.path
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".pdb":
        records = [line for line in text.splitlines() if line.startswith("HETATM") and line[17:20] == pose.component]
        molblock = reference_from_pdb("\n".join(records), pose.smiles)
    else:
        molblock = Chem.MolToMolBlock(Chem.MolFromMolBlock(text.partition("$$$$")[0], removeHs=False))
    home = load_shipped(KINASE.name, RECEPTORS[CRYSTALS[pose.receptor].pdb_id])
    return carry_over(molblock, (home, KINASE), (receptor, KINASE))


def reference_ligand(bound: Complex, pdb_id: str) -> Ligand:
    """The receptor's own ligand in its shipped pose."""
    return place_ligand(load_ligand(RECEPTORS[pdb_id]), bound.positions[ligand_atoms(bound)])


def write_rows(rows: list[Row], output: Path | None) -> None:
    """CSV, to a file or to stdout."""
    stream = sys.stdout if output is None else output.open("w", encoding="utf-8", newline="")
    table = csv.DictWriter(stream, fieldnames=list(Row.__dataclass_fields__), lineterminator="\n")
    table.writeheader()
    table.writerows(asdict(row) for row in rows)
    if output is not None:
        stream.close()


if __name__ == "__main__":
    sys.exit(main())
