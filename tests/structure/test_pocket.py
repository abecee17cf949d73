"""Cutting a pocket: what moves keeps its neighbours."""

import pytest

from support.peptides import SITE, build_peptide
from trkstruct.residues import ResidueId
from trkstruct.structure.complex import Complex, ligand_atoms, residue_id
from trkstruct.structure.pocket import cut_pocket, residues_near
from trkstruct.structure.shipped_models import load_shipped


@pytest.fixture(scope="module")
def bound() -> Complex:
    return load_shipped("TRKA", "repotrectinib")


@pytest.mark.parametrize("radius_angstrom", [4.0, 6.0, 8.0])
def test_residues_bonded_to_a_mobile_one_are_kept(bound: Complex, radius_angstrom: float) -> None:
    near = residues_near(bound, bound.positions[ligand_atoms(bound)], radius_angstrom)
    pocket = cut_pocket(bound, near, near)
    kept = {residue_id(residue) for residue in pocket.complex.topology.residues()}
    for first, second in bound.topology.bonds():
        ends = {residue_id(first.residue), residue_id(second.residue)}
        assert not ends & near or ends <= kept
    moving = {residue_id(a.residue) for a in pocket.complex.topology.atoms() if pocket.mobile[a.index]}
    assert moving == near, "neighbours are kept, not moved"


def test_residues_near_takes_whole_residues() -> None:
    peptide, site = build_peptide(), ResidueId("A", SITE)
    alpha = [a.index for a in peptide.topology.atoms() if residue_id(a.residue) == site and a.name == "CA"]
    assert residues_near(peptide, peptide.positions[alpha], 0.5) == {site}
    assert len(residues_near(peptide, peptide.positions[alpha], 50.0)) == peptide.topology.getNumResidues()
