"""Ligands of kinases whose poses are known, in one frame: ``data/known_poses.sdf``.

``scripts/shipped/build_pose_library.py`` writes that file.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from rdkit import Chem

from trkstruct.files.shipped import data_path
from trkstruct.ligand.ligand import Ligand

LIBRARY: Final = "known_poses.sdf"


@dataclass(frozen=True)
class KnownPose:
    """A computed ligand where a crystal, or a model after one, has it, in the common frame (`frame`).

    Attributes
    ----------
    ligand : Ligand
        With its coordinates; without parameters.
    skeleton : str
        First block of its InChIKey.
    kinase, pdb_id, component : str
        ``MET``, ``2WGJ``, ``VGH``.
    dfg_state : str
    hinge_bonds : tuple of str
        Donor and acceptor of each hydrogen bond to the hinge.
    hinge_atoms : tuple of int
        Indices of the ligand's heavy atoms in those.
    moved_angstrom : float
        Heavy-atom RMSD from where the source has it.
    """

    ligand: Ligand
    skeleton: str
    kinase: str
    pdb_id: str
    component: str
    dfg_state: str
    hinge_bonds: tuple[str, ...]
    hinge_atoms: tuple[int, ...]
    moved_angstrom: float

    @property
    def name(self) -> str:
        """``crizotinib of MET 2WGJ``."""
        return f"{self.ligand.name} of {self.kinase} {self.pdb_id}"


@cache
def known_poses() -> tuple[KnownPose, ...]:
    """Every known pose, in the order of the library."""
    return tuple(_read())


def _read() -> Iterator[KnownPose]:
    for record in data_path(LIBRARY).read_text(encoding="utf-8").split("$$$$\n"):
        if record.strip():
            molblock = record.partition("M  END")[0] + "M  END\n"
            yield _entry(molblock, _properties(record))


def _entry(molblock: str, said: dict[str, str]) -> KnownPose:
    molecule = Chem.MolFromMolBlock(molblock)
    ligand = Ligand(
        name=said["name"],
        smiles=Chem.MolToSmiles(molecule),
        formal_charge=Chem.GetFormalCharge(molecule),
        molblock=molblock,
        atom_names=(),
        parameters_xml=None,
        parameter_source="",
        generation=None,
        has_pose=True,
    )
    return KnownPose(
        ligand=ligand,
        skeleton=said["skeleton"],
        kinase=said["kinase"],
        pdb_id=said["pdb_id"],
        component=said["component"],
        dfg_state=said["dfg_state"],
        hinge_bonds=tuple(said["hinge_bonds"].split("; ")) if said["hinge_bonds"] else (),
        hinge_atoms=tuple(int(index) for index in said["hinge_atoms"].split()),
        moved_angstrom=float(said["moved_angstrom"]),
    )


def _properties(record: str) -> dict[str, str]:
    """What an SDF record says beneath the molecule: ``> <name>``, the value, an empty line."""
    parts = record.split("> <")[1:]
    return {name: value.split("\n\n")[0].strip("\n") for name, _, value in (part.partition(">\n") for part in parts)}
