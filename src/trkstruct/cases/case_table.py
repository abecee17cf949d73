"""A table of cases: one row for each structure, ligand and mutation; a cell left empty is what the options say."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import chain
from pathlib import Path
from typing import Final

from trkstruct.cases.plan import plan_and_check
from trkstruct.cases.spec import CaseSpec
from trkstruct.errors import InputError, TrkstructError
from trkstruct.files.user_table import UserTable, load_user_table, refuse_rows
from trkstruct.kinase.kinases import kinase_named
from trkstruct.kinase.mutation import parse_mutation
from trkstruct.settings import Settings

CASE_COLUMNS: Final = ("kinase", "structure", "chain", "ligand", "ligand_residue", "mutation")
LIGAND_FILES: Final = (".sdf", ".mol", ".mol2", ".smi", ".smiles")


@dataclass(frozen=True)
class CaseRequest:
    """What one row, or the options of a scan, ask for; empty where they do not say.

    ``kinases``, ``mutations`` and ``ligands`` are several only where they come from options.
    """

    kinases: tuple[str, ...] = ()
    mutations: tuple[str, ...] = ()
    ligands: tuple[str, ...] = ()
    structure: str | None = None
    chain: str | None = None
    ligand_residue: str | None = None
    line: int = 0

    @property
    def group(self) -> tuple[object, ...]:
        """What rows share that are planned together."""
        of_structure = (self.structure, self.chain, self.ligand_residue)
        return (self.kinases, self.ligands, *of_structure, bool(self.mutations))  # without mutations: the panel


def check_columns(table: UserTable) -> None:
    """Refuse a table without a column of a case, with one twice, or with a name that is nearly one.

    Raises
    ------
    InputError
        With the column, and what may be meant.
    """
    twice = sorted({name for name in table.columns if name and table.columns.count(name) > 1})
    if twice:
        raise InputError(f"{table.path} has the column {', '.join(twice)} more than once; keep one.")
    if not set(CASE_COLUMNS) & set(table.columns):
        raise InputError(
            f"{table.path} has none of the columns {', '.join(CASE_COLUMNS)}. "
            f"It has: {', '.join(table.columns) or 'nothing'}."
        )
    for name in table.columns:
        like = get_close_matches(name.lower().replace(" ", "_"), CASE_COLUMNS, n=1, cutoff=0.8)
        if name not in CASE_COLUMNS and like and like[0] not in table.columns:
            raise InputError(f"{table.path}: the column {name!r} is not read. Is it {like[0]}? Rename it.")


def existing_file(text: str, column: str, folder: Path) -> str:
    """A file that a cell names.

    Raises
    ------
    InputError
        When it is not there.
    """
    path = folder / text
    if not path.is_file():
        raise InputError(f"{column} {text!r} is not there ({path}); paths are relative to the table.")
    return str(path)


def plan_table(
    path: Path, otherwise: CaseRequest, settings: Settings, *, build_ligand: bool = True
) -> tuple[CaseSpec, ...]:
    """The cases of all rows of a CSV table, each wild type before its mutants, checked as those of a scan.

    Parameters
    ----------
    path : Path
        Its columns are any of ``CASE_COLUMNS``, others are left alone; files are relative to it.
    otherwise : CaseRequest
        What holds where a row does not say.
    settings : Settings
    build_ligand : bool
        Whether heavy atoms of a ligand that its structure lacks are built.

    Raises
    ------
    InputError
        When the file cannot be read or its columns are not those of cases; or with every row that cannot be used, each
        with its line: what is no mutation, what is not there, what does not fit its structure, sequence or ligand.
    """
    table = load_user_table(path)
    check_columns(table)
    requests: dict[tuple[object, ...], list[CaseRequest]] = {}
    problems: dict[int, str] = {}
    for line, row in table.rows:
        try:
            request = _request(row, line, path.parent, otherwise)
            requests.setdefault(request.group, []).append(request)
        except TrkstructError as error:
            problems[line] = str(error)

    def planned(rows: Sequence[CaseRequest]) -> Sequence[CaseSpec]:
        first = rows[0]
        return plan_and_check(
            first.kinases,
            tuple(dict.fromkeys(chain.from_iterable(row.mutations for row in rows))),
            first.ligands,
            settings,
            structure=first.structure,
            chain=first.chain,
            ligand_residue=first.ligand_residue,
            build_ligand=build_ligand,
        )

    specs: list[CaseSpec] = []
    for rows in requests.values():
        specs += _planned_group(rows, planned, problems)
    refuse_rows(table, problems)
    return tuple({spec.key(): spec for spec in specs}.values())


def _planned_group(
    rows: Sequence[CaseRequest],
    planned: Callable[[Sequence[CaseRequest]], Sequence[CaseSpec]],
    problems: dict[int, str],
) -> list[CaseSpec]:
    """The cases of rows that share all but the mutation; where they cannot be planned together, one by one."""
    try:
        return list(planned(rows))
    except InputError as error:
        if len(rows) == 1:
            problems[rows[0].line] = str(error)
            return []
    return [spec for row in rows for spec in _planned_group([row], planned, problems)]


def _request(row: Mapping[str, str], line: int, folder: Path, otherwise: CaseRequest) -> CaseRequest:
    kinase = kinase_named(row["kinase"]) if row.get("kinase") else None
    ligand = row.get("ligand", "")
    if ligand.lower().endswith(LIGAND_FILES):
        ligand = existing_file(ligand, "ligand", folder)
    mutation = row.get("mutation", "")
    if mutation:
        parse_mutation(mutation, kinase, generic=True)
    structure = row.get("structure", "")
    request = replace(
        otherwise,
        kinases=(kinase.name,) if kinase else otherwise.kinases,
        mutations=(mutation,) if mutation else otherwise.mutations,
        ligands=(ligand,) if ligand else otherwise.ligands,
        structure=_structure(structure, folder) if structure else otherwise.structure,
        chain=row.get("chain") or otherwise.chain,
        ligand_residue=row.get("ligand_residue") or otherwise.ligand_residue,
        line=line,
    )
    if request.structure is None and (request.chain or request.ligand_residue):
        raise InputError("chain and ligand_residue belong to a structure; name it in the column or with --structure.")
    return request


def _structure(text: str, folder: Path) -> str:
    """A file beside the table, or the name of a model that ships."""
    from trkstruct.structure.shipped_models import structure_path

    shipped = structure_path(text)
    return str(shipped) if shipped != Path(text) else existing_file(text, "structure", folder)
