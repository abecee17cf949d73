"""Chains of one name that no TER separates, told apart by where their numbers fall back and what is bonded to what."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import cdist

from trkstruct.residues import MAIN_CHAIN_ATOMS
from trkstruct.structure.bonds import PEPTIDE_BOND_LIMIT_ANGSTROM
from trkstruct.structure.formats.raw_residues import RawResidue, are_alternates, points_of

NEIGHBOUR_ANGSTROM: Final = 4.2  # CA of neighbours in a chain are 3.8 Å apart, and N and C of a peptide bond 1.3


def split_runs(residues: Sequence[RawResidue], extra: Mapping[int, Sequence[RawResidue]]) -> list[list[RawResidue]]:
    """The chains that are in residues of one name.

    Parameters
    ----------
    residues : sequence of RawResidue
        In the file's order, each of one chain.
    extra : mapping of int to sequence of RawResidue
        Second (1), third (2) residue and so on of those that a parser joined: same name and number, another chain.
    """
    if not extra:
        return _fallen(residues)
    every = [*residues, *(residue for number in sorted(extra) for residue in extra[number])]
    polymer = [residue for residue in every if _has_backbone(residue)]
    rank = _ranks(polymer)
    runs: list[list[RawResidue]] = []
    home: dict[int, int] = {}  # run of each residue of the polymer
    for wanted, segment in sorted(_segments(polymer, rank), key=lambda each: (each[0], -len(each[1]))):
        numbers = {residue.seqid for residue in segment}
        place = wanted
        while place < len(runs) and not numbers.isdisjoint(residue.seqid for residue in runs[place]):
            place += 1
        runs += [[] for _ in range(place + 1 - len(runs))]
        runs[place] += segment
        home.update({id(residue): place for residue in segment})
    runs = [sorted(run, key=lambda residue: (residue.number, residue.code)) for run in runs]
    place = 0
    for residue in residues:
        place = home.get(id(residue), place)
        if id(residue) not in home:
            runs[place].append(residue)
    for number, others in extra.items():
        runs[min(number, len(runs) - 1)] += [residue for residue in others if id(residue) not in home]
    return [run for run in runs if run]


def is_bonded(before: RawResidue, after: RawResidue) -> bool:
    """Whether a peptide bond joins two residues, whatever their numbers."""
    ends = [atom for atom in before.atoms if atom.name == "C"], [atom for atom in after.atoms if atom.name == "N"]
    return all(ends) and float(cdist(points_of(ends[0]), points_of(ends[1])).min()) < PEPTIDE_BOND_LIMIT_ANGSTROM


def _has_backbone(residue: RawResidue) -> bool:
    return residue.is_amino_acid or set(MAIN_CHAIN_ATOMS) <= {atom.name for atom in residue.atoms}


def _ranks(polymer: Sequence[RawResidue]) -> list[int]:
    """Which of those of its number each residue is: first (0), second and so on; alternates are of one rank."""
    at: dict[str, list[list[RawResidue]]] = defaultdict(list)
    ranks = []
    for residue in polymer:
        sites = at[residue.seqid]
        rank = next((k for k, site in enumerate(sites) if are_alternates([*site, residue])), len(sites))
        sites += [[]] if rank == len(sites) else []
        sites[rank].append(residue)
        ranks.append(rank)
    return ranks


def _segments(polymer: Sequence[RawResidue], rank: Sequence[int]) -> list[tuple[int, list[RawResidue]]]:
    """Residues that are bonded to each other along the numbers, with their highest rank: gaps before make it lower."""
    numbered: dict[int, list[int]] = defaultdict(list)
    for index, residue in enumerate(polymer):
        numbered[residue.number].append(index)
    pairs = [pair for number in numbered for pair in _bonded(polymer, rank, numbered, number)]
    rows, columns = [first for first, _ in pairs], [second for _, second in pairs]
    table = coo_array(([1] * len(pairs), (rows, columns)), shape=(len(polymer), len(polymer)))
    count, labels = connected_components(table, directed=False)
    members: list[list[int]] = [[] for _ in range(count)]
    for index, label in enumerate(labels):
        members[label].append(index)
    return [(max(rank[k] for k in each), [polymer[k] for k in each]) for each in members]


def _bonded(
    polymer: Sequence[RawResidue], rank: Sequence[int], numbered: Mapping[int, Sequence[int]], number: int
) -> list[tuple[int, int]]:
    """Residues of a number, and those of the next, that are each other's nearest; and alternates of one place."""
    here, after = numbered[number], numbered.get(number + 1, ())
    same = [(a, b) for a in here for b in here if a < b and rank[a] == rank[b]]
    near = {(a, b): (round(_gap(polymer[a], polymer[b]), 1), abs(rank[a] - rank[b])) for a in here for b in after}
    forward = {a: min(after, key=lambda b: near[a, b]) for a in here if after}
    back = {b: min(here, key=lambda a: near[a, b]) for b in after}
    mutual = [(a, b) for a, b in forward.items() if back[b] == a and near[a, b][0] < NEIGHBOUR_ANGSTROM]
    return same + mutual


def _gap(first: RawResidue, second: RawResidue) -> float:
    """How far, in Å, backbones are from each other."""
    sides = [[atom for atom in residue.atoms if atom.name in MAIN_CHAIN_ATOMS] for residue in (first, second)]
    return float(cdist(points_of(sides[0]), points_of(sides[1])).min()) if all(sides) else math.inf


def _fallen(residues: Sequence[RawResidue]) -> list[list[RawResidue]]:
    """The residues up to where numbers fall back: to numbers that are there already, and no bond holds both sides."""
    runs: list[list[RawResidue]] = [[]]
    at: dict[str, list[RawResidue]] = defaultdict(list)
    last: RawResidue | None = None
    fell: int | None = None  # where in the run numbers fell back
    for residue in residues:
        if residue.is_amino_acid:
            known = at.get(residue.seqid, [])
            alternate = bool(known) and are_alternates([*known, residue])
            if last is not None and residue.number < last.number and not alternate and not is_bonded(last, residue):
                fell = len(runs[-1])
            last = residue
            if fell is not None and not alternate and known:
                runs.append(runs[-1][fell:])
                del runs[-2][fell:]
                at.clear()
                for each in runs[-1]:
                    at[each.seqid] += [each] if each.is_amino_acid else []
                fell = None
            at[residue.seqid].append(residue)
        runs[-1].append(residue)
    return runs
