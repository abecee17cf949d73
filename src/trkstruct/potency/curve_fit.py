"""Dose-response data to IC50: four-parameter logistic fit with profile-likelihood intervals, and honest refusals.

Points are independent: replicates of one concentration each count.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.stats import f as fisher_f
from scipy.stats import t as student_t

from trkstruct.errors import InputError
from trkstruct.potency.dose_response import Curve, CurveFit, DoseResponse, Status, curve_responses
from trkstruct.potency.lack_of_fit import follows_no_sigmoid, turning_point
from trkstruct.potency.plateaus import SeenPlateaus, seen_plateaus
from trkstruct.potency.profile_likelihood import (
    PARAMETERS,
    FitProblem,
    fit_from_grid,
    fit_problem,
    profile_limit,
    touched_limits,
)
from trkstruct.units import FloatArray

CONFIDENCE: Final = 0.95  # of every interval
FLAT_SCATTER: Final = 0.2  # of the mean: assays are asked to vary by less; Assay Guidance Manual, NBK83783
WORDS: Final = {"bottom": "lower plateau", "top": "upper plateau", "log10_ic50": "IC50 (nM)", "hill": "Hill slope"}


@dataclass(frozen=True)
class _Range:
    """How many points there are, and between which doses (nM)."""

    n_points: int
    lowest_nm: float
    highest_nm: float

    def without_ic50(self, status: Status, residual_sd: float, notes: tuple[str, ...] = ()) -> CurveFit:
        """The fit of a curve that gives no IC50: why, and how far its points scatter."""
        return CurveFit(
            status, None, None, None, None, residual_sd, self.n_points, self.lowest_nm, self.highest_nm, notes
        )


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
    problem = fit_problem(data, fixed)
    parameters, ssr = fit_from_grid(problem)
    n_free = len(PARAMETERS) - len(fixed)
    n_points = len(data.response)
    range_ = _Range(n_points, float(doses.min()), float(doses.max()))
    responds = _responds(data, ssr, n_free)
    best = curve_responses(parameters, problem.log_dose, problem.falls) if responds else _mean(data)
    if follows_no_sigmoid(data, data.response - best, n_free if responds else 1):
        return range_.without_ic50("no sigmoid", _sd(ssr, n_points - n_free), (_shape(data),))
    if not responds:
        scatter = _sd(_flat_ssr(data), n_points - 1)
        return range_.without_ic50("no response", scatter, _scatter_notes(data, scatter))
    quantile = float(student_t.ppf((1 + CONFIDENCE) / 2, n_points - n_free))
    limit = ssr * (1 + quantile**2 / (n_points - n_free))
    low, high = (profile_limit(problem, parameters, limit, side) for side in (-1, 1))
    sign = 1 if problem.falls else -1
    curve = Curve(float(parameters[0]), float(parameters[1]), float(parameters[2]), sign * float(parameters[3]))
    judged = _judge(curve, low, high, _sd(ssr, n_points - n_free), range_)
    seen = seen_plateaus(curve, fixed, problem.log_dose)
    return _bounded(replace(judged, notes=_limit_notes(problem, parameters)), seen, low, high)


def _check(data: DoseResponse, fixed: Mapping[str, float]) -> None:
    name = f"{data.compound} {data.variant}".strip()
    n_free = len(PARAMETERS) - len(fixed)
    n_doses = len(np.unique(data.concentration_nm[data.concentration_nm > 0]))
    if n_doses < n_free or len(data.response) <= n_free:
        raise InputError(
            f"{name}: {n_doses} concentrations and {len(data.response)} points cannot give {n_free} parameters; "
            f"at least {n_free} concentrations and {n_free + 1} points are needed. "
            "Known plateaus can be fixed (--bottom, --top)."
        )
    if len(fixed) == 2 and fixed["bottom"] >= fixed["top"]:
        raise InputError(f"bottom ({fixed['bottom']:g}) must be below top ({fixed['top']:g}).")


def _responds(data: DoseResponse, ssr: float, n_free: int) -> bool:
    """F-test of the curve against a constant, at 95 %."""
    n_points = len(data.response)
    flat = _flat_ssr(data)
    if ssr <= 1e-12 * flat:
        return flat > 0
    ratio = (flat - ssr) / (n_free - 1) / (ssr / (n_points - n_free)) if n_free > 1 else math.inf
    return bool(ratio > fisher_f.ppf(CONFIDENCE, n_free - 1, n_points - n_free))


def _flat_ssr(data: DoseResponse) -> float:
    return float(np.sum(data.weight * (data.response - _mean(data)) ** 2))


def _mean(data: DoseResponse) -> float:
    return float(np.average(data.response, weights=data.weight))


def _sd(ssr: float, degrees: int) -> float:
    return math.sqrt(ssr / degrees)


def _judge(curve: Curve, low: float | None, high: float | None, residual_sd: float, range_: _Range) -> CurveFit:
    """What the fit says: an IC50 counts when it lies among the doses and both limits exist."""
    ic50 = 10**curve.log10_ic50
    low_nm, high_nm = (None if limit is None else 10**limit for limit in (low, high))
    lowest, highest = range_.lowest_nm, range_.highest_nm
    status: Status = "ok"
    if ic50 > highest:
        status, low_nm, high_nm = "above range", highest, None
    elif ic50 < lowest:
        status, low_nm, high_nm = "below range", None, lowest
    elif low_nm is None or high_nm is None:
        status = "no plateau"
    reported = ic50 if status == "ok" else None
    return CurveFit(status, reported, low_nm, high_nm, curve, residual_sd, range_.n_points, lowest, highest)


def _bounded(fit: CurveFit, seen: SeenPlateaus, low: float | None, high: float | None) -> CurveFit:
    """The fit without an IC50 where a plateau is an extrapolation: what is left is the bound on the other side."""
    if seen.at_low_doses and seen.at_high_doses:
        return fit
    least = min(seen.least_log10_ic50, seen.least_log10_ic50 if low is None else low)
    greatest = max(seen.greatest_log10_ic50, seen.greatest_log10_ic50 if high is None else high)
    ends = [end for end, is_seen in (("low", seen.at_low_doses), ("high", seen.at_high_doses)) if not is_seen]
    note = f"no dose reaches the plateau at {' and '.join(ends)} doses; if it is known, fix it (--bottom, --top)"
    return replace(
        fit,
        status="no plateau",
        ic50_nm=None,
        low_nm=10**least if seen.at_low_doses else None,
        high_nm=10**greatest if seen.at_high_doses else None,
        notes=(*fit.notes, note),
    )


def _limit_notes(problem: FitProblem, parameters: FloatArray) -> tuple[str, ...]:
    touched = touched_limits(problem, parameters)
    values = {name: 10**limit if name == "log10_ic50" else limit for name, limit in touched.items()}
    return tuple(f"the {WORDS[name]} ended at its limit, {value:.3g}" for name, value in values.items())


def _scatter_notes(data: DoseResponse, scatter: float) -> tuple[str, ...]:
    """What to look at before a curve is taken for flat."""
    if scatter <= FLAT_SCATTER * abs(_mean(data)):
        return ()
    low, high = data.response.min(), data.response.max()
    return (f"the responses run from {low:.3g} to {high:.3g} and not with the dose; look for outliers",)


def _shape(data: DoseResponse) -> str:
    first, turn, last = turning_point(data)
    return f"from {first:.3g} at the lowest dose they go to {turn:.3g} and to {last:.3g} at the highest"
