"""Hydrogens of a protein: taken away, added anew."""

import random
from collections.abc import Iterator
from contextlib import contextmanager

from openmm import app

from trkstruct.structure.complex import Complex, select_atoms


def remove_hydrogens(complex_: Complex) -> Complex:
    """The complex without any hydrogen."""
    return select_atoms(
        complex_, (atom.index for atom in complex_.topology.atoms() if atom.element is not app.element.hydrogen)
    )


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Seed Python's global generator, which places the hydrogens that OpenMM adds; its state is put back after."""
    state = random.getstate()
    random.seed(seed)
    try:
        yield
    finally:
        random.setstate(state)
