"""Interactions by ProLIF: its own thresholds and perception, no change without one, and what a mutation takes."""

import inspect
import io
import warnings
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openmm import NonbondedForce, app
from scipy.spatial.transform import Rotation

from trkstruct.contacts import interactions
from trkstruct.contacts.interactions import find_changes, find_interactions
from trkstruct.contacts.pocket_molecule import pocket_molecules
from trkstruct.errors import StructureError
from trkstruct.ligand.ligand import Ligand
from trkstruct.ligand.reading import load_ligand
from trkstruct.residues import ResidueId
from trkstruct.sidechain.substitute import substitute
from trkstruct.structure.complex import Complex, ligand_atoms, residue_id, without_ligand
from trkstruct.structure.formats.writing import pdb_text
from trkstruct.structure.shipped_models import load_shipped

OURS = {
    "HBAcceptor": "hydrogen bond", "HBDonor": "hydrogen bond", "Cationic": "salt bridge", "Anionic": "salt bridge",
    "XBDonor": "halogen bond", "FaceToFace": "pi stacking", "EdgeToFace": "pi stacking", "CationPi": "cation-pi",
    "PiCation": "cation-pi", "Hydrophobic": "hydrophobic contact",
}  # fmt: skip


@cache
def shipped(name: str) -> tuple[Complex, Ligand]:
    return load_shipped("TRKA", name), load_ligand(name)


def told(complex_: Complex, ligand: Ligand) -> set[tuple[str, str]]:
    return {(each.kind, each.residue) for each in find_interactions(complex_, ligand)}


def test_the_thresholds_are_those_of_prolif() -> None:
    from prolif import interactions as by

    def default(name: str, parameter: str) -> object:
        return inspect.signature(getattr(by, name)).parameters[parameter].default

    assert default("HBAcceptor", "distance") == interactions.HYDROGEN_BOND_ANGSTROM
    assert default("HBAcceptor", "DHA_angle") == (interactions.HYDROGEN_BOND_DEGREES, 180)
    assert default("XBAcceptor", "distance") == interactions.HALOGEN_BOND_ANGSTROM
    assert default("XBAcceptor", "AXD_angle") == (interactions.HALOGEN_DONOR_DEGREES, 180)
    assert default("XBAcceptor", "XAR_angle") == interactions.HALOGEN_ACCEPTOR_DEGREES
    assert default("Cationic", "distance") == interactions.CHARGES_ANGSTROM
    assert default("CationPi", "distance") == interactions.CATION_RING_ANGSTROM
    assert default("CationPi", "angle") == (0, interactions.CATION_RING_DEGREES)
    assert default("FaceToFace", "distance") == interactions.FACE_ANGSTROM
    assert default("FaceToFace", "plane_angle") == (0, interactions.FACE_PLANES_DEGREES)
    assert default("FaceToFace", "normal_to_centroid_angle") == (0, interactions.FACE_NORMAL_DEGREES)
    assert default("EdgeToFace", "distance") == interactions.EDGE_ANGSTROM
    assert default("EdgeToFace", "plane_angle") == (interactions.EDGE_PLANES_DEGREES, 90)
    assert default("EdgeToFace", "normal_to_centroid_angle") == (0, interactions.EDGE_NORMAL_DEGREES)
    assert default("EdgeToFace", "intersect_radius") == interactions.EDGE_RADIUS_ANGSTROM
    assert default("Hydrophobic", "distance") == interactions.HYDROPHOBIC_ANGSTROM


@pytest.mark.slow
@pytest.mark.parametrize("name", ["entrectinib", "repotrectinib"])
def test_prolif_finds_the_same_by_the_bond_orders_that_mdanalysis_infers(name: str) -> None:
    complex_, ligand = shipped(name)
    with warnings.catch_warnings(record=True):
        import MDAnalysis
        import prolif

        universe = MDAnalysis.Universe(io.StringIO(pdb_text(complex_.topology, complex_.positions, [])), format="PDB")
        near = universe.select_atoms("(byres around 9 resname LIG) and not resname LIG")
        near.guess_bonds()
        protein = prolif.Molecule.from_mda(near)
    finger = prolif.Fingerprint(list(OURS))
    found = finger.generate(pocket_molecules(complex_, ligand).ligand, protein, residues="all", metadata=True)
    theirs = {(OURS[kind], pair[1].name, pair[1].number) for pair, kinds in found.items() for kind in kinds}
    ours = {(kind, residue[2:5], int(residue[5:])) for kind, residue in told(complex_, ligand)}
    assert {each for each in ours if each[0] == "hydrogen bond"}
    assert theirs == ours


