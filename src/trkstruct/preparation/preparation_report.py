"""What was done to a file while it was prepared, and what its user should look at, in words and as a record."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from trkstruct.case_parts import Record
from trkstruct.contacts.covalent import covalent_bonds
from trkstruct.kinase.kinases import klifs_number
from trkstruct.preparation.chain_and_ligand import ChosenParts
from trkstruct.preparation.gaps import LONGEST_BUILT_LOOP, UNKNOWN, Gap
from trkstruct.preparation.prepared_file import PreparedFile
from trkstruct.preparation.protein import Preparation
from trkstruct.residues import ResidueId
from trkstruct.structure.complex import Complex, Unseen, is_protein, ligand_atoms, protein_sequence, residue_id
from trkstruct.structure.numbering import is_clinical
from trkstruct.structure.occupancy import unseen_at, unseen_note
from trkstruct.structure.renumbered import Renumbered

LOW_CONFIDENCE: Final = 70.0  # pLDDT; Tunyasuvunakool 2021, 10.1038/s41586-021-03828-1
POOR_RESOLUTION_ANGSTROM: Final = 3.0  # side chains are uncertain; Wlodawer 2008, 10.1111/j.1742-4658.2007.06178.x
NEAR_LIGAND_ANGSTROM: Final = 8.0  # what a scan lets move
OVERLAP_ANGSTROM: Final = 2.5  # closer than any two heavy atoms that are not bonded; hydrogen bonds reach 2.5 Å


class PreparationReport(Record):
    """What `trkstruct prepare` says, for people (``done`` and ``check``) and for programs.

    ``kinase`` is empty for a protein that is not known here; regions and clinical numbers are then left out.
    """

    file: str
    method: str
    resolution_angstrom: float | None
    kinase: str
    chain: str
    ligand: str
    dfg_state: str
    dfg_cluster: str
    dfg_helix_angstrom: float | None
    dfg_lysine_angstrom: float | None
    loops_built: tuple[str, ...]
    side_chains_built: tuple[str, ...]
    left_out: tuple[str, ...]
    done: tuple[str, ...]
    check: tuple[str, ...]


def describe_preparation(prepared: PreparedFile) -> PreparationReport:
    """The report of a preparation."""
    parts, preparation = prepared.parts, prepared.preparation
    conformation = prepared.conformation
    return PreparationReport(
        file=parts.complex.source,
        method=parts.header.method,
        resolution_angstrom=parts.header.resolution_angstrom,
        kinase=preparation.kinase.name if preparation.kinase else "",
        chain=next(iter(protein_sequence(parts.complex)), ResidueId("", 0)).chain,
        ligand=_ligand_name(prepared),
        dfg_state=conformation.state if conformation else "",
        dfg_cluster=conformation.cluster if conformation else "",
        dfg_helix_angstrom=round(conformation.helix_angstrom, 2) if conformation else None,
        dfg_lysine_angstrom=round(conformation.lysine_angstrom, 2) if conformation else None,
        loops_built=tuple(map(str, preparation.loops)),
        side_chains_built=tuple(map(str, preparation.side_chains)),
        left_out=parts.left_out,
        done=tuple(_done(prepared)),
        check=tuple(_checks(prepared)),
    )


def _ligand_name(prepared: PreparedFile) -> str:
    raw = prepared.parts.complex
    named = [r for r in raw.topology.residues() if residue_id(r) == raw.ligand and not is_protein(r)]
    return f"{named[0].name} {raw.ligand}" if named else ""


def _done(prepared: PreparedFile) -> Iterator[str]:
    parts, preparation = prepared.parts, prepared.preparation
    yield from parts.complex.notes
    yield from parts.notes
    yield from describe_protein(preparation)
    for loop in preparation.loops:
        yield f"Built residues {loop}."
    if preparation.side_chains:
        yield f"Built side-chain atoms: {'; '.join(map(str, preparation.side_chains))}."
    yield from map(gap_sentence, preparation.gaps)
    if preparation.titrations:
        unusual = [str(each) for each in preparation.titrations if not each.is_neutral_histidine]
        neutral = f"{len(preparation.titrations) - len(unusual)} histidines neutral, HID or HIE by their hydrogen bonds"
        yield f"Hydrogens were built anew: {'; '.join([*unusual, neutral])}."
    yield from prepared.notes
    if parts.left_out:
        yield f"Left out: {', '.join(parts.left_out)}."


def gap_sentence(gap: Gap) -> str:
    """Where a chain stays broken, and why nothing was built there."""
    if not gap.missing:
        return f"The chain is broken between {gap.before} and {gap.after}: both ends were capped."
    why = "the numbering has no room for them"
    if UNKNOWN in gap.missing:
        why = "the file does not name them"
    elif len(gap.missing) > LONGEST_BUILT_LOOP:
        why = "too many to build"
    return f"Residues {gap.span} are missing: {why}, both ends were capped."


def describe_protein(preparation: Preparation) -> Iterator[str]:
    """What was done to the chain before anything was built: its residues, their numbers, what was wrong with them."""
    if preparation.taken_as_is:
        yield "Complete with hydrogens: coordinates and protonation were taken as they are."
    yield from preparation.notes
    yield from _numbering(preparation.numbered)
    why = "because the source has them flat, left-handed, torn or cis beside a gap"
    if preparation.dropped:
        yield f"Rebuilt, {why}: {_numbers(preparation.dropped)}."
    if preparation.loose:
        loose = _numbers(sorted(preparation.loose))
        yield f"Side chains built anew and relaxed without restraint, {why} and too many to build: {loose}."


def _numbering(numbered: Renumbered) -> Iterator[str]:
    """How the numbers changed, the tags left out, and where the chain is no wild type."""
    if numbered.match is None:
        return
    kinase, shifts = numbered.match.kinase, numbered.shifts
    strange = f"Residues that {kinase.name} does not have, or that fit it in several places"
    if kinase.is_trk and shifts != (0,):
        yield f"Residues were renumbered to clinical {kinase.name} numbers (shift {_spoken(shifts)})."
    elif len(shifts) != 1 and not is_clinical(numbered.complex, numbered.match):
        why = "more residues are inserted than insertion codes can count"
        yield f"The residue numbers are not those of {kinase.name}, and {why}: they stay, and regions are left out."
    elif len(shifts) != 1:
        yield (
            f"No one shift takes the residue numbers to those of {kinase.name} (UniProt {kinase.uniprot}), but "
            f"{_spoken(shifts)} do: each residue was numbered by alignment with its sequence."
        )
    elif shifts != (0,):
        yield f"Residues were renumbered to those of {kinase.name} (UniProt {kinase.uniprot}; shift {shifts[0]})."
    if numbered.inserted:
        yield f"{strange}, bear insertion codes: {' '.join(numbered.inserted)}."
    if numbered.unplaced:
        yield f"{strange}, were dropped: {' '.join(numbered.unplaced)}."
    if numbered.tags:
        yield f"Tag residues were dropped: {' '.join(numbered.tags)}."
    if numbered.differences:
        yield f"Differs from the {kinase.name} sequence: {', '.join(numbered.differences)}."


def _spoken(shifts: Sequence[int]) -> str:
    """``0 and 19``, ``-2, 0 and 19``."""
    return " and ".join(filter(None, (", ".join(map(str, shifts[:-1])), str(shifts[-1]))))


def _numbers(residues: Iterable[ResidueId]) -> str:
    return " ".join(str(identity.number) for identity in residues)


def _checks(prepared: PreparedFile) -> Iterator[str]:
    parts, preparation = prepared.parts, prepared.preparation
    if preparation.kinase is None:
        yield "No kinase known here was recognised: the file's numbering is used, and pocket regions are left out."
    if parts.complex.ligand is None:
        yield "No ligand was found: name its residue, or give the ligand as a file with its pose."
    yield from bond_notes(parts.complex)
    yield from missing_atom_notes(parts)
    if prepared.conformation is not None and prepared.conformation.state != "DFG-in":
        yield f"The DFG motif is {prepared.conformation}: type I inhibitors bind DFG-in, type II inhibitors DFG-out."
    resolution = parts.header.resolution_angstrom
    if resolution is not None and resolution > POOR_RESOLUTION_ANGSTROM:
        yield f"At {resolution:.1f} Å side chains and water are uncertain: compare with a better structure."
    if preparation.loops:
        yield f"Loops that were built are guesses: {', '.join(loop.span for loop in preparation.loops)}."
    pocket = _pocket(prepared)
    yield from _confidence_checks(prepared, pocket)
    built = {identity for identity in pocket if _was_built(prepared, identity)}
    if built:
        yield f"Atoms of these pocket residues were built, not observed: {_numbers(sorted(built))}."
    yield from unseen_note(_unseen(prepared, pocket))
    yield from _overlap_checks(prepared)
    if parts.complex.alternates:
        yield "Alternate conformations: look at those in the pocket, the one taken decides what clashes."
    if preparation.numbered.differences:
        carried = ", ".join(preparation.numbered.differences)
        yield f"The chain carries mutations: {carried}. A scan takes what is there for the wild type."
    if preparation.gaps:
        yield "Stretches are missing still: keep away from them with mutations."


def bond_notes(raw: Complex) -> tuple[str, ...]:
    """What becomes of bonds between the ligand and the protein of a file as read; empty where there are none."""
    return tuple(
        f"The ligand {raw.ligand} is bonded to {bond}. The bond is not modelled: the residue is taken for the amino "
        "acid itself, and a scan computes the ligand as not bonded, so its numbers are of the complex before it "
        f"reacts, and say nothing of a mutation of {bond.residue_name} {bond.residue.number}."
        for bond in covalent_bonds(raw)
    )


def missing_atom_notes(parts: ChosenParts) -> Iterator[str]:
    """A ligand of which the file shows fewer heavy atoms than its formula has."""
    raw = parts.complex
    ligand = next((r for r in raw.topology.residues() if residue_id(r) == raw.ligand and not is_protein(r)), None)
    if ligand is None:
        return
    seen = sum(atom.element is not None and atom.element.symbol != "H" for atom in ligand.atoms())
    whole = parts.header.heavy_atoms.get(ligand.name, seen)
    if seen < whole:
        yield (
            f"The file shows {seen} of the {whole} heavy atoms of {ligand.name} {raw.ligand}: a scan builds the others "
            "from its SMILES, as a guess, and names them (--no-build-ligand refuses it)."
        )


def _pocket(prepared: PreparedFile) -> frozenset[ResidueId]:
    """The KLIFS residues of a known kinase, else residues near the ligand; of the prepared complex."""
    complex_, kinase = prepared.complex, prepared.preparation.kinase
    residues = protein_sequence(complex_)
    if kinase is not None:
        return frozenset(r for r in residues if klifs_number(kinase, r.number) is not None and not r.insertion_code)
    ligand = ligand_atoms(complex_)
    if not len(ligand):
        return frozenset()
    distance, _ = cKDTree(complex_.positions[ligand]).query(complex_.positions)
    near = {residue_id(a.residue) for a in complex_.topology.atoms() if distance[a.index] < NEAR_LIGAND_ANGSTROM}
    return frozenset(near & residues.keys())


def _was_built(prepared: PreparedFile, identity: ResidueId) -> bool:
    names = {
        atom.name
        for atom in prepared.preparation.complex.topology.atoms()
        if residue_id(atom.residue) == identity and atom.element.symbol != "H"
    }
    return any((identity, name) not in prepared.preparation.given for name in names - {"OXT"})


def _confidence_checks(prepared: PreparedFile, pocket: frozenset[ResidueId]) -> Iterator[str]:
    confidence = prepared.parts.confidence
    if not confidence:
        return
    yield "A predicted model: side chains and DFG state are the predictor's choice, and no ligand shaped the pocket."
    match = prepared.parts.match
    own = {identity: identity.number for identity in protein_sequence(prepared.parts.complex)}
    wanted = {identity.number for identity in pocket}
    low = [
        f"{number} ({confidence[str(identity)]:.0f})"
        for identity, number in (match.numbers if match else own).items()
        if number in wanted and confidence.get(str(identity), 100.0) < LOW_CONFIDENCE
    ]
    if low:
        yield f"Pocket residues predicted with a pLDDT below {LOW_CONFIDENCE:.0f}: {', '.join(low)}."


def _unseen(prepared: PreparedFile, pocket: frozenset[ResidueId]) -> tuple[Unseen, ...]:
    """Those of the pocket and beside the ligand, under the numbers that the residues have now."""
    raw, match = prepared.parts.complex, prepared.parts.match
    renumbered = match is not None and prepared.preparation.kinase is not None
    numbers = (
        dict(match.numbers)
        if match and renumbered
        else {identity: identity.number for identity in protein_sequence(raw)}
    )
    wanted = {identity.number for identity in pocket}
    inside = {identity for identity, number in numbers.items() if number in wanted}
    return tuple(
        replace(each, residue=replace(each.residue, number=numbers.get(each.residue, each.residue.number)))
        for each in unseen_at(raw, inside)
    )


def _overlap_checks(prepared: PreparedFile) -> Iterator[str]:
    """Atoms that were built on top of the ligand, which the building does not see."""
    complex_ = prepared.complex
    atoms = list(complex_.topology.atoms())
    ligand = [int(i) for i in ligand_atoms(complex_) if atoms[int(i)].element.symbol != "H"]
    built = [
        atom.index
        for atom in atoms
        if is_protein(atom.residue)
        and atom.element.symbol != "H"
        and (residue_id(atom.residue), atom.name) not in prepared.preparation.given
    ]
    if not ligand or not built:
        return
    distance, _ = cKDTree(complex_.positions[ligand]).query(complex_.positions[built])
    close = sorted({str(residue_id(atoms[built[i]].residue)) for i in np.flatnonzero(distance < OVERLAP_ANGSTROM)})
    if close:
        yield f"Built atoms lie on the ligand: {', '.join(close)}. Relaxation moves them; look at the result."
