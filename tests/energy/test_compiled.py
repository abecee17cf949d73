"""The compiled loops get arrays that vector instructions can read, and give the same with narrow as with wide ones."""

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import llvmlite.binding as llvm
import numpy as np
import openmm
import pytest

from support.shipped_pocket import shipped_pocket, shipped_system
from trkstruct.energy import born, descreening, pair_energy
from trkstruct.energy.forcefield import find_force
from trkstruct.energy.nonbonded import nonbonded_parameters


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


def test_features_that_the_user_chose_are_kept_and_narrow_vectors_agree_with_openmm_too() -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import test_born, trkstruct.energy.compiled; assert not trkstruct.energy.compiled.WIDE_VECTORS; "
        "test_born.test_a_pocket_that_ships_has_openmms_solvation(0.05)"
    )
    chosen = os.environ | {"NUMBA_CPU_FEATURES": llvm.get_host_cpu_features().flatten()}
    subprocess.run(
        [sys.executable, "-c", code, Path(__file__).parents[1]],
        cwd=Path(__file__).parent,
        env=chosen,
        check=True,
        timeout=600,
    )