def test_residues_carry_the_charge_that_the_force_field_gives_them() -> None:
    complex_, ligand = shipped("larotrectinib")
    pocket = pocket_molecules(complex_, ligand)
    protein = without_ligand(complex_).topology
    forces = app.ForceField("amber14/protein.ff14SB.xml").createSystem(protein).getForces()
    nonbonded = next(force for force in forces if isinstance(force, NonbondedForce))
    charge = dict.fromkeys(map(residue_id, protein.residues()), 0.0)
    for atom in protein.atoms():
        charge[residue_id(atom.residue)] += nonbonded.getParticleParameters(atom.index)[0]._value
    seen = set()
    for index in pocket.near:
        atoms = [place for place, atom in enumerate(pocket.atoms) if atom.residue is pocket.residues[index]]
        formal = sum(pocket.protein.GetAtomWithIdx(place).GetFormalCharge() for place in atoms)
        assert formal == round(charge[residue_id(pocket.residues[index])]), pocket.residues[index]
        seen.add(pocket.residues[index].name[:2])
    assert {"AS", "GL", "LY", "AR", "HI", "PH"} <= seen


def test_a_shift_and_a_turn_change_nothing() -> None:
    complex_, ligand = shipped("entrectinib")
    turned = Rotation.from_euler("xyz", (40, -75, 110), degrees=True).apply(complex_.positions)
    moved = replace(complex_, positions=turned + np.array([9, -30, 4]))
    first, second = find_interactions(complex_, ligand), find_interactions(moved, ligand)
    assert [each.model_dump(exclude={"distance_angstrom"}) for each in first] == [
        each.model_dump(exclude={"distance_angstrom"}) for each in second
    ]
    assert [each.distance_angstrom for each in first] == pytest.approx([each.distance_angstrom for each in second])


def test_the_hinge_and_what_lies_around_it_are_found_with_their_atoms_and_distance() -> None:
    complex_, ligand = shipped("entrectinib")
    bonds = {each.residue: each for each in find_interactions(complex_, ligand) if each.kind == "hydrogen bond"}
    assert {"A:MET592", "A:GLU590"} <= set(bonds)
    hinge = bonds["A:MET592"]
    assert (hinge.protein_atoms, hinge.donated_by, hinge.ligand_part) == (("N",), "protein", "indazole")
    atoms = {f"{residue_id(atom.residue)}:{atom.name}": atom.index for atom in complex_.topology.atoms()}
    ends = complex_.positions[[atoms["A:592:N"], atoms[f"L:1:{hinge.ligand_atoms[0]}"]]]
    assert np.linalg.norm(ends[0] - ends[1]) == pytest.approx(hinge.distance_angstrom)


@settings(max_examples=8)
@given(st.integers(0, 2**31))
def test_what_trembles_loses_and_gains_nothing(seed: int) -> None:
    complex_, ligand = shipped("larotrectinib")
    tremble = np.random.default_rng(seed).uniform(-0.05, 0.05, complex_.positions.shape)
    found = find_changes(complex_, replace(complex_, positions=complex_.positions + tremble), ligand)
    assert (found.lost, found.gained) == ((), ())


def test_what_is_lost_one_way_is_gained_the_other_way() -> None:
    complex_, ligand = shipped("entrectinib")
    away = complex_.positions.copy()
    away[ligand_atoms(complex_)] += (1.5, 1.5, 1.5)
    shifted = replace(complex_, positions=away)
    there, back = find_changes(complex_, shifted, ligand), find_changes(shifted, complex_, ligand)
    assert there.lost and there.lost == back.gained and there.gained == back.lost
    assert {each.kind for each in there.lost} & {"hydrogen bond"}


def test_a_side_chain_that_is_cut_takes_its_contact_with_it() -> None:
    complex_, ligand = shipped("repotrectinib")
    assert ("cation-pi", "A:ARG673") in told(complex_, ligand)
    cut = substitute(complex_, ResidueId("A", 673), "ALA")
    found = find_changes(complex_, cut, ligand)
    assert [(each.kind, each.residue) for each in found.lost] == [("cation-pi", "A:ARG673")]
    assert len(found.lost[0].ligand_atoms) == 6


def test_a_ligand_under_other_names_is_refused() -> None:
    complex_, ligand = shipped("entrectinib")
    other = replace(ligand, atom_names=("Q1", *ligand.atom_names[1:]))
    with pytest.raises(StructureError, match="has no atom Q1"):
        find_interactions(complex_, other)
    with pytest.raises(StructureError, match="no ligand"):
        find_interactions(without_ligand(complex_), ligand)
