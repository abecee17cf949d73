"""Which minima count, and how much more there is in several than in one."""

import numpy as np
import pytest

from trkstruct.energy.minimizer import Minimum
from trkstruct.impact.ensemble import HOPELESS_KCAL_MOL, Conformer, Ensemble


def _ensemble(**energies_kcal_mol: float) -> Ensemble:
    return Ensemble().with_more(_conformer(name, energy) for name, energy in energies_kcal_mol.items())


def _conformer(name: str, energy_kcal_mol: float) -> Conformer:
    return Conformer(name, Minimum(np.zeros((1, 3)), 0.0, energy_kcal_mol, 0.01, softened=False))


def test_starts_that_end_in_one_minimum_count_once() -> None:
    def gain(*energies: float) -> float:
        return _ensemble(**{f"m{n}": energy for n, energy in enumerate(energies)}).rotamer_gain_kcal_mol(298.15)

    assert gain(-10.0) == gain(-10.0, -9.99, -9.97) == pytest.approx(0.0, abs=1e-9)
    assert gain(-10.0, -9.8) == pytest.approx(-0.5925 * np.log(1 + np.exp(-0.2 / 0.5925)), abs=0.001)


def test_of_each_rotamer_the_lowest_stays_and_the_best_comes_first() -> None:
    first = _ensemble(m=-3.0, t=-5.0)
    more = first.with_more([_conformer("m", -4.0), _conformer("t", -1.0), _conformer("p", -9.0)])
    assert [(each.name, each.minimum.energy_kcal_mol) for each in more.conformers] == [
        ("p", -9.0), ("t", -5.0), ("m", -4.0),
    ]  # fmt: skip
    assert [each.name for each in first.conformers] == ["t", "m"], "the ensemble itself stays as it was"


def test_what_is_hopeless_is_measured_from_the_best() -> None:
    assert Ensemble().hopeless_kcal_mol == np.inf
    assert _ensemble(m=-3.0, t=-5.0).hopeless_kcal_mol == -5.0 + HOPELESS_KCAL_MOL
