"""Run notebooks/tour.ipynb in an empty folder and store its outputs; after changing the notebook or the numbers."""

import tempfile
from pathlib import Path
from typing import Final

import nbformat
from nbclient import NotebookClient

TOUR: Final = Path(__file__).parents[2] / "notebooks" / "tour.ipynb"
CELL_SECONDS: Final = 1800  # a minute of computing, on a machine that others use too


def run_notebook(path: Path, folder: Path) -> nbformat.NotebookNode:
    """The notebook with the outputs of a run whose working folder is ``folder``.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        When a cell raises.
    """
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook, timeout=CELL_SECONDS, kernel_name="python3", resources={"metadata": {"path": str(folder)}},
        record_timing=False,
    )  # fmt: skip
    client.execute()
    return notebook


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        executed = run_notebook(TOUR, Path(folder))
    executed.metadata.pop("language_info", None)
    nbformat.write(executed, TOUR)
