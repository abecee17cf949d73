"""Shipped complexes whose ligand has lost its tail, as a crystal shows those that reach into the solvent."""

from typing import Final

from rdkit import Chem

from trkstruct.ligand.ligand import Ligand, to_molecule
from trkstruct.ligand.reading import load_ligand
from trkstruct.structure.complex import Complex, ligand_atoms, select_atoms
from trkstruct.structure.shipped_models import load_shipped

TAILS: Final = {"larotrectinib": "N1CC[C@H](O)C1", "entrectinib": "CN1CCNCC1"}


def cut_complex(drug: str, pattern: str) -> tuple[Complex, Ligand, frozenset[str]]:
    """The shipped complex without the part of its ligand that matches, the ligand, and the names of what is left."""
    complex_, ligand = load_shipped("TRKA", drug), load_ligand(drug)
    molecule = to_molecule(ligand)
    tail = set(molecule.GetSubstructMatch(Chem.MolFromSmarts(Chem.MolToSmarts(Chem.MolFromSmiles(pattern, False)))))
    assert tail
    seen = frozenset(
        ligand.atom_names[atom.GetIdx()]
        for atom in molecule.GetAtoms()
        if atom.GetAtomicNum() > 1 and atom.GetIdx() not in tail
    )
    own = set(ligand_atoms(complex_).tolist())
    kept = [atom.index for atom in complex_.topology.atoms() if atom.index not in own or atom.name in seen]
    return select_atoms(complex_, kept), ligand, seen
