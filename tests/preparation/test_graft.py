"""Loops from a related crystal: put back where they were, refused where the flanks do not fit."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from support.trka_domain import numbers_of, trka_heavy_atoms, without_residues
from trkstruct.kinase.kinases import kinase_named
from trkstruct.preparation.gaps import LONGEST_BUILT_LOOP, Loop
from trkstruct.preparation.graft import Donor, aligned_numbers, graft_loops
from trkstruct.preparation.homology import retype_crystal
from trkstruct.residues import BACKBONE_ATOMS
from trkstruct.structure.complex import Complex, protein_sequence, residue_id

TRKA, TRKB, TRKC = (kinase_named(name) for name in ("TRKA", "TRKB", "TRKC"))


@pytest.fixture(scope="module")
def model() -> Complex:
    return trka_heavy_atoms()


def test_alignment_agrees_with_the_pocket_tables() -> None:
    for other in (TRKB, TRKC):
        numbers = aligned_numbers(TRKA, other)
        assert [numbers[each.number] for each in TRKA.pocket] == [each.number for each in other.pocket]


def test_a_graft_puts_a_loop_back_where_it_was(model: Complex) -> None:
    gap = range(549, 554)
    filled, grafted, loops = graft_loops(
        without_residues(model, gap), TRKA, [Donor(model, TRKA, "itself")], LONGEST_BUILT_LOOP
    )
    assert grafted == set(gap)
    assert [str(loop) for loop in loops] == ["549-553 from itself (flanks 0.0 Å)"]
    assert protein_sequence(filled) == protein_sequence(model)
    expected = {(residue_id(a.residue), a.name): model.positions[a.index] for a in model.topology.atoms()}
    for atom in filled.topology.atoms():
        np.testing.assert_allclose(
            filled.positions[atom.index], expected[residue_id(atom.residue), atom.name], atol=1e-6
        )


def test_a_donor_that_does_not_fit_is_not_used(model: Complex) -> None:
    twisted = replace(model, positions=model.positions * np.array([1.0, 1.0, 1.4]))
    gap = range(549, 554)
    filled, grafted, _ = graft_loops(
        without_residues(model, gap), TRKA, [Donor(twisted, TRKA, "wrong")], LONGEST_BUILT_LOOP
    )
    assert not grafted
    assert not set(gap) & set(numbers_of(filled))


def test_where_the_donor_lies_does_not_matter(model: Complex) -> None:
    turned = Rotation.from_euler("xyz", [40, -70, 110], degrees=True).apply(model.positions) + 31.0
    gapped = without_residues(model, range(549, 554))
    one, other = (
        graft_loops(gapped, TRKA, [Donor(replace(model, positions=where), TRKA, "X")], LONGEST_BUILT_LOOP)[0]
        for where in (model.positions, turned)
    )
    np.testing.assert_allclose(other.positions, one.positions, atol=1e-6)


def test_residues_of_another_type_come_without_their_side_chains(model: Complex) -> None:
    """TRKC's 577-581 for TRKA's 549-553: what differs keeps backbone and CB, what is the same comes whole."""
    donor, changed = retype_crystal(model, TRKA, TRKC)
    gap = range(549, 554)
    filled, grafted, loops = graft_loops(
        without_residues(model, gap), TRKA, [Donor(donor, TRKC, "C")], LONGEST_BUILT_LOOP
    )
    numbers = aligned_numbers(TRKA, TRKC)
    different = {number for number in grafted if f"{numbers[number]}" in "".join(changed)}
    atoms: dict[int, set[str]] = {}
    for atom in filled.topology.atoms():
        atoms.setdefault(int(atom.residue.id), set()).add(atom.name)
    letters = {identity.number: letter for identity, letter in protein_sequence(model).items()}
    assert loops[0].donor == "C"
    assert grafted >= set(gap)
    assert different
    for number in different:
        assert atoms[number] == BACKBONE_ATOMS & atoms[number] | ({"CB"} if letters[number] != "G" else set())
    whole = {int(r.id): {a.name for a in r.atoms()} for r in model.topology.residues()}
    assert all(atoms[number] == whole[number] for number in grafted - different)


def test_a_donor_with_the_same_gap_gives_nothing(model: Complex) -> None:
    gapped = without_residues(model, range(549, 554))
    filled, grafted, loops = graft_loops(gapped, TRKA, [Donor(gapped, TRKA, "X")], LONGEST_BUILT_LOOP)
    assert (grafted, loops) == (frozenset(), ())
    assert numbers_of(filled) == numbers_of(gapped)


def test_a_loop_says_its_residues_and_its_donor() -> None:
    assert [str(loop) for loop in (Loop(549, 549), Loop(549, 553), Loop(549, 553, "7VKO", 0.34))] == [
        "549", "549-553", "549-553 from 7VKO (flanks 0.3 Å)",
    ]  # fmt: skip
