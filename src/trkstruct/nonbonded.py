"""What the atoms of a System are to each other without a bond: charges, Lennard-Jones parameters, exceptions."""

from dataclasses import dataclass

import numpy as np
import openmm

from trkstruct.force_table import read_tables
from trkstruct.forcefield import find_force
from trkstruct.units import ANGSTROM_PER_NM, KJ_PER_KCAL, FloatArray, IntArray


@dataclass(frozen=True)
class Nonbonded:
    """Charges (e), sigma (Å), epsilon (kcal/mol), each (n,), and the pairs (m, 2) that are excluded or scaled."""

    charges: FloatArray
    sigma: FloatArray
    epsilon: FloatArray
    exceptions: IntArray

    def partners(self, atom: int) -> IntArray:
        """The atoms that make an exception with this one, and the atom itself."""
        found: IntArray = np.unique(self.exceptions[(self.exceptions == atom).any(axis=1)])
        return found


def nonbonded_parameters(system: openmm.System) -> Nonbonded:
    """Charges, Lennard-Jones parameters and exceptions of a System."""
    particles, exceptions = read_tables(find_force(system, openmm.NonbondedForce), "Particles", "Exceptions")
    pairs = [exceptions.get(key, np.empty(0)) for key in ("p1", "p2")]
    return Nonbonded(
        charges=particles["q"],
        sigma=particles["sig"] * ANGSTROM_PER_NM,
        epsilon=particles["eps"] / KJ_PER_KCAL,
        exceptions=np.stack(pairs, axis=1).astype(np.int64),
    )
