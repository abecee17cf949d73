"""Breaks of a protein chain: what should be there, building what is short and known with PDBFixer."""

import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
import openmm
from Bio.Align import PairwiseAligner
from openmm import app, unit
from pdbfixer import PDBFixer

from trkstruct.kinase.kinases import Kinase, residue_at
from trkstruct.kinase.stretches import Chain, Costs, Reference, by_stretches
from trkstruct.preparation.counted import Counted, count_residues
from trkstruct.residues import ONE_TO_THREE, ResidueId, one_letter
from trkstruct.sidechain.substitute import substitute
from trkstruct.structure.atom_names import heavy_atom_names
from trkstruct.structure.bonds import PEPTIDE_BOND_LIMIT_ANGSTROM, with_bonds
from trkstruct.structure.complex import Complex, residue_id
from trkstruct.structure.modified import parent_of
from trkstruct.structure.numbering import chain_of
from trkstruct.structure.stereo import find_stereo_faults
from trkstruct.structure.topology import NewResidue, as_it_is, assembled

LONGEST_BUILT_LOOP: Final = (
    8  # residues; accuracy falls quickly beyond, Stein & Kortemme 2013, 10.1371/journal.pone.0063090
)
UNKNOWN: Final = ""  # name of a residue that is missing and that no sequence names

Order = tuple[tuple[ResidueId | None, str], ...]
"""Every residue that a chain should have, in order: its identity (None where missing) and three-letter name."""


@dataclass(frozen=True)
class Loop:
    """Residues that were missing and built; ``str()`` gives ``"549-553"`` or ``"549-553 from 7VKO (flanks 0.3 Å)"``.

    Attributes
    ----------
    first, last : int
        Numbers of its residues.
    donor : str
        Name of the structure that it was taken from; empty for one that PDBFixer built.
    flank_rmsd_angstrom : float
        Backbone RMSD of the residues beside the donor's loop; 0 without a donor.
    """

    first: int
    last: int
    donor: str = ""
    flank_rmsd_angstrom: float = 0.0

    @property
    def span(self) -> str:
        """``549-553``, or ``549`` for one residue."""
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"

    def __str__(self) -> str:
        """Its residues and where they come from."""
        return f"{self.span} from {self.donor} (flanks {self.flank_rmsd_angstrom:.1f} Å)" if self.donor else self.span


@dataclass(frozen=True)
class BuiltAtoms:
    """Heavy atoms added to a residue; ``str()`` gives ``"LYS 538 (CE, NZ)"``."""

    residue: ResidueId
    name: str
    atoms: tuple[str, ...]

    def __str__(self) -> str:
        """The residue and its new atoms."""
        return f"{self.name} {self.residue.number} ({', '.join(self.atoms)})"


@dataclass(frozen=True)
class Gap:
    """Where a chain stays broken, both ends capped.

    Attributes
    ----------
    before, after : ResidueId
        Of both ends.
    missing : tuple of str
        Three-letter names of the residues that belong between them; `UNKNOWN` for one that the file does not name.
    """

    before: ResidueId
    after: ResidueId
    missing: tuple[str, ...]

    @property
    def span(self) -> str:
        """``560-573``: the numbers between both ends."""
        return _loop_between(self.before, self.after).span


@dataclass(frozen=True)
class Filled:
    """A protein without gaps that could be built; heavy atoms only, those of the input unmoved.

    Attributes
    ----------
    complex : Complex
    loops : tuple of Loop
    side_chains : tuple of BuiltAtoms
        Where atoms were added.
    gaps : tuple of Gap
        What was left out.
    """

    complex: Complex
    loops: tuple[Loop, ...]
    side_chains: tuple[BuiltAtoms, ...]
    gaps: tuple[Gap, ...]


def order_of_kinase(kinase: Kinase, chain: str) -> Order:
    """All residues of a kinase domain whose sequence is known."""
    numbers = range(kinase.first_number, kinase.last_number + 1)
    return tuple((ResidueId(chain, number), ONE_TO_THREE[residue_at(kinase, number)]) for number in numbers)


