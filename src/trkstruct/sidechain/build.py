"""Build a mutation into a structure with its surroundings: rotamers screened rigidly, the best relaxed, one chosen.

Works on any file: hydrogens that are missing are added for the energies alone, ligands, ions and modified residues
stand in the way as they are, and what comes back has the atoms of the file, no more and no fewer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from trkstruct.contacts.clashes import MODERATE_OVERLAP_ANGSTROM, protein_clashes
from trkstruct.errors import MutationError
from trkstruct.kinase.mutation import Mutation, parse_mutation
from trkstruct.residues import BACKBONE_ATOMS, ResidueId
from trkstruct.sidechain.packing import JointPlacement, apply_placement
from trkstruct.sidechain.rotamers import NO_ROTAMERS, rotamers_of
from trkstruct.sidechain.screening import Screened, screen_rotamers
from trkstruct.sidechain.site_energy import SiteEnergy, SiteMinimum
from trkstruct.sidechain.substitute import nearest_rotamer, place_rotamers, side_chain_atoms, substitute
from trkstruct.sidechain.surroundings import Surroundings, take_surroundings
from trkstruct.structure.atom_names import is_water
from trkstruct.structure.complex import Complex, is_protein, protein_residue, residue_id
from trkstruct.structure.mutated_residues import place_notes, read_mutation
from trkstruct.structure.numbering import recognise_kinase
from trkstruct.structure.pocket import residues_near
from trkstruct.units import FloatArray, IntArray

SAME_PLACE_ANGSTROM: Final = 0.1  # less than the coordinate error of any crystal structure
WATER_OVERLAP_ANGSTROM: Final = 2.4  # closer to a water than hydrogen bonds get; Baker & Hubbard 1984


@dataclass(frozen=True)
class BuildSettings:
    """How a rotamer is chosen; the defaults were measured by ``scripts/benchmark_rebuild.py``.

    Attributes
    ----------
    candidates : int
        Rotamers (combinations, for a compound mutation) that survive the rigid screen and are relaxed.
    iterations : int
        L-BFGS iterations of each.
    kept_radius_angstrom, mobile_radius_angstrom : float
        Residues this close to the places that the side chain can reach count; side chains this close to its candidates
        give way.
    restraint_kcal_mol_angstrom2 : float
        Holds the heavy atoms of those side chains where the file has them.
    library_weight : float
        Of -RT ln(frequency), against the energy.
    """

    candidates: int = 8
    iterations: int = 60
    kept_radius_angstrom: float = 8.0
    mobile_radius_angstrom: float = 4.0
    restraint_kcal_mol_angstrom2: float = 0.5
    library_weight: float = 2.0


@dataclass(frozen=True)
class RelaxedRotamer:
    """One relaxed choice of rotamers: their names, its score (kcal/mol) and the positions of the protein part (Å)."""

    rotamers: tuple[str, ...]
    score_kcal_mol: float
    positions: FloatArray


def mutate(complex_: Complex, mutation: str, *, chain: str | None = None, platform: str = "auto") -> Complex:
    """Build a mutation into a complex: ideal geometry, the rotamer that fits its surroundings, side chains giving way.

    Parameters
    ----------
    complex_ : Complex
        With or without hydrogens; of ``load_complex`` or ``load_shipped``. It stays as it is.
    mutation : str
        ``G595R``, ``A:G595R`` or ``A:F589L+G595R``. Numbers are clinical ones where the kinase is recognised, however
        the complex counts; its own where it is not, and where only they lead to the wild type's amino acid.
    chain : str, optional
        Protein chain for a mutation that names none; by default the first.
    platform : str
        OpenMM platform.

    Returns
    -------
    Complex
        See ``build_mutation``; its notes say what was understood, what was chosen and what still overlaps.

    Raises
    ------
    MutationError
        When the mutation cannot be read, does not fit the complex or cannot be built.
    StructureError
        When the chain or the residue cannot be used.
    """
    where = _parsed(mutation).chain or chain or _first_protein_chain(complex_)
    match = recognise_kinase(complex_, where)
    understood, changes = read_mutation(mutation, complex_, match, chain=where)
    built = build_mutation(complex_, {change.residue: change.to for change in changes}, platform=platform)
    places = place_notes(complex_, understood, match, changes)
    return replace(built, notes=(*understood.notes, *places, *built.notes))


def build_mutation(
    complex_: Complex,
    changes: Mapping[ResidueId, str],
    settings: BuildSettings | None = None,
    *,
    platform: str = "auto",
) -> Complex:
    """Substitute residues, each in the rotamer that fits its surroundings best, with side chains around it giving way.

    Parameters
    ----------
    complex_ : Complex
        With or without hydrogens; ligands, waters and ions are respected.
    changes : mapping of ResidueId to str
        Three-letter name of what each residue becomes.
    settings : BuildSettings, optional
    platform : str
        OpenMM platform.

    Returns
    -------
    Complex
        The same atoms but for the changed residues, the backbone where it was; the notes say which rotamers were
        chosen, which side chains moved, and what still overlaps.

    Raises
    ------
    MutationError
        When a residue is bonded to more than its neighbours, or the target is unknown.
    StructureError
        When a residue or its backbone is missing.
    RelaxationError
        When the site's energy is not finite.
    """
    settings = settings or BuildSettings()
    built = complex_
    for identity, name in changes.items():
        built = substitute(built, identity, name)
    if any(name not in NO_ROTAMERS for name in changes.values()):
        surroundings = take_surroundings(complex_, changes, _reach(built, changes), settings.kept_radius_angstrom)
        ranked = rank_candidates(surroundings, changes, settings, platform=platform)
        built = _put_back(built, surroundings, ranked[0].positions, changes)
        built = replace(built, notes=(*built.notes, *_choice_notes(built, changes, ranked)))
    moved = _moved_notes(complex_, built, changes)
    return replace(built, notes=(*built.notes, *moved, *_overlap_notes(built, changes)))


def _parsed(mutation: str) -> Mutation:
    parsed = parse_mutation(mutation, generic=True)
    if parsed.is_wild_type:
        raise MutationError(f"{mutation!r} changes nothing; write the change to build, for example A:G595R.")
    return parsed


def rank_candidates(
    surroundings: Surroundings,
    changes: Mapping[ResidueId, str],
    settings: BuildSettings,
    *,
    platform: str = "auto",
) -> tuple[RelaxedRotamer, ...]:
    """The candidates that survive the rigid screen, relaxed, best first."""
    residues = [identity for identity, name in changes.items() if name not in NO_ROTAMERS]
    screened = screen_rotamers(surroundings, residues, settings.candidates)
    inserted: IntArray = np.concatenate([site.atoms for site in screened.sites])
    energy = SiteEnergy(
        surroundings,
        _mobile_atoms(surroundings, screened, inserted, settings.mobile_radius_angstrom),
        inserted,
        restraint_kcal_mol_angstrom2=settings.restraint_kcal_mol_angstrom2,
        platform=platform,
    )
    candidates = []
    for placement in screened.placements:
        start = apply_placement(screened.sites, placement, surroundings.protein.positions)
        minimum = energy.minimize(start, settings.iterations)
        candidates.append(_candidate(screened, placement, minimum, settings.library_weight))
    return tuple(sorted(candidates, key=lambda candidate: candidate.score_kcal_mol))


def _candidate(
    screened: Screened, placement: JointPlacement, minimum: SiteMinimum, library_weight: float
) -> RelaxedRotamer:
    score = minimum.energy_kcal_mol + library_weight * screened.prior_kcal_mol(placement)
    return RelaxedRotamer(screened.names(placement), score, minimum.positions)


def _mobile_atoms(
    surroundings: Surroundings, screened: Screened, inserted: IntArray, radius_angstrom: float
) -> NDArray[np.bool_]:
    """The new side chains, and those of residues near any candidate, where the file shows them."""
    protein = surroundings.protein
    near = residues_near(protein, screened.coordinates(), radius_angstrom) - surroundings.fixed
    atoms = protein.topology.atoms()
    mobile = np.array([residue_id(a.residue) in near and a.name not in BACKBONE_ATOMS for a in atoms], dtype=np.bool_)
    mobile[inserted] = True
    return mobile


def _reach(built: Complex, changes: Mapping[ResidueId, str]) -> FloatArray:
    """Everywhere that the new side chains can be, shape (n, 3), Å."""
    every = [place_rotamers(built, identity, rotamers_of(name))[0] for identity, name in changes.items()]
    alpha = [
        built.positions[atom.index]
        for identity in changes
        for atom in protein_residue(built, identity).atoms()
        if atom.name == "CA"
    ]
    return np.concatenate([*(placed.reshape(-1, 3) for placed in every), np.array(alpha)])


def _put_back(
    built: Complex, surroundings: Surroundings, positions: FloatArray, changes: Mapping[ResidueId, str]
) -> Complex:
    """Side chains of the protein part put back by name: the new ones, and whole ones that moved."""
    updated = built.positions.copy()
    own = {residue_id(residue): residue for residue in built.topology.residues() if is_protein(residue)}
    shift = np.linalg.norm(positions - surroundings.protein.positions, axis=1)
    for residue in surroundings.protein.topology.residues():
        identity = residue_id(residue)
        source = {atom.name: atom.index for atom in residue.atoms() if atom.name not in BACKBONE_ATOMS}
        target = {atom.name: atom.index for atom in own[identity].atoms() if atom.name not in BACKBONE_ATOMS}
        displaced = max((float(shift[index]) for index in source.values()), default=0.0) > SAME_PLACE_ANGSTROM
        if identity in changes or (displaced and target.keys() <= source.keys()):
            for name, index in target.items():
                updated[index] = positions[source[name]]
    return replace(built, positions=updated)


def _choice_notes(
    built: Complex, changes: Mapping[ResidueId, str], ranked: Sequence[RelaxedRotamer]
) -> tuple[str, ...]:
    notes = [
        f"{identity} was built as {nearest_rotamer(built, identity)}."
        for identity, name in changes.items()
        if name not in NO_ROTAMERS
    ]
    if len(ranked) > 1:
        gap = ranked[1].score_kcal_mol - ranked[0].score_kcal_mol
        notes.append(
            f"The next best of {len(ranked)} relaxed, {'+'.join(ranked[1].rotamers)}, is {gap:.1f} kcal/mol up."
        )
    return tuple(notes)


def _moved_notes(before: Complex, after: Complex, changes: Mapping[ResidueId, str]) -> tuple[str, ...]:
    amino_acids = [atom for atom in before.topology.atoms() if is_protein(atom.residue)]
    old = {(residue_id(atom.residue), atom.name): before.positions[atom.index] for atom in amino_acids}
    furthest: dict[ResidueId, float] = {}
    for atom in after.topology.atoms():
        identity = residue_id(atom.residue)
        if identity not in changes and is_protein(atom.residue) and atom.element.symbol != "H":
            shift = float(np.linalg.norm(after.positions[atom.index] - old[identity, atom.name]))
            furthest[identity] = max(shift, furthest.get(identity, 0.0))
    moved = [f"{identity} {shift:.1f}" for identity, shift in furthest.items() if shift > SAME_PLACE_ANGSTROM]
    return (f"Side chains that gave way, furthest atom in Å: {', '.join(moved)}.",) if moved else ()


def _overlap_notes(built: Complex, changes: Mapping[ResidueId, str]) -> tuple[str, ...]:
    notes = []
    for identity in changes:
        clashes = protein_clashes(built, identity, minimum_overlap_angstrom=MODERATE_OVERLAP_ANGSTROM)
        notes += [
            f"{clash.protein_atom} overlaps {clash.ligand_atom} by {clash.overlap_angstrom:.2f} Å ({clash.severity})."
            for clash in clashes[:1]
        ]
        notes += _water_notes(built, identity)
    return tuple(notes)


def _water_notes(built: Complex, identity: ResidueId) -> tuple[str, ...]:
    index = side_chain_atoms(built, identity)
    atoms = list(built.topology.atoms())
    heavy = built.positions[[i for i in index.tolist() if atoms[i].element.symbol != "H"]].reshape(-1, 3)
    oxygens = [a for a in atoms if is_water(a.residue.name) and a.element.symbol == "O"]
    close = [
        str(residue_id(oxygen.residue))
        for oxygen in oxygens
        if np.any(np.linalg.norm(heavy - built.positions[oxygen.index], axis=1) < WATER_OVERLAP_ANGSTROM)
    ]
    text = f"{identity} takes the place of water {', '.join(close)}: remove it before going on."
    return (text,) if close else ()


def _first_protein_chain(complex_: Complex) -> str:
    return str(next(residue.chain.id for residue in complex_.topology.residues() if is_protein(residue)))
