"""Formal charges averaged over the resonance forms of a molecule: the two oxygens of a carboxylate have -1/2 each.

Rules and energies of the v-charge method: Gilson 2003, 10.1021/ci034148o. An electron pair goes from a donor to an
acceptor along bonds that alternate, and of all forms the lowest in energy count.

OpenFF NAGL enumerates every form, with every Kekulé structure, which can take seconds. Two forms differ by disjoint
alternating paths, and the energy of a form is a sum over atoms. So the lowest forms are all reached without ever going
up in energy, and from any one Kekulé structure: only such steps are taken here, and a form is known by its donors.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from rdkit import Chem
from rdkit.Chem.MolStandardize import rdMolStandardize

from trkstruct.errors import LigandError
from trkstruct.ligand.molecule import canonical_smiles
from trkstruct.ligand.sage.smirnoff import mdl_aromatic

MOST_FORMS: Final = 5000  # a drug has one to six
CHARGED_ENERGY: Final = 5.0  # kcal/mol, of each charged state in table 1 of Gilson 2003


class _Pair(NamedTuple):
    """The two states of an atom that can give or take an electron pair: formal charge (e) as donor and as acceptor."""

    donor: int
    acceptor: int


class _Form(NamedTuple):
    """A resonance form: its donors, and the bond orders of the one Kekulé structure in which it was reached."""

    donors: frozenset[int]
    orders: dict[frozenset[int], int]


_STATES: Final = {  # atomic number, formal charge, bond orders: the pair of the atom, and whether it is the donor now
    (8, -1, (1,)): (_Pair(-1, 0), True),
    (8, 0, (2,)): (_Pair(-1, 0), False),
    (16, -1, (1,)): (_Pair(-1, 0), True),
    (16, 0, (2,)): (_Pair(-1, 0), False),
    (7, 0, (1, 1, 1)): (_Pair(0, 1), True),
    (7, 1, (1, 1, 2)): (_Pair(0, 1), False),
    (7, -1, (1, 1)): (_Pair(-1, 0), True),
    (7, 0, (1, 2)): (_Pair(-1, 0), False),
    (7, -1, (2,)): (_Pair(-1, 0), True),
    (7, 0, (3,)): (_Pair(-1, 0), False),
}
"""Table 1 of Gilson 2003, as OpenFF NAGL has it."""


def mean_formal_charges(molecule: Chem.Mol) -> tuple[float, ...]:
    """Formal charge of each atom (e), averaged over the resonance forms of lowest energy.

    Parameters
    ----------
    molecule : rdkit.Chem.Mol
        With its hydrogens.

    Raises
    ------
    LigandError
        For a molecule of more than 5000 such forms.
    """
    drawn = _normalized(molecule)
    charges = [float(atom.GetFormalCharge()) for atom in drawn.GetAtoms()]
    pairs, donors = _pairs_of(drawn)
    orders = {
        frozenset((bond.GetBeginAtomIdx(), bond.GetEndAtomIdx())): int(bond.GetBondTypeAsDouble())
        for bond in drawn.GetBonds()
    }
    for fragment in _conjugated_fragments(drawn):
        own = {atom: pairs[atom] for atom in fragment if atom in pairs}
        start = _Form(frozenset(donors & own.keys()), _within(orders, fragment))
        forms = _lowest_forms(start, own, molecule)
        for atom, pair in own.items():
            states = [pair.donor if atom in form else pair.acceptor for form in forms]
            charges[atom] = sum(states) / len(states)
    return tuple(charges)


def _normalized(molecule: Chem.Mol) -> Chem.Mol:
    """Kekulé structure with groups drawn in RDKit's one way (a sulfoxide as S+-O-), in the same atom order."""
    drawn = mdl_aromatic(molecule)
    rdMolStandardize.NormalizeInPlace(drawn)
    Chem.Kekulize(drawn, clearAromaticFlags=True)
    return drawn


