"""Wild type and mutant IC50 to fold change and apparent ddG, with intervals or bounds."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from trkstruct.errors import InputError
from trkstruct.kinase.evidence import apparent_ddg_kcal_mol
from trkstruct.kinase.mutation import WILD_TYPE
from trkstruct.potency.dose_response import CurveFit, DoseResponse, cheng_prusoff, evaluate_curve, mean_responses
from trkstruct.records import Case

Qualifier = Literal["=", ">", "<", "unknown"]


@dataclass(frozen=True)
class FoldChange:
    """What a mutation does to potency; positive ddG = weaker.

    Attributes
    ----------
    qualifier : str
        ``=``; ``>`` or ``<`` when ``fold`` is a bound, for an IC50 lies beyond the doses; ``unknown``.
    fold, low, high : float or None
        Mutant / wild type with its 95 % interval; of Ki where ATP and Km were given, of IC50 otherwise.
    ddg_kcal_mol, ddg_low_kcal_mol, ddg_high_kcal_mol : float or None
        RT ln(fold) at 298.15 K: apparent, for potency need not follow affinity.
    basis : str
        ``IC50`` or ``Ki``.
    """

    kinase: str
    compound: str
    variant: str
    qualifier: Qualifier
    fold: float | None
    low: float | None
    high: float | None
    ddg_kcal_mol: float | None
    ddg_low_kcal_mol: float | None
    ddg_high_kcal_mol: float | None
    basis: str


@dataclass(frozen=True)
class Compared:
    """A measured fold change and the case predicted for it; None where the scan has no such case."""

    measured: FoldChange
    case: Case | None


def fold_changes_of(
    curves: Sequence[tuple[DoseResponse, CurveFit]], *, atp: float | None = None, km: Mapping[str, float] | None = None
) -> tuple[FoldChange, ...]:
    """The fold change of every mutant whose wild type was measured with the same kinase and compound.

    Parameters
    ----------
    curves : sequence of (DoseResponse, CurveFit)
    atp : float, optional
        Concentration of ATP in the assay, in the unit of ``km``.
    km : mapping, optional
        Km for ATP of each variant (``WT`` included); the key ``""`` stands for all that are not named.
        With both, potencies become Ki values (Cheng 1973, 10.1016/0006-2952(73)90196-2).

    Raises
    ------
    InputError
        When only one of ATP and Km is given, or no Km for a variant.
    """
    if (atp is None) != (not km):
        raise InputError("Cheng-Prusoff needs both the concentration of ATP and Km; give --atp and --km, or neither.")
    wild_types = {(d.kinase, d.compound): fit for d, fit in curves if d.variant == WILD_TYPE}
    kinase_less = {compound: fit for (_, compound), fit in wild_types.items()} if _one_kinase(curves) else {}
    folds = []
    for data, fit in curves:
        wild_type = wild_types.get((data.kinase, data.compound)) or kinase_less.get(data.compound)
        if data.variant == WILD_TYPE or wild_type is None:
            continue
        factor = 1.0
        if atp is not None and km is not None:
            factor = cheng_prusoff(1.0, atp, _km_of(data.variant, km)) / cheng_prusoff(1.0, atp, _km_of(WILD_TYPE, km))
        folds.append(
            _fold(data, wild_type, _without_response(data, fit, wild_type), factor, "IC50" if atp is None else "Ki")
        )
    return tuple(folds)


def compare_with_cases(folds: Sequence[FoldChange], cases: Sequence[Case]) -> tuple[Compared, ...]:
    """Each fold change beside the prediction for the same mutation and ligand (and kinase, where it is named)."""
    return tuple(Compared(fold, _find_case(fold, cases)) for fold in folds)


def _without_response(data: DoseResponse, fit: CurveFit, wild_type: CurveFit) -> CurveFit:
    """A flat curve read by the wild type's plateaus: no effect at any dose, or the full effect at the lowest.

    Neither where some doses are nearer to one plateau and some to the other, which is scatter and not a flat curve.
    """
    if fit.status != "no response" or wild_type.curve is None:
        return fit
    untreated, treated = evaluate_curve(wild_type.curve, np.array([0.0, np.inf]))
    means = mean_responses(data)
    means = means[np.isfinite(means)]  # a dose may weigh nothing
    without_effect = abs(means - untreated) < abs(means - treated)
    if without_effect.all():
        return replace(fit, status="above range", low_nm=fit.highest_nm)
    return fit if without_effect.any() else replace(fit, status="below range", high_nm=fit.lowest_nm)


def _one_kinase(curves: Sequence[tuple[DoseResponse, CurveFit]]) -> bool:
    """A wild type is written ``WT``, without the kinase that its mutants imply."""
    return len({data.kinase for data, _ in curves if data.kinase}) <= 1


def _km_of(variant: str, km: Mapping[str, float]) -> float:
    if variant not in km and "" not in km:
        raise InputError(f"No Km for {variant}; give --km {variant}=VALUE, or one --km VALUE for all.")
    return km.get(variant, km.get("", 0.0))


def _fold(data: DoseResponse, wild_type: CurveFit, mutant: CurveFit, factor: float, basis: str) -> FoldChange:
    name = (data.kinase, data.compound, data.variant)
    if wild_type.ic50_nm is not None and mutant.ic50_nm is not None:
        fold = mutant.ic50_nm / wild_type.ic50_nm
        low, high = _ratio_limits(wild_type, mutant)
        fold, low, high = fold * factor, low * factor, high * factor
        ddg, ddg_low, ddg_high = (apparent_ddg_kcal_mol(value) for value in (fold, low, high))
        return FoldChange(*name, "=", fold, low, high, ddg, ddg_low, ddg_high, basis)
    bound, qualifier = _bound(wild_type, mutant)
    if bound is None:
        return FoldChange(*name, "unknown", None, None, None, None, None, None, basis)
    value = bound * factor
    return FoldChange(*name, qualifier, value, None, None, apparent_ddg_kcal_mol(value), None, None, basis)


def _ratio_limits(wild_type: CurveFit, mutant: CurveFit) -> tuple[float, float]:
    """95 % limits of a ratio from those of its parts, which may be asymmetric: MOVER, Zou 2008, 10.1002/sim.3095."""
    w, w_low, w_high = _logs(wild_type)
    m, m_low, m_high = _logs(mutant)
    difference = m - w
    low = difference - math.hypot(m - m_low, w_high - w)
    high = difference + math.hypot(m_high - m, w - w_low)
    return math.exp(low), math.exp(high)


def _logs(fit: CurveFit) -> tuple[float, float, float]:
    values = (fit.ic50_nm, fit.low_nm, fit.high_nm)
    if None in values:
        raise InputError("An IC50 without limits cannot enter a ratio.")
    first, low, high = (math.log(value) for value in values if value is not None)
    return first, low, high


def _bound(wild_type: CurveFit, mutant: CurveFit) -> tuple[float | None, Qualifier]:
    """The bound that follows when one IC50 lies beyond the doses tested; of an interval, its nearer end counts."""
    if mutant.low_nm is not None and wild_type.high_nm is not None:
        return mutant.low_nm / wild_type.high_nm, ">"
    if mutant.high_nm is not None and wild_type.low_nm is not None:
        return mutant.high_nm / wild_type.low_nm, "<"
    return None, "unknown"


def _find_case(fold: FoldChange, cases: Sequence[Case]) -> Case | None:
    found = [
        case
        for case in cases
        if case.mutation == fold.variant
        and case.ligand.lower() == fold.compound.lower()
        and fold.kinase in ("", case.kinase)
    ]
    if len(found) > 1:
        kinases = ", ".join(case.kinase for case in found)
        raise InputError(
            f"{fold.variant} with {fold.compound} is in the scan for {kinases}; add a column kinase to the assay table."
        )
    return found[0] if found else None
