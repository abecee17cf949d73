"""Which protein chain is meant: one that is named, the one at the ligand, else the most complete kinase."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.spatial import cKDTree

from trkstruct.errors import InputError, StructureError
from trkstruct.kinase.mutation import parse_mutation
from trkstruct.kinase.recognition import identify_relative
from trkstruct.residues import MAIN_CHAIN_ATOMS, one_letter
from trkstruct.structure.atom_names import standard_residue_name
from trkstruct.structure.formats.records import FileChain, FileResidue, StructureFile
from trkstruct.structure.modified import parent_of
from trkstruct.structure.numbering import ChainMatch, PeptideEnds, match_letters
from trkstruct.structure.selection import find_ligand, is_amino_acid, is_polymer, protein_chains, protein_positions
from trkstruct.units import FloatArray


def named_chain(mutations: Sequence[str], chain: str | None, source: str | Path) -> str | None:
    """The one chain that mutations and a wish for a chain name; None where neither does.

    Raises
    ------
    MutationError
        When a text is no mutation.
    InputError
        When they name different chains.
    """
    named = {mutation.chain for text in mutations if (mutation := parse_mutation(text, generic=True)).chain}
    chains = named | ({chain} if chain else set())
    if len(chains) > 1:
        raise InputError(
            f"The mutations and --chain name chains {', '.join(sorted(chains))} of {source}; take one at a time."
        )
    return next(iter(chains), None)


def find_chain(file: StructureFile, wanted: str | None, ligand: FileResidue | None, path: Path) -> FileChain:
    """The protein chain of that name, the one nearest the ligand, or the first.

    Raises
    ------
    StructureError
        When there is no such chain or none with amino acids; lists the chains.
    """
    protein = protein_chains(file)
    if not protein:
        raise StructureError(f"{path} holds no amino acids; a kinase domain is needed.")
    if wanted is not None:
        for chain in protein:
            if chain.id == wanted:
                return chain
        listing = ", ".join(repr(chain.id) for chain in protein)
        raise StructureError(f"{path} has no protein chain {wanted!r}; its protein chains: {listing}.")
    if ligand is None:
        return protein[0]
    nearest = nearest_chain({chain.id: protein_positions(chain) for chain in protein}, ligand.positions)
    return next(chain for chain in protein if chain.id == nearest)


@dataclass(frozen=True)
class ChosenChain:
    """The protein chain that is meant, which kinase it is, and the ligand that was asked for."""

    chain: FileChain
    match: ChainMatch | None
    ligand: FileResidue | None
    notes: tuple[str, ...]


def choose_chain_at(file: StructureFile, path: Path, chain: str | None, ligand_residue: str | None) -> ChosenChain:
    """The chain of that name, else the one nearest the ligand asked for, else as `choose_chain`; a choice is noted.

    Raises
    ------
    StructureError
        When there is no such chain or ligand.
    """
    ligand = find_ligand(file, ligand_residue, chain, path) if ligand_residue else None
    if chain is None and ligand is None:
        protein, match, note = choose_chain(file, path)
        return ChosenChain(protein, match, None, (note,) if note else ())
    protein, notes = chain_meant(file, path, chain, ligand)
    return ChosenChain(protein, match_of(protein), ligand, notes)


def chain_meant(
    file: StructureFile, path: Path, chain: str | None, ligand: FileResidue | None
) -> tuple[FileChain, tuple[str, ...]]:
    """The chain of that name, else the one nearest the ligand, else as `choose_chain`; a choice is noted.

    Raises
    ------
    StructureError
        When there is no such chain.
    """
    others = protein_chains(file)
    if chain is None and ligand is None and len(others) > 1:
        protein, _, note = choose_chain(file, path)
        return protein, (note,)
    protein = find_chain(file, chain, ligand, path)
    if chain is not None or len(others) < 2:
        return protein, ()
    names = ", ".join(each.id for each in others if each is not protein)
    return protein, (f"Chain {protein.id} was taken (nearest the ligand {ligand}); others in the file: {names}.",)


def choose_chain(file: StructureFile, path: Path) -> tuple[FileChain, ChainMatch | None, str]:
    """The chain with the most complete known kinase, else the longest; what it is; and a note when there is a choice.

    Raises
    ------
    StructureError
        When there is no protein.
    """
    chains = {chain.id: chain for chain in protein_chains(file)}
    if not chains:
        raise StructureError(f"{path} holds no amino acids; a kinase domain is needed.")
    matches = {name: match_of(chain) for name, chain in chains.items()}
    best = most_complete_kinase(matches, {name: _length(chain) for name, chain in chains.items()})
    match = matches[best]
    what = match.kinase.name if match else "the longest; no known kinase was found"
    others = ", ".join(name for name in chains if name != best)
    return chains[best], match, f"Chain {best} was taken ({what}); others in the file: {others}." if others else ""


def match_of(chain: FileChain) -> ChainMatch | None:
    """The kinase that a chain holds, if it is known here."""
    residues = _amino_acids(chain)
    letters = {residue.identity: _letter(residue) or "X" for residue in residues}
    return match_letters(letters, {residue.identity: _peptide_ends(residue) for residue in residues})


def relative_note(chain: FileChain) -> tuple[str, ...]:
    """What a chain is that no kinase known here is, where it is a close relative of one; else nothing."""
    relative = identify_relative("".join(_letter(residue) or "X" for residue in _amino_acids(chain)))
    if relative is None:
        return ()
    return (
        f"Chain {chain.id} is {relative.name} ({relative.uniprot}) by its sequence: related to a kinase known here, "
        "not known itself. Its residues keep the file's numbers, and no regions are named.",
    )


def _amino_acids(chain: FileChain) -> list[FileResidue]:
    """Residues of a protein chain that have a letter, or are one of the twenty under another name."""
    return [
        residue for residue in chain.residues if is_polymer(residue) and (_letter(residue) or is_amino_acid(residue))
    ]


def most_complete_kinase(matches: Mapping[str, ChainMatch | None], lengths: Mapping[str, int]) -> str:
    """Of several chains, the one with most of a known kinase's pocket, else the one with most amino acids."""
    kinases = [chain for chain, match in matches.items() if match]
    return max(kinases or matches, key=lambda chain: _pocket_size(matches[chain]) or lengths[chain] / 1e6)


def nearest_chain(chains: Mapping[str, FloatArray], ligand: FloatArray) -> str:
    """The chain with the atom closest to the ligand; positions in Å, shape (n_atoms, 3)."""
    return min(chains, key=lambda chain: closest_angstrom(chains[chain], ligand))


def closest_angstrom(protein: FloatArray, ligand: FloatArray) -> float:
    """Distance of the closest atoms of two sets of positions (Å), shape (n_atoms, 3)."""
    return float(cKDTree(ligand).query(protein)[0].min())


def _pocket_size(match: ChainMatch | None) -> int:
    """Number of KLIFS residues that are there."""
    if match is None:
        return 0
    pocket = {residue.number for residue in match.kinase.pocket}
    return len(pocket & set(match.numbers.values()))


def _peptide_ends(residue: FileResidue) -> PeptideEnds:
    """Where its backbone lies."""
    return {atom.name: np.array(atom.position) for atom in residue.atoms if atom.name in MAIN_CHAIN_ATOMS}


def _letter(residue: FileResidue) -> str:
    parent = parent_of(standard_residue_name(residue.name))
    return one_letter(parent) if parent else ""


def _length(chain: FileChain) -> int:
    return sum(map(is_amino_acid, chain.residues))
