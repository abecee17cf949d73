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
from trkstruct.preparation.gaps import Loop
from trkstruct.residues import BACKBONE_HEAVY_ATOMS, ONE_TO_THREE, one_letter
from trkstruct.structure.bonds import PEPTIDE_BOND_LIMIT_ANGSTROM, with_bonds
from trkstruct.structure.complex import Complex
from trkstruct.structure.numbering import chain_of
from trkstruct.structure.topology import NewAtom, NewResidue, assembled
from trkstruct.units import FloatArray

FLANK: Final = 3  # residues either side whose backbone is superposed
WORST_FLANK_RMSD_ANGSTROM: Final = 1.0  # beyond, the donor's loop does not fit: Fiser 2000, 10.1110/ps.9.9.1753
WIDEST: Final = 3  # residues on each side of a gap that may be replaced with it
PROTECTED_KLIFS: Final = 83  # pocket residues up to DFG are never replaced; 84 and 85 are activation loop
GOOD_FLANK_RMSD_ANGSTROM: Final = 0.35  # coordinate error of these crystals, 0.2-0.4 Å by their resolution

Atoms = dict[str, tuple[app.Element, FloatArray]]


@dataclass(frozen=True)
class Donor:
    """A model of a related kinase in clinical numbering, and its short name (a PDB id)."""

    complex: Complex
    kinase: Kinase
    name: str


@dataclass(frozen=True)
class _Graft:
    """A donor's loop in the frame of the target: atoms by the target's residue numbers, and what it is called."""

    atoms: dict[int, Atoms]
    loop: Loop


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
) -> tuple[Complex, frozenset[int], tuple[Loop, ...]]:
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
    tuple of Loop
        With their donors.
    """
    residues = _residue_atoms(complex_)
    grafted: set[int] = set()
    loops = []
    for before, after in list(pairwise(sorted(residues))):
        if not 1 < after - before <= longest + 1:
            continue
        best = _best_loop(residues, kinase, donors, before, after)
        if best is not None:
            residues |= best.atoms
            grafted |= best.atoms.keys()
            loops.append(best.loop)
    return _rebuild(complex_, residues, kinase), frozenset(grafted), tuple(loops)


def _best_loop(
    residues: Mapping[int, Atoms], kinase: Kinase, donors: Sequence[Donor], before: int, after: int
) -> _Graft | None:
    """The least widened loop whose flanks fit well, else the one that fits best of those that fit at all."""
    found = []
    core = {residue.number for residue in kinase.pocket[:PROTECTED_KLIFS]}
    for left, right in sorted(product(range(WIDEST + 1), repeat=2), key=lambda pair: (sum(pair), pair)):
        if core & {*range(before - left + 1, before + 1), *range(after, after + right)}:
            continue
        grafts = [_fitted_loop(residues, kinase, donor, before - left, after + right) for donor in donors]
        found += [graft for graft in grafts if graft is not None]
        well = [graft for graft in found if graft.loop.flank_rmsd_angstrom <= GOOD_FLANK_RMSD_ANGSTROM]
        if well:
            return min(well, key=lambda graft: graft.loop.flank_rmsd_angstrom)
    return min(found, key=lambda graft: graft.loop.flank_rmsd_angstrom, default=None)


def _fitted_loop(residues: Mapping[int, Atoms], kinase: Kinase, donor: Donor, before: int, after: int) -> _Graft | None:
    """The donor's residues between two numbers in the frame of the target; None if they do not fit."""
    given = _residue_atoms(donor.complex)
    sources = _donor_numbers(given, donor, kinase, range(before - FLANK + 1, after + FLANK))
    flanks = {number: source for number, source in sources.items() if not before < number < after}
    fixed, moving = _shared_backbone(residues, given, flanks)
    if not fixed:
        return None
    superposition = _superpose(fixed, moving)
    rmsd = float(superposition.get_rms())
    if rmsd > WORST_FLANK_RMSD_ANGSTROM:
        return None
    rotation, translation = superposition.get_rotran()
    loop = {}
    for number in range(before + 1, after):
        kept = _kept_atoms(
            given[sources[number]], residue_at(donor.kinase, sources[number]), residue_at(kinase, number)
        )
        loop[number] = {name: (element, xyz @ rotation + translation) for name, (element, xyz) in kept.items()}
    joined = {before: residues[before], **loop, after: residues[after]}
    if any(_is_torn(joined[number - 1], joined[number]) for number in (before + 1, after)):
        return None
    return _Graft(loop, Loop(before + 1, after - 1, donor.name, rmsd))


