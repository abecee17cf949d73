"""PDB and mmCIF text in and out: Biopython reads, OpenMM writes, nothing half-written is left behind."""

import gzip
import io
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from Bio.PDB.MMCIF2Dict import MMCIF2Dict
from Bio.PDB.MMCIFParser import MMCIFParser
from Bio.PDB.Model import Model
from Bio.PDB.PDBExceptions import PDBConstructionException
from Bio.PDB.PDBParser import PDBParser
from openmm.app import PDBFile, PDBxFile, Topology

from trkstruct.errors import StructureError
from trkstruct.files.outputs import write_bytes
from trkstruct.structure.header import StructureHeader, read_mmcif_header, read_pdb_header
from trkstruct.units import FloatArray

COORDINATES_END_COLUMN: Final = 54  # wwPDB format 3.3: x, y, z of ATOM and HETATM records end in column 54
MMCIF_SUFFIXES: Final = frozenset({".cif", ".mmcif"})
PARSER_FAULTS: Final = (
    PDBConstructionException,
    ValueError,
    KeyError,
    IndexError,
    AttributeError,
    TypeError,
    StopIteration,
    ArithmeticError,
)
"""What Biopython's parsers raise on damaged files, besides their own exception."""


@dataclass(frozen=True)
class StructureFile:
    """First model of a file as Biopython reads it, pairs of atom serials that its bond records join, its header."""

    model: Model
    bonded_serials: tuple[tuple[int, int], ...]
    notes: tuple[str, ...]
    header: StructureHeader


