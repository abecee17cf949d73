"""``trkstruct show``: what is known of a mutation."""

import click

from trkstruct.cli.terminal import say
from trkstruct.records import Evidence


@click.command("show")
@click.argument("mutation", metavar="G595R")
@click.option("--kinase", metavar="TRKA", help="Kinase or gene, where the mutation alone does not say.")
def command(mutation: str, kinase: str | None) -> None:
    """Show a mutation's region, its equivalents in related kinases, and its published potency with citations."""
    from trkstruct.cli.output import print_table
    from trkstruct.kinase.evidence import evidence_for, evidence_for_equivalents
    from trkstruct.kinase.kinases import equivalents, kinase_named
    from trkstruct.kinase.mutation import parse_mutation

    parsed = parse_mutation(mutation, kinase_named(kinase) if kinase else None)
    for note in parsed.notes:
        say(note, err=True)
    target = parsed.kinase
    name = f"{target.name} ({target.gene}) " if target else ""
    say(f"{name}{parsed}")
    for substitution, region, klifs in zip(parsed.substitutions, parsed.regions, parsed.klifs, strict=True):
        say(f"\n{substitution}: {region}, KLIFS {klifs if klifs is not None else 'none (outside the pocket)'}")
        same = equivalents(target, substitution.number) if target else {}
        if same:
            print_table(
                ("kinase", "gene", "same position"), [(k.name, k.gene, str(residue)) for k, residue in same.items()]
            )
    found = evidence_for(target.gene, str(parsed)) if target else ()
    say()
    if found:
        print_table(("ligand", "published", "citation"), [(each.ligand, each.text, _citation(each)) for each in found])
    else:
        say(f"No published potency or clinical call for {parsed} is known here.")
    elsewhere = evidence_for_equivalents(parsed)
    if elsewhere:
        say("\nPublished for the same position in related kinases or with another residue:")
        rows = [(f"{each.gene} {each.mutation}", each.ligand, each.text, _citation(each)) for each in elsewhere]
        print_table(("mutation", "ligand", "published", "citation"), rows)


def _citation(evidence: Evidence) -> str:
    reference = evidence.doi or (f"PMID {evidence.pmid}" if evidence.pmid else "")
    return (
        f"{evidence.citation}, {reference}" if reference and reference not in evidence.citation else evidence.citation
    )
