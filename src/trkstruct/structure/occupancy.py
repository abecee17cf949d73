"""Atoms that a file has but the density did not show: modelled with an occupancy of 0, to be believed least."""

from collections.abc import Collection, Iterable
from typing import Final

from scipy.spatial import cKDTree

from trkstruct.residues import ResidueId
from trkstruct.structure.complex import Complex, Unseen, ligand_atoms, residue_id
from trkstruct.structure.formats.records import FileResidue

NO_OCCUPANCY: Final = 0.005  # a PDB file has two decimals
NEAR_LIGAND_ANGSTROM: Final = 5.0  # beyond, nothing touches the ligand
SHOWN: Final = 12


def find_unseen(residues: Iterable[FileResidue]) -> tuple[Unseen, ...]:
    """Residues with heavy atoms of occupancy 0; none where the file gives no atom any occupancy."""
    listed = list(residues)
    if not any(atom.occupancy >= NO_OCCUPANCY for residue in listed for atom in residue.atoms):
        return ()
    found = []
    for residue in listed:
        names = tuple(a.name for a in residue.atoms if a.element != "H" and a.occupancy < NO_OCCUPANCY)
        if names:
            found.append(Unseen(residue.identity, residue.name, names))
    return tuple(found)


def unseen_at(complex_: Complex, pocket: Collection[ResidueId] = ()) -> tuple[Unseen, ...]:
    """Those of a complex as read that are the ligand, near it, or among residues of a pocket; all without either."""
    ligand = ligand_atoms(complex_)
    near = set(pocket) | ({complex_.ligand} if complex_.ligand is not None else set())
    if len(ligand):
        distance, _ = cKDTree(complex_.positions[ligand]).query(complex_.positions)
        near |= {residue_id(a.residue) for a in complex_.topology.atoms() if distance[a.index] < NEAR_LIGAND_ANGSTROM}
    return tuple(each for each in complex_.unseen if not near or each.residue in near)


def unseen_note(unseen: Collection[Unseen]) -> tuple[str, ...]:
    """One sentence that names them; empty for none."""
    if not unseen:
        return ()
    named = ", ".join(str(each) for each in list(unseen)[:SHOWN])
    more = f" and {len(unseen) - SHOWN} more residues" if len(unseen) > SHOWN else ""
    return (
        f"Modelled without density (occupancy 0): {named}{more}. Where these atoms are is a guess of the file's "
        "authors, and so is what they touch.",
    )
