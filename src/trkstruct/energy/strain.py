"""Single terms of an energy that no molecule at rest has: a bond torn or an angle bent too far, atoms in one another.

A minimum may be one only because something cannot get past something else. Its gradient is then small and its total,
thousands of terms, may look like that of a good one; one term tells.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import openmm
from numpy.typing import NDArray
from openmm.app import Atom, Topology
from scipy.spatial import cKDTree

from trkstruct.energy.force_tables import read_tables
from trkstruct.energy.forcefield import find_force
from trkstruct.energy.nonbonded import nonbonded_parameters
from trkstruct.structure.geometry import angle_degrees
from trkstruct.units import ANGSTROM_PER_NM, KJ_PER_KCAL, FloatArray, IntArray

STRAINED_KCAL_MOL: Final = 20.0  # what turning a peptide bond costs: Drakenberg 1971, 10.1039/C29710001404
NEAR_ANGSTROM: Final = 4.0  # beyond, no Lennard-Jones pair of ff14SB or GAFF2 repels by more than 1 kcal/mol


@dataclass(frozen=True)
class Strain:
    """One term of the energy that is far too high.

    Attributes
    ----------
    kind : {"bond", "angle", "overlap"}
    atoms : tuple of str
        ``A:ALA595:CB``; two of a bond or an overlap, three of an angle.
    value, ideal : float
        Å, or degrees of an angle; of an overlap the distance and where its Lennard-Jones energy is lowest.
    energy_kcal_mol : float
    """

    kind: Literal["bond", "angle", "overlap"]
    atoms: tuple[str, ...]
    value: float
    ideal: float
    energy_kcal_mol: float

    def __str__(self) -> str:
        """What is strained, by how much, and what it costs."""
        names = " and ".join(self.atoms) if self.kind == "overlap" else " - ".join(self.atoms)
        measured = f"{self.value:.0f}° instead of {self.ideal:.0f}°"
        if self.kind != "angle":
            measured = f"{self.value:.2f} Å instead of {self.ideal:.2f} Å"
        return f"{self.kind} {names}: {measured}, {self.energy_kcal_mol:.0f} kcal/mol"


def find_strains(
    topology: Topology,
    system: openmm.System,
    positions: FloatArray,
    *,
    mobile: NDArray[np.bool_] | None = None,
    least_kcal_mol: float = STRAINED_KCAL_MOL,
) -> tuple[Strain, ...]:
    """Bonds, angles and Lennard-Jones pairs above an energy, the worst first.

    Parameters
    ----------
    topology : openmm.app.Topology
    system : openmm.System
        Of `trkstruct.energy.forcefield.create_system`, for the same atoms.
    positions : numpy.ndarray, shape (n_atoms, 3)
        Å.
    mobile : numpy.ndarray of bool, shape (n_atoms,), optional
        Only terms with one of these atoms.
    least_kcal_mol : float
    """
    names = [_name(atom) for atom in topology.atoms()]
    terms = (_bonds(system, positions), _angles(system, positions), _overlaps(system, positions))
    strains = []
    for term in terms:
        high = ~(term.energies < least_kcal_mol)  # one that is no number counts too
        if mobile is not None:
            high &= mobile[term.atoms].any(axis=1)
        for row in np.flatnonzero(high):
            atoms = tuple(names[index] for index in term.atoms[row])
            value, ideal, energy = (float(each[row]) for each in (term.values, term.ideals, term.energies))
            strains.append(Strain(term.kind, atoms, value, ideal, energy))
    return tuple(sorted(strains, key=lambda strain: -strain.energy_kcal_mol))


@dataclass(frozen=True)
class _Terms:
    """All terms of a kind: atoms (n, 2 or 3), values and ideals (n,) in Å or degrees, energies (n,) in kcal/mol."""

    kind: Literal["bond", "angle", "overlap"]
    atoms: IntArray
    values: FloatArray
    ideals: FloatArray
    energies: FloatArray


def _name(atom: Atom) -> str:
    residue = atom.residue
    return f"{residue.chain.id}:{residue.name}{residue.id}{residue.insertionCode.strip()}:{atom.name}"


def _table(force: object, name: str, *keys: str) -> list[FloatArray]:
    (table,) = read_tables(force, name)
    return [table.get(key, np.empty(0)) for key in keys]


def _bonds(system: openmm.System, positions: FloatArray) -> _Terms:
    force = find_force(system, openmm.HarmonicBondForce)
    first, second, length, stiffness = _table(force, "Bonds", "p1", "p2", "d", "k")
    atoms = np.stack([first, second], axis=1).astype(np.int64)
    ideals = length * ANGSTROM_PER_NM
    values = np.linalg.norm(positions[atoms[:, 0]] - positions[atoms[:, 1]], axis=1)
    energies = 0.5 * stiffness / KJ_PER_KCAL / ANGSTROM_PER_NM**2 * (values - ideals) ** 2
    return _Terms("bond", atoms, values, ideals, energies)


def _angles(system: openmm.System, positions: FloatArray) -> _Terms:
    force = find_force(system, openmm.HarmonicAngleForce)
    first, centre, third, angle, stiffness = _table(force, "Angles", "p1", "p2", "p3", "a", "k")
    atoms = np.stack([first, centre, third], axis=1).astype(np.int64)
    values = angle_degrees(*(positions[column] for column in atoms.T))
    energies = 0.5 * stiffness / KJ_PER_KCAL * (np.radians(values) - angle) ** 2
    return _Terms("angle", atoms, values, np.degrees(angle), energies)


def _overlaps(system: openmm.System, positions: FloatArray) -> _Terms:
    """Lennard-Jones energies of near pairs that no bond, angle or torsion joins."""
    nonbonded, count = nonbonded_parameters(system), len(positions)
    pairs = cKDTree(positions).query_pairs(NEAR_ANGSTROM, output_type="ndarray").reshape(-1, 2)
    joined = np.sort(nonbonded.exceptions, axis=1)
    pairs = pairs[~np.isin(pairs @ [count, 1], joined @ [count, 1])]
    first, second = pairs.T
    sigma = 0.5 * (nonbonded.sigma[first] + nonbonded.sigma[second])
    epsilon = np.sqrt(nonbonded.epsilon[first] * nonbonded.epsilon[second])
    values = np.linalg.norm(positions[first] - positions[second], axis=1)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        sixth = (sigma / values) ** 6
        energies = 4.0 * epsilon * (sixth**2 - sixth)
    return _Terms("overlap", pairs, values, sigma * 2 ** (1 / 6), np.where(epsilon > 0, energies, 0.0))
