"""Ends of a chain that goes on where the file does not: acetyl before, N-methylamide after, where nothing else is."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from string import ascii_uppercase
from typing import Final

import numpy as np
from openmm import app
from openmm.app import Residue, Topology

from trkstruct.contacts.clashes import MODERATE_OVERLAP_ANGSTROM
from trkstruct.contacts.heavy_contacts import contact_angstrom
from trkstruct.preparation.cap_geometry import Atoms, acetyl, carboxylate, methylamide
from trkstruct.residues import BACKBONE_HEAVY_ATOMS, ResidueId
from trkstruct.structure.complex import Complex, residue_id
from trkstruct.structure.topology import NewAtom, NewResidue, as_it_is, assembled, sorted_bonds
from trkstruct.units import FloatArray

PHI_DEGREES: Final = tuple(sorted(range(-180, 180, 10), key=lambda phi: abs(phi + 90)))
"""Tried in this order: the nearer to -90°, between helix and strand, the more usual; Lovell 2003, 10.1002/prot.10286"""
BONDS: Final = {"ACE": (("C", "O"), ("C", "CH3")), "NME": (("N", "C"),)}
NEAR_BY_BONDS: Final = frozenset({*BACKBONE_HEAVY_ATOMS, "OXT", "CB", "CG", "CG1", "CG2", "OG", "OG1", "SG", "CD"})
"""Atoms of the residue itself, at most four bonds from the cap: what the crystal shows decides how near these are."""


@dataclass(frozen=True)
class CappedChain:
    """A protein whose ends are closed.

    Attributes
    ----------
    complex : Complex
        Heavy atoms, those of the input unmoved.
    loose : frozenset of (ResidueId, str)
        Atoms of the input that have to give way, because nothing fits to them where they are.
    notes : tuple of str
        Which ends were left charged or have to give way, and why.
    """

    complex: Complex
    loose: frozenset[tuple[ResidueId, str]] = frozenset()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Room:
    """What stands around the ends: positions (n, 3) in Å and elements (n,), the atoms of the chain first."""

    positions: FloatArray
    elements: tuple[str, ...]


@dataclass(frozen=True)
class _Closed:
    """What closes one end: ``name`` is ACE, NME, or empty for atoms of the residue itself (OXT, or none)."""

    name: str
    atoms: Atoms
    overlap_angstrom: float

    @property
    def fits(self) -> bool:
        """Whether it overlaps with nothing."""
        return self.overlap_angstrom <= MODERATE_OVERLAP_ANGSTROM


def cap_chain(complex_: Complex, last: ResidueId | None, beside: FloatArray) -> CappedChain:
    """Close the ends of every stretch; one where no cap fits is left charged, so that nothing overlaps.

    An N-methylamide has one place, which the carbonyl decides. An acetyl turns about phi to where there is room.

    Parameters
    ----------
    complex_ : Complex
        Heavy atoms of amino acids without caps, one topology chain for each stretch.
    last : ResidueId or None
        The residue that the protein itself ends with: its end is left as it is.
    beside : numpy.ndarray, shape (n, 3)
        Heavy atoms that stand beside the protein, such as those of its ligand, in Å; taken for carbons.
    """
    elements = (atom.element.symbol for atom in complex_.topology.atoms())
    room = _Room(np.concatenate([complex_.positions, beside]), (*elements, *("C" for _ in beside)))
    stretches = [list(chain.residues()) for chain in complex_.topology.chains()]
    after: dict[Residue, _Closed] = {}
    before: dict[Residue, _Closed] = {}
    for residue in (stretch[-1] for stretch in stretches):
        if residue_id(residue) != last:
            after[residue] = _close_end(residue, complex_, room)
            room = _with_atoms(room, after[residue].atoms)
    for residue in (stretch[0] for stretch in stretches):
        before[residue] = _close_start(residue, complex_, room)
        room = _with_atoms(room, before[residue].atoms)
    pressed = [residue_id(residue) for residue, closed in after.items() if not closed.fits]
    loose = frozenset((identity, name) for identity in pressed for name in ("C", "O"))
    return CappedChain(_assemble(complex_, before, after), loose, tuple(_notes(before, after)))


def _with_atoms(room: _Room, atoms: Atoms) -> _Room:
    more = np.array(list(atoms.values())).reshape(-1, 3)
    return _Room(np.concatenate([room.positions, more]), (*room.elements, *(name[0] for name in atoms)))


def _overlap_angstrom(atoms: Atoms, room: _Room, aside: Collection[int]) -> float:
    """The worst overlap of some atoms with what stands there, some atoms aside; below 0 where none is."""
    apart = np.ones(len(room.positions), dtype=np.bool_)
    apart[list(aside)] = False
    worst = -np.inf
    for name, xyz in atoms.items():
        contact = np.array([contact_angstrom(name[0], element) for element in room.elements])
        overlaps = contact - np.linalg.norm(room.positions - xyz, axis=1)
        worst = max(worst, float(overlaps[apart].max(initial=-np.inf)))
    return worst


def _close_end(residue: Residue, complex_: Complex, room: _Room) -> _Closed:
    """An N-methylamide, or else a carboxylate: it takes the same place without the methyl."""
    atoms = {atom.name: complex_.positions[atom.index] for atom in residue.atoms()}
    aside = [atom.index for atom in residue.atoms()]  # its own side chain stood beside the next residue, too
    amide = methylamide(atoms)
    closed = _Closed("NME", amide, _overlap_angstrom(amide, room, aside))
    if closed.fits:
        return closed
    charged = carboxylate(atoms)
    bare = _Closed("", charged, _overlap_angstrom(charged, room, aside))
    return bare if bare.fits else closed


def _close_start(residue: Residue, complex_: Complex, room: _Room) -> _Closed:
    """An acetyl at the first phi that has room, or else no cap: a charged nitrogen has its hydrogens only."""
    atoms = {atom.name: complex_.positions[atom.index] for atom in residue.atoms()}
    ring = residue.name == "PRO"
    shape = {name: xyz for name, xyz in atoms.items() if name in ("N", "CA", "C") or (ring and name == "CD")}
    aside = [atom.index for atom in residue.atoms() if atom.name in NEAR_BY_BONDS]
    for phi in PHI_DEGREES:
        cap = acetyl(shape, phi)
        closed = _Closed("ACE", cap, _overlap_angstrom(cap, room, aside))
        if closed.fits:
            return closed
    return _Closed("", {}, -np.inf)


def _assemble(complex_: Complex, before: Mapping[Residue, _Closed], after: Mapping[Residue, _Closed]) -> Complex:
    """The chain with its caps, numbered as if they were the residues that are missing there."""
    taken = {residue_id(residue) for residue in complex_.topology.residues()}
    residues: list[NewResidue] = []
    positions: list[FloatArray] = []
    for residue in complex_.topology.residues():
        start, end, own = before.get(residue), after.get(residue), as_it_is(residue)
        if start is not None and start.name:
            residues.append(_cap(start, own, _free_id(residue, -1, taken)))
            positions += start.atoms.values()
        if end is not None:  # the chain goes on: a construct ended at an OXT, not the protein
            own = replace(own, atoms=tuple(atom for atom in own.atoms if atom.name != "OXT"))
        positions += [complex_.positions[atom.source.index] for atom in own.atoms if atom.source is not None]
        if end is not None and not end.name:
            own = replace(own, atoms=(*own.atoms, NewAtom("OXT", app.element.oxygen)))
        residues.append(own)
        if end is not None:
            positions += end.atoms.values()
        if end is not None and end.name:
            residues.append(_cap(end, own, _free_id(residue, 1, taken)))
    topology = assembled(residues, sorted_bonds(complex_.topology))
    _add_bonds(topology)
    return replace(complex_, topology=topology, positions=np.array(positions))


def _cap(closed: _Closed, beside: NewResidue, identity: ResidueId) -> NewResidue:
    atoms = tuple(NewAtom(name, app.Element.getBySymbol(name[0])) for name in closed.atoms)
    number, code = str(identity.number), identity.insertion_code
    return NewResidue(closed.name, beside.chain, number, code, atoms, beside.segment)


def _add_bonds(topology: Topology) -> None:
    """The bonds of caps and of the oxygens of charged ends, which the chain did not have."""
    bonded = {frozenset(bond) for bond in topology.bonds()}
    for chain in topology.chains():
        residues = [(residue.name, {atom.name: atom for atom in residue.atoms()}) for residue in chain.residues()]
        for name, atoms in residues:
            pairs = BONDS.get(name, (("C", "OXT"),))
            for first, second in pairs:
                if {first, second} <= atoms.keys() and frozenset((atoms[first], atoms[second])) not in bonded:
                    topology.addBond(atoms[first], atoms[second])
        for (name, atoms), (other, following) in pairwise(residues):
            if name == "ACE" or other == "NME":
                topology.addBond(atoms["C"], following["N"])


def _free_id(beside: Residue, step: int, taken: set[ResidueId]) -> ResidueId:
    """The number next to a residue, with an insertion code where another residue has it."""
    identity = residue_id(beside)
    codes = ("", *ascii_uppercase)
    free = next(
        each
        for each in (ResidueId(identity.chain, identity.number + step, code) for code in codes)
        if each not in taken
    )
    taken.add(free)
    return free


def _notes(before: Mapping[Residue, _Closed], after: Mapping[Residue, _Closed]) -> Iterator[str]:
    for residue, closed in (*before.items(), *after.items()):
        where = f"{residue.name} {residue_id(residue)}"
        if not closed.name:
            yield f"No cap fits at {where}, where something else stands: that end was left charged."
        elif not closed.fits:
            yield f"Something else stands where the chain goes on after {where}: its end was moved to make room."
