"""Screen ligands against a mutant: which of them keep their affinity?

python scripts/example/screen.py ligands.smi --kinase TRKA --mutation G595R

Each line of ``ligands.smi`` is a SMILES and, if you like, a name. A ligand that does not ship is parametrized (with
MMFF94 charges, so that ten take minutes and not hours) and placed by the most similar one that does.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import trkstruct
from trkstruct.errors import LigandError
from trkstruct.settings import PRESETS, Settings


def main(arguments: Sequence[str] | None = None, settings: Settings = PRESETS["fast"]) -> int:
    """Print the ligands by how little binding the mutation costs them, and those that could not be read."""
    parser = argparse.ArgumentParser(description="Screen SMILES against a mutant.")
    parser.add_argument("smiles_file", type=Path)
    parser.add_argument("--kinase", default="TRKA")
    parser.add_argument("--mutation", default="G595R")
    parser.add_argument("-o", "--output", type=Path, default=Path("screened"))
    options = parser.parse_args(arguments)

    results = trkstruct.scan(
        kinases=[options.kinase],
        mutations=[options.mutation],
        ligands=read_ligands(options.smiles_file),
        settings=settings,
        out_dir=options.output,
    )
    mutants = [case for case in results.cases if case.mutation != "WT" and case.ddg_kcal_mol is not None]
    for case in sorted(mutants, key=lambda case: case.ddg_kcal_mol or 0.0):
        print(f"{case.ddg_kcal_mol:+6.2f} ± {case.ddg_error_kcal_mol:.2f} kcal/mol  {case.verdict:10s} {case.ligand}")
    return 0


def read_ligands(path: Path) -> list[str]:
    """Ligands as a scan takes them; those that are new are stored under their name, those that cannot be are said."""
    ligands = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        smiles, _, name = line.strip().partition(" ")
        if not smiles:
            continue
        try:
            if name:
                ligands.append(trkstruct.add_ligand(name, smiles, parameters="mmff94", replace=True).name)
            else:
                trkstruct.load_ligand(smiles, with_parameters=False)
                ligands.append(smiles)
        except LigandError as error:
            print(f"{path} line {number} left out: {error}", file=sys.stderr)
    return ligands


if __name__ == "__main__":
    sys.exit(main())