def order_of_chain(complex_: Complex, sequence: Sequence[str] = ()) -> Order:
    """The residues of a chain, with those missing between them, named by the file's sequence where it fits.

    Parameters
    ----------
    complex_ : Complex
        Amino acids only.
    sequence : sequence of str
        Three-letter names of the whole chain (SEQRES); empty when the file has none.
    """
    residues = list(complex_.topology.residues())
    breaks = [at for at in range(1, len(residues)) if is_break(complex_, residues[at - 1], residues[at])]
    places = _places(residues, sequence, breaks)
    order: list[tuple[ResidueId | None, str]] = []
    for index, residue in enumerate(residues):
        if index in breaks:
            room = max(int(residue.id) - int(residues[index - 1].id) - 1, 0)
            before, here = places[index - 1], places[index]
            names = (
                [] if before is None or here is None else [parent_of(n) or UNKNOWN for n in sequence[before + 1 : here]]
            )
            order += [(None, name) for name in (names if len(names) == room else [UNKNOWN] * room)]
        order.append((residue_id(residue), residue.name))
    if "OXT" not in {atom.name for atom in residues[-1].atoms()}:
        order.append((None, UNKNOWN))  # the chain goes on
    return tuple(order)


def is_break(complex_: Complex, before: app.topology.Residue, after: app.topology.Residue) -> bool:
    """Whether two residues that follow each other in a chain are not joined by a peptide bond."""
    ends = [
        next((complex_.positions[atom.index] for atom in residue.atoms() if atom.name == name), None)
        for residue, name in ((before, "C"), (after, "N"))
    ]
    if ends[0] is None or ends[1] is None:
        return True
    return float(np.linalg.norm(ends[0] - ends[1])) > PEPTIDE_BOND_LIMIT_ANGSTROM


def fill_missing(complex_: Complex, order: Order, *, seed: int = 0) -> Filled:
    """Build missing side-chain atoms and short loops with PDBFixer; longer gaps split the chain and stay.

    PDBFixer's loops come out with either hand and either peptide isomer; ``relax_built`` puts that right. Where a side
    chain comes out with the wrong hand on a backbone that is given, a rotamer takes its place.
    """
    segmented, gaps = _split_at_long_gaps(complex_, order)
    filled, loops, side_chains = _run_pdbfixer(segmented, order, seed)
    return Filled(_with_natural_side_chains(filled, complex_), loops, side_chains, gaps)


def _with_natural_side_chains(filled: Complex, source: Complex) -> Complex:
    """Rotamers where PDBFixer built a side chain with the wrong hand; ``relax_built`` sees to those of disulfides."""
    linked = {
        residue_id(atom.residue)
        for bond in filled.topology.bonds()
        if bond[0].residue is not bond[1].residue and {bond[0].name, bond[1].name} != {"C", "N"}
        for atom in bond
    }
    names = {residue_id(r): {atom.name for atom in r.atoms()} for r in source.topology.residues()}
    wrong = {fault.residue: fault.name for fault in find_stereo_faults(filled) if fault.kind == "chirality"}
    for residue, name in wrong.items():
        built = heavy_atom_names(name) - names.get(residue, heavy_atom_names(name))
        if built and residue not in linked:
            filled = substitute(filled, residue, name)
    return filled


def missing_between(order: Order, before: ResidueId, after: ResidueId) -> tuple[str, ...]:
    """Names of the residues that belong between two residues of a chain; those not in the order are not missing."""
    places = {identity: place for place, (identity, _) in enumerate(order) if identity is not None}
    if before not in places or after not in places:
        return (UNKNOWN,) * max(after.number - before.number - 1, 0)
    return tuple(name for _, name in order[places[before] + 1 : places[after]])


def can_build(names: Sequence[str], before: ResidueId, after: ResidueId) -> bool:
    """Few enough, all named, and with room for them in the numbering."""
    room = after.number - before.number - 1
    return 0 < len(names) <= LONGEST_BUILT_LOOP and UNKNOWN not in names and len(names) == room


