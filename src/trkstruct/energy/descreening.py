"""Pairwise descreening: how much of the solvent around each atom the spheres of the others displace, compiled.

Hawkins 1996, 10.1021/jp961710n. Apart, two spheres screen each other by a short series without root or logarithm, as in
AMBER's ``egb``; only the pairs on a list, those that may overlap, need the closed form. The list has a margin, so a
minimisation rarely needs another, and no pair changes from one form to the other within one.

Atoms come sorted, the mobile ones first, as coordinates (3, n) in Å.
"""

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from trkstruct.energy.compiled import inlined, kernel
from trkstruct.units import FloatArray, IntArray

SERIES_RATIO: Final = 3.0  # distance over scaled radius from which ten terms of the series are exact to 1e-9
MARGIN_ANGSTROM: Final = 1.0  # two atoms may come so much closer before the list of near pairs is made anew
_NOWHERE: Final = 1e10  # squared distance (Å²) of pairs left out of a sum: their terms vanish, and are no denormals


@dataclass(frozen=True, eq=False)
class Spheres:
    """Radii (Å, shape (n,)): those that are screened, and those that screen."""

    radii: FloatArray
    scaled: FloatArray
    n_mobile: int


@dataclass(frozen=True, eq=False)
class NearPairs:
    """Pairs that may overlap, found at some coordinates.

    Attributes
    ----------
    coordinates : numpy.ndarray, shape (3, n)
    listed : numpy.ndarray of bool, shape (n_mobile, n)
        True for a near pair, and for an atom with itself.
    first, second : numpy.ndarray, shape (n_pairs,)
        The same as indices, every pair once; the first is mobile.
    radii, scaled : numpy.ndarray, shape (2, n_pairs)
        Å: the first screened by the second, and the second by the first.
    """

    coordinates: FloatArray
    listed: NDArray[np.bool_]
    first: IntArray
    second: IntArray
    radii: FloatArray
    scaled: FloatArray

    def holds_at(self, coordinates: FloatArray) -> bool:
        """True while no atom has gone further than half the margin."""
        moved = np.sum((coordinates - self.coordinates) ** 2, axis=0).max()
        return bool(moved <= (0.5 * MARGIN_ANGSTROM) ** 2)


def find_near_pairs(spheres: Spheres, coordinates: FloatArray) -> NearPairs:
    """List the pairs with a mobile atom that may overlap, or come too near for the series, soon."""
    reach = np.maximum(SERIES_RATIO * spheres.scaled, spheres.scaled + spheres.radii.max()) + MARGIN_ANGSTROM
    listed = np.empty((spheres.n_mobile, coordinates.shape[1]), dtype=np.bool_)
    _mark_near(coordinates, reach**2, listed)
    first, second = np.divmod(np.flatnonzero(listed), coordinates.shape[1])
    once = first < second
    first, second = first[once], second[once]
    radii, scaled = spheres.radii[np.stack([first, second])], spheres.scaled[np.stack([second, first])]
    return NearPairs(coordinates.copy(), listed, first, second, radii, scaled)


def screen_frozen(spheres: Spheres, coordinates: FloatArray) -> FloatArray:
    """Sums (n,) in 1/Å of what frozen atoms screen of each other; 0 for mobile atoms."""
    sums = np.zeros(coordinates.shape[1])
    still = slice(spheres.n_mobile, None)
    _add_all(coordinates[:, still].copy(), spheres.radii[still], spheres.scaled[still], sums[still])
    return sums


def screen_mobile(spheres: Spheres, near: NearPairs, coordinates: FloatArray, sums: FloatArray) -> FloatArray:
    """Add to the sums (n,) what mobile atoms screen and what is screened of them.

    Returns
    -------
    numpy.ndarray, shape (2, n_pairs)
        For `screening_gradient`: derivative of the near pairs' part by distance, over distance.
    """
    values, slopes = np.empty_like(near.radii), np.empty_like(near.radii)
    _screen_near(coordinates, near.first, near.second, near.radii, near.scaled, values, slopes)
    _add_far(coordinates, spheres.scaled**2, 1.0 / spheres.scaled, near.listed, sums)
    _add_near(near.first, near.second, values, sums)
    return slopes


