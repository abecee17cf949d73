"""The atoms of a ligand that a structure file shows, and where in the molecule they belong."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from rdkit import Chem

from trkstruct.errors import LigandError
from trkstruct.structure.complex import Complex, ligand_residue
from trkstruct.structure.topology import bond_indices
from trkstruct.units import FloatArray

AtomMatch = tuple[int, ...]
"""Index in the molecule's heavy atoms of each atom that is seen."""

MAX_MATCHES: Final = 10_000  # symmetric ways of laying a molecule on itself: rings, tert-butyls, trifluoromethyls
ELSEWHERE: Final = "To have the pose of another ligand sought in this structure, say --ligand-residue none."
LEAST_SEEN_ATOMS: Final = 6  # one aromatic ring; fewer atoms do not fix an orientation
LEAST_SEEN_SHARE: Final = 0.5  # with more than half a molecule guessed, its pose is a guess


@dataclass(frozen=True)
class SeenAtoms:
    """Heavy atoms of a ligand's residue.

    Attributes
    ----------
    where : str
        The residue and its file, for messages.
    names : tuple of str
        As in the file.
    skeleton : rdkit.Chem.Mol
        Elements and connections; every bond single, no hydrogens.
    positions : numpy.ndarray, shape (n, 3)
        Å.
    """

    where: str
    names: tuple[str, ...]
    skeleton: Chem.Mol
    positions: FloatArray


def seen_atoms(complex_: Complex) -> SeenAtoms:
    """The heavy atoms of the complex's ligand, with the bonds that its topology has.

    Raises
    ------
    StructureError
        When the complex has no ligand.
    """
    residue = ligand_residue(complex_)
    heavy = [atom for atom in residue.atoms() if atom.element is not None and atom.element.symbol != "H"]
    index = {atom.index: place for place, atom in enumerate(heavy)}
    bonds = [(index[a], index[b]) for a, b in bond_indices(complex_.topology) if a in index and b in index]
    skeleton = _bare([atom.element.atomic_number for atom in heavy], bonds)
    positions = complex_.positions[[atom.index for atom in heavy]]
    where = f"{residue.name} {complex_.ligand} of {complex_.source}"
    return SeenAtoms(where, tuple(atom.name for atom in heavy), skeleton, positions)


def whole_matches(molecule: Chem.Mol, seen: SeenAtoms) -> tuple[AtomMatch, ...]:
    """Every way in which the seen atoms are all heavy atoms of the molecule, bond orders ignored; empty when none is.

    Bonds that the file has beyond the molecule's (two atoms too close) do not matter.
    """
    if molecule.GetNumAtoms() != len(seen.names):
        return ()
    found = seen.skeleton.GetSubstructMatches(skeleton_of(molecule), uniquify=False, maxMatches=MAX_MATCHES)
    return tuple(tuple(np.argsort(match).tolist()) for match in found)


def part_matches(molecule: Chem.Mol, seen: SeenAtoms) -> tuple[AtomMatch, ...]:
    """Ways in which the seen atoms are a part of the molecule, one of each set that symmetry makes the same.

    Raises
    ------
    LigandError
        When they are no part of it, too little of it, or could be too many different parts of it.
    """
    _check_enough(molecule, seen)
    found = skeleton_of(molecule).GetSubstructMatches(seen.skeleton, uniquify=False, maxMatches=MAX_MATCHES)
    matches = [match for match in found if _bonds_within(molecule, match) <= seen.skeleton.GetNumBonds()]
    if not matches:
        raise LigandError(f"{mismatch(molecule, seen)} {_why_not(molecule, seen)} {ELSEWHERE}")
    _check_certain(molecule, matches, seen)
    return _different(molecule, matches)


def skeleton_of(molecule: Chem.Mol) -> Chem.Mol:
    """Elements and connections of a molecule without hydrogens; every bond single."""
    bonds = [(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()) for bond in molecule.GetBonds()]
    return _bare([atom.GetAtomicNum() for atom in molecule.GetAtoms()], bonds)


def mismatch(molecule: Chem.Mol, seen: SeenAtoms) -> str:
    """What the file holds against what was expected, in one sentence, and elements that it seems to have wrong."""
    found, wanted = composition(seen.skeleton), composition(molecule)
    counts = f"{len(seen.names)} heavy atoms, {found}; the molecule given has {molecule.GetNumAtoms()}, {wanted}"
    differs = ", so they are joined in another way" if found == wanted else ""
    return f"The ligand {seen.where} has {counts}{differs}.{wrong_elements(molecule, seen)}"


