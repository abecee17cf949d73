"""Hydrogens come and go without moving anything else, and stand where the force field has them."""

import random
from dataclasses import replace

import numpy as np
import openmm
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openmm import unit
from scipy.spatial.transform import Rotation

from support.peptides import SITE, build_peptide
from trkstruct.energy.forcefield import create_system, find_force
from trkstruct.energy.hydrogens import place_hydrogens, relax_hydrogens, with_natural_hydrogens
from trkstruct.residues import THREE_TO_ONE, ResidueId
from trkstruct.sidechain.substitute import substitute
from trkstruct.structure.complex import Complex, select_atoms
from trkstruct.structure.geometry import angle_degrees
from trkstruct.structure.hydrogens import remove_hydrogens

LENGTHS_ANGSTROM = {"C": (1.08, 1.09), "N": (1.01, 1.01), "O": (0.96, 0.96), "S": (1.336, 1.336)}  # ff14SB
AMINO_ACIDS = sorted(THREE_TO_ONE)
STATES = ["ASH", "GLH", "HID", "HIE", "HIP", "LYN"]


def peptide_of(name: str) -> Complex:
    peptide = build_peptide(capped=False)
    return peptide if name == "ALA" else substitute(peptide, ResidueId("A", SITE), name)


def hydrogenated(complex_: Complex, state: str | None = None, seed: int = 0) -> Complex:
    heavy = remove_hydrogens(complex_)
    variants = [state if residue.id == str(SITE) else None for residue in heavy.topology.residues()]
    return relax_hydrogens(place_hydrogens(heavy, 7.0, variants, seed=seed))


def bonds_of_hydrogens(complex_: Complex) -> list[tuple[str, float]]:
    bonds = []
    for first, second in complex_.topology.bonds():
        symbols = first.element.symbol, second.element.symbol
        if "H" in symbols:
            length = float(np.linalg.norm(complex_.positions[first.index] - complex_.positions[second.index]))
            bonds.append((symbols[0] if symbols[1] == "H" else symbols[1], length))
    return bonds


@pytest.mark.parametrize("name", [*AMINO_ACIDS, *STATES])
def test_lengths_are_those_of_the_force_field_and_angles_near_them(name: str) -> None:
    parent = {"ASH": "ASP", "GLH": "GLU", "LYN": "LYS"}.get(name, "HIS" if name[:2] == "HI" else name)
    built = hydrogenated(peptide_of(name if name in AMINO_ACIDS else parent), name if name in STATES else None)
    bonds = bonds_of_hydrogens(built)
    assert len(bonds) == sum(atom.element.symbol == "H" for atom in built.topology.atoms())
    for element, length in bonds:
        shortest, longest = LENGTHS_ANGSTROM[element]
        assert shortest - 0.005 <= length <= longest + 0.005, element
    system = create_system(built.topology)
    angles = find_force(system, openmm.HarmonicAngleForce)
    symbols = [atom.element.symbol for atom in built.topology.atoms()]
    for index in range(angles.getNumAngles()):
        a, b, c, ideal, _ = angles.getAngleParameters(index)
        if "H" in (symbols[a], symbols[c]):
            measured = float(angle_degrees(*(built.positions[each] for each in (a, b, c))))
            assert measured == pytest.approx(ideal.value_in_unit(unit.degree), abs=12.0)


def test_heavy_atoms_do_not_move_and_the_same_input_gives_the_same_hydrogens() -> None:
    heavy = remove_hydrogens(peptide_of("LYS"))
    one, same = hydrogenated(heavy), hydrogenated(heavy)
    np.testing.assert_array_equal(one.positions, same.positions)
    elements = [atom.element.symbol for atom in one.topology.atoms()]
    kept = [index for index, element in enumerate(elements) if element != "H"]
    np.testing.assert_array_equal(one.positions[kept], heavy.positions)


def test_hydrogens_that_are_there_stay() -> None:
    whole = peptide_of("SER")
    gone = {atom.index for atom in whole.topology.atoms() if atom.name in ("HG", "HA")}
    kept = [index for index in range(len(whole.positions)) if index not in gone]
    part = select_atoms(whole, kept)
    again = relax_hydrogens(place_hydrogens(part, 7.0, [None] * part.topology.getNumResidues()), given=part)
    names = {(atom.residue.id, atom.name): again.positions[atom.index] for atom in again.topology.atoms()}
    for atom in part.topology.atoms():
        np.testing.assert_array_equal(names[atom.residue.id, atom.name], part.positions[atom.index])
    assert len(again.positions) == len(whole.positions)


def test_hydrogens_turn_away_from_what_stands_beside() -> None:
    """A methyl's hydrogens straddle an atom in front of it: the nearest is further from it than when it is not felt."""
    heavy = remove_hydrogens(build_peptide(capped=False))
    placed = place_hydrogens(heavy, 7.0, [None] * 3)
    methyl = [a for a in placed.topology.atoms() if a.residue.id == str(SITE) and a.name.startswith("HB")]
    carbon = next(a for a in placed.topology.atoms() if a.residue.id == str(SITE) and a.name == "CB")
    free = relax_hydrogens(placed).positions
    along = free[methyl[0].index] - free[carbon.index]
    obstacle = (free[carbon.index] + along * 2.6)[None]
    felt = relax_hydrogens(placed, beside=obstacle).positions
    nearest = [min(float(np.linalg.norm(xyz[h.index] - obstacle[0])) for h in methyl) for xyz in (free, felt)]
    assert nearest[1] > nearest[0] + 0.3


@settings(max_examples=8, deadline=None)
@given(name=st.sampled_from(AMINO_ACIDS), turn=st.integers(0, 2**31), shift=st.floats(-300.0, 300.0))
def test_wherever_the_protein_lies(name: str, turn: int, shift: float) -> None:
    peptide = peptide_of(name)
    rotation = Rotation.random(random_state=turn).as_matrix()
    built = hydrogenated(replace(peptide, positions=peptide.positions @ rotation + shift))
    for element, length in bonds_of_hydrogens(built):
        shortest, longest = LENGTHS_ANGSTROM[element]
        assert shortest - 0.005 <= length <= longest + 0.005


def test_the_global_generator_stays() -> None:
    before = random.getstate()
    hydrogenated(build_peptide(capped=False), seed=3)
    assert random.getstate() == before


@pytest.mark.parametrize("stretch_angstrom", [-0.12, 0.10])
def test_hydrogens_of_another_program_are_brought_to_the_lengths(stretch_angstrom: float) -> None:
    """Electron-cloud distances are 0.1 Å short; those of OpenMM's crude field 0.1 Å long."""
    good = hydrogenated(peptide_of("SER"))
    positions = good.positions.copy()
    for first, second in good.topology.bonds():
        if second.element.symbol == "H":
            along = positions[second.index] - positions[first.index]
            positions[second.index] += stretch_angstrom * along / np.linalg.norm(along)
    again, count = with_natural_hydrogens(replace(good, positions=positions))
    np.testing.assert_allclose(again.positions, good.positions, atol=1e-6)
    assert count == sum(atom.element.symbol == "H" for atom in good.topology.atoms())
    assert with_natural_hydrogens(good)[1] == 0
