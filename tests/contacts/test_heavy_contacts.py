"""How near heavy atoms come, as crystals show it."""

from itertools import product

import pytest

from trkstruct.contacts.heavy_contacts import RADII_ANGSTROM, contact_angstrom


@pytest.mark.parametrize(
    ("one", "other", "angstrom"),
    [
        ("C", "C", 3.4),  # layers of graphite are 3.35 Å apart
        ("N", "O", 2.87),  # hydrogen bonds of the backbone: 2.9 Å; Baker & Hubbard 1984, 10.1016/0079-6107(84)90007-5
        ("O", "O", 2.84),
        ("C", "O", 3.22),
        ("Zn", "S", 3.6),
    ],
)
def test_two_elements_touch_at_their_radii_and_nitrogen_and_oxygen_nearer(
    one: str, other: str, angstrom: float
) -> None:
    assert contact_angstrom(one, other) == pytest.approx(angstrom)


def test_an_overlap_is_taken_off_whichever_comes_first() -> None:
    for one, other in product([*RADII_ANGSTROM, "Fe"], repeat=2):
        assert contact_angstrom(one, other) == contact_angstrom(other, one)
        assert contact_angstrom(one, other, 0.4) == pytest.approx(contact_angstrom(one, other) - 0.4)
