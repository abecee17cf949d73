"""What a new side chain is built into: protein with hydrogens, everything else as obstacles, from any raw crystal file.

Only the part around the site is taken. Amino acids get the hydrogens that the file lacks; side chains that the crystal
does not show completely are left out beyond CB; all other molecules (ligands, ions, modified residues, caps) become
frozen uncharged particles, because a file of coordinates has no parameters for them. Waters resist softly.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from openmm.app import Residue

from trkstruct.contacts.radii import classify_atoms
from trkstruct.energy.hydrogens import place_hydrogens, relax_hydrogens
from trkstruct.errors import StructureError
from trkstruct.residues import BACKBONE_HEAVY_ATOMS, THREE_TO_ONE, ResidueId, parent_name
from trkstruct.sidechain.substitute import substitute
from trkstruct.structure.atom_names import heavy_atom_names, is_water
from trkstruct.structure.complex import Complex, residue_id, select_atoms
from trkstruct.structure.hydrogens import remove_hydrogens
from trkstruct.structure.pocket import residues_near
from trkstruct.structure.topology import as_it_is, bond_indices, rebuilt
from trkstruct.units import FloatArray, IntArray

_HYDROGENATION_PH: Final = 7.0  # model compounds' states; the exposed Asp, Glu, Lys and Arg of a kinase are charged


@dataclass(frozen=True)
class Obstacles:
    """Everything around a site that is not an amino acid.

    Attributes
    ----------
    positions : numpy.ndarray, shape (n, 3)
        Å; waters are not among them.
    radii_angstrom : numpy.ndarray, shape (n,)
        Probe's van der Waals radii, those for implicit hydrogens where hydrogens are missing.
    bonded : tuple of frozenset of (ResidueId, str)
        Protein atoms at most three bonds away from each.
    waters : numpy.ndarray, shape (m, 3)
        Oxygens of waters, Å.
    """

    positions: FloatArray
    radii_angstrom: FloatArray
    bonded: tuple[frozenset[tuple[ResidueId, str]], ...]
    waters: FloatArray


@dataclass(frozen=True)
class Surroundings:
    """Part of a structure around the residues to build.

    Attributes
    ----------
    protein : Complex
        Amino acids with hydrogens; the residues to build have their new side chains, in any rotamer.
    obstacles : Obstacles
    fixed : frozenset of ResidueId
        Residues that are not as the file has them (side chain left out), so that nothing can be learnt by moving them.
    """

    protein: Complex
    obstacles: Obstacles
    fixed: frozenset[ResidueId]


def take_surroundings(
    complex_: Complex, changes: Mapping[ResidueId, str], reach: FloatArray, radius_angstrom: float
) -> Surroundings:
    """Everything within a radius of the places that new side chains can reach.

    Parameters
    ----------
    complex_ : Complex
        As read from the file, before the changes.
    changes : mapping of ResidueId to str
        Three-letter name of each residue to build.
    reach : numpy.ndarray, shape (n, 3)
        Å.
    radius_angstrom : float
    """
    near = residues_near(complex_, reach, radius_angstrom) | set(changes)
    inside = [residue for residue in complex_.topology.residues() if residue_id(residue) in near]
    amino_acids = [residue for residue in inside if _is_whole_amino_acid(residue)]
    others = [residue for residue in inside if not _is_whole_amino_acid(residue)]
    bare, cut_back = _amino_acid_part(complex_, amino_acids, changes)
    protein = _with_hydrogens(bare)
    for identity, name in changes.items():
        protein = substitute(protein, identity, name)
    return Surroundings(protein, _obstacles(complex_, others, amino_acids), cut_back)


def _is_whole_amino_acid(residue: Residue) -> bool:
    """Whether it is one of the twenty amino acids, with all of its backbone."""
    names = {atom.name for atom in residue.atoms()}
    return parent_name(residue.name) in THREE_TO_ONE and names.issuperset(BACKBONE_HEAVY_ATOMS)


def _amino_acid_part(
    complex_: Complex, residues: Iterable[Residue], changes: Collection[ResidueId]
) -> tuple[Complex, frozenset[ResidueId]]:
    """Amino acids alone, incomplete ones as ALA or GLY, the residues to build as GLY; and which were cut back."""
    keep: list[int] = []
    names: dict[ResidueId, str] = {}
    for residue in residues:
        identity, present = residue_id(residue), {atom.name for atom in residue.atoms()}
        complete = heavy_atom_names(parent_name(residue.name)) <= present
        if identity in changes or not complete:
            names[identity] = "ALA" if "CB" in present and identity not in changes else "GLY"
            kept = heavy_atom_names(names[identity]) | {"H", "H1", "H2", "H3", "HA", "OXT"}
            kept -= {"H"} if residue.name == "PRO" else set()
        else:
            kept = frozenset(present)
        if names.get(identity) == "GLY":
            kept = kept - {"HA"}
        keep += [atom.index for atom in residue.atoms() if atom.name in kept]
    part = select_atoms(complex_, keep)
    topology = rebuilt(
        part.topology, residue=lambda old: replace(as_it_is(old), name=names.get(residue_id(old), old.name))
    )
    cut_back = frozenset(names) - frozenset(changes)
    return Complex(topology, part.positions, None, complex_.source), cut_back


def _with_hydrogens(protein: Complex) -> Complex:
    """The part with the hydrogens that it lacks; those of the file stay where the force field knows them.

    The protonation state that the file's hydrogens show is kept either way.
    """
    variants = [_variant(residue) for residue in protein.topology.residues()]
    try:
        return relax_hydrogens(place_hydrogens(protein, _HYDROGENATION_PH, variants), given=protein)
    except StructureError:
        return relax_hydrogens(place_hydrogens(remove_hydrogens(protein), _HYDROGENATION_PH, variants))


def _variant(residue: Residue) -> str | None:
    """Protonation state that a side chain's hydrogens show; None where it has none, or only one state is usual."""
    names = {atom.name for atom in residue.atoms()}
    name = parent_name(residue.name)
    if name == "HIS" and names & {"HD1", "HE2"}:
        return "HIP" if {"HD1", "HE2"} <= names else "HID" if "HD1" in names else "HIE"
    if name == "ASP":
        return "ASH" if "HD2" in names else "ASP"
    if name == "GLU":
        return "GLH" if "HE2" in names else "GLU"
    if name == "LYS":
        return "LYN" if "HZ2" in names and len(names & {"HZ1", "HZ2", "HZ3"}) == 2 else "LYS"
    return None


