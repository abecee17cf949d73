"""One plain sentence per case, made from what was computed."""

from collections.abc import Sequence
from typing import Final

from trkstruct.records import Case, Clash, EnergyTerms
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


def summarize(case: Case) -> str:
    """What happens to the fit, in words: clash or lost contact, room for the side chain, shift, energy and cause."""
    where = f" ({', '.join(dict.fromkeys(case.regions))})" if any(case.regions) else ""
    parts = [_fit(case)]
    if case.occlusion is not None and case.occlusion >= NOTABLE_OCCLUSION:
        parts.append(f"{case.ligand} takes {100 * case.occlusion:.0f} % of the room the new side chain would use")
    if case.pose_rmsd_angstrom is not None and case.pose_rmsd_angstrom >= NOTABLE_SHIFT_ANGSTROM:
        parts.append(f"the ligand shifts by {case.pose_rmsd_angstrom:.1f} Å on relaxation")
    parts.append(_energy(case))
    return f"{case.mutation}{where} with {case.ligand}: {'; '.join(filter(None, parts))}."


def own_clash(case: Case, clashes: Sequence[Clash]) -> Clash | None:
    """The worst of the clashes that the mutated residues themselves make; None when they make none."""
    own = (clash for clash in clashes if str(AtomLabel.parse(clash.protein_atom).residue) in case.sites)
    return max(own, key=lambda clash: clash.overlap_angstrom, default=None)


def loses_contact(case: Case) -> bool:
    """Whether the mutant touches less of the ligand, and no clash of its own is severe at first or stays."""
    before, after = own_clash(case, case.clashes_before), own_clash(case, case.clashes_after)
    clashes = (before is not None and before.severity == "severe") or (after is not None and after.severity != "minor")
    return case.contacts_lost is not None and case.contacts_lost > 0 and not clashes


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


def _fit(case: Case) -> str:
    before, after = own_clash(case, case.clashes_before), own_clash(case, case.clashes_after)
    if loses_contact(case):
        lost = count_of(case.contacts_lost or 0, "contact")
        overlap = f"; a first overlap of {before.overlap_angstrom:.1f} Å is taken up by relaxation" if before else ""
        return f"the new side chain touches less of the ligand, {lost} fewer{overlap}"
    if before:
        end = f"{after.overlap_angstrom:.1f} Å is left" if after else "relaxation resolves it"
        whose = f"{case.ligand}'s {before.ligand_part}" if before.ligand_part else "the ligand"
        return f"the new side chain overlaps {whose} by {before.overlap_angstrom:.1f} Å ({before.severity}), {end}"
    return "no clash and no contact lost"


def _energy(case: Case) -> str:
    if case.ddg_kcal_mol is None or case.ddg_terms is None:
        return ""
    text = f"binding changes by {case.ddg_kcal_mol:+z.1f} ± {case.ddg_error_kcal_mol:.1f} kcal/mol"
    cause = largest_term(case.ddg_terms)
    return f"{text}; the largest computed term is {cause}" if cause else text
