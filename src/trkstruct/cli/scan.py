"""``trkstruct scan``: the main job."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from trkstruct.cli.endings import SOME_FAILED
from trkstruct.cli.options import (
    INPUT_FILE,
    STRUCTURE_OR_NAME,
    build_ligand_option,
    chain_option,
    kinase_files_option,
    ligand_residue_option,
    run_options,
    settings_options,
)
from trkstruct.cli.screen.completion import complete_kinases, complete_ligands, complete_mutations, complete_regions
from trkstruct.cli.screen.settings_file import read_config, settings_text
from trkstruct.cli.terminal import say
from trkstruct.errors import InputError
from trkstruct.executor.run_options import RunOptions
from trkstruct.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trkstruct.cases.case_table import CaseRequest
    from trkstruct.cases.spec import CaseSpec

FORMATS: Final = ("table", "markdown", "csv", "json")


@click.command("scan")
@click.option(
    "--kinase",
    "kinases",
    multiple=True,
    metavar="TRKA",
    shell_complete=complete_kinases,
    help="Kinase or gene; repeat for more. [default: all]",
)
@click.option(
    "--mutation",
    "mutations",
    multiple=True,
    metavar="G595R",
    shell_complete=complete_mutations,
    help="Also NTRK1:G595R, p.Gly595Arg, F589L+G595R, WT; repeat for more. [default: the kinase's panel]",
)
@click.option("--mutations-file", type=INPUT_FILE, help="One mutation per line; # starts a comment.")
@click.option(
    "--saturate",
    metavar="WHERE",
    shell_complete=complete_regions,
    help="Every substitution in the pocket, a region ('solvent front') or at residues (G595,F589); ranks the results.",
)
@click.option("--snv", is_flag=True, help="With --saturate: only what one changed nucleotide of the human gene gives.")
@click.option(
    "--coding-sequence", type=INPUT_FILE, help="With --snv: FASTA of the gene. [default: the shipped or fetched one]"
)
@click.option(
    "--ligand",
    "ligands",
    multiple=True,
    metavar="NAME",
    shell_complete=complete_ligands,
    help="Known name (trkstruct list ligands), SMILES, NAME=SMILES, or a file: SDF/MOL2 with its own pose, .smi; each "
    "record is a ligand. Repeat for more. [default: all that ship]",
)
@click.option(
    "--enumerate-stereo",
    is_flag=True,
    help="Run every stereoisomer of a SMILES that leaves some open, instead of refusing.",
)
@click.option(
    "--structure",
    type=STRUCTURE_OR_NAME,
    metavar="FILE",
    help="PDB or mmCIF file to use instead of the usual models, or the name of one (trkstruct list structures).",
)
@chain_option
@ligand_residue_option
@build_ligand_option
@kinase_files_option(expose_value=True)
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("trkstruct-out"),
    show_default=True,
    help="Folder for results.json, results.csv, report.html and the complexes; finished cases found there are kept.",
)
@settings_options
@run_options
@click.option(
    "--complexes/--no-complexes", default=True, help="Keep the complexes of each case, up to 1 MB. [default: keep]"
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    help="What to print: the table, Markdown to paste, or the text of results.csv or results.json. [default: table]",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option(
    "--table",
    type=INPUT_FILE,
    metavar="CSV",
    help="Cases of a table with any of the columns structure, chain, ligand, ligand_residue, mutation and kinase; "
    "what a row leaves out, the options say.",
)
@click.option("--dry-run", is_flag=True, help="List the cases and the estimated time; nothing is computed or written.")
@click.option(
    "--config",
    type=INPUT_FILE,
    metavar="TOML",
    is_eager=True,
    callback=read_config,
    help="Options from a file, such as the run.toml of an earlier run; those of the command line come first.",
)
@click.pass_context
def command(
    ctx: click.Context,
    kinases: tuple[str, ...],
    mutations: tuple[str, ...],
    mutations_file: Path | None,
    saturate: str | None,
    snv: bool,
    coding_sequence: Path | None,
    ligands: tuple[str, ...],
    enumerate_stereo: bool,
    structure: Path | None,
    chain: str | None,
    ligand_residue: str | None,
    build_ligand: bool,
    kinase_files: tuple[Path, ...],  # known already; for the settings file
    output: Path,
    settings: Settings,
    options: RunOptions,
    complexes: bool,
    format_: str | None,
    as_json: bool,
    table: Path | None,
    dry_run: bool,
    config: Path | None,  # read when it is seen: it gives the other options their defaults
) -> None:
    """Run mutations against ligands: clashes, binding impact, verdict.

    Without options: the whole panel of TRKA, TRKB and TRKC resistance mutations with every shipped ligand. The wild
    type is always part of it. An interrupted run continues when the same command is repeated.
    """
    if as_json and format_ not in (None, "json"):
        raise click.UsageError(f"--json and --format {format_} ask for two different things; give one of them.")
    if mutations_file is not None:
        mutations += read_mutations(mutations_file)
    if table is None and structure is None and (chain or ligand_residue):
        raise click.UsageError("--chain and --ligand-residue belong to --structure; name the file.")
    if table is not None and (saturate or enumerate_stereo):
        raise click.UsageError("--table lists its own cases; leave out --saturate and --enumerate-stereo.")
    if saturate is None and (snv or coding_sequence):
        raise click.UsageError("--snv and --coding-sequence belong to --saturate; say where, for example pocket.")
    if saturate is not None:
        if structure is None:
            found = saturated(kinases, saturate, snv, coding_sequence)
        else:
            from trkstruct.structure.chain_choice import named_chain

            named = named_chain(mutations, chain, structure)
            found = saturated_in(structure, saturate, snv, coding_sequence, named, ligand_residue)
        say(f"{len(found)} mutations at {saturate}.", err=True)
        mutations += found

    from trkstruct.cases.case_table import CaseRequest
    from trkstruct.cases.run_case import run_case
    from trkstruct.cli.screen.progress import watched_run
    from trkstruct.cli.screen.scan_report import print_many, report
    from trkstruct.executor.run import REPORTED_CASES, run_plan

    asked = CaseRequest(
        kinases, mutations, ligands, None if structure is None else str(structure), chain, ligand_residue
    )
    specs = planned(asked, table, settings, build_ligand=build_ligand, enumerate_stereo=enumerate_stereo)
    chosen = "json" if as_json else format_ or "table"
    if dry_run:
        from trkstruct.cli.screen.dry_run import print_plan

        print_plan(specs, output, options.workers, chosen)
        return
    options = replace(options, keep_complexes=complexes, settings_text=settings_text(ctx))
    with watched_run(ctx, len(specs), output) as on_done:
        tally = run_plan(specs, output, run_case, options, on_done)
    if tally.cases > REPORTED_CASES:
        print_many(tally, output, chosen)
    else:
        report(output, chosen, ranked=saturate is not None)
    if tally.failed:
        ctx.exit(SOME_FAILED)


def planned(
    asked: "CaseRequest", table: Path | None, settings: Settings, *, build_ligand: bool, enumerate_stereo: bool
) -> "Sequence[CaseSpec]":
    """The cases that the options, or the rows of a table, ask for."""
    from trkstruct.cases.case_table import plan_table
    from trkstruct.cases.plan import plan_and_check
    from trkstruct.ligand.naming.records import ligand_texts

    if table is not None:
        return plan_table(table, asked, settings, build_ligand=build_ligand)
    ligands = ligand_texts(asked.ligands)
    if enumerate_stereo:
        from trkstruct.ligand.library import expand_stereo

        ligands = expand_stereo(ligands)
    return plan_and_check(
        asked.kinases,
        asked.mutations,
        ligands,
        settings,
        structure=asked.structure,
        chain=asked.chain,
        ligand_residue=asked.ligand_residue,
        build_ligand=build_ligand,
    )


def saturated(kinases: tuple[str, ...], where: str, snv: bool, fasta: Path | None) -> tuple[str, ...]:
    """The mutations that ``--saturate`` stands for in each kinase."""
    from trkstruct.cases.saturation import saturation_mutations

    if not kinases:
        raise click.UsageError("--saturate needs --kinase (or --structure).")
    return tuple(
        mutation
        for kinase in kinases
        for mutation in saturation_mutations(kinase, where, snv=snv, coding_sequence=fasta)
    )


def saturated_in(
    structure: Path, where: str, snv: bool, fasta: Path | None, chain: str | None, ligand_residue: str | None
) -> tuple[str, ...]:
    """The mutations that ``--saturate`` stands for in the protein of a file; notes go to stderr."""
    from trkstruct.cases.saturation import saturate_structure

    mutations, notes = saturate_structure(
        structure, where, chain=chain, ligand_residue=ligand_residue, snv=snv, coding_sequence=fasta
    )
    for note in notes:
        say(note, err=True)
    return mutations


def read_mutations(path: Path) -> tuple[str, ...]:
    """Mutations of a text file, one per line; blank lines and what follows ``#`` are left out.

    Raises
    ------
    InputError
        When the file cannot be read or holds none, or with the line that is no mutation.
    """
    from trkstruct.kinase.mutation import parse_mutation

    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"Cannot read the mutations in {path}: {error}.") from error
    numbered = [(number, line.partition("#")[0].strip()) for number, line in enumerate(lines, start=1)]
    mutations = {number: text for number, text in numbered if text}
    if not mutations:
        raise InputError(f"{path} holds no mutation; write one per line, for example G595R.")
    for number, text in mutations.items():
        try:
            parse_mutation(text, generic=True)
        except InputError as error:
            raise InputError(f"{path} line {number}: {error}") from error
    return tuple(mutations.values())
