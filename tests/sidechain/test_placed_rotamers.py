"""Rotamers placed on a residue: what moves, what is sampled, what is recognised again."""

import time

import numpy as np
import pytest

from support.peptides import SITE, build_peptide
from trkstruct.residues import BACKBONE_ATOMS, ONE_TO_THREE, ResidueId
from trkstruct.sidechain.ideal_geometry import HYDROXYL_TORSIONS_DEGREES
from trkstruct.sidechain.rotamers import rotamers_of
from trkstruct.sidechain.substitute import (
    nearest_rotamer,
    place_rotamers,
    side_chain_atoms,
    substitute,
    with_side_chain,
)
from trkstruct.structure.complex import Complex, protein_residue

AMINO_ACIDS = sorted(ONE_TO_THREE.values())
SITE_ID = ResidueId("A", SITE)


@pytest.fixture(scope="module")
def peptide() -> Complex:
    return build_peptide()


def atom_names(complex_: Complex, residue: ResidueId) -> list[str]:
    return [atom.name for atom in protein_residue(complex_, residue).atoms()]


@pytest.mark.parametrize("mutant", AMINO_ACIDS)
def test_placing_rotamers_moves_only_the_side_chain(mutant: str, peptide: Complex) -> None:
    built = substitute(peptide, SITE_ID, mutant)
    coordinates, placements = place_rotamers(built, SITE_ID, rotamers_of(mutant))
    moving = side_chain_atoms(built, SITE_ID)
    assert [a.name for a in built.topology.atoms() if a.index in moving] == [
        name for name in atom_names(built, SITE_ID) if name not in BACKBONE_ATOMS
    ]
    n_torsions = len(HYDROXYL_TORSIONS_DEGREES.get(mutant, (None,)))
    assert coordinates.shape == (len(rotamers_of(mutant)) * n_torsions, len(moving), 3)
    assert len(placements) == len(coordinates)
    assert np.abs(coordinates[0] - built.positions[moving]).max(initial=0.0) < 1e-12
    alone = [place_rotamers(built, SITE_ID, [placement.rotamer])[0] for placement in placements[::n_torsions]]
    assert np.array_equal(np.concatenate(alone), coordinates)


@pytest.mark.parametrize("mutant", AMINO_ACIDS)
def test_the_nearest_rotamer_of_a_placed_one_is_itself(mutant: str, peptide: Complex) -> None:
    built = substitute(peptide, SITE_ID, mutant)
    coordinates, placements = place_rotamers(built, SITE_ID, rotamers_of(mutant))
    for placed, placement in zip(coordinates, placements, strict=True):
        assert nearest_rotamer(with_side_chain(built, SITE_ID, placed), SITE_ID) == placement.rotamer


def test_hydroxyl_torsions_are_only_sampled_when_the_hydrogen_is_there(peptide: Complex) -> None:
    serine = substitute(peptide, SITE_ID, "SER")
    coordinates, placements = place_rotamers(serine, SITE_ID, rotamers_of("SER"))
    assert {placement.hydroxyl_degrees for placement in placements} == {180.0, 60.0, -60.0}
    names = [a.name for a in serine.topology.atoms() if a.index in side_chain_atoms(serine, SITE_ID)]
    apart = np.linalg.norm(coordinates[0] - coordinates[1], axis=1)
    assert [name for name, distance in zip(names, apart, strict=True) if distance > 1e-9] == ["HG"]
    bare = substitute(build_peptide(hydrogens=False), SITE_ID, "SER")
    assert len(place_rotamers(bare, SITE_ID, rotamers_of("SER"))[1]) == len(rotamers_of("SER"))


def test_all_arginine_rotamers_take_milliseconds(peptide: Complex) -> None:
    arginine = substitute(peptide, SITE_ID, "ARG")
    place_rotamers(arginine, SITE_ID, rotamers_of("ARG", 0.0))
    start = time.perf_counter()
    for _ in range(5):
        place_rotamers(arginine, SITE_ID, rotamers_of("ARG", 0.0))
    assert (time.perf_counter() - start) / 5 < 0.1  # 2-6 ms measured; room for a busy machine
