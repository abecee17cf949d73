"""Dynamics of a harmonic well and of atoms that explode: what the integrator must do whatever the molecule."""

import itertools
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from trkstruct.energy.langevin import HYDROGEN_MASS_AMU, langevin_snapshots
from trkstruct.errors import RelaxationError
from trkstruct.units import BOLTZMANN_KCAL_MOL_KELVIN, FloatArray

TEMPERATURE_KELVIN = 300.0
N_ATOMS = 400


@dataclass
class Well:
    """Every second atom on a spring to its place."""

    stiffness: float  # kcal/mol/Å²
    source: str = "a well"

    @property
    def mobile(self) -> NDArray[np.bool_]:
        return np.arange(N_ATOMS) % 2 == 0

    def evaluate(self, positions: FloatArray, softness: float = 0.0) -> tuple[float, FloatArray]:
        moved = positions[self.mobile]
        return 0.5 * self.stiffness * float(np.sum(moved**2)), self.stiffness * moved

    def restraint_energy(self, positions: FloatArray) -> float:
        raise NotImplementedError

    def spring_solver(self, positions: FloatArray) -> None:
        raise NotImplementedError


def _snapshots(well: Well, count: int, seed: int | tuple[int, ...], steps: int = 200) -> list[FloatArray]:
    start, masses = np.zeros((N_ATOMS, 3)), np.where(np.arange(N_ATOMS) < N_ATOMS // 2, 1.008, 14.0)
    running = langevin_snapshots(well, start, masses, temperature_kelvin=TEMPERATURE_KELVIN, steps=steps, seed=seed)  # type: ignore[arg-type]
    return list(itertools.islice(running, count))


@pytest.mark.parametrize("stiffness", [5.0, 300.0])
def test_each_coordinate_holds_half_of_kt_whatever_its_mass(stiffness: float) -> None:
    """Averages over positions do not depend on masses; 300 kcal/mol/Å² is a bond of hydrogen, which has 4 amu here."""
    well = Well(stiffness)
    snapshots = np.array(_snapshots(well, 60, seed=1)[10:])[:, well.mobile]
    expected = BOLTZMANN_KCAL_MOL_KELVIN * TEMPERATURE_KELVIN / stiffness
    for half in np.array_split(np.mean(snapshots**2, axis=(0, 2)), 2):
        assert np.mean(half) == pytest.approx(expected, rel=0.08)
    assert HYDROGEN_MASS_AMU == 4.0


def test_frozen_atoms_stay() -> None:
    well = Well(5.0)
    (snapshot,) = _snapshots(well, 1, seed=1, steps=5)
    assert not snapshot[~well.mobile].any()
    assert snapshot[well.mobile].all()


def test_the_seed_decides_the_trajectory() -> None:
    first, again, other, longer = (_snapshots(Well(5.0), 2, seed, 5) for seed in (1, 1, 2, (1, 0, 1)))
    assert np.array_equal(first, again)
    assert not np.allclose(first, other)
    assert not np.allclose(first, longer)
    assert not np.allclose(first[0], first[1])


@pytest.mark.parametrize("stiffness", [1e6, float("nan")])
def test_what_explodes_is_said(stiffness: float) -> None:
    with pytest.raises(
        RelaxationError, match=r"The dynamics of a well exploded: an atom goes more than 0\.5 Å in 3 fs"
    ):
        _snapshots(Well(stiffness), 1, seed=1)
