"""What a state is started from: rotamers where the pocket is, and again where it has moved to."""

from dataclasses import replace

import numpy as np

from peptides import SITE, build_peptide
from trkstruct.ensemble import Conformer, Ensemble, State, place_sites
from trkstruct.mutate import substitute
from trkstruct.pocket import cut_pocket
from trkstruct.relax import Minimizer
from trkstruct.residues import ResidueId
from trkstruct.structure import residue_id

SITE_ID = ResidueId("A", SITE)


def test_rotamers_are_built_again_on_the_backbone_of_the_best_minimum() -> None:
    peptide = substitute(build_peptide(), SITE_ID, "LEU")
    everything = [residue_id(residue) for residue in peptide.topology.residues()]
    pocket = cut_pocket(peptide, everything, everything)
    state = State(pocket, place_sites(peptide, [SITE_ID], 300.0), Minimizer(pocket, None, platform="CPU"))
    first = state.rotamer_starts(3)
    state.minimize(first[:1], 5)
    shift = np.array([1.0, -2.0, 0.5])
    moved = replace(state.ensemble.best.minimum, positions=peptide.positions + shift)
    state.ensemble = Ensemble((Conformer("moved", moved),))
    again = state.rebuilt_starts(3)
    assert [start.name for start in again] == [start.name for start in first]
    for before, after in zip(first, again, strict=True):
        np.testing.assert_allclose(after.positions, before.positions + shift, atol=1e-6)
        assert after.soften
