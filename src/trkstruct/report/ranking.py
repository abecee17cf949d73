"""Mutants by predicted resistance: what a saturation scan is read for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from rich.console import Group, RenderableType
from rich.text import Text

from trkstruct.files.csv_text import table_text
from trkstruct.kinase.mutation import WILD_TYPE
from trkstruct.records import Case
from trkstruct.report.case_rows import flat_row
from trkstruct.report.table import LEGEND, TABLE_COLUMNS, parameter_lines, results_table

SHOWN: Final = 25  # rows of each kinase and ligand on the terminal; ranking.csv has all


@dataclass(frozen=True)
class Ranked:
    """A mutant and its place among those of the same kinase and ligand; 1 is the most resistant."""

    rank: int
    case: Case


def rank_by_resistance(cases: Iterable[Case]) -> tuple[Ranked, ...]:
    """Mutants that were scored, by kinase and ligand and there by falling ΔΔG; ties by occlusion, then name.

    Failed cases and wild types are left out. The error of a single ΔΔG is as large as most differences, so
    neighbours in the ranking are not to be told apart.
    """
    scored = [case for case in cases if case.ddg_kcal_mol is not None and case.mutation != WILD_TYPE]
    groups = dict.fromkeys((case.kinase, case.ligand) for case in scored)
    ranked = []
    for group in groups:
        members = [case for case in scored if (case.kinase, case.ligand) == group]
        members.sort(key=lambda case: (-(case.ddg_kcal_mol or 0.0), -(case.occlusion or 0.0), case.mutation))
        ranked += [Ranked(place, case) for place, case in enumerate(members, start=1)]
    return tuple(ranked)


def ranking_report(ranked: Sequence[Ranked], cases: Sequence[Case], width: int = TABLE_COLUMNS) -> RenderableType:
    """What a saturation scan prints: the most resistant mutants of each kinase and ligand, and how many failed."""
    parts: list[RenderableType] = []
    for (kinase, ligand), members in groupby(ranked, key=lambda each: (each.case.kinase, each.case.ligand)):
        of_group = list(members)
        shown = of_group[:SHOWN]
        head = f"{kinase} with {ligand}: {len(of_group)} mutants by predicted resistance"
        more = f", the first {SHOWN}" if len(of_group) > SHOWN else ""
        parts += [Text(head + more, style="bold"), results_table((each.case for each in shown), width), Text("")]
    parts += [Text(line, style="dim") for line in (*LEGEND, *parameter_lines(cases))]
    failed = sum(case.status == "failed" for case in cases)
    if failed:
        parts.append(Text(f"{failed} of {len(cases)} cases failed; results.json says why.", style="bold red"))
    return Group(*parts)


def ranking_csv(ranked: Sequence[Ranked]) -> str:
    """The columns of ``results.csv`` after the rank; ``rank`` alone where nothing was ranked."""
    rows = [{"rank": each.rank, **flat_row(each.case)} for each in ranked]
    return table_text(rows, columns=None if rows else ["rank"])
