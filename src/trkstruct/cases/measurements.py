"""What is measured of a case: clashes, occlusion, hydrogen bonds, energies and displacements of its complexes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from trkstruct.case_parts import Clash, EnergyTerms, HydrogenBond, Relaxation, RotamerEnergy
from trkstruct.cases.backbones import Scored
from trkstruct.cases.wild_type import WildType
from trkstruct.contacts.clashes import find_clashes
from trkstruct.contacts.hydrogen_bonds import count_contacts, hinge_hydrogen_bonds
from trkstruct.contacts.interactions import InteractionChanges, find_changes, find_interactions
from trkstruct.energy.strain import Strain, find_strains
from trkstruct.impact.bound_and_apo import BoundAndApo, map_states
from trkstruct.impact.calibration import DdgEstimate, mean_terms
from trkstruct.impact.ddg import Impact, build_mutant, score_wild_type
from trkstruct.impact.end_states import EndState, EndStates, relaxed_complex
from trkstruct.impact.occlusion import score_occlusion
from trkstruct.residues import ResidueId
from trkstruct.settings import Settings
from trkstruct.sidechain.rotamers import rotamers_of, sample_rotamer
from trkstruct.sidechain.substitute import measure_chis, place_rotamers, side_chain_atoms, with_side_chain
from trkstruct.structure.complex import Complex, heavy_atom_rmsd, ligand_atoms
from trkstruct.structure.mutated_residues import Change


@dataclass(frozen=True)
class Measurements:
    """The complexes of a case and what was found in them; `trkstruct.records.Case` says what each number means.

    Attributes
    ----------
    bound, apo : Complex
        Relaxed, with the ligand and without.
    before : Complex or None
        The mutant before relaxation; None for the wild type.
    sites : tuple of ResidueId
        The mutated residues; none for the wild type.
    clashes_before, clashes_after : tuple of Clash
    occlusion : float
    estimate : DdgEstimate or None
        None for the wild type, whose ddG is 0 by definition.
    binding_terms : EnergyTerms
    rotamers : tuple of RotamerEnergy
    relaxations : tuple of Relaxation
    pose_rmsd_angstrom : float
    hinge_hydrogen_bonds : tuple of HydrogenBond, or None
        None where no hinge is known.
    contacts_lost : int or None
        None for the wild type.
    interactions : InteractionChanges
        Of the relaxed complex; what is lost and gained is empty for the wild type.
    """

    bound: Complex
    apo: Complex
    before: Complex | None
    sites: tuple[ResidueId, ...]
    clashes_before: tuple[Clash, ...]
    clashes_after: tuple[Clash, ...]
    occlusion: float
    estimate: DdgEstimate | None
    binding_terms: EnergyTerms
    rotamers: tuple[RotamerEnergy, ...]
    relaxations: tuple[Relaxation, ...]
    pose_rmsd_angstrom: float
    hinge_hydrogen_bonds: tuple[HydrogenBond, ...] | None
    contacts_lost: int | None
    interactions: InteractionChanges
    notes: tuple[str, ...]


def measure_wild_type(wild_type: WildType, state: BoundAndApo[Complex], settings: Settings) -> Measurements:
    """What there is to say of a wild type.

    Parameters
    ----------
    wild_type : WildType
    state : BoundAndApo of Complex
        Relaxed.
    settings : Settings

    Raises
    ------
    RelaxationError
        When a minimisation explodes, or the platform is not there.
    """
    terms, sampled = score_wild_type(state, wild_type.ligand.parameters_xml or "", settings)
    relaxed, strains = map_states(relaxed_complex, sampled, state), map_states(_strains, sampled)
    return Measurements(
        bound=relaxed.bound,
        apo=relaxed.apo,
        before=None,
        sites=(),
        clashes_before=find_clashes(wild_type.complex, wild_type.ligand, kinase=wild_type.match),
        clashes_after=find_clashes(relaxed.bound, wild_type.ligand, kinase=wild_type.match),
        occlusion=0.0,
        estimate=None,
        binding_terms=mean_terms(terms),
        rotamers=(),
        relaxations=_relaxations(sampled, strains),
        pose_rmsd_angstrom=_ligand_rmsd_angstrom(wild_type.complex, relaxed.bound),
        hinge_hydrogen_bonds=_hinge_bonds(relaxed.bound, wild_type),
        contacts_lost=None,
        interactions=InteractionChanges(find_interactions(relaxed.bound, wild_type.ligand), lost=(), gained=()),
        notes=_strain_notes(strains),
    )


def measure_mutant(
    wild_type: WildType, changes: Sequence[Change], state: BoundAndApo[Complex], scored: Scored
) -> Measurements:
    """What a mutation does to the fit and to binding.

    Parameters
    ----------
    wild_type : WildType
    changes : sequence of Change
        The mutated residues, one or more.
    state : BoundAndApo of Complex
        The relaxed wild type on its first backbone.
    scored : Scored
    """
    impact, relaxed = scored.impact, state.bound
    strains = map_states(_strains, impact.mutant)
    sites = tuple(change.residue for change in changes)
    before = _before_relaxation(relaxed, changes, impact)
    return Measurements(
        bound=impact.relaxed.bound,
        apo=impact.relaxed.apo,
        before=before,
        sites=sites,
        clashes_before=find_clashes(before, wild_type.ligand, kinase=wild_type.match),
        clashes_after=find_clashes(impact.relaxed.bound, wild_type.ligand, kinase=wild_type.match),
        occlusion=max(_occlusion(before, change) for change in changes),
        estimate=scored.estimate,
        binding_terms=mean_terms(impact.mutant_terms),
        rotamers=_rotamer_energies(impact, changes),
        relaxations=_relaxations(impact.mutant, strains),
        pose_rmsd_angstrom=impact.pose_rmsd_angstrom,
        hinge_hydrogen_bonds=_hinge_bonds(impact.relaxed.bound, wild_type),
        contacts_lost=sum(count_contacts(relaxed, site) - count_contacts(impact.relaxed.bound, site) for site in sites),
        interactions=find_changes(relaxed, impact.relaxed.bound, wild_type.ligand),
        notes=(*_strain_notes(strains), *_left_out_notes(impact), *scored.notes),
    )


def _hinge_bonds(complex_: Complex, wild_type: WildType) -> tuple[HydrogenBond, ...] | None:
    return None if wild_type.match is None else hinge_hydrogen_bonds(complex_, wild_type.match)


def _before_relaxation(wild_type: Complex, changes: Sequence[Change], impact: Impact) -> Complex:
    """The wild-type complex with the mutant's side chains in the rotamers they take without the ligand."""
    built = build_mutant(wild_type, changes)
    for change in changes:
        chis = measure_chis(impact.relaxed.apo, change.residue)
        like = rotamers_of(change.to)[0]
        placed, _ = place_rotamers(built, change.residue, [replace(like, chis_degrees=chis)] if chis else [like])
        built = with_side_chain(built, change.residue, placed[0])
    return built


