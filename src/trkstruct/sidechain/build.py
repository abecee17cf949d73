"""Build a mutation into a structure with its surroundings: rotamers screened rigidly, the best relaxed, one chosen.

Works on any file: hydrogens that are missing are added for the energies alone, ligands, ions and modified residues
stand in the way as they are, and what comes back has the atoms of the file, no more and no fewer.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from trkstruct.residues import BACKBONE_ATOMS, ResidueId
from trkstruct.sidechain.build_notes import SAME_PLACE_ANGSTROM, choice_notes, moved_notes, overlap_notes
from trkstruct.sidechain.relaxed_rotamers import BuildSettings, rank_rotamers
from trkstruct.sidechain.rotamers import NO_ROTAMERS, rotamers_of
from trkstruct.sidechain.substitute import place_rotamers, substitute
from trkstruct.sidechain.surroundings import Surroundings, take_surroundings
from trkstruct.structure.complex import Complex, is_protein, protein_residue, residue_id
from trkstruct.units import FloatArray


def build_mutation(
    complex_: Complex,
    changes: Mapping[ResidueId, str],
    settings: BuildSettings | None = None,
    *,
    platform: str = "auto",
) -> Complex:
    """Substitute residues, each in the rotamer that fits its surroundings best, with side chains around it giving way.

    Parameters
    ----------
    complex_ : Complex
        With or without hydrogens; ligands, waters and ions are respected.
    changes : mapping of ResidueId to str
        Three-letter name of what each residue becomes.
    settings : BuildSettings, optional
    platform : str
        OpenMM platform.

    Returns
    -------
    Complex
        The same atoms but for the changed residues, the backbone where it was; the notes say which rotamers were
        chosen, which side chains moved, and what still overlaps.

    Raises
    ------
    MutationError
        When a residue is bonded to more than its neighbours, or the target is unknown.
    StructureError
        When a residue or its backbone is missing.
    RelaxationError
        When the site's energy is not finite.
    """
    settings = settings or BuildSettings()
    built = complex_
    for identity, name in changes.items():
        built = substitute(built, identity, name)
    if any(name not in NO_ROTAMERS for name in changes.values()):
        surroundings = take_surroundings(complex_, changes, _reach(built, changes), settings.kept_radius_angstrom)
        ranked = rank_rotamers(surroundings, changes, settings, platform=platform)
        built = _put_back(built, surroundings, ranked[0].positions, changes)
        built = replace(built, notes=(*built.notes, *choice_notes(built, changes, ranked)))
    moved = moved_notes(complex_, built, changes)
    return replace(built, notes=(*built.notes, *moved, *overlap_notes(built, changes)))


def _reach(built: Complex, changes: Mapping[ResidueId, str]) -> FloatArray:
    """Everywhere that the new side chains can be, shape (n, 3), Å."""
    every = [place_rotamers(built, identity, rotamers_of(name))[0] for identity, name in changes.items()]
    alpha = [
        built.positions[atom.index]
        for identity in changes
        for atom in protein_residue(built, identity).atoms()
        if atom.name == "CA"
    ]
    return np.concatenate([*(placed.reshape(-1, 3) for placed in every), np.array(alpha)])


def _put_back(
    built: Complex, surroundings: Surroundings, positions: FloatArray, changes: Mapping[ResidueId, str]
) -> Complex:
    """Side chains of the protein part put back by name: the new ones, and whole ones that moved."""
    updated = built.positions.copy()
    own = {residue_id(residue): residue for residue in built.topology.residues() if is_protein(residue)}
    shift = np.linalg.norm(positions - surroundings.protein.positions, axis=1)
    for residue in surroundings.protein.topology.residues():
        identity = residue_id(residue)
        source = {atom.name: atom.index for atom in residue.atoms() if atom.name not in BACKBONE_ATOMS}
        target = {atom.name: atom.index for atom in own[identity].atoms() if atom.name not in BACKBONE_ATOMS}
        displaced = max((float(shift[index]) for index in source.values()), default=0.0) > SAME_PLACE_ANGSTROM
        if identity in changes or (displaced and target.keys() <= source.keys()):
            for name, index in target.items():
                updated[index] = positions[source[name]]
    return replace(built, positions=updated)
