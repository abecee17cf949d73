"""The straight line of one case: load, relax the wild type, build the mutant, find clashes, score, report."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from trkstruct.cases.plan import plan_and_check
from trkstruct.cases.relaxed_wild_type import load_relaxed_wild_type
from trkstruct.cases.spec import CaseSpec, failed_case
from trkstruct.cases.wild_type import WildType, load_wild_type
from trkstruct.contacts.clashes import find_clashes
from trkstruct.contacts.hydrogen_bonds import count_contacts, hinge_hydrogen_bonds
from trkstruct.errors import RelaxationError
from trkstruct.impact.calibration import calibrate, mean_terms, verdict_of
from trkstruct.impact.ddg import Impact, build_mutant, score_mutation, score_wild_type
from trkstruct.impact.end_states import EndState, EndStates
from trkstruct.impact.occlusion import sample_rotamers, score_occlusion
from trkstruct.kinase.evidence import evidence_for
from trkstruct.kinase.mutation import WILD_TYPE, Mutation, parse_mutation
from trkstruct.records import Case, Relaxation, RotamerEnergy
from trkstruct.report.case_sentence import summarize
from trkstruct.residues import ONE_TO_THREE
from trkstruct.settings import Settings
from trkstruct.sidechain.rotamers import rotamers_of
from trkstruct.sidechain.substitute import measure_chis, place_rotamers, side_chain_atoms, with_side_chain
from trkstruct.structure.complex import Complex, heavy_atom_rmsd, ligand_atoms, protein_sequence
from trkstruct.structure.mutated_residues import Change, residue_of
from trkstruct.structure.pdb_and_mmcif import pdb_text
from trkstruct.structure.pocket import with_positions


@dataclass(frozen=True)
class CaseResult:
    """A case, its relaxed complexes and the mutant's start as PDB text."""

    case: Case
    complex_pdb: str | None
    apo_pdb: str | None
    before_pdb: str | None = None


class _StageError(Exception):
    """What went wrong, and in which stage."""

    def __init__(self, stage: str, cause: Exception) -> None:
        super().__init__(str(cause))
        self.stage = stage
        self.cause = cause


