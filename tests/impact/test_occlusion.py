"""Occlusion: by hand, by invariance, against plain loops with bonds counted by scipy, and on TRKA G595R."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import shortest_path
from scipy.spatial.transform import Rotation

from support.peptides import SITE, build_peptide
from support.small_complex import complex_of, molecule_of, with_molecule
from trkstruct.contacts.radii import AtomTypes, classify_atoms, contact_distances, select_types
from trkstruct.impact.occlusion import (
    apo_populations,
    excluded_placements,
    occlusion,
    overlap_energies,
    score_occlusion,
)
from trkstruct.residues import ResidueId
from trkstruct.sidechain.rotamers import Rotamer, rotamers_of, sample_rotamer
from trkstruct.sidechain.substitute import place_rotamers, side_chain_atoms, substitute
from trkstruct.structure.complex import Complex, ligand_atoms
from trkstruct.structure.reading import load_complex
from trkstruct.units import FloatArray, IntArray

SITE_ID = ResidueId("A", SITE)
KT_KCAL_MOL = 8.31446261815324 / 4184 * 298.15
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
    near = np.array([[[2.53, 0, 0]], [[2.8, 0, 0]]])  # bonded pairs do not count, however near
    assert not overlap_energies(near, one, np.array([[2.83, 0, 0]]), other, np.array([[False]])).any()
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


def occupied(residue: str, away_angstrom: float, place: int = 0) -> tuple[Complex, IntArray, FloatArray, list[Rotamer]]:
    """A peptide with a side chain, a benzene beyond its end and a water in the midst of it, and its placements."""
    mutant = substitute(build_peptide(), SITE_ID, residue)
    placements, made = place_rotamers(mutant, SITE_ID, rotamers_of(residue))
    side_chain = side_chain_atoms(mutant, SITE_ID)
    alpha = next(a.index for a in mutant.topology.atoms() if a.residue.id == str(SITE) and a.name == "CA")
    tip = placements[place].mean(axis=0) if len(side_chain) else mutant.positions[alpha] + 1.0
    outward = (tip - mutant.positions[alpha]) / np.linalg.norm(tip - mutant.positions[alpha])
    both = with_molecule(with_molecule(mutant, molecule_of("c1ccccc1"), "L:LIG1"), molecule_of("O"), "W:HOH1")
    positions = both.positions.copy()
    positions[ligand_atoms(both)] += tip + away_angstrom * outward
    water = [atom.index for atom in both.topology.atoms() if atom.residue.name == "HOH"]
    positions[water] += tip + 0.3
    return replace(both, positions=positions), side_chain, placements, [each.rotamer for each in made]


def limit(types: AtomTypes, i: int, j: int) -> float:
    """Distance below which two atoms overlap, by the definition."""
    bond = (types.donor[i] and types.acceptor[j]) or (types.donor[j] and types.acceptor[i])
    allowance = (0.8 if types.charge[i] * types.charge[j] < 0 else 0.6) if bond else 0.0
    return float(types.radii_angstrom[i] + types.radii_angstrom[j] - allowance)


def _with_hydrogen(types: AtomTypes, i: int, j: int) -> bool:
    return bool(types.hydrogen[i] or types.hydrogen[j])


def by_plain_loops(
    complex_: Complex, side_chain: IntArray, placements: FloatArray, rotamers: list[Rotamer]
) -> tuple[FloatArray, np.ndarray]:
    """Apo population of each placement, and whether the ligand excludes it."""
    types, atoms = classify_atoms(complex_.topology), list(complex_.topology.atoms())
    pairs = np.array([(a.index, b.index) for a, b in complex_.topology.bonds()])
    graph = coo_matrix((np.ones(len(pairs)), pairs.T), shape=(len(atoms), len(atoms)))
    bonds = shortest_path(graph, directed=False, unweighted=True)
    ligand, own = set(ligand_atoms(complex_).tolist()), set(side_chain.tolist())
    energies, excluded = np.zeros(len(placements)), np.zeros(len(placements), dtype=bool)
    for n, placed in enumerate(placements):
        for i, xyz in zip(side_chain.tolist(), placed, strict=True):
            for j, atom in enumerate(atoms):
                overlap = limit(types, i, j) - np.linalg.norm(xyz - complex_.positions[j])
                if j in ligand:
                    excluded[n] |= overlap >= 0.9
                elif j not in own and atom.residue.name != "HOH" and bonds[i, j] > 3 + _with_hydrogen(types, i, j):
                    energies[n] += 20 * max(overlap - 0.25, 0.0) ** 2
    library = np.array([rotamer.frequency_percent / rotamers.count(rotamer) for rotamer in rotamers])
    weights = library * np.exp(-(energies - energies.min()) / KT_KCAL_MOL)
    return weights / weights.sum(), excluded


@pytest.mark.parametrize(
    ("residue", "away_angstrom", "place"),
    [
        ("LEU", 4.0, 0),
        ("SER", 3.0, 0),
        ("SER", 3.5, 4),
        ("PHE", 4.0, 1),
        ("LYS", 3.5, 4),
        ("MET", 4.0, 0),
        ("ALA", 2.0, 0),
    ],
)
def test_the_share_is_that_of_plain_loops(residue: str, away_angstrom: float, place: int) -> None:
    complex_, side_chain, placements, rotamers = occupied(residue, away_angstrom, place)
    populations, excluded = by_plain_loops(complex_, side_chain, placements, rotamers)
    expected = float(populations[excluded].sum())
    assert score_occlusion(complex_, side_chain, placements, rotamers) == pytest.approx(expected, abs=1e-9)
    if residue != "ALA":
        assert 0.05 < expected < 0.95


def test_atoms_beyond_the_outermost_placement_count_and_copies_share_a_frequency() -> None:
    """Three placements of one atom on a diagonal, the third far off and beside a carbon; the ligand is at the first."""
    diagonal, spread = np.ones(3) / np.sqrt(3), 3.0
    centre = 0.25 * spread * diagonal
    placements = np.array([[centre + step * spread * diagonal] for step in (1.0, 1.05, -2.05)])
    beyond = placements[2, 0] - 2.9 * diagonal
    rows = [
        ("A:ALA595", "CB", centre), ("A:ALA595", "HB1", centre + 60.0), ("A:LEU657", "CB", beyond),
        ("A:LEU657", "HB2", beyond - 1.09 * diagonal), ("L:LIG1", "C1", placements[0, 0] + [0.0, 1.5, -1.5]),
        ("L:LIG1", "H1", placements[0, 0] + [0.0, 60.0, 0.0]),
    ]  # fmt: skip
    complex_ = complex_of(rows, [(0, 1), (2, 3), (4, 5)])
    one, other = rotamers_of("LEU")[:2]
    arguments = complex_, np.array([0]), placements, [one, other, other]
    populations, excluded = by_plain_loops(*arguments)
    assert excluded.tolist() == [True, True, False]
    assert populations[2] < 0.2
    assert score_occlusion(*arguments) == pytest.approx(float(populations[:2].sum()), abs=1e-12)


def test_without_side_chain_or_placements_nothing_is_occluded() -> None:
    glycine, side_chain, placements, rotamers = occupied("GLY", 1.0)
    assert score_occlusion(glycine, side_chain, placements, rotamers) == 0.0
    leucine, side_chain, placements, _ = occupied("LEU", 1.0)
    assert score_occlusion(leucine, side_chain, placements[:0], []) == 0.0
    assert score_occlusion(leucine, side_chain[:0], placements, []) == 0.0


def test_an_overlap_at_the_limit_excludes() -> None:
    types = classify_atoms(with_molecule(None, molecule_of("CC")).topology)
    one, other = select_types(types, np.array([0])), select_types(types, np.array([1]))
    near, far = np.array([[[0.0, 0.0, 0.0]]]), np.array([[3.0, 0.0, 0.0]])
    overlap = float(contact_distances(one, other)[0, 0]) - 3.0
    excluded = [excluded_placements(near, one, far, other, limit) for limit in (overlap, np.nextafter(overlap, 9.0))]
    assert [each.tolist() for each in excluded] == [[True], [False]]
    assert excluded[0].dtype == np.bool_


def test_shares_stay_between_nothing_and_all_in_spite_of_rounding() -> None:
    shares = np.full(10, 0.1) + np.array([2e-16] * 10)
    assert occlusion(shares, np.ones(10, dtype=bool)) == 1.0
    assert occlusion(-shares, np.ones(10, dtype=bool)) == 0.0
    assert occlusion(shares, np.zeros(10, dtype=bool)) == 0.0


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
