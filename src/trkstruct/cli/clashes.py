"""``trkstruct clashes``: the clashes of one structure file."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from trkstruct.case_parts import Clash, Severity
from trkstruct.cli.endings import CLASHES_FOUND
from trkstruct.cli.options import STRUCTURE_OR_NAME, build_ligand_option, chain_option, kinase_file_option
from trkstruct.cli.screen.completion import complete_ligands, complete_mutations
from trkstruct.cli.terminal import say, write_data
from trkstruct.files.csv_text import table_text

RANK: Final[dict[str, int]] = {"minor": 0, "moderate": 1, "severe": 2, "none": 3}  # nothing reaches none


@click.command("clashes")
@click.argument("file", type=STRUCTURE_OR_NAME)
@click.option("--ligand-residue", metavar="LIG", required=True, help="Residue name of the ligand, or chain:number.")
@click.option(
    "--ligand",
    metavar="SMILES",
    shell_complete=complete_ligands,
    help="What the ligand is: SMILES, NAME=SMILES, shipped name or SDF file.",
)
@click.option(
    "--mutation",
    metavar="A:G595R",
    shell_complete=complete_mutations,
    help="Build this mutation first, in the rotamer it takes without the ligand.",
)
@chain_option
@build_ligand_option
@kinase_file_option
@click.option(
    "--format",
    "format_",
    type=click.Choice(("table", "json", "csv")),
    default="table",
    show_default=True,
    help="Output.",
)
@click.option(
    "--fail-on",
    type=click.Choice(("none", "moderate", "severe")),
    default="none",
    show_default=True,
    help="Exit with code 1 when there is a clash of this severity or worse.",
)
@click.pass_context
def command(
    ctx: click.Context,
    file: Path,
    ligand_residue: str,
    ligand: str | None,
    mutation: str | None,
    chain: str | None,
    build_ligand: bool,
    format_: str,
    fail_on: str,
) -> None:
    """List the clashes between a ligand and the protein of a PDB or mmCIF file, the largest overlap first."""
    from trkstruct.cases.one_file import find_file_clashes

    clashes = find_file_clashes(
        file,
        ligand_residue=ligand_residue,
        ligand=ligand,
        mutation=mutation,
        chain=chain,
        build_ligand=build_ligand,
    )
    print_clashes(clashes, format_)
    if any(is_at_least(clash.severity, fail_on) for clash in clashes):
        ctx.exit(CLASHES_FOUND)


def is_at_least(severity: Severity, limit: str) -> bool:
    """Whether a severity reaches the limit of ``--fail-on``."""
    return RANK[severity] >= RANK[limit]


def print_clashes(clashes: Sequence[Clash], format_: str) -> None:
    """Write clashes to stdout as a table, JSON or CSV."""
    rows = [clash.model_dump() for clash in clashes]
    if format_ == "json":
        write_data(json.dumps(rows, indent=1) + "\n")
    elif format_ == "csv":
        write_data(table_text(rows, columns=list(Clash.model_fields)))
    elif not clashes:
        say("No clash.")
    else:
        from trkstruct.cli.output import print_rich
        from trkstruct.report.table import clash_table

        print_rich(clash_table(clashes))
