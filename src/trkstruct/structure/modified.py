"""Modified amino acids taken back to the ones that the force field has, and what else a protein chain loses."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Final

import numpy as np
from openmm import app
from pdbfixer.pdbfixer import substitutions

from trkstruct.residues import THREE_TO_ONE, parent_name
from trkstruct.structure.atom_names import heavy_atom_names
from trkstruct.structure.bonds import CAPS
from trkstruct.structure.complex import Complex, chain_residues, is_protein
from trkstruct.structure.hydrogens import remove_hydrogens
from trkstruct.structure.topology import NewAtom, NewResidue, as_it_is, assembled, source_indices

RENAMED_ATOMS: Final[Mapping[str, Mapping[str, str]]] = {"MSE": {"SE": "SD"}}
"""Atoms of modified residues that stay under another name."""

_OWN_PARENTS: Final = {"KCX": "LYS", "CME": "CYS", "CSO": "CYS", "SEP": "SER", "TPO": "THR", "PTR": "TYR"}


def parent_of(name: str) -> str | None:
    """The amino acid a modified residue derives from (PDBFixer's table of 144 and six more); None when not known.

    The twenty amino acids, under any name of a protonation state, are their own parents.
    """
    usual = parent_name(name)
    if usual in THREE_TO_ONE:
        return usual
    parent = _OWN_PARENTS.get(name) or substitutions.get(name)
    return parent if parent in THREE_TO_ONE else None


def revert_modified(complex_: Complex, kept: Collection[str] = ()) -> tuple[Complex, tuple[str, ...]]:
    """The protein alone without hydrogens, modified residues taken back to their parents; and notes.

    Parameters
    ----------
    complex_ : Complex
    kept : collection of str
        Names of modified residues that the force field has parameters for; they stay as they are.

    Returns
    -------
    Complex
        Residues whose parent is not known are left out; the notes name them.
    tuple of str
    """
    heavy = remove_hydrogens(complex_)
    of_chain = set(chain_residues(heavy))
    made: list[NewResidue] = []
    notes: list[str] = []
    for chain in heavy.topology.chains():
        residues = [residue for residue in chain.residues() if is_protein(residue) or parent_of(residue.name)]
        notes += [
            f"{residue.name} {residue.id} was left out: no amino acid is known as its parent."
            for residue in chain.residues()
            if residue not in residues and residue in of_chain
        ]
        for residue in residues:
            stays = residue.name in kept or residue.name in CAPS
            name = residue.name if stays else parent_of(residue.name) or residue.name
            if name != residue.name and parent_name(residue.name) != name:
                notes.append(f"{residue.name} {residue.id} was taken back to {name}.")
            made.append(replace(as_it_is(residue), name=name, atoms=tuple(_kept_atoms(residue, name))))
    positions = heavy.positions[np.array(source_indices(made), dtype=np.int64)]
    return Complex(assembled(made), positions, None, complex_.source, complex_.notes), tuple(notes)


def _kept_atoms(residue: app.topology.Residue, new_name: str) -> Iterator[NewAtom]:
    """The atoms that a residue keeps under its new name."""
    renamed = RENAMED_ATOMS.get(residue.name, {})
    for atom in residue.atoms():
        name = renamed.get(atom.name, atom.name)
        if new_name == residue.name or name in heavy_atom_names(new_name) or name == "OXT":
            yield NewAtom(name, app.element.sulfur if name == "SD" else atom.element, atom)
