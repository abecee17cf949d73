"""A ligand's hydrogens, built anew on heavy atoms that have their places."""

import numpy as np
from rdkit import Chem

from trkstruct.ligand.molecule import with_positions
from trkstruct.units import FloatArray


def with_rebuilt_hydrogens(molecule: Chem.Mol, heavy_positions: FloatArray) -> FloatArray:
    """Positions (Å) of all atoms of a molecule, shape (n_atoms, 3): heavy atoms as given, hydrogens at ideal places.

    Parameters
    ----------
    molecule : rdkit.Chem.Mol
        With explicit hydrogens.
    heavy_positions : numpy.ndarray, shape (n_heavy, 3)
        Å, in the order of the molecule's heavy atoms.
    """
    bare = with_positions(Chem.RemoveHs(molecule), heavy_positions)
    return _in_order(Chem.AddHs(bare, addCoords=True), molecule)


def _in_order(placed: Chem.Mol, template: Chem.Mol) -> FloatArray:
    """Positions in the template's atom order: heavy atoms and each one's hydrogens come in the same order in both."""
    source = placed.GetConformer().GetPositions()
    positions = np.empty((template.GetNumAtoms(), 3))
    heavy = [atom.GetIdx() for atom in template.GetAtoms() if atom.GetAtomicNum() != 1]
    for place, index in enumerate(heavy):
        positions[index] = source[place]
        hydrogens = [n.GetIdx() for n in template.GetAtomWithIdx(index).GetNeighbors() if n.GetAtomicNum() == 1]
        built = [n.GetIdx() for n in placed.GetAtomWithIdx(place).GetNeighbors() if n.GetAtomicNum() == 1]
        positions[hydrogens] = source[built]
    return positions
