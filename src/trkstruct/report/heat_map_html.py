"""The heat map as one HTML table, for the cell of a notebook: no script, no network, no style of a page around it."""

from collections.abc import Sequence
from html import escape
from typing import Final

from trkstruct.records import Case
from trkstruct.report.heat_map import (
    VERDICT_MARKS,
    HeatMap,
    colour_limit,
    ddg_text,
    heat_colours,
    heat_maps,
)
from trkstruct.report.published import call_mark, count_agreement, published_fold_text

SHOWN_ROWS: Final = 200  # of a kinase; a notebook keeps what it shows
LEGEND: Final = (
    "ΔΔG in kcal/mol, positive binds more weakly. ▲ resistant, ? uncertain, ● sensitive (10-fold). "
    "In brackets what was published: R resistant, S sensitive, ≠ the verdict is the other; the ratio. "
    "A model's answer, not clinical advice."
)
_CELL: Final = "padding:4px 8px;text-align:center;white-space:nowrap;border:2px solid transparent"


def heat_map_html(cases: Sequence[Case], summary: str) -> str:
    """One table per kinase: the ΔΔG of each mutation and ligand. Names are escaped: anybody may have chosen them."""
    maps = heat_maps(cases)
    limit = colour_limit(cases)
    tables = "".join(_table(each, limit) for each in maps) or "<p>No mutant, so no heat map.</p>"
    agreed = escape(str(count_agreement(cases)))
    return (
        f"<div><p>{escape(summary)}{'<br>' if agreed else ''}{agreed}</p>{tables}<p><small>{LEGEND}</small></p></div>"
    )


def _table(of: HeatMap, limit: float) -> str:
    head = "".join(f'<th style="{_CELL}">{escape(ligand)}</th>' for ligand in of.ligands)
    rows = "".join(
        f'<tr><th style="{_CELL};text-align:left">{escape(mutation)}</th>'
        f"{''.join(_cell(case, limit) for case in cells)}</tr>"
        for mutation, cells in list(zip(of.mutations, of.cells, strict=True))[:SHOWN_ROWS]
    )
    left = len(of.mutations) - SHOWN_ROWS
    more = f"<p>{left} more mutations are in results.to_dataframe().</p>" if left > 0 else ""
    corner = f'<th style="{_CELL};text-align:left">{escape(of.kinase)}</th>'
    parts = f"<thead><tr>{corner}{head}</tr></thead><tbody>{rows}</tbody>"
    return f'<table style="border-collapse:separate">{parts}</table>{more}'


def _cell(case: Case | None, limit: float) -> str:
    if case is None:
        return f'<td style="{_CELL}"></td>'
    if case.error is not None or case.ddg_kcal_mol is None:
        return f'<td style="{_CELL}" title="{escape(str(case))}">{escape(case.status)}</td>'
    paper, ink = heat_colours(case.ddg_kcal_mol, limit)
    mark = VERDICT_MARKS[case.verdict] if case.verdict else ""
    known = ", ".join(filter(None, (call_mark(case), published_fold_text(case))))
    ratio = f" ({known})" if known else ""
    text = escape(f"{ddg_text(case)} {mark}{ratio}")
    return f'<td style="{_CELL};background:{paper};color:{ink}" title="{escape(str(case))}">{text}</td>'
