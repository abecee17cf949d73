"""Alternate conformations of a residue: which one is taken.

The labels of a residue name whole conformers. They are compared by their mean occupancy over the atoms that all of
them have: a sum, or a mean over other atoms for each, would let the larger side chain win. Atoms that only a conformer
has that is not taken are left out with it, but no hole is left: the backbone, and what lies between it and the taken
atoms, come from the best conformer that has them.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Final

import gemmi

from trkstruct.residues import BACKBONE_HEAVY_ATOMS, MAIN_CHAIN_ATOMS
from trkstruct.structure.formats.raw_residues import NO_LABEL, RawResidue

REMOTENESS: Final = "ABGDEZH"  # IUPAC letters of side-chain atoms from CA outwards
FULL: Final = 0.995  # occupancies have two decimals
_Labels = dict[str, dict[str, gemmi.Atom]]  # atoms by name, then by label


def choose_conformer(parts: Sequence[RawResidue]) -> tuple[RawResidue, tuple[gemmi.Atom, ...], tuple[str, ...]]:
    """The residue, its atoms, and the names of all conformers, the chosen one first (none where there is no choice).

    Parameters
    ----------
    parts : sequence of RawResidue
        Residues that share one place in the chain: one, or several amino acids that the crystal holds side by side.
    """
    if len(parts) == 1:
        return _choose_label(parts[0])
    ranked = sorted(parts, key=lambda part: (-_occupancy(part), min(part.labels, default="")))
    residue, atoms, _ = _choose_label(ranked[0])
    have = {atom.name for atom in atoms}
    for other in ranked[1:]:
        lent = [atom for atom in other.atoms if atom.name in BACKBONE_HEAVY_ATOMS and atom.name not in have]
        atoms = (*(atom for atom in lent if atom.altloc == NO_LABEL), *atoms)
        have = {atom.name for atom in atoms}
    return residue, atoms, tuple(part.name for part in ranked)


def _occupancy(residue: RawResidue) -> float:
    """Mean over the atoms that tell a residue from its alternates: those with a label, where it has any."""
    atoms = [atom for atom in residue.atoms if atom.altloc != NO_LABEL] or list(residue.atoms)
    return sum(atom.occ for atom in atoms) / max(len(atoms), 1)


def _choose_label(residue: RawResidue) -> tuple[RawResidue, tuple[gemmi.Atom, ...], tuple[str, ...]]:
    if len({atom.name for atom in residue.atoms}) == len(residue.atoms):
        return residue, residue.atoms, ()
    by_name = _labelled(residue)
    taken: dict[str, str] = {}  # label of each atom
    names: list[str] = []
    amino_acid = set(MAIN_CHAIN_ATOMS) <= set(by_name)
    for group in _groups(by_name):
        whole = group & set(by_name.get("CB", {})) if amino_acid else set()  # the others show the backbone alone
        ranked = [*_ranked(by_name, whole), *_ranked(by_name, group - whole)]
        names += [label or "unlabelled" for label in ranked] if len(ranked) > 1 else []
        taken |= _taken(by_name, ranked, amino_acid=amino_acid)
    chosen = [labels[taken[name]] for name, labels in by_name.items() if name in taken]
    return residue, tuple(chosen), tuple(names)


def _labelled(residue: RawResidue) -> _Labels:
    """Atoms by name and label.

    An atom that comes again under one name and label is of a further conformer, or, in a molecule whose atoms are
    called by their elements, another atom.
    """
    seen = Counter[tuple[str, str]]()
    by_name: _Labels = defaultdict(dict)
    further = residue.is_doubled
    for atom in residue.atoms:
        label = atom.altloc.strip(NO_LABEL)
        seen[atom.name, label] += 1
        again = seen[atom.name, label]
        if again == 1:
            by_name[atom.name][label] = atom
        elif further:
            by_name[atom.name][f"{label or 'unlabelled'} {again}"] = atom
        else:
            by_name[f"{atom.name} {again}"][label] = atom
    return by_name


def _groups(by_name: _Labels) -> list[set[str]]:
    """Labels that exclude each other, because some atom has them all."""
    groups: list[set[str]] = []
    for labels in by_name.values():
        joined = [group for group in groups if group & set(labels)]
        if set(labels) == {""}:
            continue
        groups = [group for group in groups if not group & set(labels)] + [set(labels).union(*joined)]
    common = any("" in labels for labels in by_name.values()) and not any("" in group for group in groups)
    return [*groups, *([{""}] if common else [])]


def _ranked(by_name: _Labels, group: Collection[str]) -> list[str]:
    """Labels by falling mean occupancy over the atoms that all have, or over their own where there is none."""
    common = [labels for labels in by_name.values() if set(group) <= set(labels)]
    mean = {}
    for label in group:
        own = [labels[label].occ for labels in by_name.values() if label in labels and len(labels) > 1]
        shared = [labels[label].occ for labels in common] or own
        shared = shared or [labels[label].occ for labels in by_name.values() if label in labels]
        mean[label] = round(sum(shared) / len(shared), 4)  # the file's decimals are two
    return sorted(group, key=lambda label: (-mean[label], label))


def _taken(by_name: _Labels, ranked: Sequence[str], *, amino_acid: bool) -> dict[str, str]:
    """The label under which each atom of a group is taken; atoms that only other conformers have are left out."""
    best = ranked[0]
    members = {name: labels for name, labels in by_name.items() if set(labels) & set(ranked)}
    reach = max((_level(name) for name, labels in members.items() if best in labels), default=-1)
    taken = {}
    for name, labels in members.items():
        others = [label for label in ranked if label in labels]
        needed = amino_acid and (name in BACKBONE_HEAVY_ATOMS or 0 <= _level(name) < reach)
        if best in labels:
            taken[name] = best
        elif (len(others) > 1 and not amino_acid) or needed or _is_common(by_name, others, labels, best):
            taken[name] = _ranked({n: each for n, each in members.items() if set(each) == set(labels)}, others)[0]
    return taken


def _is_common(by_name: _Labels, others: Sequence[str], labels: Mapping[str, gemmi.Atom], best: str) -> bool:
    """Whether an atom without a label is of all conformers, and not of the unlabelled one that was not taken."""
    twins = [each[""].occ for each in by_name.values() if "" in each and len(each) > 1]
    return others == [""] and best != "" and (labels[""].occ >= FULL or labels[""].occ > max(twins, default=0.0))


def _level(name: str) -> int:
    """How far from CA an atom of an amino acid is, in bonds by its Greek letter; -1 for hydrogen and the backbone."""
    if name in BACKBONE_HEAVY_ATOMS or name[:1] == "H" or len(name) < 2:
        return -1
    return REMOTENESS.find(name[1])
