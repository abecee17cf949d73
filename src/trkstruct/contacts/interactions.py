"""Interactions of a ligand with its pocket by ProLIF's definitions, and which of them a mutation takes or gives.

What stands just inside a threshold in one complex and just outside in the other has not changed: an interaction counts
as lost only where the mutant does not have it under wider thresholds either, and as gained likewise.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal

from rdkit import Chem

from trkstruct.case_parts import Interaction, InteractionKind
from trkstruct.contacts.pocket_molecule import PocketMolecules, pocket_molecules
from trkstruct.residues import BACKBONE_ATOMS
from trkstruct.structure.complex import Complex, residue_id

if TYPE_CHECKING:
    from trkstruct.ligand.ligand import Ligand

# The thresholds are ProLIF's own (Bouysset & Fiorucci 2021, 10.1186/s13321-021-00548-6); a test compares them.
HYDROGEN_BOND_ANGSTROM: Final = 3.5  # donor to acceptor
HYDROGEN_BOND_DEGREES: Final = 130.0  # the least D-H...A
HALOGEN_BOND_ANGSTROM: Final = 3.5  # halogen to acceptor; Auffinger 2004, 10.1073/pnas.0407607101
HALOGEN_DONOR_DEGREES: Final = 130.0  # the least C-X...A
HALOGEN_ACCEPTOR_DEGREES: Final = (80.0, 140.0)  # X...A-R
CHARGES_ANGSTROM: Final = 4.5
CATION_RING_ANGSTROM: Final = 4.5  # cation to the ring's centre
CATION_RING_DEGREES: Final = 30.0  # the most between the ring's normal and the line to the cation
FACE_ANGSTROM: Final = 5.5  # between the centres
FACE_PLANES_DEGREES: Final = 35.0
FACE_NORMAL_DEGREES: Final = 33.0
EDGE_ANGSTROM: Final = 6.5
EDGE_PLANES_DEGREES: Final = 50.0
EDGE_NORMAL_DEGREES: Final = 30.0
EDGE_RADIUS_ANGSTROM: Final = 1.5
HYDROPHOBIC_ANGSTROM: Final = 4.5
MARGIN_ANGSTROM: Final = 0.5  # how far a heavy atom of a pocket moves between two minima of the same complex
MARGIN_DEGREES: Final = 20.0  # what such a move turns at a distance of 1.5 Å

Key = tuple[InteractionKind, str, bool, frozenset[int]]
"""What makes two interactions the same: kind, residue, whether by its backbone, and equivalent atoms of the ligand."""
_RINGS: Final = frozenset({"pi stacking", "cation-pi"})


@dataclass(frozen=True)
class InteractionChanges:
    """What a mutant has, what it has lost, as it was in the wild type, and what it has gained."""

    present: tuple[Interaction, ...]
    lost: tuple[Interaction, ...]
    gained: tuple[Interaction, ...]


@dataclass(frozen=True)
class _Found:
    key: Key
    interaction: Interaction


def find_interactions(complex_: Complex, ligand: "Ligand") -> tuple[Interaction, ...]:
    """Interactions of the ligand with protein residues, by kind and residue.

    Each hydrogen and halogen bond counts; of the other kinds the shortest for a residue and a ring of the ligand, of
    hydrophobic contacts and salt bridges the shortest for a residue. Water, ions and cofactors are left out.

    Parameters
    ----------
    complex_ : Complex
        With explicit hydrogens.
    ligand : Ligand
        Its chemistry, under the atom names that the complex has.

    Raises
    ------
    StructureError
        When the complex has no ligand, or one with other atom names.
    """
    return _interactions(_found(pocket_molecules(complex_, ligand), ligand, wide=False))


def find_changes(wild_type: Complex, mutant: Complex, ligand: "Ligand") -> InteractionChanges:
    """Interactions that one complex has and the other has not, nor under thresholds wider by 0.5 Å and 20 degrees.

    Residues are compared by chain and number, so a mutated one with itself.

    Raises
    ------
    StructureError
        When a complex has no ligand, or one with other atom names.
    """
    before, after = pocket_molecules(wild_type, ligand), pocket_molecules(mutant, ligand)
    had, has = _found(before, ligand, wide=False), _found(after, ligand, wide=False)
    return InteractionChanges(
        present=_interactions(has),
        lost=_interactions(_missing(had, _found(after, ligand, wide=True))),
        gained=_interactions(_missing(has, _found(before, ligand, wide=True))),
    )


def _interactions(found: Iterable[_Found]) -> tuple[Interaction, ...]:
    return tuple(each.interaction for each in found)


def _missing(here: Iterable[_Found], there: Iterable[_Found]) -> list[_Found]:
    """What is here and not there."""
    keys = {each.key for each in there}
    return [each for each in here if each.key not in keys]


@cache
def _detectors(wide: bool) -> tuple[tuple[InteractionKind, Literal["protein", "ligand"] | None, Any], ...]:
    """Kind, the donor's side, and what detects it; ``wide`` widens every threshold by the margins."""
    from prolif import interactions as by

    far, bent = (MARGIN_ANGSTROM, MARGIN_DEGREES) if wide else (0.0, 0.0)
    bond = {"distance": HYDROGEN_BOND_ANGSTROM + far, "DHA_angle": (HYDROGEN_BOND_DEGREES - bent, 180)}
    charges = {"distance": CHARGES_ANGSTROM + far}
    cation = {"distance": CATION_RING_ANGSTROM + far, "angle": (0, CATION_RING_DEGREES + bent)}
    low, high = HALOGEN_ACCEPTOR_DEGREES
    halogen = by.XBDonor(
        distance=HALOGEN_BOND_ANGSTROM + far,
        AXD_angle=(HALOGEN_DONOR_DEGREES - bent, 180),
        XAR_angle=(low - bent, high + bent),
    )
    face = by.FaceToFace(
        distance=FACE_ANGSTROM + far,
        plane_angle=(0, FACE_PLANES_DEGREES + bent),
        normal_to_centroid_angle=(0, FACE_NORMAL_DEGREES + bent),
    )
    edge = by.EdgeToFace(
        distance=EDGE_ANGSTROM + far,
        plane_angle=(EDGE_PLANES_DEGREES - bent, 90),
        normal_to_centroid_angle=(0, EDGE_NORMAL_DEGREES + bent),
        intersect_radius=EDGE_RADIUS_ANGSTROM + far,
    )
    return (
        ("hydrogen bond", "protein", by.HBAcceptor(**bond)),
        ("hydrogen bond", "ligand", by.HBDonor(**bond)),
        ("salt bridge", None, by.Cationic(**charges)),
        ("salt bridge", None, by.Anionic(**charges)),
        ("halogen bond", None, halogen),
        ("pi stacking", None, face),
        ("pi stacking", None, edge),
        ("cation-pi", None, by.CationPi(**cation)),
        ("cation-pi", None, by.PiCation(**cation)),
        ("hydrophobic contact", None, by.Hydrophobic(distance=HYDROPHOBIC_ANGSTROM + far)),
    )


