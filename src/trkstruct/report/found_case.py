"""One case among many, by what a person writes; and what the cases are, in a line."""

from collections import Counter
from collections.abc import Sequence

from trkstruct.errors import InputError
from trkstruct.kinase.kinases import Kinase, kinase_named
from trkstruct.kinase.mutation import WILD_TYPE, parse_mutation, split_kinase
from trkstruct.records import Case

LISTED = 12  # cases that an error names


def find_case(cases: Sequence[Case], mutation: str, ligand: str | None, kinase: str | None) -> Case:
    """The one case of a mutation and a ligand; see `trkstruct.Results.find_case`.

    What stands there literally counts first, whatever its case; then what the mutation means in each kinase.

    Raises
    ------
    InputError
        When there is no such case, or there are several.
    """
    named, change = _split(mutation, cases)
    asked = _kinase_called(kinase, cases) if kinase else ""
    if named and asked and named != asked:
        raise InputError(f"{mutation!r} is of {named}, but {asked} was asked for.")
    asked = asked or named
    there = [case for case in cases if not asked or _same(case.kinase, asked)]
    literal = [case for case in there if case.mutation.casefold() == change.strip().casefold()]
    carrying = literal or [case for case in there if _means(change, case)]
    found = [case for case in carrying if ligand is None or _same(case.ligand, ligand)]
    if ligand is not None and not found:
        name = _own_name(ligand)
        found = [case for case in carrying if _same(case.ligand, name)]
    if len(found) != 1:
        words = " ".join(filter(None, (kinase, mutation, ligand)))
        raise InputError(f"{len(found)} cases are {words}; of: {_listed(found or carrying or list(cases))}.")
    return found[0]


def case_names(cases: Sequence[Case]) -> tuple[str, ...]:
    """``TRKA G595R larotrectinib`` of each, with its structure where several are called so, else a number."""
    short = [" ".join(filter(None, (case.kinase, case.mutation, case.ligand))) for case in cases]
    often = Counter(short)
    longer = [f"{name} {case.structure}" if often[name] > 1 else name for name, case in zip(short, cases, strict=True)]
    seen: Counter[str] = Counter()
    names = []
    for name in longer:
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(names)


def summary_of(cases: Sequence[Case]) -> str:
    """``12 cases, TRKA and TRKB, 3 mutations, 4 ligands, 1 failed``."""
    kinases = dict.fromkeys(case.kinase for case in cases if case.kinase)
    mutations = {(case.kinase, case.mutation) for case in cases if case.mutation != WILD_TYPE}
    ligands = {case.ligand for case in cases}
    failed = sum(case.error is not None for case in cases)
    parts = [
        _counted(len(cases), "case"),
        *([" and ".join(kinases) if len(kinases) < 4 else _counted(len(kinases), "kinase")] if kinases else []),
        _counted(len(mutations), "mutation"),
        _counted(len(ligands), "ligand"),
        *([f"{failed} failed"] if failed else []),
    ]
    return ", ".join(parts)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _split(mutation: str, cases: Sequence[Case]) -> tuple[str, str]:
    """The name of the kinase that a text starts with, one of the cases or one known here, and what follows it."""
    first, _, rest = mutation.strip().replace(":", " ", 1).partition(" ")
    there = next((case.kinase for case in cases if rest and _same(case.kinase, first)), "")
    if there:
        return there, rest.strip()
    named, change = split_kinase(mutation)
    return named.name if named else "", change


def _kinase_called(text: str, cases: Sequence[Case]) -> str:
    """The name of a kinase; one of a run may be somebody's own, of which nothing is known here."""
    return next((case.kinase for case in cases if _same(case.kinase, text)), "") or kinase_named(text).name


def _means(change: str, case: Case) -> bool:
    """Whether a change, read for the kinase of a case, is the mutation of that case."""
    try:
        kinase = _known(case.kinase)
        return str(parse_mutation(change, kinase, generic=True)) == case.mutation
    except InputError:
        return False


def _known(name: str) -> Kinase | None:
    try:
        return kinase_named(name) if name else None
    except InputError:  # somebody's own
        return None


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.strip().casefold()


def _own_name(ligand: str) -> str:
    """The name of a known inhibitor that is called by a synonym, such as LOXO-101."""
    from trkstruct.ligand.naming.inhibitors import find_inhibitor

    known = find_inhibitor(ligand.strip())
    return ligand if known is None else known.name


def _listed(cases: Sequence[Case]) -> str:
    names = list(dict.fromkeys(" ".join(filter(None, (each.kinase, each.mutation, each.ligand))) for each in cases))
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return ", ".join(sorted(names)[:LISTED]) + more
