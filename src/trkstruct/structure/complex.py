"""A complex as one value: topology, positions in Å, the ligand's residue, its origin; read, written and asked about."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from Bio.PDB.Residue import Residue as BioResidue
from openmm.app import Element, Residue, Topology

from trkstruct.errors import StructureError
from trkstruct.residues import THREE_TO_ONE, ResidueId, one_letter, parent_name
from trkstruct.structure.atom_names import standard_atom_name, standard_residue_name
from trkstruct.structure.bonds import CAPS, bond_indices, copy_topology, with_bonds
from trkstruct.structure.pdb_and_mmcif import StructureFile, load_structure_file, write_structure_file
from trkstruct.structure.selection import (
    LIGAND_NAME,
    Solvent,
    bio_residue_id,
    choose_conformer,
    find_chain,
    find_ligand,
    find_solvent,
    is_polymer,
)
from trkstruct.units import FloatArray, IntArray

LIGAND_ID: Final = ResidueId("L", 1)
"""Where the ligand of a shipped complex is; its residue name is ``LIG``."""


@dataclass(frozen=True)
class Complex:
    """A protein with or without a ligand. Functions return new values; nothing edits a ``Complex``.

    Attributes
    ----------
    topology : openmm.app.Topology
        Atoms with explicit hydrogens once prepared; author numbering in ``residue.id``.
    positions : numpy.ndarray, shape (n_atoms, 3), float64
        Å.
    ligand : ResidueId or None
        The residue that is the ligand; None for an apo structure.
    source : str
        Shipped structure's name or the path of the file.
    notes : tuple of str
        What was decided while reading (alternate conformations, chain, models).
    """

    topology: Topology
    positions: FloatArray
    ligand: ResidueId | None
    source: str
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Where it comes from, its size and its ligand."""
        ligand = f", ligand {self.ligand}" if self.ligand else ", no ligand"
        return f"{self.source}: {self.topology.getNumResidues()} residues, {self.topology.getNumAtoms()} atoms{ligand}"


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
        Protein chain; by default the one nearest the ligand, or the first protein chain.
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
    ligand = find_ligand(file.model, ligand_residue, chain, path)
    return assemble_complex(path, file, chain=chain, ligand=ligand, waters=waters)


def assemble_complex(
    path: Path, file: StructureFile, *, chain: str | None, ligand: BioResidue | None, waters: Solvent = "none"
) -> Complex:
    """One protein chain of a file that was read (by default the one nearest the ligand), the ligand, and waters.

    Raises
    ------
    StructureError
        When there is no such chain.
    """
    protein = find_chain(file.model, chain, ligand, path)
    polymer = [residue for residue in protein if residue is not ligand and is_polymer(residue)]
    groups = ([] if ligand is None else [ligand]) + find_solvent(file.model, polymer, ligand, waters)
    complex_ = _assemble(path, file, polymer, groups, ligand)
    if chain is None and sum(1 for _ in file.model) > 1:
        notes = (*file.notes, f"Protein chain {protein.id} of {path.name} was taken.")
        return replace(complex_, notes=notes + complex_.notes[len(file.notes) :])
    return complex_


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
    candidates = [residue for residue in file.model.get_residues() if residue.get_resname().strip() == LIGAND_NAME]
    wanted = ligand_residue is not None or len(candidates) == 1
    ligand = find_ligand(file.model, ligand_residue, chain, path) if wanted else None
    find_chain(file.model, chain, None, path)
    polymer = [residue for residue in file.model.get_residues() if residue is not ligand and is_polymer(residue)]
    groups = ([] if ligand is None else [ligand]) + find_solvent(file.model, polymer, ligand, "all")
    return _assemble(path, file, polymer, groups, ligand)


def write_pdb(complex_: Complex, path: str | Path, remarks: Sequence[str] = ()) -> None:
    """Write PDB, or mmCIF when the suffix is ``.cif``; a crash leaves the old file or none.

    Parameters
    ----------
    complex_ : Complex
    path : str or Path
        ``.pdb``, ``.cif`` or either with ``.gz``.
    remarks : sequence of str
        Lines for REMARK 99 (PDB) or comments (mmCIF).

    Raises
    ------
    StructureError
        When the file cannot be written.
    """
    write_structure_file(complex_.topology, complex_.positions, Path(path), remarks)


def residue_id(residue: Residue) -> ResidueId:
    """Chain, number and insertion code of a topology residue."""
    return ResidueId(residue.chain.id, int(residue.id), residue.insertionCode.strip())


def is_protein(residue: Residue) -> bool:
    """Whether the residue is one of the twenty amino acids (in any protonation state) or a cap."""
    return parent_name(residue.name) in THREE_TO_ONE or residue.name in CAPS


def has_backbone(residue: Residue) -> bool:
    """Whether the residue has N, CA and C, as amino acids have, modified ones included."""
    return {"N", "CA", "C"} <= {atom.name for atom in residue.atoms()}


def ligand_residue(complex_: Complex) -> Residue:
    """The ligand's residue.

    Raises
    ------
    StructureError
        When the complex has no ligand.
    """
    for residue in complex_.topology.residues():
        if complex_.ligand is not None and not is_protein(residue) and residue_id(residue) == complex_.ligand:
            return residue
    raise StructureError(f"{complex_.source} has no ligand; name it with --ligand-residue when reading the file.")


