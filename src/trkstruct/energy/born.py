"""OBC2 implicit solvent of a pocket whose far atoms are frozen, compiled for the CPU.

The energy is that of OpenMM's ``GBSAOBCForce`` without cutoff, surface term included; forces come for the mobile atoms
only. Onufriev 2004, 10.1002/prot.20033; pair term Still 1990, 10.1021/ja00172a038; surface term Schaefer 1998,
10.1006/jmbi.1998.2172.
"""

import math
from typing import Any, Final

import numpy as np
import openmm
from numpy.typing import NDArray
from openmm import unit

from trkstruct.energy.compiled import WIDE_VECTORS, inlined, kernel
from trkstruct.energy.descreening import (
    NearPairs,
    Spheres,
    find_near_pairs,
    screen_frozen,
    screen_mobile,
    screening_gradient,
)
from trkstruct.energy.force_tables import read_tables
from trkstruct.units import ANGSTROM_PER_NM, COULOMB_KCAL_ANGSTROM, FloatArray

OFFSET_ANGSTROM: Final = 0.09
PROBE_ANGSTROM: Final = 1.4
OBC2_ALPHA: Final = 1.0
OBC2_BETA: Final = 0.8
OBC2_GAMMA: Final = 4.85


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
        self._charges = parameters["q"][self._order]
        self._radii = parameters["r"][self._order] * ANGSTROM_PER_NM
        self._offset_radii = self._radii - OFFSET_ANGSTROM
        scaled = parameters["scale"][self._order] * self._offset_radii
        self._spheres = Spheres(self._offset_radii, scaled, int(np.count_nonzero(mobile)))
        dielectric = 1.0 / force.getSoluteDielectric() - 1.0 / force.getSolventDielectric()
        self._prefactor = -COULOMB_KCAL_ANGSTROM * dielectric
        tension = force.getSurfaceAreaEnergy().value_in_unit(unit.kilocalorie_per_mole / unit.angstrom**2)
        self._surface = 4.0 * math.pi * tension * (self._radii + PROBE_ANGSTROM) ** 2
        self._frozen: tuple[FloatArray, FloatArray] | None = None  # coordinates of the frozen atoms, and their sums
        self._near: NearPairs | None = None

    def evaluate(self, positions: FloatArray) -> tuple[float, FloatArray]:
        """Energy (kcal/mol) and gradient (n_mobile, 3) in kcal/mol/Å at positions (n, 3) in Å."""
        xyz = np.ascontiguousarray(positions[self._order].T)
        sums, near = self._frozen_sums(xyz), self._near_pairs(xyz)
        slopes = screen_mobile(self._spheres, near, xyz, sums)
        psi = 0.5 * self._offset_radii * sums
        tanh = np.tanh(psi * (OBC2_ALPHA - psi * (OBC2_BETA - OBC2_GAMMA * psi)))
        born = 1.0 / (1.0 / self._offset_radii - tanh / self._radii)
        inverse, n_mobile = 1.0 / born, self._spheres.n_mobile
        gradient, by_radius = np.zeros_like(xyz), np.zeros(len(born))
        energy = _mobile_pairs(xyz, self._charges, born, inverse, self._prefactor, n_mobile, gradient, by_radius)
        frozen = xyz[:, n_mobile:].copy(), self._charges[n_mobile:], born[n_mobile:], inverse[n_mobile:]
        energy += _frozen_pairs(*frozen, self._prefactor, by_radius[n_mobile:])
        own = 0.5 * self._prefactor * self._charges**2 / born
        surface = self._surface * (self._radii / born) ** 6
        slope = (1.0 - tanh**2) * (OBC2_ALPHA - psi * (2.0 * OBC2_BETA - 3.0 * OBC2_GAMMA * psi))
        by_sum = (by_radius - (own + 6.0 * surface) / born) * born**2 / self._radii * slope * 0.5 * self._offset_radii
        through_radii = screening_gradient(self._spheres, near, xyz, slopes, by_sum)
        return energy + float(np.sum(own + surface)), (gradient[:, :n_mobile] + through_radii).T

    def _frozen_sums(self, xyz: FloatArray) -> FloatArray:
        """A copy of the descreening sums of frozen atoms among themselves; kept while these do not move."""
        still = xyz[:, self._spheres.n_mobile :]
        if self._frozen is None or not np.array_equal(self._frozen[0], still):
            self._frozen = still.copy(), screen_frozen(self._spheres, xyz)
        return self._frozen[1].copy()

    def _near_pairs(self, xyz: FloatArray) -> NearPairs:
        if self._near is None or not self._near.holds_at(xyz):
            self._near = find_near_pairs(self._spheres, xyz)
        return self._near


