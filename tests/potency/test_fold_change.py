"""Fold changes: intervals hold the truth, a curve beyond the doses gives a bound, ATP and Km turn IC50 into Ki."""

import numpy as np
import pytest
from scipy.stats import binomtest

from support.made_curves import curve_at, fits, make_data
from support.made_records import make_case
from trkstruct.errors import InputError
from trkstruct.kinase.evidence import apparent_ddg_kcal_mol
from trkstruct.potency.curve_fit import fit_dose_response
from trkstruct.potency.dose_response import DoseResponse, cheng_prusoff
from trkstruct.potency.fold_change import compare_with_cases, fold_changes_of


def test_fold_change_and_apparent_ddg_of_a_pair() -> None:
    (fold,) = fold_changes_of(fits(("WT", 0.9), ("G595R", 69), noise=0))
    assert fold.fold == pytest.approx(69 / 0.9, rel=1e-3)
    assert fold.ddg_kcal_mol == pytest.approx(2.57, abs=0.01)  # Drilon 2017, 10.1158/2159-8290.CD-17-0507
    assert (fold.qualifier, fold.basis) == ("=", "IC50")


def test_intervals_of_fold_changes_hold_the_truth_at_the_nominal_rate() -> None:
    n, inside = 40, 0
    for seed in range(n):
        curves = [make_data(curve_at(5), 6, 2 * seed), make_data(curve_at(200), 6, 2 * seed + 1, "G595R")]
        (fold,) = fold_changes_of([(data, fit_dose_response(data)) for data in curves])
        inside += fold.low <= 40 <= fold.high
        assert fold.ddg_low_kcal_mol == pytest.approx(apparent_ddg_kcal_mol(fold.low))
    assert binomtest(inside, n, 0.95).pvalue > 0.01, f"{inside} of {n}"


def test_a_mutant_beyond_the_doses_gives_a_bound_on_the_fold_change() -> None:
    (fold,) = fold_changes_of(fits(("WT", 2), ("G595R", 80_000)))
    assert fold.qualifier == ">"
    assert 4000 < fold.fold < 5500
    assert fold.low is None
    (flat,) = fold_changes_of(fits(("WT", 2), ("G595R", 1e9)))
    assert flat.qualifier == ">"
    (full,) = fold_changes_of(fits(("WT", 2), ("G595R", 1e-6)))
    assert (full.qualifier, full.fold < 0.06) == ("<", True)
    unknown = fold_changes_of(fits(("WT", 80_000), ("G595R", 80_000)))[0]
    assert (unknown.qualifier, unknown.fold) == ("unknown", None)


@pytest.mark.parametrize(
    "response",
    [
        np.array([105, 102, 99, 98, 94, 44, 26, 82, 98, 102.0]),  # a bell
        np.array([100, 99, 98, 95, 86, 400, 40, 19, 7, 3.0]),  # a curve with an outlier
        np.array([100, 3, 98, 95, 6, 99, 2, 97, 5, 100.0]),
    ],
)
def test_scatter_between_both_plateaus_is_no_flat_curve_and_bounds_nothing(response: np.ndarray) -> None:
    doses = np.geomspace(0.1, 2000, 10)
    mutant = DoseResponse("drug", "G595R", "", doses, response, np.ones(10))
    fit = fit_dose_response(mutant)
    (fold,) = fold_changes_of([*fits(("WT", 50)), (mutant, fit)])
    assert fit.ic50_nm is None
    assert (fold.qualifier, fold.fold) == ("unknown", None)
    assert fit.status == "no sigmoid" or f"from {response.min():.3g} to {response.max():.3g}" in fit.notes[0]


def test_cheng_prusoff_turns_a_change_of_km_into_a_change_of_ki() -> None:
    assert cheng_prusoff(100, atp=1000, km=50) == pytest.approx(100 / 21)
    curves = fits(("WT", 10), ("G595R", 100), noise=0)
    (same,) = fold_changes_of(curves, atp=100, km={"": 50})
    (other,) = fold_changes_of(curves, atp=100, km={"WT": 50, "G595R": 10})
    assert same.fold == pytest.approx(10, rel=1e-3)
    assert other.fold == pytest.approx(10 * (1 + 100 / 50) / (1 + 100 / 10), rel=1e-3)
    assert other.basis == "Ki"
    with pytest.raises(InputError, match="No Km for WT"):
        fold_changes_of(curves, atp=100, km={"G595R": 10})
    with pytest.raises(InputError, match="both"):
        fold_changes_of(curves, atp=100)
    with pytest.raises(InputError, match="above 0"):
        cheng_prusoff(1, atp=1, km=0)


def test_assay_meets_the_prediction_for_the_same_mutation_and_ligand() -> None:
    folds = fold_changes_of(fits(("WT", 1), ("G595R", 70), ("F589L", 3)))
    cases = [make_case(ligand="drug", mutation="G595R"), make_case(ligand="other", mutation="F589L")]
    compared = compare_with_cases(folds, cases)
    assert [each.case for each in compared] == [cases[0], None]
    with pytest.raises(InputError, match="column kinase"):
        compare_with_cases(folds, [*cases, make_case(kinase="TRKB", ligand="drug", mutation="G595R")])
