"""Mutate and rescore a structure of one's own.

python scripts/example/rescore.py complex.pdb --ligand-residue LIG --ligand repotrectinib --mutation G595R
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import trkstruct
from trkstruct.settings import PRESETS, Settings


def main(arguments: Sequence[str] | None = None, settings: Settings = PRESETS["fast"]) -> int:
    """Score the mutations in the file and print what changes; the mutants' relaxed complexes are left in the folder."""
    parser = argparse.ArgumentParser(description="Mutate and rescore a PDB or mmCIF file.")
    parser.add_argument("structure", type=Path)
    parser.add_argument("--ligand", required=True, help="name, SMILES or SDF file")
    parser.add_argument("--ligand-residue", help="where the ligand is, such as LIG or L:1; not needed for an SDF file")
    parser.add_argument("--mutation", action="append", required=True)
    parser.add_argument("-o", "--output", type=Path, default=Path("rescored"))
    options = parser.parse_args(arguments)

    results = trkstruct.scan(
        mutations=options.mutation,
        ligands=[options.ligand],
        structure=options.structure,
        ligand_residue=options.ligand_residue,
        settings=settings,
        out_dir=options.output,
    )
    for case in results.cases:
        if case.mutation != "WT":
            print(case)
            print(f"  complex: {options.output / (case.files.complex or '')}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
