"""The coordinate lines of a PDB file that this package wrote, taken apart and put together as text."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from scipy.spatial import cKDTree

from trkstruct.errors import StructureError
from trkstruct.residues import LIGAND_NAME, AtomLabel, ResidueId
from trkstruct.units import FloatArray


@dataclass(frozen=True)
class AtomLine:
    """One ATOM or HETATM line: the line, what it says, and its position in Å."""

    text: str
    atom: str
    residue_name: str
    residue: ResidueId
    element: str
    position: tuple[float, float, float]

    @property
    def serial(self) -> int:
        """Its number in the file."""
        return int(self.text[6:11])

    @property
    def residue_text(self) -> str:
        """``Arg595``, as pictures name its residue."""
        return f"{self.residue_name.capitalize()}{self.residue.number}{self.residue.insertion_code}"

    @cached_property
    def label(self) -> str:
        """``A:ARG595:CZ``, as clashes and hydrogen bonds name it."""
        return str(AtomLabel(self.residue, self.residue_name, self.atom))

    @property
    def is_ligand(self) -> bool:
        """Whether it belongs to the ligand, which is residue LIG in every written complex."""
        return self.residue_name == LIGAND_NAME


@lru_cache(maxsize=4)  # a wild type is read for each of its mutants
def read_atom_lines(text: str) -> tuple[AtomLine, ...]:
    """Atoms of PDB text, in their order.

    Raises
    ------
    StructureError
        When a coordinate line cannot be read.
    """
    return tuple(_read(line) for line in text.splitlines() if line.startswith(("ATOM", "HETATM")))


def whole_residues_near(
    atoms: Sequence[AtomLine], centres: Iterable[AtomLine], cutoff_angstrom: float
) -> tuple[AtomLine, ...]:
    """The ligand and the residues of the protein with an atom within the cut-off of any of the centres."""
    near = residues_near(atoms, centres, cutoff_angstrom)
    return tuple(atom for atom in atoms if atom.is_ligand or atom.residue in near)


def residues_near(
    atoms: Iterable[AtomLine], centres: Iterable[AtomLine], cutoff_angstrom: float
) -> frozenset[ResidueId]:
    """Residues of the protein with an atom within the cut-off of any of the centres."""
    protein = [atom for atom in atoms if not atom.is_ligand]
    points = positions_of(centres)
    if not len(points) or not protein:
        return frozenset()
    distances, _ = cKDTree(points).query(positions_of(protein), distance_upper_bound=cutoff_angstrom)
    return frozenset(atom.residue for atom, distance in zip(protein, distances, strict=True) if np.isfinite(distance))


def positions_of(atoms: Iterable[AtomLine]) -> FloatArray:
    """Positions in Å, shape (n, 3)."""
    return np.array([atom.position for atom in atoms], dtype=np.float64).reshape(-1, 3)


def pdb_excerpt(atoms: Iterable[AtomLine], keep: Callable[[AtomLine], bool]) -> str:
    """PDB text of the atoms that are kept."""
    return "".join(f"{atom.text}\n" for atom in atoms if keep(atom)) + "END\n"


@lru_cache(maxsize=1 << 15)  # the states of a case and the mutants of a kinase share most of their lines
def _read(line: str) -> AtomLine:
    try:
        atom = AtomLine(
            text=line,
            atom=line[12:16].strip(),
            residue_name=line[17:20].strip(),
            residue=ResidueId(line[21].strip(), int(line[22:26]), line[26].strip()),
            element=line[76:78].strip().upper(),
            position=(float(line[30:38]), float(line[38:46]), float(line[46:54])),
        )
        if atom.serial < 0 or not all(math.isfinite(each) for each in atom.position):
            raise ValueError
    except (ValueError, IndexError) as error:
        raise StructureError(f"A complex holds a coordinate line that cannot be read: {line!r}.") from error
    return atom
