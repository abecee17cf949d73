"""Which residues of a part share a place, and which are of another chain or molecule under the same name and number.

Alternates share a place. What is there twice without being alternates is two: copies of a protein without TER between,
ligands or waters under one number. Whether an atom that comes again is an alternate is told by its occupancy and by
how far it is: atoms of two molecules do not share a place, and their occupancies add up to more than one.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import gemmi
import numpy as np
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from trkstruct.errors import StructureError
from trkstruct.structure.formats.raw_residues import ALTERNATE_ANGSTROM, RawPart, RawResidue, are_alternates, points_of
from trkstruct.structure.formats.runs import is_bonded, split_runs

Place = list[RawResidue]
"""One residue, or several that the crystal holds side by side."""

BOND_ANGSTROM: Final = 2.2  # C-Br is 1.9, C-I 2.1; hydrogen bonds and contacts begin at 2.4
APART_ANGSTROM: Final = 3.0  # a ligand with an atom missing still hangs together within this
OVERLAP_ANGSTROM: Final = 0.7  # no bond is shorter: H-H is 0.74


def arrange(part: RawPart, source: str) -> list[list[Place]]:
    """The chains that a part holds, as places in the file's order.

    Raises
    ------
    StructureError
        When atoms of one name lie on top of each other and are both there in full.
    """
    copied = _is_copied(part.residues)
    residues: list[RawResidue] = []
    extra: dict[int, list[RawResidue]] = defaultdict(list)
    for residue in part.residues:
        molecules = residue.is_water or not (residue.is_amino_acid or copied)
        pieces = _chains_of(residue, copied=copied) if residue.is_amino_acid else _molecules(residue, source)
        own = pieces if molecules else _one_after_the_other(pieces)
        residues += own
        for number, other in enumerate((piece for piece in pieces if piece not in own), start=1):
            extra[number].append(other)
    return [_places(run) for run in split_runs(residues, extra)]


def _is_copied(residues: Sequence[RawResidue]) -> bool:
    """Whether most amino acids are there several times, each in full."""
    polymer = [residue for residue in residues if residue.is_amino_acid]
    return 2 * sum(_is_repeated(residue) and not residue.is_one_site for residue in polymer) > len(polymer)


def _is_repeated(residue: RawResidue) -> bool:
    return len({(atom.name, atom.altloc) for atom in residue.atoms}) < len(residue.atoms)


def _chains_of(residue: RawResidue, *, copied: bool) -> list[RawResidue]:
    """An amino acid, taken apart where it is of several chains; alternates without labels are left together."""
    if not _is_repeated(residue):
        return [residue]
    near = _farthest_of_a_name(residue.atoms) < ALTERNATE_ANGSTROM
    if residue.is_one_site or (near and not copied) or not (copied or _repeats_backbone(residue)):
        return [residue]
    return _in_turn(residue)


def _repeats_backbone(residue: RawResidue) -> bool:
    counts = Counter((atom.name, atom.altloc) for atom in residue.atoms if atom.name in ("N", "CA", "C"))
    return len(counts) >= 3 and min(counts.values()) > 1


def _farthest_of_a_name(atoms: Sequence[gemmi.Atom]) -> float:
    """How far CA of one residue lie apart, or the nearest atoms of one name where it is not repeated."""
    spreads = {}
    for name, count in Counter(atom.name for atom in atoms).items():
        if count > 1:
            points = points_of([atom for atom in atoms if atom.name == name])
            spreads[name] = float(np.linalg.norm(points - points[0], axis=1).max())
    return spreads.get("CA", min(spreads.values(), default=0.0))


def _one_after_the_other(pieces: Sequence[RawResidue]) -> list[RawResidue]:
    """The first piece and those that peptide bonds join to it: neighbours that the file gives one number."""
    chain = list(pieces[:1])
    for piece in pieces[1:]:
        if is_bonded(chain[-1], piece):
            chain.append(piece)
    return chain


def _in_turn(residue: RawResidue) -> list[RawResidue]:
    """Pieces of a residue: a new one begins where a name comes again; the first of each name, the second, where copies
    take turns atom by atom.
    """
    pieces: list[list[gemmi.Atom]] = [[]]
    seen: set[tuple[str, str]] = set()
    for atom in residue.atoms:
        if (atom.name, atom.altloc) in seen:
            pieces.append([])
            seen.clear()
        seen.add((atom.name, atom.altloc))
        pieces[-1].append(atom)
    counts = Counter((atom.name, atom.altloc) for atom in residue.atoms)
    if len(pieces) > max(counts.values()):
        pieces = [[] for _ in range(max(counts.values()))]
        for atom in residue.atoms:
            pieces[-counts[atom.name, atom.altloc]].append(atom)
            counts[atom.name, atom.altloc] -= 1
    return [replace(residue, atoms=tuple(piece)) for piece in pieces]


def _molecules(residue: RawResidue, source: str) -> list[RawResidue]:
    """What is no amino acid, taken apart where several molecules have one name and number."""
    if not _is_repeated(residue) or residue.is_doubled:
        return [residue]
    if residue.is_water:
        return _in_turn(residue)
    counts = Counter((atom.name, atom.altloc) for atom in residue.atoms)
    pieces = _in_turn(residue)
    if len(set(counts.values())) == 1 and len(pieces) == min(counts.values()) and not _are_bonded(pieces):
        return pieces
    if (twice := _overlaps(residue.atoms)) is not None:
        raise StructureError(
            f"{source} has {twice} of {residue} twice in nearly one place, each in full; remove one of them, or give "
            "alternates their labels and occupancies."
        )
    return _fragments(residue)


def _are_bonded(pieces: Sequence[RawResidue]) -> bool:
    """Whether pieces of a residue are one molecule whose atoms have names of elements."""
    piece_of = [number for number, piece in enumerate(pieces) for _ in piece.atoms]
    tree = cKDTree(points_of([atom for piece in pieces for atom in piece.atoms]))
    return any(piece_of[first] != piece_of[second] for first, second in tree.query_pairs(BOND_ANGSTROM))


def _overlaps(atoms: Sequence[gemmi.Atom]) -> str | None:
    """The first name that two atoms have which lie on top of each other."""
    by_name: dict[tuple[str, str], list[gemmi.Atom]] = defaultdict(list)
    for atom in atoms:
        by_name[atom.name, atom.altloc].append(atom)
    for (name, _), same in by_name.items():
        if len(same) > 1 and cKDTree(points_of(same)).query_pairs(OVERLAP_ANGSTROM):
            return name
    return None


def _fragments(residue: RawResidue) -> list[RawResidue]:
    """Pieces of a residue that lie apart, each a molecule."""
    points = points_of(residue.atoms)
    near = cKDTree(points).sparse_distance_matrix(cKDTree(points), APART_ANGSTROM)
    count, labels = connected_components(near, directed=False)
    pieces: list[list[gemmi.Atom]] = [[] for _ in range(count)]
    for atom, label in zip(residue.atoms, labels, strict=True):
        pieces[label].append(atom)
    return [replace(residue, atoms=tuple(piece)) for piece in pieces]


def _places(residues: Sequence[RawResidue]) -> list[Place]:
    """Residues by their place: those that the crystal holds side by side are one place."""
    places: list[Place] = []
    at: dict[str, int] = {}
    for residue in residues:
        known = at.get(residue.seqid)
        if known is not None and (residue.labels or not residue.is_water) and are_alternates([*places[known], residue]):
            places[known].append(residue)
        else:
            at[residue.seqid] = len(places)
            places.append([residue])
    return places
