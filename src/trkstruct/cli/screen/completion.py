"""What a shell offers after the Tab key: names of kinases, mutations, ligands and regions; nothing heavy is loaded.

The click manual, "Shell Completion", has the mechanism; docs/reference/commands.md how to switch it on.
"""

import csv
from collections.abc import Iterable

from click import Context, Parameter
from click.shell_completion import CompletionItem


def complete_kinases(_ctx: Context, _param: Parameter, incomplete: str) -> list[CompletionItem]:
    """Names, each with its gene; genes where the text begins one."""
    from trkstruct.kinase.kinases import kinases

    names = [(kinase.name, kinase.gene) for kinase in kinases()]
    genes = [(kinase.gene, kinase.name) for kinase in kinases() if kinase.gene != kinase.name]
    return _starting(names, incomplete) or _starting(genes, incomplete)


def complete_mutations(ctx: Context, _param: Parameter, incomplete: str) -> list[CompletionItem]:
    """The panel, then variants of which something was published; of the kinases that the line names, if any."""
    from trkstruct.errors import InputError
    from trkstruct.kinase.evidence import published_variants
    from trkstruct.kinase.kinases import kinase_named
    from trkstruct.kinase.mutation import PANEL, WILD_TYPE

    asked = ctx.params.get("kinases") or ctx.params.get("kinase") or ()
    try:
        genes = {kinase_named(name).gene for name in ((asked,) if isinstance(asked, str) else asked)}
    except InputError:
        genes = set()
    known = dict.fromkeys([*((entry.gene, entry.mutation) for entry in PANEL), *published_variants()])
    variants = [(mutation, gene) for gene, mutation in known if mutation != WILD_TYPE and (not genes or gene in genes)]
    return _starting([*variants, (WILD_TYPE, "the wild type")], incomplete)


def complete_ligands(_ctx: Context, _param: Parameter, incomplete: str) -> list[CompletionItem]:
    """Ligands that ship, with their generation, others known by name, and those a user has added; else files."""
    from trkstruct.files.shipped import data_path, shipped_path
    from trkstruct.ligand.stored_ligands import stored_names

    with (shipped_path("ligands") / "ligands.csv").open(encoding="utf-8", newline="") as table:
        shipped = [(row["name"], f"{row['generation']} generation") for row in csv.DictReader(table)]
    with data_path("inhibitors.csv").open(encoding="utf-8", newline="") as table:
        shipped += [(row["name"], "pose computed") for row in csv.DictReader(table)]
    found = _starting([*shipped, *((name, "yours") for name in stored_names())], incomplete)
    return found or [CompletionItem(incomplete, type="file")]


def complete_regions(_ctx: Context, _param: Parameter, incomplete: str) -> list[CompletionItem]:
    """The pocket and its regions, for ``--saturate``."""
    from trkstruct.kinase.kinases import REGIONS

    return _starting([("pocket", "all 85 residues"), *((name, "a region") for name in REGIONS)], incomplete)


def _starting(named: Iterable[tuple[str, str]], incomplete: str) -> list[CompletionItem]:
    """Those that begin with a text, whatever its case, each once."""
    found = dict[str, str]()
    for name, about in named:
        if name.casefold().startswith(incomplete.casefold()):
            found.setdefault(name, about)
    return [CompletionItem(name, help=about) for name, about in found.items()]
