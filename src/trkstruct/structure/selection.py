"""Which residues of a file become the complex: one chain, one ligand, the solvent asked for."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

import numpy as np
from scipy.spatial import cKDTree

from trkstruct.errors import InputError, StructureError
from trkstruct.residues import LIGAND_NAME, THREE_TO_ONE
from trkstruct.structure.atom_names import is_water, standard_residue_name
from trkstruct.structure.complex import belongs_to_chain
from trkstruct.structure.formats.records import FileChain, FileResidue, StructureFile
from trkstruct.units import FloatArray

Solvent = Literal["none", "pocket", "all"]

POCKET_SOLVENT_ANGSTROM: Final = 5.0  # one hydration shell around the ligand: O...O 2.8 Å plus a van der Waals contact


def is_amino_acid(residue: FileResidue) -> bool:
    """Whether the residue is one of the twenty amino acids under any of their names."""
    return standard_residue_name(residue.name) in THREE_TO_ONE


def find_ligand(file: StructureFile, wanted: str | None, chain: str | None, path: Path) -> FileResidue | None:
    """The residue with that name or ``chain:number``; without a wish, one named LIG or none.

    Raises
    ------
    StructureError
        When nothing, or more than one residue in the chain, answers to it; lists the hetero residues.
    """
    others = [residue for residue in file.residues if not is_amino_acid(residue)]
    hetero = [residue for residue in others if not is_water(residue.name)]
    matches = [residue for residue in hetero if _answers_to(residue, wanted or LIGAND_NAME)]
    if wanted is None and not matches:
        return None
    if len(matches) > 1 and chain is not None:
        matches = [residue for residue in matches if residue.identity.chain in {chain, "L"}] or matches
    if len(matches) == 1:
        return matches[0]
    listing = ", ".join(str(residue) for residue in hetero[:20])
    if matches:
        raise StructureError(
            f"{path} has {len(matches)} residues {wanted or LIGAND_NAME!r}; choose one as chain:number from {listing}."
        )
    raise StructureError(f"{path} has no ligand residue {wanted!r}; its hetero residues: {listing or 'none'}.")


def protein_chains(file: StructureFile) -> list[FileChain]:
    """Chains that hold an amino acid."""
    return [chain for chain in file.chains if any(map(is_amino_acid, chain.residues))]


def protein_positions(chain: FileChain) -> FloatArray:
    """Atoms of a chain's amino acids in Å, shape (n_atoms, 3)."""
    return np.concatenate([residue.positions for residue in chain.residues if is_amino_acid(residue)])


def is_polymer(residue: FileResidue) -> bool:
    """Whether the residue of a file belongs to a protein chain."""
    return belongs_to_chain(residue.name, residue.names)


def find_solvent(
    file: StructureFile, polymer: Sequence[FileResidue], ligand: FileResidue | None, which: Solvent
) -> list[FileResidue]:
    """Waters, ions and other small molecules that stay.

    Raises
    ------
    InputError
        When ``"pocket"`` is asked for without a ligand.
    """
    if which == "none":
        return []
    if which == "pocket" and ligand is None:
        raise InputError("waters='pocket' needs a ligand; name it with ligand_residue, or use waters='all'.")
    taken = {residue.identity for residue in polymer} | ({ligand.identity} if ligand else set())
    others = [residue for residue in file.residues if residue.identity not in taken and not is_polymer(residue)]
    if which == "all" or ligand is None:
        return others
    tree = cKDTree(ligand.positions)
    return [other for other in others if tree.query(other.positions)[0].min() <= POCKET_SOLVENT_ANGSTROM]


def _answers_to(residue: FileResidue, wanted: str) -> bool:
    if ":" in wanted:
        return str(residue.identity) == wanted.strip()
    return residue.name == wanted.strip()
