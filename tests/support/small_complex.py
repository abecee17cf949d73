"""Small complexes written down atom by atom, or made from RDKit molecules, for tests of geometry."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from openmm.app import Element, Topology
from rdkit import Chem
from rdkit.Chem import AllChem

from trkstruct.residues import ResidueId
from trkstruct.structure.complex import Complex
from trkstruct.structure.topology import rebuilt

LIGAND = ResidueId("L", 1)
Row = tuple[str, str, Sequence[float]]  # residue "A:LYS544", atom name, xyz; the element is the name's first letter


def complex_of(rows: Sequence[Row], bonds: Sequence[tuple[int, int]]) -> Complex:
    """Complex of the atoms in ``rows``; the ligand is the residue ``L:LIG1``."""
    topology, chains, residues, atoms = Topology(), {}, {}, []
    for label, name, _ in rows:
        chain, residue = label.split(":")
        chains[chain] = chains.get(chain) or topology.addChain(chain)
        if label not in residues:
            residues[label] = topology.addResidue(residue[:3], chains[chain], residue[3:])
        atoms.append(topology.addAtom(name, Element.getBySymbol(name[0]), residues[label]))
    for first, second in bonds:
        topology.addBond(atoms[first], atoms[second])
    ligand = LIGAND if "L:LIG1" in residues else None
    return Complex(topology, np.array([xyz for *_, xyz in rows], dtype=np.float64), ligand, "test")


def molecule_of(smiles: str) -> Chem.Mol:
    """RDKit molecule with hydrogens and one conformer."""
    molecule = Chem.AddHs(Chem.MolFromSmiles(smiles))
    AllChem.EmbedMolecule(molecule, randomSeed=7)
    return molecule


def with_molecule(complex_: Complex | None, molecule: Chem.Mol, residue: str = "L:LIG1") -> Complex:
    """The complex (None for nothing) with a molecule added as one more residue, in its own coordinates."""
    old = Topology() if complex_ is None else complex_.topology
    topology = rebuilt(old)
    chain, name = residue.split(":")
    new = topology.addResidue(name[:3], topology.addChain(chain), name[3:])
    atoms = [
        topology.addAtom(f"{atom.GetSymbol()}{atom.GetIdx() + 1}", Element.getBySymbol(atom.GetSymbol()), new)
        for atom in molecule.GetAtoms()
    ]
    for bond in molecule.GetBonds():
        topology.addBond(atoms[bond.GetBeginAtomIdx()], atoms[bond.GetEndAtomIdx()])
    positions = molecule.GetConformer().GetPositions()
    ligand = ResidueId(chain, int(name[3:])) if name.startswith("LIG") else None
    if complex_ is None:
        return Complex(topology, positions, ligand, "test")
    return replace(
        complex_,
        topology=topology,
        positions=np.vstack([complex_.positions, positions]),
        ligand=ligand or complex_.ligand,
    )
