"""``trkstruct show``: what is known of a mutation, or of a residue."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from trkstruct.cli.terminal import say
from trkstruct.records import Evidence

if TYPE_CHECKING:
    from trkstruct.kinase.kinases import Kinase


@click.command("show")
@click.argument("mutation", metavar="G595R")
@click.option("--kinase", metavar="TRKA", help="Kinase or gene, where the mutation alone does not say.")
def command(mutation: str, kinase: str | None) -> None:
    """Show a mutation's region, its equivalents in related kinases, and its published potency with citations.

    A residue alone, such as G595 or NTRK1:G595, shows its position and all that was published at it.
    """
    from trkstruct.kinase.kinases import kinase_named
    from trkstruct.kinase.position import is_position

    asked = kinase_named(kinase) if kinase else None
    if is_position(mutation):
        _show_position(mutation, asked)
    else:
        _show_mutation(mutation, asked)


def _show_mutation(text: str, asked: "Kinase | None") -> None:
    from trkstruct.kinase.evidence import evidence_for, evidence_for_equivalents
    from trkstruct.kinase.mutation import kinase_meant, parse_mutation

    parsed = parse_mutation(text, asked or kinase_meant(text))
    target = parsed.kinase
    _say_notes(parsed.notes, target)
    name = f"{target.name} ({target.gene}) " if target else ""
    say(f"{name}{parsed}")
    for substitution in parsed.substitutions:
        if target:
            _say_place(str(substitution), target, substitution.number)
    found = evidence_for(target.gene, str(parsed)) if target else ()
    say()
    if found:
        _print_evidence(("ligand",), [((each.ligand,), each) for each in found])
    else:
        say(f"No published potency or clinical call for {parsed} is known here.")
    elsewhere = evidence_for_equivalents(parsed)
    if elsewhere:
        say("\nPublished for the same position in related kinases or with another residue:")
        _print_variants(elsewhere, with_gene=True)


def _show_position(text: str, asked: "Kinase | None") -> None:
    from trkstruct.kinase.evidence import evidence_at, evidence_at_equivalents
    from trkstruct.kinase.position import parse_position

    position = parse_position(text, asked)
    kinase, number = position.kinase, position.residue.number
    _say_notes(position.notes, kinase)
    say(f"{kinase.name} ({kinase.gene}) {position}")
    _say_place(str(position), kinase, number)
    found = evidence_at(kinase, number)
    say()
    if found:
        _print_variants(found, with_gene=False)
    else:
        say(f"No published potency or clinical call for a variant of {position} is known here.")
    elsewhere = evidence_at_equivalents(kinase, number)
    if elsewhere:
        say("\nPublished for the same position in related kinases:")
        _print_variants(elsewhere, with_gene=True)


def _say_notes(notes: Sequence[str], kinase: "Kinase | None") -> None:
    from trkstruct.kinase.mutation import BYPASS_GENES

    for note in notes:
        say(note, err=True)
    if kinase is not None and kinase.gene in BYPASS_GENES:
        say(f"In a tumour driven by TRK, an alteration of {kinase.gene} is a bypass mechanism.", err=True)


def _say_place(label: str, kinase: "Kinase", number: int) -> None:
    """Region and KLIFS number of a residue, and a table of its equivalents."""
    from trkstruct.cli.output import print_table
    from trkstruct.kinase.kinases import equivalents, klifs_number, region_of

    klifs = klifs_number(kinase, number)
    say(f"\n{label}: {region_of(kinase, number)}, KLIFS {klifs if klifs is not None else 'none (outside the pocket)'}")
    same = equivalents(kinase, number)
    if same:
        rows = [(other.name, other.gene, str(residue)) for other, residue in same.items()]
        print_table(("kinase", "gene", "same position"), rows)


def _print_variants(found: Sequence[Evidence], *, with_gene: bool) -> None:
    rows = [((f"{each.gene} {each.mutation}" if with_gene else each.mutation, each.ligand), each) for each in found]
    _print_evidence(("mutation", "ligand"), rows)


def _print_evidence(columns: Sequence[str], rows: Sequence[tuple[Sequence[str], Evidence]]) -> None:
    from trkstruct.cli.output import print_table

    every = [(*first, each.text, _citation(each)) for first, each in rows]
    print_table((*columns, "published", "citation"), every)


def _citation(evidence: Evidence) -> str:
    reference = evidence.doi or (f"PMID {evidence.pmid}" if evidence.pmid else "")
    return (
        f"{evidence.citation}, {reference}" if reference and reference not in evidence.citation else evidence.citation
    )
