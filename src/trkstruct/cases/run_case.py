"""The straight line of one case: load, relax the wild type, build and score the mutant, measure, record."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from trkstruct.case_parts import DdgParts
from trkstruct.cases.backbones import score_backbones
from trkstruct.cases.measurements import Measurements, measure_mutant, measure_wild_type
from trkstruct.cases.pose_answer import PoseAnswer, answer_of, assess_relaxed, score_rivals
from trkstruct.cases.relaxed_wild_type import load_relaxed_wild_type
from trkstruct.cases.spec import CaseSpec, failed_case
from trkstruct.cases.wild_type import WildType, load_wild_type
from trkstruct.errors import TrkstructError, reason_of
from trkstruct.impact.calibration import DdgEstimate
from trkstruct.kinase.evidence import evidence_for
from trkstruct.kinase.kinases import Kinase, knowing
from trkstruct.kinase.mutation import Mutation, parse_mutation
from trkstruct.ligand.naming.inhibitors import published_name
from trkstruct.records import Case
from trkstruct.report.case_sentence import Findings, own_clash, summarize, unreliable
from trkstruct.report.interaction_diagram import draw_changes, draw_interactions
from trkstruct.structure.formats.writing import pdb_text
from trkstruct.structure.mutated_residues import changes_in


@dataclass(frozen=True)
class CaseResult:
    """A case, its relaxed complexes and the mutant's start as PDB text, and the drawing of its interactions as SVG."""

    case: Case
    complex_pdb: str | None
    apo_pdb: str | None
    before_pdb: str | None = None
    diagram_svg: str | None = None


class StageError(Exception):
    """In which stage a case failed, and what was raised there."""

    def __init__(self, stage: str, cause: Exception) -> None:
        """Hold both; the message is the cause's."""
        super().__init__(str(cause))
        self.stage = stage
        self.cause = cause

    def cause_of(self, label: str) -> Exception:
        """What was raised, with the case and the stage in its message.

        An error that trkstruct did not raise on purpose keeps its message and carries them as a note.
        """
        where = f"{label} failed while {self.stage}"
        if isinstance(self.cause, TrkstructError):
            self.cause.args = (f"{where}: {self.cause}",)
        else:
            self.cause.add_note(where)
        return self.cause


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
        return compute_case(spec, work_dir)
    except StageError as failure:
        error_type, message = type(failure.cause).__name__, reason_of(failure.cause)
        seconds = time.perf_counter() - started
        case = failed_case(spec, stage=failure.stage, error_type=error_type, message=message, wall_seconds=seconds)
        return CaseResult(case, None, None)


def compute_case(spec: CaseSpec, work_dir: Path) -> CaseResult:
    """Compute one case; the parameters are those of `run_case`.

    Raises
    ------
    StageError
        Whatever goes wrong.
    """
    with knowing(spec.own_kinases):
        return _computed(spec, work_dir)


def _computed(spec: CaseSpec, work_dir: Path) -> CaseResult:
    started, settings = time.perf_counter(), spec.settings
    with _stage("reading the complex"):
        wild_type = load_wild_type(
            spec.kinase,
            spec.ligand,
            spec.structure,
            spec.chain,
            spec.ligand_residue,
            ph=settings.ph,
            seed=settings.seed,
            build_ligand=spec.build_ligand,
        )
        mutation = parse_mutation(spec.mutation, wild_type.kinase, generic=spec.structure is not None)
        changes = changes_in(wild_type.complex, mutation, wild_type.match)
    with _stage("relaxing the wild type"):
        state = load_relaxed_wild_type(spec, wild_type, work_dir, 0)
        assessment = assess_relaxed(wild_type, state.bound)
    if not changes:
        with _stage("scoring the wild type"):
            measured = measure_wild_type(wild_type, state, settings)
            answer = answer_of(assessment, None, (), near=True)
            return _result(spec, wild_type, mutation, measured, answer, started)
    with _stage("scoring the mutation"):
        scored = score_backbones(spec, wild_type, changes, work_dir, state)
    near = scored.impact.near
    with _stage("scoring the mutation in other poses"):
        answered = assessment is not None and assessment.pose_class == "plausible" and near
        rivals = score_rivals(spec, wild_type, changes, work_dir) if answered else ()
    with _stage("finding clashes"):
        measured = measure_mutant(wild_type, changes, state, scored)
        answer = answer_of(assessment, measured.estimate, rivals, near=near)
        return _result(spec, wild_type, mutation, measured, answer, started)


