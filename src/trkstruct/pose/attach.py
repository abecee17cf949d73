"""Put a protein and a ligand together: with the ligand's own pose, or on the atoms of the ligand that a file holds."""

from dataclasses import replace
from typing import Final

import numpy as np
from openmm.app import Element, Residue
from rdkit import Chem
from rdkit.Chem import rdMolDescriptors

from trkstruct.errors import LigandError
from trkstruct.ligand.ligand import Ligand, place_ligand, to_molecule
from trkstruct.ligand.molecule import with_positions
from trkstruct.ligand.stereo import real_stereo
from trkstruct.residues import LIGAND_NAME, ResidueId
from trkstruct.structure.complex import Complex, ligand_residue, without_ligand
from trkstruct.structure.topology import bond_indices, rebuilt
from trkstruct.units import FloatArray

LIGAND_CHAINS: Final = "LMNOPQRSTUVWXYZ"


def attach_ligand(protein: Complex, ligand: Ligand) -> Complex:
    """The protein with the ligand in its own coordinates, as residue LIG of a new chain; a ligand already there goes.

    Parameters
    ----------
    protein : Complex
    ligand : Ligand
        Its molblock holds the pose, in the protein's frame.
    """
    apo = without_ligand(protein)
    topology = rebuilt(apo.topology)
    taken = {chain.id for chain in topology.chains()}
    chain = topology.addChain(next(letter for letter in LIGAND_CHAINS if letter not in taken))
    residue = topology.addResidue(LIGAND_NAME, chain, "1")
    molecule = to_molecule(ligand)
    atoms = [
        topology.addAtom(name, Element.getBySymbol(atom.GetSymbol()), residue)
        for name, atom in zip(ligand.atom_names, molecule.GetAtoms(), strict=True)
    ]
    for bond in molecule.GetBonds():
        topology.addBond(atoms[bond.GetBeginAtomIdx()], atoms[bond.GetEndAtomIdx()])
    positions = np.concatenate([apo.positions, molecule.GetConformer().GetPositions()])
    return replace(apo, topology=topology, positions=positions, ligand=ResidueId(chain.id, 1))


def adopt_ligand(complex_: Complex, ligand: Ligand) -> Complex:
    """The complex with the ligand of its file understood as the given molecule: bond orders, hydrogens, names.

    Heavy atoms keep their coordinates; hydrogens are built anew.

    Raises
    ------
    LigandError
        When the molecule's heavy atoms and bonds do not match the file's, or its stereocentres are the other way round.
    """
    residue = ligand_residue(complex_)
    skeleton, positions = _skeleton(complex_, residue)
    return attach_ligand(complex_, place_ligand(ligand, _matched_positions(ligand, skeleton, positions, complex_)))


def _skeleton(complex_: Complex, residue: Residue) -> tuple[Chem.Mol, FloatArray]:
    heavy = [atom for atom in residue.atoms() if atom.element is not None and atom.element.symbol != "H"]
    index = {atom.index: i for i, atom in enumerate(heavy)}
    editable = Chem.RWMol()
    for atom in heavy:
        editable.AddAtom(_bare_atom(atom.element.atomic_number))
    for first, second in bond_indices(complex_.topology):
        if first in index and second in index:
            editable.AddBond(index[first], index[second], Chem.BondType.SINGLE)
    return editable.GetMol(), complex_.positions[[atom.index for atom in heavy]]


def _bare_atom(atomic_number: int) -> Chem.Atom:
    atom = Chem.Atom(atomic_number)
    atom.SetNoImplicit(True)
    return atom


def _matched_positions(ligand: Ligand, skeleton: Chem.Mol, positions: FloatArray, complex_: Complex) -> FloatArray:
    molecule = Chem.RemoveHs(to_molecule(ligand))
    query = Chem.RWMol()
    for atom in molecule.GetAtoms():
        query.AddAtom(_bare_atom(atom.GetAtomicNum()))
    for bond in molecule.GetBonds():
        query.AddBond(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx(), Chem.BondType.SINGLE)
    same_size = molecule.GetNumAtoms() == skeleton.GetNumAtoms()
    matches = skeleton.GetSubstructMatches(query, uniquify=False, maxMatches=1000) if same_size else ()
    if not matches:
        raise LigandError(
            f"The ligand {complex_.ligand} of {complex_.source} has {skeleton.GetNumAtoms()} heavy atoms, which do not "
            f"match {ligand.name} ({rdMolDescriptors.CalcMolFormula(molecule)}, {molecule.GetNumAtoms()} heavy atoms). "
            "Is it another molecule, or are atoms missing from the file?"
        )
    for match in matches:
        placed = _with_hydrogens(molecule, positions[list(match)])
        if _same_stereo(placed, molecule):
            return _in_order(placed, to_molecule(ligand))
    raise LigandError(
        f"The ligand {complex_.ligand} of {complex_.source} has another stereochemistry than {ligand.smiles}. "
        "Give the SMILES of the stereoisomer that is in the structure."
    )


def _with_hydrogens(molecule: Chem.Mol, heavy_positions: FloatArray) -> Chem.Mol:
    return Chem.AddHs(with_positions(molecule, heavy_positions), addCoords=True)


def _same_stereo(placed: Chem.Mol, molecule: Chem.Mol) -> bool:
    observed = Chem.RemoveHs(placed)
    Chem.AssignStereochemistryFrom3D(observed)
    observed, molecule = real_stereo(observed), real_stereo(molecule)
    wanted = dict(Chem.FindMolChiralCenters(molecule, useLegacyImplementation=False))
    found = dict(Chem.FindMolChiralCenters(observed, useLegacyImplementation=False))
    return all(found.get(index) == label for index, label in wanted.items())


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
