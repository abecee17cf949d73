"""Results as a person or a notebook meets them: a table, a heat map, a data frame, and cases found by name."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ValidationError

from trkstruct import records
from trkstruct.errors import InputError
from trkstruct.files.regular_file import read_regular
from trkstruct.files.run_folder import JSON_NAME
from trkstruct.report.case_rows import flat_row
from trkstruct.report.found_case import case_names, find_case, summary_of
from trkstruct.report.heat_map_html import heat_map_html
from trkstruct.report.table import results_text
from trkstruct.residues import AtomLabel, ResidueId

if TYPE_CHECKING:
    import mdtraj
    import pandas as pd
    from matplotlib.figure import Figure

LARGEST_RESULTS_BYTES: Final = 500_000_000  # 20 000 cases
LARGEST_NUMBER: Final = 1e30  # energies of overlapping atoms are large; this is none's
OTHERWISE: Final = "Was it changed? Repeat the scan; what is kept is not computed again."


class Results(records.Results):
    """A finished scan. ``print(results)`` shows the table, a notebook the heat map, and iterating gives the cases."""

    def __str__(self) -> str:
        """The table of the scan, as plain text."""
        return results_text(self)

    def to_dataframe(self) -> "pd.DataFrame":
        """One row per case with the columns of ``results.csv``."""
        import pandas as pd

        frame = pd.DataFrame([flat_row(case) for case in self.cases])
        measured = {name: float for name in frame if str(name).endswith(("_kcal_mol", "_angstrom"))}
        return frame.astype(measured)  # a column that no case has a value in is one of numbers too

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

    def find_case(self, mutation: str, ligand: str | None = None, kinase: str | None = None) -> records.Case:
        """The case of a mutation (``g595r``, ``p.Gly595Arg``, ``TRKA G595R``, ``WT``) and a ligand.

        Parameters
        ----------
        mutation : str
            As on the command line, whatever the case.
        ligand : str, optional
            Its name or a synonym; may be left out where the scan has one ligand for the mutation.
        kinase : str, optional
            A name or gene, where the mutation alone does not say.

        Raises
        ------
        InputError
            When the scan holds no such case, or several.
        """
        return find_case(self.cases, mutation, ligand, kinase)

    def to_mdtraj(self, moment: records.Moment = "after") -> "dict[str, mdtraj.Trajectory]":
        """The complexes for MDTraj, by ``TRKA G595R larotrectinib``, in order; cases without are left out.

        Every mutant has atoms of its own, so each is a trajectory of one frame.

        Raises
        ------
        InputError
            When a file is missing.
        """
        names = case_names(self.cases)
        kept = {"after": "complex", "before": "before", "apo": "apo"}.get(moment, "complex")
        return {
            name: case.to_mdtraj(moment)
            for name, case in zip(names, self.cases, strict=True)
            if getattr(case.files, kept) is not None
        }

    def __len__(self) -> int:
        """How many cases there are."""
        return len(self.cases)

    def __iter__(self) -> Iterator[records.Case]:  # type: ignore[override]
        """The cases, in the order of the scan; the fields of the record are in ``dict(results.__dict__)``."""
        return iter(self.cases)

    def __repr__(self) -> str:
        """``<Results: 12 cases, TRKA, 2 mutations, 4 ligands, 1 failed>``; ``print`` shows the table."""
        return f"<Results: {summary_of(self.cases)}>"

    def _repr_html_(self) -> str:
        """The heat map, as a notebook shows it."""
        return heat_map_html(self.cases, summary_of(self.cases))


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
    return results.model_copy(update={"cases": tuple(case.lying_in(path.parent) for case in results.cases)})


def _check_numbers(value: object, path: Path, where: str) -> None:
    """Raise for a number that is none, or that no figure could show."""
    if isinstance(value, BaseModel):
        for name, each in value.__dict__.items():  # iterating over results gives their cases
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
