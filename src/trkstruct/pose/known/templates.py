"""Which known poses a ligand is laid by in a receptor: of the same ligand, or of one that shares its hinge binder."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from rdkit import Chem
from scipy.spatial import cKDTree

from trkstruct.kinase.kinases import Kinase
from trkstruct.ligand.ligand import Ligand, to_molecule
from trkstruct.ligand.molecule import with_positions
from trkstruct.ligand.parts import ring_systems
from trkstruct.pose.binding_type import skeleton_key
from trkstruct.pose.common_atoms import AtomMap, correspondences_around
from trkstruct.pose.known.frame import Placement, out_of_frame
from trkstruct.pose.known.library import KnownPose, known_poses
from trkstruct.pose.known.pose_class import Template
from trkstruct.pose.rebuilt_hydrogens import with_rebuilt_hydrogens
from trkstruct.pose.superposition import skeleton_matches
from trkstruct.structure.complex import Complex, residue_id
from trkstruct.structure.numbering import ChainMatch, clinical_match, conformation_of
from trkstruct.units import FloatArray

LEAST_SCAFFOLD: Final = 9  # heavy atoms in common: a fused bicycle, as hinge binders are; one ring fixes no orientation
MOST_TEMPLATES: Final = 3  # of the same ligand, or of others: each is laid, relaxed and ranked
MOST_WAYS: Final = 200  # of laying a molecule on itself; the first whose stereo is right is taken
MOTIF_KLIFS: Final = (81, 82, 83)
CLOSEST_ANGSTROM: Final = 2.5  # of heavy atoms: shorter than hydrogen bonds and far shorter than contacts


@dataclass(frozen=True)
class ChosenTemplate:
    """A known pose in the frame of a receptor.

    Attributes
    ----------
    template : Template
    same : bool
        Whether it is the very ligand.
    maps : tuple of AtomMap
        Ways of laying the ligand over it by the atoms in common; none where it is the same.
    """

    template: Template
    same: bool
    maps: tuple[AtomMap, ...]

    @property
    def origin(self) -> str:
        """How a pose that is laid over it was found."""
        how = "transferred from" if self.same else "laid over"
        common = "" if self.same else f" ({len(self.maps[0])} atoms in common)"
        return f"{how} {self.template.name}{common}"


@dataclass(frozen=True)
class PlacedPose:
    """A known pose, and its ligand in the frame of a receptor."""

    known: KnownPose
    ligand: Ligand


def fitting_poses(receptor: Complex, kinase: Kinase, leave_out: Collection[str] = ()) -> tuple[PlacedPose, ...]:
    """Every known pose that fits the receptor's DFG state, in its frame.

    Parameters
    ----------
    receptor : Complex
        One chain in clinical numbering.
    kinase : Kinase
    leave_out : collection of str
        Skeletons (`skeleton_key`) of ligands whose poses are not to be used.

    Raises
    ------
    StructureError
        When the receptor shows less than half of the pocket.
    """
    match = clinical_match(receptor, kinase)
    placement = out_of_frame(receptor, match)
    return tuple(
        PlacedPose(each, _placed(each, placement).ligand)
        for each in _fitting(receptor, match, placement)
        if each.skeleton not in leave_out
    )


def choose_templates(
    receptor: Complex, kinase: Kinase, ligand: Ligand, leave_out: Collection[str] = ()
) -> tuple[ChosenTemplate, ...]:
    """The known poses that fit ligand and receptor, the best first; none of others where the ligand itself is known.

    Parameters
    ----------
    receptor : Complex
        One chain in clinical numbering.
    kinase : Kinase
    ligand : Ligand
    leave_out : collection of str
        Skeletons (`skeleton_key`) of ligands whose poses are not to be used.

    Raises
    ------
    StructureError
        When the receptor shows less than half of the pocket.
    """
    match = clinical_match(receptor, kinase)
    placement = out_of_frame(receptor, match)
    fitting = [each for each in _fitting(receptor, match, placement) if each.skeleton not in leave_out]
    own = skeleton_key(ligand)
    same: list[tuple[KnownPose, tuple[AtomMap, ...]]] = [(each, ()) for each in fitting if each.skeleton == own]
    chosen = same or _sharing(ligand, fitting)
    nearest_kinase_first = sorted(chosen, key=lambda each: each[0].kinase != kinase.name) if same else chosen
    return tuple(
        ChosenTemplate(_placed(each, placement), bool(same), maps)
        for each, maps in nearest_kinase_first[:MOST_TEMPLATES]
    )


def placed_template(receptor: Complex, kinase: Kinase, known: KnownPose) -> Template:
    """A known pose in the frame of a receptor, whether it fits or not.

    Raises
    ------
    StructureError
        When the receptor shows less than half of the pocket.
    """
    return _placed(known, out_of_frame(receptor, clinical_match(receptor, kinase)))


def is_known(ligand: Ligand) -> bool:
    """Whether any known pose, whatever its DFG state, is of this ligand or one that shares its hinge binder."""
    own = skeleton_key(ligand)
    return any(each.skeleton == own for each in known_poses()) or bool(_sharing(ligand, known_poses()))


def as_template(ligand: Ligand, template: Ligand) -> FloatArray | None:
    """Positions (Å) of a ligand on those of the same molecule; None where that is another stereoisomer."""
    molecule = to_molecule(ligand)
    bare, known = Chem.RemoveHs(molecule), Chem.RemoveHs(to_molecule(template))
    points = known.GetConformer().GetPositions()
    wanted = Chem.MolToSmiles(bare)
    for match in skeleton_matches(known, bare)[:MOST_WAYS]:
        heavy = points[list(match)]
        placed = with_positions(bare, heavy)
        Chem.AssignStereochemistryFrom3D(placed)
        if Chem.MolToSmiles(placed) == wanted:
            return with_rebuilt_hydrogens(molecule, heavy)
    return None


def _fitting(receptor: Complex, match: ChainMatch, placement: Placement) -> list[KnownPose]:
    """Those known in the receptor's DFG state, and of others those that would not lie on its DFG motif."""
    conformation = conformation_of(receptor, match)
    motif = cKDTree(_motif_points(receptor, match))
    return [
        known
        for known in known_poses()
        if (conformation is not None and known.dfg_state == conformation.state)
        or motif.query(placement.apply(_points(known)))[0].min() > CLOSEST_ANGSTROM
    ]


