"""Bonds between a ligand and its protein: those that the file records, and those that its distances show."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from openmm.app import Atom
from rdkit import Chem
from scipy.spatial import cKDTree

from trkstruct.contacts.radii import neighbours_of
from trkstruct.residues import ResidueId, parent_name
from trkstruct.structure.complex import Complex, is_protein, ligand_atoms, residue_id
from trkstruct.structure.geometry import angle_degrees
from trkstruct.structure.topology import bond_indices, ordered_pair, rebuilt

NUCLEOPHILES: Final = frozenset({
    ("CYS", "SG"), ("SER", "OG"), ("THR", "OG1"), ("TYR", "OH"), ("LYS", "NZ"), ("HIS", "ND1"), ("HIS", "NE2"),
    ("ASP", "OD1"), ("ASP", "OD2"), ("GLU", "OE1"), ("GLU", "OE2"),
})  # fmt: skip
"""Side-chain atoms that warheads react with; Boike 2022, 10.1038/s41573-022-00542-z."""
ELECTROPHILES: Final = frozenset({"C", "B", "S", "P", "Se"})
LENGTH_TOLERANCE_ANGSTROM: Final = 0.2  # a crystal's error at 2-3 Å; the closest contacts without a bond are 1 Å longer
ANGLE_RANGE_DEGREES: Final = (90.0, 140.0)  # at the protein's atom: 100 at sulfur, 120 at a trigonal nitrogen
TORN_ANGSTROM: Final = 2.3  # a longer bond inside the residue is an error of the file, and its angle says nothing
SAME_PLACE_ANGSTROM: Final = 0.01


@dataclass(frozen=True)
class CovalentBond:
    """A bond between a protein residue and the ligand.

    ``protein_index`` and ``ligand_index`` are the atoms' places in the complex; ``recorded`` is False where only the
    distance shows the bond.
    """

    residue: ResidueId
    residue_name: str
    protein_atom: str
    ligand_atom: str
    distance_angstrom: float
    recorded: bool
    protein_index: int
    ligand_index: int

    def __str__(self) -> str:
        """``CYS A:797 (SG-CAJ, 1.81 Å)``."""
        atoms = f"{self.protein_atom}-{self.ligand_atom}, {self.distance_angstrom:.2f} Å"
        return f"{self.residue_name} {self.residue} ({atoms}{'' if self.recorded else ', by distance'})"


def covalent_bonds(complex_: Complex) -> tuple[CovalentBond, ...]:
    """Bonds between the ligand and the protein, in the order of the protein.

    A file need not record one (LINK, CONECT, struct_conn): a nucleophile of a side chain, without its hydrogen, at the
    length and angle of a single bond from an atom of the ligand that warheads bind with is bonded, too.
    """
    recorded = set(_recorded(complex_))
    found = sorted(recorded | set(_by_distance(complex_)))
    atoms = list(complex_.topology.atoms())
    return tuple(_bond(complex_, atoms[own], atoms[other], (own, other) in recorded) for own, other in found)


def with_covalent_bonds(complex_: Complex) -> Complex:
    """The complex with the bonds to its ligand that only distances show."""
    new = [each for each in covalent_bonds(complex_) if not each.recorded]
    return _with(complex_, [(each.protein_index, each.ligand_index) for each in new]) if new else complex_


def carry_bonds(before: Complex, after: Complex) -> Complex:
    """The second complex with the bonds to the ligand that the first has, between the atoms at the same places."""
    bonds = covalent_bonds(before)
    if not bonds:
        return after
    tree = cKDTree(after.positions)
    pairs = []
    for bond in bonds:
        distances, indices = tree.query(before.positions[[bond.protein_index, bond.ligand_index]])
        if distances.max() < SAME_PLACE_ANGSTROM:
            pairs.append((int(indices[0]), int(indices[1])))
    return _with(after, pairs)


def _with(complex_: Complex, pairs: list[tuple[int, int]]) -> Complex:
    bonds = sorted({*bond_indices(complex_.topology), *(ordered_pair(*pair) for pair in pairs)})
    return replace(complex_, topology=rebuilt(complex_.topology, bonds=bonds))


def _recorded(complex_: Complex) -> Iterator[tuple[int, int]]:
    ligand = set(ligand_atoms(complex_).tolist())
    for one, other in complex_.topology.bonds():
        for own, theirs in ((one, other), (other, one)):
            if theirs.index in ligand and own.index not in ligand and is_protein(own.residue):
                yield own.index, theirs.index


def _by_distance(complex_: Complex) -> Iterator[tuple[int, int]]:
    atoms, positions = list(complex_.topology.atoms()), complex_.positions
    ligand = [int(i) for i in ligand_atoms(complex_) if _symbol(atoms[int(i)]) in ELECTROPHILES]
    if not ligand:
        return
    around, tree = neighbours_of(complex_.topology), cKDTree(positions[ligand])
    for atom in atoms:
        reacts = (parent_name(atom.residue.name), atom.name) in NUCLEOPHILES
        if not reacts or len(around[atom.index]) != _own_bonds(atom):
            continue
        distance, place = tree.query(positions[atom.index])
        other = ligand[int(place)]
        lengths = np.linalg.norm(positions[list(around[atom.index])] - positions[atom.index], axis=1)
        behind = [i for i, length in zip(around[atom.index], lengths, strict=True) if length < TORN_ANGSTROM]
        angles = [angle_degrees(positions[i], positions[atom.index], positions[other]) for i in behind]
        fits = abs(distance - _single_bond(atom, atoms[other])) <= LENGTH_TOLERANCE_ANGSTROM
        if fits and all(ANGLE_RANGE_DEGREES[0] <= angle <= ANGLE_RANGE_DEGREES[1] for angle in angles):
            yield atom.index, other


def _own_bonds(atom: Atom) -> int:
    """Bonds of a nucleophile within its residue when it bears no hydrogen."""
    return 2 if parent_name(atom.residue.name) == "HIS" else 1


def _single_bond(one: Atom, other: Atom) -> float:
    """Å, the sum of covalent radii as RDKit has them."""
    table = Chem.GetPeriodicTable()
    return float(sum(table.GetRcovalent(_symbol(atom)) for atom in (one, other)))


def _symbol(atom: Atom) -> str:
    return "" if atom.element is None else str(atom.element.symbol)


def _bond(complex_: Complex, own: Atom, other: Atom, recorded: bool) -> CovalentBond:
    distance = float(np.linalg.norm(complex_.positions[own.index] - complex_.positions[other.index]))
    name = parent_name(own.residue.name)
    return CovalentBond(residue_id(own.residue), name, own.name, other.name, distance, recorded, own.index, other.index)
