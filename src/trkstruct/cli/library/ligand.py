"""``trkstruct ligand``: a user's own ligands."""

from typing import TYPE_CHECKING, Final

import click

from trkstruct.cli.terminal import say

if TYPE_CHECKING:
    from trkstruct.ligand.parameters import MethodName

METHODS: Final[tuple["MethodName", ...]] = ("auto", "openff", "am1-bcc", "mmff94")  # the module that has them is slow


@click.group("ligand")
def command() -> None:
    """Add a ligand of your own from a SMILES, or remove it; `trkstruct list ligands` shows them all."""


@command.command("add")
@click.argument("name")
@click.argument("smiles")
@click.option("--ph", type=click.FloatRange(0, 14), default=7.4, show_default=True, help="Sets the protonation state.")
@click.option("--as-drawn", is_flag=True, help="Keep the protonation state of the SMILES.")
@click.option("--enumerate-stereo", is_flag=True, help="Add every stereoisomer left open, as NAME_1, NAME_2, ...")
@click.option(
    "--parameters",
    type=click.Choice(METHODS),
    default="auto",
    show_default=True,
    help="auto: those that ship, else openff (a second); the others need AmberTools, am1-bcc takes minutes.",
)
@click.option("--replace", is_flag=True, help="Replace a stored ligand of this name.")
def add(
    name: str, smiles: str, ph: float, as_drawn: bool, enumerate_stereo: bool, parameters: "MethodName", replace: bool
) -> None:
    """Make parameters for SMILES and store it as NAME for every later command.

    Salts are stripped, the tautomer is kept, the protonation state is that at --ph unless charges are drawn.
    """
    from trkstruct.cli.output import print_table
    from trkstruct.ligand.library import add_ligands, expand_stereo

    pairs = {name: smiles}
    if enumerate_stereo:
        pairs = dict(text.split("=", 1) for text in expand_stereo([f"{name}={smiles}"]))
    added = add_ligands(pairs, ph=None if as_drawn else ph, parameters=parameters, replace=replace)
    for note in dict.fromkeys(note for ligand in added for note in ligand.notes):
        say(note, err=True)
    rows = [(each.name, each.formal_charge, each.parameter_source, each.smiles) for each in added]
    print_table(("ligand", "charge", "parameters", "SMILES"), rows)


@command.command("remove")
@click.argument("name")
def remove(name: str) -> None:
    """Forget a stored ligand; shipped ones stay."""
    from trkstruct.ligand.stored_ligands import remove_stored

    remove_stored(name)
    say(f"Removed {name}.", err=True)
