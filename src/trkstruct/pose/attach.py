"""A protein and a ligand put together."""

from dataclasses import replace

import numpy as np
from openmm.app import Element

from trkstruct.ligand.ligand import Ligand, to_molecule
from trkstruct.residues import LIGAND_NAME, ResidueId
from trkstruct.structure.complex import LIGAND_ID, Complex, without_ligand
from trkstruct.structure.topology import free_chain, rebuilt


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
    chain = topology.addChain(free_chain(taken, LIGAND_ID.chain))
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
