"""Who runs the cases of a run, for how long at most, and what is kept of them."""

from dataclasses import dataclass
from typing import Final

CASE_LIMIT_SECONDS: Final = 1800.0  # by default; the dearest case measured, careful preset, takes some minutes


@dataclass(frozen=True)
class RunOptions:
    """How a run is carried out; none of it changes a number of its results.

    Attributes
    ----------
    workers : int or None
        Processes, by default one per available core; 0 runs in this process.
    scheduler : str or None
        Address of a Dask scheduler, whose workers then run the cases instead; this process still writes.
    case_limit_seconds : float
        A case that takes longer is cut off and fails; not when it runs in this process.
    keep_complexes : bool
        False leaves out the complexes, up to 1 MB per case; a case finished without them stays without.
    settings_text : str
        What is written to ``run.toml``, from which the run can be repeated; nothing where it is empty.
    """

    workers: int | None = None
    scheduler: str | None = None
    case_limit_seconds: float = CASE_LIMIT_SECONDS
    keep_complexes: bool = True
    settings_text: str = ""
