"""mmCIF text out: Gemmi quotes each name, for primes, quotes, ``#`` and ``;`` mean something to CIF."""

from collections.abc import Iterator, Sequence
from typing import Final

import gemmi
from openmm.app import Atom, Residue, Topology

from trkstruct.residues import THREE_TO_ONE
from trkstruct.structure.topology import bond_indices
from trkstruct.units import FloatArray

POLYMER: Final = frozenset(THREE_TO_ONE) | {"A", "C", "G", "U", "I", "DA", "DC", "DG", "DT", "DI"}
KNOWN_BONDS: Final = POLYMER | {"HOH"}
"""Residues whose bonds every program knows by name."""
ATOM_ITEMS: Final = (
    "group_PDB", "id", "type_symbol", "label_atom_id", "label_alt_id", "label_comp_id", "label_asym_id",
    "label_entity_id", "label_seq_id", "pdbx_PDB_ins_code", "Cartn_x", "Cartn_y", "Cartn_z", "occupancy",
    "B_iso_or_equiv", "auth_seq_id", "auth_comp_id", "auth_asym_id", "auth_atom_id", "pdbx_PDB_model_num",
)  # fmt: skip
PARTNER_ITEMS: Final = (
    "ptnr{}_label_asym_id", "ptnr{}_label_comp_id", "ptnr{}_label_seq_id", "ptnr{}_label_atom_id",
    "ptnr{}_auth_asym_id", "ptnr{}_auth_comp_id", "ptnr{}_auth_seq_id", "pdbx_ptnr{}_PDB_ins_code",
)  # fmt: skip


def mmcif_text(topology: Topology, positions: FloatArray, remarks: Sequence[str] = ()) -> str:
    """The mmCIF file of a topology and its positions (Å), with the bonds that no program knows by name."""
    document = gemmi.cif.Document()
    block = document.add_new_block("trkstruct")
    bonds = list(_told_bonds(topology))
    if bonds:
        partners = [item.format(side) for side in (1, 2) for item in PARTNER_ITEMS]
        links = block.init_loop("_struct_conn.", ["id", "conn_type_id", *partners])
        for number, (first, second) in enumerate(bonds, start=1):
            kind = "disulf" if first.name == second.name == "SG" else "covale"
            links.add_row([f"bond{number}", kind, *_partner(first), *_partner(second)])
    table = block.init_loop("_atom_site.", list(ATOM_ITEMS))
    for atom, position in zip(topology.atoms(), positions, strict=True):
        table.add_row(_atom_row(atom, position))
    header, *lines = document.as_string().splitlines()
    return "\n".join([header, *(f"# {remark}" for remark in remarks), *lines]) + "\n"


def _told_bonds(topology: Topology) -> Iterator[tuple[Atom, Atom]]:
    """Bonds of residues that are not known by name, and disulfides."""
    atoms = list(topology.atoms())
    for first, second in ((atoms[i], atoms[j]) for i, j in bond_indices(topology)):
        known = first.residue.name in KNOWN_BONDS and second.residue.name in KNOWN_BONDS
        if not known or first.name == second.name == "SG":
            yield first, second


def _partner(atom: Atom) -> tuple[str, ...]:
    residue = atom.residue
    chain, name, number, code = _names(residue)
    return chain, name, number, gemmi.cif.quote(atom.name), chain, name, number, code


def _names(residue: Residue) -> tuple[str, str, str, str]:
    """Chain, residue name, number and insertion code as CIF values."""
    quote = gemmi.cif.quote
    return quote(residue.chain.id), quote(residue.name), str(residue.id), residue.insertionCode.strip() or "?"


def _atom_row(atom: Atom, position: FloatArray) -> list[str]:
    chain, name, number, code = _names(atom.residue)
    own = gemmi.cif.quote(atom.name)
    group = "ATOM" if atom.residue.name in POLYMER else "HETATM"
    symbol = "?" if atom.element is None else atom.element.symbol
    x, y, z = (f"{value:.4f}" for value in position)
    return [
        group, str(atom.index + 1), symbol, own, ".", name, chain, "?", number, code, x, y, z, "1.0", "0.0",
        number, name, chain, own, "1",
    ]  # fmt: skip
