"""What is said of a mutation that was built: its rotamers, what gave way for them, what still overlaps."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from trkstruct.contacts.clashes import MODERATE_OVERLAP_ANGSTROM, protein_clashes
from trkstruct.residues import ResidueId
from trkstruct.sidechain.relaxed_rotamers import RelaxedRotamer
from trkstruct.sidechain.rotamers import NO_ROTAMERS
from trkstruct.sidechain.substitute import nearest_rotamer, side_chain_atoms
from trkstruct.structure.atom_names import is_water
from trkstruct.structure.complex import Complex, is_protein, residue_id

SAME_PLACE_ANGSTROM: Final = 0.1  # less than the coordinate error of any crystal structure
WATER_OVERLAP_ANGSTROM: Final = 2.4  # closer to a water than hydrogen bonds get; Baker & Hubbard 1984


def choice_notes(built: Complex, changes: Mapping[ResidueId, str], ranked: Sequence[RelaxedRotamer]) -> tuple[str, ...]:
    """Which rotamers were chosen, and how far up the next best is."""
    notes = [
        f"{identity} was built as {nearest_rotamer(built, identity)}."
        for identity, name in changes.items()
        if name not in NO_ROTAMERS
    ]
    if len(ranked) > 1:
        gap = ranked[1].score_kcal_mol - ranked[0].score_kcal_mol
        notes.append(
            f"The next best of {len(ranked)} relaxed, {'+'.join(ranked[1].rotamers)}, is {gap:.1f} kcal/mol up."
        )
    return tuple(notes)


def moved_notes(before: Complex, after: Complex, changes: Mapping[ResidueId, str]) -> tuple[str, ...]:
    """Which other side chains gave way, and by how much."""
    amino_acids = [atom for atom in before.topology.atoms() if is_protein(atom.residue)]
    old = {(residue_id(atom.residue), atom.name): before.positions[atom.index] for atom in amino_acids}
    furthest: dict[ResidueId, float] = {}
    for atom in after.topology.atoms():
        identity = residue_id(atom.residue)
        if identity not in changes and is_protein(atom.residue) and atom.element.symbol != "H":
            shift = float(np.linalg.norm(after.positions[atom.index] - old[identity, atom.name]))
            furthest[identity] = max(shift, furthest.get(identity, 0.0))
    moved = [f"{identity} {shift:.1f}" for identity, shift in furthest.items() if shift > SAME_PLACE_ANGSTROM]
    return (f"Side chains that gave way, furthest atom in Å: {', '.join(moved)}.",) if moved else ()


def overlap_notes(built: Complex, changes: Mapping[ResidueId, str]) -> tuple[str, ...]:
    """What the new side chains still overlap: the worst clash of each, and waters in their place."""
    notes = []
    for identity in changes:
        clashes = protein_clashes(built, identity, minimum_overlap_angstrom=MODERATE_OVERLAP_ANGSTROM)
        notes += [
            f"{clash.protein_atom} overlaps {clash.ligand_atom} by {clash.overlap_angstrom:.2f} Å ({clash.severity})."
            for clash in clashes[:1]
        ]
        notes += _water_notes(built, identity)
    return tuple(notes)


def _water_notes(built: Complex, identity: ResidueId) -> tuple[str, ...]:
    index = side_chain_atoms(built, identity)
    atoms = list(built.topology.atoms())
    heavy = built.positions[[i for i in index.tolist() if atoms[i].element.symbol != "H"]].reshape(-1, 3)
    oxygens = [a for a in atoms if is_water(a.residue.name) and a.element.symbol == "O"]
    close = [
        str(residue_id(oxygen.residue))
        for oxygen in oxygens
        if np.any(np.linalg.norm(heavy - built.positions[oxygen.index], axis=1) < WATER_OVERLAP_ANGSTROM)
    ]
    text = f"{identity} takes the place of water {', '.join(close)}: remove it before going on."
    return (text,) if close else ()
