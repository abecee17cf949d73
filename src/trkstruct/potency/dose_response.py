"""Dose-response data to IC50: four-parameter logistic fit with profile-likelihood intervals, and honest refusals.

The response is ``bottom + (top - bottom) / (1 + (c / IC50)^hill)``: ``hill`` is positive for a response that falls with
concentration and negative for one that rises. The IC50 is fitted as its logarithm, in which its error is symmetric
(Christopoulos 1998, Trends Pharmacol Sci 19:351). Points are independent: replicates of one concentration each count.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from scipy.optimize import brentq, least_squares
from scipy.stats import f as fisher_f
from scipy.stats import t as student_t

from trkstruct.errors import InputError
from trkstruct.units import FloatArray

CONFIDENCE: Final = 0.95  # of every interval
HILL_RANGE: Final = (0.2, 5.0)  # steeper or flatter is not one-site inhibition; Prinz 2010, J Chem Biol 3:37
SEARCHED_DECADES: Final = 1.0  # beyond the tested range; a limit of the interval further out counts as missing
PLATEAU_SPANS: Final = 100.0  # spans of the data that a plateau may lie off: reaches a hundredfold extrapolation
FIRST_STEP_DECADES: Final = 0.05  # of the search for the limits; doubled until they are passed
START_HILLS: Final = (0.5, 1.0, 2.0)
START_IC50S: Final = 9
NAMES: Final = ("bottom", "top", "log10_ic50", "hill")

Status = Literal["ok", "above range", "below range", "no plateau", "no response"]


@dataclass(frozen=True)
class DoseResponse:
    """Measured responses of one compound and variant.

    Attributes
    ----------
    compound, variant, kinase : str
        ``kinase`` may be empty.
    concentration_nm, response, weight : numpy.ndarray, shape (n,)
        nM, not negative; 0 is the control without compound. Weights are relative: 1 / variance.
    """

    compound: str
    variant: str
    kinase: str
    concentration_nm: FloatArray
    response: FloatArray
    weight: FloatArray


@dataclass(frozen=True)
class Curve:
    """The four parameters; ``hill`` is negative for a response that rises."""

    bottom: float
    top: float
    log10_ic50: float
    hill: float


@dataclass(frozen=True)
class CurveFit:
    """A fitted curve and what it says of the IC50.

    Attributes
    ----------
    status : str
        ``ok``: both limits are known. ``above range``, ``below range``: the IC50 lies beyond the concentrations tested.
        ``no plateau``: it cannot be bounded. ``no response``: the response does not depend on the concentration.
    ic50_nm, low_nm, high_nm : float or None
        IC50 and its 95 % profile-likelihood limits; None where the data do not give them.
    curve : Curve or None
        None without a response.
    residual_sd : float or None
        Standard deviation of the residuals, in units of the response (of weight 1).
    n_points : int
    lowest_nm, highest_nm : float
        Concentrations tested.
    """

    status: Status
    ic50_nm: float | None
    low_nm: float | None
    high_nm: float | None
    curve: Curve | None
    residual_sd: float | None
    n_points: int
    lowest_nm: float
    highest_nm: float

    @property
    def ic50_text(self) -> str:
        """The result in words: ``IC50 12 (9.1 to 16) nM``, or why there is none."""
        if self.status == "ok":
            return f"IC50 {self.ic50_nm:.3g} ({self.low_nm:.3g} to {self.high_nm:.3g}) nM"
        if self.status == "above range":
            return f"IC50 beyond the tested range: > {self.highest_nm:g} nM"
        if self.status == "below range":
            return f"IC50 beyond the tested range: < {self.lowest_nm:g} nM"
        if self.status == "no response":
            return f"no response up to {self.highest_nm:g} nM"
        low = "" if self.low_nm is None else f", > {self.low_nm:.3g} nM"
        high = "" if self.high_nm is None else f", < {self.high_nm:.3g} nM"
        return f"IC50 not determined: a plateau is missing{low}{high}"


@dataclass(frozen=True)
class _Problem:
    """Data, what is held fixed, and the direction of the response."""

    data: DoseResponse
    fixed: Mapping[str, float]
    falls: bool
    log_dose: FloatArray
    lower: FloatArray
    upper: FloatArray


def evaluate_curve(curve: Curve, concentration_nm: FloatArray) -> FloatArray:
    """Response at concentrations (nM), 0 included."""
    with np.errstate(divide="ignore"):
        log_dose = np.log10(concentration_nm)
    return _responses(np.array([curve.bottom, curve.top, curve.log10_ic50, abs(curve.hill)]), log_dose, curve.hill > 0)


def fit_dose_response(data: DoseResponse, *, bottom: float | None = None, top: float | None = None) -> CurveFit:
    """Fit one curve.

    Parameters
    ----------
    data : DoseResponse
    bottom, top : float, optional
        Plateaus that are known and not fitted (0 and 100 for normalised data).

    Raises
    ------
    InputError
        When there are fewer points or concentrations than parameters plus one.
    """
    fixed = {name: value for name, value in (("bottom", bottom), ("top", top)) if value is not None}
    _check(data, fixed)
    doses = data.concentration_nm[data.concentration_nm > 0]
    problem = _problem(data, fixed)
    parameters, ssr = _fit_from_grid(problem)
    n_free = len(NAMES) - len(fixed)
    n_points = len(data.response)
    quantile = float(student_t.ppf((1 + CONFIDENCE) / 2, n_points - n_free))
    common = {"n_points": n_points, "lowest_nm": float(doses.min()), "highest_nm": float(doses.max())}
    if not _responds(data, ssr, n_free):
        return CurveFit("no response", None, None, None, None, _sd(_flat_ssr(data), n_points - 1), **common)  # type: ignore[arg-type]
    limit = ssr * (1 + quantile**2 / (n_points - n_free))
    low, high = (_profile_limit(problem, parameters, limit, side) for side in (-1, 1))
    sign = 1 if problem.falls else -1
    curve = Curve(float(parameters[0]), float(parameters[1]), float(parameters[2]), sign * float(parameters[3]))
    return _judge(curve, low, high, _sd(ssr, n_points - n_free), common)


def cheng_prusoff(ic50_nm: float, atp: float, km: float) -> float:
    """Ki of an ATP-competitive inhibitor, IC50 / (1 + [ATP] / Km); Cheng 1973, 10.1016/0006-2952(73)90196-2.

    ``atp`` and ``km`` have the same unit.
    """
    if not (atp >= 0 and km > 0):
        raise InputError(f"Km must be above 0 and ATP not negative; Km is {km:g}, ATP is {atp:g}.")
    return ic50_nm / (1 + atp / km)


def _check(data: DoseResponse, fixed: Mapping[str, float]) -> None:
    name = f"{data.compound} {data.variant}".strip()
    n_free = len(NAMES) - len(fixed)
    n_doses = len(np.unique(data.concentration_nm[data.concentration_nm > 0]))
    if n_doses < n_free or len(data.response) <= n_free:
        raise InputError(
            f"{name}: {n_doses} concentrations and {len(data.response)} points cannot give {n_free} parameters; "
            f"at least {n_free} concentrations and {n_free + 1} points are needed. "
            "Known plateaus can be fixed (--bottom, --top)."
        )
    if len(fixed) == 2 and fixed["bottom"] >= fixed["top"]:
        raise InputError(f"bottom ({fixed['bottom']:g}) must be below top ({fixed['top']:g}).")


def _problem(data: DoseResponse, fixed: Mapping[str, float]) -> _Problem:
    with np.errstate(divide="ignore"):
        log_dose = np.log10(data.concentration_nm)
    finite = log_dose[np.isfinite(log_dose)]
    ranks = np.argsort(np.argsort(data.concentration_nm))
    falls = float(np.cov(ranks, data.response)[0, 1]) <= 0
    span = float(np.ptp(data.response)) or 1.0
    low, high = float(data.response.min()), float(data.response.max())
    lower = np.array([low - PLATEAU_SPANS * span, low, finite.min() - SEARCHED_DECADES, HILL_RANGE[0]])
    upper = np.array([high, high + PLATEAU_SPANS * span, finite.max() + SEARCHED_DECADES, HILL_RANGE[1]])
    return _Problem(data, fixed, falls, log_dose, lower, upper)


def _responses(parameters: FloatArray, log_dose: FloatArray, falls: bool) -> FloatArray:
    bottom, top, log10_ic50, hill = parameters
    exponent = np.clip(hill * (log_dose - log10_ic50) * math.log(10), -700, 700)
    remaining = 1 / (1 + np.exp(exponent))
    response: FloatArray = bottom + (top - bottom) * (remaining if falls else 1 - remaining)
    return response


def _minimize(problem: _Problem, start: FloatArray, fixed: Mapping[str, float]) -> tuple[FloatArray, float]:
    """Least squares over the parameters that are not fixed; returns all four and the weighted sum of squares."""
    held = np.array([name in fixed for name in NAMES])
    full = np.array([fixed.get(name, value) for name, value in zip(NAMES, start, strict=True)])
    root_weight = np.sqrt(problem.data.weight)

    def residuals(free: FloatArray) -> FloatArray:
        parameters = full.copy()
        parameters[~held] = free
        return root_weight * (_responses(parameters, problem.log_dose, problem.falls) - problem.data.response)

    lower, upper = problem.lower[~held], problem.upper[~held]
    inside = np.clip(full[~held], lower + 1e-9 * (upper - lower), upper - 1e-9 * (upper - lower))
    solution = least_squares(residuals, inside, bounds=(lower, upper), x_scale="jac")
    full[~held] = solution.x
    return full, 2 * float(solution.cost)


def _fit_from_grid(problem: _Problem) -> tuple[FloatArray, float]:
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


def _ssr(problem: _Problem, parameters: FloatArray) -> float:
    residuals = _responses(parameters, problem.log_dose, problem.falls) - problem.data.response
    return float(np.sum(problem.data.weight * residuals**2))


def _profile_limit(problem: _Problem, best: FloatArray, limit: float, side: int) -> float | None:
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


def _fit_at(problem: _Problem, log10_ic50: float, start: FloatArray) -> tuple[FloatArray, float]:
    return _minimize(problem, start, {**problem.fixed, "log10_ic50": log10_ic50})


def _crossing(problem: _Problem, start: FloatArray, limit: float, inner: float, outer: float) -> float:
    def excess(log10_ic50: float) -> float:
        return _fit_at(problem, log10_ic50, start)[1] - limit

    if excess(inner) >= 0:  # data without noise: the limit is where the best fit is
        return inner
    return float(brentq(excess, inner, outer, xtol=1e-4))


def _responds(data: DoseResponse, ssr: float, n_free: int) -> bool:
    """F-test of the curve against a constant, at 95 %."""
    n_points = len(data.response)
    flat = _flat_ssr(data)
    if ssr <= 1e-12 * flat:
        return flat > 0
    ratio = (flat - ssr) / (n_free - 1) / (ssr / (n_points - n_free)) if n_free > 1 else math.inf
    return bool(ratio > fisher_f.ppf(CONFIDENCE, n_free - 1, n_points - n_free))


def _flat_ssr(data: DoseResponse) -> float:
    mean = np.average(data.response, weights=data.weight)
    return float(np.sum(data.weight * (data.response - mean) ** 2))


def _sd(ssr: float, degrees: int) -> float:
    return math.sqrt(ssr / degrees)


def _judge(
    curve: Curve, low: float | None, high: float | None, residual_sd: float, common: Mapping[str, float]
) -> CurveFit:
    """What the fit says: an IC50 counts when it lies among the doses and both limits exist."""
    ic50 = 10**curve.log10_ic50
    low_nm, high_nm = (None if limit is None else 10**limit for limit in (low, high))
    lowest, highest = common["lowest_nm"], common["highest_nm"]
    status: Status = "ok"
    if ic50 > highest:
        status, low_nm, high_nm = "above range", highest, None
    elif ic50 < lowest:
        status, low_nm, high_nm = "below range", None, lowest
    elif low_nm is None or high_nm is None:
        status = "no plateau"
    reported = ic50 if status == "ok" else None
    return CurveFit(status, reported, low_nm, high_nm, curve, residual_sd, **common)  # type: ignore[arg-type]