def _places(
    residues: Sequence[app.topology.Residue], sequence: Sequence[str], breaks: Collection[int]
) -> Sequence[int | None]:
    """Index of each residue in the sequence by global alignment; None for all when one residue disagrees.

    Beside a gap a residue may fit on either side: what goes on, in space and in its numbers, goes on in the sequence.
    """
    if not sequence:
        return [None] * len(residues)
    wanted = "".join(one_letter(parent_of(name) or name) for name in sequence)
    found = "".join(one_letter(residue.name) for residue in residues)
    aligner = PairwiseAligner(
        mode="global", match_score=5.0, mismatch_score=-20.0, open_gap_score=-12.0, extend_gap_score=-0.2,
        end_gap_score=0.0,
    )  # fmt: skip
    places: list[int | None] = [None] * len(residues)
    for (start, end), (query, _) in zip(*aligner.align(wanted, found)[0].aligned, strict=True):
        places[query : query + end - start] = range(start, end)
    chain = Chain(found, [int(residue.id) for residue in residues])
    joined = by_stretches(places, chain, Reference(0, wanted), breaks, Costs(5.0, -20.0, -12.0))
    return next((each for each in (joined, places) if _agree(each, wanted, found)), [None] * len(residues))


def _agree(places: Sequence[int | None], wanted: str, found: str) -> bool:
    return all(place is not None and wanted[place] == letter for place, letter in zip(places, found, strict=True))


def _split_at_long_gaps(complex_: Complex, order: Order) -> tuple[Complex, tuple[Gap, ...]]:
    """One topology chain per stretch, broken where more residues are missing than can be built."""
    made: list[NewResidue] = []
    previous, gaps = None, list[Gap]()
    for residue in complex_.topology.residues():
        if previous is not None and is_break(complex_, previous, residue):
            before, after = residue_id(previous), residue_id(residue)
            names = missing_between(order, before, after)
            if not can_build(names, before, after):
                gaps.append(Gap(before, after, names))
        made.append(replace(as_it_is(residue), chain=chain_of(complex_), segment=len(gaps)))
        previous = residue
    return replace(complex_, topology=with_bonds(assembled(made), complex_.positions)), tuple(gaps)


def _loop_between(before: ResidueId, after: ResidueId) -> Loop:
    return Loop(before.number + 1, after.number - 1)


def _run_pdbfixer(
    complex_: Complex, order: Order, seed: int
) -> tuple[Complex, tuple[Loop, ...], tuple[BuiltAtoms, ...]]:
    breaks = [(a, b) for a, b in pairwise(complex_.topology.residues()) if is_break(complex_, a, b)]
    counted = count_residues(complex_, {residue_id(after): LONGEST_BUILT_LOOP for _, after in breaks})
    # PDBFixer's short dynamics amplify rounding: only the Reference platform gives the same loop twice
    fixer = PDBFixer(pdbfile=io.StringIO(counted.text), platform=openmm.Platform.getPlatformByName("Reference"))
    fixer.missingResidues, loops = _missing_residues(fixer, counted, order)
    fixer.findMissingAtoms()
    side_chains = tuple(
        BuiltAtoms(counted.identity_of(int(residue.id)), residue.name, tuple(atom.name for atom in atoms))
        for residue, atoms in fixer.missingAtoms.items()
    )
    end = order[-1][0]
    fixer.missingTerminals = {
        r: names for r, names in fixer.missingTerminals.items() if counted.identity_of(int(r.id)) == end
    }
    fixer.addMissingAtoms(seed=seed + 1)  # to OpenMM a seed of 0 means: another one every time
    positions = np.array(fixer.positions.value_in_unit(unit.angstrom), dtype=np.float64)
    topology = counted.restored(fixer.topology)
    return Complex(topology, positions, None, complex_.source, complex_.notes), loops, side_chains


def _missing_residues(
    fixer: PDBFixer, counted: Counted, order: Order
) -> tuple[dict[tuple[int, int], list[str]], tuple[Loop, ...]]:
    """PDBFixer's table of residues to insert, keyed by chain and position, and the loops among them."""
    positions = np.array(fixer.positions.value_in_unit(unit.angstrom), dtype=np.float64)
    scratch = Complex(fixer.topology, positions, None, "")
    missing, loops = {}, []
    for chain in fixer.topology.chains():
        residues = list(chain.residues())
        for position, (first, second) in enumerate(pairwise(residues), start=1):
            if is_break(scratch, first, second):
                before, after = (counted.identity_of(int(residue.id)) for residue in (first, second))
                missing[chain.index, position] = list(missing_between(order, before, after))
                loops.append(_loop_between(before, after))
    return missing, tuple(loops)
