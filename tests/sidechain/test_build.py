"""Mutations built with their surroundings: obstacles and waters count, the file stays as it was."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import openmm
import pytest
from click.testing import CliRunner
from openmm import unit
from openmm.app import Element

from support.peptides import SITE, build_peptide
from trkstruct.cases.mutate import mutate_file
from trkstruct.cli import main
from trkstruct.contacts.clashes import SEVERE_OVERLAP_ANGSTROM, protein_clashes
from trkstruct.errors import MutationError, StructureError
from trkstruct.files.shipped import shipped_path
from trkstruct.residues import BACKBONE_ATOMS, ResidueId
from trkstruct.sidechain.build import build_mutation
from trkstruct.sidechain.packing import rotamer_names
from trkstruct.sidechain.relaxed_rotamers import BuildSettings
from trkstruct.sidechain.screening import screen_rotamers
from trkstruct.sidechain.site_energy import (
    APOLAR_WATER_CONTACT_ANGSTROM,
    WATER_COST_KCAL_MOL,
    SiteEnergy,
    create_site_system,
    site_positions,
    water_costs,
)
from trkstruct.sidechain.substitute import has_hydrogens, measure_chis, nearest_rotamer, substitute
from trkstruct.sidechain.surroundings import take_surroundings
from trkstruct.structure.complex import Complex, protein_residue, residue_id
from trkstruct.structure.formats.writing import write_pdb
from trkstruct.structure.geometry import difference_degrees
from trkstruct.structure.reading import load_assembly, load_complex
from trkstruct.structure.topology import rebuilt
from trkstruct.units import FloatArray

RESIDUE = ResidueId("A", SITE)
QUICK = BuildSettings(candidates=4, iterations=20)


def with_atom(complex_: Complex, xyz: FloatArray, residue: str = "LIG", element: str = "C") -> Complex:
    """The complex with one more molecule of a single atom."""
    topology = rebuilt(complex_.topology)
    new = topology.addResidue(residue, topology.addChain("X"), str(topology.getNumResidues() + 900))
    topology.addAtom(element, Element.getBySymbol(element), new)
    return replace(complex_, topology=topology, positions=np.vstack([complex_.positions, xyz]))


def heavy(complex_: Complex, residue: ResidueId) -> dict[str, FloatArray]:
    """Side-chain heavy atoms by name."""
    atoms = [a for a in protein_residue(complex_, residue).atoms() if a.element.symbol != "H"]
    return {a.name: complex_.positions[a.index] for a in atoms if a.name not in BACKBONE_ATOMS}


def by_label(complex_: Complex) -> dict[tuple[ResidueId, str, str], FloatArray]:
    """Position of every atom by residue, residue name and atom name."""
    return {
        (residue_id(a.residue), a.residue.name, a.name): complex_.positions[a.index] for a in complex_.topology.atoms()
    }


def test_nothing_but_the_new_side_chain_is_added_and_the_backbone_stays() -> None:
    peptide = build_peptide(hydrogens=False)
    built = build_mutation(peptide, {RESIDUE: "LEU"}, QUICK, platform="CPU")
    assert not has_hydrogens(built)
    before, after = by_label(peptide), by_label(built)
    gained = {key[1:] for key in after.keys() - before.keys() if key[2] not in BACKBONE_ATOMS}
    assert gained == {("LEU", name) for name in ("CB", "CG", "CD1", "CD2")}
    for (residue, name, atom), xyz in before.items():
        if atom in BACKBONE_ATOMS:
            same = (residue, "LEU" if residue == RESIDUE else name, atom)
            np.testing.assert_array_equal(after[same], xyz)


def test_hydrogens_of_the_file_are_kept_and_the_new_residue_gets_its_own() -> None:
    built = build_mutation(build_peptide(), {RESIDUE: "THR"}, QUICK, platform="CPU")
    names = {atom.name for atom in protein_residue(built, RESIDUE).atoms()}
    assert {"H", "HA", "HB", "HG1", "HG21", "HG22", "HG23"} <= names
    assert built.topology.getNumAtoms() == substitute(build_peptide(), RESIDUE, "THR").topology.getNumAtoms()


def test_the_same_input_gives_the_same_coordinates() -> None:
    peptide = build_peptide(hydrogens=False)
    first, second = (build_mutation(peptide, {RESIDUE: "MET"}, QUICK, platform="CPU") for _ in range(2))
    np.testing.assert_array_equal(first.positions, second.positions)
    assert first.notes == second.notes


def test_an_atom_in_the_way_changes_the_rotamer() -> None:
    peptide = build_peptide(hydrogens=False)
    free = build_mutation(peptide, {RESIDUE: "LEU"}, QUICK, platform="CPU")
    beta, gamma = (heavy(free, RESIDUE)[name] for name in ("CB", "CG"))
    blocked = with_atom(peptide, 2 * gamma - beta)
    built = build_mutation(blocked, {RESIDUE: "LEU"}, QUICK, platform="CPU")
    assert nearest_rotamer(built, RESIDUE).name != nearest_rotamer(free, RESIDUE).name
    np.testing.assert_array_equal(built.positions[-1], blocked.positions[-1])
    assert not protein_clashes(built, RESIDUE, minimum_overlap_angstrom=SEVERE_OVERLAP_ANGSTROM)


def test_what_cannot_be_avoided_is_said() -> None:
    peptide = build_peptide(hydrogens=False)
    beta = heavy(peptide, RESIDUE)["CB"]
    on_top = build_mutation(with_atom(peptide, beta + 0.5), {RESIDUE: "VAL"}, QUICK, platform="CPU")
    assert any("severe" in note for note in on_top.notes)
    wet = build_mutation(with_atom(peptide, beta + 0.5, "HOH", "O"), {RESIDUE: "VAL"}, QUICK, platform="CPU")
    assert any("takes the place of water" in note for note in wet.notes)


def test_glycine_and_alanine_need_no_choice() -> None:
    built = build_mutation(build_peptide(), {RESIDUE: "GLY"}, platform="CPU")
    np.testing.assert_array_equal(built.positions, substitute(build_peptide(), RESIDUE, "GLY").positions)


@pytest.mark.parametrize("name", ["PRO", "HIS", "TRP", "SER", "ASP"])
def test_every_kind_of_side_chain_goes_through(name: str) -> None:
    built = build_mutation(build_peptide(hydrogens=False), {RESIDUE: name}, QUICK, platform="CPU")
    ideal = substitute(build_peptide(hydrogens=False), RESIDUE, name)
    assert [a.name for a in built.topology.atoms()] == [a.name for a in ideal.topology.atoms()]
    assert np.isfinite(built.positions).all()


def test_compound_mutations_see_each_other() -> None:
    peptide, other = build_peptide(phi=-120.0, psi=130.0, hydrogens=False), ResidueId("A", SITE + 1)
    built = build_mutation(peptide, {RESIDUE: "PHE", other: "ARG"}, QUICK, platform="CPU")
    assert [protein_residue(built, r).name for r in (RESIDUE, other)] == ["PHE", "ARG"]
    assert not protein_clashes(built, RESIDUE, minimum_overlap_angstrom=SEVERE_OVERLAP_ANGSTROM)


def test_the_screen_keeps_each_rotamer_once_best_first() -> None:
    surroundings = take_surroundings(build_peptide(), {RESIDUE: "ARG"}, build_peptide().positions, 8.0)
    screened = screen_rotamers(surroundings, [RESIDUE], 6)
    energies = [placement.energy_kcal_mol for placement in screened.placements]
    assert energies == sorted(energies)
    assert len({rotamer_names(screened.sites, placement) for placement in screened.placements}) == 6


def test_water_costs_fall_from_their_maximum_to_nothing_at_the_contact() -> None:
    water = np.zeros((1, 3))
    at = np.array([[[0.0, 0, 0]], [[APOLAR_WATER_CONTACT_ANGSTROM / 2, 0, 0]], [[APOLAR_WATER_CONTACT_ANGSTROM, 0, 0]]])
    np.testing.assert_allclose(water_costs(["C"], at, water), WATER_COST_KCAL_MOL * np.array([1.0, 0.75**2, 0.0]))
    assert not water_costs(["H"], at, water).any()


def test_openmm_charges_the_same_for_a_water_as_the_screen() -> None:
    peptide = build_peptide()
    wet = with_atom(peptide, heavy(peptide, RESIDUE)["CB"] + np.array([1.0, 1.0, 1.0]), "HOH", "O")
    energies = []
    for complex_ in (peptide, wet):
        surroundings = take_surroundings(complex_, {RESIDUE: "ALA"}, peptide.positions, 8.0)
        energies.append(site_energy(surroundings))
    atoms = [a for a in surroundings.protein.topology.atoms() if a.element.symbol != "H"]
    cost = water_costs(
        [a.element.symbol for a in atoms],
        surroundings.protein.positions[[a.index for a in atoms]][None],
        surroundings.obstacles.waters,
    )[0]
    assert cost > 0.5
    assert energies[1] - energies[0] == pytest.approx(cost, abs=0.02)


def site_energy(surroundings: object) -> float:
    """Energy (kcal/mol) of a site as it stands, every atom free."""
    system = create_site_system(surroundings)
    context = openmm.Context(system, openmm.VerletIntegrator(0.001), openmm.Platform.getPlatformByName("Reference"))
    context.setPositions(site_positions(surroundings, surroundings.protein.positions) * 0.1)
    return context.getState(getEnergy=True).getPotentialEnergy().value_in_unit(unit.kilocalorie_per_mole)


def test_relaxed_neighbours_stay_near_and_frozen_atoms_stay() -> None:
    surroundings = take_surroundings(build_peptide(), {RESIDUE: "LEU"}, build_peptide().positions, 8.0)
    screened = screen_rotamers(surroundings, [RESIDUE], 1)
    mobile = np.zeros(len(surroundings.protein.positions), dtype=bool)
    mobile[screened.sites[0].atoms] = True
    energy = SiteEnergy(surroundings, mobile, screened.sites[0].atoms, restraint_kcal_mol_angstrom2=0.5, platform="CPU")
    minimum = energy.minimize(surroundings.protein.positions, 20)
    np.testing.assert_allclose(minimum.positions[~mobile], surroundings.protein.positions[~mobile], atol=1e-4)


def test_truncated_side_chains_are_no_obstacle_beyond_cb_and_stay_as_they_are() -> None:
    leucine = substitute(build_peptide(hydrogens=False), ResidueId("A", SITE + 1), "LEU")
    cut = [a.index for a in leucine.topology.atoms() if a.name not in ("CD1", "CD2")]
    truncated = replace(
        leucine,
        topology=rebuilt(leucine.topology, keep=cut),
        positions=leucine.positions[cut],
    )
    surroundings = take_surroundings(truncated, {RESIDUE: "ILE"}, truncated.positions, 8.0)
    assert surroundings.fixed == {ResidueId("A", SITE + 1)}
    built = build_mutation(truncated, {RESIDUE: "ILE"}, QUICK, platform="CPU")
    assert set(heavy(built, ResidueId("A", SITE + 1))) == {"CB", "CG"}


def test_shipped_model_takes_g595r_without_touching_the_rest(tmp_path: Path) -> None:
    path = shipped_path("structures") / "trka_7vko.pdb"
    before, built = load_assembly(path), mutate_file(path, "A:G595R", platform="CPU")
    old, new = by_label(before), by_label(built)
    assert {key[2] for key in old.keys() - new.keys()} >= {"HA2", "HA3"}
    moved = {key[0] for key in old.keys() & new.keys() if np.linalg.norm(old[key] - new[key]) > 1e-6}
    alpha = new[ResidueId("A", 595), "ARG", "CA"]
    assert all(np.linalg.norm(heavy_centre(before, residue) - alpha) < 15.0 for residue in moved)
    write_pdb(built, tmp_path / "out.pdb")
    assert len(load_complex(tmp_path / "out.pdb").positions) == len(before.positions) + 17  # glycine 7, arginine 24


def heavy_centre(complex_: Complex, residue: ResidueId) -> FloatArray:
    """Mean position of a residue's atoms."""
    return complex_.positions[[a.index for a in protein_residue(complex_, residue).atoms()]].mean(axis=0)


