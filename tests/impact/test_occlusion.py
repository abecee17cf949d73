"""Occlusion: by hand, by invariance, against brute force, and on TRKA G595R."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from support.small_complex import complex_of, molecule_of, with_molecule
from trkstruct.contacts.radii import classify_atoms, contact_distances, select_types
from trkstruct.impact.occlusion import (
    apo_populations,
    excluded_placements,
    occlusion,
    overlap_energies,
    score_occlusion,
)
from trkstruct.residues import ResidueId
from trkstruct.sidechain.rotamers import rotamers_of, sample_rotamer
from trkstruct.sidechain.substitute import place_rotamers, side_chain_atoms, substitute
from trkstruct.structure.complex import Complex
from trkstruct.structure.reading import load_complex

MOLECULE = with_molecule(None, molecule_of("NC(=O)CCc1ccccc1"))
TYPES = classify_atoms(MOLECULE.topology)


def scored(complex_: Complex, residue: ResidueId, to: str) -> float:
    mutant = substitute(complex_, residue, to)
    placements, made = place_rotamers(
        mutant, residue, [sample for rotamer in rotamers_of(to) for sample in sample_rotamer(rotamer)]
    )
    return score_occlusion(mutant, side_chain_atoms(mutant, residue), placements, [each.rotamer for each in made])


def test_occlusion_is_the_share_of_the_population_that_is_excluded() -> None:
    populations, excluded = np.array([0.5, 0.3, 0.15, 0.05]), np.array([True, False, True, True])
    assert occlusion(populations, excluded) == pytest.approx(0.70)
    assert occlusion(populations, ~excluded) == pytest.approx(0.30)


def test_populations_follow_frequency_and_boltzmann() -> None:
    kt = 0.0019872042586 * 298.15
    np.testing.assert_allclose(apo_populations(np.array([3.0, 3.0]), np.array([30.0, 10.0])), [0.75, 0.25])
    shares = apo_populations(np.array([0.0, kt * np.log(4.0)]), np.array([1.0, 1.0]))
    np.testing.assert_allclose(shares, [0.8, 0.2])
    assert np.isfinite(apo_populations(np.array([5e3, 6e3]), np.array([1.0, 1.0]))).all()


def test_overlap_energy_by_hand() -> None:
    """H...H at 1.74 Å overlap by 0.6 Å: 20 x (0.6 - 0.25)^2."""
    rows = [
        ("A:ALA542", "CB", (0, 0, 0)),
        ("A:ALA542", "HB1", (1.09, 0, 0)),
        ("L:LIG1", "H1", (2.83, 0, 0)),
        ("L:LIG1", "C1", (3.92, 0, 0)),
    ]
    types = classify_atoms(complex_of(rows, [(0, 1), (2, 3)]).topology)
    one, other = select_types(types, np.array([1])), select_types(types, np.array([2]))
    placements = np.array([[[1.09, 0, 0]], [[-9.0, 0, 0]]])
    energies = overlap_energies(placements, one, np.array([[2.83, 0, 0]]), other)
    np.testing.assert_allclose(energies, [20 * 0.35**2, 0.0])
    assert overlap_energies(placements, one, np.array([[2.83, 0, 0]]), other, np.array([[False]])).tolist() == [
        0.0,
        0.0,
    ]
    excluded = [
        excluded_placements(placements, one, np.array([[2.83, 0, 0]]), other, limit).tolist() for limit in (0.5, 0.7)
    ]
    assert excluded == [[True, False], [False, False]]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**31), st.tuples(*[st.floats(-3, 3)] * 3))
def test_brute_force_and_rigid_motion(seed: int, angles: tuple[float, float, float]) -> None:
    random = np.random.default_rng(seed)
    placements = MOLECULE.positions + random.normal(scale=3.0, size=(6, 1, 3))
    limits = contact_distances(TYPES, TYPES)
    overlaps = limits - np.linalg.norm(placements[:, :, None] - MOLECULE.positions, axis=-1)
    expected = (20 * np.clip(overlaps - 0.25, 0, None) ** 2).sum(axis=(1, 2))
    turn = Rotation.from_euler("xyz", angles)
    moved = turn.apply(placements.reshape(-1, 3)).reshape(placements.shape), turn.apply(MOLECULE.positions)
    for sets, fixed in ((placements, MOLECULE.positions), moved):
        np.testing.assert_allclose(overlap_energies(sets, TYPES, fixed, TYPES), expected, atol=1e-6)
        np.testing.assert_array_equal(
            excluded_placements(sets, TYPES, fixed, TYPES, 0.90001), (overlaps >= 0.90001).any(axis=(1, 2))
        )


@pytest.mark.shared
def test_larotrectinib_occludes_g595r_more_than_the_second_generation(sources: Path) -> None:
    """What the second generation was designed for (Drilon 2017, 10.1158/2159-8290.CD-17-0507)."""
    site, shares = ResidueId("A", 595), {}
    for drug in ("larotrectinib", "selitrectinib", "repotrectinib"):
        complex_ = load_complex(sources / "openkinome_ntrk" / f"NTRK1_{drug}_complex.pdb", ligand_residue="UNL")
        shares[drug] = scored(complex_, site, "ARG")
    assert shares["larotrectinib"] > 0.3
    for second in ("selitrectinib", "repotrectinib"):
        assert shares[second] < 0.2


@pytest.mark.shared
def test_the_wild_type_side_chain_is_not_occluded_by_its_own_ligand(sources: Path) -> None:
    complex_ = load_complex(sources / "openkinome_ntrk" / "NTRK1_entrectinib_complex.pdb", ligand_residue="YMX")
    assert scored(complex_, ResidueId("A", 589), "PHE") < 0.05
    assert scored(complex_, ResidueId("A", 595), "GLY") == 0.0


@pytest.mark.shared
def test_a_ligand_far_away_occludes_nothing(sources: Path) -> None:
    complex_ = load_complex(sources / "openkinome_ntrk" / "NTRK1_larotrectinib_complex.pdb", ligand_residue="UNL")
    positions = complex_.positions.copy()
    positions[[atom.index for atom in complex_.topology.atoms() if atom.residue.name == "UNL"]] += 200.0
    assert scored(replace(complex_, positions=positions), ResidueId("A", 595), "ARG") == 0.0
