"""OBC2 implicit solvent of a pocket whose far atoms are frozen, compiled for the CPU.

The energy is that of OpenMM's ``GBSAOBCForce`` without cutoff, surface term included; forces come for the mobile atoms
only, and descreening among frozen atoms, which cannot change, is summed once. Onufriev 2004, 10.1002/prot.20033;
Hawkins 1996, 10.1021/jp961710n; surface term Schaefer 1998, 10.1006/jmbi.1998.2172.

Every loop runs over rows of one atom against all, writes nothing but its own row and uses no library function, so the
compiler turns it into vector instructions: that is worth more than visiting each pair once.
"""

import math
from typing import Any, Final

import numpy as np
import openmm
from numba import njit
from numpy.typing import NDArray
from openmm import unit

from trkstruct.force_table import read_tables
from trkstruct.units import ANGSTROM_PER_NM, COULOMB_KCAL_ANGSTROM, FloatArray

OFFSET_ANGSTROM: Final = 0.09
PROBE_ANGSTROM: Final = 1.4
OBC2_ALPHA: Final = 1.0
OBC2_BETA: Final = 0.8
OBC2_GAMMA: Final = 4.85
_NOT_ITSELF: Final = 1e8  # squared distance (Å²) an atom is given to itself: no descreening from there

_kernel = njit(fastmath=True, error_model="numpy", cache=True)
_inline = njit(fastmath=True, error_model="numpy", inline="always")


class GeneralizedBorn:
    """Solvation energy of a System and its forces on the mobile atoms.

    Parameters
    ----------
    force : openmm.GBSAOBCForce
        Charges, radii and scale factors.
    mobile : numpy.ndarray of bool, shape (n,)
    """

    def __init__(self, force: openmm.GBSAOBCForce, mobile: NDArray[np.bool_]) -> None:
        """Sort the atoms, mobile ones first."""
        (parameters,) = read_tables(force, "Particles")
        self._order = np.concatenate([np.flatnonzero(mobile), np.flatnonzero(~mobile)])
        self._n_mobile = int(np.count_nonzero(mobile))
        self._charges = parameters["q"][self._order]
        self._radii = parameters["r"][self._order] * ANGSTROM_PER_NM
        self._offset_radii = self._radii - OFFSET_ANGSTROM
        self._scaled = parameters["scale"][self._order] * self._offset_radii
        dielectric = 1.0 / force.getSoluteDielectric() - 1.0 / force.getSolventDielectric()
        self._prefactor = -COULOMB_KCAL_ANGSTROM * dielectric
        tension = force.getSurfaceAreaEnergy().value_in_unit(unit.kilocalorie_per_mole / unit.angstrom**2)
        self._surface = 4.0 * math.pi * tension * (self._radii + PROBE_ANGSTROM) ** 2
        self._frozen: tuple[FloatArray, FloatArray] | None = None  # positions of the frozen atoms, and their sums

    def evaluate(self, positions: FloatArray) -> tuple[float, FloatArray]:
        """Energy (kcal/mol) and gradient (n_mobile, 3) in kcal/mol/Å at positions (n, 3) in Å."""
        x, y, z = np.ascontiguousarray(positions[self._order].T)
        n, n_mobile = len(x), self._n_mobile
        sums = self._frozen_sums(np.stack([x, y, z]))
        _add_descreening(x, y, z, self._offset_radii, self._scaled, 0, n_mobile, 0, n, sums)
        _add_descreening(x, y, z, self._offset_radii, self._scaled, n_mobile, n, 0, n_mobile, sums)
        psi = 0.5 * self._offset_radii * sums
        tanh = np.tanh(psi * (OBC2_ALPHA - psi * (OBC2_BETA - OBC2_GAMMA * psi)))
        born = 1.0 / (1.0 / self._offset_radii - tanh / self._radii)
        gradient, by_radius = np.zeros((3, n_mobile)), np.empty(n)
        energy = _pairs(x, y, z, self._charges, born, 1.0 / born, self._prefactor, gradient, by_radius)
        own = 0.5 * self._prefactor * self._charges**2 / born
        surface = self._surface * (self._radii / born) ** 6
        slope = (1.0 - tanh**2) * (OBC2_ALPHA - psi * (2.0 * OBC2_BETA - 3.0 * OBC2_GAMMA * psi))
        by_sum = (by_radius - (own + 6.0 * surface) / born) * born**2 / self._radii * slope * 0.5 * self._offset_radii
        _add_radius_gradient(x, y, z, self._offset_radii, self._scaled, by_sum, gradient)
        return energy + float(np.sum(own + surface)), gradient.T

    def _frozen_sums(self, ordered: FloatArray) -> FloatArray:
        """Descreening sums with the frozen atoms' part on themselves filled in; kept while these do not move."""
        still = ordered[:, self._n_mobile :]
        if self._frozen is None or not np.array_equal(self._frozen[0], still):
            sums = np.zeros(ordered.shape[1])
            rows = (self._n_mobile, len(sums), self._n_mobile, len(sums))
            _add_descreening(*ordered, self._offset_radii, self._scaled, *rows, sums)
            self._frozen = still.copy(), sums
        return self._frozen[1].copy()


@_inline
def _logarithm(t: Any) -> Any:
    """ln((1 + t)/(1 - t)) by its series; below 1e-9 for |t| < 0.6, and a ratio of radii never exceeds 4."""
    u = t * t
    series = 1 / 21 + u * (1 / 23 + u * (1 / 25 + u * (1 / 27 + u / 29)))
    series = 1 / 11 + u * (1 / 13 + u * (1 / 15 + u * (1 / 17 + u * (1 / 19 + u * series))))
    return 2.0 * t * (1.0 + u * (1 / 3 + u * (1 / 5 + u * (1 / 7 + u * (1 / 9 + u * series)))))


