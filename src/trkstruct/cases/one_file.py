"""One file in, one answer out: clashes, a relaxed complex. The commands `clashes` and `relax`."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from trkstruct.case_parts import Clash
from trkstruct.cases.user_file import read_parts
from trkstruct.cases.wild_type import load_wild_type
from trkstruct.contacts.clashes import find_clashes, hydrogen_notes
from trkstruct.contacts.covalent import carry_bonds, covalent_bonds, with_covalent_bonds
from trkstruct.energy.minimizer import Minimum
from trkstruct.energy.relax import relax
from trkstruct.ligand.ligand import Ligand
from trkstruct.ligand.reading import load_ligand
from trkstruct.pose.adopt import place_on_seen
from trkstruct.pose.attach import attach_ligand
from trkstruct.preparation.chain_and_ligand import read_chain_and_ligand
from trkstruct.preparation.prepared_file import check_prepared_fits_pdb
from trkstruct.sidechain.build import build_mutation
from trkstruct.sidechain.substitute import (
    side_chain_atoms,
    substitute,
    with_side_chain,
)
from trkstruct.structure.chain_choice import named_chain
from trkstruct.structure.complex import (
    Complex,
    without_ligand,
)
from trkstruct.structure.formats.writing import check_fits_pdb
from trkstruct.structure.mutated_residues import Change, place_notes, read_mutation
from trkstruct.structure.occupancy import unseen_at, unseen_note

_log = logging.getLogger(__name__)


def find_file_clashes(
    path: str | Path,
    *,
    ligand_residue: str,
    ligand: str | None = None,
    mutation: str | None = None,
    chain: str | None = None,
    build_ligand: bool = True,
) -> tuple[Clash, ...]:
    """Clashes between the ligand and the protein of a file, the worst first; missing hydrogens are logged as a warning.

    Parameters
    ----------
    path : str or Path
        PDB or mmCIF, with hydrogens or without (then united-atom radii are used).
    ligand_residue : str
        Residue name, or ``chain:number``.
    ligand : str, optional
        What the ligand is; its hydrogens and atom kinds are then known exactly.
    mutation : str, optional
        Built first, in the rotamer that it takes without the ligand.
    chain : str, optional
        Protein chain for a mutation that names none; by default the one nearest the ligand.
    build_ligand : bool
        Whether heavy atoms of ``ligand`` that the file lacks are built; False refuses it.

    Raises
    ------
    StructureError, LigandError, MutationError
        When the file, the ligand or the mutation cannot be used, or the chain does not reach the ligand.
    InputError
        When the mutation names another chain than ``chain``.
    """
    named = named_chain(() if mutation is None else (mutation,), chain, path)
    parts = read_chain_and_ligand(path, chain=named, ligand_residue=ligand_residue)
    for note in (*parts.complex.notes, *parts.notes):
        _log.warning(note)
    complex_, match = _with_bonds_told(parts.complex), parts.match
    unseen = unseen_at(complex_)
    molecule = load_ligand(ligand, with_parameters=False) if ligand else None
    if molecule is not None:
        complex_ = carry_bonds(complex_, _understood(complex_, molecule, build_ligand))
    if mutation is not None:
        understood, changes = read_mutation(mutation, complex_, match)
        for note in (*understood.notes, *place_notes(complex_, understood, match, changes)):
            _log.warning(note)
        complex_ = _mutated_blind(complex_, changes)
    for note in (*unseen_note(unseen), *hydrogen_notes(complex_)):
        _log.warning(note)
    return find_clashes(complex_, molecule, kinase=match)


def relax_file(
    path: str | Path,
    *,
    chain: str | None = None,
    ligand_residue: str | None = None,
    ligand: str | None = None,
    platform: str = "auto",
    build_ligand: bool = True,
    for_pdb: bool = False,
) -> tuple[Complex, Minimum]:
    """Minimise a file around its ligand; without one named, its protein alone and as a whole.

    With ``for_pdb``, what a PDB file cannot hold of the result is refused before anything is prepared or minimised.

    Raises
    ------
    StructureError, LigandError
        When the file or the ligand cannot be used.
    RelaxationError
        When the minimisation explodes or the platform is not there.
    """
    if ligand is None:
        parts = read_chain_and_ligand(path, chain=chain)
        for note in (*parts.complex.notes, *parts.notes):
            _log.warning(note)
        protein = without_ligand(parts.complex)
        if for_pdb:
            check_fits_pdb(protein.topology, protein.positions)
        return relax(protein, platform=platform)
    if for_pdb:
        parts = read_parts(str(path), chain, ligand_residue)
        check_prepared_fits_pdb(replace(parts, complex=without_ligand(parts.complex)))  # the ligand is called LIG
    wild_type = load_wild_type(None, ligand, str(path), chain, ligand_residue, build_ligand=build_ligand)
    for note in wild_type.cautions:
        _log.warning(note)
    return relax(wild_type.complex, wild_type.ligand.parameters_xml, platform=platform)


def _with_bonds_told(complex_: Complex) -> Complex:
    """The complex with every bond between ligand and protein, which is no clash; each is logged."""
    for bond in covalent_bonds(complex_):
        _log.warning(f"The ligand is bonded to {bond}: a bond and its neighbours are no clash.")
    return with_covalent_bonds(complex_)


def _understood(complex_: Complex, ligand: Ligand, build_ligand: bool) -> Complex:
    """The complex with the ligand in its own pose, or on the file's atoms; what had to be built is logged."""
    if ligand.has_pose:
        return attach_ligand(complex_, ligand)
    placed = place_on_seen(complex_, ligand, build_ligand=build_ligand)
    for note in placed.notes[len(ligand.notes) :]:
        _log.warning(note)
    return attach_ligand(complex_, placed)


def _mutated_blind(complex_: Complex, changes: Sequence[Change]) -> Complex:
    """The complex with a mutation in the rotamers it takes in the free protein."""
    built = build_mutation(without_ligand(complex_), {change.residue: change.to for change in changes})
    for change in changes:
        complex_ = substitute(complex_, change.residue, change.to)
        side_chain = built.positions[side_chain_atoms(built, change.residue)]
        complex_ = with_side_chain(complex_, change.residue, side_chain)
    return complex_
