"""One plain sentence per case, made from what was computed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from trkstruct.case_parts import Clash, EnergyTerms, Interaction, PoseAssessment
from trkstruct.records import POSE_ADVICE
from trkstruct.report.interaction_words import changes_words
from trkstruct.residues import AtomLabel

TERM_WORDS: Final = {
    "van_der_waals": "van der Waals contact",
    "electrostatics": "electrostatics",
    "solvation": "solvation",
    "protein_strain": "protein strain",
    "ligand_strain": "ligand strain",
    "lost_rotamers": "lost rotamers",
}
NOTABLE_TERM_KCAL_MOL: Final = 0.5  # below half a kcal/mol a term is not worth a word
NOTABLE_OCCLUSION: Final = 0.2
NOTABLE_SHIFT_ANGSTROM: Final = 0.5


@dataclass(frozen=True)
class Findings:
    """What was computed of a mutant, as far as its sentence tells it; the fields are those of `Case`.

    Attributes
    ----------
    before, after : Clash or None
        The worst clash of the mutated residues themselves, before and after relaxation.
    lost, gained : tuple of Interaction
        Those of the ligand that the mutation takes and gives.
    """

    mutation: str
    ligand: str
    regions: tuple[str, ...]
    before: Clash | None
    after: Clash | None
    occlusion: float
    contacts_lost: int | None
    pose_rmsd_angstrom: float
    ddg_kcal_mol: float
    ddg_error_kcal_mol: float
    ddg_terms: EnergyTerms
    lost: tuple[Interaction, ...] = ()
    gained: tuple[Interaction, ...] = ()


def summarize(found: Findings) -> str:
    """What happens to the fit, in words: clash or lost contact, room for the side chain, shift, bonds, energy."""
    where = f" ({', '.join(dict.fromkeys(found.regions))})" if any(found.regions) else ""
    parts = [_fit(found)]
    if found.occlusion >= NOTABLE_OCCLUSION:
        parts.append(f"{found.ligand} takes {100 * found.occlusion:.0f} % of the room the new side chain would use")
    if found.pose_rmsd_angstrom >= NOTABLE_SHIFT_ANGSTROM:
        parts.append(f"the ligand shifts by {found.pose_rmsd_angstrom:.1f} Å on relaxation")
    changes = changes_words(found.lost, found.gained)
    if changes:
        parts.append(f"{found.ligand} {changes}")
    parts.append(_energy(found))
    return f"{found.mutation}{where} with {found.ligand}: {'; '.join(parts)}."


def unreliable(mutation: str, ligand: str, pose: PoseAssessment) -> str:
    """Why nothing is said of a case whose ligand's pose is doubtful, and what to do."""
    return f"{mutation} with {ligand}: pose unreliable ({'; '.join(pose.reasons)}), so no answer. {POSE_ADVICE}"


def own_clash(clashes: Sequence[Clash], sites: Sequence[str]) -> Clash | None:
    """The worst of the clashes that the mutated residues (``A:595``) themselves make; None when they make none."""
    own = (clash for clash in clashes if str(AtomLabel.parse(clash.protein_atom).residue) in sites)
    return max(own, key=lambda clash: clash.overlap_angstrom, default=None)


def loses_contact(before: Clash | None, after: Clash | None, contacts_lost: int | None) -> bool:
    """Whether a mutant touches less of the ligand, and no clash of its own is severe at first or stays."""
    clashes = (before is not None and before.severity == "severe") or (after is not None and after.severity != "minor")
    return contacts_lost is not None and contacts_lost > 0 and not clashes


def count_of(number: int, noun: str) -> str:
    """``1 contact``, ``15 contacts``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def largest_term(terms: EnergyTerms) -> str:
    """The term that contributes most in the direction of the total; electrostatics and solvation count together."""
    values = {name: getattr(terms, name) for name in TERM_WORDS}
    values["solvation"] += values.pop("electrostatics")
    sign = 1.0 if terms.total >= 0 else -1.0
    name = max(values, key=lambda each: sign * values[each])
    if sign * values[name] < NOTABLE_TERM_KCAL_MOL:
        return ""
    return "screened electrostatics" if name == "solvation" else TERM_WORDS[name]


def _fit(found: Findings) -> str:
    before, after = found.before, found.after
    if loses_contact(before, after, found.contacts_lost):
        lost = count_of(found.contacts_lost or 0, "contact")
        overlap = f"; a first overlap of {before.overlap_angstrom:.1f} Å is taken up by relaxation" if before else ""
        return f"the new side chain touches less of the ligand, {lost} fewer{overlap}"
    if before:
        end = f"{after.overlap_angstrom:.1f} Å is left" if after else "relaxation resolves it"
        whose = f"{found.ligand}'s {before.ligand_part}" if before.ligand_part else "the ligand"
        return f"the new side chain overlaps {whose} by {before.overlap_angstrom:.1f} Å ({before.severity}), {end}"
    return "no clash and no contact lost"


def _energy(found: Findings) -> str:
    text = f"binding changes by {found.ddg_kcal_mol:+z.1f} ± {found.ddg_error_kcal_mol:.1f} kcal/mol"
    cause = largest_term(found.ddg_terms)
    return f"{text}; the largest computed term is {cause}" if cause else text
