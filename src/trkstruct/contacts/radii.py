"""Atom kinds and van der Waals radii as Probe uses them: what two atoms may approach to before they overlap.

Kinds come from elements, bonds and hydrogens alone, so that a ligand needs no bond orders. A residue without hydrogens
gets united radii (Probe's implicit-hydrogen set) and, where hydrogens would decide, is given the benefit of the doubt.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray
from openmm.app import Atom, Residue, Topology

from trkstruct.residues import THREE_TO_ONE, parent_name
from trkstruct.units import FloatArray, IntArray

BoolArray = NDArray[np.bool_]

EXPLICIT_RADII_ANGSTROM: Final = {
    "H": 1.17, "H aromatic": 1.00, "H polar": 1.00, "C": 1.75, "C carbonyl": 1.65, "N": 1.55, "O": 1.40, "S": 1.80,
    "P": 1.80, "Se": 1.90, "F": 1.30, "Cl": 1.77, "Br": 1.95, "I": 2.10,
    "Li": 0.60, "Na": 0.95, "K": 1.33, "Mg": 0.65, "Ca": 0.99, "Mn": 0.80, "Fe": 0.74, "Co": 0.70, "Ni": 0.66,
    "Cu": 0.72, "Zn": 0.71,
}  # fmt: skip  # Word 1999, 10.1006/jmbi.1998.2400
"""Probe's radii for hydrogens at nuclear positions, as in force fields (Deis 2013, Comput. Cryst. Newsl. 4, 9)."""

UNITED_RADII_ANGSTROM: Final = {
    "C": 1.90, "C carbonyl": 1.90 * 1.65 / 1.75, "N": 1.70, "O": 1.50, "S": 1.90, "Se": 2.00,
}  # fmt: skip
"""Probe's radii for implicit hydrogens, ibid.; other elements keep their own."""

UNKNOWN_RADIUS_ANGSTROM: Final = 1.80  # boron, silicon, rare metals: Probe guesses ionic radii; here as P and S
NEUTRAL_ALLOWANCE_ANGSTROM: Final = (
    0.6  # overlap that a hydrogen bond permits; Probe default, Word 1999, 10.1006/jmbi.1998.2400
)
CHARGED_ALLOWANCE_ANGSTROM: Final = 0.8  # the same between opposite charges, ibid.
AROMATIC_RING_SIZES: Final = (5, 6)

_UNITED_CATIONS: Final = frozenset({("LYS", "NZ"), ("ARG", "NE"), ("ARG", "NH1"), ("ARG", "NH2")})  # at pH 7.4
_HYDROXYLS: Final = frozenset({"OG", "OG1", "OH"})


@dataclass(frozen=True)
class AtomTypes:
    """What the clash rule knows of each of ``n`` atoms.

    Attributes
    ----------
    radii_angstrom : numpy.ndarray, shape (n,)
    donor : numpy.ndarray of bool, shape (n,)
        Hydrogens on N, O or S, and the heavy atom that carries them (or is taken to when hydrogens are absent).
    acceptor : numpy.ndarray of bool, shape (n,)
        O, S and N with a free lone pair. Organic halogens hardly ever accept (Dunitz 1997, 10.1002/chem.19970030115).
    charge : numpy.ndarray, shape (n,)
        Sign of the formal charge of the group the atom belongs to: -1, 0 or 1.
    hydrogen : numpy.ndarray of bool, shape (n,)
    united : numpy.ndarray of bool, shape (n,)
        Heavy atoms whose radius includes hydrogens that the structure lacks.
    """

    radii_angstrom: FloatArray
    donor: BoolArray
    acceptor: BoolArray
    charge: IntArray
    hydrogen: BoolArray
    united: BoolArray


def select_types(types: AtomTypes, indices: IntArray) -> AtomTypes:
    """The types of the atoms at these indices, in that order."""
    return AtomTypes(**{field.name: getattr(types, field.name)[indices] for field in fields(types)})


def neighbours_of(topology: Topology) -> tuple[tuple[int, ...], ...]:
    """Indices of the atoms bonded to each atom."""
    bonded: list[list[int]] = [[] for _ in range(topology.getNumAtoms())]
    for first, second in topology.bonds():
        bonded[first.index].append(second.index)
        bonded[second.index].append(first.index)
    return tuple(tuple(sorted(around)) for around in bonded)


