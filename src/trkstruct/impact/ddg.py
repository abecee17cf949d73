"""Binding impact of a mutation: the double difference of relaxed end states, with its terms.

ddG = [G(mutant, bound) - G(mutant, apo)] - [G(wild type, bound) - G(wild type, apo)], positive when binding weakens.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce
from typing import Final

import numpy as np

from trkstruct.case_parts import EnergyTerms
from trkstruct.energy.relax import relax
from trkstruct.errors import RelaxationError
from trkstruct.impact.bound_and_apo import BoundAndApo, map_states
from trkstruct.impact.end_states import EndState, EndStates, Region, open_state, relaxed_complex, screened_points
from trkstruct.impact.search import at_solute_dielectric, minimize_native, search_minima
from trkstruct.impact.terms import binding_terms, relax_free_ligand, subtract_terms
from trkstruct.settings import Settings
from trkstruct.sidechain.substitute import substitute
from trkstruct.structure.complex import Complex, ligand_atoms, residue_id, without_ligand
from trkstruct.structure.mutated_residues import Change
from trkstruct.structure.pocket import residues_near

IMPOSSIBLE_KCAL_MOL: Final = 500.0  # of a double difference: more than five carbon bonds hold
TOUCHING_ANGSTROM: Final = 4.0  # any two atoms, hydrogens included; beyond it van der Waals forces are weak


@dataclass(frozen=True)
class Impact:
    """What a mutation does to binding, before calibration.

    Attributes
    ----------
    terms : tuple of EnergyTerms
        Mutant minus wild type, kcal/mol, one for each dielectric constant of the settings; their ``total`` is the raw
        double difference.
    mutant_terms : tuple of EnergyTerms
        Binding terms of the mutant.
    wild_type, mutant : EndStates
        Sampled with the first dielectric constant.
    relaxed : BoundAndApo of Complex
        The relaxed mutant.
    pose_rmsd_angstrom : float
        Ligand heavy atoms, mutant against wild type, in the frame of the frozen shell.
    near : bool
        Whether what moves with the site touches the ligand.
    """

    terms: tuple[EnergyTerms, ...]
    mutant_terms: tuple[EnergyTerms, ...]
    wild_type: EndStates
    mutant: EndStates
    relaxed: BoundAndApo[Complex]
    pose_rmsd_angstrom: float
    near: bool


def relax_end_states(complex_: Complex, ligand_xml: str, settings: Settings) -> BoundAndApo[Complex]:
    """Relax a wild-type complex broadly around its ligand, and the free protein from the result.

    Raises
    ------
    RelaxationError
        When a minimisation explodes, or the platform is not there.
    """
    widely = partial(
        relax,
        around=complex_.positions[ligand_atoms(complex_)],
        mobile_radius_angstrom=settings.reference_mobile_radius_angstrom,
        kept_radius_angstrom=settings.reference_kept_radius_angstrom,
        iterations=settings.reference_iterations,
        solute_dielectric=settings.solute_dielectrics[0],
        platform=settings.platform,
    )
    bound, _ = widely(complex_, ligand_xml)
    apo, _ = widely(without_ligand(bound), None)
    return BoundAndApo(bound, apo)


def score_mutation(
    complexes: BoundAndApo[Complex], changes: Sequence[Change], ligand_xml: str, settings: Settings
) -> Impact:
    """Binding impact of a mutation, from a relaxed wild type.

    Parameters
    ----------
    complexes : BoundAndApo of Complex
        Relaxed wild type, from `relax_end_states`.
    changes : sequence of Change
        The mutated residues, one or more.
    ligand_xml : str
        OpenMM XML text of the ligand.
    settings : Settings

    Raises
    ------
    RelaxationError
        When a minimisation explodes, ends at an energy that cannot be, or the platform is not there.
    """
    region = choose_region(complexes.bound, changes, ligand_xml, settings)
    rested = _relax_region(complexes, region, ligand_xml, settings)
    built = map_states(lambda complex_: build_mutant(complex_, changes), rested)
    wild_type = _open_states(rested, region, ligand_xml, settings)
    mutant = _open_states(built, region, ligand_xml, settings)
    wild_type, mutant = search_minima(wild_type, mutant, settings)
    before, after = _binding_terms((wild_type, mutant), ligand_xml, settings)
    terms = tuple(map(subtract_terms, after, before))
    _check_possible(terms, complexes.bound.source)
    return Impact(
        terms=terms,
        mutant_terms=after,
        wild_type=wild_type,
        mutant=mutant,
        relaxed=map_states(relaxed_complex, mutant, built),
        pose_rmsd_angstrom=_pose_rmsd_angstrom(wild_type.bound, mutant.bound),
        near=complexes.bound.ligand in region.mobile,
    )


def score_wild_type(
    complexes: BoundAndApo[Complex], ligand_xml: str, settings: Settings
) -> tuple[tuple[EnergyTerms, ...], EndStates]:
    """Binding terms of a relaxed wild type itself, with the residues around the ligand relaxed, bound and apo.

    One for each dielectric constant of the settings; the end states are those of the first.
    """
    bound = complexes.bound
    points = bound.positions[ligand_atoms(bound)]
    kept, mobile = (
        residues_near(bound, points, radius)
        for radius in (settings.kept_radius_angstrom, settings.mobile_radius_angstrom)
    )
    opened = _open_states(complexes, Region(kept, mobile, ()), ligand_xml, settings)
    states = minimize_native(opened, settings.iterations)
    (terms,) = _binding_terms((states,), ligand_xml, settings)
    return terms, states


def _binding_terms(
    sampled: Sequence[EndStates], ligand_xml: str, settings: Settings
) -> tuple[tuple[EnergyTerms, ...], ...]:
    """For each sampled sequence its binding terms with every dielectric constant; they share the free ligand."""
    first, *others = settings.solute_dielectrics
    elsewhere = [(each, [at_solute_dielectric(one, each, settings.iterations) for one in sampled]) for each in others]
    rows = []
    for dielectric, sequences in ((first, sampled), *elsewhere):
        free_ligand = relax_free_ligand(sequences[0].bound, ligand_xml, settings, dielectric)
        rows.append([binding_terms(each, free_ligand, settings.temperature_kelvin) for each in sequences])
    return tuple(zip(*rows, strict=True))


def _check_possible(terms: Sequence[EnergyTerms], source: str) -> None:
    wrong = [each.total for each in terms if not abs(each.total) < IMPOSSIBLE_KCAL_MOL]
    if wrong:
        raise RelaxationError(
            f"The double difference of {source} is {wrong[0]:.3g} kcal/mol, which no mutation makes: its pocket did "
            "not relax. Look for overlapping atoms."
        )


def build_mutant(complex_: Complex, changes: Sequence[Change]) -> Complex:
    """The complex with its residues substituted, each in its most frequent rotamer."""
    return reduce(lambda built, change: substitute(built, change.residue, change.to), changes, complex_)


def choose_region(bound: Complex, changes: Sequence[Change], ligand_xml: str, settings: Settings) -> Region:
    """The pocket around ligand and site; in it the residues near the side chain, old or new, move.

    The ligand moves with them when one of them touches it. A site further away keeps only its own surroundings and the
    ligand where it is: nothing that moves can push it.
    """
    ligand = bound.ligand
    assert ligand is not None, "the bound end state holds a ligand"
    sites = tuple(change.residue for change in changes)
    atoms = np.array([a.index for a in bound.topology.atoms() if residue_id(a.residue) in sites], dtype=np.int64)
    old, ligand_points = bound.positions[atoms], bound.positions[ligand_atoms(bound)]
    around_both = residues_near(bound, np.concatenate([old, ligand_points]), settings.kept_radius_angstrom)
    screened = Region(around_both, frozenset(), sites)
    sequences = (bound, build_mutant(bound, changes))
    placed = [screened_points(each, screened, ligand_xml, settings) for each in sequences]
    site_points = np.concatenate([old, *placed])
    mobile = residues_near(bound, site_points, settings.mobile_radius_angstrom) | set(sites)
    if mobile & residues_near(bound, ligand_points, TOUCHING_ANGSTROM):
        return Region(around_both, mobile | {ligand}, sites)
    around_site = residues_near(bound, site_points, settings.kept_radius_angstrom)
    return Region(around_site | {ligand}, mobile - {ligand}, sites)


def _relax_region(
    complexes: BoundAndApo[Complex], region: Region, ligand_xml: str, settings: Settings
) -> BoundAndApo[Complex]:
    """The wild type with the region converged: the mutant must start where the wild type rests, not above it."""
    states = _open_states(complexes, replace(region, sites=()), ligand_xml, settings)
    return map_states(relaxed_complex, minimize_native(states, settings.iterations), complexes)


def _open_states(complexes: BoundAndApo[Complex], region: Region, ligand_xml: str, settings: Settings) -> EndStates:
    return map_states(lambda complex_: open_state(complex_, region, ligand_xml, settings), complexes)


def _pose_rmsd_angstrom(wild_type: EndState, mutant: EndState) -> float:
    poses = []
    for state in (wild_type, mutant):
        elements = [atom.element.symbol for atom in state.pocket.complex.topology.atoms()]
        heavy = [index for index in ligand_atoms(state.pocket.complex) if elements[index] != "H"]
        poses.append(state.best_positions[heavy])
    return float(np.sqrt(np.mean(np.sum((poses[0] - poses[1]) ** 2, axis=1))))
