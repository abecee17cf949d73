"""From the terms of the double difference to the number that is reported, its error and the verdict.

ddG = 0.64 damp(x), in kcal/mol. x is the double difference of relaxed end states with half of its polar part
(electrostatics and solvation) taken off: charges and polar bonds that are relaxed at an interior dielectric of 1
interact too strongly, as in a protein they do at 2 to 4 (Schutz & Warshel 2001, 10.1002/prot.1106).
damp(x) = 2 asinh(x/2) is x when small and grows like a logarithm: minimisation exaggerates.

The weight was fitted (least squares) to all 68 ABL1 mutations with axitinib, dasatinib and imatinib in Hauser 2018,
10.1038/s42003-018-0075-x, and the errors to what the fit missed when each position was left out. docs/accuracy.md has
the numbers, and what the choice of this form owes to the TRK measurements.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.stats import norm

from trkstruct.records import EnergyTerms, Verdict
from trkstruct.settings import RESISTANCE_THRESHOLD_KCAL_MOL

LIKELY: Final = 0.66  # probability that is called likely; Mastrandrea 2010, IPCC guidance note

ENERGY_WEIGHT: Final = 0.64
POLAR_SHARE: Final = 0.5  # of electrostatics and solvation: an interior dielectric of 2
DAMPING_KCAL_MOL: Final = 2.0
NEAR_ERROR_KCAL_MOL: Final = 0.7  # of a site that touches the ligand or what touches it; grows with the effect
NEAR_ERROR_PER_KCAL_MOL: Final = 0.3
FAR_ERROR_KCAL_MOL: Final = 0.4  # RMS of the measured ddG of ABL1 mutations beyond 8 Å, of which nothing is predicted


@dataclass(frozen=True)
class Estimate:
    """A ddG and its standard error, in kcal/mol, and what they were made from.

    Attributes
    ----------
    ddg_kcal_mol, error_kcal_mol : float
        Calibrated; the error is one standard deviation.
    raw_kcal_mol : float
        Double difference of the median replicate.
    terms : EnergyTerms
        Of the median replicate.
    """

    ddg_kcal_mol: float
    error_kcal_mol: float
    raw_kcal_mol: float
    terms: EnergyTerms


def calibrate(replicates: Sequence[EnergyTerms], *, near: bool) -> Estimate:
    """The reported ddG from the terms (mutant minus wild type) of one or more replicates.

    Parameters
    ----------
    replicates : sequence of EnergyTerms
    near : bool
        Whether the site reaches the ligand's surroundings.
    """
    values = np.array([calibrated_ddg_kcal_mol(terms) for terms in replicates])
    median = int(np.argsort(values)[(len(values) - 1) // 2])
    value = float(values[median])
    model = NEAR_ERROR_KCAL_MOL + NEAR_ERROR_PER_KCAL_MOL * abs(value) if near else FAR_ERROR_KCAL_MOL
    spread = float(values.std(ddof=1)) / len(values) ** 0.5 if len(values) > 1 else 0.0
    return Estimate(value, float(np.hypot(model, spread)), replicates[median].total, replicates[median])


def calibrated_ddg_kcal_mol(terms: EnergyTerms) -> float:
    """The damped energy, weighted as in the module's first lines."""
    energy = terms.total - (1 - POLAR_SHARE) * (terms.electrostatics + terms.solvation)
    return ENERGY_WEIGHT * DAMPING_KCAL_MOL * float(np.arcsinh(energy / DAMPING_KCAL_MOL))


def resistance_probability(ddg_kcal_mol: float, error_kcal_mol: float) -> float:
    """Probability that the true ddG exceeds 1.36 kcal/mol (10-fold), for a normal error."""
    return float(norm.sf(RESISTANCE_THRESHOLD_KCAL_MOL, loc=ddg_kcal_mol, scale=error_kcal_mol))


def verdict_of(ddg_kcal_mol: float, error_kcal_mol: float) -> Verdict:
    """``resistant`` or ``sensitive`` when that is likely (probability of 66 % or more), else ``uncertain``."""
    probability = resistance_probability(ddg_kcal_mol, error_kcal_mol)
    if probability >= LIKELY:
        return "resistant"
    return "sensitive" if probability <= 1 - LIKELY else "uncertain"
