"""The residues around a ligand, and the ligand, as molecules that ProLIF reads: with bond orders and charges."""

import warnings
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from openmm.app import Atom, Residue
from rdkit import Chem

from trkstruct.errors import StructureError
from trkstruct.residues import parent_name
from trkstruct.structure.complex import Complex, is_protein, ligand_residue, residue_id
from trkstruct.structure.pocket import residues_near
from trkstruct.units import FloatArray

if TYPE_CHECKING:
    from prolif import Molecule

    from trkstruct.ligand.ligand import Ligand

POCKET_ANGSTROM: Final = 9.0  # ring centres count up to 7 Å apart, and a ring's centre lies 1.4 Å behind its atoms
DOUBLE_BONDS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "ARG": (("CZ", "NH2"),),
    "ASN": (("CG", "OD1"),),
    "GLN": (("CD", "OE1"),),
    "PHE": (("CG", "CD1"), ("CE1", "CZ"), ("CE2", "CD2")),
    "TYR": (("CG", "CD1"), ("CE1", "CZ"), ("CE2", "CD2")),
    "TRP": (("CG", "CD1"), ("CD2", "CE3"), ("CE2", "CZ2"), ("CZ3", "CH2")),
    "HIS": (("CG", "CD2"),),
}
"""Of the side chains, one Kekulé structure; what the place of a hydrogen decides is in `PROTON_DECIDES`."""
PROTON_DECIDES: Final[Mapping[str, tuple[str, tuple[str, str]]]] = {
    "ASP": ("CG", ("OD1", "OD2")),
    "GLU": ("CD", ("OE1", "OE2")),
    "HIS": ("CE1", ("NE2", "ND1")),
}
"""The atom with a double bond to the first of two that carries no hydrogen (to the first, where both or none do)."""
FULL_VALENCE: Final = {"N": 3, "O": 2, "S": 2}


@dataclass(frozen=True)
class PocketMolecules:
    """Ligand and surroundings for ProLIF.

    Attributes
    ----------
    ligand, protein : prolif.Molecule
        The protein's residues are numbered from 0, in the order of ``residues``.
    ligand_names : tuple of str
        Names of the ligand's atoms, by their index in ``ligand``.
    atoms : tuple of openmm.app.Atom
        The protein's, by their index in ``protein``.
    residues : tuple of openmm.app.Residue
        Those near the ligand and what is bonded to them; only the former are whole in their surroundings.
    near : frozenset of int
        Which of ``residues`` are near the ligand.
    """

    ligand: "Molecule"
    protein: "Molecule"
    ligand_names: tuple[str, ...]
    atoms: tuple[Atom, ...]
    residues: tuple[Residue, ...]
    near: frozenset[int]


