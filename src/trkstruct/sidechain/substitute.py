"""Substitute residues and place rotamers: ideal geometry on a backbone that stays to the last digit.

Everything but N, CA, C, O and the hydrogens on N is built from ideal geometry, for wild type and mutant alike: the bond
lengths and angles that a crystal side chain happens to have never enter, so two sequences are compared on equal terms.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from openmm.app import Atom, Element, Residue

from trkstruct.errors import MutationError, StructureError
from trkstruct.residues import BACKBONE_ATOMS, BACKBONE_HEAVY_ATOMS, THREE_TO_ONE, ResidueId, parent_name
from trkstruct.sidechain.ideal_geometry import (
    RotamerPlacement,
    build_side_chain,
    chi_atoms,
    place_alpha_hydrogens,
    place_amide_hydrogens,
    placements_of,
    side_chain_bonds,
    side_chain_rules,
)
from trkstruct.sidechain.rotamers import Rotamer, find_nearest, rotamers_of
from trkstruct.structure.complex import Complex, protein_residue, residue_id
from trkstruct.structure.geometry import torsion_degrees
from trkstruct.structure.topology import NewAtom, as_it_is, rebuilt
from trkstruct.units import FloatArray, IntArray

_TARGETS: Final = frozenset(THREE_TO_ONE) | {"HID", "HIE", "HIP", "ASH", "GLH", "LYN", "CYM"}
_AMIDE_HYDROGENS: Final = ("H", "H1", "H2", "H3")
_AMIDE_NAMES: Final = ((), ("H",), ("H2", "H3"), ("H1", "H2", "H3"))  # Amber: inner, first proline, first residue
_BACKBONE_BONDS: Final = (("N", "CA"), ("CA", "C"), ("C", "O"), ("C", "OXT"), ("OXT", "HXT"))
_CARBOXYL: Final = ("C", "O", "OXT", "HXT")  # HXT: a neutral C-terminus


@dataclass(frozen=True)
class _NewAtom:
    """An atom of the new residue: its name and place in Å."""

    name: str
    xyz: FloatArray

    @property
    def element(self) -> Element:
        """That of its name's first letter."""
        return Element.getBySymbol(self.name[0])


def substitute(complex_: Complex, residue: ResidueId, to: str, *, rotamer: Rotamer | None = None) -> Complex:
    """Replace one residue's side chain; a compound mutation is one call after another.

    N, CA, C, O (and OXT) keep their coordinates exactly, and so do the hydrogens on N unless proline comes or goes. CB
    and beyond, HA and (after proline) H are built. Hydrogens are built if the protein has any. Proline's ring closes on
    the backbone as it is: where phi is far from -65°, its N is strained until the structure is relaxed.

    Parameters
    ----------
    complex_ : Complex
        The structure; not edited.
    residue : ResidueId
        Which residue.
    to : str
        Three-letter name, or a protonation state (HID, HIE, HIP, ASH, GLH, LYN, CYM); HIS means HIE. The new residue
        bears the amino acid's own name, its hydrogens say which state it is in.
    rotamer : Rotamer, optional
        By default the most frequent one.

    Raises
    ------
    MutationError
        When the target is unknown, the residue is not an amino acid, or it is bonded to more than its neighbours.
    StructureError
        When the residue is missing, or one of N, CA, C and O is.
    """
    target = to.strip().upper()
    if target not in _TARGETS:
        raise MutationError(f"{to!r} cannot be built at {residue}; choose one of {', '.join(sorted(_TARGETS))}.")
    old = _amino_acid(complex_, residue)
    _check_links(complex_, old)
    placement = RotamerPlacement(rotamer or rotamers_of(target)[0])
    atoms = _new_atoms(complex_, old, target, placement, hydrogens=has_hydrogens(complex_))
    return _replace_residue(complex_, old, target, atoms)


def side_chain_atoms(complex_: Complex, residue: ResidueId) -> IntArray:
    """Indices of the atoms that a rotamer moves: CB, everything beyond it and their hydrogens; none for glycine.

    Raises
    ------
    StructureError
        When there is no such residue.
    MutationError
        When the residue is a cap.
    """
    return np.array([atom.index for atom in _side_chain(_amino_acid(complex_, residue))], dtype=np.int64)


