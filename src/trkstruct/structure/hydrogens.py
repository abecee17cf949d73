"""Hydrogens of a structure taken away."""

from openmm import app

from trkstruct.structure.complex import Complex, select_atoms


def remove_hydrogens(complex_: Complex) -> Complex:
    """The complex without any hydrogen."""
    return select_atoms(
        complex_, (atom.index for atom in complex_.topology.atoms() if atom.element is not app.element.hydrogen)
    )
