"""A ligand in a relaxed pose, and what is said of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from trkstruct.case_parts import HydrogenBond, PoseAssessment
from trkstruct.ligand.ligand import Ligand
from trkstruct.structure.complex import Complex


@dataclass(frozen=True)
class PosedLigand:
    """A ligand in a relaxed pose.

    Attributes
    ----------
    ligand : Ligand
        With its pose.
    complex : Complex
        The receptor relaxed around it.
    origin : str
        How the pose was found.
    energy_kcal_mol : float
        Of pocket and ligand together, above the best pose's.
    hinge_bonds : tuple of HydrogenBond
    failed_checks : tuple of str or None
        PoseBusters rules that it breaks; None when PoseBusters is not installed.
    assessment : PoseAssessment or None
        How far it can be believed; None before it is compared with the others.
    likeness : float
        To how other known ligands of kinases lie; 0 before it is compared with them.
    """

    ligand: Ligand
    complex: Complex
    origin: str
    energy_kcal_mol: float
    hinge_bonds: tuple[HydrogenBond, ...]
    failed_checks: tuple[str, ...] | None
    assessment: PoseAssessment | None = None
    likeness: float = 0.0


def describe(poses: Sequence[PosedLigand]) -> str:
    """One sentence on the best pose: how it was found, its hydrogen bonds to the hinge, the rules that it breaks."""
    best = poses[0]
    return (
        f"Pose of {best.ligand.name} {best.origin}, the best of {len(poses)} relaxed; "
        f"hinge hydrogen bonds: {name_bonds(best)}; PoseBusters: {name_checks(best)}."
    )


def name_class(pose: PosedLigand) -> str:
    """``doubtful: no hydrogen bond to the hinge``; ``not judged`` where it was not compared with others."""
    if pose.assessment is None:
        return "not judged"
    return f"{pose.assessment.pose_class}: {'; '.join(pose.assessment.reasons)}"


def name_bonds(pose: PosedLigand) -> str:
    """Donors and acceptors of the hydrogen bonds to the hinge."""
    return ", ".join(f"{bond.donor}...{bond.acceptor}" for bond in pose.hinge_bonds) or "none"


def name_checks(pose: PosedLigand) -> str:
    """The PoseBusters rules that a pose breaks, in words."""
    if pose.failed_checks is None:
        return "not installed"
    return f"breaks {', '.join(pose.failed_checks)}" if pose.failed_checks else "passed"


def poses_sdf(poses: Sequence[PosedLigand]) -> str:
    """The poses as one SDF text, the best first, with their energies and checks as properties."""
    return "".join(
        f"{each.ligand.molblock}"
        f"> <energy_kcal_mol>\n{each.energy_kcal_mol:.2f}\n\n> <hinge_hydrogen_bonds>\n{name_bonds(each)}\n\n"
        f"> <posebusters>\n{name_checks(each)}\n\n> <pose_class>\n{name_class(each)}\n\n"
        f"> <origin>\n{each.origin}\n\n$$$$\n"
        for each in poses
    )
