"""The rigid screen of placements: a hand-made case, and what symmetry demands."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from support.peptides import SITE, build_peptide
from trkstruct.energy.forcefield import create_system
from trkstruct.energy.nonbonded import nonbonded_parameters
from trkstruct.impact.end_states import place_sites
from trkstruct.residues import ResidueId
from trkstruct.sidechain.packing import apply_placement, best_per_rotamer, rank_placements, rotamer_names, site_of
from trkstruct.sidechain.rotamers import rotamers_of, sample_rotamer
from trkstruct.sidechain.substitute import substitute
from trkstruct.structure.complex import Complex

SITE_ID = ResidueId("A", SITE)


def _ranked(complex_: Complex, *residues: ResidueId) -> tuple[tuple[str, float], ...]:
    sites = place_sites(complex_, residues or [SITE_ID], 298.15)
    nonbonded = nonbonded_parameters(create_system(complex_.topology))
    ranked = rank_placements(sites, complex_.positions, nonbonded)
    return tuple(("+".join(rotamer_names(sites, each)), each.energy_kcal_mol) for each in ranked)


def test_every_placement_is_ranked_best_first() -> None:
    energies = [energy for _, energy in _ranked(substitute(build_peptide(), SITE_ID, "ARG"))]
    assert len(energies) == 34
    assert energies == sorted(energies)


def test_of_each_rotamer_the_best_placement_stays_and_only_so_many() -> None:
    serine = substitute(build_peptide(), SITE_ID, "SER")  # three rotamers, each with several torsions of its hydroxyl
    site = site_of(serine, SITE_ID, [s for r in rotamers_of("SER") for s in sample_rotamer(r, (1,))], 298.15)
    nonbonded = nonbonded_parameters(create_system(serine.topology))
    best = best_per_rotamer([site], serine.positions, nonbonded, 10)
    ranked = rank_placements([site], serine.positions, nonbonded)
    firsts = {rotamer_names([site], each): each for each in reversed(ranked)}
    assert len(ranked) > len(best) == 3
    assert list(best) == sorted(firsts.values(), key=lambda each: each.energy_kcal_mol)
    assert best_per_rotamer([site], serine.positions, nonbonded, 2) == best[:2]


def test_glycine_has_one_placement_and_no_energy_of_its_own() -> None:
    assert len(_ranked(substitute(build_peptide(), SITE_ID, "GLY"))) == 1


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_rigid_motion_changes_nothing(seed: int) -> None:
    from dataclasses import replace

    peptide = substitute(build_peptide(), SITE_ID, "LEU")
    rng = np.random.default_rng(seed)
    rotation = Rotation.random(rng=rng)
    moved = replace(peptide, positions=rotation.apply(peptide.positions) + rng.normal(scale=20, size=3))
    for (name, energy), (other_name, other) in zip(_ranked(peptide), _ranked(moved), strict=True):
        assert name == other_name
        assert energy == pytest.approx(other, abs=1e-6)


def test_an_obstacle_moves_the_rotamers_that_touch_it_down() -> None:
    peptide = substitute(build_peptide(), SITE_ID, "PHE")
    sites = place_sites(peptide, [SITE_ID], 298.15)
    nonbonded = nonbonded_parameters(create_system(peptide.topology))
    best = rank_placements(sites, peptide.positions, nonbonded)[0]
    blocked = peptide.positions.copy()
    far = next(a.index for a in peptide.topology.atoms() if a.name == "CH3")
    blocked[far] = sites[0].coordinates[best.choice[0]].mean(axis=0)
    assert rank_placements(sites, blocked, nonbonded)[0].choice != best.choice


def test_joint_placements_see_each_other() -> None:
    other = ResidueId("A", SITE + 1)
    peptide = substitute(substitute(build_peptide(), SITE_ID, "ARG"), other, "GLU")
    ranked = _ranked(peptide, SITE_ID, other)
    assert len(ranked) == 12 * min(12, 8)
    assert "+" in ranked[0][0]
    sites = place_sites(peptide, [SITE_ID, other], 298.15)
    nonbonded = nonbonded_parameters(create_system(peptide.topology))
    best = rank_placements(sites, peptide.positions, nonbonded)[0]
    placed = apply_placement(sites, best, peptide.positions)
    assert np.allclose(placed[sites[1].atoms], sites[1].coordinates[best.choice[1]])


def test_a_site_has_every_placement_with_the_cost_of_its_rotamer() -> None:
    peptide = substitute(build_peptide(), SITE_ID, "SER")
    rotamers = rotamers_of("SER")
    site = site_of(peptide, SITE_ID, rotamers, 298.15)
    assert set(site.names) == {rotamer.name for rotamer in rotamers}
    assert site.coordinates.shape == (len(site.names), len(site.atoms), 3)
    cost = {each.name: -0.0019872 * 298.15 * np.log(each.frequency_percent / 100) for each in rotamers}
    assert site.prior_kcal_mol == pytest.approx([cost[name] for name in site.names], rel=1e-4)
    hotter = site_of(peptide, SITE_ID, rotamers, 596.3)
    assert hotter.prior_kcal_mol == pytest.approx(2 * site.prior_kcal_mol)


def test_samples_of_a_rotamer_cost_more_than_its_mean() -> None:
    peptide = substitute(build_peptide(), SITE_ID, "LEU")
    rotamer = rotamers_of("LEU")[0]
    samples = sample_rotamer(rotamer, (1,))
    priors = site_of(peptide, SITE_ID, samples, 298.15).prior_kcal_mol
    assert priors - priors.min() == pytest.approx([0.0, 0.2962, 0.2962], abs=1e-4)  # RT/2
