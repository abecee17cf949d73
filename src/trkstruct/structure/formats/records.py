"""What a structure file holds: chains of residues of atoms, one conformer of each, every atom accounted for."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from trkstruct.residues import ResidueId
from trkstruct.structure.formats.header import StructureHeader
from trkstruct.units import FloatArray


@dataclass(frozen=True, eq=False)
class FileAtom:
    """One atom: ``index`` is its place among those of the file, ``element`` a symbol such as ``Cl``, ``position`` Å."""

    index: int
    name: str
    element: str
    position: tuple[float, float, float]
    occupancy: float
    b_factor: float


@dataclass(frozen=True, eq=False)
class FileResidue:
    """One residue in the conformer that was chosen.

    Attributes
    ----------
    identity : ResidueId
        Under the file's own number.
    name : str
    hetero : bool
        Whether the file has it as HETATM.
    atoms : tuple of FileAtom
    alternates : tuple of str
        Names of the conformers that the file has, the chosen one first; empty where there is only one.
    """

    identity: ResidueId
    name: str
    hetero: bool
    atoms: tuple[FileAtom, ...]
    alternates: tuple[str, ...] = ()

    def __str__(self) -> str:
        """``STI A:600``."""
        return f"{self.name} {self.identity}"

    @property
    def names(self) -> frozenset[str]:
        """Names of its atoms."""
        return frozenset(atom.name for atom in self.atoms)

    @property
    def positions(self) -> FloatArray:
        """Of all atoms in Å, shape (n_atoms, 3)."""
        return np.array([atom.position for atom in self.atoms], dtype=np.float64).reshape(-1, 3)

    @property
    def heavy_positions(self) -> FloatArray:
        """Of all atoms but hydrogen in Å, shape (n_heavy, 3)."""
        heavy = [atom.position for atom in self.atoms if atom.element != "H"]
        return np.array(heavy, dtype=np.float64).reshape(-1, 3)


@dataclass(frozen=True, eq=False)
class FileChain:
    """One chain."""

    id: str
    residues: tuple[FileResidue, ...]


@dataclass(frozen=True, eq=False)
class StructureFile:
    """First model of a file.

    Attributes
    ----------
    chains : tuple of FileChain
    bonds : tuple of (int, int)
        Indices of the atoms that the file's records join (CONECT, LINK, SSBOND, struct_conn).
    header : StructureHeader
    notes : tuple of str
        What had to be understood in another way than it is written.
    """

    chains: tuple[FileChain, ...]
    bonds: tuple[tuple[int, int], ...]
    header: StructureHeader
    notes: tuple[str, ...]

    @property
    def residues(self) -> Iterator[FileResidue]:
        """All residues, chain by chain."""
        return (residue for chain in self.chains for residue in chain.residues)
