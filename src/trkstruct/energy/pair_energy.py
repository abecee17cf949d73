"""Coulomb and Lennard-Jones energy of a pocket whose far atoms are frozen, compiled for the CPU.

The energy is that of OpenMM's ``NonbondedForce`` without cutoff, in double precision; forces come for the mobile atoms
only, and what frozen atoms are to each other is summed once.
"""

import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from trkstruct.energy.compiled import inlined, kernel
from trkstruct.energy.nonbonded import Nonbonded
from trkstruct.units import COULOMB_KCAL_ANGSTROM, FloatArray, IntArray

_NOWHERE: Final = 1e30  # squared distance (Å²) of pairs left out: their energy vanishes, and its square is no denormal


class PairEnergy:
    """Coulomb and Lennard-Jones energy of a System and its forces on the mobile atoms.

    Parameters
    ----------
    nonbonded : Nonbonded
    softening : numpy.ndarray, shape (n,)
        Å, what is added to sigma of each atom where the softness is 1.
    mobile : numpy.ndarray of bool, shape (n,)
    """

    def __init__(self, nonbonded: Nonbonded, softening: FloatArray, mobile: NDArray[np.bool_]) -> None:
        """Sort the atoms, mobile ones first, and the exceptions, those of frozen atoms alone apart."""
        self._order = np.concatenate([np.flatnonzero(mobile), np.flatnonzero(~mobile)])
        self._n_mobile = int(np.count_nonzero(mobile))
        self._charges = nonbonded.charges[self._order] * COULOMB_KCAL_ANGSTROM**0.5
        self._sigma_halves, self._softening_halves = 0.5 * nonbonded.sigma[self._order], 0.5 * softening[self._order]
        self._epsilon_roots = 2.0 * np.sqrt(nonbonded.epsilon[self._order])
        pairs = np.sort(np.argsort(self._order)[nonbonded.exceptions], axis=1)
        among = pairs[:, 0] >= self._n_mobile
        self._frozen_pairs = pairs[among] - self._n_mobile
        self._exceptions = _listed_terms(pairs[~among], nonbonded.exception_terms[~among])
        self._frozen_exceptions = _listed_terms(self._frozen_pairs, nonbonded.exception_terms[among])
        self._excluded = _excluded(pairs, self._n_mobile, len(mobile))
        self._frozen: tuple[FloatArray, FloatArray, float] | None = None  # coordinates, halves of sigma, energy

    def evaluate(self, positions: FloatArray, softness: float = 0.0) -> tuple[float, FloatArray]:
        """Energy (kcal/mol) and gradient (n_mobile, 3) in kcal/mol/Å at positions (n, 3) in Å."""
        xyz = np.ascontiguousarray(positions[self._order].T)
        halves = self._sigma_halves + softness * self._softening_halves
        gradient, still = np.zeros_like(xyz), slice(self._n_mobile, None)
        energy = _rows(xyz, self._charges, halves, self._epsilon_roots, self._excluded, gradient)
        energy += _listed(xyz, *self._exceptions, gradient)
        return energy + self._frozen_energy(xyz[:, still].copy(), halves[still]), gradient[:, : self._n_mobile].T

    def _frozen_energy(self, xyz: FloatArray, halves: FloatArray) -> float:
        """Energy of the pairs of frozen atoms; kept while these stay as they are."""
        kept = self._frozen
        if kept is None or not (np.array_equal(kept[0], xyz) and np.array_equal(kept[1], halves)):
            n_frozen, unused = xyz.shape[1], np.zeros_like(xyz)
            charges, roots = self._charges[self._n_mobile :], self._epsilon_roots[self._n_mobile :]
            energy = _rows(xyz, charges, halves, roots, _excluded(self._frozen_pairs, n_frozen, n_frozen), unused)
            energy += _listed(xyz, *self._frozen_exceptions, unused)
            kept = self._frozen = xyz, halves, energy
        return kept[2]


