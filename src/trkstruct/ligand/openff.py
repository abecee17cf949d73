"""OpenFF parameters of a ligand, where the OpenFF toolkit is installed (conda-forge: openmmforcefields)."""

from importlib.util import find_spec
from typing import Final
from xml.etree import ElementTree as ET

from rdkit import Chem

from trkstruct.errors import LigandError
from trkstruct.ligand.molecule import atom_names, build_3d
from trkstruct.residues import LIGAND_NAME

FORCE_FIELD: Final = "openff-2.2.1"  # Sage; Boothroyd 2023, 10.1021/acs.jctc.3c00039
SOURCE: Final = f"{FORCE_FIELD}/AM1-BCC"
_NEEDED: Final = ("openmmforcefields", "openff")


def check_openff() -> None:
    """Raise unless OpenFF can be imported.

    Raises
    ------
    LigandError
        With how to install it.
    """
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise LigandError(
            f"OpenFF parameters need {' and '.join(missing)}, which the Python package index has not: "
            "conda install -c conda-forge openmmforcefields."
        )


def openff_parameters(molecule: Chem.Mol) -> str:
    """OpenMM ForceField XML with a residue template ``LIG`` for a molecule in canonical atom order."""
    from openff.toolkit import Molecule
    from openmmforcefields.generators import SMIRNOFFTemplateGenerator

    embedded = molecule if molecule.GetNumConformers() else build_3d(molecule)
    described = Molecule.from_rdkit(embedded, allow_undefined_stereo=True, hydrogens_are_explicit=True)
    for atom, name in zip(described.atoms, atom_names(molecule), strict=True):
        atom.name = name
    generator = SMIRNOFFTemplateGenerator(molecules=[described], forcefield=FORCE_FIELD)
    root = ET.fromstring(generator.generate_residue_template(described))
    for residue in root.iterfind(".//Residues/Residue"):
        residue.set("name", LIGAND_NAME)
    return ET.tostring(root, encoding="unicode") + "\n"