def _occlusion(built: Complex, change: Change) -> float:
    """Share of the side chain's apo rotamer population that the ligand, held in its wild-type pose, excludes."""
    rotamers = [sample for rotamer in rotamers_of(change.to) for sample in sample_rotamer(rotamer)]
    placements, made = place_rotamers(built, change.residue, rotamers)
    atoms = side_chain_atoms(built, change.residue)
    return score_occlusion(built, atoms, placements, [each.rotamer for each in made])


def _rotamer_energies(impact: Impact, changes: Sequence[Change]) -> tuple[RotamerEnergy, ...]:
    energies = map_states(_above_lowest_kcal_mol, impact.mutant)
    frequencies = [{each.name: each.frequency_percent for each in rotamers_of(change.to)} for change in changes]
    return tuple(
        RotamerEnergy(
            name=name,
            frequency_percent=min(
                table.get(part, 0.0) for table, part in zip(frequencies, name.split("+"), strict=True)
            ),
            bound_kcal_mol=energies.bound.get(name),
            apo_kcal_mol=energies.apo.get(name),
        )
        for name in (energies.bound | energies.apo)
    )


def _above_lowest_kcal_mol(state: EndState) -> dict[str, float]:
    """Energy of each conformer of a state above the lowest, by its rotamers' names."""
    lowest = state.ensemble.conformers[0].minimum.energy_kcal_mol
    return {each.name: each.minimum.energy_kcal_mol - lowest for each in state.ensemble.conformers}


def _relaxations(states: EndStates, strains: BoundAndApo[tuple[Strain, ...]]) -> tuple[Relaxation, ...]:
    rows = []
    for label, state, strained in (("bound", states.bound, strains.bound), ("apo", states.apo, strains.apo)):
        start, minimum = state.pocket.complex, state.ensemble.best.minimum
        moved = heavy_atom_rmsd(start.topology, start.positions, minimum.positions, np.flatnonzero(state.pocket.mobile))
        rows.append(
            Relaxation(
                state=label,
                energy_before_kcal_mol=minimum.energy_before_kcal_mol,
                energy_after_kcal_mol=minimum.energy_kcal_mol,
                rms_gradient_kcal_mol_angstrom=minimum.rms_gradient_kcal_mol_angstrom,
                converged=minimum.converged and not strained,
                displacement_angstrom=moved,
                softened=minimum.softened,
            )
        )
    return tuple(rows)


def _strains(state: EndState) -> tuple[Strain, ...]:
    """What no molecule at rest has in the lowest minimum of a state, where an atom moves."""
    pocket = state.pocket
    return find_strains(pocket.complex.topology, state.energy.system, state.best_positions, mobile=pocket.mobile)


def _strain_notes(strains: BoundAndApo[tuple[Strain, ...]]) -> tuple[str, ...]:
    """Which relaxed state is no place to rest, and where it is worst."""
    return tuple(
        f"The {label} state did not come to rest: {found[0]}. Look there before believing its energies."
        for label, found in (("bound", strains.bound), ("apo", strains.apo))
        if found
    )


def _left_out_notes(impact: Impact) -> tuple[str, ...]:
    """Which starts of the search on the crystal's backbone were no place to be."""
    searched = (("wild type", impact.wild_type), ("mutant", impact.mutant))
    states = [
        (f"{which}, {label}", getattr(both, label).left_out) for which, both in searched for label in ("bound", "apo")
    ]
    return tuple(
        f"Starts of the {where}, that exploded or collapsed are left out: {', '.join(names)}."
        for where, names in states
        if names
    )


def _ligand_rmsd_angstrom(before: Complex, after: Complex) -> float:
    return heavy_atom_rmsd(before.topology, before.positions, after.positions, ligand_atoms(before))
