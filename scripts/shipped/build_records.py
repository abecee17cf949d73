"""What ``build_structures.py`` keeps of each model: its row of the manifest, and where its source has its atoms."""

import json
import tomllib
from collections.abc import Collection, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from trkstruct.files.outputs import write_bytes
from trkstruct.residues import ResidueId
from trkstruct.structure.complex import Complex, is_protein, residue_id
from trkstruct.structure.shipped_models import StructureEntry

Row = dict[str, Any]

BUILD_FOLDER = ".build"


def save_given(output: Path, name: str, complex_: Complex, given: Collection[tuple[ResidueId, str]]) -> None:
    """Keep where the source has its atoms, so that a complex built later can be compared with it."""
    atoms = [atom for atom in complex_.topology.atoms() if (residue_id(atom.residue), atom.name) in given]
    table = {f"{atom.residue.id}:{atom.name}": complex_.positions[atom.index].round(3).tolist() for atom in atoms}
    write_bytes(output / BUILD_FOLDER / f"{name}.given.json", json.dumps(table).encode())


def rmsd_from_given(output: Path, name: str, complex_: Complex) -> float:
    """How far (Å) the atoms that the source has are from where it has them."""
    table = json.loads((output / BUILD_FOLDER / f"{name}.given.json").read_text())
    atoms = {
        f"{atom.residue.id}:{atom.name}": atom.index for atom in complex_.topology.atoms() if is_protein(atom.residue)
    }
    moved = [complex_.positions[atoms[label]] - np.array(xyz) for label, xyz in table.items()]
    return float(np.sqrt(np.mean(np.sum(np.array(moved) ** 2, axis=1))))


def write_manifest(output: Path, models: Sequence[str]) -> None:
    """Write manifest.toml from the rows of all models that are built, here or before."""
    path = output / "manifest.toml"
    before = tomllib.loads(path.read_text(encoding="utf-8")).get("structure", []) if path.is_file() else []
    known = {row["name"]: row for row in before}
    names = [field.name for field in fields(StructureEntry)]
    lines = ["# Written by scripts/shipped/build_structures.py; fields: StructureEntry in structure/shipped_models.py."]
    for name in models:
        built = entry_path(output, name)
        row = json.loads(built.read_text()) if built.exists() else known.get(name)
        if row is not None:
            lines += [
                "",
                "[[structure]]",
                *(f"{key} = {json.dumps(row[key], ensure_ascii=False)}" for key in names if row.get(key)),
            ]
    write_bytes(path, ("\n".join(lines) + "\n").encode())


def entry_path(output: Path, name: str) -> Path:
    """File with the manifest's row of a model that was built here."""
    return output / BUILD_FOLDER / f"{name}.json"
