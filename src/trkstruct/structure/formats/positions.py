"""Positions that no atom can have: nowhere, on another atom, or far from all of its residue."""

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from scipy.spatial import cKDTree

from trkstruct.errors import StructureError
from trkstruct.structure.atom_names import is_water
from trkstruct.structure.formats.records import FileChain, FileResidue
from trkstruct.units import UNKNOWN_ANGSTROM

NEAREST_ANGSTROM: Final = 0.3  # H-H in hydrogen, the shortest bond there is, has 0.74; C-C written in nm looks 0.15
ALONE_ANGSTROM: Final = 10.0  # from every other atom of its residue; an arginine reaches 7.5 Å from its CA
MOST_NAMED: Final = 5


def check_positions(chains: Sequence[FileChain], path: Path) -> None:
    """Raise for an atom that cannot be where its file has it.

    Raises
    ------
    StructureError
        With the atom, where it is, and what to do.
    """
    problem = next((each for chain in chains for residue in chain.residues for each in _problems(residue)), None)
    if problem is not None:
        raise StructureError(f"{path} {problem}; correct or remove the atom.")


def _problems(residue: FileResidue) -> Iterator[str]:
    for atom in residue.atoms:
        if not all(math.isfinite(each) and abs(each) < UNKNOWN_ANGSTROM for each in atom.position):
            yield f"gives no possible position ({atom.position}) for {residue} {atom.name}"
    if len(residue.atoms) < 2 or is_water(residue.name):
        return
    tree = cKDTree(residue.positions)
    distances, nearest = tree.query(residue.positions, k=2)
    closest = int(distances[:, 1].argmin())
    if distances[closest, 1] < NEAREST_ANGSTROM:
        position = residue.atoms[closest].position
        near = tree.query_ball_point(position, NEAREST_ANGSTROM)
        names = ", ".join(residue.atoms[index].name for index in sorted(near)[:MOST_NAMED])
        yield (
            f"has {len(near)} atoms in one place {position}, {residue}: {names} "
            f"({distances[closest, 1]:.2f} Å apart; are the coordinates in Å?)"
        )
    farthest = int(distances[:, 1].argmax())
    if distances[farthest, 1] > ALONE_ANGSTROM:
        atom, other = residue.atoms[farthest], residue.atoms[nearest[farthest, 1]]
        yield (
            f"has {atom.name} of {residue} at {atom.position}, {distances[farthest, 1]:.0f} Å from {other.name} and "
            "further from all other atoms of its residue"
        )
