"""What the pose of the ligand leaves of a case's answer: nothing if doubtful, a wider error if plausible."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from trkstruct.case_parts import PoseAssessment
from trkstruct.cases.backbones import score_backbones
from trkstruct.cases.relaxed_wild_type import load_relaxed_wild_type
from trkstruct.cases.spec import CaseSpec
from trkstruct.cases.wild_type import WildType
from trkstruct.impact.calibration import DdgEstimate, verdict_of
from trkstruct.pose.known.pose_class import recheck
from trkstruct.records import Verdict
from trkstruct.settings import RESISTANCE_THRESHOLD_KCAL_MOL
from trkstruct.structure.complex import Complex
from trkstruct.structure.mutated_residues import Change

POSE_ERROR_KCAL_MOL: Final = 0.65
"""Of a plausible pose that has no rival: as much again as a ddG near the ligand is wrong by in a crystal's pose."""


@dataclass(frozen=True)
class PoseAnswer:
    """What is said of a case's binding.

    Attributes
    ----------
    assessment : PoseAssessment or None
        Of a pose that was sought.
    estimate : DdgEstimate or None
        None for the wild type, and from a doubtful pose.
    verdict : str or None
    """

    assessment: PoseAssessment | None
    estimate: DdgEstimate | None
    verdict: Verdict | None

    @property
    def withheld(self) -> bool:
        """Whether the pose is doubtful, so that no energy is told."""
        return self.verdict == "pose unreliable"


def assess_relaxed(wild_type: WildType, relaxed: Complex) -> PoseAssessment | None:
    """The class of a pose that was sought, once its wild type is relaxed; None where the pose was given."""
    if wild_type.assessment is None:
        return None
    return recheck(wild_type.assessment, relaxed, wild_type.ligand, wild_type.match)


def answer_of(
    assessment: PoseAssessment | None, estimate: DdgEstimate | None, rivals: Sequence[float], *, near: bool
) -> PoseAnswer:
    """What remains of an estimate.

    Parameters
    ----------
    assessment : PoseAssessment or None
    estimate : DdgEstimate or None
        None for the wild type.
    rivals : sequence of float
        ddG in each different pose that was run, kcal/mol.
    near : bool
        Whether the mutation reaches the ligand's surroundings: elsewhere no pose changes the answer.
    """
    if assessment is not None and assessment.pose_class == "doubtful":
        return PoseAnswer(assessment, None, "pose unreliable")
    if estimate is None:
        return PoseAnswer(assessment, None, None)
    if assessment is not None and assessment.pose_class == "plausible" and near:
        error = pose_error_kcal_mol(estimate.ddg_kcal_mol, rivals)
        estimate = replace(estimate, error_kcal_mol=float(np.hypot(estimate.error_kcal_mol, error)))
        assessment = assessment.model_copy(update={"error_kcal_mol": error, "rival_ddg_kcal_mol": tuple(rivals)})
    return PoseAnswer(assessment, estimate, _verdict(estimate, rivals))


def _verdict(estimate: DdgEstimate, rivals: Sequence[float]) -> Verdict:
    """That of the estimate, unless another pose lies on the other side of the threshold."""
    beyond = {value > RESISTANCE_THRESHOLD_KCAL_MOL for value in (estimate.ddg_kcal_mol, *rivals)}
    return verdict_of(estimate.ddg_kcal_mol, estimate.error_kcal_mol) if len(beyond) == 1 else "uncertain"


def pose_error_kcal_mol(ddg_kcal_mol: float, rivals: Sequence[float]) -> float:
    """Standard deviation of the ddG over the poses that were run, and no less than what a pose without rival gets."""
    spread = float(np.std([ddg_kcal_mol, *rivals], ddof=1)) if rivals else 0.0
    return max(spread, POSE_ERROR_KCAL_MOL)


def score_rivals(spec: CaseSpec, wild_type: WildType, changes: Sequence[Change], work_dir: Path) -> tuple[float, ...]:
    """ddG (kcal/mol) in each rival pose that relaxation does not make doubtful.

    Raises
    ------
    RelaxationError
        When a minimisation explodes.
    """
    found = []
    for number, rival in enumerate(wild_type.rivals, start=1):
        first = load_relaxed_wild_type(spec, rival, work_dir, 0, pose=number)
        assessment = assess_relaxed(rival, first.bound)
        if assessment is not None and assessment.pose_class != "doubtful":
            scored = score_backbones(spec, rival, changes, work_dir, first, pose=number)
            found.append(scored.estimate.ddg_kcal_mol)
    return tuple(found)