@_inline
def _exponential(x: Any) -> Any:
    """exp(-x), x >= 0, as the 32nd power of a series; beyond 32 it is as good as 0."""
    z = min(x, 32.0) * (-1 / 32)
    power = 1 / 24 + z * (1 / 120 + z * (1 / 720 + z * (1 / 5040 + z / 40320)))
    power = 1.0 + z * (1.0 + z * (1 / 2 + z * (1 / 6 + z * power)))
    for _ in range(5):
        power = power * power
    return power


@_inline
def _descreening(r: Any, radius: Any, scaled: Any) -> Any:
    """Hawkins' integral of a sphere of the scaled radius at a distance r from an atom."""
    inner, outer = max(radius, abs(r - scaled)), r + scaled
    inverse = 1.0 / (inner * outer * (inner + outer))
    lower, upper = inverse * outer * (inner + outer), inverse * inner * (inner + outer)
    logarithm = _logarithm((inner - outer) * inverse * inner * outer)
    integral = lower - upper + 0.25 * (r - scaled * scaled / r) * (upper * upper - lower * lower) + 0.5 * logarithm / r
    integral += 2.0 * (1.0 / radius - lower) if radius < scaled - r else 0.0
    return integral if radius < outer else 0.0


@_inline
def _descreening_slope(r: Any, radius: Any, scaled: Any) -> Any:
    """Derivative of `_descreening` by r."""
    inner, outer = max(radius, abs(r - scaled)), r + scaled
    inverse = 1.0 / (inner * outer * (inner + outer))
    lower, upper = inverse * outer * (inner + outer), inverse * inner * (inner + outer)
    logarithm = _logarithm((inner - outer) * inverse * inner * outer)
    ratio = scaled / r
    slope = 0.25 * (1.0 + ratio * ratio) * (upper * upper - lower * lower) - 0.5 * logarithm / (r * r)
    return slope if radius < outer else 0.0


@_kernel
def _add_descreening(
    x: Any, y: Any, z: Any, radii: Any, scaled: Any, first: int, last: int, start: int, stop: int, sums: Any
) -> None:
    """Add to the sums of atoms first..last what atoms start..stop screen."""
    for i in range(first, last):
        xi, yi, zi, radius, total = x[i], y[i], z[i], radii[i], 0.0
        for j in range(start, stop):
            square = (x[j] - xi) ** 2 + (y[j] - yi) ** 2 + (z[j] - zi) ** 2
            square = square if j != i else _NOT_ITSELF
            total += _descreening(math.sqrt(square), radius, scaled[j])
        sums[i] += total


@_kernel
def _pairs(
    x: Any, y: Any, z: Any, charges: Any, born: Any, inverse: Any, prefactor: float, gradient: Any, by_radius: Any
) -> float:
    """Energy of all pairs; fill in its derivative by every Born radius, and by position for the mobile atoms."""
    n, n_mobile, energy = len(x), gradient.shape[1], 0.0
    for i in range(n):
        xi, yi, zi, charge, radius, fourth = x[i], y[i], z[i], charges[i] * prefactor, born[i], 0.25 * inverse[i]
        row, gx, gy, gz, gr = 0.0, 0.0, 0.0, 0.0, 0.0
        if i < n_mobile:
            for j in range(n):
                dx, dy, dz = x[j] - xi, y[j] - yi, z[j] - zi
                square = dx * dx + dy * dy + dz * dz
                depth = square * fourth * inverse[j]
                decay = _exponential(depth)
                g = 1.0 / math.sqrt(square + radius * born[j] * decay)
                pair = charge * charges[j] * g
                pair = pair if j != i else 0.0
                weight = pair * g * g
                row += pair
                push = weight * (1.0 - 0.25 * decay)
                gx += push * dx
                gy += push * dy
                gz += push * dz
                gr += weight * decay * (1.0 + depth) * born[j]
            gradient[0, i], gradient[1, i], gradient[2, i] = gx, gy, gz
        else:
            for j in range(n):
                square = (x[j] - xi) ** 2 + (y[j] - yi) ** 2 + (z[j] - zi) ** 2
                depth = square * fourth * inverse[j]
                decay = _exponential(depth)
                g = 1.0 / math.sqrt(square + radius * born[j] * decay)
                pair = charge * charges[j] * g
                pair = pair if j != i else 0.0
                row += pair
                gr += pair * g * g * decay * (1.0 + depth) * born[j]
        energy += 0.5 * row
        by_radius[i] = -0.5 * gr
    return energy


@_kernel
def _add_radius_gradient(x: Any, y: Any, z: Any, radii: Any, scaled: Any, by_sum: Any, gradient: Any) -> None:
    """Add to the mobile atoms' gradient what comes through the Born radii."""
    for i in range(gradient.shape[1]):
        xi, yi, zi, gx, gy, gz = x[i], y[i], z[i], 0.0, 0.0, 0.0
        for j in range(len(x)):
            dx, dy, dz = x[j] - xi, y[j] - yi, z[j] - zi
            square = dx * dx + dy * dy + dz * dz
            r = math.sqrt(square if j != i else _NOT_ITSELF)
            slope = by_sum[i] * _descreening_slope(r, radii[i], scaled[j])
            slope += by_sum[j] * _descreening_slope(r, radii[j], scaled[i])
            slope /= r
            gx -= slope * dx
            gy -= slope * dy
            gz -= slope * dz
        gradient[0, i] += gx
        gradient[1, i] += gy
        gradient[2, i] += gz
