"""One case from Python, answered at once."""

from pathlib import Path
from tempfile import TemporaryDirectory

from trkstruct.cases.plan import plan_and_check
from trkstruct.cases.run_case import StageError, compute_case
from trkstruct.records import Case
from trkstruct.settings import Settings


def score(
    mutation: str,
    ligand: str,
    *,
    kinase: str | None = None,
    structure: str | Path | None = None,
    chain: str | None = None,
    ligand_residue: str | None = None,
    build_ligand: bool = True,
    settings: Settings | None = None,
) -> Case:
    """Score one mutation against one ligand and keep no files; `trkstruct.scan` does many, and keeps them.

    Parameters
    ----------
    mutation, ligand, kinase, structure, chain, ligand_residue, build_ligand
        As for `trkstruct.scan`, one of each.
    settings : Settings, optional
        By default the standard preset.

    Raises
    ------
    InputError
        When an argument cannot be used.
    TrkstructError
        When the case fails, of the class that says why: `RelaxationError` when a minimisation did not end well,
        `StructureError`, `LigandError` or `MutationError` when the input turns out not to fit. The message names the
        case and the stage.
    """
    specs = plan_and_check(
        () if kinase is None else (kinase,),
        (mutation,),
        (ligand,),
        settings or Settings(),
        structure=None if structure is None else str(structure),
        chain=chain,
        ligand_residue=ligand_residue,
        build_ligand=build_ligand,
    )
    spec = specs[-1]
    with TemporaryDirectory() as folder:
        try:
            return compute_case(spec, Path(folder)).case
        except StageError as failure:
            error = failure.cause_of(spec.label)
            raise error from error.__cause__
