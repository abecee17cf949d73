"""Bonds of a structure: standard residues by name, everything else by the file's records or by distance."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from openmm import Vec3
from openmm.app import Atom, Residue, Topology
from openmm.unit import nanometer
from rdkit import Chem
from rdkit.Chem import rdDetermineBonds

from trkstruct.residues import THREE_TO_ONE
from trkstruct.structure.topology import ordered_pair, rebuilt
from trkstruct.units import ANGSTROM_PER_NM, FloatArray

PEPTIDE_BOND_LIMIT_ANGSTROM: Final = 2.0  # 1.33 Å is ideal, Engh & Huber 2001; a longer C-N is a gap in the chain
LARGE_ATOM_BOND_LIMIT_ANGSTROM: Final = 2.3  # S-S is 2.05 Å, C-I up to 2.16 Å; Allen 1987, 10.1039/P298700000S1
LARGE_ATOMS: Final = frozenset({"S", "Se", "Br", "I"})
NONMETALS: Final = LARGE_ATOMS | {"H", "B", "C", "N", "O", "F", "P", "Cl"}
CAPS: Final = frozenset({"ACE", "NME", "NH2"})
STANDARD_RESIDUES: Final = frozenset(THREE_TO_ONE) | CAPS | {"HOH"}


def with_bonds(topology: Topology, positions: FloatArray, conect: Iterable[tuple[int, int]] = ()) -> Topology:
    """Topology with the same atoms and all its bonds.

    Standard residues take their bonds by name and disulfides by distance; consecutive residues are joined unless C and
    N lie apart (a gap). Residues of other kinds take the file's records when these join all of their atoms, otherwise
    RDKit's distance-based connectivity.

    Parameters
    ----------
    topology : openmm.app.Topology
        Atoms without bonds, standard names.
    positions : numpy.ndarray, shape (n_atoms, 3)
        Å.
    conect : iterable of (int, int)
        Atom indices of bonds that the file records.
    """
    scratch = rebuilt(topology, bonds=())
    scratch.createStandardBonds()
    scratch.createDisulfideBonds([Vec3(*xyz) for xyz in positions / ANGSTROM_PER_NM] * nanometer)
    bonds = {ordered_pair(a.index, b.index): None for a, b in scratch.bonds() if not _spans_gap(a, b, positions)}
    recorded = {ordered_pair(*pair): None for pair in conect}
    residues = list(topology.residues())
    for residue in residues:
        if residue.name not in STANDARD_RESIDUES:
            bonds |= dict.fromkeys(_residue_bonds(residue, positions, recorded))
    bonds |= dict.fromkeys(_modified_backbone_bonds(residues, positions))
    atoms = list(topology.atoms())
    bonds |= {pair: None for pair in recorded if _is_covalent_link(atoms[pair[0]], atoms[pair[1]], positions)}
    return rebuilt(topology, bonds=sorted(bonds))


def _distance_angstrom(first: Atom, second: Atom, positions: FloatArray) -> float:
    return float(np.linalg.norm(positions[first.index] - positions[second.index]))


def _spans_gap(first: Atom, second: Atom, positions: FloatArray) -> bool:
    if first.residue is second.residue or {first.name, second.name} != {"C", "N"}:
        return False
    return _distance_angstrom(first, second, positions) > PEPTIDE_BOND_LIMIT_ANGSTROM


def _residue_bonds(
    residue: Residue, positions: FloatArray, recorded: Iterable[tuple[int, int]]
) -> Sequence[tuple[int, int]]:
    indices = [atom.index for atom in residue.atoms()]
    inside = frozenset(indices)
    known = [pair for pair in recorded if pair[0] in inside and pair[1] in inside]
    bonded = {index for pair in known for index in pair}
    if len(indices) == 1 or (bonded == inside and len(known) >= len(indices) - 1):
        return known
    molecule = Chem.RWMol()
    for atom in residue.atoms():
        molecule.AddAtom(Chem.Atom(atom.element.atomic_number))
    conformer = Chem.Conformer(len(indices))
    conformer.SetPositions(positions[indices])
    molecule.AddConformer(conformer)
    rdDetermineBonds.DetermineConnectivity(molecule)
    return [ordered_pair(indices[b.GetBeginAtomIdx()], indices[b.GetEndAtomIdx()]) for b in molecule.GetBonds()]


def _modified_backbone_bonds(residues: Sequence[Residue], positions: FloatArray) -> list[tuple[int, int]]:
    """Peptide bonds that name-based rules miss because one of the two residues is modified (MSE, SEP, ...)."""
    bonds = []
    for before, after in pairwise(residues):
        if before.chain is not after.chain or {before.name, after.name} <= STANDARD_RESIDUES:
            continue
        carbon = next((atom for atom in before.atoms() if atom.name == "C"), None)
        nitrogen = next((atom for atom in after.atoms() if atom.name == "N"), None)
        if carbon is not None and nitrogen is not None and not _spans_gap(carbon, nitrogen, positions):
            bonds.append(ordered_pair(carbon.index, nitrogen.index))
    return bonds


def _is_covalent_link(first: Atom, second: Atom, positions: FloatArray) -> bool:
    """Whether a recorded bond joins two residues as a covalent bond would; metal coordination and nonsense do not."""
    if first.residue is second.residue:
        return first.residue.name not in STANDARD_RESIDUES
    symbols = {first.element.symbol, second.element.symbol}
    limit = LARGE_ATOM_BOND_LIMIT_ANGSTROM if symbols & LARGE_ATOMS else PEPTIDE_BOND_LIMIT_ANGSTROM
    return symbols <= NONMETALS and _distance_angstrom(first, second, positions) < limit
