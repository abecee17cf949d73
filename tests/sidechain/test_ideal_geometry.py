"""The table of side chains against MDTraj's chis, OpenMM's bonds and ff14SB's names; hydrogens by hand."""

import math
from importlib import resources
from xml.etree import ElementTree

import numpy as np
import openmm.app
import pytest
from mdtraj.geometry import dihedral
from openmm.app import ForceField

from trkstruct.errors import MutationError, StructureError
from trkstruct.residues import ONE_TO_THREE
from trkstruct.sidechain.ideal_geometry import (
    AtomRule,
    RotamerPlacement,
    build_side_chain,
    chi_atoms,
    place_alpha_hydrogens,
    place_amide_hydrogens,
    placements_of,
    side_chain_bonds,
    side_chain_rules,
)
from trkstruct.sidechain.rotamers import rotamers_of
from trkstruct.structure.geometry import angle_degrees, torsion_degrees

AMINO_ACIDS = sorted(ONE_TO_THREE.values())
BACKBONE = np.array([[1.459, 0.0, 0.0], [0.0, 0.0, 0.0], [-0.547, 1.424, 0.0]])  # N, CA, C of Engh & Huber 2001
NITROGEN, ALPHA, CARBON = BACKBONE
BESIDE_BACKBONE = {"N", "CA", "C", "O", "H", "HA", "HA2", "HA3"}
HYDROXYLS = {"SER": ("CA", "CB", "OG", "HG"), "THR": ("CA", "CB", "OG1", "HG1"), "CYS": ("CA", "CB", "SG", "HG"),
             "TYR": ("CE1", "CZ", "OH", "HH")}  # fmt: skip


@pytest.fixture(scope="module")
def template_atoms() -> dict[str, set[str]]:
    field = ForceField("amber14/protein.ff14SB.xml")
    return {name: {atom.name for atom in template.atoms} for name, template in field._templates.items()}


@pytest.mark.parametrize("residue", AMINO_ACIDS)
def test_chis_are_those_that_mdtraj_measures(residue: str) -> None:
    names = {rule.atom for rule in side_chain_rules(residue)} | {"N", "CA", "C"}
    expected = [
        tuple(atoms) for chi in range(1, 5) for atoms in getattr(dihedral, f"CHI{chi}_ATOMS") if names.issuperset(atoms)
    ]
    if residue == "PRO":
        expected = [*expected[:2], ("CB", "CG", "CD", "N")]
    assert chi_atoms(residue) == tuple(expected)


@pytest.mark.parametrize("residue", AMINO_ACIDS)
def test_bonds_are_those_that_openmm_gives_a_residue(residue: str) -> None:
    root = ElementTree.parse(str(resources.files(openmm.app) / "data" / "residues.xml")).getroot()
    (entry,) = (each for each in root.findall("Residue") if each.get("name") == residue)
    present = {rule.atom for rule in side_chain_rules(residue)} | BESIDE_BACKBONE
    expected = {
        frozenset((bond.get("from"), bond.get("to")))
        for bond in entry.findall("Bond")
        if {bond.get("from"), bond.get("to")} <= present and not {bond.get("from"), bond.get("to")} <= BESIDE_BACKBONE
    }
    found = side_chain_bonds(residue)
    assert {frozenset(bond) for bond in found} == expected
    assert len(found) == len(expected)


@pytest.mark.parametrize("state", [*AMINO_ACIDS, "HID", "HIE", "HIP", "ASH", "GLH", "LYN", "CYM", "CYX"])
def test_each_state_has_the_side_chain_atoms_of_its_template(state: str, template_atoms: dict[str, set[str]]) -> None:
    names = [rule.atom for rule in side_chain_rules(state)]
    expected = template_atoms["HIE" if state == "HIS" else state] - BESIDE_BACKBONE
    assert set(names) == expected
    assert len(names) == len(expected)


def test_what_is_no_amino_acid_has_no_rules() -> None:
    assert side_chain_rules("HOH") == side_chain_rules("GLY") == ()
    assert chi_atoms("HOH") == side_chain_bonds("HOH") == ()


def test_a_rule_names_its_element_and_references() -> None:
    rule = next(rule for rule in side_chain_rules("MET") if rule.atom == "SD")
    assert (rule.element, rule.references) == ("S", ("CG", "CB", "CA"))
    assert isinstance(rule, AtomRule)


