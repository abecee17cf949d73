"""Substitutions: what is kept, what is built, what is refused."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openmm.app import Element, ForceField, Topology
from scipy.spatial.transform import Rotation

from support.peptides import SITE, build_peptide
from trkstruct.errors import MutationError, StructureError
from trkstruct.residues import BACKBONE_ATOMS, ONE_TO_THREE, ResidueId
from trkstruct.sidechain.rotamers import rotamers_of
from trkstruct.sidechain.substitute import (
    has_hydrogens,
    measure_chis,
    place_rotamers,
    substitute,
)
from trkstruct.structure.complex import Complex, protein_residue, select_atoms
from trkstruct.structure.formats.writing import write_pdb
from trkstruct.structure.geometry import angle_degrees
from trkstruct.structure.reading import load_complex
from trkstruct.structure.topology import bond_indices, rebuilt

AMINO_ACIDS = sorted(ONE_TO_THREE.values())
SITE_ID = ResidueId("A", SITE)
FIRST, LAST = ResidueId("A", SITE - 1), ResidueId("A", SITE + 1)


@pytest.fixture(scope="module")
def peptide() -> Complex:
    return build_peptide()


@pytest.fixture(scope="module")
def force_field() -> ForceField:
    return ForceField("amber14/protein.ff14SB.xml")


def atom_names(complex_: Complex, residue: ResidueId) -> list[str]:
    return [atom.name for atom in protein_residue(complex_, residue).atoms()]


def without(complex_: Complex, residue: ResidueId, *names: str) -> Complex:
    gone = {atom.index for atom in protein_residue(complex_, residue).atoms() if atom.name in names}
    return select_atoms(complex_, (index for index in range(len(complex_.positions)) if index not in gone))


def linked(complex_: Complex, first: tuple[ResidueId, str], second: tuple[ResidueId, str]) -> Complex:
    index = [next(a.index for a in protein_residue(complex_, r).atoms() if a.name == n) for r, n in (first, second)]
    topology = rebuilt(complex_.topology, bonds=[*bond_indices(complex_.topology), (index[0], index[1])])
    return replace(complex_, topology=topology)


def test_the_input_and_everything_else_stay_as_they_were(peptide: Complex) -> None:
    positions = peptide.positions.copy()
    built = substitute(peptide, SITE_ID, "TRP")
    assert np.array_equal(peptide.positions, positions)
    assert atom_names(peptide, SITE_ID) == ["N", "CA", "H", "HA", "CB", "HB1", "HB2", "HB3", "C", "O"]
    for residue in (FIRST, LAST):
        before = [peptide.positions[a.index] for a in protein_residue(peptide, residue).atoms()]
        after = [built.positions[a.index] for a in protein_residue(built, residue).atoms()]
        assert np.array_equal(before, after)
    kept = {a.name: peptide.positions[a.index] for a in protein_residue(peptide, SITE_ID).atoms()}
    now = {a.name: built.positions[a.index] for a in protein_residue(built, SITE_ID).atoms()}
    for name in ("N", "H", "CA", "C", "O"):
        assert np.array_equal(kept[name], now[name])


def test_atoms_come_in_ambers_order(peptide: Complex) -> None:
    expected = "N H CA HA CB HB2 HB3 CG HG2 HG3 CD HD2 HD3 NE HE CZ NH1 HH11 HH12 NH2 HH21 HH22 C O"
    assert atom_names(substitute(peptide, SITE_ID, "ARG"), SITE_ID) == expected.split()


@pytest.mark.parametrize("mutant", AMINO_ACIDS)
def test_without_hydrogens_none_are_built(mutant: str) -> None:
    bare = build_peptide(hydrogens=False)
    built = substitute(bare, SITE_ID, mutant)
    assert not has_hydrogens(built)
    full = substitute(build_peptide(), SITE_ID, mutant)
    heavy = [a.index for a in full.topology.atoms() if a.element.symbol != "H"]
    assert np.abs(built.positions - full.positions[heavy]).max() < 1e-12


@pytest.mark.parametrize("mutant", AMINO_ACIDS)
@pytest.mark.parametrize("site", [FIRST, LAST])
def test_charged_ends_keep_their_templates_and_so_does_the_way_back(mutant: str, site: ResidueId, force_field) -> None:
    ends = build_peptide(capped=False)
    built = substitute(ends, site, mutant)
    force_field.createSystem(built.topology)
    matched = force_field.getMatchingTemplates(built.topology)[protein_residue(built, site).index]
    assert matched.name == ("N" if site is FIRST else "C") + {"HIS": "HIE"}.get(mutant, mutant)
    back = substitute(built, site, "ALA")
    assert sorted(atom_names(back, site)) == sorted(atom_names(ends, site))
    force_field.createSystem(back.topology)


def test_the_hydrogen_of_a_neutral_c_terminus_is_backbone() -> None:
    ends = build_peptide(capped=False)
    topology = rebuilt(ends.topology, bonds=())
    residue = list(topology.residues())[-1]
    oxygen = next(atom for atom in residue.atoms() if atom.name == "OXT")
    acid = topology.addAtom("HXT", Element.getBySymbol("H"), residue)
    topology = rebuilt(topology, bonds=[*bond_indices(ends.topology), (oxygen.index, acid.index)])
    beside = ends.positions[oxygen.index] + [0.0, 0.0, 0.97]
    built = substitute(replace(ends, topology=topology, positions=np.vstack([ends.positions, beside])), LAST, "SER")
    assert atom_names(built, LAST)[-4:] == ["C", "O", "OXT", "HXT"]
    assert {(a.name, b.name) for a, b in built.topology.bonds() if "HXT" in (a.name, b.name)} == {("OXT", "HXT")}
    assert place_rotamers(built, LAST, rotamers_of("SER"))[0].shape == (9, 5, 3)


def test_from_proline_the_amide_hydrogen_lies_in_the_peptide_plane(peptide: Complex) -> None:
    proline = substitute(peptide, SITE_ID, "PRO")
    assert "H" not in atom_names(proline, SITE_ID)
    back = substitute(proline, SITE_ID, "ALA")
    hydrogen = {a.name: a.index for a in protein_residue(back, SITE_ID).atoms()}["H"]
    ideal = {a.name: a.index for a in protein_residue(peptide, SITE_ID).atoms()}["H"]
    assert np.linalg.norm(back.positions[hydrogen] - peptide.positions[ideal]) < 0.05


def test_compound_mutations_do_not_depend_on_their_order(peptide: Complex) -> None:
    one = substitute(substitute(peptide, FIRST, "LEU"), LAST, "ARG")
    other = substitute(substitute(peptide, LAST, "ARG"), FIRST, "LEU")
    assert np.array_equal(one.positions, other.positions)
    assert bond_indices(one.topology) == bond_indices(other.topology)


def test_insertion_codes_and_the_ligand_survive(peptide: Complex) -> None:
    topology, chain_of = Topology(), {}
    for residue in peptide.topology.residues():
        chain = chain_of.setdefault(residue.chain.id, None) or topology.addChain(residue.chain.id)
        chain_of[residue.chain.id] = chain
        code = "B" if residue.id == str(SITE) else ""
        new = topology.addResidue(residue.name, chain, residue.id, code)
        for atom in residue.atoms():
            topology.addAtom(atom.name, atom.element, new)
    ligand = topology.addResidue("LIG", topology.addChain("L"), "1")
    topology.addAtom("C1", Element.getBySymbol("C"), ligand)
    atoms = list(topology.atoms())
    for first, second in bond_indices(peptide.topology):
        topology.addBond(atoms[first], atoms[second])
    positions = np.vstack([peptide.positions, [[9.0, 9.0, 9.0]]])
    lettered = Complex(topology, positions, ResidueId("L", 1), "lettered")
    site = ResidueId("A", SITE, "B")
    built = substitute(lettered, site, "LYS")
    assert protein_residue(built, site).name == "LYS"
    assert protein_residue(built, site).insertionCode == "B"
    assert built.ligand == lettered.ligand
    assert np.array_equal(built.positions[-1], positions[-1])


@settings(max_examples=40, deadline=None)
@given(
    angles=st.tuples(*[st.floats(-180, 180)] * 3),
    shift=st.tuples(*[st.floats(-50, 50)] * 3),
    mutant=st.sampled_from(AMINO_ACIDS),
)
def test_a_rigid_motion_of_the_protein_moves_the_mutant_alike(angles, shift, mutant: str) -> None:
    still = build_peptide()
    rotation = Rotation.from_euler("xyz", angles, degrees=True)
    moved = replace(still, positions=rotation.apply(still.positions) + shift)
    expected = rotation.apply(substitute(still, SITE_ID, mutant).positions) + shift
    assert np.abs(substitute(moved, SITE_ID, mutant).positions - expected).max() < 1e-9


def test_disulfides_and_other_links_are_refused(peptide: Complex) -> None:
    pair = substitute(substitute(peptide, FIRST, "CYS"), LAST, "CYS")
    bridged = linked(without(without(pair, FIRST, "HG"), LAST, "HG"), (FIRST, "SG"), (LAST, "SG"))
    with pytest.raises(MutationError, match=r"A:594 CYS .* bonded to A:596 CYS \(SG-SG\): a disulfide"):
        substitute(bridged, FIRST, "ALA")
    crossed = linked(substitute(peptide, FIRST, "LYS"), (FIRST, "NZ"), (LAST, "CB"))
    with pytest.raises(MutationError, match=r"\(NZ-CB\): a covalent link"):
        substitute(crossed, FIRST, "ALA")


@pytest.mark.parametrize("name", ["N", "CA", "C", "O"])
def test_a_missing_backbone_atom_is_named(name: str, peptide: Complex) -> None:
    with pytest.raises(StructureError, match=f"A:595 ALA in ideal peptide lacks {name};"):
        substitute(without(peptide, SITE_ID, name), SITE_ID, "VAL")


def test_a_missing_side_chain_atom_is_named_and_can_be_rebuilt(peptide: Complex) -> None:
    broken = without(substitute(peptide, SITE_ID, "PHE"), SITE_ID, "CD1", "CE2")
    with pytest.raises(StructureError, match=r"lacks CD1, CE2; build the side chain with substitute"):
        place_rotamers(broken, SITE_ID, rotamers_of("PHE"))
    with pytest.raises(StructureError, match="lacks CD1"):
        measure_chis(broken, SITE_ID)
    assert len(measure_chis(substitute(broken, SITE_ID, "PHE"), SITE_ID)) == 2


def test_caps_unknown_targets_and_foreign_rotamers_are_refused(peptide: Complex) -> None:
    with pytest.raises(MutationError, match="A:593 in ideal peptide is ACE"):
        substitute(peptide, ResidueId("A", SITE - 2), "ALA")
    with pytest.raises(MutationError, match=r"'SEC' cannot be built at A:595; choose one of ALA"):
        substitute(peptide, SITE_ID, "SEC")
    with pytest.raises(StructureError, match="no residue A:700"):
        substitute(peptide, ResidueId("A", 700), "ALA")
    with pytest.raises(MutationError, match="cannot be placed on LEU: another amino acid"):
        substitute(peptide, SITE_ID, "LEU", rotamer=rotamers_of("ILE")[0])


def test_histidine_tautomers_have_their_own_hydrogens(peptide: Complex) -> None:
    polar = {
        state: {"HD1", "HE2"} & set(atom_names(substitute(peptide, SITE_ID, state), SITE_ID))
        for state in ("HIS", "HIE", "HID", "HIP")
    }
    assert polar == {"HIS": {"HE2"}, "HIE": {"HE2"}, "HID": {"HD1"}, "HIP": {"HD1", "HE2"}}
    assert protein_residue(substitute(peptide, SITE_ID, "HID"), SITE_ID).name == "HIS"


def test_a_bent_backbone_that_leaves_no_room_for_cb_is_refused(peptide: Complex) -> None:
    index = {a.name: a.index for a in protein_residue(peptide, SITE_ID).atoms()}
    bent = peptide.positions.copy()
    alpha = bent[index["CA"]]
    bent[index["C"]] = alpha - 1.05 * (bent[index["N"]] - alpha) + [0.05, 0.0, 0.0]
    assert angle_degrees(bent[index["N"]], alpha, bent[index["C"]]) > 170
    with pytest.raises(StructureError, match="leaves no place for CB"):
        substitute(replace(peptide, positions=bent), SITE_ID, "LEU")


@pytest.mark.shared
def test_g595r_in_7vkm_has_a_rotamer_near_the_crystal_side_chain(sources) -> None:
    """7VKM is the TRKA G595R crystal at 2.55 Å; its R595 is rebuilt from the backbone alone, as glycine becomes Arg."""
    crystal = load_complex(sources / "wwpdb_excerpts" / "7VKM_TRKA_G595R_excerpt.pdb")
    heavy = {a.name: crystal.positions[a.index] for a in protein_residue(crystal, SITE_ID).atoms()}
    built = substitute(substitute(crystal, SITE_ID, "GLY"), SITE_ID, "ARG")
    names = [a.name for a in protein_residue(built, SITE_ID).atoms() if a.name not in BACKBONE_ATOMS]
    coordinates, placements = place_rotamers(built, SITE_ID, rotamers_of("ARG"))
    rmsd = np.sqrt(((coordinates - np.array([heavy[name] for name in names])) ** 2).sum(axis=2).mean(axis=1))
    best = int(np.argmin(rmsd))
    assert rmsd[best] < 1.0, (placements[best].rotamer.name, rmsd[best])


@pytest.mark.shared
@pytest.mark.parametrize("mutant", AMINO_ACIDS)
def test_mutants_of_the_crystal_solvent_front_have_templates(mutant: str, sources, force_field, tmp_path) -> None:
    wild_type = load_complex(sources / "uni_fep_ntrk1_7vko" / "protein.pdb")
    built = substitute(wild_type, SITE_ID, mutant)
    unmatched = [
        [residue.id for residue in force_field.getUnmatchedResidues(complex_.topology)]
        for complex_ in (wild_type, built)
    ]
    assert unmatched == [["793"], ["793"]]  # the file ends at D793 without OXT
    write_pdb(built, tmp_path / "built.pdb")
    assert np.abs(load_complex(tmp_path / "built.pdb").positions - built.positions).max() < 6e-4
