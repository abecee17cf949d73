"""The heat map of a scan as data: which case is in which cell, and the colour of a ddG."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from trkstruct.kinase.mutation import WILD_TYPE
from trkstruct.records import Case, Verdict

COLOUR_MAP: Final = (
    "RdBu_r"  # ColorBrewer: diverging, safe for colour-blind readers; Harrower 2003, 10.1179/000870403235002042
)
LEAST_LIMIT_KCAL_MOL: Final = 3.0  # colours end here unless a ddG goes further; about 160-fold
DARK_BELOW: Final = 0.45  # relative luminance under which white letters have the better contrast, WCAG 2.1
VERDICT_MARKS: Final[dict[Verdict, str]] = {
    "resistant": "▲", "uncertain": "?", "sensitive": "●", "pose unreliable": "✕"
}  # fmt: skip


@dataclass(frozen=True)
class HeatMap:
    """The mutants of one kinase: rows, columns, and the case at each crossing (None where none was run)."""

    kinase: str
    mutations: tuple[str, ...]
    ligands: tuple[str, ...]
    cells: tuple[tuple[Case | None, ...], ...]


def heat_maps(cases: Sequence[Case]) -> tuple[HeatMap, ...]:
    """One heat map per kinase, mutations and ligands in the order of the scan; the wild type is the zero of it."""
    mutants = [case for case in cases if case.mutation != WILD_TYPE]
    return tuple(
        _heat_map(kinase, [case for case in mutants if case.kinase == kinase])
        for kinase in dict.fromkeys(case.kinase for case in mutants)
    )


def pieces_of(heat_map: HeatMap, columns: int) -> tuple[HeatMap, ...]:
    """The heat map cut into pieces of at most so many ligands, for a page that is not wider."""
    starts = range(0, len(heat_map.ligands), columns)
    return tuple(
        HeatMap(
            heat_map.kinase,
            heat_map.mutations,
            heat_map.ligands[start : start + columns],
            tuple(row[start : start + columns] for row in heat_map.cells),
        )
        for start in starts
    )


def colour_limit(cases: Sequence[Case]) -> float:
    """End of the colour scale in kcal/mol, the same on both sides of zero."""
    values = [abs(case.ddg_kcal_mol) for case in cases if case.ddg_kcal_mol is not None]
    return max(LEAST_LIMIT_KCAL_MOL, float(math.ceil(max(values, default=0.0))))


def heat_colours(ddg_kcal_mol: float, limit_kcal_mol: float) -> tuple[str, str]:
    """Background and letters of a cell as ``#rrggbb``: white at zero, red for weaker and blue for stronger binding."""
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    red, green, blue, _ = colormaps[COLOUR_MAP](0.5 + 0.5 * max(-1.0, min(1.0, ddg_kcal_mol / limit_kcal_mol)))
    luminance = sum(
        weight * _linear(part) for weight, part in zip((0.2126, 0.7152, 0.0722), (red, green, blue), strict=True)
    )
    return to_hex((red, green, blue)), "#ffffff" if luminance < DARK_BELOW**2 else "#000000"


def signed(value: float, digits: int = 1) -> str:
    """``+1.4`` or ``-0.3``; what rounds to zero is ``+0.0``, never ``-0.0``."""
    return f"{round(value, digits) + 0.0:+.{digits}f}"


def ddg_text(case: Case) -> str:
    """``+2.0 ± 1.3``, or nothing where there is no number."""
    if case.ddg_kcal_mol is None or case.mutation == WILD_TYPE:
        return ""
    error = "" if case.ddg_error_kcal_mol is None else f" ± {case.ddg_error_kcal_mol:.1f}"
    return f"{signed(case.ddg_kcal_mol)}{error}"


def _heat_map(kinase: str, cases: Sequence[Case]) -> HeatMap:
    mutations = tuple(dict.fromkeys(case.mutation for case in cases))
    ligands = tuple(dict.fromkeys(case.ligand for case in cases))
    at = {(case.mutation, case.ligand): case for case in cases}
    cells = tuple(tuple(at.get((mutation, ligand)) for ligand in ligands) for mutation in mutations)
    return HeatMap(kinase, mutations, ligands, cells)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
