"""One kinase's frame in another's: superpose the KLIFS pockets, carry a ligand over, compare poses in place."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from Bio.SVDSuperimposer import SVDSuperimposer
from rdkit import Chem

from trkstruct.errors import LigandError
from trkstruct.kinase.kinases import Kinase
from trkstruct.ligand.ligand import Ligand, to_molecule
from trkstruct.ligand.molecule import with_positions
from trkstruct.residues import ResidueId
from trkstruct.structure.complex import Complex, protein_residue
from trkstruct.units import FloatArray, IntArray

MAX_SYMMETRIES: Final = 256


def carry_over(molblock: str, home: tuple[Complex, Kinase], target: tuple[Complex, Kinase]) -> str:
    """The molecule in the frame of another kinase: CA of the 85 pocket residues superposed.

    Parameters
    ----------
    molblock : str
        In the frame of ``home``.
    home, target : (Complex, Kinase)
        Chain A in clinical numbering.

    Raises
    ------
    StructureError
        When a pocket residue is missing.
    """
    superposition = SVDSuperimposer()
    superposition.set(pocket_carbons(*target), pocket_carbons(*home))
    superposition.run()
    rotation, translation = superposition.get_rotran()
    molecule = Chem.MolFromMolBlock(molblock, removeHs=False)
    moved = molecule.GetConformer().GetPositions() @ rotation + translation
    return str(Chem.MolToMolBlock(with_positions(molecule, moved)))


def pocket_carbons(complex_: Complex, kinase: Kinase) -> FloatArray:
    """CA positions (Å) of the 85 KLIFS residues, shape (85, 3)."""
    residues = [protein_residue(complex_, ResidueId("A", each.number)) for each in kinase.pocket]
    carbons = [next(atom.index for atom in residue.atoms() if atom.name == "CA") for residue in residues]
    points: FloatArray = complex_.positions[carbons]
    return points


def pose_rmsd(ligand: Ligand, reference_molblock: str) -> float:
    """Heavy-atom RMSD (Å) from another pose of the same molecule, symmetry considered, without superposition.

    Elements and connections decide what corresponds: bond orders and charges may differ between two descriptions.

    Raises
    ------
    LigandError
        When the two are different molecules.
    """
    placed = Chem.RemoveHs(to_molecule(ligand))
    reference = Chem.RemoveHs(Chem.MolFromMolBlock(reference_molblock))
    found, points = placed.GetConformer().GetPositions(), reference.GetConformer().GetPositions()
    matches = skeleton_matches(placed, reference)
    if not matches:
        raise LigandError(f"{ligand.name} is not the molecule {Chem.MolToSmiles(reference)}.")
    return min(float(np.sqrt(np.mean(np.sum((found[list(m)] - points) ** 2, axis=1)))) for m in matches)


def first_distinct(
    poses: Sequence[FloatArray], molecule: Chem.Mol, apart_angstrom: float, count: int = 1_000_000
) -> list[int]:
    """Indices of the first poses, (n_atoms, 3) each, that differ from every one kept before; at most so many.

    By heavy-atom RMSD without superposition, the smallest over the molecule's symmetries.
    """
    symmetries = _symmetries(molecule)
    kept: list[int] = []
    for index, pose in enumerate(poses):
        if len(kept) == count:
            break
        if all(_symmetric_rmsd(pose, poses[other], symmetries) > apart_angstrom for other in kept):
            kept.append(index)
    return kept


def skeleton_matches(molecule: Chem.Mol, onto: Chem.Mol) -> tuple[tuple[int, ...], ...]:
    """For each atom of ``onto`` the atom of ``molecule``, in every way that elements and connections allow.

    Neither has hydrogens. Empty when they are different molecules.
    """
    if molecule.GetNumAtoms() != onto.GetNumAtoms():
        return ()
    found = _skeleton(molecule).GetSubstructMatches(_skeleton(onto), uniquify=False, maxMatches=10_000)
    return tuple(tuple(each) for each in found)


def _skeleton(molecule: Chem.Mol) -> Chem.Mol:
    plain = Chem.RWMol()
    for atom in molecule.GetAtoms():
        plain.AddAtom(Chem.Atom(atom.GetAtomicNum()))
    for bond in molecule.GetBonds():
        plain.AddBond(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx(), Chem.BondType.SINGLE)
    return plain.GetMol()


def _symmetries(molecule: Chem.Mol) -> IntArray:
    """Heavy-atom indices in each order that leaves the molecular graph the same, the given order first."""
    heavy = np.array([atom.GetIdx() for atom in molecule.GetAtoms() if atom.GetAtomicNum() > 1])
    graph = Chem.RemoveAllHs(molecule)
    matches = graph.GetSubstructMatches(graph, uniquify=False, maxMatches=MAX_SYMMETRIES)
    return np.array([heavy, *(heavy[list(match)] for match in matches)])


def _symmetric_rmsd(one: FloatArray, other: FloatArray, symmetries: IntArray) -> float:
    """Heavy-atom RMSD in Å without superposition, the smallest over the molecule's symmetries."""
    squares = np.sum((one[symmetries[0]][None] - other[symmetries]) ** 2, axis=-1)
    return float(np.sqrt(np.mean(squares, axis=1).min()))
