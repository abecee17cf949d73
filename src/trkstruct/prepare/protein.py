"""From a file's protein chain to a complete model: clinical numbers, missing atoms and loops, hydrogens."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from openmm.app import Residue

from trkstruct.energy.forcefield import create_system, load_force_field
from trkstruct.errors import InputError
from trkstruct.kinase.kinases import Kinase
from trkstruct.prepare.distorted import drop_distorted, drop_stumps
from trkstruct.prepare.gaps import (
    LONGEST_BUILT_LOOP,
    can_build,
    fill_missing,
    is_break,
    missing_between,
    order_of_chain,
    order_of_kinase,
)
from trkstruct.prepare.graft import Donor, graft_loops
from trkstruct.prepare.model_relaxation import relax_built
from trkstruct.prepare.protonation import add_hydrogens
from trkstruct.residues import THREE_TO_ONE, ResidueId, parent_name
from trkstruct.structure.atom_names import heavy_atom_names
from trkstruct.structure.bonds import CAPS, with_bonds
from trkstruct.structure.complex import Complex, is_protein, residue_id, select_atoms
from trkstruct.structure.modified import revert_modified
from trkstruct.structure.numbering import (
    chain_of,
    is_clinical,
    number_by_shift,
    number_clinically,
    recognise_kinase,
)


@dataclass(frozen=True)
class Preparation:
    """A complete model and what was done to get it.

    Attributes
    ----------
    complex : Complex
        One chain with hydrogens, capped; in clinical numbering when the kinase is known.
    kinase : Kinase or None
        The kinase that the sequence is.
    given : frozenset of (ResidueId, str)
        Heavy atoms whose coordinates come from the source; every other heavy atom was built.
    loops, side_chains : tuple of str
        What was built: ``"549-553"`` and ``"LYS 538 (CE, NZ)"``.
    gaps : tuple of str
        What is missing still.
    notes : tuple of str
        Numbering, tags, modified residues, protonation.
    """

    complex: Complex
    kinase: Kinase | None
    given: frozenset[tuple[ResidueId, str]]
    loops: tuple[str, ...] = ()
    side_chains: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def complete_protein(
    complex_: Complex, *, sequence: Sequence[str] = (), donors: Sequence[Donor] = (), ph: float = 7.4, seed: int = 0
) -> Preparation:
    """The protein of a complex, complete: as it is if nothing is missing, else prepared and what was built relaxed.

    Parameters
    ----------
    complex_ : Complex
        One protein chain as read from a file; its ligand and solvent are left out.
    sequence, donors, ph, seed
        As for `prepare`.
    """
    protein = select_atoms(complex_, (a.index for a in complex_.topology.atoms() if _is_chain_residue(a.residue)))
    protein = replace(protein, ligand=None)
    if not _is_complete(protein, sequence):
        prepared = prepare(protein, sequence=sequence, donors=donors, ph=ph, seed=seed)
        return replace(prepared, complex=relax_built(prepared.complex, prepared.given))
    match = recognise_kinase(protein)
    renumbered, notes = (protein, ()) if match is None else number_by_shift(protein, match)
    known = match is not None and is_clinical(renumbered, match)
    heavy = frozenset((residue_id(a.residue), a.name) for a in renumbered.topology.atoms() if a.element.symbol != "H")
    as_is = "Complete with hydrogens: coordinates and protonation were taken as they are."
    return Preparation(renumbered, match.kinase if match and known else None, heavy, notes=(as_is, *notes))


def prepare(
    complex_: Complex, *, sequence: Sequence[str] = (), donors: Sequence[Donor] = (), ph: float = 7.4, seed: int = 0
) -> Preparation:
    """Build a complete model of the protein of a complex; the ligand and solvent are left out.

    Parameters
    ----------
    complex_ : Complex
        As read from a file: tags, gaps, missing side chains, hydrogens or none.
    sequence : sequence of str
        Three-letter names of the whole chain as the file gives them (SEQRES); TRK kinases have their own.
    donors : sequence of Donor
        Related structures to take missing loops of a TRK kinase from, in order of preference; PDBFixer builds what none
        of them fits.
    ph : float
        Decides the protonation of Asp, Glu, His and Lys.
    seed : int
        Of the random starts that PDBFixer and OpenMM use for atoms they add.

    Raises
    ------
    StructureError
        When no residue with a backbone is left.
    """
    parents, modified = revert_modified(complex_, kept=load_force_field(None)._templates)
    whole, stumps = drop_stumps(parents)
    numbered, kinase, numbering = _number(whole)
    trk = kinase is not None and kinase.is_trk
    order = order_of_kinase(kinase, chain_of(numbered)) if kinase and trk else order_of_chain(numbered, sequence)
    sound = drop_distorted(numbered, order)
    joined, grafted, grafts = sound.complex, frozenset[int](), tuple[str, ...]()
    if kinase and trk:
        joined, grafted, grafts = graft_loops(sound.complex, kinase, donors, LONGEST_BUILT_LOOP)
    atoms = [(residue_id(atom.residue), atom.name) for atom in sound.complex.topology.atoms()]
    given = frozenset((r, name) for r, name in atoms if r.number not in grafted and r not in sound.loose)
    filled = fill_missing(joined, order, seed=seed)
    built = frozenset(residue_id(r) for r in filled.complex.topology.residues()) - {residue for residue, _ in given}
    hydrogenated, titrations = add_hydrogens(filled.complex, ph, seed=seed, usual=built)
    notes = (*modified, *stumps, *numbering, *sound.notes, *map(str, titrations))
    loops = (*grafts, *filled.loops)
    return Preparation(hydrogenated, kinase, given, loops, filled.side_chains, filled.gaps, notes)


def _number(complex_: Complex) -> tuple[Complex, Kinase | None, tuple[str, ...]]:
    """The chain in clinical numbering where it can be; which kinase it is; notes."""
    match = recognise_kinase(complex_)
    if match is not None and match.kinase.is_trk:
        return number_clinically(complex_)
    bonded = replace(complex_, topology=with_bonds(complex_.topology, complex_.positions))
    if match is None:
        return bonded, None, ()
    shifted, notes = number_by_shift(bonded, match)
    return shifted, match.kinase if is_clinical(shifted, match) else None, notes


def _is_chain_residue(residue: Residue) -> bool:
    """Whether a residue belongs to the protein chain: an amino acid, a cap, or something modified with a backbone."""
    return is_protein(residue) or {"N", "CA", "C", "O"} <= {atom.name for atom in residue.atoms()}


def _is_complete(protein: Complex, sequence: Sequence[str]) -> bool:
    """Whether nothing is to be done: all atoms there, hydrogens as the force field has them, no gap to build.

    A TRK chain must be in clinical numbering too, a tag aside.
    """
    residues = list(protein.topology.residues())
    match = recognise_kinase(protein)
    trk = match is not None and match.kinase.is_trk
    if not _has_all_atoms(protein) or (match and trk and not is_clinical(protein, match)):
        return False
    order = order_of_kinase(match.kinase, chain_of(protein)) if match and trk else order_of_chain(protein, sequence)
    for before, after in pairwise(residue for residue in residues if residue.name not in CAPS):
        ids = residue_id(before), residue_id(after)
        uncapped = after.index - before.index == 1
        if is_break(protein, before, after) and (uncapped or can_build(missing_between(order, *ids), *ids)):
            return False
    if drop_distorted(protein, order).notes:
        return False
    try:
        create_system(protein.topology, fragment=True)
    except InputError:
        return False
    return True


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
