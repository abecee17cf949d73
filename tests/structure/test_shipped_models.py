"""The prepared models that ship: sequence, numbering, geometry, poses, hinge bonds and clashes, one by one."""

import hashlib
from itertools import product
from pathlib import Path

import numpy as np
import openmm
import pytest
from posebusters import PoseBusters
from rdkit import Chem

from trkstruct.contacts.clashes import MODERATE_OVERLAP_ANGSTROM, find_clashes
from trkstruct.contacts.hydrogen_bonds import hinge_hydrogen_bonds
from trkstruct.energy.forcefield import create_system, find_force
from trkstruct.energy.strain import find_strains
from trkstruct.errors import StructureError
from trkstruct.files.shipped import shipped_path
from trkstruct.kinase.kinases import kinase_named, residue_at
from trkstruct.ligand.ligand import place_ligand, to_molecule
from trkstruct.ligand.reading import load_ligand
from trkstruct.ligand.shipped_ligands import shipped_ligands
from trkstruct.pose.superposition import pose_rmsd
from trkstruct.residues import ResidueId
from trkstruct.structure.complex import Complex, ligand_atoms, ligand_residue, protein_sequence, without_ligand
from trkstruct.structure.dfg import measure_conformation
from trkstruct.structure.formats.writing import write_pdb
from trkstruct.structure.reading import load_complex
from trkstruct.structure.shipped_models import StructureEntry, find_entry, load_shipped, manifest
from trkstruct.structure.stereo import find_stereo_faults

KINASES = ("TRKA", "TRKB", "TRKC")
HINGE_MET = {"TRKA": 592, "TRKB": 636, "TRKC": 620}
DFG_OUT = {"trka_4gt5", "trka_6kzd", "trkb_4asz", "trkc_6kzd"}
ABSENT = {  # too many to build
    "trka_6kzd": frozenset(range(609, 620)),
    "trkc_6kzd": frozenset({*range(637, 649), *range(713, 729)}),
}
THREADED_ABSENT = frozenset({645, *range(712, 726)})  # insertions of TRKC that the template lacks
SOLVENT_FRONT = {"TRKA": 595, "TRKB": 639, "TRKC": 623}
LARGEST_FOLDER_BYTES = 15_000_000
CRYSTAL_POSE_ANGSTROM = 1.0
LARGEST_STRETCH_ANGSTROM = 0.12  # about 6 σ of crystal bond lengths, Engh & Huber 1991; a torn bond is far beyond
LARGEST_HYDROGEN_STRETCH_ANGSTROM = 0.035  # a relaxed N-H in a salt bridge is 0.034 Å longer than at rest
EVERY_ENTRY = pytest.mark.parametrize("entry", manifest(), ids=lambda entry: entry.name)
EVERY_COMPLEX = pytest.mark.parametrize(
    "entry", [entry for entry in manifest() if entry.ligand], ids=lambda entry: entry.name
)


def load(entry: StructureEntry) -> Complex:
    return load_complex(entry.path, chain="A")


def test_every_kinase_comes_with_every_ligand() -> None:
    assert {(e.kinase, e.ligand) for e in manifest() if e.ligand} == set(product(KINASES, shipped_ligands()))
    assert {entry.kinase for entry in manifest() if not entry.ligand} == set(KINASES)
    assert len({entry.name for entry in manifest()}) == len(manifest())


def test_the_folder_holds_what_the_manifest_lists_and_is_small() -> None:
    files = [path for path in shipped_path("structures").iterdir() if path.is_file()]
    assert {path.name for path in files} == {entry.file for entry in manifest()} | {"manifest.toml"}
    assert sum(path.stat().st_size for path in files) < LARGEST_FOLDER_BYTES


@EVERY_ENTRY
def test_the_file_is_the_one_that_was_built(entry: StructureEntry) -> None:
    assert hashlib.sha256(entry.path.read_bytes()).hexdigest() == entry.sha256


@EVERY_ENTRY
def test_sequence_is_that_of_uniprot_in_clinical_numbering(entry: StructureEntry) -> None:
    kinase = kinase_named(entry.kinase)
    sequence = protein_sequence(load(entry))
    assert {identity.chain for identity in sequence} == {"A"}
    wrong = {i.number: letter for i, letter in sequence.items() if residue_at(kinase, i.number) != letter}
    assert not wrong
    present = {identity.number for identity in sequence}
    assert {residue.number for residue in kinase.pocket} <= present, "a pocket residue is missing"
    assert sequence[ResidueId("A", SOLVENT_FRONT[entry.kinase])] == "G"
    absent = set(range(min(present), max(present) + 1)) - present
    assert absent == ABSENT.get(entry.name, THREADED_ABSENT if entry.kinase == "TRKC" else frozenset())


