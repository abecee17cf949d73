"""Where a case starts: the wild-type complex with its ligand understood, from what ships or from a user's file."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from trkstruct.case_parts import PoseAssessment
from trkstruct.cases.user_file import last_changed, read_prepared
from trkstruct.errors import LigandError, StructureError
from trkstruct.kinase.kinases import Kinase, kinase_named, kinases
from trkstruct.ligand.ligand import Ligand, place_ligand, to_molecule
from trkstruct.ligand.molecule import match_atoms
from trkstruct.ligand.reading import load_ligand
from trkstruct.ligand.shipped_ligands import find_smiles
from trkstruct.ligand.shipped_ligands import load_shipped as load_shipped_ligand
from trkstruct.pose.adopt import place_on_seen
from trkstruct.pose.attach import attach_ligand
from trkstruct.pose.binding_type import conformation_warning
from trkstruct.pose.cached_pose import FoundPose, place_by_analogy, place_by_docking
from trkstruct.pose.docking import can_dock
from trkstruct.pose.known.templates import is_known
from trkstruct.preparation.chain_and_ligand import ChosenParts
from trkstruct.preparation.preparation_report import bond_notes, describe_preparation
from trkstruct.structure.complex import Complex, is_protein, ligand_atoms, residue_id, without_ligand
from trkstruct.structure.dfg import DfgConformation
from trkstruct.structure.modified import parent_of
from trkstruct.structure.numbering import ChainMatch, clinical_match, conformation_of
from trkstruct.structure.pocket import residues_near
from trkstruct.structure.shipped_models import find_entry, load_shipped
from trkstruct.units import FloatArray

IN_POCKET_ANGSTROM: Final = 5.0  # closest protein atom: a bound ligand touches the protein, at 2-4 Å
THROUGH_PROTEIN_ANGSTROM: Final = 1.0  # shorter than any bond between heavy atoms: the ligand runs through the protein
POCKET_RADIUS_ANGSTROM: Final = 14.0  # what the wild type's relaxation holds (settings.reference_kept_radius_angstrom)


@dataclass(frozen=True)
class FilePlace:
    """Where in which file a ligand is, and for which pH the protein is completed."""

    structure: str
    chain: str | None
    ligand_residue: str | None
    ph: float


@dataclass(frozen=True)
class WildType:
    """A wild-type complex ready for energies.

    Attributes
    ----------
    complex : Complex
        With hydrogens, and the ligand under its parameters' atom names.
    ligand : Ligand
    kinase : Kinase or None
        None for a protein that is not known here.
    match : ChainMatch or None
        Clinical numbers of the protein's residues.
    structure : str
        Name of the shipped model or of the file.
    conformation : DfgConformation or None
        State of the DFG motif.
    notes : tuple of str
    cautions : tuple of str
        Those of the notes that say what of the ligand was built or is not computed.
    assessment : PoseAssessment or None
        Of a pose that was sought; None where the ligand's place was given.
    rivals : tuple of WildType
        The same in each different pose that the energy does not tell from this one.
    """

    complex: Complex
    ligand: Ligand
    kinase: Kinase | None
    match: ChainMatch | None
    structure: str
    conformation: DfgConformation | None
    notes: tuple[str, ...]
    cautions: tuple[str, ...] = ()
    assessment: PoseAssessment | None = None
    rivals: tuple["WildType", ...] = ()


def load_wild_type(
    kinase: str | None,
    ligand: str,
    structure: str | None = None,
    chain: str | None = None,
    ligand_residue: str | None = None,
    *,
    ph: float = 7.4,
    seed: int = 0,
    build_ligand: bool = True,
) -> WildType:
    """Read a shipped complex, or a user's, with its ligand.

    Parameters
    ----------
    kinase : str or None
        ``TRKA``; None when the structure decides.
    ligand : str
        As for `load_ligand`.
    structure : str, optional
        Path of a user's file; None takes the shipped model.
    chain, ligand_residue : str, optional
        Of that file, as for `prepare`.
    ph : float
        Decides the protonation of ligand and protein.
    seed : int
        Of the search for a pose, where the ligand has none, and of what is built of it.
    build_ligand : bool
        Whether heavy atoms of the ligand that the file lacks are built; otherwise it is refused.

    Raises
    ------
    StructureError, LigandError
        When the file or the ligand cannot be used.
    """
    molecule = load_ligand(ligand, ph=ph)
    if structure is not None:
        place = FilePlace(structure, chain, ligand_residue, ph)
        return _from_file(molecule, place, seed, build_ligand)
    if kinase is None:
        raise StructureError("Neither a kinase nor a structure file was named; give --kinase or --structure.")
    return _from_shipped(molecule, kinase_named(kinase), seed)


def _from_shipped(ligand: Ligand, kinase: Kinase, seed: int) -> WildType:
    shipped = None if ligand.has_pose else find_smiles(ligand.smiles)
    if shipped is not None:
        complex_, placed = _in_shipped_pose(load_shipped(kinase.name, shipped["name"]), ligand, shipped["name"])
        notes = (*ligand.notes, *find_entry(kinase.name, shipped["name"]).notes)
    elif ligand.has_pose:
        complex_, placed = attach_ligand(load_shipped(kinase.name), ligand), ligand
        notes = (*ligand.notes, "The pose is the one of the ligand's file.")
    else:
        return _with_rivals([_in_model(found, kinase) for found in place_by_analogy(kinase, ligand, seed=seed)])
    return _wild_type(complex_, placed, kinase, clinical_match(complex_, kinase), notes)


def _in_shipped_pose(complex_: Complex, ligand: Ligand, name: str) -> tuple[Complex, Ligand]:
    """A shipped complex with the ligand, which is its molecule, in its place under its own name and parameters."""
    shipped = load_shipped_ligand(name)
    positions = complex_.positions[ligand_atoms(complex_)]
    if ligand.molblock == shipped.molblock:
        return complex_, place_ligand(ligand, positions)
    order = list(match_atoms(to_molecule(shipped), to_molecule(ligand)))
    placed = place_ligand(ligand, positions[order])
    return replace(attach_ligand(complex_, placed), source=complex_.source), placed


def _in_model(found: FoundPose, kinase: Kinase) -> WildType:
    complex_ = attach_ligand(found.receptor, found.ligand)
    notes = (*found.ligand.notes, found.note)
    start = _wild_type(complex_, found.ligand, kinase, clinical_match(complex_, kinase), notes)
    return replace(start, assessment=found.assessment)


def _with_rivals(poses: Sequence[WildType]) -> WildType:
    return replace(poses[0], rivals=tuple(poses[1:]))


def _from_file(ligand: Ligand, place: FilePlace, seed: int, build_ligand: bool) -> WildType:
    prepared = read_prepared(place.structure, place.chain, place.ligand_residue, place.ph)
    preparation, parts = prepared.preparation, prepared.parts
    receptor, kinase = preparation.complex, preparation.kinase
    if kinase is not None and needs_search(parts.complex, ligand):
        sought = place_by_docking(receptor, kinase, ligand, seed=seed)
        return _with_rivals([_in_file(found.receptor, found.ligand, place, found) for found in sought])
    placed = _placed(ligand, place, last_changed(place.structure), kinases(), seed, build_ligand)
    cautions = (*placed.notes[len(ligand.notes) :], *bond_notes(parts.complex))
    return replace(_in_file(receptor, placed, place), cautions=cautions)


def _in_file(receptor: Complex, placed: Ligand, place: FilePlace, found: FoundPose | None = None) -> WildType:
    prepared = read_prepared(place.structure, place.chain, place.ligand_residue, place.ph)
    preparation, report = prepared.preparation, describe_preparation(prepared)
    complex_ = replace(attach_ligand(receptor, placed), source=Path(place.structure).name)
    how = () if found is None else (found.note,)
    notes = (*placed.notes, *how, *report.done, *report.check)
    start = _wild_type(complex_, placed, preparation.kinase, preparation.match, notes)
    return replace(start, cautions=bond_notes(prepared.parts.complex), assessment=found.assessment if found else None)


@lru_cache(maxsize=4)
def _placed(
    ligand: Ligand, place: FilePlace, _changed: int, _known: tuple[Kinase, ...], seed: int, build_ligand: bool
) -> Ligand:
    """The ligand in its place; what is built of it is built once for all mutants."""
    prepared = read_prepared(place.structure, place.chain, place.ligand_residue, place.ph)
    protein = prepared.preparation.complex
    return place_in_file(prepared.parts, ligand, protein=protein, build_ligand=build_ligand, seed=seed)


def _wild_type(
    complex_: Complex, ligand: Ligand, kinase: Kinase | None, match: ChainMatch | None, notes: tuple[str, ...]
) -> WildType:
    """With the state of its DFG motif, and a warning where the ligand does not bind it."""
    conformation = conformation_of(complex_, match)
    warning = conformation_warning(ligand, conformation, complex_.source)
    every = (*notes, warning) if warning else notes
    return WildType(complex_, ligand, kinase, match, complex_.source, conformation, every)


def needs_search(raw: Complex, ligand: Ligand) -> bool:
    """Whether a ligand has no pose, the file no ligand to take one from, and there is a way to seek it."""
    return not ligand.has_pose and raw.ligand is None and (can_dock() or is_known(ligand))


def place_in_file(
    parts: ChosenParts, ligand: Ligand, *, protein: Complex | None = None, build_ligand: bool = True, seed: int = 0
) -> Ligand:
    """The ligand where a file has it: in its own pose, else on the atoms of the file's ligand residue.

    Parameters
    ----------
    parts : ChosenParts
    ligand : Ligand
    protein, build_ligand, seed : optional
        As for `place_on_seen`, where the residue lacks atoms.

    Raises
    ------
    StructureError
        When the ligand has no pose and no residue of the file was named.
    LigandError
        When the named residue is another molecule or stereoisomer, shows too little of it, or lacks atoms that shall
        not be built; or the ligand's pose is not in a pocket.
    """
    raw = parts.complex
    if ligand.has_pose:
        check_pose(raw, ligand)
        return ligand
    if raw.ligand is None:
        raise StructureError(
            f"Where is {ligand.name} in {raw.source}? Name its residue with --ligand-residue, or give an SDF or MOL2 "
            f"file with its pose in the frame of the structure; {_why_not_docked(parts.match)}"
        )
    return place_on_seen(raw, ligand, protein=protein, build_ligand=build_ligand, seed=seed)


def _why_not_docked(match: ChainMatch | None) -> str:
    if match is None:
        return "it is not docked, because no kinase known here was recognised."
    return "or install docking: pip install 'trkstruct[docking]'."


def check_pose(protein: Complex, ligand: Ligand) -> None:
    """Raise unless the ligand's own coordinates lie at the protein, and not through it.

    Raises
    ------
    LigandError
        With the distance found.
    """
    apo = without_ligand(protein)
    heavy = [atom.index for atom in apo.topology.atoms() if is_protein(atom.residue) and atom.element.symbol != "H"]
    closest = float(cKDTree(apo.positions[heavy]).query(_heavy_positions(ligand))[0].min())
    if THROUGH_PROTEIN_ANGSTROM <= closest <= IN_POCKET_ANGSTROM:
        return
    where = "far from" if closest > IN_POCKET_ANGSTROM else "on top of"
    raise LigandError(
        f"The pose of {ligand.name} lies {where} the protein of {protein.source} (closest heavy atoms {closest:.1f} Å "
        "apart). Is it in the frame of this structure, and of this chain? Superpose it, or give the SMILES."
    )


def check_pocket(raw: Complex, ligand: Ligand) -> None:
    """Raise when a residue at a placed ligand is unknown: what lacks atoms or hydrogens will be completed.

    Raises
    ------
    StructureError
        With the residues.
    """
    apo = without_ligand(raw)
    near = residues_near(apo, _heavy_positions(ligand), POCKET_RADIUS_ANGSTROM)
    unknown = [
        f"{residue_id(residue)} {residue.name}"
        for residue in apo.topology.residues()
        if residue_id(residue) in near and not is_protein(residue) and parent_of(residue.name) is None
    ]
    if unknown:
        raise StructureError(
            f"The pocket in {raw.source} holds what is no amino acid known here: {', '.join(unknown[:8])}. Replace it "
            "by the amino acid it derives from, or use another structure."
        )


def _heavy_positions(ligand: Ligand) -> FloatArray:
    molecule = to_molecule(ligand)
    heavy = [atom.GetIdx() for atom in molecule.GetAtoms() if atom.GetAtomicNum() > 1]
    return np.asarray(molecule.GetConformer().GetPositions()[heavy], dtype=np.float64)
