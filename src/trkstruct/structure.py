"""A complex as one value: topology, positions in Å, the ligand's residue, where it came from; PDB and mmCIF in and out."""

from dataclasses import dataclass

from openmm.app import Topology

from trkstruct.residues import ResidueId
from trkstruct.units import FloatArray


@dataclass(frozen=True)
class Complex:
    """A protein with or without a ligand. Functions return new values; nothing edits a ``Complex``.

    Attributes
    ----------
    topology : openmm.app.Topology
        Atoms with explicit hydrogens once prepared; author numbering in ``residue.id``.
    positions : numpy.ndarray, shape (n_atoms, 3), float64
        Å.
    ligand : ResidueId or None
        The residue that is the ligand; None for an apo structure.
    source : str
        Shipped structure's name or the path of the file.
    """

    topology: Topology
    positions: FloatArray
    ligand: ResidueId | None
    source: str
