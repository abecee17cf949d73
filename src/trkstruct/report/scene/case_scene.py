"""A case laid out for a molecular viewer: its complexes on each other, the mutated residues, the point of view.

Wild type and mutant lie on each other as they are: the mutant was built into the wild type, and what is far from the
ligand did not move. Scripts name atoms by their serial numbers, so that no name in a user's file can become a command.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from trkstruct.case_parts import Clash
from trkstruct.report.scene.atom_lines import AtomLine
from trkstruct.report.scene.snapshots import Snapshot, label_positions, labelled_clashes, worst_first
from trkstruct.report.scene.viewpoint import Viewpoint
from trkstruct.residues import ResidueId

OBJECT_NAMES: Final[Mapping[str, str]] = {"wild": "wild_type", "before": "before", "after": "relaxed"}
DASH_RADIUS_ANGSTROM: Final = 0.06


@dataclass(frozen=True)
class CaseScene:
    """What a viewer shows.

    Attributes
    ----------
    title : str
        Letters, digits and ``+_-.`` only.
    snapshots : mapping of str to Snapshot
        ``wild``, ``before`` and ``after``, those that are there.
    files : mapping of str to str
        The file of each snapshot; all in one folder.
    sites : tuple of ResidueId
        The mutated residues.
    viewpoint : Viewpoint
    """

    title: str
    snapshots: Mapping[str, Snapshot]
    files: Mapping[str, str]
    sites: tuple[ResidueId, ...]
    viewpoint: Viewpoint


@dataclass(frozen=True)
class DrawnClash:
    """A clash to draw: the serial numbers of its atoms, and its label where it has one."""

    protein_serial: int
    ligand_serial: int
    clash: Clash
    label: str


def drawn_clashes(snapshot: Snapshot) -> tuple[DrawnClash, ...]:
    """The worst clashes of a snapshot; few of them have a label, the overlap in Å."""
    serials = serial_numbers(snapshot.atoms)
    labelled = labelled_clashes(snapshot.clashes, label_positions(snapshot.atoms))
    return tuple(
        DrawnClash(
            serials[clash.protein_atom],
            serials[clash.ligand_atom],
            clash,
            f"{clash.overlap_angstrom:.1f} Å" if clash in labelled else "",
        )
        for clash in worst_first(snapshot.clashes)
    )


def serial_numbers(atoms: Iterable[AtomLine]) -> dict[str, int]:
    """Serial number in the file of each label; the ligand's atoms also by their name alone, as clashes have them."""
    found = {}
    for atom in atoms:
        found[atom.label] = atom.serial
        if atom.is_ligand:
            found[atom.atom] = atom.serial
    return found


def site_spans(snapshot: Snapshot, sites: Iterable[ResidueId]) -> tuple[tuple[int, int], ...]:
    """First and last serial number of each mutated residue; a residue's atoms follow each other in a file."""
    spans = []
    for site in sites:
        serials = [atom.serial for atom in snapshot.atoms if atom.residue == site and not atom.is_ligand]
        if serials:
            spans.append((min(serials), max(serials)))
    return tuple(spans)
