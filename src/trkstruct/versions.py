"""What a result was computed with: versions of Python, the system and the libraries whose numbers it contains."""

import platform
from importlib.metadata import version
from typing import Final

import trkstruct

LIBRARIES: Final = ("biopython", "mdtraj", "numpy", "openmm", "pdbfixer", "propka", "rdkit", "scipy")


def installed_versions() -> dict[str, str]:
    """Name -> version of everything that can change a number; reads package metadata, imports nothing."""
    return {
        "trkstruct": trkstruct.__version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        **{name: version(name) for name in LIBRARIES},
    }
