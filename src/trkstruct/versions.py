"""What a result was computed with: versions of Python, the system and the libraries whose numbers it contains."""

from functools import cache
from typing import Final

VERSION: Final = "0.1.0"
LIBRARIES: Final = (
    "biopython",
    "dimorphite_dl",
    "llvmlite",
    "mdtraj",
    "numba",
    "numpy",
    "openmm",
    "pdbfixer",
    "prolif",
    "propka",
    "rdkit",
    "scipy",
)
OPTIONAL: Final = ("acpype", "meeko", "parmed", "posebusters", "vina")  # parameters and poses, where they are installed


def installed_versions() -> dict[str, str]:
    """Name -> version of everything that can change a number; reads package metadata, imports none of it."""
    return dict(_versions())


@cache
def _versions() -> tuple[tuple[str, str], ...]:
    """Read once: each content key holds them, and metadata takes a millisecond per library."""
    import platform
    from importlib.metadata import PackageNotFoundError, version

    def found(name: str) -> tuple[tuple[str, str], ...]:
        try:
            return ((name, version(name)),)
        except PackageNotFoundError:
            return ()

    return (
        ("trkstruct", VERSION),
        ("python", platform.python_version()),
        ("system", f"{platform.system()} {platform.machine()}"),
        *((name, version(name)) for name in LIBRARIES),
        *(each for name in OPTIONAL for each in found(name)),
    )
