"""Cases, clashes and results with plausible values, for what shows or stores them."""

from trkstruct.case_parts import Clash
from trkstruct.records import Case
from trkstruct.report.results import Results
from trkstruct.settings import Settings


def make_clash(overlap: float, severity: str, region: str = "solvent front") -> Clash:
    return Clash.model_validate(
        {
            "protein_atom": "A:ARG595:CZ",
            "ligand_atom": "C1",
            "distance_angstrom": 2.0,
            "overlap_angstrom": overlap,
            "severity": severity,
            "region": region,
        }
    )


def make_case(**changes: object) -> Case:
    values: dict[str, object] = {
        "kinase": "TRKA",
        "gene": "NTRK1",
        "mutation": "G595R",
        "ligand": "larotrectinib",
        "structure": "7VKO",
        "status": "ok",
        "regions": ("solvent front",),
        "clashes_before": (make_clash(1.54, "severe"), make_clash(1.9, "severe", "P-loop")),
        "clashes_after": (make_clash(0.54, "moderate"),),
        "occlusion": 0.934,
        "ddg_kcal_mol": 11.03,
        "ddg_error_kcal_mol": 3.21,
        "verdict": "resistant",
    }
    return Case.model_validate(values | changes)


def make_results(*cases: Case) -> Results:
    return Results(trkstruct_version="1", settings=Settings(), versions={}, platform="CPU", cases=cases)
