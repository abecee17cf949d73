"""Make the parameters and 3D geometries that ship with trkstruct: GAFF2/AM1-BCC for each row of ligands.csv.

Usage: python scripts/shipped/parameterize_ligands.py [NAME ...]      (without names: all; 1-5 minutes each, one core)
Needs AmberTools with a working ``sqm``: pip install 'trkstruct[ambertools]' and the system's LAPACK and ARPACK.
"""

import argparse
import csv
import sys
import time
from pathlib import Path
from typing import Final

from rdkit import Chem

from trkstruct.errors import LigandError
from trkstruct.ligand.ambertools import AmberTools, find_ambertools, parameterize, sqm_starts
from trkstruct.ligand.molecule import build_3d, read_smiles

FOLDER: Final = Path(__file__).resolve().parents[2] / "ligands"


def parameterize_row(name: str, smiles: str, formal_charge: int, tools: AmberTools) -> None:
    """Write ``<name>.sdf`` and ``<name>.xml`` of one ligand."""
    molecule, notes = read_smiles(smiles)
    if notes or Chem.GetFormalCharge(molecule) != formal_charge:
        raise LigandError(
            f"{name}: {smiles} has charge {Chem.GetFormalCharge(molecule)}, ligands.csv says {formal_charge}. {notes}"
        )
    built = build_3d(molecule)
    built.SetProp("_Name", name)
    xml = parameterize(built, tools, "AM1-BCC")
    (FOLDER / f"{name}.sdf").write_text(Chem.MolToMolBlock(built) + "$$$$\n", encoding="utf-8")
    (FOLDER / f"{name}.xml").write_text(xml, encoding="utf-8")


def main() -> int:
    """Parameterize the named ligands, or all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="ligands of ligands.csv; default: all")
    wanted = set(parser.parse_args().names)
    with (FOLDER / "ligands.csv").open(encoding="utf-8", newline="") as table:
        rows = {row["name"]: row for row in csv.DictReader(table)}
    unknown = wanted - rows.keys()
    if unknown:
        parser.error(f"not in ligands.csv: {', '.join(sorted(unknown))}")
    tools = find_ambertools()
    if not sqm_starts(tools):
        parser.error(
            f"{tools.command('sqm')} does not start; on Debian and Ubuntu: apt-get install liblapack3 libarpack2"
        )
    for name in sorted(wanted or rows):
        start = time.perf_counter()
        parameterize_row(name, rows[name]["smiles"], int(rows[name]["formal_charge"]), tools)
        print(f"{name}: {time.perf_counter() - start:.0f} s", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