def classify_atoms(topology: Topology, hydrogen_counts: Mapping[int, int] | None = None) -> AtomTypes:
    """Kind of every atom of a topology with all its bonds.

    Parameters
    ----------
    topology : openmm.app.Topology
        Bonds of every residue, ligand included; bond orders are not used.
    hydrogen_counts : mapping of int to int, optional
        Hydrogens that atoms (by index) are known to carry although the structure lacks them, from a ligand's chemistry.
    """
    molecule = _Molecule(topology, dict(hydrogen_counts or {}))
    kinds = [_kind(molecule, index) for index in range(len(molecule.atoms))]
    charge = _charges(molecule)
    united = np.array([molecule.is_united(index) for index in range(len(kinds))], dtype=np.bool_)
    with_implicit = EXPLICIT_RADII_ANGSTROM | UNITED_RADII_ANGSTROM
    tables = [with_implicit if lacks else EXPLICIT_RADII_ANGSTROM for lacks in united]
    radii = [table.get(kind, UNKNOWN_RADIUS_ANGSTROM) for table, kind in zip(tables, kinds, strict=True)]
    return AtomTypes(
        radii_angstrom=np.array(radii, dtype=np.float64),
        donor=np.array([_is_donor(molecule, index) for index in range(len(kinds))], dtype=np.bool_),
        acceptor=np.array([_is_acceptor(molecule, index, charge) for index in range(len(kinds))], dtype=np.bool_),
        charge=charge,
        hydrogen=np.array([symbol == "H" for symbol in molecule.symbols], dtype=np.bool_),
        united=united,
    )


def hydrogen_bond_allowances(first: AtomTypes, second: AtomTypes) -> FloatArray:
    """Overlap (Å) that each pair of equally long type arrays may have as donor and acceptor; 0 for other pairs.

    Arrays broadcast, so a column against a row gives a matrix. Geometry is not looked at here.
    """
    may_bond = (first.donor & second.acceptor) | (first.acceptor & second.donor)
    charged = first.charge * second.charge < 0
    return np.where(may_bond, np.where(charged, CHARGED_ALLOWANCE_ANGSTROM, NEUTRAL_ALLOWANCE_ANGSTROM), 0.0)


def contact_distances(first: AtomTypes, second: AtomTypes) -> FloatArray:
    """Distance (Å), shape (n, m), below which each atom of the first set overlaps each of the second.

    Sum of radii less the hydrogen-bond allowance, granted by kind whatever the angle, as Probe does.
    """
    column = AtomTypes(**{field.name: getattr(first, field.name)[:, None] for field in fields(first)})
    return column.radii_angstrom + second.radii_angstrom - hydrogen_bond_allowances(column, second)


class _Molecule:
    """A topology unpacked into lists: what the rules below look at."""

    def __init__(self, topology: Topology, hydrogen_counts: Mapping[int, int]) -> None:
        self.atoms: list[Atom] = list(topology.atoms())
        self.symbols = [atom.element.symbol if atom.element is not None else "" for atom in self.atoms]
        self.around = neighbours_of(topology)
        self.hydrogen_counts = hydrogen_counts
        self.with_hydrogens = {atom.residue.index for atom in self.atoms if self.symbols[atom.index] == "H"}
        self.with_ch = {
            atom.residue.index for atom in self.atoms if self.symbols[atom.index] == "C" and self.hydrogens(atom.index)
        }

    def hydrogens(self, index: int) -> list[int]:
        """Hydrogens bonded to an atom."""
        return [other for other in self.around[index] if self.symbols[other] == "H"]

    def residue(self, index: int) -> Residue:
        """The residue of an atom."""
        return self.atoms[index].residue

    def lacks_hydrogens(self, index: int) -> bool:
        """Whether the residue of an atom has no hydrogen at all."""
        return self.residue(index).index not in self.with_hydrogens

    def is_united(self, index: int) -> bool:
        """Whether an atom's radius has to stand for its hydrogens too, which the file leaves out."""
        if self.symbols[index] == "C":
            return self.residue(index).index not in self.with_ch
        return self.symbols[index] in UNITED_RADII_ANGSTROM and self.lacks_hydrogens(index)

    def is_protein(self, index: int) -> bool:
        """Whether an atom is of one of the twenty amino acids."""
        return parent_name(self.residue(index).name) in THREE_TO_ONE

    def is_terminal_oxygen(self, index: int) -> bool:
        """O bonded to one atom: carbonyl, carboxylate, phosphate; a hydroxyl only where hydrogens are absent."""
        named_hydroxyl = self.is_protein(index) and self.atoms[index].name in _HYDROXYLS
        known = self.hydrogen_counts.get(index, 0) > 0
        return self.symbols[index] == "O" and len(self.around[index]) == 1 and not named_hydroxyl and not known

    def is_flat(self, index: int) -> bool:
        """Number of neighbours allows sp2: 3 at C, 3 or fewer at N, 2 at O and S."""
        count, symbol = len(self.around[index]), self.symbols[index]
        return (symbol == "C" and count == 3) or (symbol == "N" and count <= 3) or (symbol in {"O", "S"} and count == 2)


