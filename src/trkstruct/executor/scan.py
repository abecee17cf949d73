"""Many mutations against many ligands, from Python."""

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from trkstruct.cases.plan import as_texts, plan_and_check
from trkstruct.cases.run_case import run_case
from trkstruct.executor.progress import show_progress
from trkstruct.executor.run import REPORTED_CASES, run_plan
from trkstruct.executor.run_options import RunOptions
from trkstruct.kinase.described_kinase import knowing_files
from trkstruct.ligand.naming.records import ligand_texts
from trkstruct.report.page.page import write_report
from trkstruct.report.results import Results, load_results
from trkstruct.report.scene.scripts import write_sessions
from trkstruct.settings import Preset, Settings, chosen_settings

if TYPE_CHECKING:
    from rdkit.Chem import Mol


def scan(
    kinases: str | Sequence[str] = (),
    mutations: str | Sequence[str] = (),
    ligands: "str | Mol | Sequence[str | Mol]" = (),
    *,
    preset: Preset | None = None,
    settings: Settings | None = None,
    structure: str | Path | None = None,
    chain: str | None = None,
    ligand_residue: str | None = None,
    build_ligand: bool = True,
    kinase_files: "str | Path | Sequence[str | Path]" = (),
    out_dir: str | Path = "trkstruct-out",
    workers: int = 0,
    scheduler: str | None = None,
    keep_complexes: bool = True,
    progress: bool = False,
) -> Results:
    """Run mutations against ligands; without any argument, the whole panel.

    Parameters
    ----------
    kinases, mutations, ligands : str or sequence of str
        As on the command line: ``TRKA``; ``G595R`` or ``F589L+G595R``; a known name, SMILES, NAME=SMILES or a file, of
        which each record is a ligand; or RDKit molecules: one with a 3D conformer brings its pose.
        `trkstruct.kinases`, `trkstruct.mutations` and `trkstruct.ligands` list what is known.
    preset : {"fast", "standard", "careful"}, optional
        Time against noise; standard by default.
    settings : Settings, optional
        More than a preset says, in its place.
    structure, chain, ligand_residue : optional
        A structure of one's own instead of the shipped ones.
    build_ligand : bool
        Whether heavy atoms of the ligand that such a structure lacks are built; False refuses it.
    kinase_files : str, Path or sequence of these, optional
        TOML files of kinases of one's own (docs/how-to/own-kinase.md), known in this scan beside those that are kept.
    out_dir : str or Path
        Gets ``results.json``, ``results.csv``, ``report.html``, and the complexes with a script each for PyMOL and
        ChimeraX; of more than 5000 cases no page and no scripts. Finished cases found there under the same inputs are
        not computed again.
    workers : int
        Processes; 0 runs in this one. A script that asks for more needs ``if __name__ == "__main__":`` around its main
        part, as every use of ``multiprocessing`` does.
    scheduler : str, optional
        Address of a Dask scheduler, such as ``tcp://host:8786``, whose workers run the cases instead.
    keep_complexes : bool
        False leaves out the complexes and what shows them.
    progress : bool
        Whether stderr shows how far it is and how much time is left: a bar on a terminal, lines elsewhere.

    Raises
    ------
    InputError
        Before anything is written, when an argument cannot be used.
    RelaxationError
        Before anything is written, when the platform asked for is not there.
    RunError
        When the run cannot go on, for example because the disk is full; the same call continues it.
    """
    with knowing_files(kinase_files):
        specs = plan_and_check(
            as_texts(kinases, "kinases"),
            as_texts(mutations, "mutations"),
            ligand_texts(ligands),
            chosen_settings(preset, settings),
            structure=None if structure is None else str(structure),
            chain=chain,
            ligand_residue=ligand_residue,
            build_ligand=build_ligand,
        )
        options = RunOptions(workers=workers, scheduler=scheduler, keep_complexes=keep_complexes)
        with show_progress(len(specs)) if progress else nullcontext() as on_done:
            run_plan(specs, Path(out_dir), run_case, options, on_done)
        results = load_results(out_dir)
        if len(results.cases) <= REPORTED_CASES:
            write_report(results, Path(out_dir))
            write_sessions(results, Path(out_dir))
        return results
