"""Weighted least squares of the logistic curve, and the IC50 at which the best fit is just significantly worse.

The IC50 is fitted as its logarithm, in which its error is symmetric (Christopoulos 1998, Trends Pharmacol Sci 19:351).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.optimize import brentq, least_squares

from trkstruct.potency.dose_response import DoseResponse, curve_responses
from trkstruct.units import FloatArray

HILL_RANGE: Final = (
    0.2,
    20.0,
)  # aggregation and tight binding reach 5 and more: Shoichet 2006, 10.1016/j.drudis.2006.05.014
SEARCHED_DECADES: Final = 1.0  # beyond the tested range; a limit of the interval further out counts as missing
PLATEAU_SPANS: Final = 100.0  # spans of the data that a plateau may lie off: reaches a hundredfold extrapolation
FIRST_STEP_DECADES: Final = 0.05  # of the search for the limits; doubled until they are passed
START_HILLS: Final = (0.5, 1.0, 2.0, 6.0)
START_IC50S: Final = 9
PARAMETERS: Final = ("bottom", "top", "log10_ic50", "hill")
AT_LIMIT: Final = 1e-4  # of the range of a parameter


@dataclass(frozen=True)
class FitProblem:
    """Data, what is held fixed, and the direction of the response."""

    data: DoseResponse
    fixed: Mapping[str, float]
    falls: bool
    log_dose: FloatArray
    lower: FloatArray
    upper: FloatArray


def fit_problem(data: DoseResponse, fixed: Mapping[str, float]) -> FitProblem:
    """The direction in which the response goes, and the bounds of each parameter, from the data."""
    with np.errstate(divide="ignore"):
        log_dose = np.log10(data.concentration_nm)
    finite = log_dose[np.isfinite(log_dose)]
    ranks = np.argsort(np.argsort(data.concentration_nm))
    falls = float(np.cov(ranks, data.response)[0, 1]) <= 0
    span = float(np.ptp(data.response)) or 1.0
    low, high = float(data.response.min()), float(data.response.max())
    lower = np.array([low - PLATEAU_SPANS * span, low, finite.min() - SEARCHED_DECADES, HILL_RANGE[0]])
    upper = np.array([high, high + PLATEAU_SPANS * span, finite.max() + SEARCHED_DECADES, HILL_RANGE[1]])
    return FitProblem(data, fixed, falls, log_dose, lower, upper)


def _minimize(problem: FitProblem, start: FloatArray, fixed: Mapping[str, float]) -> tuple[FloatArray, float]:
    """Least squares over the parameters that are not fixed; returns all four and the weighted sum of squares."""
    held = np.array([name in fixed for name in PARAMETERS])
    full = np.array([fixed.get(name, value) for name, value in zip(PARAMETERS, start, strict=True)])
    root_weight = np.sqrt(problem.data.weight)

    def residuals(free: FloatArray) -> FloatArray:
        parameters = full.copy()
        parameters[~held] = free
        return root_weight * (curve_responses(parameters, problem.log_dose, problem.falls) - problem.data.response)

    lower, upper = problem.lower[~held], problem.upper[~held]
    inside = np.clip(full[~held], lower + 1e-9 * (upper - lower), upper - 1e-9 * (upper - lower))
    solution = least_squares(residuals, inside, bounds=(lower, upper), x_scale="jac")
    full[~held] = solution.x
    return full, 2 * float(solution.cost)


def fit_from_grid(problem: FitProblem) -> tuple[FloatArray, float]:
    """The best of fits from several IC50s and Hill slopes: one start can end in a flat corner."""
    response = problem.data.response
    finite = problem.log_dose[np.isfinite(problem.log_dose)]
    grid = [
        np.array([response.min(), response.max(), log10_ic50, hill])
        for log10_ic50 in np.linspace(finite.min(), finite.max(), START_IC50S)
        for hill in START_HILLS
    ]
    grid.sort(key=lambda start: _ssr(problem, start))
    return min((_minimize(problem, start, problem.fixed) for start in grid[:3]), key=lambda fit: fit[1])


def _ssr(problem: FitProblem, parameters: FloatArray) -> float:
    residuals = curve_responses(parameters, problem.log_dose, problem.falls) - problem.data.response
    return float(np.sum(problem.data.weight * residuals**2))


def profile_limit(problem: FitProblem, best: FloatArray, limit: float, side: int) -> float | None:
    """Log10 IC50 at which the best fit is just significantly worse; None when that is not before the search ends.

    Profile likelihood: Venzon 1988, 10.2307/2347496.
    """
    end = float((problem.lower if side < 0 else problem.upper)[2])
    inner, start, step = float(best[2]), best, FIRST_STEP_DECADES
    while (end - inner) * side > 0:
        outer = inner + side * min(step, abs(end - inner))
        parameters, ssr = _fit_at(problem, outer, start)
        if ssr > limit:
            return _crossing(problem, start, limit, inner, outer)
        inner, start, step = outer, parameters, step * 2
    return None


def touched_limits(problem: FitProblem, parameters: FloatArray) -> dict[str, float]:
    """The limits at which fitted parameters ended, by name: there the data want more than the fit allows."""
    touched = {}
    for name, value, lower, upper in zip(PARAMETERS, parameters, problem.lower, problem.upper, strict=True):
        near = [limit for limit in (lower, upper) if abs(value - limit) <= AT_LIMIT * (upper - lower)]
        if near and name not in problem.fixed:
            touched[name] = float(near[0])
    return touched


def _fit_at(problem: FitProblem, log10_ic50: float, start: FloatArray) -> tuple[FloatArray, float]:
    return _minimize(problem, start, {**problem.fixed, "log10_ic50": log10_ic50})


def _crossing(problem: FitProblem, start: FloatArray, limit: float, inner: float, outer: float) -> float:
    def excess(log10_ic50: float) -> float:
        return _fit_at(problem, log10_ic50, start)[1] - limit

    if excess(inner) >= 0:  # data without noise: the limit is where the best fit is
        return inner
    return float(brentq(excess, inner, outer, xtol=1e-4))
