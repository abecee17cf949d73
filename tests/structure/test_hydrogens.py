"""Hydrogens come and go without moving anything else."""

import random

import numpy as np
from openmm import app, unit

from support.peptides import build_peptide
from trkstruct.structure.complex import Complex
from trkstruct.structure.hydrogens import build_hydrogens, remove_hydrogens
from trkstruct.units import FloatArray


def hydrogenated(complex_: Complex, seed: int = 0) -> tuple[app.Topology, FloatArray]:
    modeller = app.Modeller(complex_.topology, complex_.positions / 10 * unit.nanometer)
    return build_hydrogens(modeller, 7.0, [None] * complex_.topology.getNumResidues(), seed=seed)


def test_hydrogens_come_back_and_move_nothing() -> None:
    heavy = remove_hydrogens(build_peptide())
    assert not [atom for atom in heavy.topology.atoms() if atom.element.symbol == "H"]
    topology, positions = hydrogenated(heavy)
    elements = [atom.element.symbol for atom in topology.atoms()]
    kept = [index for index, element in enumerate(elements) if element != "H"]
    assert len(positions) == len(elements) > len(kept)
    names = [atom.name for atom in topology.atoms()]
    assert [names[index] for index in kept] == [atom.name for atom in heavy.topology.atoms()]
    np.testing.assert_allclose(positions[kept], heavy.positions, atol=1e-9)


def test_every_hydrogen_is_bonded_once_and_at_its_distance() -> None:
    topology, positions = hydrogenated(build_peptide(hydrogens=False))
    bonds = [(a, b) for a, b in topology.bonds() if "H" in (a.element.symbol, b.element.symbol)]
    assert len(bonds) == sum(atom.element.symbol == "H" for atom in topology.atoms())
    lengths = [np.linalg.norm(positions[a.index] - positions[b.index]) for a, b in bonds]
    assert 0.9 < min(lengths) < max(lengths) < 1.3  # OpenMM leaves them a little long; the force field pulls them in


def test_the_seed_decides_and_the_global_generator_stays() -> None:
    heavy = build_peptide(hydrogens=False)
    before = random.getstate()
    (_, one), (_, same) = (hydrogenated(heavy, seed=3) for _ in range(2))
    assert random.getstate() == before
    np.testing.assert_array_equal(one, same)
