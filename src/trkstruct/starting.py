"""Where a case starts: the wild-type complex with its ligand understood, from what ships or from a user's file."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from trkstruct.complexes import adopt_ligand, attach_ligand
from trkstruct.errors import MutationError, StructureError
from trkstruct.kinase import Kinase, kinase_named
from trkstruct.kinase_match import KinaseMatch, identify_kinase
from trkstruct.ligand import Ligand, load_ligand, place_ligand, shipped_ligands
from trkstruct.manifest import find_entry, load_shipped
from trkstruct.mutate import has_hydrogens
from trkstruct.placing import place_by_analogy
from trkstruct.prepare import prepare, revert_modified
from trkstruct.protonate import add_hydrogens
from trkstruct.residues import ResidueId
from trkstruct.structure import Complex, ligand_atoms, load_complex, protein_sequence
from trkstruct.substitution import Substitution


@dataclass(frozen=True)
class Starting:
    """A wild-type complex ready for energies.

    Attributes
    ----------
    complex : Complex
        With hydrogens, and the ligand under its parameters' atom names.
    ligand : Ligand
    kinase : Kinase or None
        None for a protein that is not known here.
    match : KinaseMatch or None
        Clinical numbers of the protein's residues, in their order.
    structure : str
        Name of the shipped model or of the file.
    notes : tuple of str
    """

    complex: Complex
    ligand: Ligand
    kinase: Kinase | None
    match: KinaseMatch | None
    structure: str
    notes: tuple[str, ...]


def load_starting(
    kinase: str | None,
    ligand: str,
    structure: str | None = None,
    chain: str | None = None,
    ligand_residue: str | None = None,
    *,
    ph: float = 7.4,
    seed: int = 0,
) -> Starting:
    """Read a shipped complex, or a user's, with its ligand.

    Raises
    ------
    StructureError, LigandError
        When the file or the ligand cannot be used.
    """
    molecule = load_ligand(ligand)
    if structure is not None:
        return _from_file(molecule, structure, chain, ligand_residue, ph)
    if kinase is None:
        raise StructureError("Neither a kinase nor a structure file was named.")
    return _from_shipped(molecule, kinase_named(kinase), seed)


def _from_shipped(ligand: Ligand, kinase: Kinase, seed: int) -> Starting:
    if ligand.name in shipped_ligands() and not ligand.has_pose:
        complex_ = load_shipped(kinase.name, ligand.name)
        placed = place_ligand(ligand, complex_.positions[ligand_atoms(complex_)])
        notes = find_entry(kinase.name, ligand.name).notes
        return Starting(complex_, placed, kinase, recognise_kinase(complex_), complex_.source, notes)
    if ligand.has_pose:
        apo = load_shipped(kinase.name)
        placed, notes = ligand, ("The pose is the one of the ligand's file.",)
    else:
        apo, placed, notes = place_by_analogy(kinase, ligand, seed=seed)
    complex_ = attach_ligand(apo, placed)
    return Starting(complex_, placed, kinase, recognise_kinase(complex_), apo.source, (*ligand.notes, *notes))


def _from_file(ligand: Ligand, structure: str, chain: str | None, ligand_residue: str | None, ph: float) -> Starting:
    raw = load_complex(structure, chain=chain, ligand_residue=ligand_residue)
    if ligand_residue is not None and not ligand.has_pose:
        adopted = adopt_ligand(raw, ligand)
        placed = place_ligand(ligand, adopted.positions[ligand_atoms(adopted)])
    elif ligand.has_pose:
        placed = ligand
    else:
        raise StructureError(f"Where is {ligand.name} in {structure}? Name its residue with --ligand-residue.")
    protein, notes = _complete_protein(raw, ph)
    complex_ = attach_ligand(protein, placed)
    match = recognise_kinase(complex_)
    name = Path(structure).name
    return Starting(
        replace(complex_, source=name), placed, match.kinase if match else None, match, name, (*raw.notes, *notes)
    )


def _complete_protein(raw: Complex, ph: float) -> tuple[Complex, tuple[str, ...]]:
    """The protein with hydrogens; one that has them is taken as it is."""
    if has_hydrogens(raw):
        return raw, ()
    match = recognise_kinase(raw)
    if match is not None and match.kinase.is_trk:
        prepared = prepare(raw, ph=ph)
        return prepared.complex, prepared.notes
    parents, notes = revert_modified(raw)
    complete, titrations = add_hydrogens(parents, ph)
    return complete, (*notes, *(str(titration) for titration in titrations))


def recognise_kinase(complex_: Complex) -> KinaseMatch | None:
    """Which kinase the protein is, with the clinical number of each of its residues; None when it is not known here."""
    sequence = protein_sequence(complex_)
    return identify_kinase("".join(sequence.values()), [identity.number for identity in sequence])


def residue_letters(complex_: Complex) -> Mapping[ResidueId, str]:
    """One-letter code of each residue of the protein."""
    return protein_sequence(complex_)


def residue_of(
    complex_: Complex,
    letters: Mapping[ResidueId, str],
    match: KinaseMatch | None,
    substitution: Substitution,
    chain: str | None = None,
) -> ResidueId:
    """The residue of a structure that a substitution in clinical numbering replaces.

    Raises
    ------
    StructureError
        When the residue is not in the structure.
    MutationError
        When another amino acid is there than the mutation's wild type.
    """
    numbers = match.numbers if match else tuple(identity.number for identity in letters)
    found = [
        identity
        for identity, number in zip(letters, numbers, strict=True)
        if number == substitution.number and chain in (None, "", identity.chain)
    ]
    if match and not found:  # outside the known part of the kinase, the file's own numbers are all there is
        found = [identity for identity in letters if identity.number == substitution.number]
    if not found:
        span = sorted(identity.number for identity in letters)
        raise StructureError(
            f"{complex_.source} has no residue {substitution.number} (it has {span[0]}-{span[-1]}), which "
            f"{substitution} replaces. Not modelled in the structure, another chain, or another numbering?"
        )
    identity = found[0]
    if letters[identity] != substitution.wild_type:
        raise MutationError(
            f"{identity} of {complex_.source} is {letters[identity]}, not the {substitution.wild_type} of "
            f"{substitution}. Is the structure numbered differently, or does it carry a mutation?"
        )
    return identity
