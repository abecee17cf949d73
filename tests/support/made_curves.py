"""Dose-response data of a known curve, with and without noise, and a table of them."""

import math
from pathlib import Path

import numpy as np

from trkstruct.potency.curve_fit import fit_dose_response
from trkstruct.potency.dose_response import Curve, CurveFit, DoseResponse, evaluate_curve

DOSES = np.repeat(np.geomspace(0.1, 10_000, 10), 2)
NORMALIZED = {"bottom": 0.0, "top": 100.0}


def make_data(
    curve: Curve, noise: float = 0.0, seed: int = 0, variant: str = "WT", doses: np.ndarray = DOSES, scale: float = 1.0
) -> DoseResponse:
    rng = np.random.default_rng(seed)
    response = evaluate_curve(curve, doses) + rng.normal(scale=noise, size=len(doses)) if noise else None
    response = evaluate_curve(curve, doses) if response is None else response
    return DoseResponse("drug", variant, "", doses, response * scale, np.ones(len(doses)))


def curve_at(ic50_nm: float, hill: float = 1.0) -> Curve:
    return Curve(0.0, 100.0, math.log10(ic50_nm), hill)


def fits(*ic50s: tuple[str, float], noise: float = 4) -> list[tuple[DoseResponse, CurveFit]]:
    curves = [make_data(curve_at(ic50), noise, seed, variant) for seed, (variant, ic50) in enumerate(ic50s)]
    return [(data, fit_dose_response(data, **NORMALIZED)) for data in curves]


def write_table(folder: Path, header: str = "compound,mutation,concentration_nm,response,replicate") -> Path:
    lines = [header]
    for seed, (variant, ic50) in enumerate((("WT", 0.9), ("G595R", 69.0), ("G667C", 500_000.0))):
        data = make_data(curve_at(ic50), 4, seed, variant)
        pairs = enumerate(zip(data.concentration_nm, data.response, strict=True))
        lines += [f"larotrectinib,{variant},{dose:.6g},{response:.4f},{i % 2}" for i, (dose, response) in pairs]
    path = folder / "assay.csv"
    path.write_text("\n".join(lines) + "\n")
    return path
