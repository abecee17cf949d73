"""Whether responses rise and fall with the dose, as in a hook or a bell, so that no sigmoid can follow them.

The best curve that only falls or only rises leaves a good part of the responses unexplained, and what is left is no
noise: neighbours in dose err the same way (von Neumann 1941, 10.1214/aoms/1177731677), the residuals bend over the
doses, or replicates agree with each other and not with the curve.
"""

from typing import Final

import numpy as np
from scipy.optimize import isotonic_regression
from scipy.stats import f as fisher_f
from scipy.stats import norm

from trkstruct.potency.dose_response import DoseResponse, mean_responses
from trkstruct.units import FloatArray

SIGNIFICANCE: Final = 0.01  # one good curve in a hundred may be doubted, and only when its residuals are large too
LEAST_SHARE: Final = 0.1  # of the span of the responses; a smaller turn leaves the IC50 what it is
ROUNDING: Final = 1e-9  # of the largest response
LEAST_DOSES: Final = 6  # of the tests on the order of the residuals; fewer say nothing


def follows_no_sigmoid(data: DoseResponse, residuals: FloatArray, n_free: int) -> bool:
    """Whether the residuals of the best fit (n,) are too large and too orderly to be noise around it."""
    doses, group = np.unique(data.concentration_nm, return_inverse=True)
    weight = np.bincount(group, data.weight).astype(float)
    means = np.bincount(group, data.weight * residuals) / weight
    if not _turns(mean_responses(data), weight):
        return False
    if len(doses) >= LEAST_DOSES and (_neighbours_agree(means) or _bend(means, weight)):
        return True
    within = float(np.sum(data.weight * (residuals - means[group]) ** 2))
    return _replicates_disagree_with_curve(
        float(np.sum(weight * means**2)), within, len(doses) - n_free, len(residuals) - len(doses)
    )


def turning_point(data: DoseResponse) -> tuple[float, float, float]:
    """Mean responses at the lowest dose, at the dose that is furthest from the ends' mean, and at the highest dose."""
    means = mean_responses(data)
    inner = means[1:-1]
    furthest = inner[np.argmax(np.abs(inner - (means[0] + means[-1]) / 2))]
    return float(means[0]), float(furthest), float(means[-1])


def _turns(means: FloatArray, weight: FloatArray) -> bool:
    """Whether the best monotone curve leaves more than a tenth of the span of the means unexplained."""
    monotone = (isotonic_regression(means, weights=weight, increasing=rises).x for rises in (True, False))
    left = min(float(np.sqrt(np.average((means - curve) ** 2, weights=weight))) for curve in monotone)
    return left > max(LEAST_SHARE * float(np.ptp(means)), ROUNDING * float(np.abs(means).max()))


def _neighbours_agree(residuals: FloatArray) -> bool:
    """One-sided test of the ratio of the mean squared successive difference to the variance, normal approximation."""
    n = len(residuals)
    total = float(np.sum((residuals - residuals.mean()) ** 2))
    if total == 0:
        return False
    ratio = float(np.sum(np.diff(residuals) ** 2)) / (n - 1) / (total / n)
    mean, variance = 2 * n / (n - 1), 4 * n**2 * (n - 2) / ((n + 1) * (n - 1) ** 3)
    return bool(norm.cdf((ratio - mean) / np.sqrt(variance)) < SIGNIFICANCE)


def _bend(residuals: FloatArray, weight: FloatArray) -> bool:
    """F-test of a parabola against a straight line over the ranks of the doses."""
    ranks = np.linspace(-1, 1, len(residuals))
    straight, bent = (_polynomial_ssr(ranks, residuals, weight, degree) for degree in (1, 2))
    free = len(residuals) - 3
    if bent <= ROUNDING * straight:
        return straight > 0
    return bool((straight - bent) / (bent / free) > fisher_f.ppf(1 - SIGNIFICANCE, 1, free))


def _polynomial_ssr(ranks: FloatArray, residuals: FloatArray, weight: FloatArray, degree: int) -> float:
    coefficients = np.polyfit(ranks, residuals, degree, w=np.sqrt(weight))
    return float(np.sum(weight * (residuals - np.polyval(coefficients, ranks)) ** 2))


def _replicates_disagree_with_curve(between: float, within: float, free_between: int, free_within: int) -> bool:
    """F-test of the scatter of the doses' means around the curve against that of the replicates around their means."""
    if free_between <= 0 or free_within <= 0:
        return False
    if within == 0:
        return between > 0
    ratio = (between / free_between) / (within / free_within)
    return bool(ratio > fisher_f.ppf(1 - SIGNIFICANCE, free_between, free_within))