def place_rotamers(
    complex_: Complex, residue: ResidueId, rotamers: Sequence[Rotamer]
) -> tuple[FloatArray, tuple[RotamerPlacement, ...]]:
    """Coordinates of the side chain in each rotamer, and with each torsion of its hydroxyl or thiol hydrogen.

    Ideal geometry, whatever bond lengths and angles the residue has now; N, CA, C, O, HA and the hydrogens on N stay.

    Returns
    -------
    positions : numpy.ndarray, shape (n_placements, n_side_chain_atoms, 3)
        Å, atoms in the order of ``side_chain_atoms``.
    placements : tuple of RotamerPlacement
        The rotamer and hydroxyl torsion of each.

    Raises
    ------
    MutationError
        When a rotamer belongs to another amino acid, or the residue is a cap.
    StructureError
        When the residue, one of N, CA and C, or an atom of the side chain is missing.
    """
    found = _amino_acid(complex_, residue)
    atoms = [atom.name for atom in _side_chain(found)]
    missing = [rule.atom for rule in side_chain_rules(found.name) if rule.element != "H" and rule.atom not in atoms]
    if missing:
        raise StructureError(
            f"{residue} {found.name} in {complex_.source} lacks {', '.join(missing)};"
            f" build the side chain with substitute(complex, residue, {found.name!r})."
        )
    rotatable = {rule.atom for rule in side_chain_rules(found.name) if rule.chi == "hydroxyl"}
    placements = placements_of(found.name, rotamers, hydrogens=bool(rotatable.intersection(atoms)))
    return build_side_chain(found.name, _backbone(complex_, found), placements, atoms), placements


def with_side_chain(complex_: Complex, residue: ResidueId, coordinates: FloatArray) -> Complex:
    """The complex with one side chain at ``coordinates``, Å, shape (n_side_chain_atoms, 3) as in ``place_rotamers``."""
    positions = complex_.positions.copy()
    positions[side_chain_atoms(complex_, residue)] = coordinates
    return replace(complex_, positions=positions)


def measure_chis(complex_: Complex, residue: ResidueId) -> tuple[float, ...]:
    """chi1, chi2, ... of a residue in degrees, -180 to 180; empty for glycine and alanine, chi1-chi3 for proline.

    Raises
    ------
    MutationError
        When the residue is a cap.
    StructureError
        When the residue or one of the atoms is missing.
    """
    found = _amino_acid(complex_, residue)
    return tuple(float(torsion_degrees(*_points(complex_, found, names))) for names in chi_atoms(found.name))


def nearest_rotamer(complex_: Complex, residue: ResidueId) -> Rotamer:
    """The library rotamer, rare ones included, nearest to a residue's chis in units of its standard deviations."""
    return find_nearest(_amino_acid(complex_, residue).name, measure_chis(complex_, residue))


def has_hydrogens(complex_: Complex) -> bool:
    """Whether any amino acid has hydrogens; those of the ligand do not count."""
    atoms = complex_.topology.atoms()
    return any(atom.element.symbol == "H" and parent_name(atom.residue.name) in THREE_TO_ONE for atom in atoms)


def _amino_acid(complex_: Complex, identity: ResidueId) -> Residue:
    found = protein_residue(complex_, identity)
    if parent_name(found.name) not in THREE_TO_ONE:
        raise MutationError(f"{identity} in {complex_.source} is {found.name}, not one of the twenty amino acids.")
    return found


def _side_chain(residue: Residue) -> Iterator[Atom]:
    return (atom for atom in residue.atoms() if atom.name not in BACKBONE_ATOMS and atom.name not in _CARBOXYL)


def _points(complex_: Complex, residue: Residue, names: Sequence[str]) -> FloatArray:
    """Positions of named atoms, shape (n, 3), Å."""
    index = {atom.name: atom.index for atom in residue.atoms()}
    missing = [name for name in names if name not in index]
    if missing:
        raise StructureError(
            f"{residue_id(residue)} {residue.name} in {complex_.source} lacks {', '.join(missing)};"
            " complete the structure first (missing backbone atoms cannot be guessed)."
        )
    return complex_.positions[[index[name] for name in names]]


def _backbone(complex_: Complex, residue: Residue) -> FloatArray:
    return _points(complex_, residue, ("N", "CA", "C"))


def _links(complex_: Complex, residue: Residue) -> Iterator[tuple[Atom, Atom]]:
    """Bonds to other residues, this residue's atom first."""
    for first, second in complex_.topology.bonds():
        if (first.residue is residue) != (second.residue is residue):
            yield (first, second) if first.residue is residue else (second, first)


