"""Which protein chain is meant: one that is named, the one at the ligand, else the most complete kinase."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from scipy.spatial import cKDTree

from trkstruct.errors import InputError
from trkstruct.kinase.mutation import parse_mutation
from trkstruct.structure.numbering import ChainMatch
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
