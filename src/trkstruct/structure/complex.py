"""A complex as one value: topology, positions in Å, the ligand's residue, its origin; and what is asked about it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from openmm import app
from openmm.app import Residue, Topology

from trkstruct.errors import StructureError
from trkstruct.residues import BACKBONE_HEAVY_ATOMS, THREE_TO_ONE, ResidueId, one_letter, parent_name
from trkstruct.structure.atom_names import standard_residue_name
from trkstruct.structure.bonds import CAPS
from trkstruct.structure.topology import rebuilt
from trkstruct.units import FloatArray, IntArray

_MODIFIED: Final = frozenset({*BACKBONE_HEAVY_ATOMS, "CB"})
LIGAND_ID: Final = ResidueId("L", 1)
"""Where the ligand of a shipped complex is; its residue name is ``LIG``. Of any other, `Complex.ligand` says it."""


@dataclass(frozen=True)
class Unseen:
    """Heavy atoms of a residue that the file has with an occupancy of 0: modelled, but not seen in the density."""

    residue: ResidueId
    name: str
    atoms: tuple[str, ...]

    def __str__(self) -> str:
        """``THR A:790 (CB, OG1, CG2)``."""
        return f"{self.name} {self.residue} ({', '.join(self.atoms)})"


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
    alternates : tuple of ResidueId
        Residues that the file has in several conformations, of which one was taken.
    unseen : tuple of Unseen
        Residues, the ligand among them, with atoms that the file gives no occupancy.
    """

    topology: Topology
    positions: FloatArray
    ligand: ResidueId | None
    source: str
    notes: tuple[str, ...] = ()
    alternates: tuple[ResidueId, ...] = ()
    unseen: tuple[Unseen, ...] = ()

    def __str__(self) -> str:
        """Where it comes from, its size and its ligand."""
        ligand = f", ligand {self.ligand}" if self.ligand else ", no ligand"
        return f"{self.source}: {self.topology.getNumResidues()} residues, {self.topology.getNumAtoms()} atoms{ligand}"


def residue_id(residue: Residue) -> ResidueId:
    """Chain, number and insertion code of a topology residue."""
    return ResidueId(residue.chain.id, int(residue.id), residue.insertionCode.strip())


def is_protein(residue: Residue) -> bool:
    """Whether the residue is one of the twenty amino acids (in any protonation state) or a cap."""
    return parent_name(residue.name) in THREE_TO_ONE or residue.name in CAPS


def belongs_to_chain(name: str, atoms: Collection[str]) -> bool:
    """Whether a residue of that name and atoms is of a protein chain: an amino acid, a cap, or a modified one.

    A modified residue is known by its backbone and CB: without CB, small molecules would pass.
    """
    standard = standard_residue_name(name)
    return standard in THREE_TO_ONE or standard in CAPS or _MODIFIED.issubset(atoms)


def chain_residues(complex_: Complex) -> tuple[Residue, ...]:
    """Residues of the protein chains, modified ones too; never the ligand, even one with a backbone of its own."""

    def belongs(residue: Residue) -> bool:
        modified = belongs_to_chain(residue.name, [atom.name for atom in residue.atoms()])
        return is_protein(residue) or (modified and residue_id(residue) != complex_.ligand)

    return tuple(filter(belongs, complex_.topology.residues()))


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
    topology = rebuilt(complex_.topology, keep=kept)
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


def heavy_atom_rmsd(topology: app.Topology, before: FloatArray, after: FloatArray, atoms: IntArray) -> float:
    """RMSD (Å) of the heavy atoms among the given ones, without superposition."""
    elements = [atom.element for atom in topology.atoms()]
    heavy = [index for index in atoms if elements[index] is not None and elements[index].symbol != "H"]
    return float(np.sqrt(np.mean(np.sum((before[heavy] - after[heavy]) ** 2, axis=1)))) if heavy else 0.0
