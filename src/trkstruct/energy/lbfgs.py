"""Preconditioned L-BFGS: a minimiser that is told how stiff its coordinates are.

Two-loop recursion of Nocedal 1980, 10.1090/S0025-5718-1980-0572855-7, with the inverse of a spring matrix in the place
of the scaled identity, and a backtracking line search.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from trkstruct.units import FloatArray

MEMORY: Final = 10
LONGEST_MOVE_ANGSTROM: Final = 0.5  # of any coordinate in one iteration
SUFFICIENT_DECREASE: Final = 1e-4  # Armijo's condition; Nocedal & Wright 2006, 10.1007/978-0-387-40065-5, section 3.1
SHORTEST_STEP: Final = 1e-4  # of the first one tried
REFRESHED_EVERY: Final = 20  # iterations; the springs follow the structure
PATIENCE: Final = 15  # iterations over which the pace of a descent is measured
ENERGY_NOISE_KCAL_MOL: Final = 1e-4  # single-precision sums of a pocket's pair energies

Evaluate = Callable[[FloatArray], tuple[float, FloatArray]]
Solve = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True)
class Descent:
    """Where a minimisation ended: coordinates (n,), energy, gradient (n,), iterations, and the energy it began with."""

    coordinates: FloatArray
    energy: float
    gradient: FloatArray
    iterations: int
    first_energy: float


def descend(
    evaluate: Evaluate,
    start: FloatArray,
    precondition: Callable[[FloatArray], Solve],
    iterations: int,
    gradient_tolerance: float,
    *,
    wanted: float = np.inf,
) -> Descent:
    """Minimise a function of many coordinates.

    Parameters
    ----------
    evaluate : callable
        Energy (kcal/mol) and gradient (n,) in kcal/mol/Å of coordinates (n,) in Å.
    start : numpy.ndarray, shape (n,)
    precondition : callable
        From coordinates to a function that multiplies by the inverse of an approximate Hessian.
    iterations : int
        At most.
    gradient_tolerance : float
        RMS over atoms (three coordinates each) at which it ends.
    wanted : float
        An energy; a descent that is still above it, and would be after as many iterations again at the pace of the last
        `PATIENCE`, is given up.
    """
    x = start
    energy, gradient = evaluate(x)
    first_energy = energy
    passed: deque[float] = deque(maxlen=PATIENCE)
    history: deque[tuple[FloatArray, FloatArray]] = deque(maxlen=MEMORY)
    solve: Solve | None = None
    for iteration in range(iterations):
        if rms_per_atom(gradient) <= gradient_tolerance or not np.isfinite(energy):
            return Descent(x, energy, gradient, iteration, first_energy)
        if len(passed) == PATIENCE and passed[0] - energy < energy - wanted:
            return Descent(x, energy, gradient, iteration, first_energy)
        passed.append(energy)
        if solve is None or iteration % REFRESHED_EVERY == 0:
            solve = precondition(x)
        direction = _direction(gradient, history, solve)
        if direction @ gradient >= 0.0:
            history.clear()
            direction = -solve(gradient)
        reached = _line_search(evaluate, x, energy, gradient, direction)
        if reached is None and not history:
            return Descent(x, energy, gradient, iteration, first_energy)
        if reached is None:  # the curvature collected so far misleads: begin again from here
            history.clear()
            continue
        moved, energy, slope = reached
        step, change = moved - x, slope - gradient
        if step @ change > 0.0:
            history.append((step, change))
        x, gradient = moved, slope
    return Descent(x, energy, gradient, iterations, first_energy)


def rms_per_atom(gradient: FloatArray) -> float:
    """RMS length of the gradient's atom vectors; 0 of an empty one."""
    return float(np.sqrt(3.0 * np.mean(gradient**2))) if len(gradient) else 0.0


def _direction(gradient: FloatArray, history: deque[tuple[FloatArray, FloatArray]], solve: Solve) -> FloatArray:
    residue = gradient.copy()
    shares = []
    for step, change in reversed(history):
        share = (step @ residue) / (step @ change)
        shares.append(share)
        residue -= share * change
    direction = solve(residue)
    for (step, change), share in zip(history, reversed(shares), strict=True):
        direction += step * (share - (change @ direction) / (step @ change))
    return -direction


def _line_search(
    evaluate: Evaluate, x: FloatArray, energy: float, gradient: FloatArray, direction: FloatArray
) -> tuple[FloatArray, float, FloatArray] | None:
    """The first of ever shorter steps that lowers the energy enough, or nothing."""
    slope = float(gradient @ direction)
    longest = min(1.0, LONGEST_MOVE_ANGSTROM / float(np.abs(direction).max()))
    length = longest
    while length > SHORTEST_STEP * longest:
        moved = x + length * direction
        reached, new_gradient = evaluate(moved)
        if np.isfinite(reached):
            if reached <= energy + SUFFICIENT_DECREASE * length * slope + ENERGY_NOISE_KCAL_MOL:
                return moved, reached, new_gradient
            parabola = -slope * length / (2.0 * (reached - energy - slope * length))
            length *= min(0.5, max(0.1, parabola))
        else:
            length *= 0.1
    return None