def _motif_points(receptor: Complex, match: ChainMatch) -> FloatArray:
    wanted = {match.kinase.pocket[klifs - 1].number for klifs in MOTIF_KLIFS}
    return np.array(
        [
            receptor.positions[atom.index]
            for atom in receptor.topology.atoms()
            if atom.element.symbol != "H" and match.numbers.get(residue_id(atom.residue)) in wanted
        ]
    ).reshape(-1, 3)


def _points(known: KnownPose) -> FloatArray:
    points: FloatArray = to_molecule(known.ligand).GetConformer().GetPositions()
    return points


def _sharing(ligand: Ligand, fitting: Collection[KnownPose]) -> list[tuple[KnownPose, tuple[AtomMap, ...]]]:
    """Those that share at least nine heavy atoms, all of the hinge's ring system among them; its atoms count twice."""
    molecule = to_molecule(ligand)
    found = []
    for known in fitting:
        ring = hinge_ring(known)
        maps = correspondences_around(molecule, to_molecule(known.ligand), ring) if ring else ()
        if maps and len(maps[0]) >= LEAST_SCAFFOLD:
            found.append((len(maps[0]) + len(ring), known, maps))
    found.sort(key=lambda each: -each[0])
    return [(known, maps) for _, known, maps in found]


def hinge_ring(known: KnownPose) -> frozenset[int]:
    """Heavy atoms of the ring systems that bind the hinge, by their own atoms or one beside them."""
    molecule = to_molecule(known.ligand)
    binding = set(known.hinge_atoms)
    systems = ring_systems(molecule)
    own = [system for system in systems if system & binding]
    beside = {n.GetIdx() for index in binding for n in molecule.GetAtomWithIdx(index).GetNeighbors()}
    return frozenset().union(*(own or [system for system in systems if system & beside]))


def _placed(known: KnownPose, placement: Placement) -> Template:
    moved = with_positions(to_molecule(known.ligand), placement.apply(_points(known)))
    ligand = replace(known.ligand, molblock=Chem.MolToMolBlock(moved))
    return Template(known.name, ligand, len(known.hinge_bonds))
