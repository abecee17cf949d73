"""Poses of a ligand that has none: in a kinase whose models ship, or in a structure of the user's own."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from trkstruct.errors import InputError
from trkstruct.kinase.kinases import Kinase, kinase_named
from trkstruct.ligand.ligand import Ligand
from trkstruct.ligand.reading import load_ligand
from trkstruct.pose.binding_type import conformation_warning
from trkstruct.pose.docking import EXHAUSTIVENESS
from trkstruct.pose.placing.starting import DEFAULT_SEARCH, POSES_RELAXED, PoseMethod, Search
from trkstruct.pose.posed_ligand import PosedLigand
from trkstruct.pose.search import find_posed_ligands, place_in_shipped
from trkstruct.preparation.prepared_file import prepare
from trkstruct.structure.numbering import ChainMatch, clinical_match, conformation_of
from trkstruct.structure.shipped_models import structure_path

if TYPE_CHECKING:
    from rdkit.Chem import Mol

_log = logging.getLogger(__name__)


def find_poses(
    kinase: str | None,
    ligand: "str | Mol",
    *,
    structure: str | Path | None = None,
    chain: str | None = None,
    method: PoseMethod = "auto",
    seed: int = 0,
    n_poses: int = POSES_RELAXED,
    exhaustiveness: int = EXHAUSTIVENESS,
) -> tuple[PosedLigand, ...]:
    """Poses of a ligand in a kinase whose models ship, or in a structure, the best first; as ``trkstruct pose``.

    Parameters
    ----------
    kinase : str or None
        A name or gene: ``TRKA``. With a structure None will do: its sequence tells.
    ligand : str or rdkit.Chem.Mol
        A name, SMILES or NAME=SMILES.
    structure : str or Path, optional
        A PDB or mmCIF file, or the name of a model that ships (``trka_4gt5``), to dock into.
    chain : str, optional
        Of that file.
    method, seed, n_poses, exhaustiveness
        As in `Search`.

    Raises
    ------
    InputError, LigandError, RelaxationError
        As `search_poses`.
    """
    asked = kinase_named(kinase) if kinase is not None else None
    search = Search(method, seed, n_poses, exhaustiveness)
    return search_poses(asked, load_ligand(ligand), search, structure=structure, chain=chain)


def search_poses(
    kinase: Kinase | None,
    ligand: Ligand,
    search: Search = DEFAULT_SEARCH,
    *,
    structure: str | Path | None = None,
    chain: str | None = None,
) -> tuple[PosedLigand, ...]:
    """Poses of a ligand, the best first; logs a warning when it does not bind the receptor's DFG state.

    Raises
    ------
    InputError
        When neither kinase nor structure is given, or the file holds another kinase, or none that is known here.
    LigandError
        As `find_posed_ligands`; in a structure, when docking is not installed.
    RelaxationError
        When no pose can be relaxed.
    """
    if structure is not None:
        poses, match = _place_in_structure(structure_path(structure), chain, kinase, ligand, search)
    elif kinase is not None:
        poses = place_in_shipped(kinase, ligand, search)
        match = clinical_match(poses[0].complex, kinase)
    else:
        raise InputError("Name a kinase whose models ship (TRKA, TRKB or TRKC), or a structure.")
    receptor = poses[0].complex
    warning = conformation_warning(ligand, conformation_of(receptor, match), Path(receptor.source).name)
    if warning:
        _log.warning(warning)
    return poses


def _place_in_structure(
    path: Path, chain: str | None, asked: Kinase | None, ligand: Ligand, search: Search
) -> tuple[tuple[PosedLigand, ...], ChainMatch | None]:
    preparation = prepare(path, chain=chain).preparation
    if preparation.kinase is None:
        raise InputError(
            f"{path.name} holds no kinase that is known here, so nobody knows where its ATP site lies: give a pose as "
            "an SDF file."
        )
    if asked not in (None, preparation.kinase):
        raise InputError(f"{path.name} holds {preparation.kinase.name}, not the {asked.name} asked for.")
    return find_posed_ligands(preparation.complex, preparation.kinase, ligand, None, search), preparation.match