def load_structure_file(path: Path) -> StructureFile:
    """Read a PDB or mmCIF file, gzip-compressed or not; author numbering, first model.

    Raises
    ------
    StructureError
        When the file is missing, empty, cut off, or not a structure.
    """
    text = _read_text(path)
    if not text.strip():
        raise StructureError(f"{path} is empty; expected a PDB or mmCIF file.")
    structure_file = _parse_mmcif(text, path) if _is_mmcif(path, text) else _parse_pdb(text, path)
    if next(structure_file.model.get_atoms(), None) is None:
        raise StructureError(f"{path} holds no atoms; expected a PDB or mmCIF file with coordinates.")
    lost = next((each for each in structure_file.model.get_atoms() if not np.isfinite(each.coord).all()), None)
    if lost is not None:
        where = f"{lost.get_parent().get_resname()} {lost.get_parent().id[1]} {lost.get_name()}"
        raise StructureError(f"{path} gives no finite position for {where}; correct or remove the atom.")
    return structure_file


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
    """
    buffer = io.StringIO()
    if _stem_suffix(path) in MMCIF_SUFFIXES:
        _write_mmcif(topology, positions, buffer, remarks)
    else:
        _write_pdb_text(topology, positions, buffer, remarks)
    content = buffer.getvalue().encode()
    write_bytes(path, gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)


def pdb_text(topology: Topology, positions: FloatArray, remarks: Sequence[str] = ()) -> str:
    """The PDB file of a topology and its positions (Å) as text."""
    buffer = io.StringIO()
    _write_pdb_text(topology, positions, buffer, remarks)
    return buffer.getvalue()


def _stem_suffix(path: Path) -> str:
    return (path.with_suffix("") if path.suffix == ".gz" else path).suffix.lower()


def _is_mmcif(path: Path, text: str) -> bool:
    return _stem_suffix(path) in MMCIF_SUFFIXES or text.lstrip().startswith("data_")


def _read_text(path: Path) -> str:
    try:
        content = path.read_bytes()
        if content[:2] == b"\x1f\x8b":
            content = gzip.decompress(content)
        if b"\0" in content:
            raise StructureError(f"{path} is not text; expected a PDB or mmCIF file.")
        return content.decode("utf-8", errors="strict")
    except FileNotFoundError as error:
        raise StructureError(f"No file {path}; give the path of a PDB or mmCIF file.") from error
    except (IsADirectoryError, PermissionError) as error:
        raise StructureError(f"{path} cannot be read ({error.strerror}); give a PDB or mmCIF file.") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise StructureError(f"{path} is cut off or not gzip ({error}); fetch it again.") from error
    except UnicodeDecodeError as error:
        raise StructureError(f"{path} is not text; expected a PDB or mmCIF file.") from error


def _parse_pdb(text: str, path: Path) -> StructureFile:
    lines = text.splitlines()
    atom_lines = [(number, line) for number, line in enumerate(lines, start=1) if line.startswith(("ATOM  ", "HETATM"))]
    if not atom_lines:
        raise StructureError(
            f"{path} has no ATOM or HETATM record; it is not a PDB file (first line: {lines[0][:60]!r})."
        )
    for number, line in atom_lines:
        if len(line) < COORDINATES_END_COLUMN:
            raise StructureError(f"{path} line {number} stops before the coordinates ({line!r}); the file is cut off.")
    try:
        structure = PDBParser(PERMISSIVE=True, QUIET=True, get_header=False).get_structure(
            "structure", io.StringIO(text)
        )
        model = next(iter(structure))
    except PARSER_FAULTS as error:
        raise StructureError(
            f"{path} cannot be read as PDB ({type(error).__name__}: {error}); is a column shifted or a line cut off?"
        ) from error
    ended = any(line.startswith(("END", "MASTER", "CONECT")) for line in lines)
    notes = () if ended else (f"{path.name} has no END record: it may be cut off.",)
    if not ended:
        _check_last_residue(model, path)
    several = (f"{len(structure)} models in {path.name}: the first was taken.",) if len(structure) > 1 else ()
    return StructureFile(model, _conect_pairs(lines), notes + several, read_pdb_header(lines))


def _check_last_residue(model: Model, path: Path) -> None:
    """A file without END whose last amino acid lacks part of its backbone was cut off."""
    last = list(model.get_residues())[-1]
    names = {atom.get_id() for atom in last}
    if last.id[0] == " " and "N" in names and not {"CA", "C", "O"} <= names:
        missing = ", ".join(sorted({"CA", "C", "O"} - names))
        raise StructureError(
            f"{path} ends inside {last.get_resname()} {last.id[1]} (no {missing}) without END: it is cut off."
        )


def _conect_pairs(lines: Sequence[str]) -> tuple[tuple[int, int], ...]:
    pairs: dict[tuple[int, int], None] = {}
    for line in lines:
        if line.startswith("CONECT"):
            serials = [line[start : start + 5].strip() for start in range(6, 31, 5)]
            numbers = [int(serial) for serial in serials if serial.isdigit()]
            pairs.update({(min(numbers[0], other), max(numbers[0], other)): None for other in numbers[1:]})
    return tuple(pairs)


def _parse_mmcif(text: str, path: Path) -> StructureFile:
    try:
        table = MMCIF2Dict(io.StringIO(text))
        _check_altlocs(table, path)
        structure = MMCIFParser(QUIET=True).get_structure("structure", io.StringIO(text))
        model = next(iter(structure))
        serials, header = _struct_conn_pairs(table, model), read_mmcif_header(table)
    except StructureError:
        raise
    except PARSER_FAULTS as error:
        raise StructureError(f"{path} cannot be read as mmCIF ({type(error).__name__}: {error}); cut off?") from error
    several = (f"{len(structure)} models in {path.name}: the first was taken.",) if len(structure) > 1 else ()
    return StructureFile(model, serials, several, header)


def _check_altlocs(table: MMCIF2Dict, path: Path) -> None:
    wrong = next((label for label in table.get("_atom_site.label_alt_id", []) if len(label) != 1), None)
    if wrong is not None:
        raise StructureError(
            f"{path} names an alternative location {wrong!r}; one letter is expected in _atom_site.label_alt_id. "
            "Is a column missing or shifted?"
        )


def _struct_conn_pairs(table: MMCIF2Dict, model: Model) -> tuple[tuple[int, int], ...]:
    """Serial numbers of the covalent bonds in ``struct_conn``, found by author (else label) chain, number and name."""
    kinds = table.get("_struct_conn.conn_type_id", [])
    ends = []
    for partner in ("ptnr1", "ptnr2"):
        columns = [
            table.get(
                f"_struct_conn.{partner}_auth_{what}_id", table.get(f"_struct_conn.{partner}_label_{what}_id", [])
            )
            for what in ("asym", "seq")
        ]
        ends.append(list(zip(*columns, table.get(f"_struct_conn.{partner}_label_atom_id", []), strict=False)))
    serial_of = {
        (atom.get_parent().get_parent().id, str(atom.get_parent().id[1]), atom.get_name()): atom.get_serial_number()
        for atom in model.get_atoms()
    }
    pairs = [
        (serial_of[first], serial_of[second])
        for kind, first, second in zip(kinds, *ends, strict=False)
        if kind in {"covale", "disulf"} and first in serial_of and second in serial_of
    ]
    return tuple(dict.fromkeys((min(pair), max(pair)) for pair in pairs))


def _write_pdb_text(topology: Topology, positions: FloatArray, buffer: io.StringIO, remarks: Sequence[str]) -> None:
    for remark in remarks:
        buffer.write(f"REMARK  99 {remark}"[:80].rstrip() + "\n")
    PDBFile.writeModel(topology, positions, buffer, keepIds=True)
    PDBFile.writeFooter(topology, buffer)


def _write_mmcif(topology: Topology, positions: FloatArray, buffer: io.StringIO, remarks: Sequence[str]) -> None:
    body = io.StringIO()
    PDBxFile.writeFile(topology, positions, body, keepIds=True, entry="trkstruct")
    header, *lines = body.getvalue().splitlines()
    kept = [line for line in lines if not line.startswith("# Created with OpenMM")]
    buffer.write("\n".join([header, *(f"# {remark}" for remark in remarks), *kept]) + "\n")