def composition(molecule: Chem.Mol) -> str:
    """Heavy atoms as ``C22 Cl F N4 O3``: carbon first, then by the alphabet."""
    counts = Counter(atom.GetSymbol() for atom in molecule.GetAtoms())
    ordered = sorted(counts, key=lambda symbol: (symbol != "C", symbol))
    return " ".join(f"{symbol}{counts[symbol] if counts[symbol] > 1 else ''}" for symbol in ordered)


def wrong_elements(molecule: Chem.Mol, seen: SeenAtoms) -> str:
    """Atoms named after an element that is missing, and read as another; empty when there are none."""
    found = Counter(atom.GetSymbol() for atom in seen.skeleton.GetAtoms())
    wanted = Counter(atom.GetSymbol() for atom in molecule.GetAtoms())
    wrong = [
        f"{name} as {atom.GetSymbol()}"
        for name, atom in zip(seen.names, seen.skeleton.GetAtoms(), strict=True)
        for symbol in sorted(wanted - found)
        if len(symbol) == 2 and name.upper().startswith(symbol.upper()) and atom.GetSymbol() != symbol
    ]
    if not wrong:
        return ""
    return (
        f" The file gives atom {', '.join(wrong)}: is its element column (77-78) empty or wrong, and the name shifted?"
    )


def _why_not(molecule: Chem.Mol, seen: SeenAtoms) -> str:
    if wrong_elements(molecule, seen):
        return "Write the element."
    if len(seen.names) < molecule.GetNumAtoms():
        return "They are no part of it: is it another molecule?"
    return "Is it another molecule?"


def _check_enough(molecule: Chem.Mol, seen: SeenAtoms) -> None:
    there, whole = len(seen.names), molecule.GetNumAtoms()
    largest = max(map(len, Chem.GetMolFrags(seen.skeleton)), default=0)
    if there >= whole:
        raise LigandError(f"{mismatch(molecule, seen)} {_why_not(molecule, seen)}")
    if there < LEAST_SEEN_SHARE * whole or largest < LEAST_SEEN_ATOMS:
        raise LigandError(
            f"{mismatch(molecule, seen)} That is too little to build the others from (half the molecule, and "
            f"{LEAST_SEEN_ATOMS} connected atoms, are needed): take a structure that shows more of it, or give a pose."
        )


def _bonds_within(molecule: Chem.Mol, match: AtomMatch) -> int:
    """Bonds of the molecule between matched atoms: more than the file has means that a ring was torn open."""
    inside = set(match)
    return sum({bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()} <= inside for bond in molecule.GetBonds())


def _check_certain(molecule: Chem.Mol, matches: Sequence[AtomMatch], seen: SeenAtoms) -> None:
    """Most seen atoms must be the same ones of the molecule in every match, so that it lies one way round.

    Those beside what is missing may be the one or the other of two: a ring that can be flipped, or is seen in part.
    """
    plain = _ranks(skeleton_of(molecule))
    there = len(seen.names)
    certain = sum(len({plain[match[place]] for match in matches}) == 1 for place in range(there))
    if certain < max(LEAST_SEEN_ATOMS, there / 2):
        raise LigandError(
            f"{mismatch(molecule, seen)} They fit at several places of it, and only {certain} atoms are certain: "
            "give the ligand as an SDF or MOL2 file with its pose."
        )


def _different(molecule: Chem.Mol, matches: Sequence[AtomMatch]) -> tuple[AtomMatch, ...]:
    """One of all matches that the molecule's symmetry makes the same."""
    exact = _ranks(molecule)
    return tuple({tuple(exact[index] for index in match): match for match in reversed(matches)}.values())


def _ranks(molecule: Chem.Mol) -> list[int]:
    """A number for each atom, the same for atoms that symmetry makes the same."""
    return list(Chem.CanonicalRankAtoms(molecule, breakTies=False))


def _bare(numbers: Sequence[int], bonds: Sequence[tuple[int, int]]) -> Chem.Mol:
    plain = Chem.RWMol()
    for number in numbers:
        atom = Chem.Atom(number)
        atom.SetNoImplicit(True)
        plain.AddAtom(atom)
    for first, second in bonds:
        plain.AddBond(first, second, Chem.BondType.SINGLE)
    plain.UpdatePropertyCache(strict=False)
    Chem.FastFindRings(plain)
    return plain.GetMol()
