"""A user's own benchmark: a CSV table of structures, mutations and what was measured."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from trkstruct.cases.case_table import LIGAND_FILES, existing_file
from trkstruct.errors import InputError
from trkstruct.files.user_table import convert_rows, load_user_table, read_number
from trkstruct.kinase.evidence import apparent_ddg_kcal_mol
from trkstruct.kinase.kinases import Kinase, kinase_named
from trkstruct.kinase.mutation import parse_mutation
from trkstruct.validation.sets import Benchmark, BenchmarkRow

DDG_COLUMN: Final = "ddg_kcal_mol"
RATIO_COLUMNS: Final = (("ic50_wt_nm", "ic50_mutant_nm"), ("kd_wt_nm", "kd_mutant_nm"))
MEASURED: Final = "ddg_kcal_mol, or ic50_wt_nm and ic50_mutant_nm, or kd_wt_nm and kd_mutant_nm"
COLUMNS: Final = (
    *("kinase", "structure", "chain", "ligand", "ligand_residue", "mutation", "ligand_name"),
    *(DDG_COLUMN, *(name for pair in RATIO_COLUMNS for name in pair)),
)


def load_benchmark_file(path: Path) -> Benchmark:
    """Read a table with the columns structure, chain, ligand, mutation and a measurement.

    ``ligand`` is a name, SMILES, ``NAME=SMILES`` or the path of an SDF or MOL2 file; ``ligand_residue`` says which
    residue of the structure it is, where it has no pose of its own. ``structure`` may be empty when ``kinase`` names a
    TRK kinase (the shipped structure is taken then). Paths are relative to the table. Other columns are left alone.

    Raises
    ------
    InputError
        When the file cannot be read or has no usable columns, or with every row and column that is wrong.
    """
    table = load_user_table(path)
    _check_columns(table.columns, path)
    rows = convert_rows(table, lambda line, row: _read_row(row, line, path.parent))
    return Benchmark(path.stem, f"rows of {path.name}", tuple(rows))


def _check_columns(columns: Sequence[str], path: Path) -> None:
    missing = [name for name in ("ligand", "mutation") if name not in columns]
    if "structure" not in columns and "kinase" not in columns:
        missing.insert(0, "structure")
    if DDG_COLUMN not in columns and not any(set(pair) <= set(columns) for pair in RATIO_COLUMNS):
        missing.append(MEASURED)
    if missing:
        raise InputError(
            f"{path} lacks the column {'; '.join(missing)}. It has: {', '.join(columns) or 'nothing'}. "
            f"Columns that are read: {', '.join(COLUMNS)}."
        )


def _read_row(row: Mapping[str, str], line: int, folder: Path) -> BenchmarkRow:
    kinase = kinase_named(row["kinase"]) if row.get("kinase") else None
    structure = existing_file(row["structure"], "structure", folder) if row.get("structure") else None
    if structure is None and (kinase is None or not kinase.is_trk):
        raise InputError("structure is empty; name a PDB or mmCIF file, or a TRK kinase in the column kinase.")
    ligand = row["ligand"]
    if not ligand:
        raise InputError("ligand is empty; give a name, a SMILES or an SDF file.")
    if ligand.lower().endswith(LIGAND_FILES):
        ligand = existing_file(ligand, "ligand", folder)
    return BenchmarkRow(
        kinase=kinase.name if kinase else None,
        structure=structure,
        chain=row.get("chain") or None,
        ligand=ligand,
        ligand_name=row.get("ligand_name") or _short_name(ligand),
        ligand_residue=row.get("ligand_residue") or None,
        mutation=_checked_mutation(row["mutation"], kinase),
        measured=_measured(row),
        source=f"line {line}",
    )


def _checked_mutation(text: str, kinase: Kinase | None) -> str:
    if not text:
        raise InputError("mutation is empty; write it like G595R.")
    if parse_mutation(text, kinase, generic=True).is_wild_type:
        raise InputError(f"mutation {text!r} is the wild type, which has no ddG to compare with.")
    return text


def _measured(row: Mapping[str, str]) -> float:
    given = [names for names in ((DDG_COLUMN,), *RATIO_COLUMNS) if any(row.get(name) for name in names)]
    if len(given) != 1:
        found = " and ".join("/".join(names) for names in given) or "nothing"
        raise InputError(f"needs one measurement ({MEASURED}), and has {found}.")
    numbers = [_number(row.get(name, ""), name) for name in given[0]]
    if len(numbers) == 1:
        return numbers[0]
    for name, value in zip(given[0], numbers, strict=True):
        if value <= 0:
            raise InputError(f"{name} is {value:g}; a concentration is above 0.")
    wild_type, mutant = numbers
    return apparent_ddg_kcal_mol(mutant / wild_type)


def _number(text: str, column: str) -> float:
    if text[:1] in ("<", ">", "≤", "≥", "~"):
        raise InputError(f"{column} is {text!r}, a bound; only exact values can be scored, so leave the row out.")
    return read_number(text, column)


def _short_name(ligand: str) -> str:
    if ligand.lower().endswith(LIGAND_FILES):
        return Path(ligand).stem
    name, equals, smiles = ligand.partition("=")
    return name if equals and smiles and name.replace("-", "").replace("_", "").isalnum() else ligand
