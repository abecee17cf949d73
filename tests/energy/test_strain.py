"""One term that no molecule at rest has is found in thousands that are well."""

import numpy as np
import pytest

from support.peptides import SITE, build_peptide
from support.shipped_pocket import shipped_pocket
from trkstruct.energy.forcefield import create_system
from trkstruct.energy.minimizer import Minimum
from trkstruct.energy.relax import relax
from trkstruct.energy.strain import STRAINED_KCAL_MOL, find_strains
from trkstruct.residues import THREE_TO_ONE, ResidueId
from trkstruct.sidechain.substitute import substitute


def test_a_relaxed_pocket_is_far_from_strained() -> None:
    pocket, ligand_xml = shipped_pocket()
    system = create_system(pocket.complex.topology, ligand_xml, fragment=True)
    assert find_strains(pocket.complex.topology, system, pocket.complex.positions, least_kcal_mol=10.0) == ()


@pytest.mark.parametrize(
    ("kind", "moved", "by", "named"),
    [
        ("bond", "O", 0.4, ("A:ALA595:C", "A:ALA595:O")),
        ("angle", "O", 0.9, ("A:ALA595:CA", "A:ALA595:C", "A:ALA595:O")),
    ],
)
def test_what_is_torn_or_bent_is_named(kind: str, moved: str, by: float, named: tuple[str, ...]) -> None:
    peptide = build_peptide()
    at = {a.name: a.index for a in peptide.topology.atoms() if a.residue.id == str(SITE)}
    positions = peptide.positions.copy()
    along = positions[at["O"]] - positions[at["C"]]
    side = np.cross(along, np.cross(along, positions[at["CA"]] - positions[at["C"]]))
    along, side = along / np.linalg.norm(along), side / np.linalg.norm(side)
    positions[at[moved]] += by * (along if kind == "bond" else side)
    strains = find_strains(peptide.topology, create_system(peptide.topology), positions)
    found = [strain for strain in strains if strain.kind == kind]
    assert found and set(named) <= {name for strain in found for name in strain.atoms}
    assert all(strain.energy_kcal_mol >= STRAINED_KCAL_MOL for strain in strains)
    assert "instead of" in str(found[0]) and "kcal/mol" in str(found[0])


def test_atoms_in_one_another_are_named_and_only_where_something_moves_if_asked() -> None:
    peptide = build_peptide()
    at = {(a.residue.id, a.name): a.index for a in peptide.topology.atoms()}
    first, second = at["594", "CB"], at["596", "CB"]
    positions = peptide.positions.copy()
    positions[second] = positions[first] + 1.0
    system = create_system(peptide.topology)
    worst = next(s for s in find_strains(peptide.topology, system, positions) if s.kind == "overlap")
    assert worst.value == pytest.approx(3**0.5, abs=1e-6)
    assert set(worst.atoms) & {"A:ALA594:CB", "A:ALA596:CB"}
    still = np.zeros(len(positions), dtype=np.bool_)
    assert find_strains(peptide.topology, system, positions, mobile=still) == ()


def test_a_relaxation_that_cannot_get_out_is_not_called_converged() -> None:
    """A side chain that goes through a frozen one is at a minimum, far above any pocket."""
    peptide = build_peptide()
    _, free = relax(peptide, iterations=2000, platform="CPU")
    assert free.converged and not free.is_strained
    positions = np.zeros((1, 3))
    assert not Minimum(positions, 5000.0, 3138.0, 0.01, softened=False).converged
    assert Minimum(positions, 5000.0, -30.0, 0.01, softened=False).converged


@pytest.mark.parametrize("name", sorted(THREE_TO_ONE))
def test_a_small_peptide_of_any_amino_acid_ends_below_the_limit(name: str) -> None:
    peptide = build_peptide() if name == "ALA" else substitute(build_peptide(), ResidueId("A", SITE), name)
    _, minimum = relax(peptide, iterations=300, platform="CPU")
    assert minimum.energy_kcal_mol < -10.0
    assert not minimum.is_strained