@EVERY_ENTRY
def test_natural_stereochemistry_and_no_new_cis_peptides(entry: StructureEntry) -> None:
    faults = find_stereo_faults(load(entry))
    assert not [str(fault) for fault in faults if fault.kind == "chirality"]
    cis = {f"{fault.name}{fault.residue.number}" for fault in faults if fault.kind == "cis"}
    assert cis == set(entry.cis_peptides)
    crystal_cis = {"TRKA": {"PRO584", "GLY614"}, "TRKB": {"GLY563", "PRO628"}, "TRKC": {"PRO612", "GLY642"}}
    assert cis <= crystal_cis[entry.kinase], "a cis peptide that the crystal does not show"


@EVERY_ENTRY
def test_the_state_is_the_crystals(entry: StructureEntry) -> None:
    """Of the seven crystals 4GT5, 4ASZ and 6KZD are DFG-out, as KLIFS has them too (10.1093/nar/gkaa895)."""
    measured = measure_conformation(load(entry), kinase_named(entry.kinase))
    assert measured.state == entry.dfg_state == ("DFG-out" if entry.name in DFG_OUT else "DFG-in")
    assert measured.helix_angstrom == pytest.approx(entry.dfg_helix_angstrom, abs=0.06)
    assert measured.lysine_angstrom == pytest.approx(entry.dfg_lysine_angstrom, abs=0.06)


def test_each_kinase_has_a_model_in_dfg_out_and_no_ligand_is_put_into_it_unasked() -> None:
    models = [entry for entry in manifest() if entry.dfg_state == "DFG-out"]
    assert {entry.name for entry in models} == DFG_OUT
    assert {entry.kinase for entry in models} == set(KINASES)
    assert not any(entry.ligand for entry in models)
    assert all(find_entry(kinase).dfg_state == "DFG-in" for kinase in KINASES)


@EVERY_ENTRY
def test_the_backbone_stayed_near_its_source(entry: StructureEntry) -> None:
    assert 0 < entry.source_rmsd_angstrom < 0.6


@EVERY_ENTRY
def test_the_force_field_reads_it(entry: StructureEntry) -> None:
    complex_ = load(entry)
    parameters = load_ligand(entry.ligand).parameters_xml if entry.ligand else None
    assert create_system(complex_.topology, parameters).getNumParticles() == len(complex_.positions)


@EVERY_ENTRY
def test_bonds_have_natural_lengths(entry: StructureEntry) -> None:
    complex_ = load(entry)
    system = create_system(complex_.topology, load_ligand(entry.ligand).parameters_xml if entry.ligand else None)
    bonds = find_force(system, openmm.HarmonicBondForce)
    for index in range(bonds.getNumBonds()):
        first, second, length, _ = bonds.getBondParameters(index)
        measured = np.linalg.norm(complex_.positions[first] - complex_.positions[second])
        assert measured == pytest.approx(length.value_in_unit(openmm.unit.angstrom), abs=LARGEST_STRETCH_ANGSTROM)


@EVERY_COMPLEX
def test_the_ligand_is_residue_one_of_chain_l_with_the_shipped_names(entry: StructureEntry) -> None:
    complex_, ligand = load(entry), load_ligand(entry.ligand)
    assert complex_.ligand == ResidueId("L", 1)
    assert ligand_residue(complex_).name == "LIG"
    assert tuple(atom.name for atom in ligand_residue(complex_).atoms()) == ligand.atom_names


@EVERY_COMPLEX
def test_the_hinge_bond_is_there(entry: StructureEntry) -> None:
    bonds = hinge_hydrogen_bonds(load(entry), kinase_named(entry.kinase))
    assert bonds, "no hydrogen bond to the hinge"
    assert bonds[0].donor_acceptor_angstrom == pytest.approx(entry.hinge_hydrogen_bond_angstrom, abs=0.02)
    methionine = f"A:MET{HINGE_MET[entry.kinase]}:"
    assert any(methionine in (bond.donor + bond.acceptor) for bond in bonds)


