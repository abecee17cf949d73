"""``trkstruct relax``: a structure file minimised around its ligand."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from trkstruct.cli.endings import SOME_FAILED
from trkstruct.cli.options import (
    STRUCTURE_OR_NAME,
    build_ligand_option,
    chain_option,
    kinase_file_option,
    ligand_residue_option,
    output_option,
    platform_option,
)
from trkstruct.cli.screen.completion import complete_ligands
from trkstruct.cli.terminal import say
from trkstruct.settings import PlatformName

if TYPE_CHECKING:
    from trkstruct.energy.minimizer import Minimum

STRAINS_SHOWN: Final = 5


@click.command("relax")
@click.argument("file", type=STRUCTURE_OR_NAME)
@output_option
@chain_option
@ligand_residue_option
@build_ligand_option
@kinase_file_option
@click.option(
    "--ligand",
    metavar="SMILES",
    shell_complete=complete_ligands,
    help="What the ligand is: SMILES, NAME=SMILES, shipped name or SDF file.",
)
@platform_option
def command(
    file: Path,
    output: Path | None,
    chain: str | None,
    ligand_residue: str | None,
    ligand: str | None,
    build_ligand: bool,
    platform: PlatformName,
) -> None:
    """Minimise a PDB or mmCIF file around its ligand; the backbone is restrained and far atoms do not move.

    Without --ligand the ligand is left out, and the protein is minimised as a whole. Exit code 3 when atoms end in one
    another, or a bond or an angle far from its length or width: the file is written, and these are named.
    """
    if ligand_residue is not None and ligand is None:
        raise click.UsageError("--ligand-residue says where the ligand is; say what it is, too, with --ligand.")

    from trkstruct.cases.one_file import relax_file
    from trkstruct.cli.output import goes_to_pdb, write_complex

    complex_, minimum = relax_file(
        file,
        chain=chain,
        ligand_residue=ligand_residue,
        ligand=ligand,
        platform=platform,
        build_ligand=build_ligand,
        for_pdb=goes_to_pdb(output),
    )
    write_complex(complex_, output)
    ending = "converged" if minimum.converged else "not converged"
    say(
        f"Energy {minimum.energy_before_kcal_mol:.1f} -> {minimum.energy_kcal_mol:.1f} kcal/mol, RMS gradient "
        f"{minimum.rms_gradient_kcal_mol_angstrom:.3f} kcal/(mol Å), "
        f"{ending}.",
        err=True,
    )
    if minimum.is_strained:
        _warn_of_strain(minimum)
        click.get_current_context().exit(SOME_FAILED)


def _warn_of_strain(minimum: "Minimum") -> None:
    """Where the relaxed complex is no place to rest."""
    shown = "".join(f"\n  {strain}" for strain in minimum.strains[:STRAINS_SHOWN])
    more = len(minimum.strains) - STRAINS_SHOWN
    say(
        f"Not at rest: the relaxation ended where no pocket does.{shown}"
        + (f"\n  and {more} more" if more > 0 else "")
        + "\nLook at these atoms in the input: rebuild what is wrong there, or let `trkstruct prepare` do it.",
        err=True,
    )
