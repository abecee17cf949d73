"""Which plateaus of a fitted curve the doses reach, and the bound on the IC50 that is left where one is unseen.

A plateau counts as seen when a dose lies beyond the bend of the curve before it, at the effect 1 / 5.68 or 4.68 / 5.68
(Sebaugh & McCray 2003, 10.1002/pst.62; Sebaugh 2011, 10.1002/pst.426). Otherwise its height is an extrapolation, and
the IC50, the dose halfway between the plateaus, hangs on it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np

from trkstruct.potency.dose_response import Curve
from trkstruct.units import FloatArray

BEND: Final = 4.680498579882906  # odds of the effect where a logistic curve bends most; Sebaugh & McCray 2003


@dataclass(frozen=True)
class SeenPlateaus:
    """Whether the plateau at low and at high doses is known or seen, and log10 IC50 bounds that hold without it."""

    at_low_doses: bool
    at_high_doses: bool
    least_log10_ic50: float
    greatest_log10_ic50: float


def seen_plateaus(curve: Curve, known: Collection[str], log_dose: FloatArray) -> SeenPlateaus:
    """What the doses (log10 nM, minus infinity for the control) show of a fitted curve's plateaus.

    Parameters
    ----------
    curve : Curve
    known : collection of str
        ``bottom``, ``top``: plateaus that were given and not fitted.
    log_dose : numpy.ndarray
    """
    low_end, high_end = ("top", "bottom") if curve.hill > 0 else ("bottom", "top")
    odds_low, odds_high = (_odds(curve, float(dose)) for dose in (log_dose.min(), log_dose.max()))
    effect_low, effect_high = (1 - 1 / (1 + odds) for odds in (odds_low, odds_high))
    return SeenPlateaus(
        at_low_doses=low_end in known or odds_low <= 1 / BEND,
        at_high_doses=high_end in known or odds_high >= BEND,
        least_log10_ic50=_log_dose_at(curve, effect_high / 2),  # the plateau is at least where the last dose is
        greatest_log10_ic50=_log_dose_at(curve, (1 + effect_low) / 2),
    )


def _odds(curve: Curve, log_dose: float) -> float:
    """Effect against what remains, ``(c / IC50)^hill``."""
    return float(10.0 ** np.clip(abs(curve.hill) * (log_dose - curve.log10_ic50), -300, 300))


def _log_dose_at(curve: Curve, effect: float) -> float:
    effect = min(max(effect, 1e-12), 1 - 1e-12)
    return curve.log10_ic50 + float(np.log10(effect / (1 - effect))) / abs(curve.hill)
