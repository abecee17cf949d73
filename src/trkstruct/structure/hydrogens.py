"""Hydrogens of a protein: taken away, added anew."""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import openmm
from openmm import app, unit

from trkstruct.structure.complex import Complex, select_atoms
from trkstruct.structure.topology import rebuilt
from trkstruct.units import FloatArray


def remove_hydrogens(complex_: Complex) -> Complex:
    """The complex without any hydrogen."""
    return select_atoms(
        complex_, (atom.index for atom in complex_.topology.atoms() if atom.element is not app.element.hydrogen)
    )


def build_hydrogens(
    modeller: app.Modeller, ph: float, variants: Sequence[str | None], *, seed: int = 0
) -> tuple[app.Topology, FloatArray]:
    """A protein with the hydrogens that it lacks; what it has stays where it is.

    Where the hydrogens go depends on the last bit of every position, for OpenMM minimises them from random places. That
    is why the caller makes the modeller, in nm: each of them has always converted Å in its own way.

    Parameters
    ----------
    modeller : openmm.app.Modeller
        Complete heavy atoms.
    ph : float
        Decides the state of the residues for which no variant is given.
    variants : sequence of str or None
        Amber name of the protonation state of each residue (``ASH``, ``HID``), None where OpenMM may choose.
    seed : int
        Of the random places that hydrogens start from.

    Returns
    -------
    openmm.app.Topology
    numpy.ndarray, shape (n_atoms, 3)
        Å.
    """
    with seeded(seed):
        # OpenMM's own force field for this step: in ff14SB a hydroxyl hydrogen has no core and can fall into an oxygen.
        modeller.addHydrogens(pH=ph, variants=variants, platform=openmm.Platform.getPlatformByName("CPU"))
    positions = np.array(modeller.positions.value_in_unit(unit.angstrom), dtype=np.float64)
    return rebuilt(modeller.topology), positions


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Seed Python's global generator, which places the hydrogens that OpenMM adds; its state is put back after."""
    state = random.getstate()
    random.seed(seed)
    try:
        yield
    finally:
        random.setstate(state)
