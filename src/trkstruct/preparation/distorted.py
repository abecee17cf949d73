"""Residues that an earlier program or a poor map left wrong: taken out to be built again, or let loose to relax."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from openmm.app import Residue

from trkstruct.errors import StructureError
from trkstruct.preparation.gaps import LONGEST_BUILT_LOOP, Order, is_break
from trkstruct.residues import BACKBONE_HEAVY_ATOMS, ResidueId
from trkstruct.structure.bonds import CAPS
from trkstruct.structure.complex import Complex, residue_id, select_atoms
from trkstruct.structure.stereo import find_stereo_faults

SAME_STRETCH: Final = 4  # faults and gaps so close in sequence belong to one badly resolved loop
BROKEN_PEPTIDE_ANGSTROM: Final = 5.0  # C to N: two residues built anew reach across it, 3.8 Å per residue


@dataclass(frozen=True)
class WithoutDistorted:
    """A chain without its distorted residues.

    Attributes
    ----------
    complex : Complex
    dropped : tuple of ResidueId
        Distorted residues that were taken out, to be built again.
    loose : frozenset of ResidueId
        Distorted residues of stretches too long to build: their backbone stays, and has no place to be held at.
    """

    complex: Complex
    dropped: tuple[ResidueId, ...] = ()
    loose: frozenset[ResidueId] = frozenset()


def drop_stumps(complex_: Complex) -> tuple[Complex, tuple[str, ...]]:
    """Take out caps, and residues without a whole backbone, which are then missing; and notes.

    Raises
    ------
    StructureError
        When nothing is left.
    """
    residues = [residue for residue in complex_.topology.residues() if residue.name not in CAPS]
    whole = [residue for residue in residues if _has_backbone(residue)]
    if not whole:
        raise StructureError(f"No residue of {complex_.source} has N, CA and C: a protein with its backbone is needed.")
    kept = select_atoms(complex_, (atom.index for residue in whole for atom in residue.atoms()))
    stumps = [f"{residue.name} {residue.id}" for residue in residues if residue not in set(whole)]
    return kept, (f"Left out for want of a backbone: {', '.join(stumps)}.",) if stumps else ()


def _has_backbone(residue: Residue) -> bool:
    return {"N", "CA", "C"} <= {atom.name for atom in residue.atoms()}


def drop_distorted(complex_: Complex, order: Order = ()) -> WithoutDistorted:
    """Take out residues with a flat or left-handed CA, torn peptide bonds, or a cis peptide (not proline) beside a gap.

    Parameters
    ----------
    complex_ : Complex
    order : Order
        All residues of the chain; without it their numbers count.
    """
    residues = [residue for residue in complex_.topology.residues() if residue.name not in CAPS]
    listed = {identity: place for place, (identity, _) in enumerate(order) if identity is not None}
    place_of = {residue_id(residue): listed.get(residue_id(residue), int(residue.id)) for residue in residues}
    places = list(place_of.values())
    missing = set(range(places[0], places[-1])) - set(places)
    faulty = _faulty(complex_, residues, place_of, missing)
    spread: set[int] = set(faulty)
    for first, last in pairwise(sorted(faulty | missing)):
        if last - first <= SAME_STRETCH and (first in faulty or last in faulty):
            spread |= set(range(first, last + 1))
    runs = _runs(spread | missing)
    dropped = {place for run in runs if len(run) <= LONGEST_BUILT_LOOP for place in run if place in spread} - missing
    loose = frozenset(identity for identity, place in place_of.items() if place in spread - dropped)
    if not dropped and not loose:
        return WithoutDistorted(complex_)
    kept = [
        atom.index
        for atom in complex_.topology.atoms()
        if place_of.get(residue_id(atom.residue)) not in dropped
        and (atom.name in (*BACKBONE_HEAVY_ATOMS, "OXT") or residue_id(atom.residue) not in loose)
    ]
    taken_out = tuple(identity for identity, place in place_of.items() if place in dropped)
    return WithoutDistorted(select_atoms(complex_, kept), taken_out, loose)


def _faulty(
    complex_: Complex, residues: Sequence[Residue], place_of: Mapping[ResidueId, int], missing: Collection[int]
) -> set[int]:
    """Places of the residues that are wrong."""

    def beside_gap(place: int) -> bool:
        return any(abs(place - other) <= SAME_STRETCH for other in missing)

    faults = [fault for fault in find_stereo_faults(complex_) if fault.residue in place_of]
    wrong = {place_of[fault.residue] for fault in faults if fault.kind == "chirality"}
    cis = {place_of[fault.residue] for fault in faults if fault.kind == "cis" and fault.name != "PRO"}
    return wrong | {place for place in cis if beside_gap(place)} | _torn(complex_, residues, place_of)


def _torn(complex_: Complex, residues: Sequence[Residue], place_of: Mapping[ResidueId, int]) -> set[int]:
    """Places on both sides of a peptide bond that is stretched, with no residue missing in it."""
    torn: set[int] = set()
    for before, after in pairwise(residues):
        ends = place_of[residue_id(before)], place_of[residue_id(after)]
        if ends[1] - ends[0] == 1 and is_break(complex_, before, after):
            atoms = {(a.residue, a.name): complex_.positions[a.index] for r in (before, after) for a in r.atoms()}
            if np.linalg.norm(atoms[before, "C"] - atoms[after, "N"]) < BROKEN_PEPTIDE_ANGSTROM:
                torn |= set(ends)
    return torn


def _runs(places: Collection[int]) -> list[list[int]]:
    """Places that follow each other, together."""
    runs: list[list[int]] = []
    for place in sorted(places):
        if runs and place - runs[-1][-1] == 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    return runs
