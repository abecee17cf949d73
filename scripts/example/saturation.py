"""Which single-nucleotide changes at a position resist which drug?

python scripts/example/saturation.py --kinase TRKA --where gatekeeper --ligand larotrectinib --ligand selitrectinib
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import trkstruct
from trkstruct.settings import PRESETS, Settings


def main(arguments: Sequence[str] | None = None, settings: Settings = PRESETS["fast"]) -> int:
    """Print the mutants of each drug, the most resistant first."""
    parser = argparse.ArgumentParser(description="A saturation scan.")
    parser.add_argument("--kinase", default="TRKA")
    parser.add_argument("--where", default="gatekeeper", help="pocket, a region, or residues such as G595,F589")
    parser.add_argument("--all", action="store_true", help="all nineteen, not only those one nucleotide away")
    parser.add_argument("--ligand", action="append")
    parser.add_argument("-o", "--output", type=Path, default=Path("saturated"))
    options = parser.parse_args(arguments)

    mutations = trkstruct.saturation_mutations(options.kinase, options.where, snv=not options.all)
    results = trkstruct.scan(
        kinases=[options.kinase],
        mutations=mutations,
        ligands=options.ligand or ["larotrectinib"],
        settings=settings,
        out_dir=options.output,
    )
    for place in trkstruct.rank_by_resistance(results.cases):
        case = place.case
        print(
            f"{case.ligand:16s} {place.rank:3d} {case.mutation:8s} {case.ddg_kcal_mol:+6.2f} kcal/mol  {case.verdict}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