def test_hydroxyls_turn_and_everything_else_has_one_placement_for_a_rotamer() -> None:
    for residue in AMINO_ACIDS:
        rotamers = rotamers_of(residue)
        turned = placements_of(residue, rotamers, hydrogens=True)
        plain = placements_of(residue, rotamers, hydrogens=False)
        assert plain == tuple(RotamerPlacement(rotamer, None) for rotamer in rotamers)
        count = {"SER": 3, "THR": 3, "CYS": 3, "TYR": 2}.get(residue, 1)
        assert len(turned) == count * len(rotamers)
        assert [each.rotamer for each in turned] == [rotamer for rotamer in rotamers for _ in range(count)]


@pytest.mark.parametrize("residue", sorted(HYDROXYLS))
def test_the_hydroxyl_hydrogen_stands_where_it_is_turned_to(residue: str) -> None:
    names = [rule.atom for rule in side_chain_rules(residue)]
    placements = placements_of(residue, rotamers_of(residue)[:2], hydrogens=True)
    coordinates = build_side_chain(residue, BACKBONE, placements, names)
    named = {name: coordinates[:, index] for index, name in enumerate(names)} | {"CA": np.broadcast_to(ALPHA, (1, 3))}
    torsions = torsion_degrees(*(named[name] for name in HYDROXYLS[residue]))
    asked = np.array([placement.hydroxyl_degrees for placement in placements])
    np.testing.assert_allclose(np.cos(np.radians(torsions - asked)), 1.0, atol=1e-9)
    first = build_side_chain(residue, BACKBONE, [RotamerPlacement(placements[0].rotamer)], names)
    np.testing.assert_allclose(first[0], coordinates[0])  # without a torsion, the first that is tried


def test_atoms_come_in_the_order_asked_for_one_row_for_each_placement() -> None:
    placements = placements_of("LEU", rotamers_of("LEU"), hydrogens=True)
    names = ["CD2", "CB", "HD11"]
    some = build_side_chain("LEU", BACKBONE, placements, names)
    assert some.shape == (len(placements), 3, 3)
    np.testing.assert_array_equal(some[:, ::-1], build_side_chain("LEU", BACKBONE, placements, names[::-1]))
    np.testing.assert_allclose(np.linalg.norm(some[:, 1] - ALPHA, axis=-1), 1.53, atol=0.015)
    assert build_side_chain("LEU", BACKBONE, placements, []).shape == (len(placements), 0, 3)


@pytest.mark.parametrize("residue", [name for name in AMINO_ACIDS if name not in ("GLY", "ALA")])
def test_each_rotamer_has_the_bond_angles_that_the_library_gives_it(residue: str) -> None:
    """Hintze 2016, 10.1002/prot.25039: means of each rotamer's own residues."""
    names = [rule.atom for rule in side_chain_rules(residue)]
    placements = placements_of(residue, rotamers_of(residue), hydrogens=False)
    built = build_side_chain(residue, BACKBONE, placements, names)
    for placement, xyz in zip(placements, built, strict=True):
        atoms = dict(zip(names, xyz, strict=True)) | {"N": NITROGEN, "CA": ALPHA, "C": CARBON}
        placed_by = {f"{rule.angle_from}_{rule.bonded_to}_{rule.atom}" for rule in side_chain_rules(residue)}
        for name, degrees in placement.rotamer.angles_degrees:
            if name in placed_by | {"C_CA_CB"}:
                assert angle_degrees(*(atoms[each] for each in name.split("_"))) == pytest.approx(degrees, abs=1e-6)


def test_what_cannot_be_built_is_said() -> None:
    leucine = placements_of("LEU", rotamers_of("LEU"), hydrogens=False)
    with pytest.raises(StructureError, match=r"LEU has unknown side-chain atoms CX, CY; known are CB, .*CD1"):
        build_side_chain("LEU", BACKBONE, leucine, ["CB", "CX", "CY"])
    with pytest.raises(StructureError, match="known are none"):
        build_side_chain("GLY", BACKBONE, [], ["CB"])
    with pytest.raises(MutationError, match="cannot be placed on ILE"):
        build_side_chain("ILE", BACKBONE, leucine, ["CB"])
    straight = np.array([[1.46, 0.0, 0.0], [0.0, 0.0, 0.0], [-1.5, 0.15, 0.0]])
    with pytest.raises(StructureError, match="N-CA-C of a LEU leaves no place for CB"):
        build_side_chain("LEU", straight, leucine, ["CB"])


