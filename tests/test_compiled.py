"""The compiled loops get arrays that vector instructions can read."""

from types import ModuleType

import numpy as np
import openmm
import pytest

from shipped_pocket import shipped_pocket, shipped_system
from trkstruct import born, descreening, pair_energy
from trkstruct.forcefield import find_force
from trkstruct.nonbonded import nonbonded_parameters


@pytest.mark.parametrize("module", [born, descreening, pair_energy], ids=lambda module: module.__name__)
def test_every_array_given_to_a_kernel_is_contiguous(module: ModuleType) -> None:
    """Read with a stride, the same loop takes two and a half times as long, and nothing else shows it."""
    (pocket, _), system = shipped_pocket(), shipped_system()
    positions, shift = pocket.complex.positions, np.zeros(len(pocket.mobile))
    born.GeneralizedBorn(find_force(system, openmm.GBSAOBCForce), pocket.mobile).evaluate(positions)
    pair_energy.PairEnergy(nonbonded_parameters(system), shift, pocket.mobile).evaluate(positions)
    kernels = [value for value in vars(module).values() if hasattr(value, "signatures") and value.signatures]
    arrays = [
        kind for each in kernels for signature in each.signatures for kind in signature if hasattr(kind, "layout")
    ]
    assert len(kernels) >= 2 and arrays
    assert {kind.layout for kind in arrays} == {"C"}