def screening_gradient(
    spheres: Spheres, near: NearPairs, coordinates: FloatArray, slopes: FloatArray, by_sum: FloatArray
) -> FloatArray:
    """Derivative (3, n_mobile) of a function of the sums by coordinates, from its derivatives (n,) by the sums."""
    gradient = np.zeros_like(coordinates)
    centred = coordinates - coordinates.mean(axis=1, keepdims=True)  # single precision is finest around 0
    single = (each.astype(np.float32) for each in (centred, spheres.scaled**2, spheres.scaled**-3, by_sum))
    _add_far_gradient(*single, near.listed, gradient)
    _add_near_gradient(coordinates, near.first, near.second, slopes, by_sum, gradient)
    return gradient[:, : spheres.n_mobile]


@inlined
def _logarithm(t: Any) -> Any:
    """ln((1 + t)/(1 - t)) by its series; below 1e-9 for |t| < 0.6, and a ratio of radii never exceeds 4."""
    u = t * t
    series = 1 / 21 + u * (1 / 23 + u * (1 / 25 + u * (1 / 27 + u / 29)))
    series = 1 / 11 + u * (1 / 13 + u * (1 / 15 + u * (1 / 17 + u * (1 / 19 + u * series))))
    return 2.0 * t * (1.0 + u * (1 / 3 + u * (1 / 5 + u * (1 / 7 + u * (1 / 9 + u * series)))))


@inlined
def _closed_form(r: Any, radius: Any, scaled: Any) -> Any:
    """Hawkins' integral of a sphere of the scaled radius at a distance r from an atom, and its derivative by r."""
    inner, outer = max(radius, abs(r - scaled)), r + scaled
    inverse = 1.0 / (inner * outer * (inner + outer))
    lower, upper = inverse * outer * (inner + outer), inverse * inner * (inner + outer)
    logarithm = 0.5 * _logarithm((inner - outer) * inverse * inner * outer) / r
    ratio, squares = scaled / r, 0.25 * (upper * upper - lower * lower)
    integral = lower - upper + (r - scaled * ratio) * squares + logarithm
    integral += 2.0 * (1.0 / radius - lower) if radius < scaled - r else 0.0
    slope = (1.0 + ratio * ratio) * squares - logarithm / r
    return (integral if radius < outer else 0.0), (slope if radius < outer else 0.0)


@inlined
def _series(t: Any) -> Any:
    """The integral of spheres apart, times the scaled radius: Σ 2k/(2k+1) t^(k+1), t = (scaled/r)²."""
    high = 12 / 13 + t * (14 / 15 + t * (16 / 17 + t * (18 / 19 + t * (20 / 21))))
    return t * t * (2 / 3 + t * (4 / 5 + t * (6 / 7 + t * (8 / 9 + t * (10 / 11 + t * high)))))


_SLOPE: Final = tuple(np.float32(4 * k * (k + 1) / (2 * k + 1)) for k in range(1, 11))


@inlined
def _series_slope(t: Any) -> Any:
    """Its derivative by r, over r, times -scaled³: Σ 4k(k+1)/(2k+1) t^(k+2); in single precision."""
    high = _SLOPE[5] + t * (_SLOPE[6] + t * (_SLOPE[7] + t * (_SLOPE[8] + t * _SLOPE[9])))
    return t * t * t * (_SLOPE[0] + t * (_SLOPE[1] + t * (_SLOPE[2] + t * (_SLOPE[3] + t * (_SLOPE[4] + t * high)))))


@kernel
def _mark_near(xyz: Any, reach: Any, listed: Any) -> None:
    """Compare every squared distance with the larger squared reach of its two atoms."""
    x, y, z = xyz[0], xyz[1], xyz[2]
    for i in range(listed.shape[0]):
        xi, yi, zi, own = x[i], y[i], z[i], reach[i]
        for j in range(len(x)):
            listed[i, j] = (x[j] - xi) ** 2 + (y[j] - yi) ** 2 + (z[j] - zi) ** 2 < max(own, reach[j])


@kernel
def _add_all(xyz: Any, radii: Any, scaled: Any, sums: Any) -> None:
    """Add to every atom's sum what all others screen, in closed form."""
    x, y, z = xyz[0], xyz[1], xyz[2]
    for i in range(len(x)):
        xi, yi, zi, radius, total = x[i], y[i], z[i], radii[i], 0.0
        for j in range(len(x)):
            square = (x[j] - xi) ** 2 + (y[j] - yi) ** 2 + (z[j] - zi) ** 2
            integral, _ = _closed_form(math.sqrt(_NOWHERE if j == i else square), radius, scaled[j])
            total += integral
        sums[i] += total


