"""Where in a molecule the atoms of a file belong: the true place is always among those found."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdkit import Chem

from trkstruct.errors import LigandError
from trkstruct.pose.seen_atoms import SeenAtoms, composition, part_matches, skeleton_of, whole_matches

DRUGS = {
    "imatinib": "Cc1ccc(NC(=O)c2ccc(CN3CCN(C)CC3)cc2)cc1Nc1nccc(-c2cccnc2)n1",
    "gefitinib": "COc1cc2ncnc(Nc3ccc(F)c(Cl)c3)c2cc1OCCCN1CCOCC1",
    "erlotinib": "COCCOc1cc2ncnc(Nc3cccc(C#C)c3)c2cc1OCCOC",
    "larotrectinib": "O=C(Nc1cnn2ccc(N3CCC[C@@H]3c3cc(F)ccc3F)nc12)N1CC[C@H](O)C1",
    "crizotinib": "C[C@@H](Oc1cc(-c2cnn(C3CCNCC3)c2)cnc1N)c1c(Cl)ccc(F)c1Cl",
}


def seen_part(molecule: Chem.Mol, order: list[int]) -> SeenAtoms:
    """These atoms of a molecule as a file would have them, in that order."""
    kept = Chem.RWMol(Chem.RenumberAtoms(skeleton_of(molecule), [*order, *_others(molecule, order)]))
    for index in reversed(range(len(order), molecule.GetNumAtoms())):
        kept.RemoveAtom(index)
    part = kept.GetMol()
    names = tuple(f"{atom.GetSymbol()}{atom.GetIdx()}" for atom in part.GetAtoms())
    return SeenAtoms("LIG A:1 of a file", names, skeleton_of(part), np.zeros((len(order), 3)))


def _others(molecule: Chem.Mol, order: list[int]) -> list[int]:
    return [index for index in range(molecule.GetNumAtoms()) if index not in order]


@st.composite
def cuts(draw: st.DrawFn) -> tuple[Chem.Mol, list[int]]:
    """A drug and a connected part of it, at least six tenths, in any order."""
    molecule = Chem.MolFromSmiles(DRUGS[draw(st.sampled_from(sorted(DRUGS)))])
    size = molecule.GetNumAtoms()
    inside = [draw(st.integers(0, size - 1))]
    for _ in range(draw(st.integers(6 * size // 10, size - 1)) - 1):
        around = {n.GetIdx() for index in inside for n in molecule.GetAtomWithIdx(index).GetNeighbors()}
        inside.append(draw(st.sampled_from(sorted(around - set(inside)))))
    return molecule, draw(st.permutations(inside))


@given(cuts())
def test_the_true_place_of_any_connected_part_is_among_those_found(cut: tuple[Chem.Mol, list[int]]) -> None:
    molecule, order = cut
    ranks = list(Chem.CanonicalRankAtoms(molecule, breakTies=False))
    try:
        found = part_matches(molecule, seen_part(molecule, order))
    except LigandError as error:
        assert "several places" in str(error)
        return
    assert [ranks[index] for index in order] in [[ranks[index] for index in match] for match in found]
    for match in found:
        assert len(set(match)) == len(order)
        assert [molecule.GetAtomWithIdx(i).GetSymbol() for i in match] == [
            molecule.GetAtomWithIdx(i).GetSymbol() for i in order
        ]


@given(st.permutations(range(Chem.MolFromSmiles(DRUGS["imatinib"]).GetNumAtoms())))
def test_a_complete_molecule_is_found_in_any_order(order: list[int]) -> None:
    molecule = Chem.MolFromSmiles(DRUGS["imatinib"])
    ranks = list(Chem.CanonicalRankAtoms(skeleton_of(molecule), breakTies=False))
    found = whole_matches(molecule, seen_part(molecule, order))
    assert all([ranks[index] for index in match] == [ranks[index] for index in order] for match in found)
    assert tuple(order) in found


def test_symmetry_makes_one_place_of_several() -> None:
    """Of diethylamine's two ethyls one lacks its end: whichever it is, the molecule is the same."""
    molecule = Chem.MolFromSmiles("c1ccccc1CCN(CC)CC")
    assert len(part_matches(molecule, seen_part(molecule, list(range(12))))) == 1


def test_a_ring_that_can_be_flipped_has_two_places() -> None:
    molecule = Chem.MolFromSmiles("CCc1ccccc1C(=O)NCc1ccncc1")
    assert len(part_matches(molecule, seen_part(molecule, list(range(2, 18))))) == 2


def test_a_molecule_that_could_lie_either_way_round_is_refused() -> None:
    """Of biphenyl with a different group at each end only the rings are seen."""
    molecule = Chem.MolFromSmiles("CCOc1ccc(-c2ccc(CCN)cc2)cc1")
    rings = [atom.GetIdx() for atom in molecule.GetAtoms() if atom.IsInRing()]
    with pytest.raises(LigandError, match="several places"):
        part_matches(molecule, seen_part(molecule, rings))


def test_composition_is_written_carbon_first() -> None:
    assert composition(Chem.MolFromSmiles(DRUGS["gefitinib"])) == "C22 Cl F N4 O3"


@pytest.mark.parametrize("least", [5, 6])
def test_less_than_half_is_too_little(least: int) -> None:
    molecule = Chem.MolFromSmiles("OC(=O)CNCCCCCCC")
    seen = seen_part(molecule, list(range(least)))
    if least == 6:
        assert part_matches(molecule, seen)
    else:
        with pytest.raises(LigandError, match="too little"):
            part_matches(molecule, seen)
