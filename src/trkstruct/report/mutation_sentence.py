"""One plain sentence per mutation about all its ligands, made from what was computed.

Each ligand falls into one kind: it loses contact, the new side chain fills its place or presses on it, its binding
changes for a reason that shows in the energy only, or it keeps its fit.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from trkstruct.case_parts import Severity
from trkstruct.errors import InputError
from trkstruct.kinase.mutation import WILD_TYPE, parse_mutation
from trkstruct.kinase.substitution import Substitution
from trkstruct.records import Case
from trkstruct.report.case_sentence import NOTABLE_OCCLUSION, count_of, largest_term, loses_contact, own_clash
from trkstruct.report.heat_map import ddg_text
from trkstruct.report.interaction_words import changes_words
from trkstruct.residues import SIDE_CHAIN_HEAVY_ATOMS

PRESSURE: Final[dict[Severity, str]] = {"severe": "fills the place of", "moderate": "presses on"}
OUTCOMES: Final = {
    "sensitive": "keeps its fit",
    "resistant": "binds more weakly",
    "uncertain": "may bind more weakly",
    "pose unreliable": "is not judged",
    None: "is not judged",
}


def mutation_sentences(cases: Iterable[Case]) -> tuple[str, ...]:
    """A sentence for each mutation with a computed case, in the order of the scan."""
    groups: dict[tuple[str, str, str], list[Case]] = {}
    for case in cases:
        if case.status == "ok" and case.mutation != WILD_TYPE:
            protein = case.kinase or case.structure
            groups.setdefault((case.kinase, protein, case.mutation), []).append(case)
    return tuple(summarize_mutation(group) for group in groups.values())


def summarize_mutation(cases: Sequence[Case]) -> str:
    """What one mutation does to each of its ligands: which part is in the way, what is lost, which fit is kept.

    Parameters
    ----------
    cases : sequence of Case
        Computed cases of one mutation, at least one.
    """
    first = cases[0]
    where = f" ({', '.join(dict.fromkeys(first.regions))})" if any(first.regions) else ""
    unjudged = [case.ligand for case in cases if case.verdict == "pose unreliable"]
    clauses = _effects([case for case in cases if case.verdict != "pose unreliable"])
    if unjudged:
        poses = "poses are" if len(unjudged) > 1 else "pose is"
        clauses.append(f"nothing is said of {_listed(unjudged)}, whose {poses} unreliable")
    return f"{first.kinase} {first.mutation}{where}: {'; '.join(clauses)}.".lstrip()


def _effects(cases: Sequence[Case]) -> list[str]:
    """What a mutation does to the ligands whose poses can be believed, in clauses; none without such a ligand."""
    if not cases:
        return []
    who = _newcomer(_substitutions(cases[0].mutation))
    losing = [case for case in cases if _loses_contact(case)]
    kept = [case for case in cases if case.verdict == "sensitive" and case not in losing]
    rest = [case for case in cases if case not in losing and case not in kept]
    clauses = []
    for severity, words in PRESSURE.items():
        pressed = [case for case in rest if _severity(case) == severity]
        if pressed:
            clauses.append(f"{who} {words} {_listed([_pressed(case) for case in pressed])}")
            who = "it"
    if losing:
        clauses.append(f"{who} touches less of {_listed([_losing(case) for case in losing])}")
    elif not clauses:
        crowding = [case for case in cases if _is_crowded(case)]
        by = f"is crowded by {_listed([_crowding(case) for case in crowding])}" if crowding else "is not in the way"
        clauses.append(f"{who} {by}")
    clauses += [f"{case.ligand} {_outcome(case)}, without a clash" for case in rest if _severity(case) not in PRESSURE]
    if kept:
        keep = "keeps its fit" if len(kept) == 1 else "keep their fit"
        clauses.append(f"{_listed([_keeping(case) for case in kept])} {keep}")
    changes = [(case.ligand, changes_words(case.interactions_lost, case.interactions_gained)) for case in cases]
    return [*clauses, *(f"{ligand} {words}" for ligand, words in changes if words)]


def _substitutions(mutation: str) -> tuple[Substitution, ...]:
    """What is replaced; nothing where results of others name what is no mutation."""
    try:
        return parse_mutation(mutation, generic=True).substitutions
    except InputError:
        return ()


def _newcomer(substitutions: Sequence[Substitution]) -> str:
    """``the new Arg, larger than Gly,`` or ``the change to Leu and Arg``."""
    if not substitutions:
        return "the change"
    names = [each.mutant_name.capitalize() for each in substitutions]
    if len(substitutions) > 1:
        return f"the change to {_listed(names)}"
    change = substitutions[0]
    more = SIDE_CHAIN_HEAVY_ATOMS[change.mutant_name] - SIDE_CHAIN_HEAVY_ATOMS[change.wild_type_name]
    size = f", {'larger' if more > 0 else 'smaller'} than {change.wild_type_name.capitalize()}," if more else ""
    return f"the new {names[0]}{size}"


def _loses_contact(case: Case) -> bool:
    """Whether a mutant touches less of the ligand, for no clash of its own."""
    before, after = own_clash(case.clashes_before, case.sites), own_clash(case.clashes_after, case.sites)
    return loses_contact(before, after, case.contacts_lost)


def _severity(case: Case) -> Severity | None:
    """How badly the new side chain clashes before relaxation."""
    clash = own_clash(case.clashes_before, case.sites)
    return clash.severity if clash else None


def _is_crowded(case: Case) -> bool:
    """Whether the ligand stood in the way of the new side chain, whatever relaxation made of it."""
    return _severity(case) in PRESSURE or (case.occlusion or 0.0) >= NOTABLE_OCCLUSION


def _crowding(case: Case) -> str:
    """``larotrectinib (overlap 0.8 Å before relaxation, occlusion 100 %)``."""
    clash = own_clash(case.clashes_before, case.sites)
    parts = []
    if clash is not None and clash.severity in PRESSURE:
        parts.append(f"overlap {clash.overlap_angstrom:.1f} Å before relaxation")
    if (case.occlusion or 0.0) >= NOTABLE_OCCLUSION:
        parts.append(f"occlusion {100 * (case.occlusion or 0.0):.0f} %")
    return f"{case.ligand} ({', '.join(parts)})"


def _pressed(case: Case) -> str:
    """``larotrectinib's hydroxypyrrolidine (overlap 1.5 Å; binds more weakly, ΔΔG +2.6 ± 1.3)``."""
    clash = own_clash(case.clashes_before, case.sites)
    assert clash is not None, "only cases with a clash are pressed"
    part = f"'s {clash.ligand_part}" if clash.ligand_part else ""
    return f"{case.ligand}{part} (overlap {clash.overlap_angstrom:.1f} Å; {_outcome(case)})"


