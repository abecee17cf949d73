"""``trkstruct list``: what ships with trkstruct."""

import json
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import click

from trkstruct.cli.options import kinase_file_option
from trkstruct.cli.terminal import write_data


class Listing(NamedTuple):
    """Column names and rows."""

    columns: Sequence[str]
    rows: Sequence[Sequence[object]]


def list_kinases() -> Listing:
    """The kinases with a pocket map."""
    from trkstruct.kinase.kinases import kinases

    rows = [
        (
            kinase.name,
            kinase.gene,
            kinase.uniprot,
            f"{kinase.first_number}-{kinase.last_number}",
            "; ".join(f"{other.name}: {-other.shift:+d}" for other in kinase.numberings),
        )
        for kinase in kinases()
    ]
    return Listing(("kinase", "gene", "UniProt", "residues", "other numberings"), rows)


def list_structures() -> Listing:
    """The prepared models."""
    from trkstruct.structure.shipped_models import manifest

    rows = [
        (entry.kinase, entry.name, entry.pdb_id, entry.resolution_angstrom, entry.dfg_state, entry.ligand)
        for entry in manifest()
    ]
    return Listing(("kinase", "name", "PDB", "Å", "DFG", "ligand"), rows)


def list_ligands() -> Listing:
    """The inhibitors known by name, those that ship with parameters and poses first, then those a user has stored."""
    from trkstruct.ligand.library import stored_ligands
    from trkstruct.ligand.naming.inhibitors import known_inhibitors
    from trkstruct.ligand.parameters import METHODS
    from trkstruct.ligand.shipped_ligands import SHIPPED_SOURCE, find_smiles, ligand_table

    generations = {row["name"]: row["generation"] for row in ligand_table()}
    known = [
        (
            each.name,
            generations.get(each.name, ""),
            each.formal_charge,
            SHIPPED_SOURCE if each.ships else METHODS[0].source,
            "ships" if each.ships else "computed",
            each.smiles,
        )
        for each in known_inhibitors()
    ]
    stored = [
        (
            each.name,
            "yours",
            each.formal_charge,
            each.parameter_source,
            "ships" if find_smiles(each.smiles) else "computed",
            each.smiles,
        )
        for each in stored_ligands()
    ]
    return Listing(("ligand", "generation", "charge", "parameters", "pose", "SMILES"), [*known, *stored])


def list_regions() -> Listing:
    """The pocket regions, with the residues of the three TRK kinases."""
    from trkstruct.kinase.kinases import REGIONS, trk_kinases

    rows = [
        (
            name,
            _spans(numbers),
            *(" ".join(str(kinase.pocket[klifs - 1]) for klifs in numbers) for kinase in trk_kinases()),
        )
        for name, numbers in REGIONS.items()
    ]
    return Listing(("region", "KLIFS", *(kinase.name for kinase in trk_kinases())), rows)


def list_mutations() -> Listing:
    """The panel that ``trkstruct scan`` runs without options."""
    from trkstruct.kinase.kinases import kinase_named
    from trkstruct.kinase.mutation import PANEL, parse_mutation

    rows = []
    for entry in PANEL:
        kinase = kinase_named(entry.gene)
        mutation = parse_mutation(entry.mutation, kinase)
        rows.append((kinase.name, entry.gene, entry.mutation, ", ".join(mutation.regions), entry.citation))
    return Listing(("kinase", "gene", "mutation", "region", "reported"), rows)


KEYS: Final = {"Å": "resolution_angstrom", "PDB": "pdb_id", "DFG": "dfg_state"}
"""Names in JSON of columns that are called otherwise in results.json."""

LISTINGS: Final[dict[str, Callable[[], Listing]]] = {
    "kinases": list_kinases,
    "structures": list_structures,
    "ligands": list_ligands,
    "regions": list_regions,
    "mutations": list_mutations,
}


@click.command("list")
@click.argument("what", type=click.Choice(tuple(LISTINGS)))
@kinase_file_option
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list with an object for each row.")
def command(what: str, as_json: bool) -> None:
    """List kinases, structures, ligands, regions or mutations."""
    listing = LISTINGS[what]()
    if as_json:
        names = [KEYS.get(name, name.lower().replace(" ", "_")) for name in listing.columns]
        rows = [dict(zip(names, row, strict=True)) for row in listing.rows]
        write_data(json.dumps(rows, indent=1, ensure_ascii=False) + "\n")
        return
    from trkstruct.cli.output import print_table

    print_table(listing.columns, listing.rows)


def _spans(numbers: Sequence[int]) -> str:
    """``3-11`` for consecutive numbers, else the numbers themselves."""
    consecutive = len(numbers) > 1 and numbers[-1] - numbers[0] == len(numbers) - 1
    return f"{numbers[0]}-{numbers[-1]}" if consecutive else " ".join(map(str, numbers))
