"""Poses turned and bent until they fit: Monte Carlo in place, turn and torsions, all poses at once, in falling heat."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from rdkit import Chem

from trkstruct.pose.placing.contact_grid import ContactGrid, close_repulsion
from trkstruct.pose.placing.features import Features
from trkstruct.units import FloatArray, IntArray

STEPS: Final = 600
HEAT_KCAL_MOL: Final = 1.0  # kT of the first step; the last has none
SHIFT_ANGSTROM: Final = (0.1, 0.5)  # one standard deviation in the last step and in the first; so the next two
TURN_RADIANS: Final = (0.05, 0.3)
TORSION_RADIANS: Final = (0.1, 0.6)
FLIPS: Final = 0.15  # of the first torsion moves go anywhere, to leave a wrong rotamer
FAR_BONDS: Final = 3  # nearer atoms of a molecule are held by its bonds and angles
TURNING: Final = "[!$(*#*);!D1]-;!@[!$(*#*);!D1]"  # RDKit's loose rule of a rotatable bond
STIFF: Final = "[NX3]-[CX3]=[OX1]"  # the bond of an amide, which stays as the conformer has it


@dataclass(frozen=True)
class Torsion:
    """A bond about which a side turns: the two atoms, and those that move with the second."""

    first: int
    second: int
    side: IntArray


@dataclass(frozen=True)
class _Inside:
    """Pairs of a ligand's heavy atoms that its torsions move against each other, and the distance (Å) of contact."""

    one: IntArray
    other: IntArray
    contact_angstrom: FloatArray


def turning_bonds(molecule: Chem.Mol) -> tuple[Torsion, ...]:
    """Single bonds outside rings that turn, amides apart; the smaller side moves.

    Parameters
    ----------
    molecule : rdkit.Chem.Mol
        With its hydrogens.
    """
    bare = Chem.MolFromSmarts(TURNING)
    stiff = {frozenset(match[:2]) for match in molecule.GetSubstructMatches(Chem.MolFromSmarts(STIFF))}
    found = []
    for one, other in molecule.GetSubstructMatches(bare):
        ends = [molecule.GetAtomWithIdx(each) for each in (one, other)]
        heavy = [sum(each.GetAtomicNum() > 1 for each in end.GetNeighbors()) for end in ends]
        if min(heavy) > 1 and frozenset((one, other)) not in stiff:
            found.append(_torsion(molecule, one, other))
    return tuple(found)


def climb(
    molecule: Chem.Mol, features: Features, grid: ContactGrid, starts: FloatArray, seed: int
) -> tuple[FloatArray, FloatArray]:
    """The best that each start becomes.

    Parameters
    ----------
    molecule : rdkit.Chem.Mol
        With its hydrogens.
    features : Features
        Of it.
    grid : ContactGrid
    starts : numpy.ndarray, shape (k, n_atoms, 3)
        Å.
    seed : int

    Returns
    -------
    numpy.ndarray, shape (k, n_atoms, 3)
        Å.
    numpy.ndarray, shape (k,)
        Energies, kcal/mol.
    """
    generator = np.random.default_rng(seed)
    torsions, inside = turning_bonds(molecule), _inside(molecule, features)
    poses, count = starts.copy(), len(starts)
    energies = _energies(poses, features, grid, inside)
    best, lowest = poses.copy(), energies.copy()
    for step in range(STEPS):
        heat = 1.0 - step / STEPS
        moved = _moved(poses, features, torsions, step, heat, generator)
        after = _energies(moved, features, grid, inside)
        rise = np.maximum(after - energies, 0.0) / (HEAT_KCAL_MOL * heat)
        taken = generator.random(count) < np.exp(-rise)
        poses[taken], energies[taken] = moved[taken], after[taken]
        better = energies < lowest
        best[better], lowest[better] = poses[better], energies[better]
    return best, lowest


def pose_energies(molecule: Chem.Mol, features: Features, grid: ContactGrid, poses: FloatArray) -> FloatArray:
    """Energies (kcal/mol), shape (k,), of poses (k, n_atoms, 3) as they are: with the grid, and within the ligand."""
    return _energies(poses, features, grid, _inside(molecule, features))


def _energies(poses: FloatArray, features: Features, grid: ContactGrid, inside: _Inside) -> FloatArray:
    """With the grid, and within the ligand."""
    heavy = poses[:, features.atoms]
    apart = np.linalg.norm(heavy[:, inside.one] - heavy[:, inside.other], axis=-1)
    energies: FloatArray = grid.score(heavy) + close_repulsion(apart - inside.contact_angstrom).sum(axis=1)
    return energies


def _torsion(molecule: Chem.Mol, one: int, other: int) -> Torsion:
    cut = Chem.RWMol(molecule)
    cut.RemoveBond(one, other)
    sides = {atom: side for side in Chem.GetMolFrags(cut) for atom in (one, other) if atom in side}
    first, second = (one, other) if len(sides[other]) <= len(sides[one]) else (other, one)
    return Torsion(first, second, np.array([atom for atom in sides[second] if atom != second], dtype=np.int64))


def _inside(molecule: Chem.Mol, features: Features) -> _Inside:
    bonds = Chem.GetDistanceMatrix(molecule)[np.ix_(features.atoms, features.atoms)]
    one, other = np.nonzero(np.triu(bonds > FAR_BONDS))
    return _Inside(one, other, features.radii_angstrom[one] + features.radii_angstrom[other])


def _moved(
    poses: FloatArray,
    features: Features,
    torsions: tuple[Torsion, ...],
    step: int,
    heat: float,
    generator: np.random.Generator,
) -> FloatArray:
    """Every pose moved by one kind of move, by as much as chance and heat say; the kinds take turns."""
    count, kind = len(poses), step % (2 + len(torsions))
    if kind == 0:
        shifted: FloatArray = poses + generator.normal(size=(count, 1, 3)) * _wide(SHIFT_ANGSTROM, heat)
        return shifted
    if kind == 1:
        axes = generator.normal(size=(count, 3))
        angles = generator.normal(size=count) * _wide(TURN_RADIANS, heat)
        return _turned(poses, poses[:, features.atoms].mean(axis=1), axes, angles)
    torsion = torsions[kind - 2]
    angles = generator.normal(size=count) * _wide(TORSION_RADIANS, heat)
    angles = np.where(generator.random(count) < FLIPS * heat, generator.uniform(-np.pi, np.pi, count), angles)
    moved = poses.copy()
    pivot = poses[:, torsion.second]
    moved[:, torsion.side] = _turned(poses[:, torsion.side], pivot, pivot - poses[:, torsion.first], angles)
    return moved


def _wide(limits: tuple[float, float], heat: float) -> float:
    return limits[0] + (limits[1] - limits[0]) * heat


def _turned(points: FloatArray, pivots: FloatArray, axes: FloatArray, angles: FloatArray) -> FloatArray:
    """Points (k, n, 3) turned about an axis through a pivot, each (k, 3), by an angle (k,) each (Rodrigues)."""
    axes = axes / np.linalg.norm(axes, axis=1, keepdims=True)
    cosine, sine = np.cos(angles)[:, None, None], np.sin(angles)[:, None, None]
    arms, along = points - pivots[:, None], axes[:, None]
    onto = np.sum(arms * along, axis=-1, keepdims=True)
    across = np.cross(np.broadcast_to(along, arms.shape), arms)
    turned: FloatArray = arms * cosine + across * sine + along * onto * (1.0 - cosine) + pivots[:, None]
    return turned
