"""Every structure file of the source folder is understood, and each protein in it prepared, with no hand work."""

import hashlib
import os
import sys
from pathlib import Path

import pytest

from trkstruct.energy.forcefield import create_system
from trkstruct.errors import StructureError
from trkstruct.preparation.chain_and_ligand import read_chain_and_ligand
from trkstruct.preparation.prepared_file import prepare
from trkstruct.structure.complex import ligand_residue
from trkstruct.structure.stereo import find_stereo_faults

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts" / "check"))
from corpus import structure_files

pytestmark = pytest.mark.shared

NAMED = {
    "TRKA": ("NTRK1", "4GT5", "4YNE"),
    "TRKB": ("NTRK2", "4AT3", "4asz"),
    "TRKC": ("NTRK3", "6KZD"),
    "ABL1": ("ABL1", "cAbl"),
}
"""What the names of the files say is in them."""
FOLDER = os.environ.get("TRKSTRUCT_SOURCES", "")


def one_of_each_protein(folder: Path) -> list[Path]:
    """Files, without those whose CA atoms are those of a file before them (a complex, and its receptor alone)."""
    seen: dict[str, Path] = {}
    for path in structure_files(folder):
        lines = path.read_text(encoding="utf-8").splitlines()
        carbons = [line[12:54] for line in lines if line.startswith("ATOM") and line[12:16] == " CA "]
        seen.setdefault(hashlib.sha256("".join(carbons).encode()).hexdigest(), path)
    return list(seen.values())


def test_every_file_is_understood(sources: Path) -> None:
    files = structure_files(sources)
    assert len(files) > 30
    for path in files:
        parts = read_chain_and_ligand(path)
        match = parts.match
        expected = [kinase for kinase, names in NAMED.items() if any(name in path.name for name in names)]
        if expected and "excerpt" not in path.name:
            assert match is not None, path
            assert [match.kinase.name] == expected, path
        if path.stem.endswith("_complex") and "4asz" not in path.name:
            assert ligand_residue(parts.complex).name in {"LIG", "UNL", "YMX"}, path


def test_files_without_protein_are_refused_in_words(sources: Path) -> None:
    for path in sorted((sources / "wwpdb_excerpts").glob("*hetatm*.pdb")):
        with pytest.raises(StructureError, match="no amino acids"):
            read_chain_and_ligand(path)


@pytest.mark.slow
@pytest.mark.skipif(not FOLDER, reason="TRKSTRUCT_SOURCES does not name the folder with the source coordinates")
@pytest.mark.parametrize(
    "path", one_of_each_protein(Path(FOLDER)) if FOLDER else [Path("none")], ids=lambda path: path.stem
)
def test_every_protein_becomes_a_whole_model(path: Path) -> None:
    prepared = prepare(path)
    protein = prepared.preparation.complex
    create_system(protein.topology, fragment=True)
    wrong = [str(fault) for fault in find_stereo_faults(protein) if fault.kind == "chirality"]
    assert not wrong
