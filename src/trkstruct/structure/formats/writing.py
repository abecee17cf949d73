"""PDB and mmCIF files out; nothing is left half-written, and nothing written as something else."""

import gzip
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from openmm.app import PDBFile, Topology

from trkstruct.errors import StructureError
from trkstruct.files.outputs import write_bytes
from trkstruct.structure.complex import Complex
from trkstruct.structure.formats.mmcif_text import mmcif_text
from trkstruct.structure.formats.pdb_and_mmcif import is_mmcif_name
from trkstruct.units import FloatArray

_NAME: Final = re.compile("[!-~]+")
USE_MMCIF: Final = "write mmCIF instead: a file name that ends in .cif"
PDB_ATOMS: Final = 99_999  # width of the columns: wwPDB format 3.3
PDB_NUMBERS: Final = range(-999, 10_000)
PDB_COORDINATES_ANGSTROM: Final = (-999.999, 9999.999)


def write_pdb(complex_: Complex, path: str | Path, remarks: Sequence[str] = ()) -> None:
    """Write PDB, or mmCIF when the suffix is ``.cif``; a crash leaves the old file or none.

    Parameters
    ----------
    complex_ : Complex
    path : str or Path
        ``.pdb``, ``.cif`` or either with ``.gz``.
    remarks : sequence of str
        Lines for REMARK 99 (PDB) or comments (mmCIF).

    Raises
    ------
    StructureError
        When the file cannot be written.
    """
    write_structure_file(complex_.topology, complex_.positions, Path(path), remarks)


def write_structure_file(topology: Topology, positions: FloatArray, path: Path, remarks: Sequence[str] = ()) -> None:
    """Write PDB, or mmCIF when the suffix is ``.cif``; the file appears complete or not at all, and carries no date.

    Parameters
    ----------
    topology : openmm.app.Topology
        Chain and residue identifiers are kept; bonds outside standard residues become CONECT or struct_conn records.
    positions : numpy.ndarray, shape (n_atoms, 3)
        Å.
    path : Path
        ``.pdb``, ``.cif`` or either with ``.gz``.
    remarks : sequence of str
        Lines for REMARK 99 (PDB) or comments (mmCIF).

    Raises
    ------
    StructureError
        When the file cannot be written, or a PDB file cannot hold what it should.
    """
    _check_names(topology)
    text = mmcif_text if is_mmcif_name(path) else pdb_text
    content = text(topology, positions, remarks).encode()
    write_bytes(path, gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)


def pdb_text(topology: Topology, positions: FloatArray, remarks: Sequence[str] = ()) -> str:
    """The PDB file of a topology and its positions (Å) as text.

    Raises
    ------
    StructureError
        When a PDB file cannot hold what it should.
    """
    check_fits_pdb(topology, positions)
    buffer = io.StringIO()
    for remark in remarks:
        buffer.write(f"REMARK  99 {remark}"[:80].rstrip() + "\n")
    PDBFile.writeModel(topology, positions, buffer, keepIds=True)
    PDBFile.writeFooter(topology, buffer)
    return buffer.getvalue()


def _check_names(topology: Topology) -> None:
    """Raise where a name is none that a file of either format gives back: empty, with spaces, beyond ASCII."""
    for residue in topology.residues():
        for name in (residue.chain.id, residue.name, *(atom.name for atom in residue.atoms())):
            if not _NAME.fullmatch(name):
                raise StructureError(
                    f"{name!r} of residue {residue.name} {residue.chain.id}:{residue.id} cannot be written as a name: "
                    "a structure file holds ASCII signs without spaces. Rename it."
                )


def check_fits_pdb(topology: Topology, positions: FloatArray, advice: str = USE_MMCIF) -> None:
    """Raise when the columns of a PDB file are too narrow for a name, a number or a coordinate; advice ends the error.

    Raises
    ------
    StructureError
        With what does not fit.
    """
    too_wide = next(_too_wide(topology, positions), None)
    if too_wide is not None:
        raise StructureError(f"A PDB file cannot hold {too_wide}; {advice}.")


def _too_wide(topology: Topology, positions: FloatArray) -> Iterator[str]:
    for chain in topology.chains():
        if len(chain.id) > 1:
            yield f"a chain called {chain.id!r}"
    for residue in topology.residues():
        if int(residue.id) not in PDB_NUMBERS:
            yield f"the residue number {residue.id}"
        if len(residue.name) > 3:
            yield f"a residue called {residue.name!r}"
        if any(len(atom.name) > 4 for atom in residue.atoms()):
            yield f"the atom names of {residue.name} {residue.id}"
    if topology.getNumAtoms() > PDB_ATOMS:
        yield f"{topology.getNumAtoms()} atoms"
    low, high = PDB_COORDINATES_ANGSTROM
    if len(positions) and (positions.min() < low or positions.max() > high):
        yield f"coordinates from {positions.min():.0f} to {positions.max():.0f} Å"
