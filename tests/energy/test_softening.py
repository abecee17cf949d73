"""Atoms that start small."""

import openmm
import pytest

from trkstruct.energy.softening import SOFT_SIGMA_FRACTION, SOFTNESS, let_soften


def test_only_the_chosen_atoms_shrink_and_only_when_told() -> None:
    system, force = openmm.System(), openmm.NonbondedForce()
    for _ in range(2):
        system.addParticle(1.0)
        force.addParticle(0.0, 0.3, 1.0)
    let_soften(force, [1])
    system.addForce(force)
    context = openmm.Context(system, openmm.VerletIntegrator(0.001), openmm.Platform.getPlatformByName("Reference"))
    context.setPositions([[0.0, 0.0, 0.0], [0.0, 0.0, 0.35]])

    def energy(sigma: float) -> float:
        ratio = (sigma / 0.35) ** 6
        return 4 * (ratio**2 - ratio)

    for softness, sigma in ((0.0, 0.3), (1.0, 0.3 * (1 + SOFT_SIGMA_FRACTION) / 2)):
        context.setParameter(SOFTNESS, softness)
        found = context.getState(getEnergy=True).getPotentialEnergy()._value
        assert found == pytest.approx(energy(sigma), rel=1e-6)
