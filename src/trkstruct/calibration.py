"""From the raw double difference to the number that is reported: its size, its error and the verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.stats import norm

from trkstruct.records import EnergyTerms, Verdict
from trkstruct.settings import RESISTANCE_THRESHOLD_KCAL_MOL

LIKELY: Final = 0.66  # probability that is called likely; Mastrandrea 2010, IPCC guidance note


@dataclass(frozen=True)
class Estimate:
    """A ddG and its standard error, in kcal/mol, and what they were made from.

    Attributes
    ----------
    ddg_kcal_mol, error_kcal_mol : float
        Calibrated; the error is one standard deviation.
    raw_kcal_mol : float
        Median of the replicates' double differences.
    terms : EnergyTerms
        Of the median replicate.
    """

    ddg_kcal_mol: float
    error_kcal_mol: float
    raw_kcal_mol: float
    terms: EnergyTerms


def calibrate(replicates: Sequence[EnergyTerms]) -> Estimate:
    """The reported ddG from the terms (mutant minus wild type) of one or more replicates."""
    totals = np.array([terms.total for terms in replicates])
    median = replicates[int(np.argsort(totals)[(len(totals) - 1) // 2])]
    return Estimate(median.total, 1.0, median.total, median)


def resistance_probability(ddg_kcal_mol: float, error_kcal_mol: float) -> float:
    """Probability that the true ddG exceeds 1.36 kcal/mol (10-fold), for a normal error."""
    return float(norm.sf(RESISTANCE_THRESHOLD_KCAL_MOL, loc=ddg_kcal_mol, scale=error_kcal_mol))


def verdict_of(ddg_kcal_mol: float, error_kcal_mol: float) -> Verdict:
    """``resistant`` or ``sensitive`` when that is likely (probability of 66 % or more), else ``uncertain``."""
    probability = resistance_probability(ddg_kcal_mol, error_kcal_mol)
    if probability >= LIKELY:
        return "resistant"
    return "sensitive" if probability <= 1 - LIKELY else "uncertain"
