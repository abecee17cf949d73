"""What a state is started from: rotamers where the pocket is, and again where it has moved to."""

import numpy as np

from support.peptides import SITE, build_peptide
from trkstruct.energy.minimizer import Minimum
from trkstruct.energy.pocket_energy import open_energy
from trkstruct.impact.end_states import Conformer, EndState, Ensemble, place_sites
from trkstruct.residues import ResidueId
from trkstruct.sidechain.substitute import substitute
from trkstruct.structure.complex import residue_id
from trkstruct.structure.pocket import cut_pocket
from trkstruct.units import FloatArray

SITE_ID = ResidueId("A", SITE)


SHIFT = np.array([1.0, -2.0, 0.5])


def leucine() -> EndState:
    """A peptide's leucine; nothing is minimised yet."""
    peptide = substitute(build_peptide(), SITE_ID, "LEU")
    everything = [residue_id(residue) for residue in peptide.topology.residues()]
    pocket = cut_pocket(peptide, everything, everything)
    return EndState(pocket, place_sites(peptide, [SITE_ID], 300.0), open_energy(pocket, None, platform="CPU"))


def rest(state: EndState, positions: FloatArray, energy_kcal_mol: float = 0.0) -> None:
    """Let a state's only minimum be at some positions."""
    minimum = Minimum(positions, energy_kcal_mol, energy_kcal_mol, 0.0, softened=False)
    state.ensemble = Ensemble((Conformer("here", minimum),))


def test_rotamers_are_built_again_on_the_backbone_of_the_best_minimum() -> None:
    state = leucine()
    first = state.rotamer_starts(3)
    rest(state, state.pocket.complex.positions + SHIFT)
    again = state.rebuilt_starts(3)
    assert [start.name for start in again] == [start.name for start in first]
    for before, after in zip(first, again, strict=True):
        np.testing.assert_allclose(after.positions, before.positions + SHIFT, atol=1e-6)
        assert after.soften


def test_a_state_starts_once_from_what_another_found() -> None:
    receiver, donor = leucine(), leucine()
    rest(donor, donor.pocket.complex.positions, -10.0)
    assert receiver.is_new(donor)
    rest(donor, donor.pocket.complex.positions, -10.01)  # the same minimum, reached again
    assert not receiver.is_new(donor)
    rest(donor, donor.pocket.complex.positions, -10.5)
    assert receiver.is_new(donor)
