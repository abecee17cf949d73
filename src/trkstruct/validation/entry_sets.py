"""Benchmark sets that start from one entry of the Protein Data Bank, which the user names the folder of.

``met``: mutants of MET with crizotinib (2WGJ) in a deep mutational scan, growth with the drug minus growth without it
(Estevam 2024, 10.1101/2024.07.16.603579). Those that grow badly without the drug or come out in between are not in the
set: what is left is above 1 (resistant) or below 0.7. ``egfr``: mutants of EGFR with gefitinib (2ITY), Kd (Davis 2011,
10.1038/nbt.1990).
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from trkstruct.errors import StructureError
from trkstruct.files.shipped import data_path
from trkstruct.validation.scoring import DDG, Scale
from trkstruct.validation.sets import Benchmark, BenchmarkRow

GROWTH: Final = Scale("measured_growth", "growth with the drug minus without", resistant_above=0.85, is_energy=False)


@dataclass(frozen=True)
class EntrySet:
    """A kinase, an inhibitor, the entry that holds both, and where its file may lie in the user's folder."""

    title: str
    kinase: str
    ligand: str
    smiles: str
    entry: str
    source: str
    scale: Scale = DDG

    @property
    def places(self) -> tuple[str, ...]:
        """Where its file is looked for."""
        return f"{self.kinase.lower()}/{self.entry}.pdb", f"{self.entry}.pdb"


ENTRY_SETS: Final = {
    "met": EntrySet(
        "38 mutants of MET with crizotinib",
        "MET",
        "crizotinib",
        "C[C@@H](Oc1cc(-c2cnn(C3CCNCC3)c2)cnc1N)c1c(Cl)ccc(F)c1Cl",
        "2WGJ",
        "growth of cells, Estevam 2024",
        GROWTH,
    ),
    "egfr": EntrySet(
        "6 mutants of EGFR with gefitinib",
        "EGFR",
        "gefitinib",
        "COc1cc2ncnc(Nc3ccc(F)c(Cl)c3)c2cc1OCCCN1CCOCC1",
        "2ITY",
        "Kd, Davis 2011",
    ),
}


def load_entry_benchmark(name: str, sources: Path | None = None) -> Benchmark:
    """The set ``met`` or ``egfr``; without ``sources`` its rows name no structure.

    Raises
    ------
    StructureError
        When the entry is not in the folder.
    """
    entry = ENTRY_SETS[name]
    structure = None if sources is None else _find(entry, sources)
    with data_path("entry_benchmarks.csv").open(newline="", encoding="utf-8") as table:
        rows = tuple(_row(row, entry, structure) for row in csv.DictReader(table) if row["set"] == name)
    return Benchmark(name, entry.title, rows, scale=entry.scale)


def _find(entry: EntrySet, sources: Path) -> str:
    for place in entry.places:
        if (sources / place).is_file():
            return str(sources / place)
    raise StructureError(
        f"{sources} has neither {' nor '.join(entry.places)}. The entry does not ship with trkstruct: "
        f"'trkstruct fetch {entry.entry}' gets it; name its folder with --sources."
    )


def _row(row: Mapping[str, str], entry: EntrySet, structure: str | None) -> BenchmarkRow:
    return BenchmarkRow(
        kinase=entry.kinase,
        structure=structure,
        chain="A" if structure else None,
        ligand=f"{entry.ligand}={entry.smiles}",
        ligand_name=entry.ligand,
        ligand_residue=None,
        mutation=row["mutation"],
        measured=float(row["measured"]),
        source=entry.source,
        distance_angstrom=float(row["distance_angstrom"]) if row["distance_angstrom"] else None,
    )
