"""From the terms of the double difference to the number that is reported, its error and the verdict.

ddG = 0.6 mean(damp(x)), in kcal/mol. x is the double difference of relaxed end states, with dielectric constants of 1
and of 4 inside protein and ligand. Neither is right: 1 is what the force field was made for and lets polar groups
interact too strongly without water, 4 stands for what a protein's inside screens (Gilson & Honig 1986, Biopolymers
25:2097; Schutz & Warshel 2001, 10.1002/prot.1106). Their errors differ, so the mean is better than each, and where they
disagree the error bar says so. damp(x) = 4 asinh(x/4) is x when small and grows like a logarithm: minimisation
exaggerates.

The weight was fitted (least squares, two seeds) to all 68 ABL1 mutations with axitinib, dasatinib and imatinib in
Hauser 2018, 10.1038/s42003-018-0075-x, and the errors to what the fit missed when each position was left out.
docs/accuracy.md has the numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import ndtr

from trkstruct.records import EnergyTerms, Verdict
from trkstruct.settings import RESISTANCE_THRESHOLD_KCAL_MOL

LIKELY: Final = 0.66  # probability that is called likely; Mastrandrea 2010, IPCC guidance note

ENERGY_WEIGHT: Final = 0.6
DAMPING_KCAL_MOL: Final = 4.0
NEAR_ERROR_KCAL_MOL: Final = 0.65  # of a site that touches the ligand or what touches it; grows with the effect
NEAR_ERROR_PER_KCAL_MOL: Final = 0.2
FAR_ERROR_KCAL_MOL: Final = 0.4  # RMS of the measured ddG of ABL1 mutations beyond 8 Å, of which nothing is predicted


@dataclass(frozen=True)
class DdgEstimate:
    """A ddG and its standard error, in kcal/mol, and what they were made from.

    Attributes
    ----------
    ddg_kcal_mol, error_kcal_mol : float
        Calibrated; the error is one standard deviation.
    raw_kcal_mol : float
        Double difference, mean over the dielectric constants and replicates.
    terms : EnergyTerms
        The same mean of each term.
    """

    ddg_kcal_mol: float
    error_kcal_mol: float
    raw_kcal_mol: float
    terms: EnergyTerms


def calibrate(differences: Sequence[EnergyTerms], *, near: bool) -> DdgEstimate:
    """The reported ddG from double differences; where these disagree, the error is larger.

    Parameters
    ----------
    differences : sequence of EnergyTerms
        Mutant minus wild type, kcal/mol, one for each dielectric constant of each replicate.
    near : bool
        Whether the site reaches the ligand's surroundings.
    """
    values = [calibrated_ddg_kcal_mol(terms) for terms in differences]
    value, terms = float(np.mean(values)), mean_terms(differences)
    model = NEAR_ERROR_KCAL_MOL + NEAR_ERROR_PER_KCAL_MOL * abs(value) if near else FAR_ERROR_KCAL_MOL
    spread = float(np.std(values, ddof=1)) / len(values) ** 0.5 if len(values) > 1 else 0.0
    return DdgEstimate(value, float(np.hypot(model, spread)), terms.total, terms)


def calibrated_ddg_kcal_mol(terms: EnergyTerms) -> float:
    """One double difference, damped and weighted as in the module's first lines."""
    return ENERGY_WEIGHT * DAMPING_KCAL_MOL * float(np.arcsinh(terms.total / DAMPING_KCAL_MOL))


def mean_terms(several: Sequence[EnergyTerms]) -> EnergyTerms:
    """Term by term mean; the mean terms add up to the mean total."""
    return EnergyTerms(
        **{name: float(np.mean([getattr(terms, name) for terms in several])) for name in EnergyTerms.model_fields}
    )


def resistance_probability(ddg_kcal_mol: float, error_kcal_mol: float) -> float:
    """Probability that the true ddG exceeds 1.36 kcal/mol (10-fold), for a normal error."""
    return float(ndtr((ddg_kcal_mol - RESISTANCE_THRESHOLD_KCAL_MOL) / error_kcal_mol))


def verdict_of(ddg_kcal_mol: float, error_kcal_mol: float) -> Verdict:
    """``resistant`` or ``sensitive`` when that is likely (probability of 66 % or more), else ``uncertain``."""
    probability = resistance_probability(ddg_kcal_mol, error_kcal_mol)
    if probability >= LIKELY:
        return "resistant"
    return "sensitive" if probability <= 1 - LIKELY else "uncertain"
