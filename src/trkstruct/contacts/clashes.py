"""Steric clashes: pairs of atoms closer than their van der Waals radii and hydrogen bonds allow, worst first.

overlap = r_i + r_j - d - allowance, with Probe's radii for explicit hydrogens. Pairs up to three bonds apart (four when
one is a hydrogen, as in Probe) never count, nor do waters.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from openmm.app import Atom
from scipy.spatial import cKDTree

from trkstruct.case_parts import Clash, Severity
from trkstruct.contacts.hydrogen_bonds import Regions, atom_label, region_namer
from trkstruct.contacts.radii import AtomTypes, classify_atoms, hydrogen_bond_allowances, neighbours_of, select_types
from trkstruct.errors import StructureError
from trkstruct.residues import ResidueId
from trkstruct.structure.atom_names import is_water
from trkstruct.structure.complex import Complex, ligand_atoms, ligand_residue, protein_residue, residue_id
from trkstruct.structure.geometry import angle_degrees
from trkstruct.units import FloatArray, IntArray

if TYPE_CHECKING:
    from trkstruct.ligand.ligand import Ligand

MINOR_OVERLAP_ANGSTROM: Final = (
    0.25  # half of Probe's 0.5 Å bins; below this lies coordinate error, Word 1999, 10.1006/jmbi.1998.2400
)
MODERATE_OVERLAP_ANGSTROM: Final = 0.4  # MolProbity's "serious" clash; Williams 2018, 10.1002/pro.3330
SEVERE_OVERLAP_ANGSTROM: Final = (
    0.9  # more than twice "serious"; costs 9 (C...C) to 19 (H...C) kcal/mol in ff14SB, 10.1021/acs.jctc.5b00255
)
MIN_HYDROGEN_BOND_ANGLE_DEGREES: Final = (
    90.0  # D-H...A and H...A-AA; HBPLUS, McDonald & Thornton 1994, 10.1006/jmbi.1994.1334
)
MAX_BONDS_APART: Final = 3  # bonded, 1-3 and 1-4 pairs; one more when a hydrogen is involved (Probe -4H)


@dataclass(frozen=True)
class AtomPairs:
    """Overlapping pairs of atoms, arrays of equal length: indices, distance and overlap (after allowance) in Å."""

    first: IntArray
    second: IntArray
    distances_angstrom: FloatArray
    overlaps_angstrom: FloatArray


def find_clashes(
    complex_: Complex,
    ligand: "Ligand | None" = None,
    *,
    kinase: Regions | None = None,
    minimum_overlap_angstrom: float = MINOR_OVERLAP_ANGSTROM,
) -> tuple[Clash, ...]:
    """Clashes between the ligand and everything else but water, worst first.

    Parameters
    ----------
    complex_ : Complex
        With explicit hydrogens; where a residue has none, united radii take over (see ``hydrogen_notes``).
    ligand : Ligand, optional
        Chemistry of the ligand: names the part that each atom belongs to, and says which atoms carry hydrogens when the
        structure has none; provided that it uses the structure's atom names.
    kinase : ChainMatch, Kinase, callable or mapping, optional
        Names the region of a residue, all but a match by its number; without one the region is "unassigned".
    minimum_overlap_angstrom : float
        Smaller overlaps are left out.

    Raises
    ------
    StructureError
        When the complex has no ligand.
    """
    ligand_indices = ligand_atoms(complex_)
    if not len(ligand_indices):
        raise StructureError(f"{complex_.source} has no ligand, so nothing can clash with it; see --ligand-residue.")
    types = classify_atoms(complex_.topology, _known_hydrogens(complex_, ligand))
    others = _all_but(complex_, ligand_indices)
    pairs = overlapping_pairs(complex_, types, others, ligand_indices, minimum_overlap_angstrom)
    parts = _known_parts(complex_, ligand)
    named = _records(complex_, pairs, kinase, lambda atom: atom.name)
    return tuple(clash.model_copy(update={"ligand_part": parts.get(clash.ligand_atom, "")}) for clash in named)


def protein_clashes(
    complex_: Complex,
    residue: ResidueId,
    *,
    kinase: Regions | None = None,
    minimum_overlap_angstrom: float = MINOR_OVERLAP_ANGSTROM,
) -> tuple[Clash, ...]:
    """Clashes of one (mutated) residue with its whole surroundings, protein and ligand, worst first.

    In these records ``protein_atom`` and ``region`` belong to the residue, and ``ligand_atom`` is the full label of the
    other atom, such as ``A:GLU560:OE1``.

    Raises
    ------
    StructureError
        When there is no such residue.
    """
    own = np.array([atom.index for atom in protein_residue(complex_, residue).atoms()], dtype=np.int64)
    types = classify_atoms(complex_.topology)
    pairs = overlapping_pairs(complex_, types, own, _all_but(complex_, own), minimum_overlap_angstrom)
    return _records(complex_, pairs, kinase, atom_label)


def overlapping_pairs(
    complex_: Complex, types: AtomTypes, first: IntArray, second: IntArray, minimum_overlap_angstrom: float
) -> AtomPairs:
    """Pairs of an atom of ``first`` and one of ``second`` that overlap by at least so much, after the allowance.

    Parameters
    ----------
    complex_ : Complex
    types : AtomTypes
        Of all atoms of the complex.
    first, second : numpy.ndarray of int
        Atom indices; the two sets are disjoint.
    minimum_overlap_angstrom : float
    """
    radii, positions = types.radii_angstrom, complex_.positions
    if not (len(first) and len(second)):
        return AtomPairs(first[:0], second[:0], np.empty(0), np.empty(0))
    reach = float(radii[first].max() + radii[second].max() - minimum_overlap_angstrom)
    near = cKDTree(positions[first]).sparse_distance_matrix(cKDTree(positions[second]), reach, output_type="ndarray")
    i, j, distances = first[near["i"]], second[near["j"]], near["v"].astype(np.float64)
    overlaps = radii[i] + radii[j] - distances
    neighbours = neighbours_of(complex_.topology)
    overlaps -= _allowances(positions, types, neighbours, i, j, overlaps >= minimum_overlap_angstrom)
    kept = overlaps >= minimum_overlap_angstrom
    kept[kept] = ~_bonded(neighbours, types, i[kept], j[kept])
    return AtomPairs(i[kept], j[kept], distances[kept], overlaps[kept])


def severity_of(overlap_angstrom: float) -> Severity:
    """``severe`` from 0.9 Å, ``moderate`` (MolProbity's serious) from 0.4 Å, ``minor`` below."""
    if overlap_angstrom >= SEVERE_OVERLAP_ANGSTROM:
        return "severe"
    return "moderate" if overlap_angstrom >= MODERATE_OVERLAP_ANGSTROM else "minor"


def hydrogen_notes(complex_: Complex) -> tuple[str, ...]:
    """What a reader must know when hydrogens are missing from the ligand or near it; empty when none are."""
    united = classify_atoms(complex_.topology).united
    inside = np.zeros(len(united), dtype=np.bool_)
    inside[ligand_atoms(complex_)] = True
    water = np.array([is_water(atom.residue.name) for atom in complex_.topology.atoms()], dtype=np.bool_)
    notes = []
    for part, where in (("ligand", inside), ("protein", ~inside & ~water)):
        if (united & where).any():
            notes.append(
                f"The {part} of {complex_.source} lacks hydrogens ({int((united & where).sum())} atoms): united radii "
                "were used there (Probe, implicit hydrogens), a coarser rule; prepare the structure for the full one."
            )
    return tuple(notes)


def bonds_apart(neighbours: Sequence[Sequence[int]], start: int, limit: int) -> dict[int, int]:
    """Number of bonds from one atom to every atom at most ``limit`` bonds away, itself included."""
    distance, frontier = {start: 0}, [start]
    for step in range(1, limit + 1):
        frontier = sorted({other for atom in frontier for other in neighbours[atom]} - distance.keys())
        distance.update(dict.fromkeys(frontier, step))
    return distance


def _all_but(complex_: Complex, left_out: IntArray) -> IntArray:
    """Indices of all atoms but those left out and those of waters."""
    excluded = set(left_out.tolist())
    solid = (atom.index for atom in complex_.topology.atoms() if not is_water(atom.residue.name))
    return np.array([index for index in solid if index not in excluded], dtype=np.int64)


def _known_hydrogens(complex_: Complex, ligand: "Ligand | None") -> dict[int, int]:
    """Hydrogens on each heavy atom of the ligand's residue, when the chemistry given uses the same atom names."""
    if ligand is None:
        return {}
    from rdkit import Chem

    molecule = Chem.MolFromMolBlock(ligand.molblock, removeHs=False)
    counts = {
        name: atom.GetTotalNumHs(includeNeighbors=True)
        for name, atom in zip(ligand.atom_names, molecule.GetAtoms(), strict=True)
        if atom.GetAtomicNum() > 1
    }
    heavy = [atom for atom in ligand_residue(complex_).atoms() if atom.element.symbol != "H"]
    if {atom.name for atom in heavy} != counts.keys():
        return {}
    return {atom.index: counts[atom.name] for atom in heavy}


def _known_parts(complex_: Complex, ligand: "Ligand | None") -> Mapping[str, str]:
    """The part that each atom of the ligand's residue belongs to, when the chemistry given uses the same atom names."""
    if ligand is None or not {atom.name for atom in ligand_residue(complex_).atoms()} <= set(ligand.atom_names):
        return {}
    from trkstruct.ligand.parts import ligand_parts

    return ligand_parts(ligand)


def _bonded(neighbours: Sequence[Sequence[int]], types: AtomTypes, i: IntArray, j: IntArray) -> np.ndarray:
    reached = {int(atom): bonds_apart(neighbours, int(atom), MAX_BONDS_APART + 1) for atom in np.unique(i)}
    limits = MAX_BONDS_APART + (types.hydrogen[i] | types.hydrogen[j]).astype(np.int64)
    apart = [reached[a].get(b, MAX_BONDS_APART + 2) for a, b in zip(i.tolist(), j.tolist(), strict=True)]
    return np.array(apart, dtype=np.int64) <= limits


def _allowances(
    positions: FloatArray,
    types: AtomTypes,
    neighbours: Sequence[Sequence[int]],
    i: IntArray,
    j: IntArray,
    wanted: np.ndarray,
) -> FloatArray:
    """Hydrogen-bond allowance of each pair, granted only where the geometry is that of a hydrogen bond."""
    allowances = hydrogen_bond_allowances(select_types(types, i), select_types(types, j))
    for pair in np.flatnonzero((allowances > 0) & wanted):
        ends = (int(i[pair]), int(j[pair])), (int(j[pair]), int(i[pair]))
        if not any(_is_hydrogen_bond(positions, types, neighbours, donor, acceptor) for donor, acceptor in ends):
            allowances[pair] = 0.0
    return allowances


def _is_hydrogen_bond(
    positions: FloatArray, types: AtomTypes, neighbours: Sequence[Sequence[int]], donor: int, acceptor: int
) -> bool:
    """Whether ``donor`` (a hydrogen, or the heavy atom behind it) points at ``acceptor`` from its open side."""
    if not (types.donor[donor] and types.acceptor[acceptor]):
        return False
    behind = [atom for atom in neighbours[acceptor] if not types.hydrogen[atom]]
    if (
        behind
        and angle_degrees(positions[donor], positions[acceptor], positions[behind].mean(axis=0))
        < MIN_HYDROGEN_BOND_ANGLE_DEGREES
    ):
        return False
    if types.hydrogen[donor]:
        lines = [(parent, donor) for parent in neighbours[donor]]
    else:
        lines = [(donor, hydrogen) for hydrogen in neighbours[donor] if types.hydrogen[hydrogen]]
    return not lines or any(
        angle_degrees(positions[parent], positions[hydrogen], positions[acceptor]) >= MIN_HYDROGEN_BOND_ANGLE_DEGREES
        for parent, hydrogen in lines
    )


def _records(
    complex_: Complex, pairs: AtomPairs, kinase: Regions | None, partner_label: Callable[[Atom], str]
) -> tuple[Clash, ...]:
    atoms, region = list(complex_.topology.atoms()), region_namer(kinase)
    columns = (
        pairs.first.tolist(),
        pairs.second.tolist(),
        pairs.distances_angstrom.tolist(),
        pairs.overlaps_angstrom.tolist(),
    )
    clashes = [
        Clash(
            protein_atom=atom_label(atoms[first]),
            ligand_atom=partner_label(atoms[second]),
            distance_angstrom=distance,
            overlap_angstrom=overlap,
            severity=severity_of(overlap),
            region=region(residue_id(atoms[first].residue)),
        )
        for first, second, distance, overlap in zip(*columns, strict=True)
    ]
    return tuple(sorted(clashes, key=lambda clash: (-clash.overlap_angstrom, clash.protein_atom, clash.ligand_atom)))
