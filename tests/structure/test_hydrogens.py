"""Hydrogens are taken away, and nothing else is."""

import numpy as np

from support.peptides import build_peptide
from trkstruct.structure.hydrogens import remove_hydrogens


def test_only_hydrogens_go() -> None:
    whole = build_peptide()
    heavy = remove_hydrogens(whole)
    kept = [atom for atom in whole.topology.atoms() if atom.element.symbol != "H"]
    assert [atom.name for atom in heavy.topology.atoms()] == [atom.name for atom in kept]
    np.testing.assert_array_equal(heavy.positions, whole.positions[[atom.index for atom in kept]])
