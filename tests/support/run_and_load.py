"""A run and what came out of it, in one call."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from trkstruct.executor.run import Done, run_plan
from trkstruct.executor.run_options import RunOptions
from trkstruct.report.results import Results, load_results


def run_and_load(
    specs: Sequence[Any], folder: Path, run: Callable[..., Any], on_done: Done | None = None, **options: Any
) -> Results:
    """Run cases as `run_plan` does, with the options of `RunOptions`, and read the results."""
    run_plan(specs, folder, run, RunOptions(**options), on_done)
    return load_results(folder)
