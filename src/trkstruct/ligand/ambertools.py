"""GAFF2 parameters of a molecule by running the AmberTools programs.

The programs are only ever run as separate processes: those on PATH, or those inside the optional ``acpype`` package.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal
from xml.etree import ElementTree as ET

from rdkit import Chem

from trkstruct.errors import LigandError
from trkstruct.ligand.gaff import write_forcefield
from trkstruct.ligand.molecule import atom_names, build_3d, canonical_smiles, mmff_charges
from trkstruct.ligand.template import TypedMolecule, exact_charges

ChargeMethod = Literal["AM1-BCC", "MMFF94"]

METHOD_VERSION: Final = "2"  # raise when anything that changes the parameters changes; part of the cache key
SOURCES: Final[dict[ChargeMethod, str]] = {
    "AM1-BCC": "GAFF2/AM1-BCC",  # Wang 2004, 10.1002/jcc.20035; Jakalian 2002, 10.1002/jcc.10128
    "MMFF94": "GAFF2/MMFF94 charges (not AM1-BCC)",
}
TIMEOUT_SECONDS: Final = 3600.0
PROBE_SECONDS: Final = 30.0


@dataclass(frozen=True)
class AmberTools:
    """Where the programs are: ``$AMBERHOME`` with ``bin``, ``lib`` and ``dat`` inside."""

    home: Path

    def command(self, program: str) -> str:
        """Path of a program."""
        return str(self.home / "bin" / program)

    def environment(self) -> dict[str, str]:
        """Environment of the programs: AMBERHOME, their own libraries first, one thread."""
        libraries = "DYLD_LIBRARY_PATH" if sys.platform == "darwin" else "LD_LIBRARY_PATH"
        paths = [str(self.home / "lib"), *filter(None, [os.environ.get(libraries)])]
        return os.environ | {"AMBERHOME": str(self.home), libraries: os.pathsep.join(paths), "OMP_NUM_THREADS": "1"}


def find_ambertools() -> AmberTools:
    """AmberTools from ``$AMBERHOME``, from PATH (conda), or from the installed ``acpype`` package, in this order.

    Raises
    ------
    LigandError
        When none holds ``antechamber`` and ``parmchk2``.
    """
    homes = [Path(os.environ["AMBERHOME"])] if os.environ.get("AMBERHOME") else []
    on_path = shutil.which("antechamber")
    if on_path:
        homes.append(Path(on_path).resolve().parents[1])
    acpype = importlib.util.find_spec("acpype")
    if acpype is not None and acpype.origin is not None:
        homes.append(Path(acpype.origin).parent / ("amber_macos" if sys.platform == "darwin" else "amber_linux"))
    for home in homes:
        if all((home / "bin" / program).exists() for program in ("antechamber", "parmchk2")):
            return AmberTools(home)
    raise LigandError(
        "This molecule has no shipped parameters, and AmberTools, which makes them, is not installed: "
        "pip install 'trkstruct[ambertools]', or put a conda AmberTools on PATH."
    )


def sqm_starts(tools: AmberTools) -> bool:
    """Whether the AM1 program runs here; the one inside ``acpype`` needs the system's LAPACK and ARPACK."""
    try:
        probe = subprocess.run(
            [tools.command("sqm"), "-h"], env=tools.environment(), capture_output=True, timeout=PROBE_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return probe.returncode == 0


def parameterize(molecule: Chem.Mol, tools: AmberTools, charge_method: ChargeMethod) -> str:
    """OpenMM ForceField XML with GAFF2 parameters and AM1-BCC or MMFF94 charges of a molecule in canonical order.

    Parameters
    ----------
    molecule : rdkit.Chem.Mol
        Explicit hydrogens; a conformer is used for the charges, or built when there is none.
    tools : AmberTools
        From ``find_ambertools``.
    charge_method : str
        ``AM1-BCC`` runs ``sqm`` (minutes); ``MMFF94`` takes a second.

    Raises
    ------
    LigandError
        When a program fails (its last lines are in the message) or takes more than an hour.
    """
    with tempfile.TemporaryDirectory(prefix="trkstruct-") as name:
        types, charges, frcmod = type_atoms(molecule, tools, charge_method, Path(name))
        exact = exact_charges(charges, Chem.GetFormalCharge(molecule))
        return _write(molecule, types, exact, tools, frcmod, charge_method)


def type_atoms(
    molecule: Chem.Mol, tools: AmberTools, charge_method: ChargeMethod, folder: Path
) -> tuple[list[str], list[float], Path]:
    """GAFF2 types, charges (e, as the program rounds them) and the frcmod file that parmchk2 leaves in a folder."""
    embedded = molecule if molecule.GetNumConformers() else build_3d(molecule)
    Chem.MolToMolFile(embedded, str(folder / "in.mol"))
    charge_options = ["-nc", str(Chem.GetFormalCharge(molecule))]
    if charge_method == "AM1-BCC":
        charge_options += ["-c", "bcc"]
    formats = ["-i", "in.mol", "-fi", "mdl", "-o", "out.mol2", "-fo", "mol2"]
    _run(tools, ["antechamber", *formats, "-at", "gaff2", "-dr", "no", "-pf", "y", *charge_options], folder, "out.mol2")
    # "-s gaff2" is silently read as GAFF 1, whose values would then replace GAFF2's own; 2 is GAFF2
    _run(tools, ["parmchk2", "-i", "out.mol2", "-f", "mol2", "-o", "out.frcmod", "-s", "2"], folder, "out.frcmod")
    types, charges = _read_mol2(folder / "out.mol2")
    if charge_method == "MMFF94":
        charges = mmff_charges(molecule).tolist()
    return types, charges, folder / "out.frcmod"


def rename_atoms(xml: str, new_name: dict[str, str]) -> str:
    """The XML with the template's atoms renamed; the order of the template's atoms stays.

    Raises
    ------
    LigandError
        When the template has an atom that is not in ``new_name``.
    """
    root = ET.fromstring(xml)
    try:
        for atom in root.iterfind(".//Residue/Atom"):
            atom.set("name", new_name[atom.attrib["name"]])
        for bond in root.iterfind(".//Residue/Bond"):
            bond.set("atomName1", new_name[bond.attrib["atomName1"]])
            bond.set("atomName2", new_name[bond.attrib["atomName2"]])
    except KeyError as missing:
        raise LigandError(
            f"The parameters name an atom {missing} that the ligand does not have; clear the parameter cache."
        ) from missing
    return ET.tostring(root, encoding="unicode") + "\n"


def _run(tools: AmberTools, command: list[str], folder: Path, product: str) -> None:
    program, *arguments = command
    try:
        done = subprocess.run(
            [tools.command(program), *arguments],
            cwd=folder,
            env=tools.environment(),
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise LigandError(
            f"{program} did not end within {TIMEOUT_SECONDS:.0f} s; MMFF94 charges (--parameters mmff94) take a second."
        ) from error
    if done.returncode or not (folder / product).exists():
        said = "\n  ".join((done.stdout + done.stderr).strip().splitlines()[-6:])
        raise LigandError(
            f"{program} failed with code {done.returncode} on this molecule; check its charges and hydrogens:\n  {said}"
        )


def _read_mol2(path: Path) -> tuple[list[str], list[float]]:
    """GAFF2 types and charges (e) of the atoms of a mol2 file written by antechamber."""
    _, _, rest = path.read_text(encoding="utf-8").partition("@<TRIPOS>ATOM\n")
    rows = [line.split() for line in rest.partition("@<TRIPOS>BOND")[0].splitlines() if line.strip()]
    return [row[5] for row in rows], [float(row[8]) for row in rows]


def _write(
    molecule: Chem.Mol,
    types: list[str],
    charges: tuple[float, ...],
    tools: AmberTools,
    frcmod: Path,
    method: ChargeMethod,
) -> str:
    try:
        from parmed.amber import AmberParameterSet
    except ImportError as missing:
        raise LigandError("Reading GAFF2 needs ParmEd: pip install 'trkstruct[ambertools]'.") from missing
    atoms = list(molecule.GetAtoms())
    typed = TypedMolecule(
        names=atom_names(molecule),
        elements=tuple(atom.GetSymbol() for atom in atoms),
        masses=tuple(atom.GetMass() for atom in atoms),
        types=tuple(types),
        charges=charges,
        bonds=tuple((bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()) for bond in molecule.GetBonds()),
    )
    parameters = AmberParameterSet(str(tools.home / "dat" / "leap" / "parm" / "gaff2.dat"), str(frcmod))
    info = {"Smiles": canonical_smiles(molecule), "Method": SOURCES[method], "MethodVersion": METHOD_VERSION}
    return write_forcefield(typed, parameters, info)
