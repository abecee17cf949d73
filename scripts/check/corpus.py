"""Put every structure file of a folder through `trkstruct prepare`, and known kinases through `trkstruct scan`.

    python scripts/check/corpus.py --sources DIR [--scan] [--only PATTERN]... [-o corpus-out]

Writes ``corpus.csv`` and prints it as a Markdown table: what each file is, what was built, and what a scan of one
mutation (the solvent front of a TRK kinase to Arg, ABL1 T315I) says. Nothing is adjusted by hand for any file: a file's
ligand is used where it has one, otherwise a pose of the drug beside it (``..._ligand.sdf``, ``../ligands/DRUG.sdf``);
where there is none, or it lies elsewhere, the drug is docked, larotrectinib where a name has none. A file takes
1 to 40 s of CPU time, a scan as much again, docking two minutes. Rows are written as they are done; the same command
continues.
"""

import argparse
import csv
import io
import sys
import time
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path
from tempfile import TemporaryDirectory

from trkstruct.cases.plan import plan_and_check
from trkstruct.cases.run_case import run_case
from trkstruct.errors import InputError, RelaxationError
from trkstruct.files.outputs import write_bytes
from trkstruct.preparation.preparation_report import PreparationReport, describe_preparation
from trkstruct.preparation.prepared_file import prepare
from trkstruct.settings import PRESETS

SUFFIXES = (".pdb", ".cif", ".mmcif", ".ent", ".pdb.gz", ".cif.gz")
DRUGS = {
    "larotrectinib": "larotrectinib",
    "entrectinib": "entrectinib",
    "selitrectinib": "selitrectinib",
    "repotrectinib": "repotrectinib",
    "imatinib": "imatinib=Cc1ccc(NC(=O)c2ccc(C[NH+]3CCN(C)CC3)cc2)cc1Nc1nccc(-c2cccnc2)n1",
    "dasatinib": "dasatinib=Cc1nc(Nc2ncc(C(=O)Nc3c(C)cccc3Cl)s2)cc(N2CCN(CCO)CC2)n1",
    "axitinib": "axitinib=CNC(=O)c1ccccc1Sc1ccc2c(/C=C/c3ccccn3)n[nH]c2c1",
}
"""Drug by its name in a file's name; what ships, or its SMILES."""
DOCKED_DRUG = "larotrectinib"  # where a file's name names none
MUTATIONS = {"TRKA": "G595R", "TRKB": "G639R", "TRKC": "G623R", "ABL1": "T315I"}
COLUMNS = ("file", "kinase", "method", "dfg", "ligand", "loops", "side chains", "gaps", "to check", "s", "scan")


def main(argv: Sequence[str] | None = None) -> int:
    """Run, write the table; 1 when a file of a protein fails."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=Path, required=True, help="folder with structure files, searched through")
    parser.add_argument("--scan", action="store_true", help="scan one mutation of each file with a known drug too")
    parser.add_argument("--only", action="append", default=[], help="files of that name only; * allowed")
    parser.add_argument("-o", "--output", type=Path, default=Path("corpus-out"))
    arguments = parser.parse_args(argv)
    arguments.output.mkdir(parents=True, exist_ok=True)
    output = arguments.output / "corpus.csv"
    rows = read_rows(output)
    known = {row["file"] for row in rows}
    for path in structure_files(arguments.sources, arguments.only):
        if str(path.relative_to(arguments.sources)) not in known:
            rows.append(row_of(path, arguments.sources, scan=arguments.scan))
            write_rows(rows, output)
            print("| " + " | ".join(rows[-1].values()) + " |", flush=True)
    failed = [row["file"] for row in rows if "failed" in row["kinase"] or "failed" in row["scan"]]
    print(f"{len(rows)} files, {len(failed)} failed: {', '.join(failed) or 'none'}", file=sys.stderr)
    return 1 if failed else 0


def read_rows(path: Path) -> list[dict[str, str]]:
    """Rows of a run before."""
    if not path.is_file():
        return []
    with path.open(newline="", encoding="utf-8") as table:
        return list(csv.DictReader(table))


def write_rows(rows: Sequence[dict[str, str]], path: Path) -> None:
    """The table so far, whole at any moment."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_bytes(path, text.getvalue().encode())


def structure_files(folder: Path, only: Sequence[str] = ()) -> list[Path]:
    """Every structure file below a folder that holds a protein, in order of its name."""
    paths = sorted(path for path in folder.rglob("*") if path.name.lower().endswith(SUFFIXES))
    wanted = [path for path in paths if not only or any(fnmatch(path.name, pattern) for pattern in only)]
    return [path for path in wanted if b"\nATOM  " in b"\n" + path.read_bytes()]


def row_of(path: Path, root: Path, *, scan: bool) -> dict[str, str]:
    """What happened to one file."""
    started = time.process_time()
    try:
        report = describe_preparation(prepare(path))
    except (InputError, RelaxationError) as error:
        cells = [str(path.relative_to(root)), f"failed: {error}", *[""] * (len(COLUMNS) - 2)]
        return dict(zip(COLUMNS, cells, strict=True))
    seconds = f"{time.process_time() - started:.0f}"
    scanned = "; ".join(scan_of(path, report)) if scan else ""
    cells = [
        str(path.relative_to(root)),
        report.kinase or "unknown",
        report.method or "not said",
        report.dfg_state or "none",
        report.ligand or "none",
        ", ".join(loop.split()[0] for loop in report.loops_built) or "none",
        str(len(report.side_chains_built)),
        ", ".join(_gap(note) for note in report.done if "capped" in note) or "none",
        str(len(report.check)),
        seconds,
        scanned,
    ]
    return dict(zip(COLUMNS, cells, strict=True))


def _gap(note: str) -> str:
    return note.split(" are ")[0].removeprefix("Residues ")


def scan_of(path: Path, report: PreparationReport) -> Iterator[str]:
    """What a scan of the usual mutation says, for the drug that the file's name names, or else a docked one."""
    if report.kinase not in MUTATIONS:
        yield "not scanned: no kinase that is known here"
        return
    for drug in [drug for drug in DRUGS if drug in path.name] or [DOCKED_DRUG]:
        pose = None if report.ligand else pose_beside(path, drug)
        for ligand in (pose, DRUGS[drug]) if pose else (DRUGS[drug],):
            try:
                yield f"{drug} {scan_once(path, MUTATIONS[report.kinase], ligand)}"
            except InputError as error:  # a pose that lies elsewhere: the ligand is docked, as the message advises
                yield f"{drug} refused: {error}" if ligand == pose else f"{drug} failed: {error}"
            else:
                break


def scan_once(path: Path, mutation: str, ligand: str) -> str:
    """What a scan of one mutation says of one ligand: the mutation and its ddG, or why it failed."""
    spec = plan_and_check((), (mutation,), (ligand,), PRESETS["fast"], structure=str(path))[-1]
    with TemporaryDirectory() as folder:
        case = run_case(spec, Path(folder)).case
    if case.error is not None:
        return f"failed: {case.error.message}"
    return f"{case.mutation} {case.ddg_kcal_mol:+.1f} ± {case.ddg_error_kcal_mol:.1f}"


def pose_beside(path: Path, drug: str) -> str | None:
    """A file with the drug's pose in the frame of a structure file that has no ligand."""
    own = path.with_name(path.stem.replace("protein", "ligand") + ".sdf")
    poses = [pose for pose in (own, path.parent.parent / "ligands" / f"{drug}.sdf") if pose.is_file()]
    return str(poses[0]) if poses else None


if __name__ == "__main__":
    sys.exit(main())