def _losing(case: Case) -> str:
    """``larotrectinib (15 contacts fewer; keeps its fit, ΔΔG +0.3 ± 0.8)``."""
    return f"{case.ligand} ({count_of(case.contacts_lost or 0, 'contact')} fewer; {_outcome(case)})"


def _keeping(case: Case) -> str:
    """``selitrectinib (ΔΔG -0.3 ± 0.8)``, with the severe overlap that the relaxation took up, if there was one."""
    clash = own_clash(case.clashes_before, case.sites)
    resolved = ""
    if clash is not None and clash.severity == "severe":
        where = f" at its {clash.ligand_part}" if clash.ligand_part else ""
        resolved = f", after a first overlap of {clash.overlap_angstrom:.1f} Å{where}"
    return f"{case.ligand} (ΔΔG {ddg_text(case)}{resolved})"


def _outcome(case: Case) -> str:
    """``binds more weakly, ΔΔG +2.1 ± 1.3, mostly protein strain``."""
    parts = [OUTCOMES[case.verdict]]
    if case.ddg_kcal_mol is not None:
        parts.append(f"ΔΔG {ddg_text(case)}")
    cause = largest_term(case.ddg_terms) if case.ddg_terms is not None and case.verdict != "sensitive" else ""
    return ", ".join([*parts, f"mostly {cause}"] if cause else parts)


def _listed(words: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
