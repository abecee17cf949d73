"""The straight line of one case: load, relax the wild type, build and score the mutant, measure, record."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from trkstruct.cases.measurements import Measurements, measure_mutant, measure_wild_type
from trkstruct.cases.relaxed_wild_type import load_relaxed_wild_type
from trkstruct.cases.spec import CaseSpec, failed_case
from trkstruct.cases.wild_type import WildType, load_wild_type
from trkstruct.errors import TrkstructError, reason_of
from trkstruct.impact.calibration import verdict_of
from trkstruct.impact.ddg import score_mutation
from trkstruct.kinase.evidence import evidence_for
from trkstruct.kinase.mutation import Mutation, parse_mutation
from trkstruct.records import Case
from trkstruct.report.case_sentence import summarize
from trkstruct.structure.formats.writing import pdb_text
from trkstruct.structure.mutated_residues import changes_in


@dataclass(frozen=True)
class CaseResult:
    """A case, its relaxed complexes and the mutant's start as PDB text."""

    case: Case
    complex_pdb: str | None
    apo_pdb: str | None
    before_pdb: str | None = None


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
        case = failed_case(spec, stage=failure.stage, error_type=error_type, message=message)
        return _timed(CaseResult(case, None, None), started)


def compute_case(spec: CaseSpec, work_dir: Path) -> CaseResult:
    """Compute one case; the parameters are those of `run_case`.

    Raises
    ------
    StageError
        Whatever goes wrong.
    """
    started = time.perf_counter()
    return _timed(_compute(spec, work_dir), started)


def _compute(spec: CaseSpec, work_dir: Path) -> CaseResult:
    settings = spec.settings
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
        states = tuple(load_relaxed_wild_type(spec, wild_type, work_dir, n) for n in range(settings.replicates))
    if not changes:
        with _stage("scoring the wild type"):
            return _result(spec, wild_type, mutation, measure_wild_type(wild_type, states, settings))
    xml = wild_type.ligand.parameters_xml or ""
    with _stage("scoring the mutation"):
        impacts = [score_mutation(state, changes, xml, settings) for state in states]
    with _stage("finding clashes"):
        return _result(spec, wild_type, mutation, measure_mutant(wild_type, changes, states, impacts))


def _timed(result: CaseResult, started: float) -> CaseResult:
    return replace(result, case=result.case.model_copy(update={"wall_seconds": time.perf_counter() - started}))


@contextmanager
def _stage(name: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        raise StageError(name, error) from error


def _result(spec: CaseSpec, wild_type: WildType, mutation: Mutation, measured: Measurements) -> CaseResult:
    case = _record(spec, wild_type, mutation, measured)
    model = f"trkstruct {case.kinase} {case.mutation} {case.ligand}: computed model"
    relaxed = f"{model}, relaxed by energy minimisation"
    start = [f"{model} before relaxation", "ligand as in the wild type, new side chain as without the ligand"]
    bound, apo, before = measured.bound, measured.apo, measured.before
    return CaseResult(
        case,
        pdb_text(bound.topology, bound.positions, [relaxed, "bound state"]),
        pdb_text(apo.topology, apo.positions, [relaxed, "free protein"]),
        None if before is None else pdb_text(before.topology, before.positions, start),
    )


def _record(spec: CaseSpec, wild_type: WildType, mutation: Mutation, measured: Measurements) -> Case:
    kinase, dfg, ddg = wild_type.kinase, wild_type.conformation, measured.estimate
    bonds = measured.hinge_hydrogen_bonds
    case = Case(
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
        ddg_kcal_mol=ddg.ddg_kcal_mol if ddg else 0.0,
        ddg_error_kcal_mol=ddg.error_kcal_mol if ddg else 0.0,
        ddg_raw_kcal_mol=ddg.raw_kcal_mol if ddg else 0.0,
        ddg_terms=ddg.terms if ddg else None,
        binding_terms=measured.binding_terms,
        rotamers=measured.rotamers,
        relaxations=measured.relaxations,
        pose_rmsd_angstrom=measured.pose_rmsd_angstrom,
        hinge_hydrogen_bond=None if bonds is None else bool(bonds),
        hinge_hydrogen_bonds=bonds or (),
        contacts_lost=measured.contacts_lost,
        verdict=verdict_of(ddg.ddg_kcal_mol, ddg.error_kcal_mol) if ddg else None,
        evidence=evidence_for(kinase.gene, str(mutation), wild_type.ligand.name) if kinase else (),
        ligand_parameters=wild_type.ligand.parameter_source,
        notes=(*wild_type.notes, *mutation.notes, *measured.notes),
    )
    return case if mutation.is_wild_type else case.model_copy(update={"summary": summarize(case)})
