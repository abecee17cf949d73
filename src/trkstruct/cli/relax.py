"""``trkstruct relax``: a structure file minimised around its ligand."""

from pathlib import Path

import click

from trkstruct.cli.options import (
    STRUCTURE_OR_NAME,
    chain_option,
    ligand_residue_option,
    output_option,
    platform_option,
)
from trkstruct.cli.terminal import say
from trkstruct.settings import PlatformName


@click.command("relax")
@click.argument("file", type=STRUCTURE_OR_NAME)
@output_option
@chain_option
@ligand_residue_option
@click.option("--ligand", metavar="SMILES", help="What the ligand is: SMILES, NAME=SMILES, shipped name or SDF file.")
@platform_option
def command(
    file: Path,
    output: Path | None,
    chain: str | None,
    ligand_residue: str | None,
    ligand: str | None,
    platform: PlatformName,
) -> None:
    """Minimise a PDB or mmCIF file around its ligand; the backbone is restrained and far atoms do not move.

    Without --ligand the ligand is left out, and the protein is minimised as a whole.
    """
    if ligand_residue is not None and ligand is None:
        raise click.UsageError("--ligand-residue says where the ligand is; say what it is, too, with --ligand.")

    from trkstruct.cases.one_file import relax_file
    from trkstruct.cli.output import write_complex

    complex_, minimum = relax_file(file, chain=chain, ligand_residue=ligand_residue, ligand=ligand, platform=platform)
    write_complex(complex_, output)
    say(
        f"Energy {minimum.energy_before_kcal_mol:.1f} -> {minimum.energy_kcal_mol:.1f} kcal/mol, RMS gradient "
        f"{minimum.rms_gradient_kcal_mol_angstrom:.3f} kcal/(mol Å), "
        f"{'converged' if minimum.converged else 'not converged'}.",
        err=True,
    )
