"""A user's own ligands: added once from a SMILES, then known by name everywhere."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict

from rdkit import Chem, rdBase

from trkstruct.errors import LigandError
from trkstruct.ligand.ligand import Ligand
from trkstruct.ligand.molecule import enumerate_stereo
from trkstruct.ligand.naming.inhibitors import find_inhibitor
from trkstruct.ligand.naming.records import SMILES_SUFFIXES
from trkstruct.ligand.parameters import MethodName
from trkstruct.ligand.reading import PHYSIOLOGICAL_PH, POSE_SUFFIXES, build_ligand, load_ligand, split_name
from trkstruct.ligand.shipped_ligands import is_shipped, shipped_ligands
from trkstruct.ligand.stored_ligands import STORED_SUFFIX, check_stored_name, stored_names, stored_path, write_stored


def add_ligand(
    name: str,
    smiles: str,
    *,
    ph: float | None = PHYSIOLOGICAL_PH,
    parameters: MethodName = "auto",
    replace: bool = False,
) -> Ligand:
    """Make a ligand from a SMILES and store it under a name.

    Parameters
    ----------
    name : str
        Letters, digits, ``-`` and ``_``.
    smiles : str
        Salts are stripped; every stereocentre must be defined.
    ph : float or None
        None takes the protonation state as drawn.
    parameters : str
        ``auto``, or one method of `trkstruct.ligand.parameters`.
    replace : bool
        Whether a stored ligand of that name may be replaced by another molecule.

    Raises
    ------
    LigandError
        When the name is taken or ambiguous, the SMILES cannot be used, or parameters cannot be made.
    """
    return add_ligands({name: smiles}, ph=ph, parameters=parameters, replace=replace)[0]


def add_ligands(
    smiles_of: Mapping[str, str],
    *,
    ph: float | None = PHYSIOLOGICAL_PH,
    parameters: MethodName = "auto",
    replace: bool = False,
) -> tuple[Ligand, ...]:
    """Make several ligands, and store them once all of them could be made; see `add_ligand`.

    Raises
    ------
    LigandError
        As `add_ligand`; none is stored then.
    """
    for name in smiles_of:
        _check_name(name)
    made = [build_ligand(smiles, name, ph=ph, parameters=parameters) for name, smiles in smiles_of.items()]
    for ligand in made:
        write_stored(ligand.name, asdict(ligand), replace=replace)
    return tuple(made)


def stored_ligands() -> tuple[Ligand, ...]:
    """The stored ligands, by name."""
    return tuple(load_ligand(name) for name in stored_names())


def expand_stereo(texts: Iterable[str]) -> tuple[str, ...]:
    """The ligands with every one whose SMILES leaves stereocentres open replaced by its isomers, ``NAME_1=SMILES`` on.

    Names of shipped and stored ligands, and files, stay as they are.
    """
    expanded: list[str] = []
    for text in texts:
        if _is_known(text):
            expanded.append(text)
            continue
        name, smiles = split_name(text)
        isomers = enumerate_stereo(smiles)
        names = [f"{name or 'isomer'}_{number}" for number in range(1, len(isomers) + 1)]
        many = [f"{one}={isomer}" for one, isomer in zip(names, isomers, strict=True)]
        expanded += many if len(isomers) > 1 else [text]
    return tuple(expanded)


def _check_name(name: str) -> None:
    if is_shipped(name):
        raise LigandError(f"{name} ships with trkstruct ({', '.join(shipped_ligands())}); choose another name.")
    check_stored_name(name)
    with rdBase.BlockLogs():
        if Chem.MolFromSmiles(name) is not None:
            raise LigandError(f"{name!r} is a SMILES too, so it cannot name a ligand; choose another name.")


def _is_known(text: str) -> bool:
    known = find_inhibitor(text) is not None or stored_path(text) is not None
    return known or text.lower().endswith((*POSE_SUFFIXES, STORED_SUFFIX, *SMILES_SUFFIXES))
