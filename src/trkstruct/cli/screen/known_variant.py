"""What is known of a variant or a residue, as one value; and that value on one screen, or as JSON."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from trkstruct.case_parts import Evidence
from trkstruct.cli.screen.columns import filled, laid_out, wrapped
from trkstruct.kinase.evidence import evidence_at, evidence_at_equivalents, evidence_for, evidence_for_equivalents
from trkstruct.kinase.kinases import Kinase, equivalents, kinase_named, klifs_number, region_of
from trkstruct.kinase.mutation import BYPASS_GENES, WILD_TYPE, Mutation, kinase_meant, parse_mutation, split_kinase
from trkstruct.kinase.position import is_position, parse_position

SCREEN_LINES: Final = 23  # of 24: the prompt has one
LEAST_ROWS: Final = 3
DIFFER_FOLD: Final = 3.0  # so far apart two laboratories often are: Kalliokoski 2013, 10.1371/journal.pone.0061007
FULL: Final = "--all shows each with its citation, --json everything."


@dataclass(frozen=True)
class Place:
    """A residue as it is called, its region, its KLIFS number, and what stands there in other kinases."""

    label: str
    region: str
    klifs: int | None
    equivalents: tuple[tuple[Kinase, str], ...]


@dataclass(frozen=True)
class KnownVariant:
    """A variant or a residue: what it is called, where it is, and what was published of it and elsewhere."""

    kinase: Kinase | None
    name: str
    is_residue: bool
    places: tuple[Place, ...]
    found: tuple[Evidence, ...]
    elsewhere: tuple[Evidence, ...]
    notes: tuple[str, ...]

    @property
    def title(self) -> str:
        """``TRKA (NTRK1) G595R``."""
        return f"{self.kinase.name} ({self.kinase.gene}) {self.name}" if self.kinase else self.name

    @property
    def nothing(self) -> str:
        """What is said where nothing was published."""
        what = f"a variant of {self.name}" if self.is_residue else self.name
        return f"No published potency or clinical call for {what} is known here."


def known_variant(text: str, asked: Kinase | None) -> KnownVariant:
    """What is known of a mutation, a residue or a kinase as a person writes it.

    Raises
    ------
    InputError
        When the text is neither, or does not fit its kinase.
    """
    if is_kinase(text):
        asked, text = kinase_named(text), WILD_TYPE
    if not is_position(text):
        return _known_mutation(parse_mutation(text, asked or kinase_meant(text)))
    position = parse_position(text, asked)
    kinase, number = position.kinase, position.residue.number
    return KnownVariant(
        kinase,
        str(position),
        True,
        (_place(str(position), kinase, number),),
        evidence_at(kinase, number),
        evidence_at_equivalents(kinase, number),
        (*position.notes, *_bypass(kinase)),
    )


def is_kinase(text: str) -> bool:
    """Whether a text is the name of a kinase and nothing else, which stands for its wild type."""
    kinase, rest = split_kinase(text)
    return kinase is not None and not rest


def on_one_screen(known: KnownVariant, width: int) -> list[str]:
    """At most 23 lines: where it is, a row for each ligand, and where else there are reports."""
    head = _where(known, width)
    tail = ["", *_elsewhere(known.elsewhere, width)] if known.elsewhere else []
    reports = len(known.found) + len(known.elsewhere)
    tail += ["", *wrapped(f"{reports} report{'s' * (reports != 1)} in all; {FULL}", width)] if reports else []
    if not known.found:
        return [*head, "", *wrapped(known.nothing, width), *tail]
    columns, rows = _rows(known)
    table = laid_out(columns, rows, width)
    room = SCREEN_LINES - len(head) - len(tail) - 1
    shown = len(rows)
    while len(table) > room and shown > LEAST_ROWS:
        shown -= 1
        table = [*laid_out(columns, rows[:shown], width), f"and {len(rows) - shown} more"]
    return [*head, "", *table, *tail]


def variant_json(known: KnownVariant) -> dict[str, object]:
    """Everything, with the names of results.json."""
    return {
        "kinase": known.kinase.name if known.kinase else "",
        "gene": known.kinase.gene if known.kinase else "",
        "residue" if known.is_residue else "mutation": known.name,
        "places": [
            {
                "residue": place.label,
                "region": place.region,
                "klifs": place.klifs,
                "equivalents": {kinase.name: residue for kinase, residue in place.equivalents},
            }
            for place in known.places
        ],
        "evidence": [each.model_dump(mode="json") for each in known.found],
        "evidence_of_equivalents": [each.model_dump(mode="json") for each in known.elsewhere],
        "notes": list(known.notes),
    }


def called(found: Iterable[Evidence]) -> str:
    """``resistant``; where sources disagree ``resistant 2, sensitive 1``, which is how many say so."""
    calls = Counter(each.call for each in found if each.call)
    if len(calls) < 2:
        return "".join(calls)
    return ", ".join(f"{call} {count}" for call, count in calls.most_common())


def measured(found: Iterable[Evidence]) -> str:
    """``77-fold``; of several ``17 to 254-fold, 2 reports``; of potencies without their wild type ``no ratio``."""
    of_kind = [each for each in found if each.kind != "clinical"]
    folds = sorted(each.fold_change for each in of_kind if each.fold_change is not None)
    if not folds:
        return _potencies(of_kind) or ("no ratio" if of_kind else "")
    if len(folds) == 1:
        return f"{_fold(folds[0])}-fold"
    return f"{_fold(folds[0])} to {_fold(folds[-1])}-fold, {len(folds)} reports"


def _potencies(found: Sequence[Evidence]) -> str:
    """``enzyme IC50 0.1 to 3 nM, 2 reports, 30-fold apart; ...`` of a wild type; empty for anything else."""
    spans: dict[str, list[tuple[float, float]]] = {}
    for each in found:
        low, high = each.low_nm or each.wild_type_nm, each.high_nm or each.wild_type_nm
        if each.mutation == WILD_TYPE and low is not None and high is not None:
            spans.setdefault(each.assay or "potency", []).append((low, high))
    return "; ".join(f"{assay} {_span(values)}" for assay, values in spans.items())


def _span(values: Sequence[tuple[float, float]]) -> str:
    low, high = min(each[0] for each in values), max(each[1] for each in values)
    told = [f"{low:g} nM" if low == high else f"{low:g} to {high:g} nM"]
    told += [f"{len(values)} reports"] if len(values) > 1 else []
    if len(values) > 1 and high >= DIFFER_FOLD * low:
        told.append(f"{_fold(high / low)}-fold apart")
    return ", ".join(told)


def _fold(fold: float) -> str:
    return f"{fold:.0f}" if fold >= 10 else f"{fold:.1f}"


def _known_mutation(mutation: Mutation) -> KnownVariant:
    kinase = mutation.kinase
    return KnownVariant(
        kinase,
        str(mutation),
        False,
        tuple(_place(str(each), kinase, each.number) for each in mutation.substitutions) if kinase else (),
        evidence_for(kinase.gene, str(mutation)) if kinase else (),
        evidence_for_equivalents(mutation),
        (*mutation.notes, *_bypass(kinase)),
    )


def _place(label: str, kinase: Kinase, number: int) -> Place:
    same = tuple((other, str(residue)) for other, residue in equivalents(kinase, number).items())
    return Place(label, region_of(kinase, number), klifs_number(kinase, number), same)


def _bypass(kinase: Kinase | None) -> tuple[str, ...]:
    if kinase is None or kinase.gene not in BYPASS_GENES:
        return ()
    return (f"In a tumour driven by TRK, an alteration of {kinase.gene} is a bypass mechanism.",)


def _where(known: KnownVariant, width: int) -> list[str]:
    """Title, region and KLIFS number; the equivalents of one residue, for which several leave no room."""
    lines = [known.title] if len(known.places) != 1 else []
    for place in known.places:
        klifs = place.klifs if place.klifs is not None else "none (outside the pocket)"
        label = known.title if len(known.places) == 1 else place.label
        lines.append(f"{label}: {place.region}, KLIFS {klifs}")
        if place.equivalents and len(known.places) == 1:
            lines += _listed("Same position:", [f"{kinase.name} {at}" for kinase, at in place.equivalents], width)
    return lines


def _rows(known: KnownVariant) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """A row for each ligand, of a residue for each variant and ligand."""
    rows = []
    for key in dict.fromkeys((each.mutation, each.ligand) for each in known.found):
        of_key = [each for each in known.found if (each.mutation, each.ligand) == key]
        rows.append((*(key if known.is_residue else key[1:]), called(of_key), measured(of_key)))
    first = ("mutation", "ligand") if known.is_residue else ("ligand",)
    return (*first, "called", "measured"), rows


def _listed(head: str, items: Sequence[str], width: int) -> list[str]:
    return filled([head, *(f"{item}," for item in items[:-1]), *items[-1:]], width)


def _elsewhere(found: Sequence[Evidence], width: int) -> list[str]:
    counts = Counter(f"{each.gene} {each.mutation}" for each in found)
    lines = _listed("Reports of others:", [f"{name} ({count})" for name, count in counts.items()], width)
    return lines if len(lines) <= LEAST_ROWS else [*lines[: LEAST_ROWS - 1], "and others"]
