"""Whether coordinates show the stereoisomer that a molecule is, as far as its atoms are seen."""

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import Final

import numpy as np
from rdkit import Chem

from trkstruct.ligand.molecule import embed_conformers
from trkstruct.ligand.stereo import real_stereo
from trkstruct.units import FloatArray

UNDECIDED: Final = 0.1  # of 1; a flatter centre is neither isomer, as in RDKit's AssignStereochemistryFrom3D

Sense = Callable[[FloatArray], float]
"""A measure from -1 to 1 of four points whose sign is the stereo: of a centre and three neighbours, or of a chain."""


def stereo_senses(molecule: Chem.Mol) -> tuple[tuple[tuple[int, ...], Sense, bool], ...]:
    """Four heavy atoms, a measure of their positions, and whether it is positive in this isomer, for all of its stereo.

    Parameters
    ----------
    molecule : rdkit.Chem.Mol
        Without hydrogens; every real stereocentre and double bond defined.

    Raises
    ------
    LigandError
        When RDKit finds no geometry for it.
    """
    fixed = list(_fixed_fours(real_stereo(molecule)))
    if not fixed:
        return ()
    points = embed_conformers(Chem.AddHs(molecule), 1, 0).GetConformer().GetPositions()
    return tuple((atoms, sense, sense(points[list(atoms)]) > 0) for atoms, sense in fixed)


def shows_isomer(
    senses: Sequence[tuple[tuple[int, ...], Sense, bool]], match: Sequence[int], positions: FloatArray
) -> bool:
    """Whether no stereocentre or double bond of which all is seen is the other way round, or flat.

    Parameters
    ----------
    senses : sequence
        Of `stereo_senses`.
    match : sequence of int
        Index in the molecule of each atom that is seen.
    positions : numpy.ndarray, shape (n, 3)
        Of those atoms, Å.
    """
    place = {index: at for at, index in enumerate(match)}
    return all(
        (1 if positive else -1) * sense(positions[[place[index] for index in atoms]]) > UNDECIDED
        for atoms, sense, positive in senses
        if set(atoms) <= place.keys()
    )


def _fixed_fours(molecule: Chem.Mol) -> Iterator[tuple[tuple[int, ...], Sense]]:
    for atom in molecule.GetAtoms():
        if atom.GetChiralTag() != Chem.ChiralType.CHI_UNSPECIFIED:
            around = [other.GetIdx() for other in atom.GetNeighbors()]
            yield from (((atom.GetIdx(), *three), _handedness) for three in combinations(around, 3))
    for bond in molecule.GetBonds():
        if bond.GetStereo() > Chem.BondStereo.STEREOANY:
            first, last = bond.GetStereoAtoms()
            yield (first, bond.GetBeginAtomIdx(), bond.GetEndAtomIdx(), last), _sidedness


def _handedness(points: FloatArray) -> float:
    """Volume that the unit vectors from a centre to three neighbours span: its sign changes in the mirror."""
    one, two, three = map(_unit, points[1:] - points[0])
    return float(np.dot(one, np.cross(two, three)))


def _sidedness(points: FloatArray) -> float:
    """Cosine of the torsion of a chain of four: positive where its ends lie on one side of the middle bond (cis)."""
    axis = points[2] - points[1]
    first, last = points[0] - points[1], points[3] - points[2]
    return float(np.dot(_unit(np.cross(axis, first)), _unit(np.cross(axis, last))))


def _unit(vector: FloatArray) -> FloatArray:
    length = float(np.linalg.norm(vector))
    return vector / length if length > 0 else vector
