"""The complexes beside the results of a run: as text, and for MDTraj."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from trkstruct.errors import InputError
from trkstruct.files.regular_file import read_regular
from trkstruct.files.run_folder import LARGEST_COMPLEX_BYTES

if TYPE_CHECKING:
    import mdtraj

REPEAT: Final = "Was it changed, or is it of another run? Repeat the scan with -o and this folder."


def chosen_file(what: str, folder: Path | None, names: Mapping[str, str | None], moment: str) -> tuple[Path, str]:
    """Folder and name of one of the complexes of a case.

    Parameters
    ----------
    what : str
        The case, for messages.
    folder : Path or None
    names : mapping of str to str or None
        File names by moment.
    moment : str

    Raises
    ------
    InputError
        When there is no such moment or no such file, or the case does not know its folder.
    """
    if moment not in names:
        raise InputError(f"{moment!r} is no moment of a case; there are {', '.join(names)}.")
    name = names[moment]
    if name is None:
        held = ", ".join(each for each, there in names.items() if there) or "none: it failed, or none was kept"
        raise InputError(f"{what} has no complex {moment!r}; it has {held}.")
    if folder is None:
        raise InputError(f"{what} does not know the folder of its files; take it from load_results or scan.")
    return folder, name


def read_complex(folder: Path, name: str) -> str:
    """PDB text of a file that the results name.

    Raises
    ------
    InputError
        When it is not there, or is no text.
    """
    try:
        return read_regular(folder / name, LARGEST_COMPLEX_BYTES).decode()
    except UnicodeDecodeError as error:
        raise InputError(f"{folder / name} is not text: no complex of a scan. {REPEAT}") from error
    except OSError as error:
        raise InputError(
            f"Cannot read {folder / name}: {error.strerror}; results.json names it. Repeat the scan with -o {folder}."
        ) from error


def load_trajectory(folder: Path, name: str) -> "mdtraj.Trajectory":
    """The same for MDTraj: one frame, its bonds, and the names as the file has them.

    Raises
    ------
    InputError
        When it is not there, or MDTraj cannot read it.
    """
    import mdtraj

    read_complex(folder, name)  # says what is wrong with the file, in words
    try:
        return mdtraj.load_pdb(str(folder / name), standard_names=False)
    except (ValueError, IndexError, KeyError) as error:
        raise InputError(f"MDTraj cannot read {folder / name} ({error}). {REPEAT}") from error