def ligand_atoms(complex_: Complex) -> IntArray:
    """Indices of the ligand's atoms; empty for an apo structure."""
    if complex_.ligand is None:
        return np.empty(0, dtype=np.int64)
    return np.array([atom.index for atom in ligand_residue(complex_).atoms()], dtype=np.int64)


def protein_residue(complex_: Complex, identity: ResidueId) -> Residue:
    """The protein residue of that chain and number.

    Raises
    ------
    StructureError
        With the chains, or the numbers around it, that the structure has.
    """
    residues = {residue_id(residue): residue for residue in complex_.topology.residues() if is_protein(residue)}
    if identity in residues:
        return residues[identity]
    chains = sorted({known.chain for known in residues})
    if identity.chain not in chains:
        raise StructureError(f"{complex_.source} has no protein chain {identity.chain!r}; it has {', '.join(chains)}.")
    numbers = sorted(known.number for known in residues if known.chain == identity.chain)
    below = [number for number in numbers if number < identity.number][-1:]
    above = [number for number in numbers if number > identity.number][:1]
    around = " and ".join(f"{_name_at(residues, identity.chain, n)}" for n in below + above)
    raise StructureError(
        f"{complex_.source} has no residue {identity} (chain {identity.chain} runs {numbers[0]}-{numbers[-1]}, nearest "
        f"modelled: {around}). Not modelled in the crystal, or another numbering?"
    )


def protein_sequence(complex_: Complex) -> dict[ResidueId, str]:
    """One-letter code of each amino acid, in order; caps are left out."""
    residues = [residue for residue in complex_.topology.residues() if parent_name(residue.name) in THREE_TO_ONE]
    return {residue_id(residue): one_letter(residue.name) for residue in residues}


def select_atoms(complex_: Complex, keep: Iterable[int]) -> Complex:
    """The complex with only the atoms ``keep`` (indices), in the topology's order."""
    kept = sorted({int(index) for index in keep})
    topology = copy_topology(complex_.topology, bond_indices(complex_.topology), kept)
    stays = complex_.ligand is not None and bool(set(ligand_atoms(complex_).tolist()) & set(kept))
    return replace(
        complex_,
        topology=topology,
        positions=complex_.positions[np.array(kept, dtype=np.int64)],
        ligand=complex_.ligand if stays else None,
    )


def without_ligand(complex_: Complex) -> Complex:
    """The complex with the ligand taken out."""
    ligand = set(ligand_atoms(complex_).tolist())
    return select_atoms(complex_, (index for index in range(len(complex_.positions)) if index not in ligand))


def _name_at(residues: Mapping[ResidueId, Residue], chain: str, number: int) -> str:
    """``GLY595``: the first residue with that number."""
    residue = next(residue for key, residue in sorted(residues.items()) if (key.chain, key.number) == (chain, number))
    return f"{residue.name}{number}"


def _assemble(
    path: Path,
    file: StructureFile,
    polymer: Sequence[BioResidue],
    groups: Sequence[BioResidue],
    ligand: BioResidue | None,
) -> Complex:
    """Complex of some residues of a file, with their bonds."""
    topology, positions, serials, notes = _build_topology(polymer, groups)
    index_of = {serial: index for index, serial in enumerate(serials)}
    conect = [(index_of[a], index_of[b]) for a, b in file.bonded_serials if a in index_of and b in index_of]
    ligand_id = None if ligand is None else bio_residue_id(ligand)
    return Complex(with_bonds(topology, positions, conect), positions, ligand_id, str(path), file.notes + notes)


def _build_topology(
    polymer: Sequence[BioResidue], groups: Sequence[BioResidue]
) -> tuple[Topology, FloatArray, list[int], tuple[str, ...]]:
    """Topology without bonds, positions (Å), serial number of each atom, and notes on alternate conformations."""
    topology, positions, serials, alternates = Topology(), [], [], []
    chain = previous = None
    for residue in (*polymer, *groups):
        identity = bio_residue_id(residue)
        starts = chain is None or previous is not residue.get_parent() or (groups and residue is groups[0])
        if starts:
            chain = topology.addChain(identity.chain)
        previous = residue.get_parent()
        atoms, chosen = choose_conformer(residue)
        if chosen:
            alternates.append(str(identity))
        name = standard_residue_name(atoms[0].get_parent().get_resname())
        new = topology.addResidue(name, chain, str(identity.number), identity.insertion_code)
        for atom in atoms:
            topology.addAtom(standard_atom_name(name, atom.get_name()), _element(atom.element, identity), new)
            positions.append(atom.get_coord())
            serials.append(atom.get_serial_number())
    text = "Alternate conformations: the one with the highest occupancy was taken at " + ", ".join(alternates) + "."
    return topology, np.array(positions, dtype=np.float64), serials, (text,) if alternates else ()


def _element(symbol: str, where: ResidueId) -> Element:
    try:
        return Element.getBySymbol("H" if symbol == "D" else symbol)
    except KeyError as error:
        raise StructureError(f"An atom of residue {where} has no usable element ({symbol!r}).") from error
