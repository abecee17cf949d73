"""How near two heavy atoms come whose hydrogens are not looked at: by their elements alone, where that is enough."""

from functools import cache
from typing import Final

RADII_ANGSTROM: Final = {
    "C": 1.70, "N": 1.55, "O": 1.52, "S": 1.80, "F": 1.47, "Cl": 1.75, "P": 1.80, "Br": 1.85, "I": 1.98,
}  # fmt: skip
"""Bondi 1964, 10.1021/j100785a001."""
OTHER_RADIUS_ANGSTROM: Final = 1.80  # metals and what else a structure holds
HYDROGEN_BOND_ALLOWANCE_ANGSTROM: Final = 0.2  # N and O come to about 2.6 Å; Jeffrey 1997, "strong, moderate"

_POLAR: Final = frozenset({"N", "O"})


@cache
def contact_angstrom(one: str, other: str, overlap_angstrom: float = 0.0) -> float:
    """Distance (Å) at which two elements overlap by so much; N and O come nearer, as in a hydrogen bond."""
    allowed = overlap_angstrom + (HYDROGEN_BOND_ALLOWANCE_ANGSTROM if {one, other} <= _POLAR else 0.0)
    return RADII_ANGSTROM.get(one, OTHER_RADIUS_ANGSTROM) + RADII_ANGSTROM.get(other, OTHER_RADIUS_ANGSTROM) - allowed