@EVERY_COMPLEX
def test_ligand_and_protein_do_not_overlap(entry: StructureEntry) -> None:
    clashes = find_clashes(load(entry), load_ligand(entry.ligand), minimum_overlap_angstrom=MODERATE_OVERLAP_ANGSTROM)
    assert not [(clash.protein_atom, clash.ligand_atom, clash.overlap_angstrom) for clash in clashes]


@EVERY_COMPLEX
def test_posebusters_passes(entry: StructureEntry, tmp_path: Path) -> None:
    complex_, ligand = load(entry), load_ligand(entry.ligand)
    write_pdb(without_ligand(complex_), tmp_path / "protein.pdb")
    pose = to_molecule(place_ligand(ligand, complex_.positions[ligand_atoms(complex_)]))
    Chem.AssignStereochemistryFrom3D(pose)
    assert Chem.MolToSmiles(Chem.RemoveHs(pose)) == Chem.CanonSmiles(ligand.smiles)
    report = PoseBusters(config="dock").bust([pose], None, tmp_path / "protein.pdb")
    failed = [column for column in report.columns if not report[column].iloc[0]]
    assert not failed


@EVERY_COMPLEX
def test_the_minimum_is_converged(entry: StructureEntry) -> None:
    assert entry.rms_gradient_kcal_mol_angstrom is not None
    assert entry.rms_gradient_kcal_mol_angstrom < 0.5


@pytest.mark.parametrize(
    ("name", "ligand", "reference"),
    [
        ("trka_7vko_repotrectinib", "repotrectinib", "uni_fep_ntrk1_7vko/ref_ligand.sdf"),
        ("trka_5kvt_entrectinib", "entrectinib", "openkinome_ntrk/NTRK1_entrectinib_ligand.sdf"),
    ],
)
@pytest.mark.shared
def test_crystal_poses_are_kept(sources: Path, name: str, ligand: str, reference: str) -> None:
    entry = next(entry for entry in manifest() if entry.name == name)
    complex_ = load(entry)
    crystal = next(iter(Chem.SDMolSupplier(str(sources / reference))))
    placed = place_ligand(load_ligand(ligand), complex_.positions[ligand_atoms(complex_)])
    measured = pose_rmsd(placed, Chem.MolToMolBlock(crystal))
    assert measured <= CRYSTAL_POSE_ANGSTROM
    assert measured == pytest.approx(entry.pose_rmsd_angstrom, abs=0.1)


@pytest.mark.parametrize("kinase", ["TRKA"])
@pytest.mark.parametrize("ligand", ["repotrectinib", "entrectinib"])
def test_recorded_crystal_poses_are_within_one_angstrom(kinase: str, ligand: str) -> None:
    recorded = find_entry(kinase, ligand).pose_rmsd_angstrom
    assert recorded is not None
    assert recorded <= CRYSTAL_POSE_ANGSTROM


@pytest.mark.parametrize("kinase", KINASES)
def test_loading_by_name(kinase: str) -> None:
    bound = load_shipped(kinase, "larotrectinib")
    assert bound.ligand == ResidueId("L", 1)
    assert bound.source == find_entry(kinase, "larotrectinib").name
    assert load_shipped(kinase).ligand is None
    np.testing.assert_array_equal(bound.positions, load_shipped(kinase, "larotrectinib").positions)


def test_what_does_not_ship_is_answered_with_what_does() -> None:
    with pytest.raises(StructureError, match=r"No prepared model of TRKA with imatinib ships.*trka_7vko"):
        load_shipped("TRKA", "imatinib")


@EVERY_ENTRY
def test_hydrogens_have_the_lengths_of_the_force_field_and_nothing_is_strained(entry: StructureEntry) -> None:
    complex_ = load(entry)
    system = create_system(complex_.topology, load_ligand(entry.ligand).parameters_xml if entry.ligand else None)
    assert not [str(strain) for strain in find_strains(complex_.topology, system, complex_.positions)]
    bonds = find_force(system, openmm.HarmonicBondForce)
    symbols = [atom.element.symbol for atom in complex_.topology.atoms()]
    for index in range(bonds.getNumBonds()):
        first, second, length, _ = bonds.getBondParameters(index)
        if "H" in (symbols[first], symbols[second]):
            measured = np.linalg.norm(complex_.positions[first] - complex_.positions[second])
            ideal = length.value_in_unit(openmm.unit.angstrom)
            assert measured == pytest.approx(ideal, abs=LARGEST_HYDROGEN_STRETCH_ANGSTROM)
