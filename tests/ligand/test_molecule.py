"""RDKit molecules as ligands need them."""

import numpy as np
import pytest

from trkstruct.ligand.molecule import build_3d, embed_conformers, parse_smiles, read_smiles, with_positions


def test_positions_are_those_given_even_of_a_view() -> None:
    molecule = build_3d(parse_smiles("CCO"))
    wide = np.arange(6.0 * molecule.GetNumAtoms()).reshape(-1, 6)
    for positions in (wide[:, ::2], wide[::-1, :3], wide[:, :3].astype(np.float32)):
        placed = with_positions(molecule, positions)
        np.testing.assert_array_equal(placed.GetConformer().GetPositions(), positions)
        assert placed.GetNumConformers() == 1


def test_the_molecule_given_stays_and_a_wrong_number_of_positions_is_refused() -> None:
    molecule = build_3d(parse_smiles("CCO"))
    before = molecule.GetConformer().GetPositions()
    with_positions(molecule, before + 1.0)
    np.testing.assert_array_equal(molecule.GetConformer().GetPositions(), before)
    with pytest.raises(ValueError, match="atoms"):
        with_positions(molecule, before[1:])


@pytest.mark.parametrize("seed", [0, 1, 2**40])
def test_conformers_of_one_seed_differ_and_are_the_same_again(seed: int) -> None:
    molecule = read_smiles("CCCCCCN")[0]
    shapes = [each.GetPositions() for each in embed_conformers(molecule, 4, seed).GetConformers()]
    again = [each.GetPositions() for each in embed_conformers(molecule, 4, seed).GetConformers()]
    for number, shape in enumerate(shapes):
        assert shape == pytest.approx(again[number])
        assert all(np.abs(shape - other).max() > 0.5 for other in shapes[:number])
