"""Dose-response data to IC50: four-parameter logistic fit with profile-likelihood intervals, and honest refusals.

Points are independent: replicates of one concentration each count.
"""

import math
from collections.abc import Mapping
from typing import Final

import numpy as np
from scipy.stats import f as fisher_f
from scipy.stats import t as student_t

from trkstruct.errors import InputError
from trkstruct.potency.dose_response import Curve, CurveFit, DoseResponse, Status
from trkstruct.potency.profile_likelihood import PARAMETERS, fit_from_grid, fit_problem, profile_limit

CONFIDENCE: Final = 0.95  # of every interval


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
    quantile = float(student_t.ppf((1 + CONFIDENCE) / 2, n_points - n_free))
    common = {"n_points": n_points, "lowest_nm": float(doses.min()), "highest_nm": float(doses.max())}
    if not _responds(data, ssr, n_free):
        return CurveFit("no response", None, None, None, None, _sd(_flat_ssr(data), n_points - 1), **common)  # type: ignore[arg-type]
    limit = ssr * (1 + quantile**2 / (n_points - n_free))
    low, high = (profile_limit(problem, parameters, limit, side) for side in (-1, 1))
    sign = 1 if problem.falls else -1
    curve = Curve(float(parameters[0]), float(parameters[1]), float(parameters[2]), sign * float(parameters[3]))
    return _judge(curve, low, high, _sd(ssr, n_points - n_free), common)


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
