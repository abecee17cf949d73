"""Docking with AutoDock Vina, for ligands that share no scaffold with one whose pose is known; an optional extra."""

import os
from collections.abc import Collection, Iterator
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
from openmm.app import Atom, Topology
from rdkit import Chem, rdBase

from trkstruct.errors import LigandError
from trkstruct.kinase.kinases import Kinase
from trkstruct.ligand.ligand import Ligand, to_molecule
from trkstruct.pose.known.templates import fitting_poses
from trkstruct.residues import BACKBONE_ATOMS, ResidueId, parent_name
from trkstruct.structure.complex import Complex, is_protein, protein_residue, residue_id
from trkstruct.structure.dfg import measure_conformation
from trkstruct.structure.topology import bond_indices
from trkstruct.units import FloatArray

BOX_KLIFS: Final = (3, 4, 9, 11, 15, 17, 36, 43, 45, 46, 47, 48, 49, 50, 51, 52, 75, 77, 80, 81)
"""Residues that most ligands of kinases touch (van Linden 2014, 10.1021/jm400378w): their CA atoms span the box."""
TAIL_KLIFS: Final = (24, 27, 28, 31, 37, 68, 83)
"""Residues at the tail of type II inhibitors, where DFG-out opens the pocket between aC helix and HRD motif, ibid."""
BOX_PADDING_ANGSTROM: Final = 4.0  # from CA to where the side chains end and a ligand reaches into solvent
EXHAUSTIVENESS: Final = 8  # Vina's own default; Eberhardt 2021, 10.1021/acs.jcim.1c00203
ENERGY_RANGE_KCAL_MOL: Final = 5.0  # Vina's scores are good to about 2 kcal/mol; our own energy ranks what it keeps
YIELDING: Final = frozenset({"ARG", "LYS"})
"""Side chains that make way for a ligand at little cost: Zavodszky & Kuhn 2005, 10.1110/ps.041153605."""
STAYING: Final = BACKBONE_ATOMS | {"CB", "HB2", "HB3"}
CATALYTIC_LYSINE_KLIFS: Final = 17  # held by its salt bridge to the αC glutamate
_NEEDED: Final = ("vina", "meeko")


def can_dock() -> bool:
    """Whether Vina and Meeko can be imported."""
    return all(find_spec(name) is not None for name in _NEEDED)


def threads() -> int:
    """Threads that Vina may use, which its poses do not depend on: OpenMM's number, by default all cores (0)."""
    value = os.environ.get("OPENMM_CPU_THREADS", "")
    return int(value) if value.isdecimal() else 0


def check_docking() -> None:
    """Raise unless Vina and Meeko can be imported.

    Raises
    ------
    LigandError
        With how to install them.
    """
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise LigandError(f"Docking needs {' and '.join(missing)}: pip install 'trkstruct[docking]'.")


def dock(
    ligand: Ligand,
    receptor: Complex,
    kinase: Kinase,
    *,
    seed: int = 0,
    n_poses: int = 10,
    exhaustiveness: int = EXHAUSTIVENESS,
) -> FloatArray:
    """Poses of a ligand in the ATP site of a rigid receptor, with all its side chains and without those that yield.

    Parameters
    ----------
    ligand : Ligand
        Its bonds turn; rings of at least seven atoms are opened and closed again by Meeko.
    receptor : Complex
        With hydrogens, one chain in clinical numbering.
    kinase : Kinase
        Its pocket residues span the box, in DFG-out with those at the tail of a type II inhibitor.
    seed : int
    n_poses, exhaustiveness : int
        As Vina's, of each of two receptors: with all side chains, and without those that make way.

    Returns
    -------
    numpy.ndarray, shape (k, n_atoms, 3), float64
        Å, atoms in the order of ``ligand.atom_names``; 1 <= k <= 2 n_poses.

    Raises
    ------
    LigandError
        When Vina or Meeko is not installed, or Vina finds no pose.
    """
    check_docking()
    from meeko import MoleculePreparation, PDBQTMolecule, PDBQTWriterLegacy, RDKitMolCreate
    from vina import Vina

    molecule = to_molecule(ligand)
    with rdBase.BlockLogs():
        text, written, complaint = PDBQTWriterLegacy.write_string(MoleculePreparation().prepare(molecule)[0])
    if not written:
        raise LigandError(f"Meeko cannot prepare {ligand.name} for docking: {complaint}")
    centre, size = docking_box(receptor, kinase)
    found = []
    for left_out in dict.fromkeys((frozenset[int](), yielding_atoms(receptor, kinase))):
        engine = Vina(sf_name="vina", cpu=threads(), seed=seed + 1, verbosity=0)  # Vina reads seed 0 as a random one
        with TemporaryDirectory(prefix="trkstruct-") as folder:
            path = Path(folder) / "receptor.pdbqt"
            path.write_text("\n".join(pdbqt_lines(receptor, left_out)) + "\n", encoding="utf-8")
            engine.set_receptor(str(path))
            engine.set_ligand_from_string(text)
            engine.compute_vina_maps(center=centre.tolist(), box_size=size.tolist())
            engine.dock(exhaustiveness=exhaustiveness, n_poses=n_poses)
            poses = engine.poses(n_poses=n_poses, energy_range=ENERGY_RANGE_KCAL_MOL)
        if poses.strip():
            docked = RDKitMolCreate.from_pdbqt_mol(PDBQTMolecule(poses, skip_typing=True))[0]
            found.append(_in_order(docked, molecule))
    if not found:
        raise LigandError(f"Vina finds no pose of {ligand.name} in {receptor.source}.")
    return np.concatenate(found)


