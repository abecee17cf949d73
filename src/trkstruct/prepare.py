"""From a crystal's kinase chain to a complete model: clinical numbers, missing atoms and loops, hydrogens."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
import openmm
from openmm import app, unit
from pdbfixer import PDBFixer

from trkstruct.atom_names import heavy_atom_names
from trkstruct.connectivity import bond_indices, copy_topology, with_bonds
from trkstruct.errors import StructureError
from trkstruct.graft import Donor, graft_loops
from trkstruct.kinase import Kinase, residue_at
from trkstruct.kinase_match import identify_kinase
from trkstruct.protonate import add_hydrogens, remove_hydrogens
from trkstruct.residues import ONE_TO_THREE, ResidueId
from trkstruct.stereo import find_stereo_faults
from trkstruct.structure import Complex, is_protein, protein_sequence, residue_id, select_atoms

LONGEST_BUILT_LOOP: Final = (
    8  # residues; accuracy falls quickly beyond, Stein & Kortemme 2013, 10.1371/journal.pone.0063090
)
TAG_RUN: Final = 5  # residues in a row that must match the sequence before a terminus counts as kinase and not as tag
SAME_STRETCH: Final = 4  # faults and gaps so close in sequence belong to one badly resolved loop
MODIFIED_PARENTS: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "MSE": ("MET", {"SE": "SD"}),
    "SEP": ("SER", {}),
    "TPO": ("THR", {}),
    "PTR": ("TYR", {}),
    "CSO": ("CYS", {}),
    "CME": ("CYS", {}),
    "KCX": ("LYS", {}),
}
"""Modified residues, the amino acid each is taken back to, and atoms that change their name on the way."""


@dataclass(frozen=True)
class Preparation:
    """A complete model and what was done to get it.

    Attributes
    ----------
    complex : Complex
        One chain ``A`` in clinical numbering, capped, with hydrogens.
    kinase : Kinase
        The kinase that the sequence is.
    given : frozenset of (ResidueId, str)
        Heavy atoms whose coordinates come from the source; every other heavy atom was built.
    loops, side_chains : tuple of str
        What was built: ``"549-553"`` and ``"K538"``.
    notes : tuple of str
        Numbering, tags, modified residues, gaps, protonation.
    """

    complex: Complex
    kinase: Kinase
    given: frozenset[tuple[ResidueId, str]]
    loops: tuple[str, ...]
    side_chains: tuple[str, ...]
    notes: tuple[str, ...]


def prepare(complex_: Complex, *, donors: Sequence[Donor] = (), ph: float = 7.4, seed: int = 0) -> Preparation:
    """Prepare the protein of a complex as a kinase-domain model; the ligand and solvent are left out.

    Parameters
    ----------
    complex_ : Complex
        As read from a file: tags, gaps, missing side chains, hydrogens or none.
    donors : sequence of Donor
        Related structures to take missing loops from, in order of preference; PDBFixer builds what none of them fits.
    ph : float
        Decides the protonation of Asp, Glu, His and Lys.
    seed : int
        Of the random starts that PDBFixer and OpenMM use for atoms they add.

    Raises
    ------
    StructureError
        When the chain is no known TRK kinase domain, or carries mutations.
    """
    parents, modified = revert_modified(complex_)
    numbered, kinase, numbering = number_clinically(parents)
    sound, distorted = drop_distorted(numbered)
    whole, grafted, grafts = graft_loops(sound, kinase, donors, LONGEST_BUILT_LOOP)
    atoms = [(residue_id(atom.residue), atom.name) for atom in sound.topology.atoms()]
    given = frozenset((residue, name) for residue, name in atoms if residue.number not in grafted)
    filled, loops, side_chains, gaps = fill_missing(whole, kinase, seed=seed)
    built = frozenset(residue_id(r) for r in filled.topology.residues()) - {residue for residue, _ in given}
    hydrogenated, titrations = add_hydrogens(filled, ph, seed=seed, usual=built)
    charges = tuple(str(titration) for titration in titrations)
    notes = (*modified, *numbering, *distorted, *gaps, *charges)
    return Preparation(hydrogenated, kinase, given, (*grafts, *loops), side_chains, notes)


def drop_distorted(complex_: Complex) -> tuple[Complex, tuple[str, ...]]:
    """Take out what an earlier program or a poor map left wrong, so that it is built again; and notes.

    That is residues with a flat or left-handed CA, and cis peptides (not before proline) beside a gap.
    """
    numbers = [int(residue.id) for residue in complex_.topology.residues()]
    missing = set(range(numbers[0], numbers[-1])) - set(numbers)
    faulty = {
        fault.residue.number
        for fault in find_stereo_faults(complex_)
        if fault.kind == "chirality"
        or (fault.kind == "cis" and fault.name != "PRO" and _near(fault.residue.number, missing))
    }
    dropped: set[int] = set()
    for first, last in pairwise(sorted(faulty | missing)):
        if last - first <= SAME_STRETCH and (first in faulty or last in faulty):
            dropped |= set(range(first, last + 1))
    dropped = (dropped | faulty) - missing
    if not dropped:
        return complex_, ()
    kept = select_atoms(complex_, (a.index for a in complex_.topology.atoms() if int(a.residue.id) not in dropped))
    listing = " ".join(str(number) for number in sorted(dropped))
    return kept, (f"Rebuilt, because the source has them flat, left-handed or cis beside a gap: {listing}.",)


def _near(number: int, missing: set[int]) -> bool:
    return any(abs(number - other) <= SAME_STRETCH for other in missing)


def revert_modified(complex_: Complex) -> tuple[Complex, tuple[str, ...]]:
    """The protein alone, with selenomethionine, phosphorylated and other modified residues taken back; and notes."""
    heavy = remove_hydrogens(complex_)
    topology = app.Topology()
    keep: list[int] = []
    notes: list[str] = []
    for chain in heavy.topology.chains():
        residues = [r for r in chain.residues() if is_protein(r) or r.name in MODIFIED_PARENTS]
        new_chain = topology.addChain(chain.id) if residues else None
        for residue in residues:
            name, renamed = MODIFIED_PARENTS.get(residue.name, (residue.name, {}))
            if name != residue.name:
                notes.append(f"{residue.name} {residue.id} was taken back to {name}.")
            new = topology.addResidue(name, new_chain, residue.id, residue.insertionCode)
            for atom in residue.atoms():
                atom_name = renamed.get(atom.name, atom.name)
                if name == residue.name or atom_name in heavy_atom_names(name):
                    element = app.element.sulfur if atom_name == "SD" else atom.element
                    topology.addAtom(atom_name, element, new)
                    keep.append(atom.index)
    return Complex(topology, heavy.positions[np.array(keep)], None, complex_.source, complex_.notes), tuple(notes)


def number_clinically(complex_: Complex) -> tuple[Complex, Kinase, tuple[str, ...]]:
    """The kinase's own residues as chain A in clinical numbering, tags and caps dropped; the kinase; and notes.

    Raises
    ------
    StructureError
        When the sequence is no TRK kinase domain.
    """
    sequence = protein_sequence(complex_)
    match = identify_kinase("".join(sequence.values()), [identity.number for identity in sequence])
    if match is None or not match.kinase.is_trk:
        found = "no known kinase" if match is None else match.kinase.name
        raise StructureError(f"The chain in {complex_.source} is {found}; TRKA, TRKB and TRKC can be prepared.")
    numbers = _without_tags(match.kinase, list(sequence.values()), list(match.numbers))
    number_of = dict(zip(sequence, numbers, strict=True))
    notes = _numbering_notes(match.kinase, sequence, number_of)
    topology, keep = app.Topology(), []
    chain = topology.addChain("A")
    for residue in complex_.topology.residues():
        number = number_of.get(residue_id(residue))
        if number is None:
            continue
        new = topology.addResidue(residue.name, chain, str(number))
        for atom in residue.atoms():
            if atom.name in heavy_atom_names(residue.name):
                topology.addAtom(atom.name, atom.element, new)
                keep.append(atom.index)
    positions = complex_.positions[np.array(keep)]
    numbered = Complex(with_bonds(topology, positions), positions, None, complex_.source, complex_.notes)
    return numbered, match.kinase, notes


def _without_tags(kinase: Kinase, letters: Sequence[str], numbers: Sequence[int | None]) -> list[int | None]:
    """Numbers, None for what lies before the first or after the last run of five that agree with the kinase."""
    agree = [
        number is not None and residue_at(kinase, number) == letter
        for letter, number in zip(letters, numbers, strict=True)
    ]
    runs = [i for i in range(len(agree) - TAG_RUN + 1) if all(agree[i : i + TAG_RUN])]
    inside = range(runs[0], runs[-1] + TAG_RUN)
    return [number if index in inside else None for index, number in enumerate(numbers)]


def _numbering_notes(
    kinase: Kinase, sequence: Mapping[ResidueId, str], number_of: Mapping[ResidueId, int | None]
) -> tuple[str, ...]:
    shifts = {number - identity.number for identity, number in number_of.items() if number is not None}
    tags = [f"{letter}{identity.number}" for identity, letter in sequence.items() if number_of[identity] is None]
    mutations = [
        f"{residue_at(kinase, number)}{number}{sequence[identity]}"
        for identity, number in number_of.items()
        if number is not None and residue_at(kinase, number) != sequence[identity]
    ]
    notes = []
    if shifts != {0}:
        notes.append(f"Residues were renumbered to clinical {kinase.name} numbers (shift {sorted(shifts)}).")
    if tags:
        notes.append(f"Tag residues were dropped: {' '.join(tags)}.")
    if mutations:
        notes.append(f"Differs from the {kinase.name} sequence: {', '.join(mutations)}.")
    return tuple(notes)


def fill_missing(
    complex_: Complex, kinase: Kinase, *, seed: int = 0
) -> tuple[Complex, tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Build missing side-chain atoms and short loops with PDBFixer; cap longer gaps and the ends with ACE and NME.

    PDBFixer's loops come out with either hand and either peptide isomer; ``settle`` puts that right.

    Returns
    -------
    Complex
        Heavy atoms only, those of the input unmoved.
    loops, side_chains, gaps : tuple of str
        What was built, and notes on what was left out.
    """
    segmented, gaps = _split_at_long_gaps(complex_)
    text = io.StringIO()
    app.PDBFile.writeFile(segmented.topology, segmented.positions, text, keepIds=True)
    filled, loops, side_chains = _run_pdbfixer(text.getvalue(), complex_, kinase, seed)
    return filled, loops, side_chains, gaps


