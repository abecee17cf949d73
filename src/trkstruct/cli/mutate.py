"""``trkstruct mutate``: a mutation built into a structure file."""

from pathlib import Path

import click

from trkstruct.cli.options import STRUCTURE_OR_NAME, kinase_file_option, ligand_residue_option, output_option
from trkstruct.cli.screen.completion import complete_mutations
from trkstruct.cli.terminal import say


@click.command("mutate")
@click.argument("file", type=STRUCTURE_OR_NAME)
@click.argument("mutation", metavar="A:G595R", shell_complete=complete_mutations)
@output_option
@ligand_residue_option
@kinase_file_option
def command(file: Path, mutation: str, output: Path | None, ligand_residue: str | None) -> None:
    """Build a mutation (A:G595R, or A:F589L+G595R) into a PDB or mmCIF file.

    The side chain gets ideal geometry and the rotamer that fits its surroundings, the ligand included.
    Numbers are clinical ones where the kinase is recognised, whatever the file counts, else the file's own.
    """
    from trkstruct.cases.mutate import mutate_file
    from trkstruct.cli.output import goes_to_pdb, write_complex

    complex_ = mutate_file(file, mutation, ligand_residue=ligand_residue, for_pdb=goes_to_pdb(output))
    for note in complex_.notes:
        say(note, err=True)
    write_complex(complex_, output)
