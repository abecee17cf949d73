"""Where the structures and ligands that come with trkstruct lie: inside the wheel, or at the root of a checkout."""

from importlib import resources
from pathlib import Path


def shipped_path(folder: str) -> Path:
    """Path of a shipped folder, ``structures`` or ``ligands``.

    Raises
    ------
    FileNotFoundError
        When neither an installed package nor a checkout holds it.
    """
    package = Path(str(resources.files("trkstruct")))
    for candidate in (package / "_shipped" / folder, package.parents[1] / folder):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"The folder {folder!r} that ships with trkstruct is missing; reinstall the package.")


def data_path(name: str) -> Path:
    """Path of a table inside the package's ``data`` folder."""
    return Path(str(resources.files("trkstruct"))) / "data" / name
