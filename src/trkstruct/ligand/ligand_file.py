"""Reading a ligand with its pose from an SDF, MOL or MOL2 file."""

from pathlib import Path
from typing import Final

from rdkit import Chem, rdBase

from trkstruct.errors import LigandError
from trkstruct.ligand.molecule import largest_fragment
from trkstruct.ligand.stereo import real_stereo

FLAT_ANGSTROM: Final = 1e-3  # a drawing has z = 0 everywhere


def read_ligand_file(path: Path) -> tuple[Chem.Mol, tuple[str, ...]]:
    """Molecule of an SDF, MOL or MOL2 file with hydrogens, the file's atom order and coordinates, and notes about it.

    Raises
    ------
    LigandError
        When the file is missing or broken, has no 3D coordinates, or holds an impossible molecule.
    """
    if not path.is_file():
        raise LigandError(f"There is no ligand file {path}; check its folder and name.")
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix.lower() == ".mol2":
        _check_mol2_count(text, path)
    with rdBase.BlockLogs():  # RDKit writes its complaint about such files to stderr, where nothing can read it back
        if path.suffix.lower() == ".mol2":
            molecule = Chem.MolFromMol2Block(text, removeHs=False)
        else:
            molecule = Chem.MolFromMolBlock(text.partition("$$$$")[0], removeHs=False)
    if molecule is None or not molecule.GetNumAtoms():
        found = f"it is broken or cut off (first line {text.splitlines()[0][:40]!r})" if text.strip() else "it is empty"
        raise LigandError(f"{path} holds no molecule that RDKit can read: {found}. Write it again as SDF or MOL2.")
    records = text.count("@<TRIPOS>MOLECULE") if path.suffix.lower() == ".mol2" else text.count("$$$$")
    notes = [f"{path.name} holds {records} molecules; the first is used."] if records > 1 else []
    if not molecule.GetNumConformers() or abs(molecule.GetConformer().GetPositions()[:, 2]).max() < FLAT_ANGSTROM:
        raise LigandError(f"{path} has no 3D coordinates; give a pose in the frame of the structure, or the SMILES.")
    molecule, left_out = _one_molecule(molecule, path)
    with_hydrogens = Chem.AddHs(molecule, addCoords=True)
    added = with_hydrogens.GetNumAtoms() - molecule.GetNumAtoms()
    if added:
        notes.append(f"{path.name} lacks {added} hydrogens; they were added for the protonation state drawn.")
    Chem.AssignStereochemistryFrom3D(with_hydrogens)
    return real_stereo(with_hydrogens), (*notes, *left_out)


def _one_molecule(molecule: Chem.Mol, path: Path) -> tuple[Chem.Mol, tuple[str, ...]]:
    try:
        return largest_fragment(molecule)
    except Chem.MolSanitizeException as error:
        raise LigandError(f"{path} holds an impossible molecule: {error}. Correct its bonds or charges.") from error


def _check_mol2_count(text: str, path: Path) -> None:
    """RDKit makes room for as many atoms as the header says, however few follow."""
    lines = text.partition("@<TRIPOS>MOLECULE")[2].splitlines()
    said = lines[2].split()[:1] if len(lines) > 2 else []
    if said and said[0].isdigit() and int(said[0]) > len(lines):
        raise LigandError(f"{path} says it holds {said[0]} atoms, in {len(lines)} lines; its third line is wrong.")
