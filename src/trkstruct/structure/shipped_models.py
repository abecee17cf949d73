"""The prepared models that ship with trkstruct: what each is, and reading one."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trkstruct.errors import StructureError
from trkstruct.files.shipped import shipped_path

if TYPE_CHECKING:
    from trkstruct.structure.complex import Complex


@dataclass(frozen=True)
class StructureEntry:
    """One model of ``structures/manifest.toml``.

    Attributes
    ----------
    name, file : str
        ``trka_7vko_repotrectinib`` and its file in the folder.
    kinase : str
        ``TRKA``.
    pdb_id, resolution_angstrom : str, float
        Of the crystal that gives the coordinates; of the template when the model is threaded.
    dfg_state, dfg_helix_angstrom, dfg_lysine_angstrom : str, float, float
        Modi-Dunbrack state and its two distances, measured on the model.
    ligand : str
        Name of the shipped ligand; empty for an apo model.
    template : str
        Name of the model whose backbone was used; empty when the crystal is of this kinase.
    numbering : str
        What the residue numbers are.
    loops_built, side_chains_built, substituted, cis_peptides, notes : tuple of str
        What was modelled, and what else to know.
    source_rmsd_angstrom : float
        Heavy-atom RMSD of the atoms given by the source from where the source has them.
    pose_source : str
        Crystal ligand whose pose was transferred.
    pose_rmsd_angstrom : float or None
        Heavy-atom RMSD from the crystal pose of the same ligand; None where there is no such crystal.
    hinge_hydrogen_bond_angstrom : float or None
        Shortest donor-acceptor distance to the hinge.
    energy_kcal_mol : float
        After the last minimisation: of the whole domain for an apo model, of the pocket for a complex.
    rms_gradient_kcal_mol_angstrom : float or None
        Of that pocket; None for an apo model.
    sha256, built_with : str
        Checksum of the file; programs and versions.
    """

    name: str
    file: str
    kinase: str
    pdb_id: str
    resolution_angstrom: float
    dfg_state: str
    dfg_helix_angstrom: float
    dfg_lysine_angstrom: float
    numbering: str
    source_rmsd_angstrom: float
    sha256: str
    built_with: str
    energy_kcal_mol: float
    rms_gradient_kcal_mol_angstrom: float | None = None
    ligand: str = ""
    template: str = ""
    loops_built: tuple[str, ...] = ()
    side_chains_built: tuple[str, ...] = ()
    substituted: tuple[str, ...] = ()
    cis_peptides: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    pose_source: str = ""
    pose_rmsd_angstrom: float | None = None
    hinge_hydrogen_bond_angstrom: float | None = None

    @property
    def path(self) -> Path:
        """Where the file is."""
        return shipped_path("structures") / self.file


@cache
def manifest() -> tuple[StructureEntry, ...]:
    """Every shipped model in the order of the manifest: apo models, complexes, apo models in DFG-out.

    Raises
    ------
    StructureError
        When the manifest is missing.
    """
    path = shipped_path("structures") / "manifest.toml"
    if not path.is_file():
        raise StructureError(f"{path} is missing; reinstall the package, or run scripts/shipped/build_structures.py.")
    with path.open("rb") as stream:
        return tuple(_entry(row) for row in tomllib.load(stream)["structure"])


def find_entry(kinase: str, ligand: str | None = None) -> StructureEntry:
    """The model of a kinase with a ligand, or its first apo model when no ligand is named.

    Raises
    ------
    StructureError
        With what there is, when there is no such model.
    """
    for entry in manifest():
        if entry.kinase == kinase and entry.ligand == (ligand or ""):
            return entry
    what = f"{kinase} with {ligand}" if ligand else f"{kinase} without a ligand"
    known = ", ".join(entry.name for entry in manifest())
    raise StructureError(f"No prepared model of {what} ships with trkstruct. There are: {known}.")


def structure_path(structure: str | Path) -> Path:
    """The file of a shipped model that is named, such as ``trka_4gt5``; a path as it is."""
    named = [entry.path for entry in manifest() if entry.name == str(structure)]
    return named[0] if named else Path(structure)


def load_shipped(kinase: str, ligand: str | None = None) -> "Complex":
    """The relaxed wild-type complex of a kinase and a shipped ligand, or its first apo model.

    Protein chain ``A`` in clinical numbering, ligand ``LIG`` 1 in chain ``L``.

    Parameters
    ----------
    kinase : str
        ``TRKA``, ``TRKB`` or ``TRKC``.
    ligand : str, optional
        Name of a shipped ligand; None for the apo model.

    Raises
    ------
    StructureError
        When there is no such model.
    """
    return read_model(find_entry(kinase, ligand))


def read_model(entry: StructureEntry) -> "Complex":
    """The model of an entry of the manifest; as `load_shipped`."""
    from dataclasses import replace

    kept = _read_model(entry)
    return replace(kept, positions=kept.positions.copy())


@cache
def _read_model(entry: StructureEntry) -> "Complex":
    """Kept, because every case of a scan starts from one of a few; the topology is shared."""
    from dataclasses import replace

    from trkstruct.structure.reading import load_complex

    return replace(load_complex(entry.path, chain="A"), source=entry.name)


def _entry(row: dict[str, Any]) -> StructureEntry:
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    return StructureEntry(**values)
