"""How a new ligand gets parameters: the methods, the usual one first, and the one place where another is plugged in.

To add a force field, add a ``ParameterMethod`` to ``METHODS``: what it needs, what a result says of it, and a function
from a molecule in canonical atom order to OpenMM ForceField XML with a residue template ``LIG`` and our atom names.
"""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from filelock import FileLock
from rdkit import Chem

from trkstruct.errors import LigandError
from trkstruct.files.cache import cache_folder, read_checked, read_kept, write_checked
from trkstruct.ligand import ambertools
from trkstruct.ligand.molecule import canonical_smiles
from trkstruct.ligand.sage import parameters as sage

_log = logging.getLogger(__name__)

MethodName = Literal["auto", "openff", "am1-bcc", "mmff94"]


@dataclass(frozen=True)
class ParameterMethod:
    """One way to parameters.

    Attributes
    ----------
    name : str
        As on the command line.
    key : str
        Part of the cache key; changes when anything that changes the parameters changes.
    source : str
        What the result says.
    check : callable
        Raises a ``LigandError`` that says what is missing here.
    make : callable
        XML of a molecule.
    minutes : str
        How long that takes, when it is long enough to be announced.
    """

    name: str
    key: str
    source: str
    check: Callable[[], None]
    make: Callable[[Chem.Mol], str]
    minutes: str = ""


def _check_ambertools() -> None:
    ambertools.find_ambertools()


def _check_am1() -> None:
    if not ambertools.sqm_starts(ambertools.find_ambertools()):
        raise LigandError(
            "AM1-BCC charges need sqm, which does not start here; it needs the system's LAPACK and ARPACK "
            "(Debian: liblapack3 libarpack2), or AmberTools from conda."
        )


METHODS: Final = (
    ParameterMethod(
        name="openff",
        key=f"OpenFF\n{sage.SOURCE}\n{sage.METHOD_VERSION}",
        source=sage.SOURCE,
        check=lambda: None,
        make=sage.sage_parameters,
    ),
    ParameterMethod(
        name="am1-bcc",
        key=f"AM1-BCC\n{ambertools.METHOD_VERSION}",
        source=ambertools.SOURCES["AM1-BCC"],
        check=_check_am1,
        make=lambda molecule: ambertools.parameterize(molecule, ambertools.find_ambertools(), "AM1-BCC"),
        minutes="1 to 12",
    ),
    ParameterMethod(
        name="mmff94",
        key=f"MMFF94\n{ambertools.METHOD_VERSION}",
        source=ambertools.SOURCES["MMFF94"],
        check=_check_ambertools,
        make=lambda molecule: ambertools.parameterize(molecule, ambertools.find_ambertools(), "MMFF94"),
    ),
)
"""The first is what ``auto`` means everywhere: it depends on nothing that is installed or was made before."""


def cached_parameters(molecule: Chem.Mol, method: MethodName = "auto") -> tuple[str, str]:
    """XML and its source for a molecule in canonical order: from the cache, else made now.

    The cache is ``$TRKSTRUCT_CACHE`` or the user's cache folder; the key is the protonated SMILES and the method.
    One process makes an entry while others wait; an entry that is not what was kept there is logged and made again.

    Parameters
    ----------
    molecule : rdkit.Chem.Mol
    method : str
        ``auto`` is the first of ``METHODS``.

    Raises
    ------
    LigandError
        When the method lacks something here, or has no parameters for the molecule.
    """
    chosen = METHODS[0] if method == "auto" else next(each for each in METHODS if each.name == method)
    entry = cache_entry(molecule, chosen)
    if read_checked(entry) is None:
        chosen.check()
    entry.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(entry.with_suffix(".lock")):
        kept = read_kept(entry)
        if kept is None:
            if chosen.minutes:
                _log.warning(
                    "%s parameters of %s take %s minutes, once. Without --parameters they take a second, with the "
                    "charges of a network trained on AM1-BCC.",
                    chosen.name.upper(),
                    Chem.MolToSmiles(Chem.RemoveHs(molecule)),
                    chosen.minutes,
                )
            kept = chosen.make(molecule).encode()
            write_checked(entry, kept)
    return kept.decode(), chosen.source


def cache_entry(molecule: Chem.Mol, method: ParameterMethod) -> Path:
    """File of the cache that holds, or will hold, the parameters of a molecule."""
    text = f"{canonical_smiles(molecule)}\n{method.key}"
    return cache_folder() / f"{hashlib.sha256(text.encode()).hexdigest()}.xml"
