"""The reported ddG: what it must do whatever its constants are."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from trkstruct.case_parts import EnergyTerms
from trkstruct.impact import calibration
from trkstruct.impact.calibration import (
    LIKELY,
    DdgEstimate,
    calibrate,
    damped_kcal_mol,
    mean_terms,
    resistance_probability,
    verdict_of,
)


def _terms(van_der_waals: float = 0.0, polar: float = 0.0, strain: float = 0.0) -> EnergyTerms:
    return EnergyTerms(
        van_der_waals=van_der_waals,
        electrostatics=polar,
        solvation=0.0,
        protein_strain=strain,
        ligand_strain=0.0,
        lost_rotamers=0.0,
        total=van_der_waals + polar + strain,
    )


def _calibrate(*members: EnergyTerms, contacts: int = 0, near: bool = True) -> DdgEstimate:
    """Each on a backbone of its own, with one dielectric constant."""
    return calibrate([[each] for each in members], contacts=contacts, near=near)


def test_no_change_is_no_change() -> None:
    assert _calibrate(_terms()).ddg_kcal_mol == 0.0


@given(st.floats(-20, 20), st.floats(0.01, 5))
def test_losing_contact_never_helps(polar: float, lost: float) -> None:
    base = _calibrate(_terms(polar=polar)).ddg_kcal_mol
    assert _calibrate(_terms(lost, polar)).ddg_kcal_mol > base


@given(st.floats(8, 80))
def test_large_energies_are_damped(energy: float) -> None:
    one, two = (_calibrate(_terms(x)).ddg_kcal_mol for x in (energy, 2 * energy))
    assert one < two < 1.9 * one


def test_the_error_is_wider_with_contacts_and_when_backbones_differ() -> None:
    far, near, touching = (_calibrate(_terms(1.0), contacts=n, near=n >= 0) for n in (-1, 0, 40))
    assert far.error_kcal_mol < near.error_kcal_mol < touching.error_kcal_mol
    apart = _calibrate(_terms(-4.0), _terms(1.0), _terms(4.0))
    assert near.error_kcal_mol < apart.error_kcal_mol
    assert (near.backbones, apart.backbones) == (1, 3)


def test_backbones_are_averaged_after_damping_and_their_terms_add_up() -> None:
    estimate = _calibrate(_terms(9.0, 1.0), _terms(1.0, -2.0, 0.5), _terms(-3.0))
    assert estimate.raw_kcal_mol == pytest.approx((10.0 - 0.5 - 3.0) / 3)
    assert estimate.terms.van_der_waals == pytest.approx(7.0 / 3)
    parts = estimate.terms.model_dump()
    assert parts.pop("total") == pytest.approx(sum(parts.values()))
    one_wild, calm = (_calibrate(_terms(x), _terms(0.0)).energies.mean_kcal_mol for x in (40.0, 4.0))
    assert one_wild < 10 * calm / 2


def test_verdicts_follow_the_probability_of_a_tenfold_loss() -> None:
    assert resistance_probability(1.36, 0.5) == pytest.approx(0.5)
    assert [verdict_of(ddg, 0.5) for ddg in (3.0, 1.36, 0.0)] == ["resistant", "uncertain", "sensitive"]
    assert verdict_of(1.7, 0.5) == "resistant"
    assert verdict_of(1.7, 5.0) == "uncertain"


def test_the_formula_worked_by_hand() -> None:
    """4 asinh(x / 4), of which a third counts without contacts: asinh(1) = ln(1 + sqrt 2)."""
    at_four = 4 * math.log(1 + math.sqrt(2))
    assert damped_kcal_mol(_terms(3.0, 1.5, -0.5)) == pytest.approx(at_four)
    one = _calibrate(_terms(4.0))
    assert (one.ddg_kcal_mol, one.energies.mean_kcal_mol, one.raw_kcal_mol) == pytest.approx((at_four / 3, at_four, 4))
    assert one.energy_weight == pytest.approx(1 / 3)
    assert one.error_kcal_mol == pytest.approx(0.8 * math.sqrt(2 / 3))
    assert _calibrate(_terms(-4.0)).ddg_kcal_mol == pytest.approx(-one.ddg_kcal_mol)
    assert _calibrate(_terms(4.0), near=False).error_kcal_mol == pytest.approx(0.3 * math.sqrt(2 / 3))
    touching = _calibrate(_terms(4.0), contacts=30)
    assert touching.ddg_kcal_mol == pytest.approx(1.3 * 2 / 3 + at_four / 3)
    assert (touching.contacts, touching.geometry.mean_kcal_mol) == (30, pytest.approx(1.3))


def test_two_dielectric_constants_of_one_backbone_are_no_two_backbones() -> None:
    together = calibrate([[_terms(4.0), _terms(0.0)]], contacts=0, near=True)
    apart = _calibrate(_terms(4.0), _terms(0.0))
    assert together.energies.mean_kcal_mol == pytest.approx(apart.energies.mean_kcal_mol)
    half = 2 * math.log(1 + math.sqrt(2))
    assert together.energies.sd_kcal_mol == pytest.approx(0.8 * math.sqrt(2 * (1 + (half / 2) ** 2)))
    assert apart.energies.sd_kcal_mol == pytest.approx(math.hypot(0.8 * math.sqrt(2), half))


def test_means_are_term_by_term() -> None:
    mean = mean_terms([_terms(1.0, 2.0, 3.0), _terms(3.0, -2.0, 0.0)])
    assert mean == _terms(2.0, 0.0, 1.5)


@given(st.floats(-5, 5), st.floats(0.1, 3))
def test_the_probability_is_the_upper_tail_of_a_normal_beyond_tenfold(ddg: float, error: float) -> None:
    assert resistance_probability(ddg, error) == pytest.approx(norm.sf(1.36, loc=ddg, scale=error), abs=1e-12)


@pytest.mark.parametrize(
    ("probability", "verdict"),
    [(1.0, "resistant"), (LIKELY, "resistant"), (0.65, "uncertain"), (0.35, "uncertain"), (1 - LIKELY, "sensitive"),
     (0.0, "sensitive")],
)  # fmt: skip
def test_likely_begins_at_66_percent(monkeypatch: pytest.MonkeyPatch, probability: float, verdict: str) -> None:
    monkeypatch.setattr(calibration, "resistance_probability", lambda _ddg, _error: probability)
    assert verdict_of(0.0, 1.0) == verdict
