"""Atoms that start small, so that a side chain or ligand can be inserted where there is no room for it yet."""

from collections.abc import Iterable
from typing import Final

import openmm

SOFT_SIGMA_FRACTION: Final = 0.6  # what is being inserted starts at 60 % of its Lennard-Jones size
SOFTNESS: Final = "soft"  # OpenMM parameter: 0 for atoms of full size, 1 for small ones


def let_soften(nonbonded: openmm.NonbondedForce, atoms: Iterable[int]) -> None:
    """Let the parameter `SOFTNESS` of a Context shrink some atoms; they keep their full size until it is set."""
    nonbonded.addGlobalParameter(SOFTNESS, 0.0)
    for index in atoms:
        _, sigma, _ = nonbonded.getParticleParameters(int(index))
        nonbonded.addParticleParameterOffset(SOFTNESS, int(index), 0.0, -(1.0 - SOFT_SIGMA_FRACTION) * sigma, 0.0)