def _run_pdbfixer(
    text: str, complex_: Complex, kinase: Kinase, seed: int
) -> tuple[Complex, tuple[str, ...], tuple[str, ...]]:
    # PDBFixer's short dynamics amplify rounding: only the Reference platform gives the same loop twice
    fixer = PDBFixer(pdbfile=io.StringIO(text), platform=openmm.Platform.getPlatformByName("Reference"))
    fixer.missingResidues, loops = _missing_residues(fixer.topology, kinase)
    fixer.findMissingAtoms()
    side_chains = tuple(
        f"{residue.name} {residue.id} ({', '.join(atom.name for atom in atoms)})"
        for residue, atoms in fixer.missingAtoms.items()
    )
    real_end = str(kinase.last_number)
    fixer.missingTerminals = {r: names for r, names in fixer.missingTerminals.items() if r.id == real_end}
    fixer.addMissingAtoms(seed=seed + 1)  # to OpenMM a seed of 0 means: another one every time
    positions = np.array(fixer.positions.value_in_unit(unit.angstrom), dtype=np.float64)
    topology = copy_topology(fixer.topology, bond_indices(fixer.topology))
    return Complex(topology, positions, None, complex_.source, complex_.notes), loops, side_chains


def _split_at_long_gaps(complex_: Complex) -> tuple[Complex, tuple[str, ...]]:
    """Chain A as one topology chain per stretch, broken where more residues are missing than can be built."""
    topology, chain, previous, notes = app.Topology(), None, None, []
    for residue in complex_.topology.residues():
        number = int(residue.id)
        if previous is not None and number - previous - 1 > LONGEST_BUILT_LOOP:
            notes.append(f"Residues {previous + 1}-{number - 1} are missing: too many to build, both ends were capped.")
            chain = None
        chain = chain or topology.addChain("A")
        new = topology.addResidue(residue.name, chain, residue.id)
        for atom in residue.atoms():
            topology.addAtom(atom.name, atom.element, new)
        previous = number
    return replace(complex_, topology=with_bonds(topology, complex_.positions)), tuple(notes)


def _missing_residues(
    topology: app.Topology, kinase: Kinase
) -> tuple[dict[tuple[int, int], list[str]], tuple[str, ...]]:
    """PDBFixer's table of residues to insert, keyed by chain and position, and the loops among them."""
    missing, loops = {}, []
    for chain in topology.chains():
        residues = list(chain.residues())
        numbers = [int(residue.id) for residue in residues]
        missing[chain.index, 0] = ["ACE"]
        if numbers[-1] != kinase.last_number:
            missing[chain.index, len(residues)] = ["NME"]
        for position, (before, after) in enumerate(pairwise(numbers), start=1):
            if after - before > 1:
                names = [ONE_TO_THREE[residue_at(kinase, number)] for number in range(before + 1, after)]
                missing[chain.index, position] = names
                loops.append(f"{before + 1}-{after - 1}")
    return missing, tuple(loops)
