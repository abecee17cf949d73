"""Contacts between a residue and the ligand, and hydrogen bonds between the hinge and the ligand."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from openmm.app import Atom
from scipy.spatial.distance import cdist

from trkstruct.case_parts import HydrogenBond
from trkstruct.contacts.radii import AtomTypes, classify_atoms, neighbours_of
from trkstruct.errors import StructureError
from trkstruct.kinase.kinases import OUTSIDE_POCKET, Kinase, region_of
from trkstruct.residues import BACKBONE_ATOMS, AtomLabel, ResidueId
from trkstruct.structure.complex import Complex, is_protein, ligand_atoms, protein_residue, residue_id
from trkstruct.structure.geometry import angle_degrees
from trkstruct.structure.numbering import ChainMatch
from trkstruct.units import FloatArray, IntArray

CONTACT_ANGSTROM: Final = (
    5.0  # heavy atoms this close touch, or nearly; a common cut-off, e.g. LIGPLOT+'s upper limit, 10.1021/ci200227u
)
MAX_HYDROGEN_ACCEPTOR_ANGSTROM: Final = 2.5  # Baker & Hubbard 1984, 10.1016/0079-6107(84)90007-5; as in MDTraj
MIN_DONOR_ANGLE_DEGREES: Final = 120.0  # D-H...A, ibid.
MAX_DONOR_ACCEPTOR_ANGSTROM: Final = 3.5  # N or O to N or O where hydrogens are absent, ibid.
HINGE: Final = "hinge"
UNKNOWN_REGION: Final = "unassigned"

Regions = ChainMatch | Kinase | Callable[[int], str] | Mapping[int, str]
"""What names the region of a residue: a match, however the file counts; the others by the residue's number there."""


def count_contacts(complex_: Complex, residue: ResidueId, cutoff_angstrom: float = CONTACT_ANGSTROM) -> int:
    """Pairs of a side-chain heavy atom and a ligand heavy atom within the cut-off; 0 for glycine.

    Raises
    ------
    StructureError
        When there is no such residue or no ligand.
    """
    side_chain = [atom for atom in heavy_atoms(complex_, residue) if atom.name not in BACKBONE_ATOMS]
    if not side_chain:
        return 0
    return int((_distances_to_ligand(complex_, side_chain) <= cutoff_angstrom).sum())


def hinge_hydrogen_bonds(complex_: Complex, kinase: Regions) -> tuple[HydrogenBond, ...]:
    """Hydrogen bonds (Baker-Hubbard criterion) between the ligand and residues of the hinge, shortest first.

    Parameters
    ----------
    complex_ : Complex
    kinase : ChainMatch, Kinase, callable or mapping
        Says which residues belong to the region "hinge"; all but a match go by the number that the complex has.

    Raises
    ------
    StructureError
        When there is no ligand.
    """
    region = region_namer(kinase)
    protein = [residue for residue in complex_.topology.residues() if is_protein(residue)]
    hinge = [atom.index for each in protein if region(residue_id(each)) == HINGE for atom in each.atoms()]
    ligand = _ligand_or_raise(complex_).tolist()
    types, neighbours = classify_atoms(complex_.topology), neighbours_of(complex_.topology)
    atoms = list(complex_.topology.atoms())
    bonds = [
        bond
        for donors, acceptors in ((hinge, ligand), (ligand, hinge))
        for donor in donors
        if types.donor[donor] and not types.hydrogen[donor]
        for acceptor in acceptors
        if types.acceptor[acceptor] and {atoms[donor].element.symbol, atoms[acceptor].element.symbol} <= {"N", "O"}
        for bond in _bonds_between(complex_.positions, atoms, types, neighbours[donor], donor, acceptor)
    ]
    return tuple(sorted(bonds, key=lambda bond: (bond.donor_acceptor_angstrom, bond.donor, bond.acceptor)))


def heavy_atoms(complex_: Complex, residue: ResidueId) -> list[Atom]:
    """Atoms of a protein residue other than hydrogens."""
    return [atom for atom in protein_residue(complex_, residue).atoms() if atom.element.symbol != "H"]


def atom_label(atom: Atom) -> str:
    """``A:ARG595:CZ``: chain, residue and atom as clashes and hydrogen bonds name them."""
    return str(AtomLabel(residue_id(atom.residue), atom.residue.name, atom.name))


def region_namer(kinase: Regions | None) -> Callable[[ResidueId], str]:
    """Function that names the region of a residue; "unassigned" for every residue without a kinase."""
    if isinstance(kinase, ChainMatch):
        return lambda residue: _region_by_match(kinase, residue)
    if isinstance(kinase, Kinase):
        return lambda residue: region_of(kinase, residue.number)
    if isinstance(kinase, Mapping):
        return lambda residue: kinase.get(residue.number, UNKNOWN_REGION)
    if kinase is None:
        return lambda _residue: UNKNOWN_REGION
    return lambda residue: kinase(residue.number)


def _region_by_match(match: ChainMatch, residue: ResidueId) -> str:
    number = match.numbers.get(residue)
    return OUTSIDE_POCKET if number is None else region_of(match.kinase, number)


def _ligand_or_raise(complex_: Complex) -> IntArray:
    indices = ligand_atoms(complex_)
    if not len(indices):
        raise StructureError(f"{complex_.source} has no ligand; name it with --ligand-residue when reading the file.")
    return indices


def _distances_to_ligand(complex_: Complex, atoms: list[Atom]) -> FloatArray:
    everything = list(complex_.topology.atoms())
    ligand = [index for index in _ligand_or_raise(complex_) if everything[index].element.symbol != "H"]
    distances: FloatArray = cdist(complex_.positions[[atom.index for atom in atoms]], complex_.positions[ligand])
    return distances


def _bonds_between(
    positions: FloatArray, atoms: list[Atom], types: AtomTypes, around: tuple[int, ...], donor: int, acceptor: int
) -> list[HydrogenBond]:
    distance = float(np.linalg.norm(positions[donor] - positions[acceptor]))
    ends = {
        "donor": atom_label(atoms[donor]),
        "acceptor": atom_label(atoms[acceptor]),
        "donor_acceptor_angstrom": distance,
    }
    hydrogens = [other for other in around if types.hydrogen[other]]
    if not hydrogens:
        nothing = {"hydrogen": None, "hydrogen_acceptor_angstrom": None, "angle_degrees": None}
        return [HydrogenBond(**ends, **nothing)] if distance <= MAX_DONOR_ACCEPTOR_ANGSTROM else []
    found = []
    for hydrogen in hydrogens:
        reach = float(np.linalg.norm(positions[hydrogen] - positions[acceptor]))
        angle = float(angle_degrees(positions[donor], positions[hydrogen], positions[acceptor]))
        if reach < MAX_HYDROGEN_ACCEPTOR_ANGSTROM and angle > MIN_DONOR_ANGLE_DEGREES:
            around_hydrogen = {"hydrogen_acceptor_angstrom": reach, "angle_degrees": angle}
            found.append(HydrogenBond(**ends, hydrogen=atom_label(atoms[hydrogen]), **around_hydrogen))
    return found
