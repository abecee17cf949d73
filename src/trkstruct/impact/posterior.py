"""What geometry leads one to expect of a mutation, what energies say of it, and what follows from both.

Geometry: ddG is normal about 1.3 kcal/mol for every 30 pairs of heavy atoms within 5 Å of ligand and the larger
of the two side chains, 60 pairs at most; the more of them, the wider. Energies: the damped double difference is normal
about ddG, with twice the variance of the former, more where the dielectric constants disagree, and more by the standard
error of the mean over backbones. Both are normal, so what follows is their precision-weighted mean (Gelman 2013,
Bayesian Data Analysis, 10.1201/b16018, section 2.5).

The numbers were fitted by maximum likelihood to 107 measured mutations (ABL1 with four inhibitors, EGFR with gefitinib,
TRK) and rounded; docs/explanation/accuracy.md has them with positions, inhibitors and kinases left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.stats import sem

EFFECT_PER_CONTACT_KCAL_MOL: Final = 1.3 / 30
MOST_CONTACTS: Final = 60  # what a large side chain has whose every atom is at the ligand
NEAR_VARIANCE: Final = 0.8**2  # (kcal/mol)², of a site without contacts whose surroundings touch the ligand
VARIANCE_PER_CONTACT: Final = 0.7**2 / 30
FAR_VARIANCE: Final = 0.3**2  # where nothing that moves touches the ligand: 21 such rows are 0.24 from 0 (RMS)
ENERGY_VARIANCE_RATIO: Final = 2.0  # of the energies' error to the width of what geometry expects
DISAGREEMENT_KCAL_MOL: Final = 2.0  # half the range over dielectric constants that doubles the energies' variance


@dataclass(frozen=True)
class Belief:
    """A normal distribution of ddG, in kcal/mol."""

    mean_kcal_mol: float
    sd_kcal_mol: float


def expect_from_geometry(contacts: int, *, near: bool) -> Belief:
    """What ddG is likely to be when no energy is known.

    Parameters
    ----------
    contacts : int
        Pairs of heavy atoms within 5 Å between the ligand and the mutated side chains, in the wild type or in the
        mutant, whichever has more of them.
    near : bool
        Whether what moves with the site touches the ligand.
    """
    counted = min(contacts, MOST_CONTACTS)
    variance = NEAR_VARIANCE + VARIANCE_PER_CONTACT * counted if near else FAR_VARIANCE
    return Belief(EFFECT_PER_CONTACT_KCAL_MOL * counted, float(np.sqrt(variance)))


def read_energies(members: Sequence[Sequence[float]], expected: Belief) -> Belief:
    """What energies alone say.

    Parameters
    ----------
    members : sequence of sequences of float
        Damped double differences, kcal/mol: for each backbone those of every dielectric constant.
    expected : Belief
        From `expect_from_geometry`: where more can happen, more can go wrong.
    """
    disagreement = float(np.mean([np.ptp(each) / 2 for each in members]))
    variance = ENERGY_VARIANCE_RATIO * expected.sd_kcal_mol**2 * (1 + (disagreement / DISAGREEMENT_KCAL_MOL) ** 2)
    mean = float(np.mean([np.mean(each) for each in members]))
    return Belief(mean, float(np.hypot(np.sqrt(variance), standard_error(members) or 0.0)))


def standard_error(members: Sequence[Sequence[float]]) -> float | None:
    """Of the mean over backbones, kcal/mol; None for one. The parameters are those of `read_energies`."""
    values = [float(np.mean(each)) for each in members]
    return float(sem(values)) if len(values) > 1 else None


def weight_of_second(first: Belief, second: Belief) -> float:
    """Share (0 to 1) of the second of two independent beliefs in what follows from both."""
    return first.sd_kcal_mol**2 / (first.sd_kcal_mol**2 + second.sd_kcal_mol**2)


def join(first: Belief, second: Belief) -> Belief:
    """What follows from two independent beliefs: between them, and surer than either."""
    share = weight_of_second(first, second)
    mean = first.mean_kcal_mol + share * (second.mean_kcal_mol - first.mean_kcal_mol)
    return Belief(mean, float(np.sqrt(share)) * second.sd_kcal_mol)
