"""How an interaction is said: in a table, in a cell, and in a sentence ("the hydrogen bond of Thr315's hydroxyl")."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from trkstruct.case_parts import Interaction
from trkstruct.residues import parent_name

SAID_AT_MOST: Final = 3  # of those lost, and of those gained, in a sentence
PARTS: Final[Mapping[str, str]] = {
    "SER:OG": "hydroxyl", "THR:OG1": "hydroxyl", "TYR:OH": "hydroxyl", "CYS:SG": "thiol", "MET:SD": "thioether",
    "ASP:OD1": "carboxylate", "ASP:OD2": "carboxylate", "GLU:OE1": "carboxylate", "GLU:OE2": "carboxylate",
    "ASN:OD1": "amide", "ASN:ND2": "amide", "GLN:OE1": "amide", "GLN:NE2": "amide", "LYS:NZ": "ammonium",
    "ARG:NE": "guanidinium", "ARG:NH1": "guanidinium", "ARG:NH2": "guanidinium", "ARG:CZ": "guanidinium",
    "HIS:ND1": "imidazole", "HIS:NE2": "imidazole", "TRP:NE1": "indole",
}  # fmt: skip
"""What a polar side-chain atom belongs to."""
BACKBONE: Final = {"N": "backbone NH", "O": "backbone carbonyl", "OXT": "C-terminus"}
_RESIDUE: Final = re.compile(r"[^:]*:(?P<name>[^:]{3}|[^:]+?)(?P<number>-?\d+[A-Za-z]?)")  # as `AtomLabel` has it
NOUNS: Final = {"pi stacking": "pi stacking", "cation-pi": "cation-pi contact"}


def protein_part(interaction: Interaction) -> str:
    """``hydroxyl``, ``backbone NH``: the group of the protein that takes part; empty where a residue says it all."""
    if interaction.kind in ("pi stacking", "hydrophobic contact") or len(interaction.protein_atoms) != 1:
        return ""
    atom = interaction.protein_atoms[0]
    return BACKBONE.get(atom) or PARTS.get(f"{_name_and_number(interaction)[0]}:{atom}", "")


def residue_words(interaction: Interaction) -> str:
    """``Thr315``."""
    name, number = _name_and_number(interaction)
    return f"{name.capitalize()}{number}" if number else name


def atoms_text(interaction: Interaction) -> str:
    """``A:THR315:OG1 - N3``, between which atoms; of a ring ``ring``."""
    protein, ligand = (_ends(atoms) for atoms in (interaction.protein_atoms, interaction.ligand_atoms))
    return f"{interaction.residue}:{protein} - {ligand}"


def cell_text(interactions: Iterable[Interaction]) -> str:
    """``hydrogen bond A:THR315:OG1 - N3 2.9 Å;...`` as a column of a table has them."""
    return ";".join(f"{each.kind} {atoms_text(each)} {each.distance_angstrom:.1f} Å" for each in interactions)


def changes_words(lost: Sequence[Interaction], gained: Sequence[Interaction]) -> str:
    """``loses the hydrogen bond of Thr315's hydroxyl and gains a salt bridge with Asp123``; empty for no change.

    Hydrophobic contacts are left to the tables.
    """
    clauses = [
        f"{verb} {_listed(named)}"
        for verb, named in (("loses", _named(lost, "the")), ("gains", _named(gained, "a")))
        if named
    ]
    return " and ".join(clauses)


def _named(interactions: Iterable[Interaction], article: str) -> list[str]:
    """Each once, however many pairs of atoms it joins, and how many more."""
    told = [_noun(each, article) for each in interactions if each.kind != "hydrophobic contact"]
    told = list(dict.fromkeys(told))
    more = len(told) - SAID_AT_MOST
    return told if more <= 0 else [*told[:SAID_AT_MOST], f"{more} more"]


def _noun(interaction: Interaction, article: str) -> str:
    noun, part, residue = (
        NOUNS.get(interaction.kind, interaction.kind),
        protein_part(interaction),
        residue_words(interaction),
    )
    if interaction.kind in ("hydrogen bond", "halogen bond"):
        whose = f"{residue}'s {part}" if part else residue
        return f"{article} {noun} {'of' if article == 'the' else 'with'} {whose}"
    with_article = noun if interaction.kind == "pi stacking" and article == "a" else f"{article} {noun}"
    return f"{with_article} with {residue}"


def _name_and_number(interaction: Interaction) -> tuple[str, str]:
    """``THR`` and ``315``; the whole text and no number where results of others name what is no residue."""
    match = _RESIDUE.fullmatch(interaction.residue)
    return (parent_name(match["name"]), match["number"]) if match else (interaction.residue, "")


def _ends(atoms: Sequence[str]) -> str:
    return atoms[0] if len(atoms) == 1 else f"ring {'/'.join(atoms)}"


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
