"""Everything that is known of a variant or a residue: each report with its text and citation."""

from collections.abc import Sequence

from trkstruct.case_parts import Evidence
from trkstruct.cli.output import print_table
from trkstruct.cli.screen.known_variant import KnownVariant
from trkstruct.cli.terminal import say


def print_everything(known: KnownVariant) -> None:
    """Print where the variant is, its equivalents, and every report of it and of the same position elsewhere."""
    say(known.title)
    for place in known.places:
        klifs = place.klifs if place.klifs is not None else "none (outside the pocket)"
        say(f"\n{place.label}: {place.region}, KLIFS {klifs}")
        if place.equivalents:
            rows = [(kinase.name, kinase.gene, residue) for kinase, residue in place.equivalents]
            print_table(("kinase", "gene", "same position"), rows)
    say()
    if not known.found:
        say(known.nothing)
    elif known.is_residue:
        _print_variants(known.found, with_gene=False)
    else:
        _print_evidence(("ligand",), [((each.ligand,), each) for each in known.found])
    if known.elsewhere:
        also = "" if known.is_residue else " or with another residue"
        say(f"\nPublished for the same position in related kinases{also}:")
        _print_variants(known.elsewhere, with_gene=True)


def _print_variants(found: Sequence[Evidence], *, with_gene: bool) -> None:
    rows = [((f"{each.gene} {each.mutation}" if with_gene else each.mutation, each.ligand), each) for each in found]
    _print_evidence(("mutation", "ligand"), rows)


def _print_evidence(columns: Sequence[str], rows: Sequence[tuple[Sequence[str], Evidence]]) -> None:
    every = [(*first, each.text, _citation(each)) for first, each in rows]
    print_table((*columns, "published", "citation"), every)


def _citation(evidence: Evidence) -> str:
    reference = evidence.doi or (f"PMID {evidence.pmid}" if evidence.pmid else "")
    return (
        f"{evidence.citation}, {reference}" if reference and reference not in evidence.citation else evidence.citation
    )
