"""Atoms of a ligand that a crystal does not show, built from those that it does: many conformers, the best one kept."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdForceFieldHelpers, rdMolAlign
from rdkit.ForceField.rdForceField import ForceField
from rdkit.Geometry import Point3D

from trkstruct.errors import LigandError
from trkstruct.ligand.ligand import Ligand, to_molecule
from trkstruct.ligand.molecule import with_positions
from trkstruct.pose.embedding import embed_around
from trkstruct.pose.pocket_wall import PocketWall, pocket_wall
from trkstruct.pose.rebuilt_hydrogens import with_rebuilt_hydrogens
from trkstruct.pose.receptor import FAR_ANGSTROM, REPULSION_KCAL_MOL_ANGSTROM2, STRAIN_SCALE_KCAL_MOL
from trkstruct.pose.seen_stereo import shows_isomer, stereo_senses
from trkstruct.structure.complex import Complex
from trkstruct.units import FloatArray

CONFORMERS: Final = 100
REFINED: Final = 30
LARGEST_SEED: Final = 2**31 // (2 * CONFORMERS)  # its multiples for all conformers are C integers
ROUNDS: Final = 2  # of minimisation; a tail that swings meets other atoms of the protein
ITERATIONS: Final = 400
DISTINCT_ANGSTROM: Final = 0.5  # RMSD of what is built; closer starts end in one minimum
REACHES: Final = (None, 3, 2)  # bonds from what is built within which seen atoms steer the embedding; None for all
BOND_TOLERANCE: Final = 0.25  # of the sum of covalent radii: a triple bond is 0.22 shorter than a single one
WATER_DIELECTRIC: Final = 78.4  # at 298 K: what a crystal does not show lies in the solvent, and folds onto nothing


@dataclass(frozen=True)
class BuiltLigand:
    """A ligand with atoms that were built.

    Attributes
    ----------
    positions : numpy.ndarray, shape (n_atoms, 3)
        Å, in the order of the ligand's atoms.
    built : tuple of int
        Heavy atoms without a place in the file.
    overlap_angstrom : float
        Largest overlap of a built atom with the protein beyond what coordinate error explains; 0 for none.
    """

    positions: FloatArray
    built: tuple[int, ...]
    overlap_angstrom: float


@dataclass(frozen=True)
class _Guess:
    positions: FloatArray
    fixed: frozenset[int]
    moving: tuple[int, ...]
    score: float


def build_missing(
    ligand: Ligand,
    matches: Sequence[Sequence[int]],
    seen_positions: FloatArray,
    protein: Complex,
    *,
    seed: int = 0,
) -> BuiltLigand:
    """The ligand on its seen atoms, which stay where they are, and the others built from them beside the protein.

    Conformers are embedded around the seen atoms (ETKDG) for each match; those with least overlap are minimised
    (MMFF94s in a water-like dielectric) with the seen atoms held and the protein a repulsive wall; least overlap and
    strain decide. The same seed gives the same place.

    Parameters
    ----------
    ligand : Ligand
    matches : sequence of sequence of int
        Index among the ligand's heavy atoms of each seen atom; several where symmetry leaves a choice.
    seen_positions : numpy.ndarray, shape (n, 3)
        Å, in the frame of the protein.
    protein : Complex
        Without the ligand; with hydrogens or without.
    seed : int
        Of the conformer generator.

    Raises
    ------
    LigandError
        When the seen atoms allow no conformer, or none that is the isomer asked for.
    """
    molecule = to_molecule(ligand)
    heavy = [atom.GetIdx() for atom in molecule.GetAtoms() if atom.GetAtomicNum() > 1]
    wall = pocket_wall(protein, ligand, seen_positions)
    guesses = [
        guess
        for match in matches
        for guess in _guesses(molecule, heavy, match, seen_positions, wall, seed, max(1, CONFORMERS // len(matches)))
    ]
    senses = stereo_senses(Chem.RemoveHs(molecule))
    refined = [_refined(molecule, guess, wall) for guess in _distinct(guesses)[:REFINED]]
    real = [
        guess
        for guess in refined
        if shows_isomer(senses, range(len(heavy)), guess.positions[heavy]) and _is_joined(molecule, guess)
    ]
    if not real:
        raise LigandError(
            f"The atoms of {ligand.name} that {protein.source} does not show cannot be built on those that it does: "
            "no conformer fits them. Is it another molecule? Else give an SDF or MOL2 file with its pose."
        )
    best = min(real, key=lambda guess: guess.score)
    built = tuple(index for index in heavy if index not in best.fixed)
    return BuiltLigand(best.positions, built, wall.largest_overlap(best.positions, best.moving))


def _guesses(
    molecule: Chem.Mol,
    heavy: Sequence[int],
    match: Sequence[int],
    seen_positions: FloatArray,
    wall: PocketWall,
    seed: int,
    count: int,
) -> Iterator[_Guess]:
    """Conformers laid on the seen atoms, hydrogens at ideal places, scored by their overlap with the protein."""
    seen = {heavy[index]: position for index, position in zip(match, seen_positions, strict=True)}
    moving = tuple(_moving(molecule, seen))
    for placed in _embedded(molecule, seen, seed, count):
        points = with_rebuilt_hydrogens(molecule, placed[list(heavy)])
        yield _Guess(points, frozenset(seen), moving, wall.overlap(points, moving))


def _embedded(molecule: Chem.Mol, seen: Mapping[int, FloatArray], seed: int, count: int) -> Iterator[FloatArray]:
    """Conformers in the frame of the seen atoms, which are put exactly where they are.

    Crystal geometry that RDKit's bounds forbid somewhere steers only from near what is built.
    """
    for reach in REACHES:
        steering = {i: Point3D(*map(float, seen[i])) for i in _within_reach(molecule, seen, reach)}
        conformers = embed_around(molecule, steering, _stream(seed), count)
        for conformer in conformers:
            yield _laid(molecule, conformer, seen, list(steering))
        if conformers:
            return


def _stream(seed: int) -> int:
    """A seed for RDKit, which takes seed, 2 seed, 3 seed ... for its conformers: of 0 all are one, of 1 and 2 half."""
    return 1 + int(np.random.SeedSequence(seed).generate_state(1)[0]) % LARGEST_SEED


def _laid(
    molecule: Chem.Mol, conformer: Chem.Conformer, seen: Mapping[int, FloatArray], steering: Sequence[int]
) -> FloatArray:
    moved = Chem.Mol(molecule)
    moved.RemoveAllConformers()
    moved.AddConformer(conformer, assignId=True)
    target = np.array(moved.GetConformer().GetPositions())
    target[list(seen)] = list(seen.values())
    rdMolAlign.AlignMol(moved, with_positions(molecule, target), atomMap=[(index, index) for index in steering])
    points = np.array(moved.GetConformer().GetPositions(), dtype=np.float64)
    points[list(seen)] = list(seen.values())
    return points


def _within_reach(molecule: Chem.Mol, seen: Mapping[int, FloatArray], reach: int | None) -> list[int]:
    """Seen atoms at most so many bonds from one that is not; all of them where the reach leaves fewer than four."""
    if reach is None:
        return list(seen)
    bonds = Chem.GetDistanceMatrix(molecule)
    missing = [a.GetIdx() for a in molecule.GetAtoms() if a.GetAtomicNum() > 1 and a.GetIdx() not in seen]
    near = [index for index in seen if bonds[index, missing].min() <= reach]
    return near if len(near) > 3 else list(seen)


def _moving(molecule: Chem.Mol, seen: Mapping[int, FloatArray]) -> Iterator[int]:
    """Built heavy atoms and their hydrogens."""
    for atom in molecule.GetAtoms():
        behind = atom if atom.GetAtomicNum() > 1 else atom.GetNeighbors()[0]
        if behind.GetIdx() not in seen:
            yield atom.GetIdx()


def _distinct(guesses: Sequence[_Guess]) -> list[_Guess]:
    """By overlap, without those that repeat a better one."""
    kept: list[_Guess] = []
    for guess in sorted(guesses, key=lambda guess: guess.score):
        if len(kept) < REFINED and all(_rmsd(guess, other) > DISTINCT_ANGSTROM for other in kept):
            kept.append(guess)
    return kept


def _rmsd(one: _Guess, other: _Guess) -> float:
    moving = sorted({*one.moving, *other.moving})
    return float(np.sqrt(np.mean(np.sum((one.positions[moving] - other.positions[moving]) ** 2, axis=1))))


def _refined(molecule: Chem.Mol, guess: _Guess, wall: PocketWall) -> _Guess:
    """The guess minimised with its seen atoms held and the protein a repulsive wall, scored by overlap and strain."""
    points = guess.positions
    for _ in range(ROUNDS):
        placed = with_positions(molecule, points)
        field = _force_field(placed)
        for index in guess.fixed:
            field.AddFixedPoint(index)
        _put_up(field, placed, wall, points, guess.moving)
        field.Minimize(maxIts=ITERATIONS)
        points = np.array(placed.GetConformer().GetPositions(), dtype=np.float64)
    points[sorted(guess.fixed)] = guess.positions[sorted(guess.fixed)]
    relaxed = with_positions(molecule, points)  # named, because a force field of RDKit does not keep its molecule alive
    strain = _force_field(relaxed).CalcEnergy()
    score = wall.overlap(points, guess.moving) + strain / STRAIN_SCALE_KCAL_MOL
    return _Guess(points, guess.fixed, guess.moving, score)


def _is_joined(molecule: Chem.Mol, guess: _Guess) -> bool:
    """Whether every bond of a built atom has about the length of a bond: seen atoms too far apart tear a ring open."""
    table, moving = Chem.GetPeriodicTable(), set(guess.moving)
    for bond in molecule.GetBonds():
        ends = (bond.GetBeginAtom(), bond.GetEndAtom())
        one, other = (atom.GetIdx() for atom in ends)
        if one in moving or other in moving:
            usual = sum(table.GetRcovalent(atom.GetAtomicNum()) for atom in ends)
            if abs(np.linalg.norm(guess.positions[one] - guess.positions[other]) / usual - 1) > BOND_TOLERANCE:
                return False
    return True


def _force_field(placed: Chem.Mol) -> ForceField:
    """MMFF94s as in water; UFF where MMFF has no types."""
    typed = Chem.Mol(placed)  # MMFF typing leaves its own aromaticity behind
    properties = rdForceFieldHelpers.MMFFGetMoleculeProperties(typed, mmffVariant="MMFF94s")
    if properties is None:
        field = rdForceFieldHelpers.UFFGetMoleculeForceField(placed)
    else:
        properties.SetMMFFDielectricConstant(WATER_DIELECTRIC)
        field = rdForceFieldHelpers.MMFFGetMoleculeForceField(placed, properties)
    field.Initialize()
    return field


def _put_up(field: ForceField, placed: Chem.Mol, wall: PocketWall, points: FloatArray, moving: Sequence[int]) -> None:
    is_mmff = rdForceFieldHelpers.MMFFHasAllMoleculeParams(Chem.Mol(placed))
    constrain = field.MMFFAddDistanceConstraint if is_mmff else field.UFFAddDistanceConstraint
    posts: dict[int, int] = {}
    for atom, neighbour, limit in wall.near(points, moving):
        if neighbour not in posts:
            posts[neighbour] = field.AddExtraPoint(*wall.positions[neighbour].tolist(), fixed=True) - 1
        constrain(posts[neighbour], atom, False, limit, FAR_ANGSTROM, REPULSION_KCAL_MOL_ANGSTROM2)
    field.Initialize()
