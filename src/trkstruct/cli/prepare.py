"""``trkstruct prepare``: a structure file as a user has it, made ready for a scan."""

from pathlib import Path

import click

from trkstruct.cli.options import (
    STRUCTURE_OR_NAME,
    chain_option,
    kinase_file_option,
    ligand_residue_option,
    output_option,
)
from trkstruct.cli.terminal import say, write_data


@click.command("prepare")
@click.argument("file", type=STRUCTURE_OR_NAME)
@output_option
@chain_option
@ligand_residue_option
@kinase_file_option
@click.option(
    "--waters",
    type=click.Choice(("none", "pocket")),
    default="none",
    show_default=True,
    help="Waters and ions to keep; pocket: within 5 Å of the ligand. A scan computes with implicit water only.",
)
@click.option("--ph", type=click.FloatRange(0, 14), default=7.4, show_default=True, help="Decides protonation.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Same seed, same model.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON on stdout; needs -o.")
def command(
    file: Path,
    output: Path | None,
    chain: str | None,
    ligand_residue: str | None,
    waters: str,
    ph: float,
    seed: int,
    as_json: bool,
) -> None:
    """Complete the kinase chain of a PDB or mmCIF file: numbers, loops, side chains, hydrogens, caps.

    Says what it did and what to check. ``trkstruct scan --structure FILE`` starts from the same.
    """
    if as_json and output is None:
        raise click.UsageError("--json prints the report on stdout, so the structure needs a file: add -o FILE.")

    from trkstruct.cli.output import goes_to_pdb, write_complex
    from trkstruct.preparation.chain_and_ligand import read_chain_and_ligand
    from trkstruct.preparation.preparation_report import describe_preparation
    from trkstruct.preparation.prepared_file import check_prepared_fits_pdb, prepare_parts

    parts = read_chain_and_ligand(file, chain=chain, ligand_residue=ligand_residue, waters=waters)  # type: ignore[arg-type]
    if goes_to_pdb(output):
        check_prepared_fits_pdb(parts)
    prepared = prepare_parts(parts, ph=ph, seed=seed)
    report = describe_preparation(prepared)
    write_complex(prepared.complex, output)
    if as_json:
        write_data(report.model_dump_json(indent=1) + "\n")
        return
    to_stderr = output is None  # stdout holds the structure then
    what = report.kinase or "unknown protein"
    state = f", {prepared.conformation}" if prepared.conformation else ""
    say(f"{file.name}: {what}, chain {report.chain}, ligand {report.ligand or 'none'}{state}.", err=to_stderr)
    for title, lines in (("Done", report.done), ("To check", report.check)):
        say(f"{title}:", err=to_stderr)
        for line in lines or ("nothing",):
            say(f"  - {line}", err=to_stderr)
