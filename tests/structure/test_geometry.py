"""Internal coordinates against RDKit, which measures bonds, angles and torsions of its own."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from rdkit import Chem
from rdkit.Chem import rdMolTransforms
from rdkit.Geometry import Point3D

from trkstruct.structure.geometry import (
    angle_degrees,
    difference_degrees,
    place_atom,
    place_branch,
    place_opposite,
    torsion_degrees,
)
from trkstruct.units import FloatArray

ORIGIN = np.zeros(3)
X, Y, Z = np.eye(3)
TETRAHEDRAL_DEGREES = float(np.degrees(np.arccos(-1 / 3)))

points = arrays(np.float64, (4, 3), elements=st.floats(-20, 20, allow_subnormal=False))
angles = st.floats(10, 170)
torsions = st.floats(-179.9, 179.9)


def conformer(*xyz: FloatArray) -> Chem.Conformer:
    made = Chem.Conformer(len(xyz))
    for index, point in enumerate(xyz):
        made.SetAtomPosition(index, Point3D(*map(float, point)))
    return made


def on_a_line(a: FloatArray, b: FloatArray, c: FloatArray) -> bool:
    lengths = np.linalg.norm(a - b) * np.linalg.norm(c - b)
    return bool(lengths < 1e-2 or np.linalg.norm(np.cross(a - b, c - b)) < 0.02 * lengths)


@given(points)
def test_angles_and_torsions_are_those_that_rdkit_measures(xyz: FloatArray) -> None:
    a, b, c, d = xyz
    if on_a_line(a, b, c) or on_a_line(b, c, d):
        return
    same = conformer(a, b, c, d)
    assert angle_degrees(a, b, c) == pytest.approx(rdMolTransforms.GetAngleDeg(same, 0, 1, 2), abs=1e-4)
    difference = torsion_degrees(a, b, c, d) - rdMolTransforms.GetDihedralDeg(same, 0, 1, 2, 3)
    assert difference_degrees(difference, 0.0) == pytest.approx(0.0, abs=1e-4)


@given(points, angles, torsions, st.floats(0.9, 2.2))
def test_a_placed_atom_has_the_bond_angle_and_torsion_asked_for(
    xyz: FloatArray, angle: float, torsion: float, bond: float
) -> None:
    torsion_from, angle_from, bonded_to, _ = xyz
    if on_a_line(torsion_from, angle_from, bonded_to):
        return
    placed = place_atom(
        bonded_to, angle_from, torsion_from, bond_angstrom=bond, angle_degrees=angle, torsion_degrees=torsion
    )
    same = conformer(torsion_from, angle_from, bonded_to, placed)
    assert rdMolTransforms.GetBondLength(same, 2, 3) == pytest.approx(bond, abs=1e-6)
    assert rdMolTransforms.GetAngleDeg(same, 1, 2, 3) == pytest.approx(angle, abs=1e-4)
    measured = rdMolTransforms.GetDihedralDeg(same, 0, 1, 2, 3)
    assert difference_degrees(measured, torsion) == pytest.approx(0.0, abs=1e-3)


@given(points, st.integers(-1, 1).filter(bool), st.floats(100, 120), st.floats(100, 120), st.floats(0.9, 2.2))
def test_a_branch_has_both_angles_and_lies_on_its_side(
    xyz: FloatArray, side: int, first_angle: float, second_angle: float, bond: float
) -> None:
    centre, first, second, _ = xyz
    if on_a_line(first, centre, second) or not 90 < angle_degrees(first, centre, second) < 120:
        return
    placed = place_branch(
        centre, first, second, bond_angstrom=bond, first_angle_degrees=first_angle,
        second_angle_degrees=second_angle, side=side,
    )  # fmt: skip
    same = conformer(first, centre, second, placed)
    assert rdMolTransforms.GetBondLength(same, 1, 3) == pytest.approx(bond, abs=1e-6)
    assert rdMolTransforms.GetAngleDeg(same, 0, 1, 3) == pytest.approx(first_angle, abs=1e-3)
    assert rdMolTransforms.GetAngleDeg(same, 2, 1, 3) == pytest.approx(second_angle, abs=1e-3)
    assert np.sign(np.dot(np.cross(first - centre, second - centre), placed - centre)) == side


def test_methane_closes_from_two_three_and_four_substituents() -> None:
    """Four tetrahedral directions: the third and fourth by their angles, the fourth also as the opposite of three."""
    corners = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]) / np.sqrt(3)
    both = [
        place_branch(
            ORIGIN, corners[0], corners[1], bond_angstrom=1.09, side=side,
            first_angle_degrees=TETRAHEDRAL_DEGREES, second_angle_degrees=TETRAHEDRAL_DEGREES,
        )
        for side in (1, -1)
    ]  # fmt: skip
    # (1,1,1) x (1,-1,-1) = (0, 2, -2): towards the third corner
    np.testing.assert_allclose(both, 1.09 * corners[2:], atol=1e-12)
    np.testing.assert_allclose(place_opposite(ORIGIN, corners[:3] * [[1], [2], [3]], 1.09), 1.09 * corners[3])
    np.testing.assert_allclose(place_opposite(X, X + corners[:3], 2.0), X + 2.0 * corners[3], atol=1e-12)


def test_a_branch_may_lie_in_the_plane_but_not_out_of_reach() -> None:
    """Along the second substituent no height is left; nothing has 10 degrees to both of two at a right angle."""
    along = place_branch(ORIGIN, X, Y, bond_angstrom=1.5, first_angle_degrees=90, second_angle_degrees=0, side=1)
    np.testing.assert_allclose(along, 1.5 * Y, atol=1e-12)
    none = place_branch(ORIGIN, X, Y, bond_angstrom=1.5, first_angle_degrees=10, second_angle_degrees=10, side=1)
    assert np.isnan(none).all()


def test_the_sign_of_a_torsion_is_that_of_iupac() -> None:
    """Looking along b-c, d clockwise from a is positive; cis is 0 and trans 180."""
    a, b, c = Y, ORIGIN, X
    ends = np.array([X + Y, X + Z, X - Z, X + Y + Z])
    many = (np.broadcast_to(point, (4, 3)) for point in (a, b, c))
    np.testing.assert_allclose(torsion_degrees(*many, ends), [0.0, 90.0, -90.0, 45.0], atol=1e-12)
    assert abs(torsion_degrees(a, b, c, X - Y)) == pytest.approx(180.0)


@given(st.lists(st.tuples(angles, torsions), min_size=2, max_size=5))
def test_many_at_once_are_each_alone(internal: list[tuple[float, float]]) -> None:
    angle, torsion = np.array(internal).T
    references = np.array([1.2, 0.3, -0.5]), np.array([0.1, 0.9, 0.2]), np.array([-1.0, 0.4, 1.3])
    together = place_atom(*references, bond_angstrom=1.4, angle_degrees=angle, torsion_degrees=torsion)
    alone = [
        place_atom(*references, bond_angstrom=1.4, angle_degrees=a, torsion_degrees=t)
        for a, t in zip(angle, torsion, strict=True)
    ]
    np.testing.assert_allclose(together, alone, atol=1e-12)
    first, second, third = (np.broadcast_to(point, together.shape) for point in references)
    np.testing.assert_allclose(angle_degrees(together, first, second), angle, atol=1e-6)
    measured = torsion_degrees(together, first, second, third)
    np.testing.assert_allclose(difference_degrees(measured, torsion), 0.0, atol=1e-6)


def test_single_precision_angles_are_worked_out_in_double() -> None:
    references = np.array([1.2, 0.3, -0.5]), np.array([0.1, 0.9, 0.2]), np.array([-1.0, 0.4, 1.3])
    single, double = np.float32([107.3, 21.7]), np.float64(np.float32([107.3, 21.7]))
    for angle, torsion in ((single, double), (double, single)):
        placed = place_atom(*references, bond_angstrom=1.4, angle_degrees=angle, torsion_degrees=torsion)
        exact = place_atom(*references, bond_angstrom=1.4, angle_degrees=double, torsion_degrees=double)
        np.testing.assert_array_equal(placed, exact)
    for first, second in ((single[:1], double[:1]), (double[:1], single[:1])):
        ways = {"bond_angstrom": 1.4, "side": 1}
        placed = place_branch(ORIGIN, X, Y, first_angle_degrees=first, second_angle_degrees=second, **ways)
        exact = place_branch(ORIGIN, X, Y, first_angle_degrees=double[:1], second_angle_degrees=double[:1], **ways)
        np.testing.assert_array_equal(placed, exact)


@given(arrays(np.float64, 3, elements=st.floats(0.1, 9)), st.floats(0.1, 9))
def test_points_on_a_line_have_an_angle_in_spite_of_rounding(direction: FloatArray, length: float) -> None:
    assert angle_degrees(direction, ORIGIN, length * direction) == pytest.approx(0.0, abs=1e-5)
    assert angle_degrees(direction, ORIGIN, -length * direction) == pytest.approx(180.0, abs=1e-5)


def test_a_cosine_beyond_one_is_rounding() -> None:
    """In these directions the product of the unit vector with itself comes out above 1."""
    for direction in np.array([[1, 1, 0.1], [1, 3, 7], [1, 1, 1]]):
        assert angle_degrees(direction, ORIGIN, direction) == pytest.approx(0.0, abs=1e-5)
        assert angle_degrees(direction, ORIGIN, -direction) == pytest.approx(180.0, abs=1e-5)


def test_angles_at_a_vertex() -> None:
    x, y, origin = np.array([2.0, 0, 0]), np.array([0, 0.5, 0]), np.zeros(3)
    assert angle_degrees(x, origin, y) == pytest.approx(90)
    assert angle_degrees(x, origin, x + 4 * y) == pytest.approx(45)
    assert angle_degrees(x + origin, y, origin) == pytest.approx(np.degrees(np.arctan2(2.0, 0.5)))


@pytest.mark.parametrize(
    ("first", "second", "period", "expected"),
    [(170, -170, 360, -20), (-170, 170, 360, 20), (10, 350, 360, 20), (175, -10, 180, 5), (65, -60, 120, 5),
     (1, 722, 360, -1), (90, 0, 360, 90)],
)  # fmt: skip
def test_differences_of_torsions_go_the_short_way(first: float, second: float, period: float, expected: float) -> None:
    assert difference_degrees(first, second, period) == pytest.approx(expected)
    if period == 360:
        assert difference_degrees(first, second) == pytest.approx(expected)


def test_an_end_on_the_vertex_makes_no_angle_but_90() -> None:
    point = np.array([1.0, 2.0, 3.0])
    assert angle_degrees(point, point, point + 1) == angle_degrees(point - 1, point, point) == 90.0
