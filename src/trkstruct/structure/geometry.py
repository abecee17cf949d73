"""Points from internal coordinates and back: bond lengths in Å, angles and torsions in degrees."""

import numpy as np
from numpy.typing import ArrayLike

from trkstruct.units import FloatArray


def place_atom(
    bonded_to: FloatArray,
    angle_from: FloatArray,
    torsion_from: FloatArray,
    *,
    bond_angstrom: float,
    angle_degrees: ArrayLike,
    torsion_degrees: ArrayLike,
) -> FloatArray:
    """Place an atom by its bond, angle and torsion to three others (Parsons 2005, 10.1002/jcc.20237).

    Parameters
    ----------
    bonded_to, angle_from, torsion_from : numpy.ndarray, shape (..., 3)
        The three reference atoms in Å, nearest first; they must not lie on a line.
    angle_degrees, torsion_degrees : float or array, shape (...)
        Angle at ``bonded_to`` and torsion about ``angle_from``-``bonded_to``.

    Returns
    -------
    numpy.ndarray, shape (..., 3)
        Å; the leading axes are those of the inputs, broadcast.
    """
    theta = np.radians(np.asarray(angle_degrees, dtype=np.float64))[..., None]
    phi = np.radians(np.asarray(torsion_degrees, dtype=np.float64))[..., None]
    along = _unit(bonded_to - angle_from)
    normal = _unit(np.cross(angle_from - torsion_from, along))
    in_plane = np.cross(normal, along)
    direction = -np.cos(theta) * along + np.sin(theta) * (np.cos(phi) * in_plane + np.sin(phi) * normal)
    placed: FloatArray = bonded_to + bond_angstrom * direction
    return placed


def place_branch(
    centre: FloatArray,
    first: FloatArray,
    second: FloatArray,
    *,
    bond_angstrom: float,
    first_angle_degrees: ArrayLike,
    second_angle_degrees: ArrayLike,
    side: int,
) -> FloatArray:
    """Place a substituent of ``centre`` by its angles to two other substituents.

    ``side`` is +1 for the side to which (first - centre) × (second - centre) points and -1 for the other: with N and C
    as first and second, +1 is where CB of an L-amino acid lies.

    Returns
    -------
    numpy.ndarray, shape (..., 3)
        Å; NaN where no point has both angles.
    """
    u, v = _unit(first - centre), _unit(second - centre)
    cos_u = np.cos(np.radians(np.asarray(first_angle_degrees, dtype=np.float64)))[..., None]
    cos_v = np.cos(np.radians(np.asarray(second_angle_degrees, dtype=np.float64)))[..., None]
    cos_uv = (u * v).sum(axis=-1, keepdims=True)
    along_u = (cos_u - cos_v * cos_uv) / (1 - cos_uv**2)
    along_v = (cos_v - cos_u * cos_uv) / (1 - cos_uv**2)
    rest = 1 - along_u * cos_u - along_v * cos_v
    height = np.sqrt(np.where(rest >= 0, rest, np.nan))
    placed: FloatArray = centre + bond_angstrom * (along_u * u + along_v * v + side * height * _unit(np.cross(u, v)))
    return placed


def place_opposite(centre: FloatArray, others: FloatArray, bond_angstrom: float) -> FloatArray:
    """Place a substituent of ``centre`` pointing away from its other substituents, shape (n, 3); returns shape (3,)."""
    placed: FloatArray = centre - bond_angstrom * _unit(_unit(others - centre).sum(axis=0))
    return placed


def angle_degrees(a: FloatArray, b: FloatArray, c: FloatArray) -> FloatArray:
    """Angle a-b-c in degrees for points of shape (..., 3); 90 where an end lies on ``b``."""
    one, other = a - b, c - b
    lengths = np.sqrt(_dot(one, one)) * np.sqrt(_dot(other, other))
    apart = lengths > 0
    cosine = np.where(apart, _dot(one, other) / np.where(apart, lengths, 1.0), 0.0)
    degrees: FloatArray = np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)))
    return degrees


def torsion_degrees(a: FloatArray, b: FloatArray, c: FloatArray, d: FloatArray) -> FloatArray:
    """Torsion a-b-c-d in degrees, -180 to 180 (IUPAC sign), for points of shape (..., 3)."""
    axis = _unit(c - b)
    normal = np.cross(b - a, axis)
    cosine = (normal * np.cross(axis, d - c)).sum(axis=-1)
    sine = (np.cross(normal, np.cross(axis, d - c)) * axis).sum(axis=-1)
    degrees: FloatArray = np.degrees(np.arctan2(sine, cosine))
    return degrees


def difference_degrees(first: ArrayLike, second: ArrayLike, period: ArrayLike = 360.0) -> FloatArray:
    """The smallest difference first - second between two torsions, within ± half a period."""
    period = np.asarray(period, dtype=np.float64)
    raw = np.asarray(first, dtype=np.float64) - np.asarray(second, dtype=np.float64)
    smallest: FloatArray = raw - period * np.round(raw / period)
    return smallest


def _dot(first: FloatArray, second: FloatArray) -> FloatArray:
    product: FloatArray = (first[..., None, :] @ second[..., :, None])[..., 0, 0]
    return product


def _unit(vectors: FloatArray) -> FloatArray:
    unit: FloatArray = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return unit
