"""A ligand as one value: a small molecule in one protonation state with its coordinates and parameters."""

import re
from dataclasses import dataclass, replace

from rdkit import Chem

from trkstruct.ligand.molecule import with_positions
from trkstruct.ligand.stereo import real_stereo
from trkstruct.units import FloatArray


@dataclass(frozen=True)
class Ligand:
    """A small molecule in one protonation state with 3D coordinates and parameters; plain text and numbers only.

    Attributes
    ----------
    name : str
        Safe for file names (letters, digits, ``_`` and ``-``).
    smiles : str
        Isomeric, canonical, in the protonation state that is simulated.
    formal_charge : int
        e.
    molblock : str
        Explicit hydrogens, 3D (Å), atoms in the order of ``atom_names``.
    atom_names : tuple of str
        Unique, at most four characters.
    parameters_xml : str or None
        OpenMM ForceField XML with residue template ``LIG`` and these atom names; None when not asked for.
    parameter_source : str
        Which parameters and charges these are.
    generation : str or None
        ``first`` or ``second``, of a TRK inhibitor that ships with trkstruct.
    has_pose : bool
        True when the coordinates come from a file and lie in the frame of a structure.
    notes : tuple of str
        What a user should know about how the input was understood.
    """

    name: str
    smiles: str
    formal_charge: int
    molblock: str
    atom_names: tuple[str, ...]
    parameters_xml: str | None
    parameter_source: str
    generation: str | None
    has_pose: bool = False
    notes: tuple[str, ...] = ()


def to_molecule(ligand: Ligand) -> Chem.Mol:
    """RDKit molecule of the ligand, with its hydrogens, stereo and coordinates, in the order of ``atom_names``."""
    return real_stereo(Chem.MolFromMolBlock(ligand.molblock, removeHs=False))


def place_ligand(ligand: Ligand, positions: FloatArray) -> Ligand:
    """The ligand with new coordinates (n_atoms, 3) in Å, in the frame of a structure."""
    molecule = with_positions(to_molecule(ligand), positions)
    return replace(ligand, molblock=Chem.MolToMolBlock(molecule), has_pose=True)


def safe_name(text: str) -> str:
    """The text with everything but letters, digits, ``_`` and ``-`` replaced; never empty."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", text).strip("-") or "ligand"