def _check_links(complex_: Complex, residue: Residue) -> None:
    for own, other in _links(complex_, residue):
        if (own.name, other.name) not in {("N", "C"), ("C", "N")}:
            kind = "a disulfide" if own.name == other.name == "SG" else "a covalent link"
            raise MutationError(
                f"{residue_id(residue)} {residue.name} in {complex_.source} is bonded to {residue_id(other.residue)} "
                f"{other.residue.name} ({own.name}-{other.name}): {kind} that a substitution would cut. "
                "Remove the partner or the bond from the structure first."
            )
    if residue.name == "CYX":
        raise MutationError(
            f"{residue_id(residue)} in {complex_.source} is CYX, a cysteine of a disulfide; if it is free, name it CYS."
        )


def _new_atoms(
    complex_: Complex, old: Residue, target: str, placement: RotamerPlacement, *, hydrogens: bool
) -> list[_NewAtom]:
    """Atoms of the new residue in Amber's order: N and its hydrogens, CA, HA, side chain, C, O, OXT."""
    _points(complex_, old, BACKBONE_HEAVY_ATOMS)
    held = {atom.name: _NewAtom(atom.name, complex_.positions[atom.index]) for atom in old.atoms()}
    backbone = _backbone(complex_, old)
    names = [rule.atom for rule in side_chain_rules(target) if hydrogens or rule.element != "H"]
    coordinates = build_side_chain(target, backbone, [placement], names)[0]
    side_chain = {name: _NewAtom(name, xyz) for name, xyz in zip(names, coordinates, strict=True)}
    on_nitrogen, on_alpha = [], []
    if hydrogens:
        on_nitrogen = _nitrogen_hydrogens(complex_, old, held, backbone, side_chain if target == "PRO" else {})
        alpha = place_alpha_hydrogens(backbone, side_chain["CB"].xyz if side_chain else None)
        on_alpha = [_NewAtom(*pair) for pair in zip(("HA",) if side_chain else ("HA2", "HA3"), alpha, strict=True)]
    end = [held[name] for name in _CARBOXYL if name in held]
    return [held["N"], *on_nitrogen, held["CA"], *on_alpha, *side_chain.values(), *end]


def _nitrogen_hydrogens(
    complex_: Complex,
    old: Residue,
    held: dict[str, _NewAtom],
    backbone: FloatArray,
    ring: dict[str, _NewAtom],
) -> list[_NewAtom]:
    """Hydrogens on N: as they are, unless proline comes (its ``ring`` takes the place of one) or goes."""
    kept = [held[name] for name in _AMIDE_HYDROGENS if name in held]
    before = [other for own, other in _links(complex_, old) if own.name == "N"]
    carried = len(kept) + (old.name == "PRO")
    if not carried:
        carried = 1 if before else 3
    wanted = max(0, carried - bool(ring))
    if wanted == len(kept):
        return kept
    previous = complex_.positions[before[0].index] if before else None
    ring_carbon = ring["CD"].xyz if ring else None
    placed = place_amide_hydrogens(backbone, wanted, previous_carbon=previous, ring_carbon=ring_carbon)
    return [_NewAtom(name, xyz) for name, xyz in zip(_AMIDE_NAMES[wanted], placed, strict=True)]


def _replace_residue(complex_: Complex, old: Residue, target: str, atoms: Sequence[_NewAtom]) -> Complex:
    """New complex in which ``old`` consists of ``atoms``; all other atoms and bonds as they were."""
    before = {atom.name: atom for atom in old.atoms()}
    made = tuple(NewAtom(atom.name, atom.element, before.get(atom.name)) for atom in atoms)
    replaced = replace(as_it_is(old), name=parent_name(target), atoms=made)
    topology = rebuilt(
        complex_.topology,
        residue=lambda residue: replaced if residue is old else as_it_is(residue),
        bonds=[(a.index, b.index) for a, b in complex_.topology.bonds() if not (a.residue is old and b.residue is old)],
    )
    built = {atom.name: atom for atom in list(topology.residues())[old.index].atoms()}
    for first, second in _bonds(target, built):
        topology.addBond(built[first], built[second])
    positions = [
        np.array(
            [atom.xyz for atom in atoms] if residue is old else complex_.positions[[a.index for a in residue.atoms()]]
        )
        for residue in complex_.topology.residues()
    ]
    return replace(complex_, topology=topology, positions=np.concatenate(positions))


def _bonds(target: str, atoms: dict[str, Atom]) -> list[tuple[str, str]]:
    """Atom names of the bonds inside a new residue."""
    hydrogens = [("N", name) for name in _AMIDE_HYDROGENS] + [("CA", name) for name in ("HA", "HA2", "HA3")]
    every = (*_BACKBONE_BONDS, *hydrogens, *side_chain_bonds(target))
    return [(first, second) for first, second in every if first in atoms and second in atoms]
