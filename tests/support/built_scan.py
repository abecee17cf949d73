"""A scan's folder made without minimising: shipped wild types, the mutant placed on them, their real clashes."""

from pathlib import Path

from trkstruct.case_parts import CaseFiles
from trkstruct.contacts.clashes import find_clashes
from trkstruct.contacts.hydrogen_bonds import count_contacts, hinge_hydrogen_bonds
from trkstruct.executor.output_folder import case_stem, write_results
from trkstruct.kinase.kinases import kinase_named
from trkstruct.ligand.reading import load_ligand
from trkstruct.records import Case
from trkstruct.report.results import Results
from trkstruct.residues import ResidueId
from trkstruct.settings import PRESETS
from trkstruct.sidechain.substitute import substitute
from trkstruct.structure.formats.writing import write_pdb
from trkstruct.structure.shipped_models import load_shipped

KEY = "0" * 64
SITE = ResidueId("A", 595)


def build_scan(folder: Path, ligands: tuple[str, ...] = ("larotrectinib",)) -> Results:
    """TRKA WT and G595R with each ligand; the mutant "after" relaxation is the one before it."""
    (folder / "complexes").mkdir(parents=True)
    cases = [case for mutation in ("WT", "G595R") for ligand in ligands for case in [_case(folder, mutation, ligand)]]
    results = Results(trkstruct_version="1", settings=PRESETS["fast"], versions={}, platform="CPU", cases=tuple(cases))
    write_results(folder, results)
    return results


def _case(folder: Path, mutation: str, ligand: str) -> Case:
    kinase, wild = kinase_named("TRKA"), load_shipped("TRKA", ligand)
    mutated = mutation != "WT"
    complex_ = substitute(wild, SITE, "ARG") if mutated else wild
    clashes = find_clashes(complex_, load_ligand(ligand), kinase=kinase)
    stem = f"complexes/{case_stem(f'TRKA {mutation} {ligand}', KEY)}"
    files = CaseFiles(complex=f"{stem}.pdb", before=f"{stem}-before.pdb" if mutated else None)
    for name in filter(None, (files.complex, files.before)):
        write_pdb(complex_, folder / name)
    return Case(
        kinase="TRKA",
        gene="NTRK1",
        mutation=mutation,
        ligand=ligand,
        structure=wild.source,
        status="ok",
        regions=("solvent front",) if mutated else (),
        sites=(str(SITE),) if mutated else (),
        clashes_before=clashes,
        clashes_after=clashes,
        contacts_lost=count_contacts(wild, SITE) - count_contacts(complex_, SITE) if mutated else None,
        ddg_kcal_mol=1.9 if mutated else 0.0,
        ddg_error_kcal_mol=1.3,
        verdict="uncertain" if mutated else None,
        hinge_hydrogen_bonds=hinge_hydrogen_bonds(complex_, kinase),
        files=files,
    )
