"""What the atoms of a System are to each other without a bond: charges, Lennard-Jones parameters, exceptions."""

from dataclasses import dataclass, replace

import numpy as np
import openmm

from trkstruct.energy.force_tables import read_tables
from trkstruct.energy.forcefield import find_force
from trkstruct.units import ANGSTROM_PER_NM, KJ_PER_KCAL, FloatArray, IntArray


@dataclass(frozen=True)
class Nonbonded:
    """What a System's NonbondedForce holds.

    Attributes
    ----------
    charges, sigma, epsilon : numpy.ndarray, shape (n,)
        e, Å and kcal/mol.
    exceptions : numpy.ndarray of int, shape (m, 2)
        Pairs that are excluded or scaled.
    exception_terms : numpy.ndarray, shape (m, 3)
        Their product of charges (e²), sigma (Å) and epsilon (kcal/mol); a pair that is excluded has 0 twice.
    """

    charges: FloatArray
    sigma: FloatArray
    epsilon: FloatArray
    exceptions: IntArray
    exception_terms: FloatArray

    def screened(self, dielectric: float) -> "Nonbonded":
        """The same with Coulomb energies divided by a dielectric constant; charges carry its root."""
        terms = self.exception_terms / np.array([dielectric, 1.0, 1.0])
        return replace(self, charges=self.charges / dielectric**0.5, exception_terms=terms)

    def partners(self, atom: int) -> IntArray:
        """The atoms that make an exception with this one, and the atom itself."""
        found: IntArray = np.unique(self.exceptions[(self.exceptions == atom).any(axis=1)])
        return found


def nonbonded_parameters(system: openmm.System) -> Nonbonded:
    """Charges, Lennard-Jones parameters and exceptions of a System."""
    particles, exceptions = read_tables(find_force(system, openmm.NonbondedForce), "Particles", "Exceptions")
    first, second, *terms = (exceptions.get(key, np.empty(0)) for key in ("p1", "p2", "q", "sig", "eps"))
    return Nonbonded(
        charges=particles["q"],
        sigma=particles["sig"] * ANGSTROM_PER_NM,
        epsilon=particles["eps"] / KJ_PER_KCAL,
        exceptions=np.stack([first, second], axis=1).astype(np.int64),
        exception_terms=np.stack(terms, axis=1) * [1.0, ANGSTROM_PER_NM, 1.0 / KJ_PER_KCAL],
    )
