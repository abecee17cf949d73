"""What is carried inside the page: text as gzip in base64, and the scripts of the installed packages."""

import base64
import gzip
import re
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from trkstruct.errors import InputError
from trkstruct.files.complex_file import read_complex

LABEL_OUTLINE: Final = re.compile(r"borderWidth:\.15,borderColor:(\w+)\(0\)")
GZIP_LEVEL: Final = 5  # 9 takes twice as long and saves a hundredth


def packed(text: str) -> str:
    """Text as base64 of gzip, which browsers unpack by themselves; the same text always gives the same letters."""
    return base64.b64encode(gzip.compress(text.encode(), GZIP_LEVEL, mtime=0)).decode()


def drawing_address(folder: Path, name: str | None) -> str:
    """A drawing of the folder as a ``data:`` address; empty without one. As an image no script in it can run.

    Raises
    ------
    InputError
        When a drawing that the results name is not there.
    """
    if name is None:
        return ""
    return f"data:image/svg+xml;base64,{base64.b64encode(read_complex(folder, name).encode()).decode()}"


@cache
def molstar_script() -> str:
    """Mol* with its MolViewSpec loader, as an anywidget module, from the package ipymolstar; packed."""
    return packed(_white_outlines(_package_file("ipymolstar", "static/molviewspec.js")))


def _white_outlines(script: str) -> str:
    """Labels outlined in white and not in black, for dark letters on a white canvas; MolViewSpec cannot say it.

    A version of Mol* that writes its default in another way keeps its own outlines.
    """
    return LABEL_OUTLINE.sub(r"borderWidth:.3,borderColor:\1(16777215)", script, count=1)


@cache
def molstar_style() -> str:
    """The style sheet of Mol*."""
    return _package_file("ipymolstar", "static/molviewspec.css")


@cache
def plotly_script() -> str:
    """Plotly.js from the package plotly; packed."""
    return packed(_package_file("plotly", "package_data/plotly.min.js"))


def page_file(name: str) -> str:
    """A file of this package: the template, the style sheet or a script."""
    return files("trkstruct.report.page").joinpath(name).read_text(encoding="utf-8")


def _package_file(package: str, name: str) -> str:
    """A file of an installed package, which is not imported for it.

    Raises
    ------
    InputError
        When the installed version does not carry it.
    """
    spec = find_spec(package)
    folders = [] if spec is None else spec.submodule_search_locations or []
    for folder in folders:
        if (Path(folder) / name).is_file():
            return (Path(folder) / name).read_text(encoding="utf-8")
    raise InputError(f"The package {package} is missing or has no {name}; install the version that trkstruct asks for.")
