"""One plain sentence per case, made from what was computed."""

from collections.abc import Sequence
from typing import Final

from trkstruct.records import Case, Clash, EnergyTerms
from trkstruct.residues import ResidueId

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


def summarize(case: Case, sites: Sequence[ResidueId]) -> str:
    """What happens to the fit, in words: clash or lost contact, room for the side chain, shift, energy and cause."""
    where = f" ({', '.join(dict.fromkeys(case.regions))})" if any(case.regions) else ""
    parts = [_fit(case, sites)]
    if case.occlusion is not None and case.occlusion >= NOTABLE_OCCLUSION:
        parts.append(f"{case.ligand} takes {100 * case.occlusion:.0f} % of the room the new side chain would use")
    if case.pose_rmsd_angstrom is not None and case.pose_rmsd_angstrom >= NOTABLE_SHIFT_ANGSTROM:
        parts.append(f"the ligand shifts by {case.pose_rmsd_angstrom:.1f} Å on relaxation")
    parts.append(_energy(case))
    return f"{case.mutation}{where} with {case.ligand}: {'; '.join(filter(None, parts))}."


def own_clashes(clashes: Sequence[Clash], sites: Sequence[ResidueId]) -> tuple[Clash, ...]:
    """The clashes that the mutated residues themselves make."""
    labels = {(site.chain, site.number) for site in sites}
    return tuple(clash for clash in clashes if _residue_of(clash) in labels)


def _residue_of(clash: Clash) -> tuple[str, int]:
    chain, residue, _ = clash.protein_atom.split(":")
    return chain, int("".join(c for c in residue.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") if c.isdigit() or c == "-"))


def _fit(case: Case, sites: Sequence[ResidueId]) -> str:
    before, after = own_clashes(case.clashes_before, sites), own_clashes(case.clashes_after, sites)
    if before:
        worst = max(before, key=lambda clash: clash.overlap_angstrom)
        rest = max((clash.overlap_angstrom for clash in after), default=0.0)
        end = f"{rest:.1f} Å is left" if rest else "relaxation resolves it"
        return f"the new side chain overlaps the ligand by {worst.overlap_angstrom:.1f} Å ({worst.severity}), {end}"
    if case.contacts_lost is not None and case.contacts_lost > 0:
        return f"no clash; {case.contacts_lost} contacts with the ligand are lost"
    return "no clash and no contact lost"


def _energy(case: Case) -> str:
    if case.ddg_kcal_mol is None or case.ddg_terms is None:
        return ""
    text = f"binding changes by {case.ddg_kcal_mol:+.1f} ± {case.ddg_error_kcal_mol:.1f} kcal/mol"
    cause = _largest_term(case.ddg_terms)
    return f"{text}; the largest computed term is {cause}" if cause else text


def _largest_term(terms: EnergyTerms) -> str:
    """The term that contributes most in the direction of the total; electrostatics and solvation count together."""
    values = {name: getattr(terms, name) for name in TERM_WORDS}
    values["solvation"] += values.pop("electrostatics")
    sign = 1.0 if terms.total >= 0 else -1.0
    name = max(values, key=lambda each: sign * values[each])
    if sign * values[name] < NOTABLE_TERM_KCAL_MOL:
        return ""
    return "screened electrostatics" if name == "solvation" else TERM_WORDS[name]