def _kind(molecule: _Molecule, index: int) -> str:
    symbol, around = molecule.symbols[index], molecule.around[index]
    if symbol == "C" and len(around) == 3 and any(molecule.is_terminal_oxygen(other) for other in around):
        return "C carbonyl"
    if symbol != "H":
        return symbol
    if any(molecule.symbols[other] in {"N", "O", "S"} for other in around):
        return "H polar"
    return "H aromatic" if any(_in_flat_ring(molecule, other) for other in around) else "H"


def _in_flat_ring(molecule: _Molecule, start: int) -> bool:
    """Whether the atom closes a ring of five or six atoms that could all be sp2."""

    def closes(path: Sequence[int]) -> bool:
        for other in molecule.around[path[-1]]:
            if other == start and len(path) in AROMATIC_RING_SIZES:
                return True
            if (
                other not in path
                and len(path) < max(AROMATIC_RING_SIZES)
                and molecule.is_flat(other)
                and closes([*path, other])
            ):
                return True
        return False

    return molecule.is_flat(start) and closes([start])


def _is_donor(molecule: _Molecule, index: int) -> bool:
    symbol = molecule.symbols[index]
    if symbol == "H":
        return any(molecule.symbols[other] in {"N", "O", "S"} for other in molecule.around[index])
    if symbol not in {"N", "O", "S"}:
        return False
    if not molecule.lacks_hydrogens(index):
        return bool(molecule.hydrogens(index))
    if index in molecule.hydrogen_counts:
        return molecule.hydrogen_counts[index] > 0
    if not molecule.is_protein(index):
        return True  # Probe: N, O and S of unknown groups may donate and accept
    if symbol == "N":
        return bool(molecule.residue(index).name != "PRO")
    return bool(molecule.atoms[index].name in _HYDROXYLS | {"SG"})


def _is_acceptor(molecule: _Molecule, index: int, charge: IntArray) -> bool:
    symbol, around = molecule.symbols[index], molecule.around[index]
    if symbol in {"O", "S"}:
        return len(around) <= 2 and charge[index] <= 0
    if symbol != "N" or charge[index] > 0:
        return False
    if molecule.lacks_hydrogens(index) and molecule.is_protein(index):
        return parent_name(molecule.residue(index).name) == "HIS" and molecule.atoms[index].name != "N"
    count = len(around) + (molecule.hydrogen_counts.get(index, 0) if molecule.lacks_hydrogens(index) else 0)
    conjugated = any(molecule.symbols[other] != "H" and molecule.is_flat(other) for other in around)
    return count <= 2 or (count == 3 and not conjugated)


def _charges(molecule: _Molecule) -> IntArray:
    charge = np.zeros(len(molecule.atoms), dtype=np.int64)
    for index, symbol in enumerate(molecule.symbols):
        if symbol == "N" and len(molecule.around[index]) == 4:
            charge[index] = 1
        if symbol == "C":
            charge[_cationic_nitrogens(molecule, index)] = 1
        if symbol in {"C", "P", "S"}:
            charge[_anionic_oxygens(molecule, index)] = -1
        if (
            molecule.lacks_hydrogens(index)
            and (molecule.residue(index).name, molecule.atoms[index].name) in _UNITED_CATIONS
        ):
            charge[index] = 1
    for index, symbol in enumerate(molecule.symbols):
        if symbol == "H":
            charge[index] = max((int(charge[other]) for other in molecule.around[index]), default=0)
    return charge


def _cationic_nitrogens(molecule: _Molecule, carbon: int) -> list[int]:
    """Nitrogens of guanidinium, amidinium and imidazolium: no nitrogen at this carbon is left with a lone pair."""
    nitrogens = [other for other in molecule.around[carbon] if molecule.symbols[other] == "N"]
    others = [other for other in molecule.around[carbon] if molecule.symbols[other] not in {"N", "H"}]
    if len(molecule.around[carbon]) != 3 or len(nitrogens) < 2 or any(molecule.is_flat(other) for other in others):
        return []
    if any(molecule.symbols[other] in {"O", "S"} for other in others):
        return []
    return nitrogens if all(len(molecule.around[nitrogen]) == 3 for nitrogen in nitrogens) else []


def _anionic_oxygens(molecule: _Molecule, centre: int) -> list[int]:
    """Terminal oxygens of carboxylates, phosphates and sulfonates (not of sulfones: these have two carbons)."""
    terminal = [other for other in molecule.around[centre] if molecule.is_terminal_oxygen(other)]
    needed = 3 if molecule.symbols[centre] == "S" else 2
    return terminal if len(terminal) >= needed else []