@kernel
def _screen_near(xyz: Any, first: Any, second: Any, radii: Any, scaled: Any, values: Any, slopes: Any) -> None:
    """Closed form of the near pairs both ways, and derivative by distance over distance."""
    x, y, z = xyz[0], xyz[1], xyz[2]
    distances = np.empty(len(first))
    for k in range(len(first)):
        i, j = first[k], second[k]
        distances[k] = math.sqrt((x[j] - x[i]) ** 2 + (y[j] - y[i]) ** 2 + (z[j] - z[i]) ** 2)
    for way in range(2):
        for k in range(len(first)):
            values[way, k], slope = _closed_form(distances[k], radii[way, k], scaled[way, k])
            slopes[way, k] = slope / distances[k]


@kernel
def _add_near(first: Any, second: Any, values: Any, sums: Any) -> None:
    for k in range(len(first)):
        sums[first[k]] += values[0, k]
        sums[second[k]] += values[1, k]


@kernel
def _add_far(xyz: Any, squared: Any, inverse: Any, listed: Any, sums: Any) -> None:
    """Add the series of all pairs with a mobile atom that are not listed."""
    n_mobile = listed.shape[0]
    x, y, z = xyz[0], xyz[1], xyz[2]
    x_still, y_still, z_still, listed_still = x[n_mobile:], y[n_mobile:], z[n_mobile:], listed[:, n_mobile:]
    squared_still, inverse_still, sums_still = squared[n_mobile:], inverse[n_mobile:], sums[n_mobile:]
    for i in range(n_mobile):
        xi, yi, zi, own_squared, own_inverse, total = x[i], y[i], z[i], squared[i], inverse[i], 0.0
        for j in range(n_mobile):
            square = (x[j] - xi) ** 2 + (y[j] - yi) ** 2 + (z[j] - zi) ** 2
            t = squared[j] / (_NOWHERE if listed[i, j] else square)
            total += inverse[j] * _series(t)
        for j in range(len(x_still)):
            square = (x_still[j] - xi) ** 2 + (y_still[j] - yi) ** 2 + (z_still[j] - zi) ** 2
            per_square = 1.0 / (_NOWHERE if listed_still[i, j] else square)
            total += inverse_still[j] * _series(squared_still[j] * per_square)
            sums_still[j] += own_inverse * _series(own_squared * per_square)
        sums[i] += total


@kernel
def _add_far_gradient(xyz: Any, squared: Any, inverse_cubed: Any, by_sum: Any, listed: Any, gradient: Any) -> None:
    """Add to the mobile atoms' gradient what comes through the sums, of pairs that are not listed.

    In single precision, good to 1e-5 kcal/mol/Å: no energy depends on it, and vectors hold twice as many numbers.
    """
    x, y, z = xyz[0], xyz[1], xyz[2]
    for i in range(listed.shape[0]):
        xi, yi, zi, weight, own_squared, own_cubed = x[i], y[i], z[i], by_sum[i], squared[i], inverse_cubed[i]
        gx, gy, gz = np.float32(0.0), np.float32(0.0), np.float32(0.0)
        for j in range(len(x)):
            dx, dy, dz = x[j] - xi, y[j] - yi, z[j] - zi
            square = dx * dx + dy * dy + dz * dz
            per_square = np.float32(1.0) / (np.float32(_NOWHERE) if listed[i, j] else square)
            slope = weight * inverse_cubed[j] * _series_slope(squared[j] * per_square)
            slope += by_sum[j] * own_cubed * _series_slope(own_squared * per_square)
            gx += slope * dx
            gy += slope * dy
            gz += slope * dz
        gradient[0, i] += gx
        gradient[1, i] += gy
        gradient[2, i] += gz


@kernel
def _add_near_gradient(xyz: Any, first: Any, second: Any, slopes: Any, by_sum: Any, gradient: Any) -> None:
    """Add to both atoms' gradient what comes through the sums, of the listed pairs."""
    for k in range(len(first)):
        i, j = first[k], second[k]
        slope = by_sum[i] * slopes[0, k] + by_sum[j] * slopes[1, k]
        for axis in range(3):
            push = slope * (xyz[axis, j] - xyz[axis, i])
            gradient[axis, i] -= push
            gradient[axis, j] += push
