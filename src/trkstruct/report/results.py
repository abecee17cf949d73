"""Results as a person or a notebook meets them: they print as the table and turn into a data frame."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ValidationError

from trkstruct import records
from trkstruct.errors import InputError
from trkstruct.files.regular_file import read_regular
from trkstruct.files.run_folder import JSON_NAME
from trkstruct.report.case_rows import flat_row
from trkstruct.report.table import results_text
from trkstruct.residues import AtomLabel, ResidueId

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

LARGEST_RESULTS_BYTES: Final = 500_000_000  # 20 000 cases
LARGEST_NUMBER: Final = 1e30  # energies of overlapping atoms are large; this is none's
OTHERWISE: Final = "Was it changed? Repeat the scan; what is kept is not computed again."


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
        When it is missing, no regular file, larger than 500 MB, was not written by this version's schema, or holds what
        no scan finds: a number that is none or beyond 1e30, a residue or an atom that is not named as one.
    """
    path = Path(path)
    path = path / JSON_NAME if path.is_dir() else path
    try:
        results = Results.model_validate_json(read_regular(path, LARGEST_RESULTS_BYTES))
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
    _check_numbers(results, path, "")
    for number, case in enumerate(results.cases):
        if case.ddg_error_kcal_mol is not None and case.ddg_error_kcal_mol < 0:
            said = f"cases.{number}.ddg_error_kcal_mol is {case.ddg_error_kcal_mol:.4g}, and no error is negative"
            raise InputError(f"{path} is not what a scan wrote: {said}. {OTHERWISE}")
        _check_names(case, path, f"cases.{number}")
    return results


def _check_numbers(value: object, path: Path, where: str) -> None:
    """Raise for a number that is none, or that no figure could show."""
    if isinstance(value, BaseModel):
        for name, each in value:
            _check_numbers(each, path, f"{where}.{name}" if where else name)
    elif isinstance(value, tuple):
        for number, each in enumerate(value):
            _check_numbers(each, path, f"{where}.{number}")
    elif isinstance(value, int | float) and not abs(value) <= LARGEST_NUMBER:
        raise InputError(f"{path} is not what a scan wrote: {where} is {value:.4g}. {OTHERWISE}")


def _check_names(case: records.Case, path: Path, where: str) -> None:
    """Raise for a residue or an atom of the protein that is not named as one."""
    bonds = [end for bond in case.hinge_hydrogen_bonds for end in (bond.donor, bond.acceptor)]
    clashing = [clash.protein_atom for clash in (*case.clashes_before, *case.clashes_after)]
    try:
        for site in case.sites:
            ResidueId.parse(site)
        for label in (*clashing, *bonds):
            AtomLabel.parse(label)
    except InputError as error:
        raise InputError(f"{path} is not what a scan wrote: in {where}, {error} {OTHERWISE}") from error
