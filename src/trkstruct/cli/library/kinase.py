"""``trkstruct kinase``: a user's own kinases."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from trkstruct.cli.options import INPUT_FILE
from trkstruct.cli.terminal import say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trkstruct.kinase.own_kinase import OwnKinase


@click.group("kinase")
def command() -> None:
    """Keep a kinase of your own that a file describes, or forget it; `trkstruct list kinases` shows them all."""


@command.command("add")
@click.argument("file", type=INPUT_FILE)
@click.option("--replace", is_flag=True, help="Replace a kept kinase of this name that says something else.")
def add(file: Path, replace: bool) -> None:
    """Check a TOML file that describes a kinase, and keep it for every later command.

    docs/how-to/own-kinase.md says what it holds: a name, a gene, the sequence, and the numbers of the 85 pocket
    residues or a relative from which they are taken.
    """
    from trkstruct.kinase.described_kinase import load_own_kinases
    from trkstruct.kinase.kept_kinases import keep_kinase, kept_kinases

    kept = kept_kinases()
    own = load_own_kinases([file], kept)[0]
    before = next((each for each in kept if each.name.casefold() == own.name.casefold()), None)
    if before is not None and before.content != own.content and not replace:
        raise click.UsageError(f"{before.name} is kept already, and described otherwise; use --replace.")
    path = keep_kinase(own)
    _print([own])
    say(f"Kept in {path}; its pocket: {own.pocket_source}.", err=True)


@command.command("list")
def list_kept() -> None:
    """Show the kinases that are kept."""
    from trkstruct.kinase.kept_kinases import kept_kinases

    _print(kept_kinases())


@command.command("remove")
@click.argument("name")
def remove(name: str) -> None:
    """Forget a kept kinase; those that ship stay."""
    from trkstruct.kinase.kept_kinases import remove_kinase

    remove_kinase(name)
    say(f"Removed {name}.", err=True)


def _print(kinases: "Iterable[OwnKinase]") -> None:
    from trkstruct.cli.output import print_table
    from trkstruct.kinase.kinases import REGIONS

    gatekeeper, front = REGIONS["gatekeeper"][0], REGIONS["solvent front"][2]
    rows = [
        (
            own.name,
            own.gene,
            f"{own.first_number}-{own.last_number}",
            *(f"{own.letter_at(own.pocket[klifs - 1])}{own.pocket[klifs - 1]}" for klifs in (gatekeeper, front, 81)),
            own.replaces,
        )
        for own in kinases
    ]
    print_table(("kinase", "gene", "residues", "gatekeeper", "solvent front", "DFG", "replaces"), rows)
