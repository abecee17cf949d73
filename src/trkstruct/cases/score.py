"""One case from Python, answered at once."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from trkstruct.cases.plan import plan_and_check
from trkstruct.cases.run_case import StageError, compute_case
from trkstruct.errors import InputError
from trkstruct.kinase.described_kinase import knowing_files
from trkstruct.ligand.naming.records import ligand_texts
from trkstruct.records import Case
from trkstruct.settings import Settings

if TYPE_CHECKING:
    from rdkit.Chem import Mol


def score(
    mutation: str,
    ligand: "str | Mol",
    *,
    kinase: str | None = None,
    structure: str | Path | None = None,
    chain: str | None = None,
    ligand_residue: str | None = None,
    build_ligand: bool = True,
    kinase_files: "str | Path | Sequence[str | Path]" = (),
    settings: Settings | None = None,
) -> Case:
    """Score one mutation against one ligand and keep no files; `trkstruct.scan` does many, and keeps them.

    Parameters
    ----------
    mutation, ligand, kinase, structure, chain, ligand_residue, build_ligand, kinase_files
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
    texts = ligand_texts(ligand)
    if len(texts) > 1:
        raise InputError(f"{ligand} holds {len(texts)} ligands and score takes one; trkstruct.scan takes them all.")
    with knowing_files(kinase_files):
        specs = plan_and_check(
            () if kinase is None else (kinase,),
            (mutation,),
            texts,
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
