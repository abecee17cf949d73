"""``trkstruct pose``: where a ligand without a pose binds."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from trkstruct.cli.options import OUTPUT_FILE, STRUCTURE_OR_NAME, chain_option, check_folder, kinase_file_option
from trkstruct.cli.screen.completion import complete_kinases, complete_ligands
from trkstruct.cli.terminal import say

if TYPE_CHECKING:
    from trkstruct.pose.placing.starting import PoseMethod
    from trkstruct.pose.posed_ligand import PosedLigand

DEFAULT_KINASE: Final = "TRKA"


@click.command("pose")
@click.argument("ligand", shell_complete=complete_ligands)
@click.option(
    "--kinase",
    metavar="TRKA",
    shell_complete=complete_kinases,
    help="Kinase or gene whose models ship. [default: TRKA]",
)
@click.option(
    "--structure",
    type=STRUCTURE_OR_NAME,
    metavar="FILE",
    help="PDB or mmCIF file to dock into, or the name of a model (trkstruct list structures).",
)
@chain_option
@kinase_file_option
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
    type=OUTPUT_FILE,
    callback=check_folder,
    help="SDF file for the poses, the best first.",
)
@click.option(
    "--complex",
    "complex_file",
    type=OUTPUT_FILE,
    callback=check_folder,
    help="PDB or mmCIF file for the receptor, relaxed around the best pose.",
)
def command(
    ligand: str,
    kinase: str | None,
    structure: Path | None,
    chain: str | None,
    method: "PoseMethod",
    poses: int,
    exhaustiveness: int,
    seed: int,
    output: Path | None,
    complex_file: Path | None,
) -> None:
    """Place LIGAND (a name, SMILES or NAME=SMILES) in a receptor and rank the poses by energy.

    The receptor is the model that ships with the most similar ligand, or --structure, which is docked into.

    `trkstruct scan` does the same for a ligand without a pose. To start from what this command wrote:
    `trkstruct scan --structure COMPLEX.pdb --ligand-residue LIG --ligand NAME`.
    """
    if chain and structure is None:
        raise click.UsageError("--chain belongs to --structure; name the file.")

    from trkstruct.cli.output import print_table
    from trkstruct.files.outputs import write_bytes
    from trkstruct.kinase.kinases import kinase_named
    from trkstruct.ligand.reading import load_ligand
    from trkstruct.pose.find_poses import search_poses
    from trkstruct.pose.placing.starting import Search
    from trkstruct.pose.posed_ligand import name_class, poses_sdf
    from trkstruct.records import POSE_ADVICE
    from trkstruct.structure.formats.writing import write_pdb

    molecule = load_ligand(ligand)
    for note in molecule.notes:
        say(note, err=True)
    say(f"Seeking poses of {molecule.name}; where docking is needed, it takes minutes.", err=True)
    asked = kinase_named(kinase or DEFAULT_KINASE) if kinase or structure is None else None
    search = Search(method, seed, poses, exhaustiveness)
    found = search_poses(asked, molecule, search, structure=structure, chain=chain)
    rows = [pose_row(rank, pose) for rank, pose in enumerate(found, start=1)]
    if output is not None:  # files first: printing may fail
        write_bytes(output, poses_sdf(found).encode())
        say(f"Wrote {output}.", err=True)
    if complex_file is not None:
        write_pdb(found[0].complex, complex_file)
        say(f"Wrote {complex_file}.", err=True)
    print_table(("rank", "kcal/mol", "class", "hinge hydrogen bonds", "PoseBusters", "origin"), rows)
    say(f"The first is {name_class(found[0])}.", err=True)
    if found[0].assessment is not None and found[0].assessment.pose_class == "doubtful":
        say(f"A scan from it gives no verdict. {POSE_ADVICE}", err=True)


def pose_row(rank: int, pose: "PosedLigand") -> tuple[str, ...]:
    """Cells of one pose."""
    from trkstruct.pose.posed_ligand import name_bonds, name_checks

    energy = f"+{pose.energy_kcal_mol:.1f}"
    judged = pose.assessment.pose_class if pose.assessment else ""
    return (str(rank), energy, judged, name_bonds(pose), name_checks(pose), pose.origin)
