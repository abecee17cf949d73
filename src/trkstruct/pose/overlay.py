"""A ligand laid over one that is known in the pocket: conformers, common atoms, refinement, ranking."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from rdkit import Chem, rdBase
from rdkit.Chem import AllChem, rdForceFieldHelpers, rdMolAlign, rdShapeHelpers

from trkstruct.errors import LigandError
from trkstruct.ligand.ligand import Ligand, to_molecule
from trkstruct.ligand.molecule import canonical_smiles, embed_conformers, with_positions
from trkstruct.pose.common_atoms import AtomMap, find_correspondences
from trkstruct.pose.embedding import embed_around
from trkstruct.pose.receptor import (
    FAR_ANGSTROM,
    REPULSION_KCAL_MOL_ANGSTROM2,
    STRAIN_SCALE_KCAL_MOL,
    Receptor,
    close_pairs,
    overlap_angstrom,
    receptor_near,
)
from trkstruct.pose.superposition import first_distinct
from trkstruct.units import FloatArray

CONFORMERS: Final = 200

TETHER_KCAL_MOL_ANGSTROM2: Final = 5.0  # soft: a tolerant match (NH on CH2) is only about right
REFINE_ITERATIONS: Final = 400
REFINED_POSES: Final = 60
DISTINCT_ANGSTROM: Final = 0.5

# The ranking sums overlap (Å), RMSD of the common atoms (Å), shape distance and strain, each so scaled that one unit
# of it is about as bad.
SHAPE_SCALE: Final = 0.25
SCORE_WINDOW: Final = 5.0  # flipped poses of the TRK drugs score 6 and more above the best


def transfer_pose(
    ligand: Ligand,
    reference_molblock: str,
    receptor_positions: FloatArray,
    receptor_elements: Sequence[str],
    *,
    seed: int = 0,
    n_conformers: int = CONFORMERS,
    n_poses: int = 10,
    maps: tuple[AtomMap, ...] | None = None,
) -> FloatArray:
    """Candidate poses of a ligand laid over a crystal ligand inside a receptor, best first.

    Conformers of the ligand (from its graph, never from its given coordinates) are laid on the reference by every
    common substructure from strict to element-tolerant; the best are minimised (MMFF94s) with the common atoms drawn
    to the reference and the receptor as a fixed repulsive wall, then ranked by overlap with the receptor, RMSD of the
    common atoms, shape distance to the reference and strain. Candidates are at least 0.5 Å apart (by symmetry too).

    Parameters
    ----------
    ligand : Ligand
        What to place.
    reference_molblock : str
        The crystal ligand with bond orders, in the receptor's frame (see ``reference_from_pdb``).
    receptor_positions : numpy.ndarray, shape (n, 3)
        Å, without the reference ligand; water only where it should not be displaced.
    receptor_elements : sequence of str
        Element symbols; hydrogens are ignored.
    seed : int
        Of the conformer generator.
    n_conformers : int
        Free conformers; as many again are embedded around the common atoms.
    n_poses : int
        At most so many are returned.
    maps : tuple of AtomMap, optional
        Atoms of the ligand and the reference's that correspond, where that is known; by default they are sought.

    Returns
    -------
    numpy.ndarray, shape (k, n_atoms, 3), float64
        Å, atoms in the order of ``ligand.atom_names``, hydrogens included; 1 <= k <= n_poses.

    Raises
    ------
    LigandError
        When the reference cannot be read or shares less than a ring with the ligand.
    """
    reference = _read_reference(reference_molblock)
    molecule = to_molecule(ligand)
    molecule.RemoveAllConformers()
    maps = maps or find_correspondences(molecule, reference)
    if not maps:
        raise LigandError(
            f"{ligand.name} shares no ring with the reference ligand {canonical_smiles(reference)}, so no pose can be "
            "transferred; give an SDF file with a pose."
        )
    receptor = receptor_near(receptor_positions, receptor_elements, reference.GetConformer().GetPositions())
    conformers, energies = _conformers(molecule, reference, maps, seed, n_conformers)
    placed = [
        _place(conformers, conformer, reference, atom_map, receptor, energies[conformer] - min(energies.values()))
        for atom_map in maps
        for conformer in energies
    ]
    starts = _distinct(placed, molecule, REFINED_POSES)
    refined = [_refine(molecule, pose, reference, receptor, min(energies.values())) for pose in starts]
    ranked = _distinct(refined, molecule, n_poses)
    return np.array([pose.positions for pose in ranked if pose.score <= ranked[0].score + SCORE_WINDOW])


def reference_from_pdb(pdb_block: str, smiles: str) -> str:
    """Molblock of a crystal ligand from its HETATM records and its SMILES, which gives bond orders and stereo.

    Raises
    ------
    LigandError
        When the records do not fit the SMILES, or the coordinates show the other stereoisomer.
    """
    template = Chem.MolFromSmiles(smiles)
    with rdBase.BlockLogs():
        raw = Chem.MolFromPDBBlock(pdb_block, sanitize=False, removeHs=True, proximityBonding=True)
    if template is None or raw is None or raw.GetNumAtoms() != template.GetNumAtoms():
        found = raw.GetNumAtoms() if raw is not None else 0
        raise LigandError(f"The HETATM records hold {found} heavy atoms and do not fit the SMILES {smiles!r}.")
    try:
        molecule = AllChem.AssignBondOrdersFromTemplate(template, raw)
    except ValueError as mismatch:
        raise LigandError(f"The HETATM records are not the molecule {smiles!r}: {mismatch}") from mismatch
    Chem.AssignStereochemistryFrom3D(molecule)
    if canonical_smiles(molecule) != canonical_smiles(template):
        raise LigandError(
            f"The coordinates show {canonical_smiles(molecule)}, the SMILES says {canonical_smiles(template)}."
        )
    return str(Chem.MolToMolBlock(molecule))


@dataclass(frozen=True)
class _Pose:
    positions: FloatArray
    atom_map: AtomMap
    score: float


def _read_reference(molblock: str) -> Chem.Mol:
    with rdBase.CaptureErrorLog() as log:
        reference = Chem.MolFromMolBlock(molblock)
    if reference is None or not reference.GetNumConformers():
        raise LigandError(f"The reference ligand cannot be read: {' '.join(log.messages.split()) or 'no coordinates'}")
    return reference


def _conformers(
    molecule: Chem.Mol, reference: Chem.Mol, maps: tuple[AtomMap, ...], seed: int, count: int
) -> tuple[Chem.Mol, dict[int, float]]:
    """Free conformers and some embedded around the common atoms; MMFF energies (kcal/mol) by conformer id."""
    conformers = embed_conformers(molecule, count, seed)
    for atom_map in maps:
        points = {i: reference.GetConformer().GetAtomPosition(j) for i, j in atom_map}
        for conformer in embed_around(molecule, points, seed, max(1, count // len(maps))):
            conformers.AddConformer(conformer, assignId=True)
    properties = rdForceFieldHelpers.MMFFGetMoleculeProperties(conformers, mmffVariant="MMFF94s")
    energies = {}
    for conformer in conformers.GetConformers():
        field = rdForceFieldHelpers.MMFFGetMoleculeForceField(conformers, properties, confId=conformer.GetId())
        energies[conformer.GetId()] = field.CalcEnergy()
    return conformers, energies


def _place(
    conformers: Chem.Mol,
    conformer: int,
    reference: Chem.Mol,
    atom_map: AtomMap,
    receptor: Receptor,
    strain_kcal_mol: float,
) -> _Pose:
    """A conformer superposed on the reference by the common atoms."""
    rmsd = rdMolAlign.AlignMol(conformers, reference, prbCid=conformer, atomMap=list(atom_map))
    return _rank(conformers, conformer, reference, atom_map, receptor, rmsd, strain_kcal_mol)


def _refine(molecule: Chem.Mol, pose: _Pose, reference: Chem.Mol, receptor: Receptor, lowest_kcal_mol: float) -> _Pose:
    """The pose minimised with MMFF94s, its common atoms tethered to the reference, the receptor a repulsive wall."""
    placed = with_positions(molecule, pose.positions)
    elements = [atom.GetSymbol() for atom in placed.GetAtoms()]
    properties = rdForceFieldHelpers.MMFFGetMoleculeProperties(placed, mmffVariant="MMFF94s")
    field = rdForceFieldHelpers.MMFFGetMoleculeForceField(placed, properties)
    field.Initialize()
    points = reference.GetConformer().GetPositions()
    for atom, target in pose.atom_map:
        anchor = field.AddExtraPoint(*points[target].tolist(), fixed=True) - 1
        field.MMFFAddDistanceConstraint(anchor, atom, False, 0.0, 0.0, TETHER_KCAL_MOL_ANGSTROM2)
    walls: dict[int, int] = {}
    for atom, neighbour, limit in zip(*close_pairs(pose.positions, elements, receptor), strict=True):
        if neighbour not in walls:
            walls[neighbour] = field.AddExtraPoint(*receptor.positions[neighbour].tolist(), fixed=True) - 1
        field.MMFFAddDistanceConstraint(
            walls[neighbour], int(atom), False, float(limit), FAR_ANGSTROM, REPULSION_KCAL_MOL_ANGSTROM2
        )
    field.Initialize()
    field.Minimize(maxIts=REFINE_ITERATIONS)
    strain = rdForceFieldHelpers.MMFFGetMoleculeForceField(placed, properties).CalcEnergy() - lowest_kcal_mol
    after = placed.GetConformer().GetPositions()
    ours, theirs = (np.array(side) for side in zip(*pose.atom_map, strict=True))
    rmsd = float(np.sqrt(np.mean(np.sum((after[ours] - points[theirs]) ** 2, axis=1))))
    return _rank(placed, -1, reference, pose.atom_map, receptor, rmsd, strain)


def _rank(
    molecule: Chem.Mol,
    conformer: int,
    reference: Chem.Mol,
    atom_map: AtomMap,
    receptor: Receptor,
    rmsd: float,
    strain_kcal_mol: float,
) -> _Pose:
    positions = molecule.GetConformer(conformer).GetPositions()
    elements = [atom.GetSymbol() for atom in molecule.GetAtoms()]
    shape = rdShapeHelpers.ShapeTanimotoDist(molecule, reference, confId1=conformer, ignoreHs=True)
    score = (
        overlap_angstrom(positions, elements, receptor)
        + rmsd
        + shape / SHAPE_SCALE
        + strain_kcal_mol / STRAIN_SCALE_KCAL_MOL
    )
    return _Pose(positions, atom_map, score)


def _distinct(poses: list[_Pose], molecule: Chem.Mol, count: int) -> list[_Pose]:
    """The best poses by score, at most so many, without those within 0.5 Å heavy-atom RMSD of a better one."""
    ranked = sorted(poses, key=lambda pose: pose.score)
    return [ranked[i] for i in first_distinct([each.positions for each in ranked], molecule, DISTINCT_ANGSTROM, count)]
