"""The part of a moment that is worth atoms: ligand, mutated residues and neighbours as PDB texts of their own."""

from collections.abc import Iterable, Sequence
from typing import Final

from scipy.spatial.distance import cdist

from trkstruct.report.scene.atom_lines import AtomLine, Place, pdb_excerpt, places_near, positions_of
from trkstruct.report.scene.snapshots import Snapshot, worst_first

NEIGHBOUR_ANGSTROM: Final = 4.5  # shown in atoms: protein residues this close to the ligand or the mutated side chain
POLAR_BOND_ANGSTROM: Final = (
    1.2  # hydrogens this close to N or O are shown; N-H and O-H are 1.0 Å, H...O 1.6 Å and more
)


def moment_texts(moment: Snapshot, sites: Iterable[Place]) -> dict[str, str]:
    """PDB texts that the scenes of a moment name as ``before-ligand``, ``before-site`` and ``before-pocket``.

    Ligand and protein are texts of their own, for a viewer joins atoms by distance, and clashing ones are close.
    Hydrogens are left out but for those that clash or bond, and the polar ones of the ligand and the mutated residues.
    """
    places = frozenset(sites)
    near = _neighbours(moment, places)
    named = {*_partners(moment), *(clash.ligand_atom for clash in worst_first(moment.clashes))}
    main = [atom for atom in moment.atoms if atom.is_ligand or atom.place in places]
    polar = _polar_hydrogens(main)

    def told(atom: AtomLine) -> bool:
        mark = atom.atom if atom.is_ligand else atom.label
        return atom.element != "H" or mark in named or atom.label in polar

    return {
        f"{moment.name}-ligand": pdb_excerpt(main, lambda atom: atom.is_ligand and told(atom)),
        f"{moment.name}-site": pdb_excerpt(main, lambda atom: not atom.is_ligand and told(atom)),
        f"{moment.name}-pocket": pdb_excerpt(
            moment.atoms, lambda a: not a.is_ligand and a.place in near - places and told(a)
        ),
    }


def _neighbours(moment: Snapshot, sites: frozenset[Place]) -> frozenset[Place]:
    centres = [atom for atom in moment.atoms if atom.is_ligand or atom.place in sites]
    clashing = {label.rpartition(":")[0] for label in _partners(moment)}
    named = {atom.place for atom in moment.atoms if atom.label.rpartition(":")[0] in clashing}
    return places_near(moment.atoms, centres, NEIGHBOUR_ANGSTROM) | named


def _partners(moment: Snapshot) -> list[str]:
    """Labels of the protein's atoms in the clashes and bonds that are drawn."""
    ends = [end for bond in moment.bonds for end in (bond.donor, bond.acceptor)]
    return [*(clash.protein_atom for clash in worst_first(moment.clashes)), *ends]


def _polar_hydrogens(atoms: Sequence[AtomLine]) -> frozenset[str]:
    """Labels of the hydrogens on nitrogen or oxygen."""
    hydrogens = [atom for atom in atoms if atom.element == "H"]
    carriers = positions_of(atom for atom in atoms if atom.element in ("N", "O"))
    if not hydrogens or not len(carriers):
        return frozenset()
    nearest = cdist(positions_of(hydrogens), carriers).min(axis=1)
    return frozenset(a.label for a, far in zip(hydrogens, nearest, strict=True) if far < POLAR_BOND_ANGSTROM)
