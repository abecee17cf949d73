"""``trkstruct show``: what is known of a mutation, or of a residue."""

import json

import click

from trkstruct.cli.options import kinase_file_option
from trkstruct.cli.screen.completion import complete_kinases, complete_mutations
from trkstruct.cli.terminal import say, write_data


@click.command("show")
@click.argument("mutation", metavar="G595R", shell_complete=complete_mutations)
@click.option(
    "--kinase",
    metavar="TRKA",
    shell_complete=complete_kinases,
    help="Kinase or gene, where the mutation alone does not say.",
)
@kinase_file_option
@click.option("--all", "everything", is_flag=True, help="Every report with its text and citation, not one screen.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def command(mutation: str, kinase: str | None, everything: bool, as_json: bool) -> None:
    """Show a mutation's region, its equivalents in related kinases, and what was published of it, on one screen.

    A kinase alone, such as ROS1, shows what was published of its wild type. A residue alone, such as G595 or
    NTRK1:G595, shows its position and what was published at it. --all has the text and the citation of each report.
    """
    from trkstruct.cli.output import terminal_columns
    from trkstruct.cli.screen.known_variant import known_variant, on_one_screen, variant_json
    from trkstruct.cli.screen.variant_reports import print_everything
    from trkstruct.kinase.kinases import kinase_named

    known = known_variant(mutation, kinase_named(kinase) if kinase else None)
    for note in known.notes:
        say(note, err=True)
    if as_json:
        write_data(json.dumps(variant_json(known), indent=1, ensure_ascii=False) + "\n")
    elif everything:
        print_everything(known)
    else:
        for line in on_one_screen(known, terminal_columns()):
            say(line)
