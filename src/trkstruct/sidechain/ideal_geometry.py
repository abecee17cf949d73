"""Side chains from ideal geometry: which atoms each amino acid has, and where a rotamer puts them on a backbone.

Bond lengths are those of Engh & Huber (2001, 10.1107/97809553602060000695), bond angles the rotamer's own means where
the library has them, hydrogens at nuclear distances; the sources stand in ``data/residue_geometry.csv``.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from trkstruct.errors import MutationError, StructureError
from trkstruct.files.shipped import data_path
from trkstruct.residues import parent_name
from trkstruct.sidechain.rotamers import Rotamer
from trkstruct.structure.geometry import place_atom, place_branch, place_opposite
from trkstruct.units import FloatArray

HYDROXYL_TORSIONS_DEGREES: Final[dict[str, tuple[float, ...]]] = {
    "SER": (180.0, 60.0, -60.0),  # staggered, as the sp3 rotors of Word 1999, 10.1006/jmbi.1998.2401
    "THR": (180.0, 60.0, -60.0),
    "CYS": (180.0, 60.0, -60.0),
    "TYR": (0.0, 180.0),  # in the plane of the ring; same source
}
"""Torsions at which the hydrogen of a hydroxyl or thiol is tried."""

_ABSENT: Final[dict[str, frozenset[str]]] = {
    "ASP": frozenset({"HD2"}), "ASH": frozenset(), "GLU": frozenset({"HE2"}), "GLH": frozenset(),
    "HIS": frozenset({"HD1"}), "HIE": frozenset({"HD1"}), "HID": frozenset({"HE2"}), "HIP": frozenset(),
    "LYN": frozenset({"HZ1"}), "CYM": frozenset({"HG"}), "CYX": frozenset({"HG"}),
}  # fmt: skip
"""Hydrogens of the geometry table that a state lacks (ff14SB's templates; Maier 2015, 10.1021/acs.jctc.5b00255)."""

_ALPHA_BOND_ANGSTROM: Final = 1.09  # ff14SB; Maier 2015, 10.1021/acs.jctc.5b00255
_AMIDE_BOND_ANGSTROM: Final = 1.01  # same source
_GLYCINE_ANGLE_DEGREES: Final = 109.5  # tetrahedral
_HYDROXYL: Final = "hydroxyl"


@dataclass(frozen=True)
class AtomRule:
    """How one side-chain atom is placed from three others; a row of ``data/residue_geometry.csv``."""

    atom: str
    bonded_to: str
    angle_from: str
    torsion_from: str
    bond_angstrom: float
    angle_degrees: float
    chi: str
    torsion_degrees: float
    ring_bond_to: str

    @property
    def element(self) -> str:
        """Element symbol: the first letter, for every atom of the twenty amino acids."""
        return self.atom[0]

    @property
    def references(self) -> tuple[str, str, str]:
        """The three atoms it is placed from."""
        return self.bonded_to, self.angle_from, self.torsion_from


@dataclass(frozen=True)
class RotamerPlacement:
    """A rotamer and, where the side chain ends in a hydroxyl or thiol, the torsion of its hydrogen (degrees)."""

    rotamer: Rotamer
    hydroxyl_degrees: float | None = None


def side_chain_rules(residue: str) -> tuple[AtomRule, ...]:
    """Atoms of a side chain (or of one protonation state) in Amber's order; empty for glycine; HIS means HIE."""
    absent = _ABSENT.get(residue, frozenset())
    return tuple(rule for rule in _load_rules().get(parent_name(residue), ()) if rule.atom not in absent)


def side_chain_bonds(residue: str) -> tuple[tuple[str, str], ...]:
    """Atom names of each bond of a side chain, the ones to CA and (proline) N included."""
    rules = side_chain_rules(residue)
    tree = tuple((rule.bonded_to, rule.atom) for rule in rules)
    return tree + tuple((rule.atom, rule.ring_bond_to) for rule in rules if rule.ring_bond_to)


def chi_atoms(residue: str) -> tuple[tuple[str, str, str, str], ...]:
    """The four atoms of chi1, chi2, ... of an amino acid; for proline chi3 closes the ring (CB, CG, CD, N)."""
    rules = _load_rules().get(parent_name(residue), ())
    leading = sorted((rule for rule in rules if _leads(rule)), key=lambda rule: rule.chi)
    chis = tuple((rule.torsion_from, rule.angle_from, rule.bonded_to, rule.atom) for rule in leading)
    return (*chis, ("CB", "CG", "CD", "N")) if parent_name(residue) == "PRO" else chis


def placements_of(residue: str, rotamers: Sequence[Rotamer], hydrogens: bool) -> tuple[RotamerPlacement, ...]:
    """Every rotamer, each with every torsion of its hydroxyl or thiol hydrogen if ``hydrogens`` are wanted."""
    torsions = HYDROXYL_TORSIONS_DEGREES.get(parent_name(residue)) if hydrogens else None
    return tuple(RotamerPlacement(rotamer, torsion) for rotamer in rotamers for torsion in torsions or (None,))


def build_side_chain(
    residue: str, backbone: FloatArray, placements: Sequence[RotamerPlacement], atoms: Sequence[str]
) -> FloatArray:
    """Coordinates of a side chain in each placement.

    Parameters
    ----------
    residue : str
        Three-letter name of the amino acid or protonation state.
    backbone : numpy.ndarray, shape (3, 3)
        N, CA and C in Å.
    placements : sequence of RotamerPlacement
        Their rotamers must be those of the residue.
    atoms : sequence of str
        Names of the atoms wanted, in the order wanted.

    Returns
    -------
    numpy.ndarray, shape (n_placements, n_atoms, 3)
        Å.

    Raises
    ------
    MutationError
        When a rotamer belongs to another amino acid.
    StructureError
        When an atom is unknown, or N, CA and C are too distorted to carry an ideal CB.
    """
    rules = {rule.atom: rule for rule in _load_rules().get(parent_name(residue), ())}
    strange = [name for name in atoms if name not in rules]
    if strange:
        raise StructureError(
            f"{residue} has unknown side-chain atoms {', '.join(strange)}; known are {', '.join(rules) or 'none'}."
            " Rename them as in the PDB (version 3), or rebuild the residue with substitute()."
        )
    for placement in placements:
        if placement.rotamer.residue != parent_name(residue):
            raise MutationError(f"Rotamer {placement.rotamer} cannot be placed on {residue}: another amino acid.")
    built: dict[str, FloatArray] = {
        name: np.broadcast_to(xyz, (len(placements), 3)) for name, xyz in zip(("N", "CA", "C"), backbone, strict=True)
    }
    for rule in _in_building_order(tuple(rules.values())):
        built[rule.atom] = _place(rule, built, placements)
    if "CB" in built and np.isnan(built["CB"]).any():
        raise StructureError(f"The angle N-CA-C of a {residue} leaves no place for CB; its backbone is distorted.")
    return np.stack([built[name] for name in atoms], axis=1) if atoms else np.empty((len(placements), 0, 3))


def place_alpha_hydrogens(backbone: FloatArray, beta: FloatArray | None) -> FloatArray:
    """HA away from N, C and CB, shape (1, 3); without CB (glycine) HA2 and HA3, shape (2, 3), HA3 on CB's side. Å."""
    nitrogen, alpha, carbon = backbone
    if beta is not None:
        return place_opposite(alpha, np.stack([nitrogen, carbon, beta]), _ALPHA_BOND_ANGSTROM)[None]
    angles = {"first_angle_degrees": _GLYCINE_ANGLE_DEGREES, "second_angle_degrees": _GLYCINE_ANGLE_DEGREES}
    sides = [
        place_branch(alpha, nitrogen, carbon, bond_angstrom=_ALPHA_BOND_ANGSTROM, side=side, **angles)
        for side in (-1, 1)
    ]
    return np.stack(sides)


def place_amide_hydrogens(
    backbone: FloatArray, count: int, *, previous_carbon: FloatArray | None, ring_carbon: FloatArray | None
) -> FloatArray:
    """Hydrogens on the backbone N, shape (count, 3), Å: in the peptide plane, or those of a chain's first residue.

    Parameters
    ----------
    backbone : numpy.ndarray, shape (3, 3)
        N, CA and C in Å.
    count : int
        0 to 3.
    previous_carbon, ring_carbon : numpy.ndarray, shape (3,), or None
        C of the residue before; CD of proline.
    """
    nitrogen, alpha, carbon = backbone
    others = [xyz for xyz in (previous_carbon, ring_carbon) if xyz is not None]
    if count == 1 and others:
        return place_opposite(nitrogen, np.stack([alpha, *others]), _AMIDE_BOND_ANGSTROM)[None]
    if ring_carbon is not None:
        pair = [
            place_branch(
                nitrogen, alpha, ring_carbon, bond_angstrom=_AMIDE_BOND_ANGSTROM, side=side,
                first_angle_degrees=_GLYCINE_ANGLE_DEGREES, second_angle_degrees=_GLYCINE_ANGLE_DEGREES,
            )
            for side in (1, -1)
        ]  # fmt: skip
        return np.stack(pair)[:count]
    torsions = np.array([180.0, 60.0, -60.0])[:count]
    return place_atom(
        np.broadcast_to(nitrogen, (count, 3)),
        np.broadcast_to(alpha, (count, 3)),
        np.broadcast_to(carbon, (count, 3)),
        bond_angstrom=_AMIDE_BOND_ANGSTROM,
        angle_degrees=_GLYCINE_ANGLE_DEGREES,
        torsion_degrees=torsions,
    )


def _place(rule: AtomRule, built: dict[str, FloatArray], placements: Sequence[RotamerPlacement]) -> FloatArray:
    """One atom in every placement, shape (n_placements, 3)."""
    bonded_to, angle_from, torsion_from = (built[name] for name in rule.references)
    angle = _angles(f"{rule.angle_from}_{rule.bonded_to}_{rule.atom}", rule.angle_degrees, placements)
    if rule.atom == "CB":
        other = _angles(f"{rule.torsion_from}_{rule.bonded_to}_{rule.atom}", rule.torsion_degrees, placements)
        return place_branch(
            bonded_to, angle_from, torsion_from, side=1,
            bond_angstrom=rule.bond_angstrom, first_angle_degrees=angle, second_angle_degrees=other,
        )  # fmt: skip
    return place_atom(
        bonded_to,
        angle_from,
        torsion_from,
        bond_angstrom=rule.bond_angstrom,
        angle_degrees=angle,
        torsion_degrees=rule.torsion_degrees + _turns(rule, placements),
    )


def _angles(name: str, ideal_degrees: float, placements: Sequence[RotamerPlacement]) -> FloatArray:
    return np.array([dict(placement.rotamer.angles_degrees).get(name, ideal_degrees) for placement in placements])


def _turns(rule: AtomRule, placements: Sequence[RotamerPlacement]) -> FloatArray:
    """The torsion that the rule's own is an offset from; 0 where it stands alone."""
    if rule.chi == _HYDROXYL:
        ideal = HYDROXYL_TORSIONS_DEGREES
        return np.array(
            [
                ideal[placement.rotamer.residue][0]
                if placement.hydroxyl_degrees is None
                else placement.hydroxyl_degrees
                for placement in placements
            ]
        )
    if rule.chi:
        return np.array([placement.rotamer.chis_degrees[int(rule.chi) - 1] for placement in placements])
    return np.zeros(len(placements))


def _leads(rule: AtomRule) -> bool:
    return rule.chi not in ("", _HYDROXYL) and rule.torsion_degrees == 0 and rule.element != "H"


@cache
def _in_building_order(rules: tuple[AtomRule, ...]) -> tuple[AtomRule, ...]:
    """The rules so that each comes after those of the atoms it is placed from."""
    placed, ordered, waiting = {"N", "CA", "C"}, [], list(rules)
    while waiting:
        rule = next(rule for rule in waiting if placed.issuperset(rule.references))
        placed.add(rule.atom)
        ordered.append(rule)
        waiting.remove(rule)
    return tuple(ordered)


@cache
def _load_rules() -> dict[str, tuple[AtomRule, ...]]:
    """Rules of each amino acid's side chain, every hydrogen of every protonation state included."""
    rules: dict[str, tuple[AtomRule, ...]] = {}
    with data_path("residue_geometry.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(line for line in file if not line.startswith("#")):
            rule = AtomRule(
                atom=row["atom"], bonded_to=row["bonded_to"], angle_from=row["angle_from"],
                torsion_from=row["torsion_from"], bond_angstrom=float(row["bond_angstrom"]),
                angle_degrees=float(row["angle_degrees"]), chi=row["chi"],
                torsion_degrees=float(row["torsion_degrees"]), ring_bond_to=row["ring_bond_to"],
            )  # fmt: skip
            rules[row["residue"]] = (*rules.get(row["residue"], ()), rule)
    return rules