@contextmanager
def _stage(name: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        raise _StageError(name, error) from error


def run_case(spec: CaseSpec, work_dir: Path) -> CaseResult:
    """Run one case; what goes wrong in it becomes a failed case and stops no other.

    Parameters
    ----------
    spec : CaseSpec
    work_dir : Path
        Relaxed wild types are kept in its folder ``reference`` and shared by the cases that start from them.
    """
    started = time.perf_counter()
    try:
        result = _run(spec, work_dir)
    except _StageError as failure:
        error_type, message = type(failure.cause).__name__, str(failure.cause)
        case = failed_case(spec, stage=failure.stage, error_type=error_type, message=message)
        result = CaseResult(case, None, None)
    return replace(result, case=result.case.model_copy(update={"wall_seconds": time.perf_counter() - started}))


def score(
    mutation: str,
    ligand: str,
    *,
    kinase: str | None = None,
    structure: str | Path | None = None,
    chain: str | None = None,
    ligand_residue: str | None = None,
    settings: Settings | None = None,
) -> Case:
    """Score one mutation against one ligand and keep no files; `trkstruct.scan` does many, and keeps them.

    Parameters
    ----------
    mutation, ligand, kinase, structure, chain, ligand_residue
        As for `trkstruct.scan`, one of each.
    settings : Settings, optional
        By default the standard preset.

    Raises
    ------
    InputError
        When an argument cannot be used.
    RelaxationError
        When the case fails; the message says in which stage.
    """
    specs = plan_and_check(
        () if kinase is None else (kinase,),
        (mutation,),
        (ligand,),
        settings or Settings(),
        structure=None if structure is None else str(structure),
        chain=chain,
        ligand_residue=ligand_residue,
    )
    with TemporaryDirectory() as folder:
        case = run_case(specs[-1], Path(folder)).case
    if case.error is not None:
        raise RelaxationError(f"{specs[-1].label} failed while {case.error.stage}: {case.error.message}")
    return case


def _run(spec: CaseSpec, work_dir: Path) -> CaseResult:
    settings = spec.settings
    with _stage("reading the complex"):
        starting = load_wild_type(
            spec.kinase,
            spec.ligand,
            spec.structure,
            spec.chain,
            spec.ligand_residue,
            ph=settings.ph,
            seed=settings.seed,
        )
        mutation = parse_mutation(spec.mutation, starting.kinase, generic=spec.structure is not None)
        changes = find_changes(starting, mutation)
    with _stage("relaxing the wild type"):
        states = tuple(load_relaxed_wild_type(spec, starting, work_dir, n) for n in range(settings.replicates))
    if not changes:
        with _stage("scoring the wild type"):
            return _wild_type_result(spec, starting, states)
    xml = starting.ligand.parameters_xml or ""
    with _stage("scoring the mutation"):
        impacts = [score_mutation(state, changes, xml, settings) for state in states]
    with _stage("finding clashes"):
        return _mutant_result(spec, starting, mutation, changes, states, impacts)


def find_changes(starting: WildType, mutation: Mutation) -> tuple[Change, ...]:
    """The residues of the starting complex that a mutation replaces, checked against its sequence.

    Raises
    ------
    StructureError, MutationError
        When a residue is not there or is another amino acid.
    """
    letters = protein_sequence(starting.complex)
    return tuple(
        Change(
            residue_of(starting.complex, letters, starting.match, substitution, mutation.chain),
            ONE_TO_THREE[substitution.mutant],
        )
        for substitution in mutation.substitutions
    )


def _wild_type_result(spec: CaseSpec, starting: WildType, states: Sequence[EndStates]) -> CaseResult:
    scored = [score_wild_type(each, starting.ligand.parameters_xml or "", spec.settings) for each in states]
    species = scored[0][1]
    bound = with_positions(species.bound.pocket, states[0].bound, species.bound.ensemble.best.minimum.positions)
    apo = with_positions(species.apo.pocket, states[0].apo, species.apo.ensemble.best.minimum.positions)
    clashes = find_clashes(bound, starting.ligand, kinase=starting.kinase)
    case = _base_case(spec, starting).model_copy(
        update={
            "clashes_before": find_clashes(starting.complex, starting.ligand, kinase=starting.kinase),
            "clashes_after": clashes,
            "occlusion": 0.0,
            "ddg_kcal_mol": 0.0,
            "ddg_error_kcal_mol": 0.0,
            "ddg_raw_kcal_mol": 0.0,
            "binding_terms": mean_terms([each for terms, _ in scored for each in terms]),
            "relaxations": _relaxations(species.bound, species.apo),
            "pose_rmsd_angstrom": _ligand_rmsd(starting.complex, bound),
            **_hinge(bound, starting),
            "evidence": evidence_for(_gene(starting), WILD_TYPE, starting.ligand.name) if starting.kinase else (),
        }
    )
    return _with_files(case, bound, apo)


def _mutant_result(
    spec: CaseSpec,
    starting: WildType,
    mutation: Mutation,
    changes: Sequence[Change],
    states: Sequence[EndStates],
    impacts: Sequence[Impact],
) -> CaseResult:
    impact, reference = impacts[0], states[0].bound
    sites = [change.residue for change in changes]
    before = _clashing_complex(reference, changes, impact)
    after = find_clashes(impact.bound, starting.ligand, kinase=starting.kinase)
    occlusion = max(_occlusion(before, change) for change in changes)
    estimate = calibrate([terms for each in impacts for terms in each.terms], near=impact.near)
    lost = sum(count_contacts(reference, site) - count_contacts(impact.bound, site) for site in sites)
    case = _base_case(spec, starting).model_copy(
        update={
            "regions": mutation.regions,
            "klifs": mutation.klifs,
            "sites": tuple(str(site) for site in sites),
            "occlusion": occlusion,
            "clashes_before": find_clashes(before, starting.ligand, kinase=starting.kinase),
            "clashes_after": after,
            "ddg_kcal_mol": estimate.ddg_kcal_mol,
            "ddg_error_kcal_mol": estimate.error_kcal_mol,
            "ddg_raw_kcal_mol": estimate.raw_kcal_mol,
            "ddg_terms": estimate.terms,
            "binding_terms": mean_terms([terms for each in impacts for terms in each.mutant_terms]),
            "rotamers": _rotamer_energies(impact, changes),
            "relaxations": _relaxations(impact.mutant.bound, impact.mutant.apo),
            "pose_rmsd_angstrom": impact.pose_rmsd_angstrom,
            **_hinge(impact.bound, starting),
            "contacts_lost": lost,
            "verdict": verdict_of(estimate.ddg_kcal_mol, estimate.error_kcal_mol),
            "evidence": evidence_for(_gene(starting), str(mutation), starting.ligand.name) if starting.kinase else (),
            "notes": (*starting.notes, *mutation.notes),
        }
    )
    return _with_files(case.model_copy(update={"summary": summarize(case)}), impact.bound, impact.apo, before)


def _base_case(spec: CaseSpec, starting: WildType) -> Case:
    return Case(
        kinase=starting.kinase.name if starting.kinase else "",
        gene=_gene(starting),
        mutation=spec.mutation,
        ligand=starting.ligand.name,
        structure=starting.structure,
        status="ok",
        dfg_state=starting.conformation.state if starting.conformation else "",
        dfg_cluster=starting.conformation.cluster if starting.conformation else "",
        ligand_parameters=starting.ligand.parameter_source,
        notes=starting.notes,
    )


def _gene(starting: WildType) -> str:
    return starting.kinase.gene if starting.kinase else ""


def _hinge(complex_: Complex, starting: WildType) -> dict[str, object]:
    if starting.kinase is None:
        return {}
    bonds = hinge_hydrogen_bonds(complex_, starting.kinase)
    return {"hinge_hydrogen_bond": bool(bonds), "hinge_hydrogen_bonds": bonds}


def _clashing_complex(reference: Complex, changes: Sequence[Change], impact: Impact) -> Complex:
    """The wild-type complex with the mutant's side chains in the rotamers they take without the ligand."""
    built = build_mutant(reference, changes)
    for change in changes:
        chis = measure_chis(impact.apo, change.residue)
        like = rotamers_of(change.to)[0]
        placed, _ = place_rotamers(built, change.residue, [replace(like, chis_degrees=chis)] if chis else [like])
        built = with_side_chain(built, change.residue, placed[0])
    return built


def _occlusion(built: Complex, change: Change) -> float:
    """Share of the side chain's apo rotamer population that the ligand, held in its wild-type pose, excludes."""
    rotamers = sample_rotamers(rotamers_of(change.to))
    placements, made = place_rotamers(built, change.residue, rotamers)
    atoms = side_chain_atoms(built, change.residue)
    return score_occlusion(built, atoms, placements, [each.rotamer for each in made])


def _rotamer_energies(impact: Impact, changes: Sequence[Change]) -> tuple[RotamerEnergy, ...]:
    energies: dict[str, dict[str, float]] = {}
    for label, state in (("bound", impact.mutant.bound), ("apo", impact.mutant.apo)):
        lowest = state.ensemble.conformers[0].minimum.energy_kcal_mol
        for conformer in state.ensemble.conformers:
            energies.setdefault(conformer.name, {})[f"{label}_kcal_mol"] = conformer.minimum.energy_kcal_mol - lowest
    frequencies = [{each.name: each.frequency_percent for each in rotamers_of(change.to)} for change in changes]
    return tuple(
        RotamerEnergy(
            name=name,
            frequency_percent=min(
                table.get(part, 0.0) for table, part in zip(frequencies, name.split("+"), strict=True)
            ),
            **values,
        )
        for name, values in energies.items()
    )


def _relaxations(bound: EndState, apo: EndState) -> tuple[Relaxation, ...]:
    rows = []
    for label, state in (("bound", bound), ("apo", apo)):
        start, minimum = state.pocket.complex, state.ensemble.best.minimum
        moved = heavy_atom_rmsd(start.topology, start.positions, minimum.positions, np.flatnonzero(state.pocket.mobile))
        rows.append(
            Relaxation(
                state=label,
                energy_before_kcal_mol=minimum.energy_before_kcal_mol,
                energy_after_kcal_mol=minimum.energy_kcal_mol,
                rms_gradient_kcal_mol_angstrom=minimum.rms_gradient_kcal_mol_angstrom,
                converged=minimum.converged,
                displacement_angstrom=moved,
                softened=minimum.softened,
            )
        )
    return tuple(rows)


def _ligand_rmsd(before: Complex, after: Complex) -> float:
    atoms = ligand_atoms(before)
    return heavy_atom_rmsd(before.topology, before.positions, after.positions, atoms)


def _with_files(case: Case, bound: Complex, apo: Complex, before: Complex | None = None) -> CaseResult:
    model = f"trkstruct {case.kinase} {case.mutation} {case.ligand}: computed model"
    relaxed = f"{model}, relaxed by energy minimisation"
    start = [f"{model} before relaxation", "ligand as in the wild type, new side chain as without the ligand"]
    return CaseResult(
        case,
        pdb_text(bound.topology, bound.positions, [relaxed, "bound state"]),
        pdb_text(apo.topology, apo.positions, [relaxed, "free protein"]),
        None if before is None else pdb_text(before.topology, before.positions, start),
    )