def _pairs_of(molecule: Chem.Mol) -> tuple[dict[int, _Pair], set[int]]:
    """The pair of states of each atom that has one, and which atoms are donors as drawn."""
    pairs, donors = {}, set()
    for atom in molecule.GetAtoms():
        orders = tuple(sorted(int(bond.GetBondTypeAsDouble()) for bond in atom.GetBonds()))
        state = _STATES.get((atom.GetAtomicNum(), atom.GetFormalCharge(), orders))
        if state is not None:
            pairs[atom.GetIdx()] = state[0]
            if state[1]:
                donors.add(atom.GetIdx())
    return pairs, donors


def _conjugated_fragments(molecule: Chem.Mol) -> Iterator[set[int]]:
    """Sets of atoms connected without hydrogens and neutral carbons of four single bonds."""
    left = {
        atom.GetIdx()
        for atom in molecule.GetAtoms()
        if atom.GetAtomicNum() != 1
        and not (atom.GetAtomicNum() == 6 and atom.GetDegree() == 4 and atom.GetFormalCharge() == 0)
    }
    while left:
        fragment, open_atoms = set(), [left.pop()]
        while open_atoms:
            current = open_atoms.pop()
            fragment.add(current)
            near = {other.GetIdx() for other in molecule.GetAtomWithIdx(current).GetNeighbors()} & left
            left -= near
            open_atoms.extend(near)
        yield fragment


def _within(orders: dict[frozenset[int], int], fragment: set[int]) -> dict[frozenset[int], int]:
    return {bond: order for bond, order in orders.items() if bond <= fragment}


def _lowest_forms(start: _Form, pairs: dict[int, _Pair], molecule: Chem.Mol) -> list[frozenset[int]]:
    """The donors of each form of lowest energy that can be reached."""
    found = {start.donors: _energy(start.donors, pairs)}
    open_forms = [start]
    while open_forms:
        form = open_forms.pop()
        for reached in _transfers(form, pairs):
            energy = _energy(reached.donors, pairs)
            if reached.donors in found or energy > found[form.donors]:
                continue
            found[reached.donors] = energy
            open_forms.append(reached)
            if len(found) > MOST_FORMS:
                raise LigandError(
                    f"{canonical_smiles(molecule)} has more than {MOST_FORMS} resonance forms, too many to average "
                    "over; AM1-BCC charges (--parameters am1-bcc) need none."
                )
    lowest = min(found.values())
    return [donors for donors, energy in found.items() if energy == lowest]


def _energy(donors: frozenset[int], pairs: dict[int, _Pair]) -> float:
    charges = (pair.donor if atom in donors else pair.acceptor for atom, pair in pairs.items())
    return sum(CHARGED_ENERGY for charge in charges if charge)


def _transfers(form: _Form, pairs: dict[int, _Pair]) -> Iterator[_Form]:
    """The forms one electron pair away, one for each donor and acceptor between which bonds alternate."""
    around: dict[int, list[int]] = {}
    for one, other in form.orders:
        around.setdefault(one, []).append(other)
        around.setdefault(other, []).append(one)
    for donor in sorted(form.donors):
        reached = set()
        for path in _alternating_paths([donor], form.orders, around):
            acceptor = path[-1]
            if acceptor not in pairs or acceptor in form.donors or acceptor in reached:
                continue
            reached.add(acceptor)
            orders = dict(form.orders)
            for number, ends in enumerate(pairwise(path)):
                orders[frozenset(ends)] += 1 if number % 2 == 0 else -1
            yield _Form(form.donors - {donor} | {acceptor}, orders)


def _alternating_paths(
    path: list[int], orders: dict[frozenset[int], int], around: dict[int, list[int]]
) -> Iterator[list[int]]:
    """Every path onwards whose bonds rise and fall by one order in turn, after each fall-side bond: an even number."""
    last = path[-1]
    for middle in around.get(last, []):
        if middle in path:
            continue
        low = orders[frozenset((last, middle))]
        for end in around[middle]:
            if end in path or end == last or orders[frozenset((middle, end))] != low + 1:
                continue
            if len(path) > 1 and low != orders[frozenset(path[-2:])] - 1:
                continue
            extended = [*path, middle, end]
            yield extended
            yield from _alternating_paths(extended, orders, around)
