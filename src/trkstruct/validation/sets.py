"""Benchmark sets: measured changes of binding, where the structures are, and what other methods predict for them.

``trk`` holds the published TRK fold changes whose drug ships with trkstruct, on the shipped structures. ``abl`` holds
89 clinical ABL1 mutations with axitinib, bosutinib, dasatinib and imatinib: ddG from measured affinities and the
predictions of FEP+ and Prime (Hauser 2018, 10.1038/s42003-018-0075-x), of pmx, Rosetta and machine learning (Aldeghi
2019, 10.1021/acscentsci.9b00590), and of two simple rules (these for 68). Its coordinates do not ship; the user names
their folder. `trkstruct.validation.entry_sets` has those that start from an entry of the Protein Data Bank.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from trkstruct.errors import StructureError
from trkstruct.files.shipped import data_path
from trkstruct.kinase.evidence import fold_changes
from trkstruct.kinase.kinases import kinase_named
from trkstruct.validation.scoring import DDG, Scale

ABL_REPOSITORY: Final = "https://github.com/choderalab/kinase-resistance-mutants"
ABL_INPUTS: Final[dict[str, tuple[str, str | None]]] = {
    "axitinib": ("cAbl-axitinib_nowat-uniprot.pdb", "B"),
    "bosutinib": ("cAbl-bosutinib_nowat-uniprot.pdb", None),
    "dasatinib": ("cAbl-dasatinib-uniprot.pdb", "A"),
    "imatinib": ("cAbl-imatinib_nowat-uniprot.pdb", "B"),
}
"""Wild-type structure of each drug among the inputs of Hauser 2018, and its chain where there are several.