def _listed_terms(pairs: IntArray, terms: FloatArray) -> tuple[IntArray | FloatArray, ...]:
    """First and second atom, product of charges, sigma and four epsilon of the exceptions that have an energy."""
    counted = (terms[:, 0] != 0.0) | (terms[:, 2] != 0.0)
    charges, sigma, epsilon = terms[counted].T
    first, second = pairs[counted].T.copy()
    return first, second, COULOMB_KCAL_ANGSTROM * charges, sigma.copy(), 4.0 * epsilon


def _excluded(pairs: IntArray, n_rows: int, n_atoms: int) -> NDArray[np.bool_]:
    """True (n_rows, n_atoms) for pairs (m, 2) that have terms of their own or none, and for an atom with itself."""
    excluded = np.eye(n_rows, n_atoms, dtype=np.bool_)
    for first, second in (pairs.T, pairs.T[::-1]):
        inside = first < n_rows
        excluded[first[inside], second[inside]] = True
    return excluded


@inlined
def _inverse_root(x: Any) -> Any:
    """1/sqrt(x): a guess in single precision, and Newton's step to double, quicker than a root and a division."""
    guess = np.float64(np.float32(1.0) / math.sqrt(np.float32(x)))
    return guess * (1.5 - 0.5 * x * guess * guess)


@inlined
def _pair(square: Any, charge: Any, sigma: Any, epsilon: Any) -> Any:
    """Energy of a pair, and its derivative by distance over -distance; epsilon is four times that of the pair."""
    root = _inverse_root(square)
    inverse = root * root
    sixth = (sigma * sigma * inverse) ** 3
    coulomb, attraction = charge * root, epsilon * sixth
    return coulomb + attraction * (sixth - 1.0), (coulomb + attraction * (12.0 * sixth - 6.0)) * inverse


@kernel
def _rows(xyz: Any, charges: Any, halves: Any, roots: Any, excluded: Any, gradient: Any) -> float:
    """Energy of the pairs of the first atoms, as many as ``excluded`` has rows; add their gradient."""
    energy = 0.0
    for i in range(excluded.shape[0]):
        xi, yi, zi, charge, half, root = xyz[0, i], xyz[1, i], xyz[2, i], charges[i], halves[i], roots[i]
        x, y, z, excluded_others = xyz[0, i + 1 :], xyz[1, i + 1 :], xyz[2, i + 1 :], excluded[i, i + 1 :]
        charges_others, halves_others, roots_others = charges[i + 1 :], halves[i + 1 :], roots[i + 1 :]
        x_gradient, y_gradient, z_gradient = gradient[0, i + 1 :], gradient[1, i + 1 :], gradient[2, i + 1 :]
        row, gx, gy, gz = 0.0, 0.0, 0.0, 0.0
        for j in range(len(x)):
            dx, dy, dz = x[j] - xi, y[j] - yi, z[j] - zi
            square = _NOWHERE if excluded_others[j] else dx * dx + dy * dy + dz * dz
            pair, push = _pair(square, charge * charges_others[j], half + halves_others[j], root * roots_others[j])
            row += pair
            px, py, pz = push * dx, push * dy, push * dz
            gx += px
            gy += py
            gz += pz
            x_gradient[j] -= px
            y_gradient[j] -= py
            z_gradient[j] -= pz
        energy += row
        gradient[0, i] += gx
        gradient[1, i] += gy
        gradient[2, i] += gz
    return energy


@kernel
def _listed(xyz: Any, first: Any, second: Any, charges: Any, sigmas: Any, epsilons: Any, gradient: Any) -> float:
    """Energy of the listed pairs, with parameters of their own; add both atoms' gradient."""
    energy = 0.0
    for k in range(len(first)):
        i, j = first[k], second[k]
        dx, dy, dz = xyz[0, j] - xyz[0, i], xyz[1, j] - xyz[1, i], xyz[2, j] - xyz[2, i]
        pair, push = _pair(dx * dx + dy * dy + dz * dz, charges[k], sigmas[k], epsilons[k])
        energy += pair
        for axis, shift in enumerate((dx, dy, dz)):
            gradient[axis, i] += push * shift
            gradient[axis, j] -= push * shift
    return energy
