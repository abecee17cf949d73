"""The terms of a binding energy of a real pocket: each is the part of the energy that it is named after."""

from functools import lru_cache

import numpy as np
import pytest

from support.end_states import resting_at
from support.shipped_pocket import shipped_pocket
from trkstruct.energy.forcefield import ForceGroup
from trkstruct.energy.pocket_energy import PocketEnergy, open_energy
from trkstruct.impact.bound_and_apo import BoundAndApo
from trkstruct.impact.end_states import EndState, EndStates
from trkstruct.impact.terms import PHYSICAL_GROUPS, FreeLigand, binding_terms
from trkstruct.structure.complex import ligand_atoms, residue_id, without_ligand
from trkstruct.structure.pocket import Pocket, cut_pocket
from trkstruct.units import FloatArray, IntArray

TEMPERATURE_KELVIN = 298.15


@lru_cache(maxsize=1)
def _pockets() -> tuple[Pocket, Pocket, Pocket]:
    """Bound, apo, and the ligand alone."""
    bound, _ = shipped_pocket()
    protein, ligand = without_ligand(bound.complex), bound.complex.ligand
    everything = [residue_id(residue) for residue in protein.topology.residues()]
    assert ligand is not None
    return bound, cut_pocket(protein, everything, ()), cut_pocket(bound.complex, [ligand], [ligand])


@lru_cache(maxsize=2)
def _opened(dielectric: float) -> tuple[PocketEnergy, PocketEnergy, PocketEnergy]:
    bound, apo, ligand = _pockets()
    _, ligand_xml = shipped_pocket()
    opened = [open_energy(each, xml, platform="CPU", solute_dielectric=dielectric)
              for each, xml in ((bound, ligand_xml), (apo, None), (ligand, ligand_xml))]  # fmt: skip
    return opened[0], opened[1], opened[2]


def _shaken(pocket: Pocket, seed: int) -> FloatArray:
    return pocket.complex.positions + np.random.default_rng(seed).normal(
        scale=0.05, size=pocket.complex.positions.shape
    )


def _states(seeds: tuple[int, int], bound: list[float], apo: list[float], dielectric: float) -> EndStates:
    pockets, opened = _pockets(), _opened(dielectric)
    both = zip(pockets, opened, seeds, (bound, apo), strict=False)
    return BoundAndApo(*(resting_at(EndState(p, (), e), _shaken(p, seed), *minima) for p, e, seed, minima in both))


def _physical(energy: PocketEnergy, positions: FloatArray) -> float:
    return sum(energy.group_energy(positions, group) for group in PHYSICAL_GROUPS)


def _parts_of(pocket: Pocket) -> tuple[IntArray, IntArray]:
    ligand = ligand_atoms(pocket.complex)
    return np.setdiff1d(np.arange(len(pocket.complex.positions)), ligand), ligand


@pytest.mark.parametrize("dielectric", [1.0, 4.0])
@pytest.mark.parametrize("seeds", [(1, 2), (3, 3)])
def test_each_part_is_what_the_force_field_calls_so(seeds: tuple[int, int], dielectric: float) -> None:
    (bound, apo, ligand), (protein, inside) = _opened(dielectric), _parts_of(_pockets()[0])
    held, alone = (_shaken(pocket, seed) for pocket, seed in zip(_pockets(), seeds, strict=False))
    states = _states(seeds, [_physical(bound, held)], [_physical(apo, alone)], dielectric)
    terms = binding_terms(states, FreeLigand(ligand, 7.0), TEMPERATURE_KELVIN)

    def between(group: ForceGroup) -> float:
        return (
            bound.group_energy(held, group)
            - apo.group_energy(held[protein], group)
            - ligand.group_energy(held[inside], group)
        )

    assert between(ForceGroup.BONDED) == pytest.approx(0.0, abs=1e-6), "no bond joins the ligand to the protein"
    assert terms.van_der_waals + terms.electrostatics == pytest.approx(between(ForceGroup.NONBONDED), abs=1e-6)
    assert terms.solvation == pytest.approx(between(ForceGroup.SOLVATION), abs=1e-6)
    assert terms.protein_strain == pytest.approx(_physical(apo, held[protein]) - _physical(apo, alone), abs=1e-6)
    assert terms.ligand_strain == pytest.approx(_physical(ligand, held[inside]) - 7.0, abs=1e-6)


def test_a_dielectric_constant_divides_the_electrostatics_alone() -> None:
    vacuum, screened = (
        binding_terms(_states((1, 1), [0.0], [0.0], each), FreeLigand(_opened(each)[2], 0.0), TEMPERATURE_KELVIN)
        for each in (1.0, 4.0)
    )
    assert vacuum.van_der_waals == pytest.approx(screened.van_der_waals)
    assert vacuum.electrostatics == pytest.approx(4.0 * screened.electrostatics)
