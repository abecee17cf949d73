"""Missing loops from a related crystal structure: the donor's loop, laid on the residues either side of the gap."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise, product
from typing import Final

import numpy as np
from Bio.Align import PairwiseAligner, substitution_matrices
from Bio.SVDSuperimposer import SVDSuperimposer
from openmm import app

from trkstruct.kinase.kinases import Kinase, residue_at
from trkstruct.residues import ONE_TO_THREE, one_letter
from trkstruct.structure.bonds import PEPTIDE_BOND_LIMIT_ANGSTROM, with_bonds
from trkstruct.structure.complex import Complex
from trkstruct.structure.numbering import chain_of
from trkstruct.units import FloatArray

FLANK: Final = 3  # residues either side whose backbone is superposed
WORST_FLANK_RMSD_ANGSTROM: Final = 1.0  # beyond, the donor's loop does not fit: Fiser 2000, 10.1110/ps.9.9.1753
WIDEST: Final = 3  # residues on each side of a gap that may be replaced with it
PROTECTED_KLIFS: Final = 83  # pocket residues up to DFG are never replaced; 84 and 85 are activation loop
GOOD_FLANK_RMSD_ANGSTROM: Final = 0.35  # coordinate error of these crystals, 0.2-0.4 Å by their resolution
BACKBONE: Final = ("N", "CA", "C", "O")

Atoms = dict[str, tuple[app.Element, FloatArray]]


@dataclass(frozen=True)
class Donor:
    """A model of a related kinase in clinical numbering, and its short name (a PDB id)."""

    complex: Complex
    kinase: Kinase
    name: str


@dataclass(frozen=True)
class _Loop:
    atoms: dict[int, Atoms]
    donor: str
    flank_rmsd: float


@cache
def aligned_numbers(source: Kinase, target: Kinase) -> Mapping[int, int]:
    """Clinical numbers of the target for those of the source, by global alignment of the kinase domains (BLOSUM62)."""
    aligner = PairwiseAligner(mode="global", open_gap_score=-11.0, extend_gap_score=-1.0, end_gap_score=0.0)
    aligner.substitution_matrix = substitution_matrices.load("BLOSUM62")
    alignment = aligner.align(source.sequence, target.sequence)[0]
    return {
        source.first_number + int(a) + step: target.first_number + int(b) + step
        for (a, end), (b, _) in zip(*alignment.aligned, strict=True)
        for step in range(end - a)
    }


def graft_loops(
    complex_: Complex, kinase: Kinase, donors: Sequence[Donor], longest: int
) -> tuple[Complex, frozenset[int], tuple[str, ...]]:
    """Fill gaps of up to ``longest`` residues from the first donor whose flanks fit; other gaps stay.

    Where no donor fits well, residues beside the gap are given up too: ends of gaps are often misplaced themselves.
    Residues of another type keep the donor's backbone and CB only. Grafted atoms are starting points to be relaxed.

    Parameters
    ----------
    complex_ : Complex
        One chain of heavy atoms in clinical numbering.
    kinase : Kinase
        What the chain is; its sequence says what is missing.
    donors : sequence of Donor
        In order of preference.
    longest : int
        Residues of a gap.

    Returns
    -------
    Complex
        With the loops.
    frozenset of int
        Numbers of the residues that come from a donor.
    tuple of str
        ``"549-553 from 7VKO (flanks 0.3 Å)"`` for each loop.
    """
    residues = _residue_atoms(complex_)
    grafted: set[int] = set()
    notes = []
    for before, after in list(pairwise(sorted(residues))):
        if not 1 < after - before <= longest + 1:
            continue
        best = _best_loop(residues, kinase, donors, before, after)
        if best is not None:
            residues |= best.atoms
            grafted |= best.atoms.keys()
            first, last = min(best.atoms), max(best.atoms)
            span = str(first) if first == last else f"{first}-{last}"
            notes.append(f"{span} from {best.donor} (flanks {best.flank_rmsd:.1f} Å)")
    return _rebuild(complex_, residues, kinase), frozenset(grafted), tuple(notes)


def _best_loop(
    residues: Mapping[int, Atoms], kinase: Kinase, donors: Sequence[Donor], before: int, after: int
) -> _Loop | None:
    """The least widened loop whose flanks fit well, else the one that fits best of those that fit at all."""
    found = []
    core = {residue.number for residue in kinase.pocket[:PROTECTED_KLIFS]}
    for left, right in sorted(product(range(WIDEST + 1), repeat=2), key=lambda pair: (sum(pair), pair)):
        if core & {*range(before - left + 1, before + 1), *range(after, after + right)}:
            continue
        loops = [_fitted_loop(residues, kinase, donor, before - left, after + right) for donor in donors]
        found += [loop for loop in loops if loop is not None]
        well = [loop for loop in found if loop.flank_rmsd <= GOOD_FLANK_RMSD_ANGSTROM]
        if well:
            return min(well, key=lambda loop: loop.flank_rmsd)
    return min(found, key=lambda loop: loop.flank_rmsd, default=None)


def _fitted_loop(residues: Mapping[int, Atoms], kinase: Kinase, donor: Donor, before: int, after: int) -> _Loop | None:
    """The donor's residues between two numbers in the frame of the target; None if they do not fit."""
    donor_number = {target: source for source, target in aligned_numbers(donor.kinase, kinase).items()}
    if donor.kinase == kinase:
        donor_number = {number: number for number in range(kinase.first_number, kinase.last_number + 1)}
    given = _residue_atoms(donor.complex)
    wanted = range(before - FLANK + 1, after + FLANK)
    sources = [donor_number.get(number) for number in wanted]
    if any(source is None or source not in given for source in sources):
        return None
    if any(b - a != 1 for a, b in pairwise(source for source in sources if source is not None)):
        return None
    fixed, moving = [], []
    for number, source in zip(wanted, sources, strict=True):
        if source is not None and not before < number < after and number in residues:
            shared = [name for name in BACKBONE if name in residues[number] and name in given[source]]
            fixed += [residues[number][name][1] for name in shared]
            moving += [given[source][name][1] for name in shared]
    superposition = SVDSuperimposer()
    superposition.set(np.array(fixed), np.array(moving))
    superposition.run()
    if superposition.get_rms() > WORST_FLANK_RMSD_ANGSTROM:
        return None
    rotation, translation = superposition.get_rotran()
    loop = {}
    for number in range(before + 1, after):
        source = donor_number[number]
        letter = residue_at(kinase, number)
        same = residue_at(donor.kinase, source) == letter
        names = (
            given[source]
            if same
            else [n for n in (*BACKBONE, "CB") if n in given[source] and (n, letter) != ("CB", "G")]
        )
        loop[number] = {n: (given[source][n][0], given[source][n][1] @ rotation + translation) for n in names}
    chain = {before: residues[before], **loop, after: residues[after]}
    if any(_is_torn(chain[number - 1], chain[number]) for number in (before + 1, after)):
        return None
    return _Loop(loop, donor.name, float(superposition.get_rms()))


