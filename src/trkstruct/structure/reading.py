"""From the records of a file to a complex."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from openmm.app import Topology

from trkstruct.residues import LIGAND_NAME, ResidueId
from trkstruct.structure.atom_names import standard_atom_name, standard_residue_name
from trkstruct.structure.bonds import with_bonds
from trkstruct.structure.chain_choice import chain_meant, find_chain
from trkstruct.structure.complex import Complex
from trkstruct.structure.formats.elements import doubtful_elements, element_of
from trkstruct.structure.formats.pdb_and_mmcif import load_structure_file
from trkstruct.structure.formats.records import FileResidue, StructureFile
from trkstruct.structure.occupancy import find_unseen
from trkstruct.structure.selection import (
    Solvent,
    find_ligand,
    find_solvent,
    is_polymer,
)
from trkstruct.units import FloatArray


def load_complex(
    path: str | Path, *, chain: str | None = None, ligand_residue: str | None = None, waters: Solvent = "none"
) -> Complex:
    """Read one protein chain, and the ligand if asked for, from a PDB or mmCIF file (``.gz`` too).

    Author numbering and insertion codes are kept. Of alternate conformations the one with the highest occupancy is
    taken, residue by residue, and noted. Hydrogens are read when present and not invented when absent.

    Parameters
    ----------
    path : str or Path
        The file.
    chain : str, optional
        Protein chain; by default the one nearest the ligand, else the one whose kinase pocket is most complete, else
        the longest, as the commands choose it. A choice is noted.
    ligand_residue : str, optional
        Residue name (``LIG``) or ``chain:number`` (``A:801``); by default a residue named LIG if there is one.
    waters : {"none", "pocket", "all"}
        Which waters, ions and other small molecules stay; ``"pocket"`` means within 5 Å of the ligand.

    Raises
    ------
    StructureError
        When the file cannot be used, or holds no such chain or ligand.
    """
    path = Path(path)
    file = load_structure_file(path)
    ligand = find_ligand(file, ligand_residue, chain, path)
    protein, notes = chain_meant(file, path, chain, ligand)
    complex_ = assemble_complex(path, file, chain=protein.id, ligand=ligand, waters=waters)
    return replace(complex_, notes=(*file.notes, *notes, *complex_.notes[len(file.notes) :]))


def assemble_complex(
    path: Path, file: StructureFile, *, chain: str, ligand: FileResidue | None, waters: Solvent = "none"
) -> Complex:
    """One protein chain of a file that was read, the ligand, and waters.

    Raises
    ------
    StructureError
        When there is no such chain.
    """
    protein = find_chain(file, chain, ligand, path)
    polymer = [residue for residue in protein.residues if residue is not ligand and is_polymer(residue)]
    groups = ([] if ligand is None else [ligand]) + find_solvent(file, polymer, ligand, waters)
    return _assemble(path, file, polymer, groups, ligand)


def load_assembly(path: str | Path, *, chain: str | None = None, ligand_residue: str | None = None) -> Complex:
    """Read all that a PDB or mmCIF file holds: every chain, ligand, ion and water, as ``load_complex`` reads one chain.

    Parameters
    ----------
    path : str or Path
        The file.
    chain : str, optional
        Protein chain whose ligand is meant when several ligands answer.
    ligand_residue : str, optional
        Residue name or ``chain:number``; by default a residue named LIG if there is exactly one.

    Raises
    ------
    StructureError
        When the file cannot be used, or holds no such chain or ligand.
    """
    path = Path(path)
    file = load_structure_file(path)
    ligand = find_assembly_ligand(file, ligand_residue, chain, path)
    find_chain(file, chain, None, path)
    return assemble_everything(path, file, ligand)


def find_assembly_ligand(
    file: StructureFile, ligand_residue: str | None, chain: str | None, path: Path
) -> FileResidue | None:
    """The residue asked for, else the one named LIG where there is exactly one, else none.

    Raises
    ------
    StructureError
        When there is no such ligand, or more than one.
    """
    candidates = [residue for residue in file.residues if residue.name == LIGAND_NAME]
    wanted = ligand_residue is not None or len(candidates) == 1
    return find_ligand(file, ligand_residue, chain, path) if wanted else None


def assemble_everything(path: Path, file: StructureFile, ligand: FileResidue | None) -> Complex:
    """All that a file holds which was read, with one residue of it as the ligand."""
    polymer = [residue for residue in file.residues if residue is not ligand and is_polymer(residue)]
    groups = ([] if ligand is None else [ligand]) + find_solvent(file, polymer, ligand, "all")
    return _assemble(path, file, polymer, groups, ligand)


def _assemble(
    path: Path,
    file: StructureFile,
    polymer: Sequence[FileResidue],
    groups: Sequence[FileResidue],
    ligand: FileResidue | None,
) -> Complex:
    """Complex of some residues of a file, with their bonds."""
    topology, positions, places, alternates = _build_topology(polymer, groups)
    index_of = {place: index for index, place in enumerate(places)}
    conect = [(index_of[a], index_of[b]) for a, b in file.bonds if a in index_of and b in index_of]
    ligand_id = None if ligand is None else ligand.identity
    bonded = with_bonds(topology, positions, conect)
    notes = (*file.notes, *_alternates_note(alternates), *doubtful_elements((*polymer, *groups)))
    kept = {residue.identity for residue in (*polymer, *groups)}
    unseen = tuple(each for each in find_unseen(file.residues) if each.residue in kept)
    return Complex(bonded, positions, ligand_id, str(path), notes, alternates, unseen)


def _alternates_note(alternates: Sequence[ResidueId]) -> tuple[str, ...]:
    if not alternates:
        return ()
    where = ", ".join(map(str, alternates))
    return (f"Alternate conformations: the one with the highest occupancy was taken at {where}.",)


def _build_topology(
    polymer: Sequence[FileResidue], groups: Sequence[FileResidue]
) -> tuple[Topology, FloatArray, list[int], tuple[ResidueId, ...]]:
    """Topology without bonds, positions (Å), place in the file of each atom, residues with alternate conformations."""
    topology, positions, places, alternates = Topology(), [], [], []
    chain = None
    for residue in (*polymer, *groups):
        identity = residue.identity
        if chain is None or chain.id != identity.chain or (groups and residue is groups[0]):
            chain = topology.addChain(identity.chain)
        if residue.alternates:
            alternates.append(identity)
        name = standard_residue_name(residue.name)
        new = topology.addResidue(name, chain, str(identity.number), identity.insertion_code)
        for atom in residue.atoms:
            topology.addAtom(standard_atom_name(name, atom.name), element_of(atom, residue), new)
            positions.append(atom.position)
            places.append(atom.index)
    return topology, np.array(positions, dtype=np.float64), places, tuple(alternates)