The pose is ``<drug>.sdf``.
"""
_ABL_FOLDERS: Final = ("hauser_abl", "hauser-abl-benchmark", ".")


@dataclass(frozen=True)
class Peer:
    """Another method whose predictions are known for the rows of a set.

    Attributes
    ----------
    name : str
    is_energy : bool
        False for a score whose order alone means something.
    citation, doi : str
    """

    name: str
    is_energy: bool = True
    citation: str = ""
    doi: str = ""


@dataclass(frozen=True)
class BenchmarkRow:
    """One measured mutation and the case that predicts it.

    Attributes
    ----------
    kinase, structure, chain, ligand_residue : str or None
        As for ``trkstruct scan``; without a structure the shipped one of the kinase and ligand is meant.
    ligand : str
        Name, SMILES or path of an SDF file.
    ligand_name : str
        For people.
    mutation : str
        As the set gives it.
    measured : float
        On the scale of the benchmark; of an energy RT ln(mutant / wild type), positive = weaker binding.
    source : str
        Assay or citation; row of a user's table.
    distance_angstrom : float or None
        Between the ligand and the nearest atom of the wild-type residue.
    peers : mapping
        Prediction of each peer, by its name; a peer without a prediction for this row is absent.
    """

    kinase: str | None
    structure: str | None
    chain: str | None
    ligand: str
    ligand_name: str
    ligand_residue: str | None
    mutation: str
    measured: float
    source: str
    distance_angstrom: float | None = None
    peers: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Benchmark:
    """A named set of rows and the peers that are known for them."""

    name: str
    title: str
    rows: tuple[BenchmarkRow, ...]
    peers: tuple[Peer, ...] = ()
    scale: Scale = DDG


def load_trk_benchmark() -> Benchmark:
    """The published fold changes of TRK variants, for the ligands and structures that ship."""
    from trkstruct.ligand.shipped_ligands import shipped_ligands

    rows = []
    for evidence in fold_changes():
        kinase = kinase_named(evidence.gene)
        if not kinase.is_trk or evidence.ligand not in shipped_ligands() or evidence.apparent_ddg_kcal_mol is None:
            continue
        rows.append(
            BenchmarkRow(
                kinase=kinase.name,
                structure=None,
                chain=None,
                ligand=evidence.ligand,
                ligand_name=evidence.ligand,
                ligand_residue=None,
                mutation=evidence.mutation,
                measured=evidence.apparent_ddg_kcal_mol,
                source=f"{evidence.assay}, {evidence.citation}",
            )
        )
    return Benchmark("trk", "published fold changes of TRK kinases", tuple(rows))


def load_abl_benchmark(sources: Path | None = None) -> Benchmark:
    """The 89 ABL1 mutations; without ``sources`` the rows name no structure and serve to score the peers.

    Parameters
    ----------
    sources : Path, optional
        Folder with the inputs of Hauser 2018: ``renumbered/*.pdb`` and ``ligands/*.sdf``, in it or in its folder
        ``hauser_abl`` or ``hauser-abl-benchmark``.

    Raises
    ------
    StructureError
        When a file is not there.
    """
    inputs = {} if sources is None else _find_abl_inputs(sources)
    peers, columns = _read_peers()
    with data_path("abl_benchmark.csv").open(newline="", encoding="utf-8") as table:
        rows = tuple(_abl_row(row, inputs.get(row["ligand"]), columns) for row in csv.DictReader(table))
    return Benchmark("abl", "89 clinical ABL1 mutations, four drugs", rows, peers)


@dataclass(frozen=True)
class _Inputs:
    structure: Path
    chain: str | None
    ligand: Path


@dataclass(frozen=True)
class _Columns:
    """Columns of the table whose mean is a peer's prediction, and where it is clipped."""

    names: tuple[str, ...]
    clip_kcal_mol: float

    def value(self, row: Mapping[str, str]) -> float | None:
        """The prediction of a row, kcal/mol; None where a column is empty."""
        cells = [row[name] for name in self.names]
        if not all(cells):
            return None
        mean = float(np.mean([float(cell) for cell in cells]))
        return float(np.clip(mean, -self.clip_kcal_mol, self.clip_kcal_mol))


def _find_abl_inputs(sources: Path) -> dict[str, _Inputs]:
    needed = [f"renumbered/{file}" for file, _ in ABL_INPUTS.values()] + [f"ligands/{drug}.sdf" for drug in ABL_INPUTS]
    roots = [sources / folder for folder in _ABL_FOLDERS]
    missing = {root: [name for name in needed if not (root / name).is_file()] for root in roots}
    root = min(roots, key=lambda each: len(missing[each]))
    if missing[root]:
        raise StructureError(
            f"{root} lacks {', '.join(missing[root])}. The ABL1 coordinates do not ship with trkstruct: they are in "
            f"the folder hauser-abl-benchmark of {ABL_REPOSITORY} (Hauser 2018); name a copy of it with --sources."
        )
    return {
        drug: _Inputs(root / "renumbered" / file, chain, root / "ligands" / f"{drug}.sdf")
        for drug, (file, chain) in ABL_INPUTS.items()
    }


def _read_peers() -> tuple[tuple[Peer, ...], dict[str, _Columns]]:
    with data_path("abl_benchmark_peers.csv").open(newline="", encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    peers = tuple(Peer(row["name"], row["kind"] == "energy", row["citation"], row["doi"]) for row in rows)
    columns = {
        row["name"]: _Columns(tuple(row["columns"].split()), float(row["clip_kcal_mol"] or "inf")) for row in rows
    }
    return peers, columns


def _abl_row(row: Mapping[str, str], inputs: _Inputs | None, columns: Mapping[str, _Columns]) -> BenchmarkRow:
    values = {name: column.value(row) for name, column in columns.items()}
    return BenchmarkRow(
        kinase="ABL1",
        structure=str(inputs.structure) if inputs else None,
        chain=inputs.chain if inputs else None,
        ligand=str(inputs.ligand) if inputs else row["ligand"],
        ligand_name=row["ligand"],
        ligand_residue=None,
        mutation=row["mutation"],
        measured=float(row["measured_ddg_kcal_mol"]),
        source=f"Hauser 2018, crystal {row['crystal_pdb_id']}",
        distance_angstrom=float(row["distance_angstrom"]),
        peers={name: value for name, value in values.items() if value is not None},
    )
