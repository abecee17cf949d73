"""The minimiser: on functions with known minima, and against OpenMM's own on a peptide."""

import numpy as np
import openmm
import pytest

from support.peptides import SITE, build_peptide
from trkstruct.energy.lbfgs import PATIENCE, descend, rms_per_atom
from trkstruct.energy.minimizer import minimize
from trkstruct.energy.pocket_energy import open_energy
from trkstruct.residues import ResidueId
from trkstruct.sidechain.substitute import substitute
from trkstruct.structure.complex import Complex, residue_id
from trkstruct.structure.pocket import cut_pocket
from trkstruct.units import FloatArray


def _identity(_: FloatArray) -> object:
    return lambda vector: vector.copy()


def test_a_quadratic_with_its_own_hessian_takes_one_step() -> None:
    rng = np.random.default_rng(1)
    root = rng.normal(size=(12, 12))
    hessian, minimum = root @ root.T + np.eye(12), rng.normal(size=12) * 0.1
    evaluate = lambda x: (0.5 * (x - minimum) @ hessian @ (x - minimum), hessian @ (x - minimum))  # noqa: E731
    end = descend(evaluate, np.zeros(12), lambda _: lambda v: np.linalg.solve(hessian, v), 50, 1e-6)
    assert end.iterations == 1 and np.allclose(end.coordinates, minimum, atol=1e-6)


def test_rosenbrock() -> None:
    def evaluate(x: FloatArray) -> tuple[float, FloatArray]:
        a, b = 1 - x[0], x[1] - x[0] ** 2
        return a**2 + 100 * b**2 + x[2] ** 2, np.array([-2 * a - 400 * x[0] * b, 200 * b, 2 * x[2]])

    end = descend(evaluate, np.array([-1.2, 1.0, 0.3]), _identity, 500, 1e-4)  # type: ignore[arg-type]
    assert np.allclose(end.coordinates, [1, 1, 0], atol=2e-2) and end.iterations < 500


def test_a_wall_of_infinite_energy_is_stepped_back_from() -> None:
    def evaluate(x: FloatArray) -> tuple[float, FloatArray]:
        if x[0] <= 0:
            return float("inf"), np.zeros(3)
        return x[0] - np.log(x[0]), np.array([1 - 1 / x[0], 0.0, 0.0])

    end = descend(evaluate, np.array([0.3, 0.0, 0.0]), _identity, 200, 1e-6)  # type: ignore[arg-type]
    assert end.coordinates[0] == pytest.approx(1.0, abs=1e-2)


def test_rms_counts_atoms_not_coordinates() -> None:
    assert rms_per_atom(np.array([3.0, 4.0, 0.0])) == pytest.approx(5.0)
    assert rms_per_atom(np.empty(0)) == 0.0


@pytest.fixture(scope="module")
def peptide() -> Complex:
    return substitute(build_peptide(), ResidueId("A", SITE), "ARG")


def test_it_goes_as_low_as_openmm_in_a_fifth_of_the_iterations(peptide: Complex) -> None:
    everything = [residue_id(residue) for residue in peptide.topology.residues()]
    energy = open_energy(cut_pocket(peptide, everything, everything), None, platform="Reference")
    ours = minimize(energy, peptide.positions, 60)
    context = openmm.Context(
        energy.system, openmm.VerletIntegrator(0.001), openmm.Platform.getPlatformByName("Reference")
    )
    context.setPositions(peptide.positions / 10)
    openmm.LocalEnergyMinimizer.minimize(context, 1e-6, 300)
    theirs = context.getState(getEnergy=True).getPotentialEnergy()._value / 4.184
    assert ours.converged
    assert ours.energy_kcal_mol <= theirs + 0.05


def test_a_descent_that_will_not_reach_what_is_wanted_is_given_up() -> None:
    def slow(x: np.ndarray) -> tuple[float, np.ndarray]:
        return float(x[0]), np.ones(3)  # a slope without end, stepped down by the longest move

    wanted = descend(slow, np.zeros(3), _identity, 100, 1e-6, wanted=-1000.0)  # type: ignore[arg-type]
    unconditional = descend(slow, np.zeros(3), _identity, 100, 1e-6)  # type: ignore[arg-type]
    assert wanted.iterations == PATIENCE
    assert unconditional.iterations == 100
