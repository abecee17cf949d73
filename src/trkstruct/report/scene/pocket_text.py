"""The part of a snapshot that is worth atoms: ligand, mutated residues and neighbours as PDB texts of their own."""

from collections.abc import Iterable, Sequence
from typing import Final

from scipy.spatial.distance import cdist

from trkstruct.report.scene.atom_lines import AtomLine, pdb_excerpt, positions_of, residues_near
from trkstruct.report.scene.snapshots import Snapshot, worst_first
from trkstruct.report.scene.viewpoint import NEIGHBOUR_ANGSTROM
from trkstruct.residues import AtomLabel, ResidueId

POLAR_BOND_ANGSTROM: Final = (
    1.2  # hydrogens this close to N or O are shown; N-H and O-H are 1.0 Å, H...O 1.6 Å and more
)


def snapshot_texts(snapshot: Snapshot, sites: Iterable[ResidueId]) -> dict[str, str]:
    """PDB texts that the scenes of a snapshot name as ``before-ligand``, ``before-site`` and ``before-pocket``.

    Ligand and protein are texts of their own, for a viewer joins atoms by distance, and clashing ones are close.
    Hydrogens are left out but for those that clash or bond, and the polar ones of the ligand and the mutated residues.
    """
    mutated = frozenset(sites)
    near = drawn_residues(snapshot, mutated)
    named = {*_partners(snapshot), *(clash.ligand_atom for clash in worst_first(snapshot.clashes))}
    main = [atom for atom in snapshot.atoms if atom.is_ligand or atom.residue in mutated]
    polar = _polar_hydrogens(main)

    def told(atom: AtomLine) -> bool:
        mark = atom.atom if atom.is_ligand else atom.label
        return atom.element != "H" or mark in named or atom.label in polar

    return {
        f"{snapshot.name}-ligand": pdb_excerpt(main, lambda atom: atom.is_ligand and told(atom)),
        f"{snapshot.name}-site": pdb_excerpt(main, lambda atom: not atom.is_ligand and told(atom)),
        f"{snapshot.name}-pocket": pdb_excerpt(
            snapshot.atoms, lambda a: not a.is_ligand and a.residue in near - mutated and told(a)
        ),
    }


def drawn_residues(snapshot: Snapshot, sites: Iterable[ResidueId]) -> frozenset[ResidueId]:
    """Residues of the protein that are drawn in atoms: near the ligand or a mutated residue, clashing or bonded."""
    sites = frozenset(sites)
    centres = [atom for atom in snapshot.atoms if atom.is_ligand or atom.residue in sites]
    clashing = {AtomLabel.parse(label).residue for label in _partners(snapshot)}
    named = {atom.residue for atom in snapshot.atoms if atom.residue in clashing}
    return residues_near(snapshot.atoms, centres, NEIGHBOUR_ANGSTROM) | named


def _partners(snapshot: Snapshot) -> list[str]:
    """Labels of the protein's atoms in the clashes and bonds that are drawn."""
    ends = [end for bond in snapshot.bonds for end in (bond.donor, bond.acceptor)]
    return [*(clash.protein_atom for clash in worst_first(snapshot.clashes)), *ends]


def _polar_hydrogens(atoms: Sequence[AtomLine]) -> frozenset[str]:
    """Labels of the hydrogens on nitrogen or oxygen."""
    hydrogens = [atom for atom in atoms if atom.element == "H"]
    carriers = positions_of(atom for atom in atoms if atom.element in ("N", "O"))
    if not hydrogens or not len(carriers):
        return frozenset()
    nearest = cdist(positions_of(hydrogens), carriers).min(axis=1)
    return frozenset(a.label for a, far in zip(hydrogens, nearest, strict=True) if far < POLAR_BOND_ANGSTROM)
