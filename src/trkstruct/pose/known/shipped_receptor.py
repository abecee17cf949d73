"""Which model that ships a ligand without a pose is put into: by its likeness to a known one, and by its DFG state."""

from typing import Final

from rdkit import Chem, DataStructs
from rdkit.Chem import rdFingerprintGenerator

from trkstruct.errors import LigandError
from trkstruct.kinase.kinases import Kinase
from trkstruct.ligand.ligand import Ligand, place_ligand, to_molecule
from trkstruct.ligand.reading import load_ligand
from trkstruct.pose.binding_type import binding_type, skeleton_key
from trkstruct.pose.known.frame import out_of_frame
from trkstruct.pose.known.library import known_poses
from trkstruct.pose.known.templates import choose_templates
from trkstruct.pose.receptor import overlap_angstrom, receptor_near
from trkstruct.structure.complex import Complex, ligand_atoms, without_ligand
from trkstruct.structure.numbering import clinical_match
from trkstruct.structure.shipped_models import StructureEntry, load_shipped, manifest, read_model

TYPE_II_STATE: Final = "DFG-out"


def receptor_for(kinase: Kinase, ligand: Ligand) -> tuple[Complex, Ligand | None]:
    """The shipped receptor for a ligand, and the ligand known in its pocket.

    The receptor of the shipped ligand that is most similar, with that ligand in its pose. For a type II inhibitor, by
    publication or because its known poses lie where DFG-in has the motif, it is the DFG-out model that leaves most room
    for the ligands known there, without a ligand.

    Raises
    ------
    LigandError
        When no complex of the kinase ships.
    """
    names = [entry.ligand for entry in manifest() if entry.kinase == kinase.name and entry.ligand]
    if not names:
        raise LigandError(f"No complex of {kinase.name} ships with trkstruct to place {ligand.name} by.")
    nearest = max((load_ligand(name) for name in names), key=lambda each: _similarity(ligand, each))
    bound = load_shipped(kinase.name, nearest.name)
    receptor = without_ligand(bound)
    models = [each for each in manifest() if each.kinase == kinase.name and each.dfg_state == TYPE_II_STATE]
    if models and _is_type_ii(ligand, receptor, kinase):
        return read_model(min(models, key=lambda each: _lack_of_room(each, kinase))), None
    return receptor, place_ligand(nearest, bound.positions[ligand_atoms(bound)])


def _is_type_ii(ligand: Ligand, receptor: Complex, kinase: Kinase) -> bool:
    """By its published type, else where no known pose of it fits a DFG-in receptor."""
    known = binding_type(ligand)
    if known is not None:
        return known.type == "II"
    own = skeleton_key(ligand)
    fits = any(each.same for each in choose_templates(receptor, kinase, ligand))
    return any(each.skeleton == own for each in known_poses()) and not fits


def _lack_of_room(entry: StructureEntry, kinase: Kinase) -> float:
    """Overlap (Å) that a model has with all ligands known in DFG-out."""
    model = read_model(entry)
    elements = [atom.element.symbol for atom in model.topology.atoms()]
    placement = out_of_frame(model, clinical_match(model, kinase))
    total = 0.0
    for known in known_poses():
        if known.dfg_state == TYPE_II_STATE:
            molecule = to_molecule(known.ligand)
            points = placement.apply(molecule.GetConformer().GetPositions())
            symbols = [atom.GetSymbol() for atom in molecule.GetAtoms()]
            total += overlap_angstrom(points, symbols, receptor_near(model.positions, elements, points))
    return total


def _similarity(one: Ligand, other: Ligand) -> float:
    generator = rdFingerprintGenerator.GetMorganGenerator(radius=2)
    prints = [generator.GetFingerprint(Chem.RemoveHs(to_molecule(each))) for each in (one, other)]
    return float(DataStructs.TanimotoSimilarity(*prints))
