"""``trkstruct pose``: where a ligand without a pose binds."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from trkstruct.cli.options import check_folder

if TYPE_CHECKING:
    from trkstruct.placement import Placement
    from trkstruct.placing import PlacingMethod


@click.command("pose")
@click.argument("ligand")
@click.option("--kinase", default="TRKA", show_default=True, metavar="TRKA", help="Kinase or gene.")
@click.option(
    "--method",
    type=click.Choice(("auto", "scaffold", "docking")),
    default="auto",
    show_default=True,
    help="Over a known ligand of the pocket, or by AutoDock Vina (extra 'docking').",
)
@click.option("--poses", type=click.IntRange(1, 20), default=4, show_default=True, help="Poses relaxed and kept.")
@click.option(
    "--exhaustiveness",
    type=click.IntRange(1, 64),
    default=8,
    show_default=True,
    help="Effort of docking; its time grows with it.",
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Same seed, same poses.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    callback=check_folder,
    help="SDF file for the poses, the best first.",
)
@click.option(
    "--complex",
    "complex_file",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    callback=check_folder,
    help="PDB or mmCIF file for the receptor, relaxed around the best pose.",
)
def command(
    ligand: str,
    kinase: str,
    method: "PlacingMethod",
    poses: int,
    exhaustiveness: int,
    seed: int,
    output: Path | None,
    complex_file: Path | None,
) -> None:
    """Place LIGAND (a name, SMILES or NAME=SMILES) in a shipped receptor and rank the poses by energy.

    `trkstruct scan` does the same for a ligand without a pose. To start from what this command wrote:
    `trkstruct scan --structure COMPLEX.pdb --ligand-residue LIG --ligand NAME`.
    """
    from trkstruct.cli.output import print_table
    from trkstruct.kinase import kinase_named
    from trkstruct.ligand import load_ligand
    from trkstruct.placement import poses_sdf
    from trkstruct.placing import Search, place_in_shipped
    from trkstruct.structure import write_pdb
    from trkstruct.structure_file import write_bytes

    molecule = load_ligand(ligand)
    for note in molecule.notes:
        click.echo(note, err=True)
    click.echo(f"Seeking poses of {molecule.name}; where docking is needed, it takes minutes.", err=True)
    placements = place_in_shipped(kinase_named(kinase), molecule, Search(method, seed, poses, exhaustiveness))
    rows = [pose_row(rank, placement) for rank, placement in enumerate(placements, start=1)]
    print_table(("rank", "kcal/mol", "hinge hydrogen bonds", "PoseBusters", "origin"), rows)
    if output is not None:
        write_bytes(output, poses_sdf(placements).encode())
        click.echo(f"Wrote {output}.", err=True)
    if complex_file is not None:
        write_pdb(placements[0].complex, complex_file)
        click.echo(f"Wrote {complex_file}.", err=True)


def pose_row(rank: int, placement: "Placement") -> tuple[str, ...]:
    """Cells of one pose."""
    from trkstruct.placement import name_bonds, name_checks

    energy = f"+{placement.energy_kcal_mol:.1f}"
    return (str(rank), energy, name_bonds(placement), name_checks(placement), placement.origin)