def test_alpha_hydrogens_are_tetrahedral_and_ha3_lies_where_cb_would() -> None:
    pair = place_alpha_hydrogens(BACKBONE, None)
    assert pair.shape == (2, 3)
    for hydrogen in pair:
        assert np.linalg.norm(hydrogen - ALPHA) == pytest.approx(1.09)
        assert angle_degrees(hydrogen, ALPHA, NITROGEN) == pytest.approx(109.5)
        assert angle_degrees(hydrogen, ALPHA, CARBON) == pytest.approx(109.5)
    # N x C points to +z here, where CB of an L-amino acid lies
    assert pair[0, 2] < 0 < pair[1, 2]
    beta = build_side_chain("ALA", BACKBONE, placements_of("ALA", rotamers_of("ALA"), hydrogens=False), ["CB"])[0, 0]
    assert beta[2] > 0
    (alpha_hydrogen,) = place_alpha_hydrogens(BACKBONE, beta)
    assert np.linalg.norm(alpha_hydrogen - ALPHA) == pytest.approx(1.09)
    assert alpha_hydrogen[2] < 0
    for other in (NITROGEN, CARBON, beta):
        assert angle_degrees(alpha_hydrogen, ALPHA, other) == pytest.approx(108.5, abs=2.0)


def test_the_amide_hydrogen_lies_in_the_peptide_plane_between_its_neighbours() -> None:
    before = NITROGEN + 1.329 * np.array([math.cos(math.radians(58.3)), math.sin(math.radians(58.3)), 0.0])
    (hydrogen,) = place_amide_hydrogens(BACKBONE, 1, previous_carbon=before, ring_carbon=None)
    assert np.linalg.norm(hydrogen - NITROGEN) == pytest.approx(1.01)
    assert hydrogen[2] == pytest.approx(0.0)
    both = [angle_degrees(hydrogen, NITROGEN, other) for other in (before, ALPHA)]
    assert both == pytest.approx([(360 - 121.7) / 2] * 2)


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_a_first_residue_has_staggered_hydrogens_the_first_against_the_carbonyl_carbon(count: int) -> None:
    placed = place_amide_hydrogens(BACKBONE, count, previous_carbon=None, ring_carbon=None)
    assert placed.shape == (count, 3)
    for hydrogen, torsion in zip(placed, (180.0, 60.0, -60.0), strict=False):
        assert np.linalg.norm(hydrogen - NITROGEN) == pytest.approx(1.01)
        assert angle_degrees(hydrogen, NITROGEN, ALPHA) == pytest.approx(109.5)
        difference = torsion_degrees(hydrogen, NITROGEN, ALPHA, CARBON) - torsion
        assert math.cos(math.radians(float(difference))) == pytest.approx(1.0)


def test_a_first_proline_has_two_hydrogens_and_one_inside_a_chain_none_or_one() -> None:
    ring = NITROGEN + 1.473 * np.array([math.cos(math.radians(68)), math.sin(math.radians(68)), 0.0])
    pair = place_amide_hydrogens(BACKBONE, 2, previous_carbon=None, ring_carbon=ring)
    assert pair.shape == (2, 3)
    for hydrogen in pair:
        assert np.linalg.norm(hydrogen - NITROGEN) == pytest.approx(1.01)
        assert angle_degrees(hydrogen, NITROGEN, ALPHA) == pytest.approx(109.5)
        assert angle_degrees(hydrogen, NITROGEN, ring) == pytest.approx(109.5)
    handedness = np.cross(ALPHA - NITROGEN, ring - NITROGEN) @ (pair[0] - pair[1])
    assert handedness > 0
    (one,) = place_amide_hydrogens(BACKBONE, 1, previous_carbon=None, ring_carbon=ring)
    assert angle_degrees(one, NITROGEN, ring) == pytest.approx(angle_degrees(one, NITROGEN, ALPHA))
    before = NITROGEN + np.array([0.5, -0.3, 1.2])
    (last,) = place_amide_hydrogens(BACKBONE, 1, previous_carbon=before, ring_carbon=ring)
    unit = [(other - NITROGEN) / np.linalg.norm(other - NITROGEN) for other in (ALPHA, before, ring)]
    opposite = -np.sum(unit, axis=0)
    np.testing.assert_allclose(last - NITROGEN, 1.01 * opposite / np.linalg.norm(opposite))