def pocket_molecules(complex_: Complex, ligand: "Ligand") -> PocketMolecules:
    """The ligand of a complex and the residues within 9 Å of it.

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
    molecule, names = _ligand_molecule(complex_, ligand)
    near = residues_near(complex_, molecule.GetConformer().GetPositions(), POCKET_ANGSTROM)
    protein = [residue for residue in complex_.topology.residues() if is_protein(residue)]
    inside = {residue for residue in protein if residue_id(residue) in near}
    ends = [(first.residue, second.residue) for first, second in complex_.topology.bonds()]
    around = inside | {other for pair in ends for one, other in (pair, pair[::-1]) if one in inside}
    residues = tuple(residue for residue in protein if residue in around)
    atoms = tuple(atom for residue in residues for atom in residue.atoms())
    return PocketMolecules(
        ligand=_for_prolif(molecule),
        protein=_for_prolif(_protein_molecule(complex_, residues, atoms)),
        ligand_names=names,
        atoms=atoms,
        residues=residues,
        near=frozenset(index for index, residue in enumerate(residues) if residue in inside),
    )


def _for_prolif(molecule: Chem.Mol) -> "Molecule":
    with warnings.catch_warnings(record=True):  # MDAnalysis, which ProLIF imports, shows every user its deprecations
        from prolif import Molecule
    return Molecule.from_rdkit(molecule)


def _ligand_molecule(complex_: Complex, ligand: "Ligand") -> tuple[Chem.Mol, tuple[str, ...]]:
    """The ligand as it lies in the complex, hydrogens and all."""
    from trkstruct.ligand.ligand import to_molecule
    from trkstruct.ligand.molecule import with_positions

    found = {atom.name: complex_.positions[atom.index] for atom in ligand_residue(complex_).atoms()}
    missing = [name for name in ligand.atom_names if name not in found]
    if missing:
        raise StructureError(
            f"The ligand of {complex_.source} has no atom {missing[0]}, which {ligand.name} has: its interactions "
            "cannot be told. Give the structure as trkstruct prepare writes it."
        )
    positions = np.array([found[name] for name in ligand.atom_names])
    return with_positions(to_molecule(ligand), positions), ligand.atom_names


def _protein_molecule(complex_: Complex, residues: Iterable[Residue], atoms: tuple[Atom, ...]) -> Chem.Mol:
    molecule, place = Chem.RWMol(), {atom.index: position for position, atom in enumerate(atoms)}
    number = {residue: index for index, residue in enumerate(residues)}
    for atom in atoms:
        new = Chem.Atom(atom.element.atomic_number)
        new.SetNoImplicit(True)
        new.SetMonomerInfo(_info(atom, number[atom.residue]))
        molecule.AddAtom(new)
    bonds = [pair for pair in complex_.topology.bonds() if pair[0].index in place and pair[1].index in place]
    protonated = {one for pair in bonds for one, other in (pair, pair[::-1]) if other.element.symbol == "H"}
    doubles = {frozenset(pair) for residue in residues for pair in _double_bonds(residue, protonated)}
    for first, second in bonds:
        kind = Chem.BondType.DOUBLE if frozenset((first, second)) in doubles else Chem.BondType.SINGLE
        molecule.AddBond(place[first.index], place[second.index], kind)
    molecule.AddConformer(_conformer(complex_.positions[[atom.index for atom in atoms]]))
    return _charged(molecule)


def _info(atom: Atom, number: int) -> Chem.AtomPDBResidueInfo:
    """ProLIF tells residues apart by name, number and chain; numbered from 0, insertion codes cannot mix them up."""
    name = parent_name(atom.residue.name)
    return Chem.AtomPDBResidueInfo(f" {atom.name:<3.3}", residueName=name, residueNumber=number, chainId="A")


def _conformer(positions: FloatArray) -> Chem.Conformer:
    conformer = Chem.Conformer(len(positions))
    conformer.SetPositions(positions)
    return conformer


def _double_bonds(residue: Residue, protonated: Container[Atom]) -> list[tuple[Atom, Atom]]:
    """The double bonds of a residue, the carbonyl of its backbone included; none to an atom that it lacks."""
    atoms = {atom.name: atom for atom in residue.atoms()}
    name = parent_name(residue.name)
    pairs = [("C", "O"), *DOUBLE_BONDS.get(name, ())]
    if name in PROTON_DECIDES:
        centre, (first, second) = PROTON_DECIDES[name]
        only_first = atoms.get(first) in protonated and atoms.get(second) not in protonated
        pairs.append((centre, second if only_first else first))
    return [(atoms[first], atoms[second]) for first, second in pairs if first in atoms and second in atoms]


def _charged(molecule: Chem.RWMol) -> Chem.Mol:
    """With the formal charges that the bonds leave: an ammonium's nitrogen has four, a carboxylate's oxygen one."""
    for atom in molecule.GetAtoms():
        usual = FULL_VALENCE.get(atom.GetSymbol())
        bonds = round(sum(bond.GetBondTypeAsDouble() for bond in atom.GetBonds()))
        surplus = bonds - usual if usual is not None else 0
        if surplus == 1 or (surplus == -1 and atom.GetSymbol() in "OS"):
            atom.SetFormalCharge(surplus)
    molecule.UpdatePropertyCache(strict=False)
    Chem.SanitizeMol(molecule, Chem.SanitizeFlags.SANITIZE_ALL ^ Chem.SanitizeFlags.SANITIZE_PROPERTIES)
    return molecule.GetMol()
