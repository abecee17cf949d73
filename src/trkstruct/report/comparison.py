"""Two runs side by side: which cases both have, what changed beyond the error, and what only one of them has."""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from trkstruct.errors import InputError
from trkstruct.files.csv_text import Cell
from trkstruct.kinase.mutation import WILD_TYPE
from trkstruct.records import Case, Results

Change = Literal["beyond the error", "verdict", "now fails", "failed before"]
Key = tuple[str, ...]


@dataclass(frozen=True)
class ComparedCase:
    """A case in two runs.

    Attributes
    ----------
    first, second : Case
    difference_kcal_mol : float or None
        Second minus first, of the ΔΔG; None for a wild type, and where one of them has none.
    error_kcal_mol : float or None
        Root of the sum of the squared errors, one standard deviation.
    """

    first: Case
    second: Case
    difference_kcal_mol: float | None
    error_kcal_mol: float | None

    @property
    def changes(self) -> tuple[Change, ...]:
        """What changed; a difference counts where it is larger than its error."""
        if self.first.status != self.second.status:
            return ("now fails" if self.second.status == "failed" else "failed before",)
        found: list[Change] = []
        if self.difference_kcal_mol is not None and self.error_kcal_mol is not None:
            found += ["beyond the error"] if abs(self.difference_kcal_mol) > self.error_kcal_mol else []
        return (*found, "verdict") if self.first.verdict != self.second.verdict else tuple(found)


@dataclass(frozen=True)
class Comparison:
    """Two runs: what each was, in the settings and versions in which they differ; their common cases; the others."""

    differing: Mapping[str, tuple[str, str]]
    common: tuple[ComparedCase, ...]
    only_first: tuple[Case, ...]
    only_second: tuple[Case, ...]

    @property
    def changed(self) -> tuple[ComparedCase, ...]:
        """Cases in which anything changed: those that fail in one run first, then by the size of the difference."""
        changed = [each for each in self.common if each.changes]
        return tuple(sorted(changed, key=_first_failed_then_largest))


def compare_results(first: Results, second: Results) -> Comparison:
    """Compare two runs case by case: kinase, mutation and ligand, and the structure where a run has several of it.

    Raises
    ------
    InputError
        When they have no case in common.
    """
    key_of = _keys(first.cases, second.cases)
    of_first, of_second = ({key_of(case): case for case in results.cases} for results in (first, second))
    common = tuple(_compared(case, of_second[key]) for key, case in of_first.items() if key in of_second)
    if not common:
        raise InputError(
            f"The two runs have no case in common: one has {_some(first.cases)}, the other {_some(second.cases)}. "
            "Cases are matched by kinase, mutation and ligand."
        )
    return Comparison(
        differing=_differing(first, second),
        common=common,
        only_first=tuple(case for key, case in of_first.items() if key not in of_second),
        only_second=tuple(case for key, case in of_second.items() if key not in of_first),
    )


def _first_failed_then_largest(compared: ComparedCase) -> float:
    return -math.inf if compared.difference_kcal_mol is None else -abs(compared.difference_kcal_mol)


def comparison_row(compared: ComparedCase) -> dict[str, Cell]:
    """A compared case as a row of CSV or JSON."""
    first, second = compared.first, compared.second
    return {
        "kinase": first.kinase,
        "mutation": first.mutation,
        "ligand": first.ligand,
        "structure_a": first.structure,
        "structure_b": second.structure,
        "status_a": first.status,
        "status_b": second.status,
        "ddg_a_kcal_mol": first.ddg_kcal_mol,
        "ddg_error_a_kcal_mol": first.ddg_error_kcal_mol,
        "ddg_b_kcal_mol": second.ddg_kcal_mol,
        "ddg_error_b_kcal_mol": second.ddg_error_kcal_mol,
        "difference_kcal_mol": compared.difference_kcal_mol,
        "difference_error_kcal_mol": compared.error_kcal_mol,
        "verdict_a": first.verdict,
        "verdict_b": second.verdict,
        "changed": "; ".join(compared.changes),
    }


def _compared(first: Case, second: Case) -> ComparedCase:
    values = (first.ddg_kcal_mol, second.ddg_kcal_mol)
    errors = (first.ddg_error_kcal_mol, second.ddg_error_kcal_mol)
    if first.mutation == WILD_TYPE or values[0] is None or values[1] is None:
        return ComparedCase(first, second, None, None)
    error = None if errors[0] is None or errors[1] is None else math.hypot(errors[0], errors[1])
    return ComparedCase(first, second, values[1] - values[0], error)


def _keys(*runs: Sequence[Case]) -> Callable[[Case], Key]:
    """What names a case in both runs; with its structure, where one run has several cases of that name."""
    several = {name for cases in runs for name, count in Counter(map(_name, cases)).items() if count > 1}
    return lambda case: (*_name(case), case.structure) if _name(case) in several else _name(case)


def _name(case: Case) -> Key:
    return (case.kinase, case.mutation, case.ligand)


def _differing(first: Results, second: Results) -> dict[str, tuple[str, str]]:
    """Version, platform, structures, settings and libraries in which two runs differ."""
    described = [
        {
            "trkstruct": results.trkstruct_version,
            "platform": results.platform,
            **{name: str(value) for name, value in results.settings.model_dump().items() if name != "platform"},
            "structures": ", ".join(dict.fromkeys(case.structure for case in results.cases if case.structure)),
            **{name: version for name, version in results.versions.items() if name != "trkstruct"},
        }
        for results in (first, second)
    ]
    names = dict.fromkeys([*described[0], *described[1]])
    pairs = {name: (described[0].get(name, "none"), described[1].get(name, "none")) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _some(cases: Sequence[Case]) -> str:
    names = [" ".join(filter(None, _name(case))) for case in cases if case.mutation != WILD_TYPE]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "") if names else "no mutant"
