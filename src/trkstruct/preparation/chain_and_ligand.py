"""Which parts of a file a calculation is about: the kinase chain, the inhibitor in its pocket, waters near it."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from trkstruct.errors import StructureError
from trkstruct.kinase.kinases import klifs_number
from trkstruct.residues import LIGAND_NAME, ResidueId
from trkstruct.structure.atom_names import is_water
from trkstruct.structure.chain_choice import choose_chain_at, closest_angstrom, find_chain, relative_note
from trkstruct.structure.complex import Complex, residue_id
from trkstruct.structure.formats.header import StructureHeader
from trkstruct.structure.formats.pdb_and_mmcif import load_structure_file
from trkstruct.structure.formats.records import FileChain, FileResidue, StructureFile
from trkstruct.structure.numbering import ChainMatch
from trkstruct.structure.reading import assemble_complex
from trkstruct.structure.selection import (
    Solvent,
    is_amino_acid,
    is_polymer,
    protein_positions,
)
from trkstruct.units import FloatArray

NO_LIGAND: Final = "none"  # in place of a residue: what the file holds is left out, and the ligand's pose is sought
LEAST_LIGAND_ATOMS: Final = 9  # heavy atoms; fragments that bind a hinge begin there, Congreve 2003 (rule of three)
IN_CONTACT_ANGSTROM: Final = 5.0  # heavy atoms of a bound ligand and its protein come to 3-4 Å
ADDITIVES: Final = frozenset({
    "1PE", "2PE", "P6G", "PG4", "PGE", "PEG", "PE4", "P33", "XPE", "7PE", "BOG", "LDA", "LMT", "CIT", "FLC",
    "EPE", "MES", "TRS", "BTB", "MPD", "TAR", "TLA", "DTT", "GSH", "SO4", "PO4", "GOL", "EDO", "NAG", "BMA",
    "MAN", "BGC", "GLC", "SUC", "TRE", "PLM", "MYR", "OLA", "STE", "CLR",
})  # fmt: skip
"""Crystallisation additives, detergents, lipids and sugars large enough to be taken for a ligand."""


@dataclass(frozen=True)
class ChosenParts:
    """One protein chain of a file with its ligand, and what was decided.

    Attributes
    ----------
    complex : Complex
        As read: the chain, the ligand, and the waters, ions and small molecules asked for.
    match : ChainMatch or None
        Which kinase the chain is; None for one that is not known here.
    header : StructureHeader
    sequence : tuple of str
        Three-letter names of the whole chain where the file gives them.
    confidence : mapping of str to float
        pLDDT of each residue (``"A:595"``) of a predicted model; empty otherwise.
    left_out : tuple of str
        Hetero residues near the ligand or in the chain that are not part of it, waters aside.
    notes : tuple of str
    """

    complex: Complex
    match: ChainMatch | None
    header: StructureHeader
    sequence: tuple[str, ...]
    confidence: dict[str, float]
    left_out: tuple[str, ...]
    notes: tuple[str, ...]


def read_chain_and_ligand(
    path: str | Path, *, chain: str | None = None, ligand_residue: str | None = None, waters: Solvent = "none"
) -> ChosenParts:
    """Read the kinase chain of a PDB or mmCIF file and the inhibitor bound to it.

    Parameters
    ----------
    path : str or Path
        The file; ``.gz`` too.
    chain : str, optional
        Protein chain; by default the one at the ligand asked for, else the one whose kinase pocket is most complete,
        else the longest.
    ligand_residue : str, optional
        Residue name or ``chain:number``; by default a residue named LIG, else the molecule with most atoms at the
        kinase's pocket (at the chain, if that is not known) that is no additive, else none. ``none`` leaves it out.
    waters : {"none", "pocket", "all"}
        Waters, ions and other small molecules that stay.

    Raises
    ------
    StructureError
        When the file cannot be used, or holds no such chain or ligand.
    """
    path = Path(path)
    file = load_structure_file(path)
    left_out_on_purpose = ligand_residue is not None and ligand_residue.lower() == NO_LIGAND
    chosen = choose_chain_at(file, path, chain, None if left_out_on_purpose else ligand_residue)
    protein, ligand = chosen.chain, chosen.ligand
    notes = (*chosen.notes, *(relative_note(protein) if chosen.match is None else ()))
    if ligand is not None:
        notes = (*notes, *_reached(file, protein, ligand, path))
    elif not left_out_on_purpose:
        ligand, note = _choose_ligand(file, protein, chosen.match)
        notes = (*notes, note) if note else notes
    complex_ = assemble_complex(path, file, chain=protein.id, ligand=ligand, waters=waters)
    sequence = file.header.sequences.get(protein.id, ())
    kept = frozenset(residue_id(residue) for residue in complex_.topology.residues())
    left_out = _left_out(file, protein.id, kept)
    confidence = _confidence(file, protein.id)
    return ChosenParts(complex_, chosen.match, file.header, sequence, confidence, left_out, notes)


def _reached(file: StructureFile, protein: FileChain, ligand: FileResidue, path: Path) -> tuple[str, ...]:
    """A note where the ligand lies nearer to another chain than to the one that was named.

    Raises
    ------
    StructureError
        When the chain does not reach the ligand.
    """
    apart = closest_angstrom(protein_positions(protein), ligand.positions)
    nearest = find_chain(file, None, ligand, path)
    nearer = closest_angstrom(protein_positions(nearest), ligand.positions)
    if apart > IN_CONTACT_ANGSTROM:
        if nearer > IN_CONTACT_ANGSTROM:
            advice = "No protein chain does. Is it the ligand, and in the frame of the protein?"
        else:
            advice = f"It lies at chain {nearest.id} ({nearer:.1f} Å): name that chain, or the ligand at {protein.id}."
        raise StructureError(
            f"Chain {protein.id} of {path} does not reach the ligand {ligand}: the closest atoms are {apart:.1f} Å "
            f"apart. {advice}"
        )
    if nearest is protein:
        return ()
    return (f"{ligand} is nearer to chain {nearest.id} ({nearer:.1f} Å) than to chain {protein.id} ({apart:.1f} Å).",)


def _choose_ligand(file: StructureFile, protein: FileChain, match: ChainMatch | None) -> tuple[FileResidue | None, str]:
    """The residue LIG, or the candidate with most atoms in the pocket, or none; and a note if it is not named LIG."""
    named = [residue for residue in file.residues if residue.name == LIGAND_NAME and not is_polymer(residue)]
    here = cKDTree(protein_positions(protein))
    elsewhere = [residue for residue in named if not _touching(residue, here)]
    if len(named) == 1 and not elsewhere:
        return named[0], ""
    site = cKDTree(_site(protein, match))
    in_site = {residue: _touching(residue, site) for residue in file.residues if _is_candidate(residue)}
    near = [residue for residue, touching in in_site.items() if touching]
    if not near:
        names = " and ".join(map(str, elsewhere))
        return (
            None,
            f"{names} lies elsewhere than chain {protein.id}: --chain or --ligand-residue chooses." if names else "",
        )
    best = max(near, key=lambda residue: (residue.identity.chain == protein.id, in_site[residue]))
    others = [str(each) for each in near if each is not best]
    beside = f" Also there: {', '.join(others)}." if others else ""
    return best, f"{best} was taken for the ligand.{beside}"


def _site(chain: FileChain, match: ChainMatch | None) -> FloatArray:
    """Atoms (Å) of the KLIFS pocket of a known kinase, else of the whole protein chain, shape (n, 3)."""
    residues = [residue for residue in chain.residues if is_polymer(residue)]
    if match is not None:
        numbers = {each: number for each, number in match.numbers.items() if klifs_number(match.kinase, number)}
        residues = [residue for residue in residues if residue.identity in numbers] or residues
    return np.concatenate([residue.positions for residue in residues])


def _touching(residue: FileResidue, site: cKDTree) -> int:
    """Number of heavy atoms in contact with the site."""
    return int(np.sum(site.query(residue.heavy_positions)[0] < IN_CONTACT_ANGSTROM))


def _is_candidate(residue: FileResidue) -> bool:
    name = residue.name
    return (
        not is_amino_acid(residue)
        and not is_polymer(residue)
        and name not in ADDITIVES
        and len(residue.heavy_positions) >= LEAST_LIGAND_ATOMS
    )


def _left_out(file: StructureFile, chain: str, kept: Collection[ResidueId]) -> tuple[str, ...]:
    """Hetero residues of the chain, waters and polymer aside, that were not kept as ligand or beside it."""
    hetero = [
        residue
        for each in file.chains
        if each.id == chain
        for residue in each.residues
        if not is_polymer(residue) and residue.identity not in kept and not is_water(residue.name)
    ]
    return tuple(map(str, hetero))


def _confidence(file: StructureFile, chain: str) -> dict[str, float]:
    """pLDDT of the residues of a predicted model, in 0-100; ESMFold and OpenFold write 0-1."""
    if not file.header.is_predicted:
        return {}
    residues = (residue for each in file.chains if each.id == chain for residue in each.residues)
    values = {str(r.identity): atom.b_factor for r in residues for atom in r.atoms if atom.name == "CA"}
    scale = 100.0 if max(values.values(), default=0.0) <= 1.0 else 1.0
    return {identity: value * scale for identity, value in values.items()}
