"""A kinase that does not ship, as a user describes it; the page of the documentation has the file."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from trkstruct.files.toml_text import toml_text

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "own-kinase.md"

# KLIFS numbers 1 to 85 of CSF1R (UniProt P07333), as collected in choderalab/missense-kinase-toolkit, data/KinaseInfo
CSF1R_POCKET = (
    *(*range(586, 599), *range(613, 619), *range(629, 642), *range(644, 653), *range(660, 678)),
    *(*range(768, 787), *range(794, 801)),
)


@cache
def page_text() -> str:
    return PAGE.read_text(encoding="utf-8")


def csf1r_values() -> dict[str, Any]:
    block = re.search(r"(?s)```toml\n(.*?)```", page_text())
    assert block is not None
    return tomllib.loads(block[1])


def csf1r_text(**changes: Any) -> str:
    """The file of the page with some values changed, or left out where they are None."""
    return kinase_toml(**{**csf1r_values(), **changes})


def kinase_toml(**values: Any) -> str:
    given: Mapping[str, Any] = {name: value for name, value in values.items() if value is not None}
    return toml_text(given)


def write_csf1r(folder: Path, **changes: Any) -> Path:
    path = folder / "own.toml"
    path.write_text(csf1r_text(**changes), encoding="utf-8")
    return path
