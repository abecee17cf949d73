"""A file as a user has it, prepared: the kinase chain complete, its ligand and the waters asked for beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from openmm.app import Residue

from trkstruct.kinase.kinases import kinase_named
from trkstruct.preparation.chain_and_ligand import ChosenParts, read_chain_and_ligand
from trkstruct.preparation.graft import Donor
from trkstruct.preparation.protein import Preparation, complete_protein
from trkstruct.residues import ResidueId
from trkstruct.structure.complex import LIGAND_ID, Complex, chain_residues, is_protein, residue_id, select_atoms
from trkstruct.structure.dfg import DfgConformation
from trkstruct.structure.formats.writing import USE_MMCIF, check_fits_pdb
from trkstruct.structure.numbering import conformation_of, under_one_letter
from trkstruct.structure.reading import load_complex
from trkstruct.structure.renumbered import number_by_match
from trkstruct.structure.selection import Solvent
from trkstruct.structure.shipped_models import manifest
from trkstruct.structure.topology import NewResidue, as_it_is, assembled, free_chain, sorted_bonds, source_indices

LOOP_DONORS: Final = ("trka_7vko", "trka_5kvt")  # shipped models of crystals without gaps
SOLVENT_CHAIN: Final = "W"


@dataclass(frozen=True)
class PreparedFile:
    """What `prepare` made of a file.

    Attributes
    ----------
    parts : ChosenParts
        As read.
    preparation : Preparation
        The protein, complete.
    complex : Complex
        The protein with the ligand as residue 1 of chain ``L`` (with the atoms that the file has) and, in chain ``W``,
        the waters and ions asked for; each in the next letter where the protein's chain is called that.
    conformation : DfgConformation or None
        DFG state; None for a protein that is not known, or where an atom that decides it is missing.
    """

    parts: ChosenParts
    preparation: Preparation
    complex: Complex
    conformation: DfgConformation | None

    @property
    def notes(self) -> tuple[str, ...]:
        """Where the ligand or the solvent is not in the chain that it usually has."""
        beside = chains_beside(self.preparation.complex)
        there = {chain.id for chain in self.complex.topology.chains()}
        return tuple(
            f"The {what} is chain {name} here: the protein is chain {usual}."
            for what, name, usual in zip(beside._fields, beside, (LIGAND_ID.chain, SOLVENT_CHAIN), strict=True)
            if name != usual and name in there
        )


def prepare(
    path: str | Path,
    *,
    chain: str | None = None,
    ligand_residue: str | None = None,
    waters: Solvent = "none",
    ph: float = 7.4,
    seed: int = 0,
) -> PreparedFile:
    """Read a PDB or mmCIF file and complete its kinase chain; ``trkstruct scan --structure`` starts from the same.

    Parameters
    ----------
    path : str or Path
        The file, experimental or predicted; ``.gz`` too.
    chain, ligand_residue : str, optional
        As for `trkstruct.preparation.chain_and_ligand.read_chain_and_ligand`.
    waters : {"none", "pocket", "all"}
        Waters, ions and small molecules to keep; ``"pocket"`` means within 5 Å of the ligand.
    ph : float
        Decides the protonation of Asp, Glu, His and Lys.
    seed : int
        Of the random starts of atoms that are added.

    Raises
    ------
    StructureError
        When the file cannot be used, or holds no such chain or ligand.
    RelaxationError
        When what was built cannot be relaxed.
    """
    parts = read_chain_and_ligand(path, chain=chain, ligand_residue=ligand_residue, waters=waters)
    return prepare_parts(parts, ph=ph, seed=seed)


def prepare_parts(parts: ChosenParts, *, ph: float = 7.4, seed: int = 0) -> PreparedFile:
    """As `prepare`, of a file that was read already.

    Raises
    ------
    StructureError
        When no residue with a backbone is left.
    RelaxationError
        When what was built cannot be relaxed.
    """
    preparation = complete_protein(
        parts.complex, parts.match, sequence=parts.sequence, donors=loop_donors(), ph=ph, seed=seed
    )
    conformation = conformation_of(preparation.complex, preparation.match)
    return PreparedFile(parts, preparation, _reunite(preparation.complex, parts.complex), conformation)


def check_prepared_fits_pdb(parts: ChosenParts, advice: str = USE_MMCIF) -> None:
    """Raise when the columns of a PDB file are too narrow for what `prepare_parts` will name; nothing is built for it.

    Raises
    ------
    StructureError
        With what does not fit.
    """
    raw = parts.complex
    chain = select_atoms(raw, (atom.index for atom in raw.topology.atoms() if is_protein(atom.residue)))
    protein, match = under_one_letter(chain, parts.match)
    if match is not None and match.kinase.is_trk:  # clinical numbers: they fit
        protein = select_atoms(protein, ())
    elif match is not None:
        protein = number_by_match(protein, match).complex
    named = _reunite(protein, raw)
    check_fits_pdb(named.topology, named.positions, advice)


def loop_donors() -> tuple[Donor, ...]:
    """The shipped models that missing loops of TRK kinases are taken from."""
    return tuple(
        Donor(load_complex(entry.path, chain="A"), kinase_named(entry.kinase), entry.pdb_id)
        for entry in manifest()
        if entry.name in LOOP_DONORS
    )


def _reunite(protein: Complex, raw: Complex) -> Complex:
    """The prepared protein with the ligand and solvent of the file it came from."""
    of_chain = set(chain_residues(raw))
    groups = [residue for residue in raw.topology.residues() if not is_protein(residue)]
    ligand = next((residue for residue in groups if residue_id(residue) == raw.ligand), None)
    others = [residue for residue in groups if residue is not ligand and residue not in of_chain]
    beside = chains_beside(protein)
    added = [*_as_chain(beside.ligand, [ligand] if ligand else []), *_as_chain(beside.solvent, others)]
    topology = assembled(
        [*map(as_it_is, protein.topology.residues()), *added],
        [*sorted_bonds(protein.topology), *sorted_bonds(raw.topology)],
    )
    positions = np.concatenate([protein.positions, raw.positions[source_indices(added)].reshape(-1, 3)])
    where = ResidueId(beside.ligand, LIGAND_ID.number) if ligand else None
    return replace(protein, topology=topology, positions=positions, ligand=where)


class ChainsBeside(NamedTuple):
    """Names of the chains beside a protein."""

    ligand: str
    solvent: str


def chains_beside(protein: Complex) -> ChainsBeside:
    """What the ligand's chain and the solvent's are called: L and W, or the next letter where the protein has them."""
    taken = {chain.id for chain in protein.topology.chains()}
    ligand = free_chain({*taken, SOLVENT_CHAIN}, LIGAND_ID.chain)
    return ChainsBeside(ligand, free_chain({*taken, ligand}, SOLVENT_CHAIN))


def _as_chain(chain: str, residues: Sequence[Residue]) -> list[NewResidue]:
    """Residues as a chain of their own, numbered from 1."""
    return [
        NewResidue(residue.name, chain, str(number), "", as_it_is(residue).atoms, segment=-1)
        for number, residue in enumerate(residues, start=1)
    ]
