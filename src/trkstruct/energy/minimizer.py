"""Minimisation of an energy whose far atoms are frozen: what explodes or collapses is retried from a softened start.

Hydroxyl hydrogens have no radius in Amber's force fields: from a bad start one can fall into a negative atom, where the
energy of two point charges has no floor. Such an end is no minimum, however low it is.
"""

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from trkstruct.energy.lbfgs import Descent, Solve, descend, rms_per_atom
from trkstruct.energy.strain import Strain
from trkstruct.errors import RelaxationError
from trkstruct.units import FloatArray

SOFT_ITERATIONS: Final = 8
EXPLODED_KCAL_MOL_PER_ATOM: Final = 100.0  # a minimised pocket is near -10 kcal/mol per residue; this is far outside
CONVERGED_RMS_GRADIENT_KCAL_MOL_ANGSTROM: Final = (
    0.03  # over mobile atoms; the energy then changes by less than 0.01 kcal/mol
)

FUSED_ANGSTROM: Final = 0.6  # two atoms nearer than it have collapsed: the shortest bond, of a hydroxyl, has 0.96 Å
HIGHEST_KCAL_MOL: Final = 0.0  # shipped pockets end at -1.8 per atom, capped tripeptides of all amino acids below -15


class Energy(Protocol):
    """What is minimised: an energy (kcal/mol) of positions (n, 3) in Å, of which some atoms may move."""

    @property
    def source(self) -> str:
        """What it is the energy of, for messages."""

    @property
    def mobile(self) -> NDArray[np.bool_]:
        """Which atoms move, shape (n,)."""

    def evaluate(self, positions: FloatArray, softness: float = 0.0) -> tuple[float, FloatArray]:
        """Energy, restraints included, and gradient (n_mobile, 3); inserted atoms are smallest at a softness of 1."""

    def restraint_energy(self, positions: FloatArray) -> float:
        """The part of the energy that only leads the way."""

    def spring_solver(self, positions: FloatArray) -> Solve:
        """Multiplication by the inverse of an approximate Hessian, of vectors (3 n_mobile,)."""


@dataclass(frozen=True, eq=False)
class Minimum:
    """End of a minimisation: positions (n, 3) in Å and how it went.

    Energies are without the backbone's restraints: these lead the way but are no part of the molecule, and with them a
    mutation and its reversal would both cost. That before is the one of a softened start after its overlaps have eased.
    The strains are what was found at the end that no molecule at rest has, the worst first.
    """

    positions: FloatArray
    energy_before_kcal_mol: float
    energy_kcal_mol: float
    rms_gradient_kcal_mol_angstrom: float
    softened: bool
    strains: tuple[Strain, ...] = ()

    @property
    def converged(self) -> bool:
        """True when the RMS gradient of the mobile atoms is small, at an energy that a pocket can have."""
        small = self.rms_gradient_kcal_mol_angstrom <= CONVERGED_RMS_GRADIENT_KCAL_MOL_ANGSTROM
        return small and not self.is_strained

    @property
    def is_strained(self) -> bool:
        """True when it ended where no pocket rests: one term is far too high, or all of them together."""
        return bool(self.strains) or not self.energy_kcal_mol < HIGHEST_KCAL_MOL


def minimize(
    energy: Energy, start: FloatArray, iterations: int, *, soften: bool = False, wanted: float = np.inf
) -> Minimum:
    """Minimise an energy; a start that explodes or collapses is tried again softened.

    Parameters
    ----------
    energy : Energy
    start : numpy.ndarray, shape (n, 3)
        Å.
    iterations : int
        L-BFGS iterations, at most.
    soften : bool
        Whether the inserted atoms are small at first.
    wanted : float
        kcal/mol; a minimisation that will not come down to it is given up before it has converged.

    Raises
    ------
    RelaxationError
        When the softened start explodes or collapses too.
    """
    minimum = _minimize(energy, start, iterations, soften, wanted)
    failure = _failure(energy, minimum)
    if failure and not soften:
        minimum = _minimize(energy, start, iterations, True, wanted)
        failure = _failure(energy, minimum)
    if failure:
        raise RelaxationError(
            f"The minimisation of {energy.source} {failure} (energy "
            f"{minimum.energy_kcal_mol:.3g} kcal/mol), also from a softened start. Look for overlapping atoms."
        )
    return minimum


def _minimize(energy: Energy, start: FloatArray, iterations: int, soften: bool, wanted: float) -> Minimum:
    if soften:
        start = _placed(energy, start, _descend(energy, start, SOFT_ITERATIONS, softness=1.0).coordinates)
    end = _descend(energy, start, iterations, wanted=wanted)
    reached = _placed(energy, start, end.coordinates)
    return Minimum(
        positions=reached,
        energy_before_kcal_mol=end.first_energy - energy.restraint_energy(start),
        energy_kcal_mol=end.energy - energy.restraint_energy(reached),
        rms_gradient_kcal_mol_angstrom=rms_per_atom(end.gradient),
        softened=soften,
    )


def _descend(
    energy: Energy, start: FloatArray, iterations: int, *, softness: float = 0.0, wanted: float = np.inf
) -> Descent:
    """L-BFGS over the coordinates of the mobile atoms."""

    def evaluate(moved: FloatArray) -> tuple[float, FloatArray]:
        value, gradient = energy.evaluate(_placed(energy, start, moved), softness)
        return value, gradient.ravel()

    return descend(
        evaluate,
        start[energy.mobile].ravel(),
        lambda moved: energy.spring_solver(_placed(energy, start, moved)),
        iterations,
        CONVERGED_RMS_GRADIENT_KCAL_MOL_ANGSTROM,
        wanted=wanted,
    )


def _placed(energy: Energy, positions: FloatArray, moved: FloatArray) -> FloatArray:
    """Positions (n, 3) with the mobile atoms at new coordinates (3 n_mobile,)."""
    placed = positions.copy()
    placed[energy.mobile] = moved.reshape(-1, 3)
    return placed


def _failure(energy: Energy, minimum: Minimum) -> str:
    """What went wrong; empty when nothing did."""
    finite = np.isfinite(minimum.energy_kcal_mol) and bool(np.isfinite(minimum.positions).all())
    if not finite or minimum.energy_kcal_mol > EXPLODED_KCAL_MOL_PER_ATOM * len(minimum.positions):
        return "exploded"
    pairs = cKDTree(minimum.positions).query_pairs(FUSED_ANGSTROM, output_type="ndarray")
    return "collapsed: two atoms fell into one another" if energy.mobile[pairs].any() else ""