@contextmanager
def _stage(name: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        raise StageError(name, error) from error


def _result(
    spec: CaseSpec,
    wild_type: WildType,
    mutation: Mutation,
    measured: Measurements,
    answer: PoseAnswer,
    started: float,
) -> CaseResult:
    kinase = wild_type.kinase.name if wild_type.kinase else ""
    model = f"trkstruct {kinase} {spec.mutation} {wild_type.ligand.name}: computed model"
    relaxed = f"{model}, relaxed by energy minimisation"
    start = [f"{model} before relaxation", "ligand as in the wild type, new side chain as without the ligand"]
    bound, apo, before = measured.bound, measured.apo, measured.before
    complex_pdb = pdb_text(bound.topology, bound.positions, [relaxed, "bound state"])
    apo_pdb = pdb_text(apo.topology, apo.positions, [relaxed, "free protein"])
    before_pdb = None if before is None else pdb_text(before.topology, before.positions, start)
    seconds = time.perf_counter() - started
    case = _record(spec, wild_type, mutation, measured, answer, seconds)
    return CaseResult(case, complex_pdb, apo_pdb, before_pdb, _diagram(wild_type, measured))


def _diagram(wild_type: WildType, measured: Measurements) -> str:
    """What changed in a mutant; all that there is in the wild type."""
    found = measured.interactions
    if measured.before is None:
        return draw_interactions(wild_type.ligand, found.present)
    return draw_changes(wild_type.ligand, found.lost, found.gained)


def _record(
    spec: CaseSpec,
    wild_type: WildType,
    mutation: Mutation,
    measured: Measurements,
    answer: PoseAnswer,
    wall_seconds: float,
) -> Case:
    kinase, dfg, ddg = wild_type.kinase, wild_type.conformation, answer.estimate
    reference = None if answer.withheld else 0.0
    bonds = measured.hinge_hydrogen_bonds
    return Case(
        kinase=kinase.name if kinase else "",
        gene=kinase.gene if kinase else "",
        mutation=spec.mutation,
        ligand=wild_type.ligand.name,
        structure=wild_type.structure,
        status="ok",
        dfg_state=dfg.state if dfg else "",
        dfg_cluster=dfg.cluster if dfg else "",
        regions=mutation.regions,
        klifs=mutation.klifs,
        sites=tuple(str(site) for site in measured.sites),
        occlusion=measured.occlusion,
        clashes_before=measured.clashes_before,
        clashes_after=measured.clashes_after,
        ddg_kcal_mol=ddg.ddg_kcal_mol if ddg else reference,
        ddg_error_kcal_mol=ddg.error_kcal_mol if ddg else reference,
        ddg_parts=_parts(ddg) if ddg else None,
        ddg_raw_kcal_mol=ddg.raw_kcal_mol if ddg else reference,
        ddg_terms=ddg.terms if ddg else None,
        binding_terms=None if answer.withheld else measured.binding_terms,
        rotamers=() if answer.withheld else measured.rotamers,
        relaxations=measured.relaxations,
        pose_rmsd_angstrom=measured.pose_rmsd_angstrom,
        hinge_hydrogen_bond=None if bonds is None else bool(bonds),
        hinge_hydrogen_bonds=bonds or (),
        contacts_lost=measured.contacts_lost,
        interactions=measured.interactions.present,
        interactions_lost=measured.interactions.lost,
        interactions_gained=measured.interactions.gained,
        verdict=answer.verdict,
        pose=answer.assessment,
        summary=_sentence(wild_type.ligand.name, mutation, spec.mutation, measured, answer),
        evidence=evidence_for(kinase.gene, str(mutation), published_name(wild_type.ligand)) if kinase else (),
        ligand_parameters=wild_type.ligand.parameter_source,
        notes=(*_of_own_kinase(spec, kinase), *wild_type.notes, *mutation.notes, *measured.notes),
        wall_seconds=wall_seconds,
    )


def _sentence(ligand: str, mutation: Mutation, label: str, measured: Measurements, answer: PoseAnswer) -> str:
    if answer.withheld and answer.assessment is not None:
        return unreliable(label, ligand, answer.assessment)
    return _summary(ligand, mutation, label, measured, answer.estimate) if answer.estimate else ""


def _parts(ddg: DdgEstimate) -> DdgParts:
    return DdgParts(
        geometry_kcal_mol=ddg.geometry.mean_kcal_mol,
        geometry_error_kcal_mol=ddg.geometry.sd_kcal_mol,
        energies_kcal_mol=ddg.energies.mean_kcal_mol,
        energies_error_kcal_mol=ddg.energies.sd_kcal_mol,
        energy_weight=ddg.energy_weight,
        contacts=ddg.contacts,
        backbones=ddg.backbones,
        backbone_error_kcal_mol=ddg.backbone_error_kcal_mol,
    )


def _of_own_kinase(spec: CaseSpec, kinase: Kinase | None) -> tuple[str, ...]:
    return tuple(each.note for each in spec.own_kinases if kinase is not None and each.name == kinase.name)


def _summary(ligand: str, mutation: Mutation, label: str, measured: Measurements, ddg: DdgEstimate) -> str:
    sites = [str(site) for site in measured.sites]
    return summarize(
        Findings(
            mutation=label,
            ligand=ligand,
            regions=mutation.regions,
            before=own_clash(measured.clashes_before, sites),
            after=own_clash(measured.clashes_after, sites),
            occlusion=measured.occlusion,
            contacts_lost=measured.contacts_lost,
            pose_rmsd_angstrom=measured.pose_rmsd_angstrom,
            lost=measured.interactions.lost,
            gained=measured.interactions.gained,
            ddg_kcal_mol=ddg.ddg_kcal_mol,
            ddg_error_kcal_mol=ddg.error_kcal_mol,
            ddg_terms=ddg.terms,
        )
    )
