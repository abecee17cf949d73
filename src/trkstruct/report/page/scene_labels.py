"""What the labels of a scene say: mutated residues, clashes, landmarks of the pocket, residues that hold the ligand."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from trkstruct.report.scene.atom_lines import AtomLine, positions_of
from trkstruct.report.scene.colours import BOND_COLOUR, LABEL_COLOUR, LANDMARK_COLOUR, SITE_LABEL_COLOURS
from trkstruct.report.scene.label_layout import Label, PlacedLabel, place_labels
from trkstruct.report.scene.pocket_text import drawn_residues
from trkstruct.report.scene.snapshots import (
    Snapshot,
    disc_radius,
    label_positions,
    labelled_clashes,
    worst_first,
)
from trkstruct.report.scene.viewpoint import Viewpoint
from trkstruct.residues import BACKBONE_ATOMS, AtomLabel, ResidueId

MOST_CLASH_LABELS: Final = 8  # the tables beneath the picture hold every clash
SITE_SIZE_ANGSTROM: Final = 1.25
CLASH_SIZE_ANGSTROM: Final = 1.1
LANDMARK_SIZE_ANGSTROM: Final = 1.0


def scene_labels(
    snapshot: Snapshot, sites: Sequence[ResidueId], viewpoint: Viewpoint, landmarks: Mapping[ResidueId, str]
) -> tuple[PlacedLabel, ...]:
    """The labels of a snapshot with their places; one that finds no place among the more important is left out."""
    where = label_positions(snapshot.atoms)
    worst = worst_first(snapshot.clashes)
    middles = [(where[each.protein_atom] + where[each.ligand_atom]) / 2 for each in worst]
    discs = [(middle, disc_radius(each)) for middle, each in zip(middles, worst, strict=True)]
    clashes = [
        Label(
            f"{clash.overlap_angstrom:.1f} Å",
            (where[clash.protein_atom] + where[clash.ligand_atom]) / 2,
            CLASH_SIZE_ANGSTROM,
            LABEL_COLOUR,
            disc_radius(clash),
        )
        for clash in labelled_clashes(snapshot.clashes, where, MOST_CLASH_LABELS)
    ]
    main = [atom for atom in snapshot.atoms if (atom.is_ligand or atom.residue in sites) and atom.element != "H"]
    labels = [*_site_labels(snapshot, sites, landmarks), *clashes, *_pocket_labels(snapshot, sites, landmarks)]
    return place_labels(labels, discs, positions_of(main), viewpoint)


def _site_labels(snapshot: Snapshot, sites: Sequence[ResidueId], landmarks: Mapping[ResidueId, str]) -> list[Label]:
    labels = []
    for site in sites:
        atoms = [atom for atom in snapshot.atoms if atom.residue == site and not atom.is_ligand]
        if atoms:
            text = f"{atoms[0].residue_text} {landmarks.get(site, '')}".strip()
            labels.append(Label(text, _anchor(atoms), SITE_SIZE_ANGSTROM, SITE_LABEL_COLOURS[snapshot.name], 0.4))
    return labels


def _pocket_labels(snapshot: Snapshot, sites: Sequence[ResidueId], landmarks: Mapping[ResidueId, str]) -> list[Label]:
    """Landmarks that are drawn, then other residues that the ligand holds by hydrogen bonds."""
    ends = {AtomLabel.parse(end).residue for bond in snapshot.bonds for end in (bond.donor, bond.acceptor)}
    drawn = drawn_residues(snapshot, sites) - frozenset(sites)
    by_residue: dict[ResidueId, list[AtomLine]] = {}
    for atom in snapshot.atoms:
        if not atom.is_ligand:
            by_residue.setdefault(atom.residue, []).append(atom)
    holding = [atom.residue for atom in snapshot.atoms if atom.residue in ends and not atom.is_ligand]
    labels = []
    for residue in dict.fromkeys([*landmarks, *holding]):
        atoms = by_residue.get(residue, [])
        if atoms and residue in drawn:
            text = f"{atoms[0].residue_text} {landmarks.get(residue, '')}".strip()
            colour = BOND_COLOUR if residue in ends else LANDMARK_COLOUR
            labels.append(Label(text, _anchor(atoms), LANDMARK_SIZE_ANGSTROM, colour, 0.2))
    return labels


def _anchor(atoms: Sequence[AtomLine]) -> np.ndarray:
    """The middle of the side chain, or the CA where there is none."""
    side_chain = [atom for atom in atoms if atom.atom not in BACKBONE_ATOMS and atom.element != "H"]
    middle: np.ndarray = positions_of(side_chain or [a for a in atoms if a.atom == "CA"] or atoms).mean(axis=0)
    return middle
