"""Sessions for PyMOL and ChimeraX: per case one script each, beside its complexes, that opens and shows them."""

from pathlib import Path
from typing import Final

from trkstruct.files.outputs import safe_label, write_atomic
from trkstruct.files.run_folder import refuse_links_out
from trkstruct.records import Case, Results
from trkstruct.report.scene.case_scene import CaseScene
from trkstruct.report.scene.chimerax import chimerax_script
from trkstruct.report.scene.pymol import pymol_script
from trkstruct.report.scene.snapshots import load_snapshots, mutated_residues, pair_of, wild_types
from trkstruct.report.scene.viewpoint import choose_viewpoint

SCRIPTS: Final = {".pml": pymol_script, ".cxc": chimerax_script}


def write_sessions(results: Results, folder: Path) -> tuple[Path, ...]:
    """Write the scripts of every case that has a complex, under its name with the endings ``.pml`` and ``.cxc``.

    Raises
    ------
    InputError
        When a complex is missing or the folder cannot be written.
    """
    refuse_links_out(folder)
    wild = wild_types(results.cases)
    written = []
    for case in results.cases:
        if case.files.complex is None:
            continue
        scene = load_case_scene(case, wild.get(pair_of(case)), folder)
        for suffix, script in SCRIPTS.items():
            path = (folder / case.files.complex).with_suffix(suffix)
            write_atomic(path, script(scene))
            written.append(path)
    return tuple(written)


def load_case_scene(case: Case, wild: Case | None, folder: Path) -> CaseScene:
    """Read the complexes of a case that has them.

    Raises
    ------
    InputError
        When one of them is not there.
    """
    snapshots, sites = load_snapshots(case, wild, folder), mutated_residues(case)
    names = {"wild": wild.files.complex if wild else None, "before": case.files.before, "after": case.files.complex}
    return CaseScene(
        title=safe_label(f"{case.kinase} {case.mutation} {case.ligand}"),
        snapshots=snapshots,
        files={name: Path(names[name] or "").name for name in snapshots},
        sites=tuple(sites),
        viewpoint=choose_viewpoint(snapshots["after"].atoms, sites),
    )
