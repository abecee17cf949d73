"""Place a ligand that ships with no complex: over the most similar shipped one, relaxed, the lowest energy kept."""

from dataclasses import replace
from typing import Final

import numpy as np
from rdkit import Chem, DataStructs
from rdkit.Chem import rdFingerprintGenerator

from trkstruct.complexes import attach_ligand
from trkstruct.errors import LigandError
from trkstruct.kinase import Kinase
from trkstruct.ligand import Ligand, load_ligand, place_ligand, to_molecule
from trkstruct.manifest import load_shipped, manifest
from trkstruct.pocket import cut_pocket, residues_near
from trkstruct.pose import transfer_pose
from trkstruct.relax import Minimizer
from trkstruct.structure import Complex, ligand_atoms, without_ligand

POSES_RELAXED: Final = 4
KEPT_RADIUS_ANGSTROM: Final = 8.0
ITERATIONS: Final = 150


def place_by_analogy(kinase: Kinase, ligand: Ligand, *, seed: int = 0) -> tuple[Complex, Ligand, tuple[str, ...]]:
    """Apo receptor, the ligand in the best pose found, and notes that say how.

    The pose is laid over the shipped ligand with the most similar Morgan fingerprint, in that ligand's receptor.

    Raises
    ------
    LigandError
        When the ligand shares less than a ring with it.
    """
    reference, similarity = _most_similar(kinase, ligand)
    bound = load_shipped(kinase.name, reference.name)
    apo = without_ligand(bound)
    reference = place_ligand(reference, bound.positions[ligand_atoms(bound)])
    elements = [atom.element.symbol for atom in apo.topology.atoms()]
    poses = transfer_pose(ligand, reference.molblock, apo.positions, elements, seed=seed, n_poses=POSES_RELAXED)
    placed = min((_relaxed(apo, ligand, pose) for pose in poses), key=lambda each: each[0])[1]
    note = f"Pose of {ligand.name} laid over {reference.name} (Tanimoto {similarity:.2f}), {len(poses)} poses relaxed."
    return apo, placed, (note,)


def _most_similar(kinase: Kinase, ligand: Ligand) -> tuple[Ligand, float]:
    names = [entry.ligand for entry in manifest() if entry.kinase == kinase.name and entry.ligand]
    if not names:
        raise LigandError(f"No complex of {kinase.name} ships with trkstruct to place {ligand.name} by.")
    candidates = [load_ligand(name) for name in names]
    similarities = [_similarity(ligand, candidate) for candidate in candidates]
    best = int(np.argmax(similarities))
    return candidates[best], similarities[best]


def _similarity(one: Ligand, other: Ligand) -> float:
    generator = rdFingerprintGenerator.GetMorganGenerator(radius=2)
    prints = [generator.GetFingerprint(Chem.RemoveHs(to_molecule(each))) for each in (one, other)]
    return float(DataStructs.TanimotoSimilarity(*prints))


def _relaxed(apo: Complex, ligand: Ligand, pose: np.ndarray) -> tuple[float, Ligand]:
    complex_ = attach_ligand(apo, place_ligand(ligand, pose))
    atoms = ligand_atoms(complex_)
    kept = residues_near(complex_, complex_.positions[atoms], KEPT_RADIUS_ANGSTROM)
    mobile = residues_near(complex_, complex_.positions[atoms], KEPT_RADIUS_ANGSTROM / 2)
    pocket = cut_pocket(replace(complex_), kept, mobile)
    inserted = ligand_atoms(pocket.complex)
    minimizer = Minimizer(pocket, ligand.parameters_xml, soft_atoms=inserted)
    minimum = minimizer.minimize(pocket.complex.positions, ITERATIONS, soften=True)
    return minimum.energy_kcal_mol, place_ligand(ligand, minimum.positions[inserted])
