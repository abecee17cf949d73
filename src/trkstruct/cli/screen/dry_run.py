"""``scan --dry-run``: the cases of a plan, which of them are finished, and about how long the others take."""

import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from trkstruct.cases.spec import CaseSpec
from trkstruct.cli.output import print_table
from trkstruct.cli.terminal import say, write_data
from trkstruct.executor.output_folder import finished_case
from trkstruct.executor.progress import duration
from trkstruct.executor.workers import available_cores
from trkstruct.files.csv_text import table_text
from trkstruct.kinase.mutation import WILD_TYPE
from trkstruct.settings import Preset

SECONDS_OF_CASE: Final[dict[Preset, tuple[float, float]]] = {
    "fast": (6.0, 12.0),
    "standard": (4.0, 21.0),
    "careful": (6.0, 30.0),
}
"""Wild type and mutant, one process, wall seconds on 2 cores: the panel's medians; fast, careful: larotrectinib."""

SHOWN: Final = 200  # rows of the table; CSV and JSON have all


@dataclass(frozen=True)
class Outlook:
    """How many cases are to be computed, the estimated wall time, and where the estimate is from."""

    cases: int
    finished: int
    processes: int
    seconds: float
    source: str


def print_plan(specs: Sequence[CaseSpec], output: Path, workers: int | None, format_: str) -> None:
    """Print the cases to stdout, and to stderr how many there are and the estimated time."""
    kept = {spec.key(): finished_case(output, spec.label, spec.key()) for spec in specs}
    wall = {key: case.wall_seconds for key, case in kept.items() if case is not None}
    rows = [_row(spec, spec.key() in wall) for spec in specs]
    if format_ == "json":
        write_data(json.dumps(rows, indent=1, ensure_ascii=False) + "\n")
    elif format_ == "csv":
        write_data(table_text(rows))
    else:
        print_table(tuple(rows[0]), [tuple(row.values()) for row in rows[:SHOWN]])
        if len(rows) > SHOWN:
            say(f"and {len(rows) - SHOWN} more; --format csv lists all.")
    outlook = estimate(specs, wall, workers)
    say(
        f"{outlook.cases} cases, {outlook.finished} of them finished in {output}: about {duration(outlook.seconds)} "
        f"with {outlook.processes} process{'es' * (outlook.processes != 1)}. Estimated from {outlook.source}; within a "
        "factor of two or three, without docking and the charges of new ligands. Nothing was computed or written.",
        err=True,
    )


def estimate(specs: Sequence[CaseSpec], finished_seconds: dict[str, float], workers: int | None) -> Outlook:
    """Cases that are left times the seconds of one, shared by the processes; a round of wild types, then the mutants.

    Parameters
    ----------
    specs : sequence of CaseSpec
    finished_seconds : dict
        Wall seconds of the cases that are finished, by key: what theirs took, the others will.
    workers : int, optional
        Processes; 0 is this one; by default one per available core.
    """
    preset = specs[0].settings.preset
    seconds = list(SECONDS_OF_CASE[preset])
    source = f"{seconds[0]:g} s for a wild type and {seconds[1]:g} s for a mutant in the {preset} preset"
    own = [[], []]  # type: list[list[float]]
    left = [0, 0]
    for spec in specs:
        is_mutant = spec.mutation != WILD_TYPE
        if spec.key() in finished_seconds:
            own[is_mutant].append(finished_seconds[spec.key()])
        else:
            left[is_mutant] += 1
    if own[True]:
        seconds[True] = statistics.median(own[True])
        seconds[False] = statistics.median(own[False]) if own[False] else seconds[False]
        source = f"the median of the {len(own[True])} mutants that are finished, {seconds[True]:.0f} s"
    processes = max(1, min(available_cores() if workers is None else workers or 1, max(left)))
    rounds = [-(-count // processes) for count in left]
    total = sum(count * each for count, each in zip(rounds, seconds, strict=True))
    return Outlook(len(specs), len(specs) - sum(left), processes, total, source)


def _row(spec: CaseSpec, finished: bool) -> dict[str, str]:
    return {
        "kinase": spec.kinase or "",
        "mutation": spec.mutation,
        "ligand": spec.ligand,
        "structure": spec.structure or "shipped",
        "chain": spec.chain or "",
        "finished": "yes" if finished else "no",
    }
