"""From a file's protein chain to a complete model: clinical numbers, missing atoms and loops, hydrogens."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
from openmm.app import Residue

from trkstruct.energy.forcefield import create_system, load_force_field
from trkstruct.energy.hydrogens import NOTHING, with_natural_hydrogens
from trkstruct.energy.strain import find_strains
from trkstruct.errors import InputError
from trkstruct.kinase.kinases import Kinase
from trkstruct.preparation.caps import cap_chain
from trkstruct.preparation.distorted import drop_distorted, drop_stumps
from trkstruct.preparation.gaps import (
    LONGEST_BUILT_LOOP,
    BuiltAtoms,
    Gap,
    Loop,
    Order,
    can_build,
    fill_missing,
    is_break,
    missing_between,
    order_of_chain,
    order_of_kinase,
)
from trkstruct.preparation.graft import Donor, graft_loops
from trkstruct.preparation.model_relaxation import relax_built
from trkstruct.preparation.protonation import Titration, add_hydrogens
from trkstruct.residues import THREE_TO_ONE, ResidueId, parent_name
from trkstruct.structure.atom_names import heavy_atom_names
from trkstruct.structure.bonds import CAPS, with_bonds
from trkstruct.structure.complex import Complex, chain_residues, residue_id, select_atoms
from trkstruct.structure.modified import revert_modified
from trkstruct.structure.numbering import ChainMatch, chain_of, is_clinical, under_one_letter, with_built
from trkstruct.structure.renumbered import Renumbered, number_by_match, number_clinically
from trkstruct.units import FloatArray

COORDINATE_ERROR_ANGSTROM: Final = (
    0.3  # of an atom at 2 to 2.5 Å resolution: Cruickshank 1999, 10.1107/S0907444998012645
)


@dataclass(frozen=True)
class Preparation:
    """A complete model and what was done to get it, as values; `preparation_report` has the words.

    Attributes
    ----------
    complex : Complex
        One chain with hydrogens, capped; in clinical numbering when the kinase is known.
    match : ChainMatch or None
        Which kinase the chain is, with the clinical number of each residue; None for one that is not known here.
    given : frozenset of (ResidueId, str)
        Heavy atoms whose coordinates come from the source; every other heavy atom was built.
    taken_as_is : bool
        Whether the chain was complete, with hydrogens.
    numbered : Renumbered
        The chain before anything was built, in its numbers: their shift, the tags left out, differences from wild type.
    dropped, loose : collection of ResidueId
        Distorted residues: those that were built again, and those too many to build, relaxed without restraint.
    loops : tuple of Loop
        What was missing and built.
    side_chains : tuple of BuiltAtoms
        Where atoms were added.
    gaps : tuple of Gap
        What is missing still.
    titrations : tuple of Titration
        Side chains in another protonation state than the usual one, and every histidine.
    notes : tuple of str
        Modified residues, and what was left out.
    """

    complex: Complex
    match: ChainMatch | None
    given: frozenset[tuple[ResidueId, str]]
    numbered: Renumbered
    taken_as_is: bool = False
    dropped: tuple[ResidueId, ...] = ()
    loose: frozenset[ResidueId] = frozenset()
    loops: tuple[Loop, ...] = ()
    side_chains: tuple[BuiltAtoms, ...] = ()
    gaps: tuple[Gap, ...] = ()
    titrations: tuple[Titration, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def kinase(self) -> Kinase | None:
        """The kinase whose clinical numbers the residues bear; None for no known one, or where they bear others."""
        return self.match.kinase if self.match and is_clinical(self.complex, self.match) else None


def complete_protein(
    complex_: Complex,
    match: ChainMatch | None,
    *,
    sequence: Sequence[str] = (),
    donors: Sequence[Donor] = (),
    ph: float = 7.4,
    seed: int = 0,
) -> Preparation:
    """The protein of a complex, complete: as it is if nothing is missing, else prepared and what was built relaxed.

    Parameters
    ----------
    complex_ : Complex
        One protein chain as read from a file; its ligand and solvent are left out.
    match, sequence, donors, ph, seed
        As for `prepare`.
    """
    protein = select_atoms(complex_, (atom.index for residue in chain_residues(complex_) for atom in residue.atoms()))
    own, beside = chain_of(protein), heavy_others(complex_)
    protein, match = under_one_letter(replace(protein, ligand=None), match)
    name = chain_of(protein)
    renamed = () if name == own else (f"Chain {own} is called {name} here: a PDB file holds one letter.",)
    if not _is_complete(protein, match, sequence):
        prepared = prepare(protein, match, sequence=sequence, donors=donors, ph=ph, seed=seed, beside=beside)
        relaxed = relax_built(prepared.complex, prepared.given)
        moved = _moved_note(prepared.complex, relaxed, prepared.given)
        return replace(prepared, complex=relaxed, notes=(*renamed, *prepared.notes, *moved))
    protein, lengthened = with_natural_hydrogens(protein)
    changed = f"Hydrogens far from ff14SB's bond lengths were brought to them, directions kept: {lengthened}."
    notes = (*renamed, changed) if lengthened else renamed
    numbered = Renumbered(protein, None) if match is None else number_by_match(protein, match)
    atoms = numbered.complex.topology.atoms()
    heavy = frozenset((residue_id(atom.residue), atom.name) for atom in atoms if atom.element.symbol != "H")
    return Preparation(numbered.complex, numbered.match, heavy, numbered, taken_as_is=True, notes=notes)


def prepare(
    complex_: Complex,
    match: ChainMatch | None,
    *,
    sequence: Sequence[str] = (),
    donors: Sequence[Donor] = (),
    ph: float = 7.4,
    seed: int = 0,
    beside: FloatArray = NOTHING,
) -> Preparation:
    """Build a complete model of the protein of a complex; the ligand and solvent are left out.

    Parameters
    ----------
    complex_ : Complex
        As read from a file: tags, gaps, missing side chains, hydrogens or none.
    match : ChainMatch or None
        Which kinase its chain is.
    sequence : sequence of str
        Three-letter names of the whole chain as the file gives them (SEQRES); TRK kinases have their own.
    donors : sequence of Donor
        Related structures to take missing loops of a TRK kinase from, in order of preference; PDBFixer builds what none
        of them fits.
    ph : float
        Decides the protonation of Asp, Glu, His and Lys.
    seed : int
        Of the random starts that PDBFixer and OpenMM use for atoms they add.
    beside : numpy.ndarray, shape (n, 3)
        Heavy atoms that stand beside the protein, such as its ligand's, in Å; caps and hydrogens keep away from them.

    Raises
    ------
    StructureError
        When no residue with a backbone is left.
    """
    parents, modified = revert_modified(complex_, kept=load_force_field(None)._templates)
    whole, stumps = drop_stumps(parents)
    numbered = _number(whole, match)
    order = _order(numbered.complex, numbered.match, sequence)
    sound = drop_distorted(numbered.complex, order)
    joined, grafted, grafts = sound.complex, frozenset[int](), tuple[Loop, ...]()
    if match is not None and match.kinase.is_trk:
        joined, grafted, grafts = graft_loops(sound.complex, match.kinase, donors, LONGEST_BUILT_LOOP)
    atoms = [(residue_id(atom.residue), atom.name) for atom in sound.complex.topology.atoms()]
    given = frozenset((r, name) for r, name in atoms if r.number not in grafted and r not in sound.loose)
    filled = fill_missing(joined, order, seed=seed)
    built = frozenset(residue_id(r) for r in filled.complex.topology.residues()) - {residue for residue, _ in given}
    capped = cap_chain(filled.complex, order[-1][0], beside)
    hydrogenated, titrations = add_hydrogens(capped.complex, ph, seed=seed, usual=built, beside=beside)
    return Preparation(
        complex=hydrogenated,
        match=numbered.match and with_built(numbered.match, hydrogenated, built),
        given=given - capped.loose,
        numbered=numbered,
        dropped=sound.dropped,
        loose=sound.loose,
        loops=(*grafts, *filled.loops),
        side_chains=filled.side_chains,
        gaps=filled.gaps,
        titrations=titrations,
        notes=(*modified, *stumps, *capped.notes),
    )


def _number(complex_: Complex, match: ChainMatch | None) -> Renumbered:
    """The chain in clinical numbering where it can be."""
    if match is not None and match.kinase.is_trk:
        return number_clinically(complex_, match)
    bonded = replace(complex_, topology=with_bonds(complex_.topology, complex_.positions))
    return Renumbered(bonded, None) if match is None else number_by_match(bonded, match)


def _moved_note(before: Complex, after: Complex, given: Collection[tuple[ResidueId, str]]) -> tuple[str, ...]:
    """Which residues of the source gave way to what was built beside them, and how far."""
    atoms = [a for a in before.topology.atoms() if (residue_id(a.residue), a.name) in given]
    apart = np.linalg.norm(after.positions - before.positions, axis=1)
    far = {residue_id(a.residue): None for a in atoms if apart[a.index] > COORDINATE_ERROR_ANGSTROM}
    if not far:
        return ()
    most = max(apart[a.index] for a in atoms)
    where = " ".join(str(identity.number) for identity in far)
    return (f"Beside what was built, residues of the source gave way by up to {most:.1f} Å: {where}.",)


def _order(protein: Complex, match: ChainMatch | None, sequence: Sequence[str]) -> Order:
    """All residues of the chain: those of a TRK kinase are known, others are named by the file."""
    if match is not None and match.kinase.is_trk:
        return order_of_kinase(match.kinase, chain_of(protein))
    return order_of_chain(protein, sequence)


def heavy_others(complex_: Complex) -> FloatArray:
    """Heavy atoms of a complex that are not of its protein chain, shape (n, 3) in Å."""
    own = set(chain_residues(complex_))
    others = (a for a in complex_.topology.atoms() if a.residue not in own and a.element.symbol != "H")
    return complex_.positions[np.array([atom.index for atom in others], dtype=np.int64)]


def _is_complete(protein: Complex, match: ChainMatch | None, sequence: Sequence[str]) -> bool:
    """Whether nothing is to be done: all atoms there, hydrogens as the force field has them, no gap to build.

    A TRK chain must be in clinical numbering too, a tag aside.
    """
    residues = list(protein.topology.residues())
    if not _has_all_atoms(protein) or (match and match.kinase.is_trk and not is_clinical(protein, match)):
        return False
    order = _order(protein, match, sequence)
    for before, after in pairwise(residue for residue in residues if residue.name not in CAPS):
        ids = residue_id(before), residue_id(after)
        uncapped = after.index - before.index == 1
        if is_break(protein, before, after) and (uncapped or can_build(missing_between(order, *ids), *ids)):
            return False
    sound = drop_distorted(protein, order)
    if sound.dropped or sound.loose:
        return False
    try:
        system = create_system(protein.topology, fragment=True)
    except InputError:
        return False
    caps = np.array([atom.residue.name in CAPS for atom in protein.topology.atoms()], dtype=np.bool_)
    return not find_strains(protein.topology, system, protein.positions, mobile=caps)


def _has_all_atoms(protein: Complex) -> bool:
    """Whether all are amino acids with their heavy atoms and hydrogen on CA (and on a cysteine's free sulfur)."""
    disulfides = {
        atom.residue for bond in protein.topology.bonds() if bond[0].name == bond[1].name == "SG" for atom in bond
    }
    for residue in protein.topology.residues():
        if residue.name in CAPS:
            continue
        names = {atom.name for atom in residue.atoms()}
        open_sulfur = parent_name(residue.name) == "CYS" and "HG" not in names and residue not in disulfides
        known = parent_name(residue.name) in THREE_TO_ONE
        if not known or not {"HA", "HA2", "HA3"} & names or missing_atoms(residue) or open_sulfur:
            return False
    return True


def missing_atoms(residue: Residue) -> list[str]:
    """Heavy atoms that an amino acid should have and has not; none for other residues."""
    return sorted(heavy_atom_names(parent_name(residue.name)) - {atom.name for atom in residue.atoms()})
