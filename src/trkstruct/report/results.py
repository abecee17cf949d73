"""Results as a person or a notebook meets them: they print as the table and turn into a data frame."""

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from trkstruct import records
from trkstruct.errors import InputError
from trkstruct.report.case_rows import flat_row
from trkstruct.report.table import results_text

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


class Results(records.Results):
    """A finished scan. ``print(results)`` shows the table, ``results.cases`` holds everything that was found."""

    def __str__(self) -> str:
        """The table of the scan, as plain text."""
        return results_text(self)

    def to_dataframe(self) -> "pd.DataFrame":
        """One row per case with the columns of ``results.csv``."""
        import pandas as pd

        return pd.DataFrame([flat_row(case) for case in self.cases])

    def heatmap(self) -> "Figure":
        """The ddG of every mutation and ligand as a figure, with errors, verdicts and published ratios.

        A notebook shows it; ``savefig(path)`` writes it.

        Raises
        ------
        InputError
            When the scan holds no mutant.
        """
        from trkstruct.report.figures import heatmap_figure

        return heatmap_figure(self.cases)

    def find_case(self, mutation: str, ligand: str, kinase: str | None = None) -> records.Case:
        """The case of a mutation (``WT``, ``G595R``) and a ligand.

        Raises
        ------
        InputError
            When the scan holds no such case, or several and no kinase was named.
        """
        found = [
            case
            for case in self.cases
            if (case.mutation, case.ligand) == (mutation, ligand) and kinase in (None, case.kinase)
        ]
        if len(found) != 1:
            held = ", ".join(sorted({f"{case.kinase} {case.mutation} {case.ligand}" for case in found or self.cases}))
            raise InputError(
                f"{len(found)} cases are {kinase or ''} {mutation} {ligand}".replace("  ", " ") + f"; of: {held}."
            )
        return found[0]


def load_results(path: str | Path) -> Results:
    """Read ``results.json``, given the file or the folder that holds it.

    Raises
    ------
    InputError
        When it is missing or was not written by this version's schema.
    """
    path = Path(path)
    path = path / "results.json" if path.is_dir() else path
    try:
        return Results.model_validate_json(path.read_bytes())
    except OSError as error:
        raise InputError(
            f"Cannot read {path}: {error.strerror}. Give the folder that 'trkstruct scan' wrote."
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(
            f"{path} is not a results file of schema {records.SCHEMA_VERSION}: {where}: {first['msg']}. "
            "Was it written by another version? Repeat the scan with this one."
        ) from error