def _obstacles(complex_: Complex, residues: Iterable[Residue], amino_acids: Iterable[Residue]) -> Obstacles:
    radii = classify_atoms(complex_.topology).radii_angstrom
    waters = [residue for residue in residues if is_water(residue.name)]
    solid = [atom for residue in residues if residue not in waters for atom in residue.atoms()]
    oxygens = [atom.index for residue in waters for atom in residue.atoms() if atom.element.symbol == "O"]
    indices: IntArray = np.array([atom.index for atom in solid], dtype=np.int64)
    return Obstacles(
        positions=complex_.positions[indices],
        radii_angstrom=radii[indices],
        bonded=tuple(_bonded_protein_atoms(complex_, indices, amino_acids)),
        waters=complex_.positions[np.array(oxygens, dtype=np.int64)],
    )


def _bonded_protein_atoms(
    complex_: Complex, indices: IntArray, amino_acids: Iterable[Residue]
) -> Iterator[frozenset[tuple[ResidueId, str]]]:
    around: dict[int, set[int]] = {}
    for first, second in bond_indices(complex_.topology):
        around.setdefault(first, set()).add(second)
        around.setdefault(second, set()).add(first)
    label = {atom.index: (residue_id(residue), atom.name) for residue in amino_acids for atom in residue.atoms()}
    for start in indices.tolist():
        reached = {start}
        for _ in range(3):
            reached |= {other for atom in reached for other in around.get(atom, ())}
        yield frozenset(label[atom] for atom in reached if atom in label)