@inlined
def _exponential(x: Any) -> Any:
    """exp(-x) to 2e-10, x >= 0, as the 32nd power of a series; beyond 32 it is as good as 0."""
    z = min(x, 32.0) * (-1 / 32)
    power = 1.0 + z * (1.0 + z * (1 / 2 + z * (1 / 6 + z * (1 / 24 + z * (1 / 120 + z / 720)))))
    for _ in range(5):
        power = power * power
    return power


@inlined
def _inverse_root(x: Any) -> Any:
    """1/sqrt(x); in wide vectors, where roots are slow, from a guess in single precision by Newton's step."""
    if not WIDE_VECTORS:
        return 1.0 / math.sqrt(x)
    guess = np.float64(np.float32(1.0) / math.sqrt(np.float32(x)))
    return guess * (1.5 - 0.5 * x * guess * guess)


@inlined
def _pair(square: Any, depth: Any, product: Any, charge: Any) -> Any:
    """Still's energy of a pair, -1/r times its derivative by distance r, and that by Rj over -Ri (depth: r²/4RiRj)."""
    decay = _exponential(depth)
    g = _inverse_root(square + product * decay)
    pair = charge * g
    weight = pair * g * g
    return pair, weight * (1.0 - 0.25 * decay), 0.5 * weight * decay * (1.0 + depth)


@kernel
def _mobile_pairs(
    xyz: Any, charges: Any, born: Any, inverse: Any, prefactor: float, n_mobile: int, gradient: Any, by_radius: Any
) -> float:
    """Energy of the pairs with a mobile atom; add its derivatives by positions and by Born radii."""
    energy = 0.0
    for i in range(n_mobile):
        xi, yi, zi, charge = xyz[0, i], xyz[1, i], xyz[2, i], charges[i] * prefactor
        radius, fourth = born[i], 0.25 * inverse[i]
        x, y, z, others = xyz[0, i + 1 :], xyz[1, i + 1 :], xyz[2, i + 1 :], charges[i + 1 :]
        born_others, inverse_others, by_radius_others = born[i + 1 :], inverse[i + 1 :], by_radius[i + 1 :]
        x_gradient, y_gradient, z_gradient = gradient[0, i + 1 :], gradient[1, i + 1 :], gradient[2, i + 1 :]
        row, gx, gy, gz, gr = 0.0, 0.0, 0.0, 0.0, 0.0
        for j in range(len(x)):
            dx, dy, dz = x[j] - xi, y[j] - yi, z[j] - zi
            square = dx * dx + dy * dy + dz * dz
            depth, product = square * fourth * inverse_others[j], radius * born_others[j]
            pair, push, pull = _pair(square, depth, product, charge * others[j])
            row += pair
            px, py, pz = push * dx, push * dy, push * dz
            gx += px
            gy += py
            gz += pz
            x_gradient[j] -= px
            y_gradient[j] -= py
            z_gradient[j] -= pz
            gr += pull * born_others[j]
            by_radius_others[j] -= pull * radius
        energy += row
        by_radius[i] -= gr
        gradient[0, i] += gx
        gradient[1, i] += gy
        gradient[2, i] += gz
    return energy


@kernel
def _frozen_pairs(xyz: Any, charges: Any, born: Any, inverse: Any, prefactor: float, by_radius: Any) -> float:
    """Energy of all pairs; add its derivatives by Born radii."""
    energy = 0.0
    for i in range(len(born)):
        xi, yi, zi, charge = xyz[0, i], xyz[1, i], xyz[2, i], charges[i] * prefactor
        x, y, z, others = xyz[0, i + 1 :], xyz[1, i + 1 :], xyz[2, i + 1 :], charges[i + 1 :]
        born_others, inverse_others, by_radius_others = born[i + 1 :], inverse[i + 1 :], by_radius[i + 1 :]
        radius, fourth, row, gr = born[i], 0.25 * inverse[i], 0.0, 0.0
        for j in range(len(x)):
            square = (x[j] - xi) ** 2 + (y[j] - yi) ** 2 + (z[j] - zi) ** 2
            depth, product = square * fourth * inverse_others[j], radius * born_others[j]
            pair, _, pull = _pair(square, depth, product, charge * others[j])
            row += pair
            gr += pull * born_others[j]
            by_radius_others[j] -= pull * radius
        energy += row
        by_radius[i] -= gr
    return energy
