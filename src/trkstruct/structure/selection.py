"""Which residues and conformers of a file become the complex: one chain, one ligand, the solvent asked for."""

from collections import defaultdict
from pathlib import Path
from typing import Final, Literal

import numpy as np
from Bio.PDB.Atom import Atom, DisorderedAtom
from Bio.PDB.Chain import Chain
from Bio.PDB.Model import Model
from Bio.PDB.Residue import DisorderedResidue, Residue
from scipy.spatial import cKDTree

from trkstruct.errors import InputError, StructureError
from trkstruct.residues import LIGAND_NAME, THREE_TO_ONE, ResidueId
from trkstruct.structure.atom_names import is_water, standard_residue_name
from trkstruct.structure.bonds import CAPS
from trkstruct.units import FloatArray

Solvent = Literal["none", "pocket", "all"]

POCKET_SOLVENT_ANGSTROM: Final = 5.0  # one hydration shell around the ligand: O...O 2.8 Å plus a van der Waals contact


def bio_residue_id(residue: Residue) -> ResidueId:
    """Chain, number and insertion code of a Biopython residue."""
    _, number, insertion = residue.id
    return ResidueId(residue.get_parent().id, number, insertion.strip())


def is_amino_acid(residue: Residue) -> bool:
    """Whether the residue is one of the twenty amino acids under any of their names."""
    return standard_residue_name(residue.get_resname()) in THREE_TO_ONE


def find_ligand(model: Model, wanted: str | None, chain: str | None, path: Path) -> Residue | None:
    """The residue with that name or ``chain:number``; without a wish, one named LIG or none.

    Raises
    ------
    StructureError
        When nothing, or more than one residue in the chain, answers to it; lists the hetero residues.
    """
    others = [residue for residue in model.get_residues() if not is_amino_acid(residue)]
    hetero = [residue for residue in others if not is_water(residue.get_resname())]
    matches = [residue for residue in hetero if _answers_to(residue, wanted or LIGAND_NAME)]
    if wanted is None and not matches:
        return None
    if len(matches) > 1 and chain is not None:
        matches = [residue for residue in matches if residue.get_parent().id in {chain, "L"}] or matches
    if len(matches) == 1:
        return matches[0]
    listing = ", ".join(f"{residue.get_resname().strip()} {bio_residue_id(residue)}" for residue in hetero[:20])
    if matches:
        raise StructureError(
            f"{path} has {len(matches)} residues {wanted or LIGAND_NAME!r}; choose one as chain:number from {listing}."
        )
    raise StructureError(f"{path} has no ligand residue {wanted!r}; its hetero residues: {listing or 'none'}.")


def find_chain(model: Model, wanted: str | None, ligand: Residue | None, path: Path) -> Chain:
    """The protein chain of that name, the one nearest the ligand, or the first.

    Raises
    ------
    StructureError
        When there is no such chain or none with amino acids; lists the chains.
    """
    protein = [chain for chain in model if any(is_amino_acid(residue) for residue in chain)]
    if not protein:
        raise StructureError(f"{path} holds no amino acids; a kinase domain is needed.")
    if wanted is not None:
        for chain in protein:
            if chain.id == wanted:
                return chain
        listing = ", ".join(repr(chain.id) for chain in protein)
        raise StructureError(f"{path} has no protein chain {wanted!r}; its protein chains: {listing}.")
    if ligand is None:
        return protein[0]
    tree = cKDTree(coordinates(ligand))

    def distance(chain: Chain) -> float:
        return min(float(tree.query(coordinates(r))[0].min()) for r in chain if is_amino_acid(r))

    return min(protein, key=distance)


def is_polymer(residue: Residue) -> bool:
    """Whether the residue belongs to the protein chain: an amino acid, a cap, or a modified residue with a backbone."""
    if is_amino_acid(residue) or standard_residue_name(residue.get_resname()) in CAPS:
        return True
    return {"N", "CA", "C", "O", "CB"} <= {atom.get_id() for atom in residue}


def find_solvent(model: Model, polymer: list[Residue], ligand: Residue | None, which: Solvent) -> list[Residue]:
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
    taken = {residue.get_full_id() for residue in [*polymer, *([ligand] if ligand is not None else [])]}
    others = [
        residue for residue in model.get_residues() if residue.get_full_id() not in taken and not is_polymer(residue)
    ]
    if which == "all":
        return others
    tree = cKDTree(coordinates(ligand))
    return [other for other in others if tree.query(coordinates(other))[0].min() <= POCKET_SOLVENT_ANGSTROM]


def choose_conformer(residue: Residue) -> tuple[list[Atom], bool]:
    """Atoms of the conformer with the highest summed occupancy (first letter on a tie); whether there was a choice."""
    if isinstance(residue, DisorderedResidue):  # a point mutation in the crystal
        best = max(sorted(residue.child_dict.values(), key=lambda r: r.get_resname()), key=_occupancy)
        return choose_conformer(best)[0], True
    totals: dict[str, float] = defaultdict(float)
    for atom in residue.get_unpacked_list():
        if atom.get_altloc().strip():
            totals[atom.get_altloc()] += atom.get_occupancy() or 0.0
    if not totals:
        return list(residue), False
    best_altloc = max(sorted(totals), key=lambda letter: totals[letter])
    atoms = []
    for atom in residue:
        if isinstance(atom, DisorderedAtom):
            children = atom.child_dict
            letter = max(sorted(children), key=lambda key: (key == best_altloc, children[key].get_occupancy() or 0.0))
            atoms.append(children[letter])
        else:
            atoms.append(atom)
    return atoms, len(totals) > 1


def coordinates(entity: Residue | Chain) -> FloatArray:
    """Positions of all atoms in Å, shape (n_atoms, 3)."""
    return np.array([atom.get_coord() for atom in entity.get_atoms()], dtype=np.float64)


def _occupancy(residue: Residue) -> float:
    return sum(atom.get_occupancy() or 0.0 for atom in residue)


def _answers_to(residue: Residue, wanted: str) -> bool:
    if ":" in wanted:
        return str(bio_residue_id(residue)) == wanted.strip()
    return bool(residue.get_resname().strip() == wanted.strip())
