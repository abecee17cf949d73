"""PDB and mmCIF text in: Gemmi reads, and what it read is held against what the file holds.

Gemmi (Wojdyr 2022, 10.21105/joss.04200) takes files as programs write them: names of any length, numbers beyond 9999,
items that the dictionary makes optional left out, records in any order. What it would pass over in silence is looked
for here: numbers that are none, atoms that were not read, positions that no atom has.
"""

import gzip
import math
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeVar, cast

import gemmi

from trkstruct.errors import StructureError
from trkstruct.files.regular_file import LARGEST_TEXT_BYTES
from trkstruct.structure.atom_names import is_water
from trkstruct.structure.formats.chains import Address, read_chains
from trkstruct.structure.formats.header import StructureHeader, read_mmcif_header, read_pdb_header
from trkstruct.structure.formats.records import FileChain, StructureFile

COORDINATES_END_COLUMN: Final = 54  # wwPDB format 3.3: x, y, z of ATOM and HETATM records end in column 54
COORDINATE_COLUMNS: Final = ((30, 38), (38, 46), (46, 54))
MMCIF_SUFFIXES: Final = frozenset({".cif", ".mmcif"})
FARTHEST_ANGSTROM: Final = 9999.0  # X-PLOR's mark of an atom without a position; no molecule reaches as far
OPTIONAL_ITEMS: Final = {
    "_atom_site.label_alt_id": ".",
    "_atom_site.pdbx_PDB_ins_code": "?",
    "_atom_site.occupancy": "1.0",
    "_atom_site.B_iso_or_equiv": "0.0",
    "_atom_site.pdbx_PDB_model_num": "1",
}
"""What the mmCIF dictionary lets a file leave out, and what it then means."""
COVALENT: Final = (gemmi.ConnectionType.Covale, gemmi.ConnectionType.Disulf)
_Key = TypeVar("_Key")

PARSER_FAULTS: Final = (ValueError, RuntimeError, IndexError, KeyError, OverflowError)
"""What Gemmi raises on damaged files."""


def load_structure_file(path: Path) -> StructureFile:
    """Read a PDB or mmCIF file, gzip-compressed or not; author numbering, first model.

    Raises
    ------
    StructureError
        When the file is missing, empty, cut off, not a structure, or gives an atom a position that none has.
    """
    text = _read_text(path)
    if not text.strip():
        raise StructureError(f"{path} is empty; expected a PDB or mmCIF file.")
    file = _parse_mmcif(text, path) if _is_mmcif(path, text) else _parse_pdb(text, path)
    if not any(residue.atoms for residue in file.residues):
        raise StructureError(f"{path} holds no atoms; expected a PDB or mmCIF file with coordinates.")
    for where, problem in _impossible(file.chains):
        raise StructureError(f"{path} {problem} {where}; correct or remove the atom.")
    return file


def is_mmcif_name(path: Path) -> bool:
    """Whether a file's name says that it is mmCIF, compressed or not."""
    return (path.with_suffix("") if path.suffix == ".gz" else path).suffix.lower() in MMCIF_SUFFIXES


def _is_mmcif(path: Path, text: str) -> bool:
    return is_mmcif_name(path) or text.lstrip().startswith("data_")


def _read_text(path: Path) -> str:
    try:
        content = path.read_bytes()
        if content[:2] == b"\x1f\x8b":
            content = _decompressed(content, path)
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


def _decompressed(content: bytes, path: Path) -> bytes:
    with gzip.open(path) as file:
        text = file.read(LARGEST_TEXT_BYTES + 1)
    if len(text) > LARGEST_TEXT_BYTES:
        raise StructureError(
            f"{path} ({len(content)} bytes) holds more than {LARGEST_TEXT_BYTES // 2**20} MB when it is decompressed, "
            "more than any structure; is it one?"
        )
    return text


def _parse_pdb(text: str, path: Path) -> StructureFile:
    lines = text.splitlines()
    n_atoms, frames = _check_atom_lines(lines, path)
    try:
        structure = gemmi.read_pdb_string(text, split_chain_on_ter=True)
    except PARSER_FAULTS as error:
        raise StructureError(
            f"{path} cannot be read as PDB ({error}); is a column shifted or a line cut off?"
        ) from error
    ended = any(line.startswith(("END", "MASTER", "CONECT")) for line in lines)
    notes = () if ended else (f"{path.name} has no END record: it may be cut off.",)
    if frames > 1:
        notes = (*notes, f"{frames} frames in {path.name}: the first was taken.")
    return _file_of(structure, n_atoms, path, read_pdb_header(lines), notes, _conect_pairs(lines), cut_off=not ended)


