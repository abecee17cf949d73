"""What is said of a mutation that was built, from complexes whose answer is known."""

from dataclasses import replace

import numpy as np
from openmm.app import Element

from support.peptides import SITE, build_peptide
from trkstruct.residues import ResidueId
from trkstruct.sidechain.build_notes import choice_notes, moved_notes, overlap_notes
from trkstruct.sidechain.relaxed_rotamers import RelaxedRotamer
from trkstruct.sidechain.rotamers import rotamers_of
from trkstruct.sidechain.substitute import side_chain_atoms, substitute
from trkstruct.structure.complex import Complex, protein_residue
from trkstruct.structure.topology import rebuilt

SITE_ID, NEXT = ResidueId("A", SITE), ResidueId("A", SITE + 1)
NOWHERE = np.empty((0, 3))


def with_water(complex_: Complex, where: np.ndarray) -> Complex:
    topology = rebuilt(complex_.topology)
    water = topology.addResidue("HOH", topology.addChain("W"), "7")
    topology.addAtom("O", Element.getBySymbol("O"), water)
    return replace(complex_, topology=topology, positions=np.vstack([complex_.positions, where]))


def test_the_rotamer_and_the_next_best_are_named() -> None:
    rotamer = rotamers_of("LEU")[0]
    built = substitute(build_peptide(), SITE_ID, "LEU", rotamer=rotamer)
    ranked = [RelaxedRotamer((name,), score, NOWHERE) for name, score in (("mt", -3.0), ("tp", -1.5))]
    chosen, next_best = choice_notes(built, {SITE_ID: "LEU"}, ranked)
    assert chosen == f"A:595 was built as {rotamer}."
    assert next_best == "The next best of 2 relaxed, tp, is 1.5 kcal/mol up."
    assert choice_notes(built, {SITE_ID: "LEU"}, ranked[:1]) == (chosen,)
    assert choice_notes(built, {SITE_ID: "ALA"}, ranked[:1]) == ()


def test_what_gave_way_is_told_by_its_furthest_heavy_atom() -> None:
    before = build_peptide()
    atoms = {atom.name: atom.index for atom in protein_residue(before, NEXT).atoms()}
    positions = before.positions.copy()
    positions[atoms["CB"]] += [0.0, 0.3, 0.4]
    positions[atoms["HB1"]] += [2.0, 0.0, 0.0]
    after = replace(before, positions=positions)
    note = "Side chains that gave way, furthest atom in Å: A:596 0.5."
    assert moved_notes(before, after, {SITE_ID: "ARG"}) == (note,)
    assert moved_notes(before, after, {NEXT: "ARG"}) == ()
    assert moved_notes(before, before, {SITE_ID: "ARG"}) == ()


def test_a_water_in_the_way_is_told_and_one_beside_is_not() -> None:
    built = substitute(build_peptide(), SITE_ID, "ALA")
    atoms = {atom.name: atom.index for atom in protein_residue(built, SITE_ID).atoms()}
    beta, alpha = built.positions[atoms["CB"]], built.positions[atoms["CA"]]
    away = (beta - alpha) / np.linalg.norm(beta - alpha)
    assert atoms["CB"] in side_chain_atoms(built, SITE_ID)
    told = "A:595 takes the place of water W:7: remove it before going on."
    assert told in overlap_notes(with_water(built, beta + 2.3 * away), {SITE_ID: "ALA"})
    assert told not in overlap_notes(with_water(built, beta + 2.5 * away), {SITE_ID: "ALA"})