def _found(pocket: PocketMolecules, ligand: "Ligand", *, wide: bool) -> list[_Found]:
    """One for each pair of ends that count as different, the shortest, in the order of the kinds and residues."""
    from trkstruct.ligand.parts import ligand_parts

    classes = tuple(Chem.CanonicalRankAtoms(Chem.Mol(pocket.ligand), breakTies=False))
    parts = ligand_parts(ligand)
    shortest: dict[tuple[object, ...], _Found] = {}
    for kind, donor, detector in _detectors(wide):
        for data in _pairs(pocket, detector):
            found = _named(pocket, kind, donor, data, classes, parts)
            known = shortest.setdefault(_ends(found), found)
            if found.interaction.distance_angstrom < known.interaction.distance_angstrom:
                shortest[_ends(found)] = found
    return list(shortest.values())


def _pairs(pocket: PocketMolecules, detector: Any) -> Iterator[dict[str, Any]]:
    """What a detector of ProLIF finds between the ligand and each residue near it."""
    for residue in pocket.protein.residues.values():
        if residue.resid.number in pocket.near:
            yield from detector.detect(pocket.ligand[0], residue)


def _ends(found: _Found) -> tuple[object, ...]:
    """Bonds are told apart by their atoms, rings by the ligand's, the rest by the residue."""
    each = found.interaction
    if each.kind in ("hydrogen bond", "halogen bond"):
        return (each.kind, each.residue, each.protein_atoms, each.ligand_atoms)
    if each.kind in _RINGS:
        return (each.kind, each.residue, frozenset(each.ligand_atoms))
    return (each.kind, each.residue)


def _named(
    pocket: PocketMolecules,
    kind: InteractionKind,
    donor: Literal["protein", "ligand"] | None,
    data: Mapping[str, Any],
    classes: Sequence[int],
    parts: Mapping[str, str],
) -> _Found:
    protein = [pocket.atoms[each] for each in data["parent_indices"]["protein"]]
    ligand = list(data["parent_indices"]["ligand"])
    if kind not in _RINGS:
        protein, ligand = protein[:1], ligand[1:2] if kind == "halogen bond" else ligand[:1]
    residue = protein[0].residue
    identity, names = residue_id(residue), tuple(pocket.ligand_names[each] for each in ligand)
    number = f"{identity.number}{identity.insertion_code}"
    backbone = kind in ("hydrogen bond", "halogen bond") and protein[0].name in BACKBONE_ATOMS
    anchored = frozenset(classes[each] for each in ligand) if kind not in ("salt bridge", "hydrophobic contact") else ()
    return _Found(
        key=(kind, str(identity), backbone, frozenset(anchored)),
        interaction=Interaction(
            kind=kind,
            residue=f"{identity.chain}:{residue.name}{number}",
            protein_atoms=tuple(atom.name for atom in protein),
            ligand_atoms=names,
            donated_by=donor,
            distance_angstrom=float(data["distance"]),
            ligand_part=parts.get(names[0], ""),
        ),
    )