def _check_atom_lines(lines: Sequence[str], path: Path) -> tuple[int, int]:
    """Number of atoms of the first model, each seen to have three coordinates; and number of frames that END separates.

    Raises
    ------
    StructureError
        With the first line that has not, or when there is no atom, or more after END that are no further frame.
    """
    counts = [0]  # of each stretch up to ENDMDL or END
    for number, line in enumerate(lines, start=1):
        if line.startswith(("ENDMDL", "MODEL ")) or line.rstrip() == "END":
            counts += [0] if counts[-1] else []
        if not line.startswith(("ATOM  ", "HETATM")):
            continue
        if not line.isascii():
            raise StructureError(f"{path} line {number} is no ATOM record: {line!r} holds what is not ASCII.")
        if len(line.rstrip()) < COORDINATES_END_COLUMN - 3:
            raise StructureError(f"{path} line {number} stops before the coordinates ({line!r}); the file is cut off.")
        for start, end in COORDINATE_COLUMNS:
            if not _is_number(line[start:end]):
                raise StructureError(
                    f"{path} line {number}: {line[start:end]!r} is no coordinate (columns {start + 1}-{end}); is a "
                    "column shifted?"
                )
        counts[-1] += 1
    stretches = [count for count in counts if count]
    if not stretches:
        raise StructureError(
            f"{path} has no ATOM or HETATM record; it is not a PDB file (first line: {lines[0][:60]!r})."
        )
    if any(line.startswith("MODEL ") for line in lines):
        return stretches[0], 1
    if len(set(stretches)) > 1:
        raise StructureError(
            f"{path} has stretches of {stretches[0]} and {stretches[1]} atoms with END between; "
            "remove the END record in its middle, or what follows it."
        )
    return stretches[0], len(stretches)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _conect_pairs(lines: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Serial numbers of the atoms that CONECT records join."""
    pairs: dict[tuple[int, int], None] = {}
    for line in lines:
        if line.startswith("CONECT"):
            serials = [line[start : start + 5].strip() for start in range(6, 31, 5)]
            numbers = [int(serial) for serial in serials if serial.isdigit()]
            pairs.update({(min(numbers[0], other), max(numbers[0], other)): None for other in numbers[1:]})
    return tuple(pairs)


def _parse_mmcif(text: str, path: Path) -> StructureFile:
    try:
        document = gemmi.cif.read_string(text)
        block = next(
            (document[place] for place in range(len(document)) if document[place].find_loop("_atom_site.Cartn_x")), None
        )
        if block is None:
            raise StructureError(f"{path} cannot be read as mmCIF: it has no _atom_site with coordinates; cut off?")
        table = _columns(block)
        _check_columns(table, path)
        _add_optional(block)
        structure = gemmi.make_structure_from_block(block)
    except PARSER_FAULTS as error:
        if isinstance(error, StructureError):
            raise
        raise StructureError(f"{path} cannot be read as mmCIF ({error}); cut off?") from error
    models = table.get("_atom_site.pdbx_PDB_model_num", [])
    n_atoms = models.count(models[0]) if models else len(table["_atom_site.Cartn_x"])
    return _file_of(structure, n_atoms, path, read_mmcif_header(table), (), ())


def _columns(block: gemmi.cif.Block) -> dict[str, list[str]]:
    """Values of every item of a block, without their quotes."""
    table: dict[str, list[str]] = {}
    for item in block:
        if item.pair is not None:
            tag, value = cast("tuple[str, str]", item.pair)
            table[tag] = [gemmi.cif.as_string(value)]
        elif item.loop is not None:
            values, width = item.loop.values, item.loop.width()
            for place, tag in enumerate(item.loop.tags):
                table[tag] = [gemmi.cif.as_string(value) for value in values[place::width]]
    return table


def _add_optional(block: gemmi.cif.Block) -> None:
    """Give every atom the items that the dictionary makes optional and that the file leaves out."""
    loop = block.find_loop("_atom_site.Cartn_x").get_loop()
    for tag, value in OPTIONAL_ITEMS.items():
        if loop is not None and tag not in loop.tags:
            loop.add_columns([tag], value)


def _check_columns(table: dict[str, list[str]], path: Path) -> None:
    wrong = next((label for label in table.get("_atom_site.label_alt_id", []) if len(label) > 1), None)
    if wrong is not None:
        raise StructureError(
            f"{path} names an alternative location {wrong!r}; one letter is expected in _atom_site.label_alt_id. "
            "Is a column missing or shifted?"
        )
    for axis in "xyz":
        for value in table.get(f"_atom_site.Cartn_{axis}", []):
            if not _is_number(value):
                raise StructureError(f"{path}: {value!r} in _atom_site.Cartn_{axis} is no coordinate; cut off?")


def _file_of(
    structure: gemmi.Structure,
    n_atoms: int,
    path: Path,
    header: StructureHeader,
    notes: tuple[str, ...],
    conect: Sequence[tuple[int, int]],
    *,
    cut_off: bool = False,
) -> StructureFile:
    """The first model of what Gemmi read, which must have all atoms of the file."""
    model = structure[0] if len(structure) else gemmi.Model(1)
    found = model.count_atom_sites()
    if found != n_atoms:
        raise StructureError(
            f"{path} has {n_atoms} atoms in its first model, of which {found} could be read; are lines out of order?"
        )
    read = read_chains(model)
    chains, renamed = read.finish()
    if cut_off:
        _check_last_residue(model, path)
    several = (f"{len(structure)} models in {path.name}: the first was taken.",) if len(structure) > 1 else ()
    sequences = {own: header.sequences.get(name) or header.sequences.get(own, ()) for own, name in read.named.items()}
    header = replace(header, sequences={own: names for own, names in sequences.items() if names})
    bonds = (*_joined(conect, read.of_serial), *_joined(_links(structure), read.of_address))
    return StructureFile(chains, tuple(dict.fromkeys(bonds)), header, (*notes, *several, *renamed))


def _joined(pairs: Sequence[tuple[_Key, _Key]], index_of: Mapping[_Key, int]) -> Iterator[tuple[int, int]]:
    """The pairs as indices of atoms, the lower first; atoms that are not part of the chosen conformers have none."""
    for first, second in pairs:
        if first in index_of and second in index_of:
            yield min(index_of[first], index_of[second]), max(index_of[first], index_of[second])


def _links(structure: gemmi.Structure) -> list[tuple[Address, Address]]:
    """Covalent bonds that LINK, SSBOND or struct_conn records name, between atoms of this copy of the molecule."""
    return [
        (_address(link.partner1), _address(link.partner2))
        for link in structure.connections
        if link.type in COVALENT and link.asu != gemmi.Asu.Different
    ]


def _address(partner: gemmi.AtomAddress) -> Address:
    return partner.chain_name, str(partner.res_id.seqid), partner.atom_name


def _check_last_residue(model: gemmi.Model, path: Path) -> None:
    """A file without END whose last amino acid lacks part of its backbone was cut off."""
    last = model[-1][-1]
    names = {atom.name for atom in last}
    if last.het_flag == "A" and "N" in names and not {"CA", "C", "O"} <= names:
        missing = ", ".join(sorted({"CA", "C", "O"} - names))
        raise StructureError(f"{path} ends inside {last.name} {last.seqid} (no {missing}) without END: it is cut off.")


def _impossible(chains: Sequence[FileChain]) -> Iterator[tuple[str, str]]:
    """Atoms where no atom can be, and what is wrong with them."""
    for residue in (residue for chain in chains for residue in chain.residues):
        for atom in residue.atoms:
            if not all(math.isfinite(each) and abs(each) < FARTHEST_ANGSTROM for each in atom.position):
                yield f"{residue} {atom.name}", f"gives no possible position ({atom.position}) for"
        places = Counter(atom.position for atom in residue.atoms)
        if len(places) < len(residue.atoms) and not is_water(residue.name):
            position = places.most_common(1)[0][0]
            names = [atom.name for atom in residue.atoms if atom.position == position]
            yield f"{residue}: {', '.join(names[:5])}", f"has {len(names)} atoms in one place ({position}),"