def _donor_numbers(given: Mapping[int, Atoms], donor: Donor, kinase: Kinase, wanted: range) -> Mapping[int, int]:
    """The donor's number of each residue wanted; none at all where it lacks one, or has others between them."""
    numbers = {target: source for source, target in aligned_numbers(donor.kinase, kinase).items()}
    if donor.kinase == kinase:
        numbers = {number: number for number in range(kinase.first_number, kinase.last_number + 1)}
    sources = {number: numbers[number] for number in wanted if number in numbers}
    whole = len(sources) == len(wanted) and given.keys() >= set(sources.values())
    if not whole or any(second - first != 1 for first, second in pairwise(sources.values())):
        return {}
    return sources


def _shared_backbone(
    residues: Mapping[int, Atoms], given: Mapping[int, Atoms], flanks: Mapping[int, int]
) -> tuple[list[FloatArray], list[FloatArray]]:
    """Backbone atoms beside the loop that both have: the target's positions (Å), and the donor's."""
    fixed, moving = [], []
    for number, source in flanks.items():
        for name in BACKBONE_HEAVY_ATOMS:
            if name in residues.get(number, {}) and name in given[source]:
                fixed.append(residues[number][name][1])
                moving.append(given[source][name][1])
    return fixed, moving


def _superpose(fixed: Sequence[FloatArray], moving: Sequence[FloatArray]) -> SVDSuperimposer:
    superposition = SVDSuperimposer()
    superposition.set(np.array(fixed), np.array(moving))
    superposition.run()
    return superposition


def _kept_atoms(atoms: Atoms, letter: str, wanted: str) -> Atoms:
    """All atoms of a residue of the same type; of another type, the backbone, and CB unless a glycine is wanted."""
    if letter == wanted:
        return atoms
    names = BACKBONE_HEAVY_ATOMS if wanted == "G" else (*BACKBONE_HEAVY_ATOMS, "CB")
    return {name: atoms[name] for name in names if name in atoms}


def _is_torn(first: Atoms, second: Atoms) -> bool:
    """Whether two residues are too far apart for a peptide bond."""
    return float(np.linalg.norm(first["C"][1] - second["N"][1])) > PEPTIDE_BOND_LIMIT_ANGSTROM


def _residue_atoms(complex_: Complex) -> dict[int, Atoms]:
    found: dict[int, Atoms] = {}
    for atom in complex_.topology.atoms():
        if one_letter(atom.residue.name) != "X" and atom.element is not app.element.hydrogen:
            found.setdefault(int(atom.residue.id), {})[atom.name] = (atom.element, complex_.positions[atom.index])
    return found


def _rebuild(complex_: Complex, residues: Mapping[int, Atoms], kinase: Kinase) -> Complex:
    names = {int(residue.id): residue.name for residue in complex_.topology.residues()}
    made = []
    for number in sorted(residues):
        name = names.get(number) or ONE_TO_THREE[residue_at(kinase, number)]
        atoms = tuple(NewAtom(atom_name, element) for atom_name, (element, _) in residues[number].items())
        made.append(NewResidue(name, chain_of(complex_), str(number), "", atoms))
    every = [xyz for number in sorted(residues) for _, xyz in residues[number].values()]
    positions = np.array(every, dtype=np.float64)
    return replace(complex_, topology=with_bonds(assembled(made), positions), positions=positions)