def docking_box(receptor: Complex, kinase: Kinase) -> tuple[FloatArray, FloatArray]:
    """Centre and edges (Å) of the box that the ATP site's residues and the ligands known in this DFG state span.

    Raises
    ------
    StructureError
        When one of them is missing.
    """
    conformation = measure_conformation(receptor, kinase, _chain(receptor))
    spanning = BOX_KLIFS + TAIL_KLIFS if conformation.state == "DFG-out" else BOX_KLIFS
    residues = [protein_residue(receptor, _pocket_residue(receptor, kinase, klifs)) for klifs in spanning]
    carbons = np.array(
        [receptor.positions[atom.index] for each in residues for atom in each.atoms() if atom.name == "CA"]
    )
    ligands = [to_molecule(each.ligand).GetConformer().GetPositions() for each in fitting_poses(receptor, kinase)]
    reached = np.concatenate([carbons, *ligands])  # a tail in the solvent goes further than any residue of the pocket
    low, high = reached.min(axis=0) - BOX_PADDING_ANGSTROM, reached.max(axis=0) + BOX_PADDING_ANGSTROM
    return (low + high) / 2, high - low


def yielding_atoms(receptor: Complex, kinase: Kinase) -> frozenset[int]:
    """Indices of the side-chain atoms that make way for a ligand: those beyond CB of arginine and lysine.

    A pose that lies on them is not refused: the relaxation moves them aside, and the energy says at
    what cost.
    """
    catalytic = _pocket_residue(receptor, kinase, CATALYTIC_LYSINE_KLIFS)
    return frozenset(
        atom.index
        for residue in receptor.topology.residues()
        if parent_name(residue.name) in YIELDING and residue_id(residue) != catalytic
        for atom in residue.atoms()
        if atom.name not in STAYING
    )


def _pocket_residue(receptor: Complex, kinase: Kinase, klifs: int) -> ResidueId:
    return ResidueId(_chain(receptor), kinase.pocket[klifs - 1].number)


def _chain(receptor: Complex) -> str:
    return str(next(receptor.topology.chains()).id)


def pdbqt_lines(receptor: Complex, left_out: Collection[int] = ()) -> Iterator[str]:
    """The protein as Vina reads it: an atom per line with its AutoDock type; non-polar hydrogens are left out."""
    neighbours = _neighbours(receptor.topology)
    for number, atom in enumerate(receptor.topology.atoms(), start=1):
        kind = _autodock_type(atom, neighbours[atom.index])
        if kind is None or atom.index in left_out or not is_protein(atom.residue):
            continue
        where = residue_id(atom.residue)
        x, y, z = receptor.positions[atom.index]
        yield (
            f"ATOM  {number % 100000:>5d} {atom.name[:4]:<4s} {atom.residue.name[:3]:>3s} {where.chain[:1]:1s}"
            f"{where.number:>4d}    {x:8.3f}{y:8.3f}{z:8.3f}  1.00  0.00    {0.0:+6.3f} {kind:<2s}"
        )


def _autodock_type(atom: Atom, neighbours: list[Atom]) -> str | None:
    element = str(atom.element.symbol)
    if element == "H":
        return "HD" if any(each.element.symbol in ("N", "O", "S") for each in neighbours) else None
    if element == "N":
        has_hydrogen = any(each.element.symbol == "H" for each in neighbours)
        return "N" if has_hydrogen or len(neighbours) > 2 else "NA"
    return {"O": "OA", "S": "SA"}.get(element, element)


def _neighbours(topology: Topology) -> list[list[Atom]]:
    atoms = list(topology.atoms())
    found: list[list[Atom]] = [[] for _ in atoms]
    for first, second in bond_indices(topology):
        found[first].append(atoms[second])
        found[second].append(atoms[first])
    return found


def _in_order(docked: Chem.Mol, molecule: Chem.Mol) -> FloatArray:
    """Positions of every conformer in the atom order of a molecule."""
    order = docked.GetSubstructMatch(molecule, useChirality=False)
    if len(order) != molecule.GetNumAtoms():
        raise LigandError("Vina's poses are not of the molecule that was docked; please report this SMILES.")
    return np.array([conformer.GetPositions()[list(order)] for conformer in docked.GetConformers()], dtype=np.float64)
