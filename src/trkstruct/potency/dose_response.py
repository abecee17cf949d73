"""Dose-response data, the four-parameter logistic curve, and what a fit of one to the other says of the IC50.

The response is ``bottom + (top - bottom) / (1 + (c / IC50)^hill)``: ``hill`` is positive for a response that falls with
concentration and negative for one that rises.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from trkstruct.errors import InputError
from trkstruct.units import FloatArray

Status = Literal["ok", "above range", "below range", "no plateau", "no response", "no sigmoid"]


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
        ``no plateau``: a plateau that was neither given nor reached by the doses, or a limit, is missing; there may be
        a bound. ``no response``: the response does not depend on the concentration. ``no sigmoid``: it does, but first
        falls and then rises, or the like.
    ic50_nm, low_nm, high_nm : float or None
        IC50 and its 95 % profile-likelihood limits; None where the data do not give them.
    curve : Curve or None
        None without a response.
    residual_sd : float or None
        Standard deviation of the residuals, in units of the response (of weight 1).
    n_points : int
    lowest_nm, highest_nm : float
        Concentrations tested.
    notes : tuple of str
        What a user should know of the fit: parameters that ended at their limit, plateaus that no dose reaches.
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
    notes: tuple[str, ...] = ()

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
        if self.status == "no sigmoid":
            return "no IC50: the responses follow no sigmoid"
        low = "" if self.low_nm is None else f", > {self.low_nm:.3g} nM"
        high = "" if self.high_nm is None else f", < {self.high_nm:.3g} nM"
        return f"IC50 not determined: a plateau is missing{low}{high}"


def evaluate_curve(curve: Curve, concentration_nm: FloatArray) -> FloatArray:
    """Response at concentrations (nM), 0 included."""
    with np.errstate(divide="ignore"):
        log_dose = np.log10(concentration_nm)
    return curve_responses(
        np.array([curve.bottom, curve.top, curve.log10_ic50, abs(curve.hill)]), log_dose, curve.hill > 0
    )


def curve_responses(parameters: FloatArray, log_dose: FloatArray, falls: bool) -> FloatArray:
    """Responses at log10 doses of ``(bottom, top, log10_ic50, |hill|)``; a dose of 0 is minus infinity."""
    bottom, top, log10_ic50, hill = parameters
    exponent = np.clip(hill * (log_dose - log10_ic50) * math.log(10), -700, 700)
    remaining = 1 / (1 + np.exp(exponent))
    response: FloatArray = bottom + (top - bottom) * (remaining if falls else 1 - remaining)
    return response


def mean_responses(data: DoseResponse) -> FloatArray:
    """Weighted mean response at each dose, from the lowest on, shape (n_doses,)."""
    group = np.unique(data.concentration_nm, return_inverse=True)[1]
    means: FloatArray = np.bincount(group, data.weight * data.response) / np.bincount(group, data.weight)
    return means


def cheng_prusoff(ic50_nm: float, atp: float, km: float) -> float:
    """Ki of an ATP-competitive inhibitor, IC50 / (1 + [ATP] / Km); Cheng 1973, 10.1016/0006-2952(73)90196-2.

    ``atp`` and ``km`` have the same unit.
    """
    if not (atp >= 0 and km > 0):
        raise InputError(f"Km must be above 0 and ATP not negative; Km is {km:g}, ATP is {atp:g}.")
    return ic50_nm / (1 + atp / km)