@pytest.mark.parametrize(
    ("mutation", "error", "words"),
    [
        ("A:G594R", MutationError, "HIS"),
        ("B:G595R", StructureError, "no protein chain"),
        ("A:G5950R", StructureError, "no residue"),
        ("WT", MutationError, "changes nothing"),
        ("A:G595Z", MutationError, "twenty amino acids"),
    ],
)
def test_wrong_mutations_say_why(mutation: str, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        mutate_file(shipped_path("structures") / "trka_7vko.pdb", mutation)


@pytest.mark.shared
def test_g595r_on_an_apo_crystal_takes_the_rotamer_of_the_mutant_crystal(sources: Path) -> None:
    """7VKM has the arginine at chi -49/-60/-65/-85 (2.55 Å); 4GT5 is the same state with glycine."""
    built = mutate_file(sources / "ensembler_4GT5/NTRK1_HUMAN_4GT5_A.pdb", "A:G595R", platform="CPU")
    seen = measure_chis(load_complex(sources / "wwpdb_excerpts/7VKM_TRKA_G595R_excerpt.pdb"), ResidueId("A", 595))
    deviations = np.abs(difference_degrees(measure_chis(built, ResidueId("A", 595)), seen))
    assert (deviations < 40.0).all()
    assert not has_hydrogens(built)


@pytest.mark.shared
def test_the_command_line_works_on_a_raw_crystal_with_waters(sources: Path, tmp_path: Path) -> None:
    source, output = sources / "klifs_kissim_app/4asz_chainA_complex.pdb", tmp_path / "out.pdb"
    result = CliRunner().invoke(main, ["mutate", str(source), "A:G639R", "-o", str(output)])
    assert result.exit_code == 0, result.output
    before, after = load_assembly(source), load_assembly(output)
    waters = [[c.positions[a.index] for a in c.topology.atoms() if a.residue.name == "HOH"] for c in (before, after)]
    np.testing.assert_array_equal(*waters)
    assert not has_hydrogens(after)
    assert protein_residue(after, ResidueId("A", 639)).name == "ARG"
    assert "was built as ARG" in result.stderr


@pytest.mark.shared
def test_the_ligand_of_the_file_stands_in_the_way(sources: Path) -> None:
    """Without entrectinib the new arginine may lie in its place, with it nothing severe is left."""
    path = sources / "openkinome_ntrk/NTRK1_entrectinib_complex.pdb"
    built = mutate_file(path, "A:G595R", ligand_residue="YMX", platform="CPU")
    clashes = protein_clashes(built, ResidueId("A", 595), minimum_overlap_angstrom=SEVERE_OVERLAP_ANGSTROM)
    assert not [clash for clash in clashes if "YMX" in clash.ligand_atom]