def _is_torn(first: Atoms, second: Atoms) -> bool:
    return float(np.linalg.norm(first["C"][1] - second["N"][1])) > PEPTIDE_BOND_LIMIT_ANGSTROM


def _residue_atoms(complex_: Complex) -> dict[int, Atoms]:
    found: dict[int, Atoms] = {}
    for atom in complex_.topology.atoms():
        if one_letter(atom.residue.name) != "X" and atom.element is not app.element.hydrogen:
            found.setdefault(int(atom.residue.id), {})[atom.name] = (atom.element, complex_.positions[atom.index])
    return found


def _rebuild(complex_: Complex, residues: Mapping[int, Atoms], kinase: Kinase) -> Complex:
    names = {int(residue.id): residue.name for residue in complex_.topology.residues()}
    topology, positions = app.Topology(), []
    chain = topology.addChain(chain_of(complex_))
    for number in sorted(residues):
        name = names.get(number) or ONE_TO_THREE[residue_at(kinase, number)]
        new = topology.addResidue(name, chain, str(number))
        for atom_name, (element, xyz) in residues[number].items():
            topology.addAtom(atom_name, element, new)
            positions.append(xyz)
    array = np.array(positions, dtype=np.float64)
    return replace(complex_, topology=with_bonds(topology, array), positions=array)
