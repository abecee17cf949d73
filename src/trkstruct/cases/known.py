"""What a scan can be asked for by name, as the texts that it takes."""

from trkstruct.kinase.kinases import kinase_named
from trkstruct.kinase.kinases import kinases as known_kinases
from trkstruct.kinase.mutation import PANEL
from trkstruct.ligand.naming.inhibitors import known_inhibitors
from trkstruct.ligand.stored_ligands import stored_names


def kinases() -> tuple[str, ...]:
    """Names of the kinases known here: ``TRKA``, ``TRKB``, ``TRKC``, of which models ship, then the others."""
    return tuple(kinase.name for kinase in known_kinases())


def ligands() -> tuple[str, ...]:
    """Names of the inhibitors that are known, those that ship with poses first, then of ligands a user has added."""
    known = tuple(each.name for each in known_inhibitors())
    return (*known, *(name for name in stored_names() if name not in known))


def mutations(kinase: str | None = None) -> tuple[str, ...]:
    """The panel that a scan without arguments runs, as ``NTRK1:G595R``; with a name or gene, of that kinase only.

    Raises
    ------
    InputError
        When no kinase has that name.
    """
    gene = None if kinase is None else kinase_named(kinase).gene
    return tuple(f"{entry.gene}:{entry.mutation}" for entry in PANEL if gene in (None, entry.gene))
