"""From the terms of the double difference to the number that is reported, its error and the verdict.

x is the double difference of relaxed end states, with dielectric constants of 1 and of 4 inside protein and ligand.
Neither is right: 1 is what the force field was made for and lets polar groups interact too strongly without water, 4
stands for what a protein's inside screens (Gilson & Honig 1986, Biopolymers 25:2097; Schutz & Warshel 2001,
10.1002/prot.1106). Their errors differ, so the mean is better than each. damp(x) = 4 asinh(x/4) is x when small and
grows like a logarithm: minimisation exaggerates. What energies say in this way is joined with what the contacts of the
side chain lead one to expect; `trkstruct.impact.posterior` has how, and on which data that was fitted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import ndtr

from trkstruct.case_parts import EnergyTerms
from trkstruct.impact.posterior import (
    Belief,
    expect_from_geometry,
    join,
    read_energies,
    standard_error,
    weight_of_second,
)
from trkstruct.records import Verdict
from trkstruct.settings import RESISTANCE_THRESHOLD_KCAL_MOL

LIKELY: Final = 0.66  # probability that is called likely; Mastrandrea 2010, IPCC guidance note

DAMPING_KCAL_MOL: Final = 4.0


@dataclass(frozen=True)
class DdgEstimate:
    """A ddG and its standard error, in kcal/mol, and what they were made from.

    Attributes
    ----------
    ddg_kcal_mol, error_kcal_mol : float
        From geometry and energies together; the error is one standard deviation.
    raw_kcal_mol : float
        Double difference, mean over the dielectric constants and backbones.
    terms : EnergyTerms
        The same mean of each term.
    geometry, energies : Belief
        What each of the two says alone.
    contacts : int
        Of the larger side chain with the ligand.
    backbones : int
    backbone_error_kcal_mol : float or None
        Standard error of the energies' mean over backbones: the part of their error that more backbones would lower.
        None for one.
    """

    ddg_kcal_mol: float
    error_kcal_mol: float
    raw_kcal_mol: float
    terms: EnergyTerms
    geometry: Belief
    energies: Belief
    contacts: int
    backbones: int = 1
    backbone_error_kcal_mol: float | None = None

    @property
    def energy_weight(self) -> float:
        """Share (0 to 1) of the energies in the answer; the rest is geometry's."""
        return weight_of_second(self.geometry, self.energies)


def calibrate(members: Sequence[Sequence[EnergyTerms]], *, contacts: int, near: bool) -> DdgEstimate:
    """The reported ddG from double differences and contacts.

    Parameters
    ----------
    members : sequence of sequences of EnergyTerms
        Mutant minus wild type, kcal/mol: for each backbone one for each dielectric constant.
    contacts : int
        As for `expect_from_geometry`.
    near : bool
        Whether the site reaches the ligand's surroundings.
    """
    geometry = expect_from_geometry(contacts, near=near)
    values = [[damped_kcal_mol(terms) for terms in each] for each in members]
    energies = read_energies(values, geometry)
    both, terms = join(geometry, energies), mean_terms([terms for each in members for terms in each])
    return DdgEstimate(
        ddg_kcal_mol=both.mean_kcal_mol,
        error_kcal_mol=both.sd_kcal_mol,
        raw_kcal_mol=terms.total,
        terms=terms,
        geometry=geometry,
        energies=energies,
        contacts=contacts,
        backbones=len(members),
        backbone_error_kcal_mol=standard_error(values),
    )


def damped_kcal_mol(terms: EnergyTerms) -> float:
    """One double difference, damped as in the module's first lines."""
    return DAMPING_KCAL_MOL * float(np.arcsinh(terms.total / DAMPING_KCAL_MOL))


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
