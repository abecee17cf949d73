"""How far a pose that was sought can be believed: reliable, plausible or doubtful, by stated rules.

A number from a wrong pose is worse than none, so each rule of ``doubtful`` alone is enough.
docs/how-to/poses.md has them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from trkstruct.case_parts import PoseAssessment, PoseClass
from trkstruct.contacts.clashes import MODERATE_OVERLAP_ANGSTROM, SEVERE_OVERLAP_ANGSTROM, find_clashes
from trkstruct.contacts.hydrogen_bonds import Regions, hinge_hydrogen_bonds
from trkstruct.kinase.kinases import Kinase
from trkstruct.ligand.hinge_motif import has_hinge_motif
from trkstruct.ligand.ligand import Ligand
from trkstruct.pose.binding_type import conformation_conflict, skeleton_key
from trkstruct.pose.placing.likeness import KnownShape, known_shape, likeness
from trkstruct.pose.posed_ligand import PosedLigand
from trkstruct.pose.superposition import pose_rmsd
from trkstruct.structure.complex import Complex
from trkstruct.structure.numbering import clinical_match, conformation_of

SAME_POSE_ANGSTROM: Final = 2.0  # the usual limit of a redocked pose; Gohlke 2000, 10.1006/jmbi.1999.3371
CLOSE_KCAL_MOL: Final = 2.0  # two poses that our energy does not tell apart
LEAST_LIKENESS: Final = 2.3
"""To other known ligands. Chosen on ABL1 and ALK, the own template left out: best poses turned end to end had 2.15 and
less, right ones mostly more than 2.35; asked of other kinases afterwards (docs/how-to/poses.md)."""


@dataclass(frozen=True)
class Template:
    """A ligand whose pose is known, in the frame of the receptor.

    Attributes
    ----------
    name : str
        ``crizotinib of MET 2WGJ``.
    ligand : Ligand
        In that pose.
    hinge_bonds : int
        Hydrogen bonds that it has there with the hinge.
    """

    name: str
    ligand: Ligand
    hinge_bonds: int


@dataclass(frozen=True)
class PoseEvidence:
    """What is known of one pose.

    Attributes
    ----------
    template : str
        The known pose of the same ligand; empty for none.
    template_rmsd_angstrom : float or None
        From that pose.
    wants_hinge : bool
        Whether the ligand has a motif for the hinge, and no known pose of it goes without.
    hinge_bonds : int
    overlap_angstrom : float
        The largest with the protein once relaxed.
    failed_checks : tuple of str
        PoseBusters rules that it breaks; none where PoseBusters is not installed.
    gap_kcal_mol : float or None
        Energy of the lowest different pose above this one; None where there is none.
    conflict : str
        Why the ligand does not bind this state of the DFG motif; empty where nothing is known against it.
    likeness : float
        To how other known ligands lie (`trkstruct.pose.placing.likeness`).
    """

    template: str
    template_rmsd_angstrom: float | None
    wants_hinge: bool
    hinge_bonds: int
    overlap_angstrom: float
    failed_checks: tuple[str, ...]
    gap_kcal_mol: float | None
    conflict: str
    likeness: float = 0.0


def classify(found: PoseEvidence, origin: str = "") -> PoseAssessment:
    """The class of a pose and why: what is doubtful, else what keeps it from being reliable, else what supports it."""
    doubts, reservations = _doubts(found), _reservations(found)
    name: PoseClass = "doubtful" if doubts else "plausible" if reservations else "reliable"
    reasons = doubts or reservations or (_support(found),)
    return PoseAssessment(pose_class=name, reasons=reasons, origin=origin, hinge_bonds=found.hinge_bonds)


def assess(
    poses: Sequence[PosedLigand], kinase: Kinase, templates: Sequence[Template], shapes: Sequence[KnownShape] = ()
) -> tuple[PosedLigand, ...]:
    """The poses, each with its class and its likeness to other ligands.

    Parameters
    ----------
    poses : sequence of PosedLigand
        All that were relaxed in one receptor.
    kinase : Kinase
        Of the receptor.
    templates : sequence of Template
        Ligands known in a pocket of the same DFG state, in the receptor's frame.
    shapes : sequence of KnownShape
        Of other ligands known in such a pocket.
    """
    alike = [replace(pose, likeness=_likeness(pose, shapes)) for pose in poses]
    return tuple(replace(pose, assessment=_assess(pose, alike, kinase, templates)) for pose in alike)


def recheck(assessment: PoseAssessment, relaxed: Complex, ligand: Ligand, regions: Regions | None) -> PoseAssessment:
    """The class once the wild type of a scan is relaxed, which may tell against a pose but never for it.

    Parameters
    ----------
    assessment : PoseAssessment
        As the pose was found.
    relaxed : Complex
        The wild type with its ligand.
    ligand : Ligand
    regions : ChainMatch, Kinase or None
        Says where the hinge is.
    """
    bonds = hinge_hydrogen_bonds(relaxed, regions) if regions is not None else ()
    lost = ("its hydrogen bond to the hinge is lost when the wild type is relaxed",)
    overlap = _largest_overlap(relaxed, ligand)
    doubts: tuple[str, ...] = lost if assessment.hinge_bonds and not bonds else ()
    if overlap >= SEVERE_OVERLAP_ANGSTROM:
        doubts += (_overlap_words(overlap),)
    if not doubts:
        return assessment
    kept = assessment.reasons if assessment.pose_class == "doubtful" else ()
    return assessment.model_copy(update={"pose_class": "doubtful", "reasons": (*kept, *doubts)})


def different_poses(poses: Sequence[PosedLigand], count: int) -> tuple[PosedLigand, ...]:
    """The first pose, and where that is plausible, the best of each different one within 2 kcal/mol that is so too.

    At most so many: a doubtful pose is not run, and beside a reliable one no other counts.
    """
    kept = list(poses[:1])
    for pose in poses:
        near = pose.energy_kcal_mol - poses[0].energy_kcal_mol < CLOSE_KCAL_MOL
        plausible = all(each.assessment and each.assessment.pose_class == "plausible" for each in (pose, poses[0]))
        if len(kept) < count and near and plausible and all(_differ(pose, other) for other in kept):
            kept.append(pose)
    return tuple(kept)


def _assess(
    pose: PosedLigand, poses: Sequence[PosedLigand], kinase: Kinase, templates: Sequence[Template]
) -> PoseAssessment:
    key = skeleton_key(pose.ligand)
    same = [each for each in templates if skeleton_key(each.ligand) == key]
    near = min(same, key=lambda each: pose_rmsd(pose.ligand, each.ligand.molblock), default=None)
    others = [each.energy_kcal_mol for each in poses if each is not pose and _differ(each, pose)]
    conformation = conformation_of(pose.complex, clinical_match(pose.complex, kinase))
    return classify(
        PoseEvidence(
            template=near.name if near else "",
            template_rmsd_angstrom=pose_rmsd(pose.ligand, near.ligand.molblock) if near else None,
            wants_hinge=has_hinge_motif(pose.ligand) and (near is None or near.hinge_bonds > 0),
            hinge_bonds=len(pose.hinge_bonds),
            overlap_angstrom=_largest_overlap(pose.complex, pose.ligand),
            failed_checks=pose.failed_checks or (),
            gap_kcal_mol=min(others) - pose.energy_kcal_mol if others else None,
            conflict=conformation_conflict(pose.ligand, conformation),
            likeness=pose.likeness,
        ),
        pose.origin,
    )


def _doubts(found: PoseEvidence) -> tuple[str, ...]:
    """Each alone makes a pose doubtful."""
    doubts = []
    if found.conflict:
        doubts.append(found.conflict)
    if found.wants_hinge and not found.hinge_bonds:
        doubts.append("no hydrogen bond to the hinge, though it has a motif for one")
    if found.template_rmsd_angstrom is not None and found.template_rmsd_angstrom > SAME_POSE_ANGSTROM:
        doubts.append(f"{found.template_rmsd_angstrom:.1f} Å from where {found.template} lies")
    if found.overlap_angstrom >= SEVERE_OVERLAP_ANGSTROM:
        doubts.append(_overlap_words(found.overlap_angstrom))
    if found.failed_checks:
        doubts.append(f"breaks PoseBusters' {', '.join(found.failed_checks)}")
    if not found.template and found.likeness < LEAST_LIKENESS:
        doubts.append("it lies unlike the known ligands of kinases, and no known pose of this one speaks for it")
    if not found.template and found.gap_kcal_mol is not None and found.gap_kcal_mol < -CLOSE_KCAL_MOL:
        doubts.append(f"a different pose is {-found.gap_kcal_mol:.1f} kcal/mol lower in energy")
    if not doubts and not found.template and not found.hinge_bonds:
        doubts.append(
            "nothing that is known speaks for it: no known pose of this ligand, no hydrogen bond to the hinge"
        )
    return tuple(doubts)


def _reservations(found: PoseEvidence) -> tuple[str, ...]:
    """Each alone keeps a pose from being reliable."""
    reservations = []
    if not found.template:
        reservations.append("no known pose of the same ligand supports it")
        if found.gap_kcal_mol is not None and found.gap_kcal_mol < CLOSE_KCAL_MOL:
            where = "above" if found.gap_kcal_mol >= 0 else "below"
            reservations.append(f"a different pose is {abs(found.gap_kcal_mol):.1f} kcal/mol {where}")
    if found.overlap_angstrom >= MODERATE_OVERLAP_ANGSTROM:
        reservations.append(_overlap_words(found.overlap_angstrom))
    return tuple(reservations)


def _support(found: PoseEvidence) -> str:
    bonds = f", {found.hinge_bonds} hydrogen bond{'s' if found.hinge_bonds > 1 else ''} to the hinge"
    return f"{found.template_rmsd_angstrom:.1f} Å from {found.template}{bonds if found.hinge_bonds else ''}"


def _overlap_words(overlap_angstrom: float) -> str:
    return f"overlaps the wild type by {overlap_angstrom:.1f} Å"


def _largest_overlap(complex_: Complex, ligand: Ligand) -> float:
    return max((clash.overlap_angstrom for clash in find_clashes(complex_, ligand)), default=0.0)


def _likeness(pose: PosedLigand, shapes: Sequence[KnownShape]) -> float:
    shape = known_shape(pose.ligand)
    return likeness(shape.points, shape.features, shapes)


def _differ(one: PosedLigand, other: PosedLigand) -> bool:
    return pose_rmsd(one.ligand, other.ligand.molblock) > SAME_POSE_ANGSTROM
