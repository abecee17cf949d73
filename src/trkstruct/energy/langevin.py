"""Langevin dynamics of an energy whose far atoms are frozen: snapshots of what else a pocket looks like."""

from collections.abc import Iterator
from typing import Final

import numpy as np
from openmm import unit
from openmm.app import Topology

from trkstruct.energy.minimizer import Energy
from trkstruct.errors import RelaxationError
from trkstruct.units import BOLTZMANN_KCAL_MOL_KELVIN, FloatArray

TIME_STEP_PS: Final = 0.003
HYDROGEN_MASS_AMU: Final = 4.0  # heavy hydrogens allow the step; Hopkins 2015, 10.1021/ct5010406
FRICTION_PER_PS: Final = 1.0
_ACCELERATION: Final = 418.4  # Å/ps² of 1 kcal/mol/Å on 1 amu
_LARGEST_STEP_ANGSTROM: Final = 0.5  # a hydrogen of 300 K goes 0.05 Å in a step of 3 fs


def langevin_snapshots(
    energy: Energy,
    start: FloatArray,
    masses_amu: FloatArray,
    *,
    temperature_kelvin: float,
    steps: int,
    seed: int | tuple[int, ...],
) -> Iterator[FloatArray]:
    """Endless snapshots, positions (n, 3) in Å, every so many steps of 3 fs from a start.

    The integrator is BAOAB (Leimkuhler & Matthews 2013, 10.1093/amrx/abs010). Averages over positions do not depend on
    masses, so hydrogens are given 4 amu and fast bonds no constraints.

    Parameters
    ----------
    energy : Energy
    start : numpy.ndarray, shape (n, 3)
        Å.
    masses_amu : numpy.ndarray, shape (n,)
        Those of frozen atoms are not looked at.
    temperature_kelvin : float
    steps : int
        Between two snapshots.
    seed : int or tuple of int
        Of the velocities and the random forces.

    Raises
    ------
    RelaxationError
        When the dynamics explodes.
    """
    random, mobile = np.random.default_rng(seed), energy.mobile
    mass = np.maximum(masses_amu[mobile], HYDROGEN_MASS_AMU)[:, None]
    thermal = np.sqrt(BOLTZMANN_KCAL_MOL_KELVIN * temperature_kelvin * _ACCELERATION / mass)
    kept = np.exp(-FRICTION_PER_PS * TIME_STEP_PS)
    noise = np.sqrt(1.0 - kept**2) * thermal
    positions = start.copy()
    velocities = thermal * random.normal(size=(len(mass), 3))
    gradient = energy.evaluate(positions)[1]
    half = 0.5 * TIME_STEP_PS
    while True:
        for _ in range(steps):
            velocities -= half * _ACCELERATION * gradient / mass
            positions[mobile] += half * velocities
            velocities = kept * velocities + noise * random.normal(size=velocities.shape)
            positions[mobile] += half * velocities
            gradient = energy.evaluate(positions)[1]
            velocities -= half * _ACCELERATION * gradient / mass
            if not np.abs(velocities).max() * TIME_STEP_PS < _LARGEST_STEP_ANGSTROM:
                raise RelaxationError(
                    f"The dynamics of {energy.source} exploded: an atom goes more than {_LARGEST_STEP_ANGSTROM:g} Å in "
                    f"{TIME_STEP_PS * 1000:g} fs. Relax the structure first, and look for overlapping atoms."
                )
        yield positions.copy()


def masses_of(topology: Topology) -> FloatArray:
    """Mass of each atom, amu."""
    return np.array([atom.element.mass.value_in_unit(unit.dalton) for atom in topology.atoms()])
