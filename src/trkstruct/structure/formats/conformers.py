"""Alternate conformations of a residue: which one is taken.

The labels of a residue name whole conformers, so occupancies are averaged over a label's atoms: a sum would let the
larger of two residues or side chains win. Atoms that only another conformer has are left out with it, not mixed in.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

import gemmi

NO_LABEL: Final = "\0"


def choose_conformer(
    parts: Sequence[gemmi.Residue],
) -> tuple[gemmi.Residue, tuple[gemmi.Atom, ...], tuple[str, ...]]:
    """The residue, its atoms, and the names of all conformers, the chosen one first (none where there is no choice).

    Parameters
    ----------
    parts : sequence of gemmi.Residue
        Residues that share one place in the chain: one, or several amino acids that the crystal holds side by side.
    """
    if len(parts) == 1:
        residue = parts[0]
        groups = _label_groups(residue)
        taken = {group[0] for group in groups} | {NO_LABEL}
        names = tuple(label for group in groups if len(group) > 1 for label in group)
        return residue, tuple(atom for atom in residue if atom.altloc in taken), names
    ranked = sorted(parts, key=lambda part: (-_occupancy(part), _first_label(part)))
    residue, atoms, _ = choose_conformer(ranked[:1])
    return residue, atoms, tuple(part.name for part in ranked)


def _label_groups(residue: gemmi.Residue) -> list[list[str]]:
    """Labels that exclude each other, because some atom has them all, by falling occupancy."""
    labels_of: dict[str, set[str]] = defaultdict(set)
    occupancies: dict[str, list[float]] = defaultdict(list)
    for atom in residue:
        if atom.altloc != NO_LABEL:
            labels_of[atom.name].add(atom.altloc)
            occupancies[atom.altloc].append(atom.occ)
    groups: list[set[str]] = []
    for labels in labels_of.values():
        joined = [group for group in groups if group & labels]
        groups = [group for group in groups if not group & labels] + [labels.union(*joined)]
    mean = {label: sum(values) / len(values) for label, values in occupancies.items()}
    return [sorted(group, key=lambda label: (-mean[label], label)) for group in groups]


def _occupancy(residue: gemmi.Residue) -> float:
    return sum(atom.occ for atom in residue) / max(len(residue), 1)


def _first_label(residue: gemmi.Residue) -> str:
    return min(str(atom.altloc) for atom in residue)
