"""PDB and mmCIF text in: Gemmi reads, and what it read is held against what the file holds.

Gemmi (Wojdyr 2022, 10.21105/joss.04200) takes files as programs write them: names of any length, numbers beyond 9999,
items that the dictionary makes optional left out, records in any order. What it would pass over in silence is looked
for here: numbers that are none, atoms that were not read, positions that no atom has.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeVar

import gemmi

from trkstruct.errors import StructureError
from trkstruct.residues import THREE_TO_ONE
from trkstruct.structure.atom_names import standard_residue_name
from trkstruct.structure.formats.chains import Address, read_chains
from trkstruct.structure.formats.elements import indented_elements
from trkstruct.structure.formats.file_text import read_text
from trkstruct.structure.formats.header import StructureHeader, read_mmcif_header, read_pdb_header
from trkstruct.structure.formats.mmcif_items import check_columns, columns_of, complete_atoms, lower_tags
from trkstruct.structure.formats.pdb_lines import check_atom_lines, conect_pairs
from trkstruct.structure.formats.pdbqt import as_pdb_lines, is_pdbqt
from trkstruct.structure.formats.positions import check_positions
from trkstruct.structure.formats.records import StructureFile

MMCIF_SUFFIXES: Final = frozenset({".cif", ".mmcif"})
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
    text = read_text(path)
    if not text.strip():
        raise StructureError(f"{path} is empty; expected a PDB or mmCIF file.")
    file = _parse_mmcif(text, path) if _is_mmcif(path, text) else _parse_pdb(text, path)
    if not any(residue.atoms for residue in file.residues):
        raise StructureError(f"{path} holds no atoms; expected a PDB or mmCIF file with coordinates.")
    check_positions(file.chains, path)
    return file


def is_mmcif_name(path: Path) -> bool:
    """Whether a file's name says that it is mmCIF, compressed or not."""
    return (path.with_suffix("") if path.suffix == ".gz" else path).suffix.lower() in MMCIF_SUFFIXES


def _is_mmcif(path: Path, text: str) -> bool:
    return is_mmcif_name(path) or text.lstrip().startswith("data_")


def _parse_pdb(text: str, path: Path) -> StructureFile:
    lines = text.split("\n")
    n_atoms, frames = check_atom_lines(lines, path)
    if is_pdbqt(lines):
        lines = list(as_pdb_lines(lines, path))
    try:
        structure = gemmi.read_pdb_string("\n".join(lines), split_chain_on_ter=True)
    except PARSER_FAULTS as error:
        raise StructureError(
            f"{path} cannot be read as PDB ({error}); is a column shifted or a line cut off?"
        ) from error
    ended = any(line.startswith(("END", "MASTER", "CONECT")) for line in lines)
    notes = () if ended else (f"{path.name} has no END record: it may be cut off.",)
    if frames > 1:
        notes = (*notes, f"{frames} frames in {path.name}: the first was taken.")
    notes = (*notes, *indented_elements(lines))
    return _file_of(structure, n_atoms, path, read_pdb_header(lines), notes, conect_pairs(lines), cut_off=not ended)


def _parse_mmcif(text: str, path: Path) -> StructureFile:
    try:
        block = _structure_block(text, path)
        table = columns_of(block)
        check_columns(table, path)
        complete_atoms(block, table, path)
        structure = gemmi.make_structure_from_block(block)
    except PARSER_FAULTS as error:
        if isinstance(error, StructureError):
            raise
        raise StructureError(f"{path} cannot be read as mmCIF ({error}); cut off?") from error
    models = table.get("_atom_site.pdbx_PDB_model_num", [])
    n_atoms = models.count(models[0]) if models else len(table["_atom_site.Cartn_x"])
    names = table.get("_atom_site.label_comp_id") or table.get("_atom_site.auth_comp_id") or [""]
    amino_acid = next(reversed(table)).startswith("_atom_site.") and standard_residue_name(names[-1]) in THREE_TO_ONE
    cut_off = amino_acid and not text.rstrip().endswith("#")
    notes = (f"{path.name} ends with an amino acid and without a mark: it may be cut off.",) if cut_off else ()
    return _file_of(structure, n_atoms, path, read_mmcif_header(table), notes, (), cut_off=cut_off)


def _structure_block(text: str, path: Path) -> gemmi.cif.Block:
    """The first block with coordinates, its tags in the spelling that the parser knows."""
    document = gemmi.cif.read_string(text if "_atom_site.Cartn_x" in text else lower_tags(text))
    for place in range(len(document)):
        if document[place].find_values("_atom_site.Cartn_x"):
            return document[place]
    raise StructureError(f"{path} cannot be read as mmCIF: it has no _atom_site with coordinates; cut off?")


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
    read = read_chains(model, str(path))
    chains, renamed = read.finish()
    if cut_off and n_atoms:
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
