"""A finished scan in a folder, small and quick: what the tests of the report and of the plots look at."""

from pathlib import Path

from support.quick import QUICKEST
from support.run_and_load import run_and_load
from trkstruct.case_parts import CaseError
from trkstruct.cases.run_case import run_case
from trkstruct.cases.spec import CaseSpec
from trkstruct.records import Case
from trkstruct.report.results import Results

HOSTILE = "<img src=x onerror='window.hacked=1'>\"&{{7*7}}"


def make_folder(folder: Path) -> Results:
    """Run TRKA WT and G595R with larotrectinib; add a copy under a hostile ligand name, and a failed case."""
    specs = [
        CaseSpec(kinase="TRKA", mutation=mutation, ligand="larotrectinib", settings=QUICKEST)
        for mutation in ("WT", "G595R")
    ]
    results = run_and_load(specs, folder, run=run_case, workers=0)
    wild, mutant = results.cases
    error = CaseError(stage="relaxing", error_type="X", message="it <b>exploded</b>", repeat_command="trkstruct scan …")
    failed = Case(
        kinase="TRKA",
        gene="NTRK1",
        mutation="F589L",
        ligand="larotrectinib",
        structure=wild.structure,
        status="failed",
        regions=("gatekeeper",),
        error=error,
    )
    hostile = {"ligand": HOSTILE, "verdict": "resistant", "ddg_kcal_mol": 2.9}
    more = (wild.model_copy(update={"ligand": HOSTILE}), mutant.model_copy(update=hostile), failed)
    return results.model_copy(update={"cases": (*results.cases, *more)})


def many(results: Results, ligands: int = 10, mutants: int = 9) -> Results:
    """A scan of ``ligands`` x (the wild type and ``mutants``): copies of the two computed cases under other names."""
    wild, mutant = results.cases[:2]
    cases = []
    for ligand in (f"ligand {number}" for number in range(ligands)):
        cases.append(wild.model_copy(update={"ligand": ligand}))
        for number in range(mutants):
            ddg = 6.0 * number / mutants - 2.0
            cases.append(
                mutant.model_copy(update={"ligand": ligand, "mutation": f"G{595 + number}R", "ddg_kcal_mol": ddg})
            )
    return results.model_copy(update={"cases": tuple(cases)})
