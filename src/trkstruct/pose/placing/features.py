"""What an atom shows to a pocket: size, grease, whether it gives or takes a hydrogen bond, lies in a flat ring."""

from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from openmm.app import Topology
from rdkit import Chem

from trkstruct.contacts.radii import BoolArray
from trkstruct.structure.atom_names import is_water
from trkstruct.structure.topology import bond_indices
from trkstruct.units import FloatArray, IntArray

RADII_ANGSTROM: Final = {
    "C": 1.9, "N": 1.8, "O": 1.7, "F": 1.5, "P": 2.1, "S": 2.0, "Cl": 1.8, "Br": 2.0, "I": 2.2,
}  # fmt: skip
"""Vina's, heavy atoms with their hydrogens: Trott & Olson 2010, 10.1002/jcc.21334."""
OTHER_RADIUS_ANGSTROM: Final = 1.2  # metals, ibid.
HALOGENS: Final = frozenset({"F", "Cl", "Br", "I"})


@dataclass(frozen=True)
class Features:
    """Of the ``n`` heavy atoms of a molecule or protein.

    Attributes
    ----------
    atoms : numpy.ndarray of int, shape (n,)
        Their indices there.
    radii_angstrom : numpy.ndarray, shape (n,)
    greasy, donor, acceptor, aromatic : numpy.ndarray of bool, shape (n,)
        Greasy are halogens and carbons bonded to none but carbon and hydrogen. A protein's aromatic atoms are not told.
    """

    atoms: IntArray
    radii_angstrom: FloatArray
    greasy: BoolArray
    donor: BoolArray
    acceptor: BoolArray
    aromatic: BoolArray

    def only(self, wanted: BoolArray) -> "Features":
        """Of those atoms alone that a mask (n,) says."""
        return Features(**{field.name: getattr(self, field.name)[wanted] for field in fields(self)})


def molecule_features(molecule: Chem.Mol) -> Features:
    """Of a molecule, with its hydrogens in the graph or not."""
    heavy = [atom for atom in molecule.GetAtoms() if atom.GetAtomicNum() > 1]
    symbols = [atom.GetSymbol() for atom in heavy]
    around = [[each.GetSymbol() for each in atom.GetNeighbors()] for atom in heavy]
    hydrogens = [atom.GetTotalNumHs(includeNeighbors=True) for atom in heavy]
    lone_pair = [symbol == "O" or atom.GetTotalDegree() < 3 for symbol, atom in zip(symbols, heavy, strict=True)]
    aromatic = [atom.GetIsAromatic() for atom in heavy]
    return _features([atom.GetIdx() for atom in heavy], symbols, around, hydrogens, lone_pair, aromatic)


def protein_features(topology: Topology) -> Features:
    """Of a structure with hydrogens, without its waters."""
    neighbours: dict[int, list[int]] = {}
    for one, other in bond_indices(topology):
        neighbours.setdefault(one, []).append(other)
        neighbours.setdefault(other, []).append(one)
    every = [str(atom.element.symbol) for atom in topology.atoms()]
    heavy = [a.index for a in topology.atoms() if every[a.index] != "H" and not is_water(a.residue.name)]
    around = [[every[each] for each in neighbours.get(index, ())] for index in heavy]
    symbols = [every[index] for index in heavy]
    hydrogens = [each.count("H") for each in around]
    lone_pair = [s == "O" or ("H" not in a and len(a) < 3) for s, a in zip(symbols, around, strict=True)]
    return _features(heavy, symbols, around, hydrogens, lone_pair, [False] * len(heavy))


def _features(
    atoms: list[int],
    symbols: list[str],
    around: list[list[str]],
    hydrogens: list[int],
    lone_pair: list[bool],
    aromatic: list[bool],
) -> Features:
    polar = [symbol in ("N", "O") for symbol in symbols]
    greasy = [s in HALOGENS or (s == "C" and set(a) <= {"C", "H"}) for s, a in zip(symbols, around, strict=True)]
    return Features(
        atoms=np.array(atoms, dtype=np.int64),
        radii_angstrom=np.array([RADII_ANGSTROM.get(each, OTHER_RADIUS_ANGSTROM) for each in symbols]),
        greasy=np.array(greasy, dtype=np.bool_),
        donor=np.array([p and count > 0 for p, count in zip(polar, hydrogens, strict=True)], dtype=np.bool_),
        acceptor=np.array([p and free for p, free in zip(polar, lone_pair, strict=True)], dtype=np.bool_),
        aromatic=np.array(aromatic, dtype=np.bool_),
    )
